//! What can be wrong with a template, and with what is asked of it.

use crate::parameter::Unfit;

/// A template that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The service would not take it.
    #[error("the template has {bytes} bytes; the service takes at most {limit}")]
    TooLong {
        /// Its size in bytes.
        bytes: usize,
        /// The largest size.
        limit: usize,
    },
    /// Not YAML, or a section or a key that there is not. The text names line and column.
    #[error("the template is not well formed: {0}")]
    Yaml(String),
    /// Another version of the format.
    #[error("ROSTemplateFormatVersion is {version:?}: write '{expected}'")]
    Version {
        /// The version as written.
        version: String,
        /// The version that there is.
        expected: &'static str,
    },
    /// Something that leads nowhere or has the wrong form.
    #[error("line {line}: {path}: {problem}")]
    At {
        /// The line, from 1.
        line: u64,
        /// Where in the template, as `Resources.Sweep.Properties.Role`.
        path: String,
        /// What is wrong there.
        problem: Problem,
    },
    /// Resources that wait for each other.
    #[error("the resources {} depend on each other in a circle: none of them could be created first", .0.join(" → "))]
    Circle(Vec<String>),
}

/// What is wrong at one place of a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A function that is not known here.
    #[error("the function {name} is not known{}", hint(.near.as_deref()))]
    UnknownFunction {
        /// Its name.
        name: String,
        /// The known function of the most similar name.
        near: Option<String>,
    },
    /// A name that leads nowhere.
    #[error("there is no {kind} {name}{}", hint(.near.as_deref()))]
    UnknownName {
        /// What it should name.
        kind: &'static str,
        /// The name.
        name: String,
        /// What there is of the most similar name.
        near: Option<String>,
    },
    /// Arguments of the wrong form.
    #[error("{function} takes {expected}")]
    Form {
        /// The function.
        function: String,
        /// What it takes.
        expected: &'static str,
    },
    /// A reference of a kind that is not known before the deployment.
    #[error("Ref {name} gives an id that is known only once the resource is there: name an attribute with Fn::GetAtt")]
    PhysicalId {
        /// The resource.
        name: String,
    },
    /// The id of whoever deploys, which is not the account's.
    #[error("ALIYUN::AccountId is whoever deploys, who may be a user of RAM: the account is ALIYUN::TenantId")]
    Executor,
    /// A function that has no place there.
    #[error("{function} cannot stand in {place}")]
    NotHere {
        /// The function.
        function: String,
        /// Where it stands.
        place: &'static str,
    },
    /// A pattern that cannot be read.
    #[error("the pattern is not a regular expression that can be read here: {0}")]
    Pattern(String),
    /// Anything else, as a sentence.
    #[error("{0}")]
    Other(String),
}

/// A template that does not come out under the values that were given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Values for parameters that there are not.
    #[error("the template has no parameter {name}{}", hint(.near.as_deref()))]
    UnknownParameter {
        /// The name that was given.
        name: String,
        /// The parameter of the most similar name.
        near: Option<String>,
    },
    /// Parameters that have neither a value nor a default.
    #[error("these parameters have no default and were given no value: {}", .0.join(", "))]
    Missing(Vec<String>),
    /// A value that its parameter does not take.
    #[error("parameter {name}: {unfit}")]
    Unfit {
        /// The parameter.
        name: String,
        /// Why not.
        unfit: Unfit,
    },
    /// A function that came out wrong.
    #[error("{path}: {problem}")]
    At {
        /// Where in the template.
        path: String,
        /// What happened there.
        problem: String,
    },
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// The most similar of some names, if any is similar.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    /// Below this two names have nothing to do with each other.
    const SIMILARITY_MIN: f64 = 0.75;
    let rated = names
        .into_iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(similarity, _)| *similarity >= SIMILARITY_MIN);
    rated
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known.to_owned())
}
