//! Policy documents of RAM, read strictly
//! (<https://www.alibabacloud.com/help/en/ram/policy-structure-and-syntax>). Not here: what they say about a call
//! (`decision`), and trust documents, which have principals (`roles`).

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;

use super::condition::Condition;

/// The only version that there is.
const VERSION: &str = "1";
/// What stands for everything.
const ANYTHING: &str = "*";
/// Parts of a resource's name: `acs:<service>:<region>:<account>:<relative id>`.
const ARN_PARTS: usize = 5;

/// What a statement does when it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// Which actions a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Actions {
    Named(Vec<String>),
    AllBut(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) effect: Effect,
    pub(super) actions: Actions,
    pub(super) resources: Vec<String>,
    pub(super) conditions: Vec<Condition>,
}

/// A policy document, with its text as it was written.
///
/// ```
/// use goldcast_emulator::cloud::{Decision, PolicyDocument, PolicyQuestion};
///
/// let document: PolicyDocument = r#"{ "Version": "1", "Statement": [
///     { "Effect": "Allow", "Action": "ecs:Describe*", "Resource": "acs:ecs:*:1234567890123456:image/*" }
/// ] }"#.parse()?;
/// let question = PolicyQuestion::new("ecs:DescribeImages", "acs:ecs:cn-hangzhou:1234567890123456:image/*");
/// assert_eq!(document.decide(&question), Decision::Allowed);
/// # Ok::<(), goldcast_emulator::cloud::MalformedPolicy>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDocument {
    text: String,
    statements: Vec<Statement>,
}

/// A text that is not a policy document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading a policy document: {problem}")]
pub struct MalformedPolicy {
    problem: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawDocument {
    version: String,
    statement: Vec<RawStatement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawStatement {
    effect: Effect,
    action: Option<Words>,
    not_action: Option<Words>,
    resource: Words,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, Words>>,
}

/// A single value is as good as a list of one.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
enum Words {
    One(String),
    Many(Vec<String>),
}

impl Words {
    fn into_list(self) -> Vec<String> {
        match self {
            Self::One(word) => vec![word],
            Self::Many(words) => words,
        }
    }
}

impl FromStr for PolicyDocument {
    type Err = MalformedPolicy;

    fn from_str(text: &str) -> Result<Self, MalformedPolicy> {
        let read = || {
            let document: RawDocument = serde_json::from_str(text).map_err(|error| error.to_string())?;
            if document.version != VERSION {
                return Err(format!("the version is {:?} and not \"1\"", document.version));
            }
            if document.statement.is_empty() {
                return Err("there is no statement".to_owned());
            }
            document.statement.into_iter().map(statement).collect()
        };
        let statements = read().map_err(|problem| MalformedPolicy { problem })?;
        Ok(Self {
            text: text.to_owned(),
            statements,
        })
    }
}

impl PolicyDocument {
    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether it allows everything and denies nothing, so that nothing has to be asked.
    pub(super) fn is_unlimited(&self) -> bool {
        let is_anything = |words: &[String]| words.iter().any(|word| word == ANYTHING);
        let allows_all = |statement: &Statement| {
            let Actions::Named(actions) = &statement.actions else {
                return false;
            };
            statement.conditions.is_empty() && is_anything(actions) && is_anything(&statement.resources)
        };
        self.statements
            .iter()
            .all(|statement| statement.effect == Effect::Allow)
            && self.statements.iter().any(allows_all)
    }
}

fn statement(raw: RawStatement) -> Result<Statement, String> {
    let actions = match (raw.action, raw.not_action) {
        (Some(named), None) => Actions::Named(actions(named)?),
        (None, Some(others)) => Actions::AllBut(actions(others)?),
        (None, None) | (Some(_), Some(_)) => return Err("a statement has either Action or NotAction".to_owned()),
    };
    let resources = raw.resource.into_list();
    if resources.is_empty() {
        return Err("a statement has no Resource".to_owned());
    }
    if let Some(odd) = resources.iter().find(|resource| !is_resource(resource)) {
        return Err(format!(
            "{odd:?} is not a resource: expected \"*\" or \"acs:<service>:<region>:<account>:<id>\""
        ));
    }
    let mut conditions = Vec::new();
    for (operator, keys) in raw.condition {
        for (key, values) in keys {
            let values = values.into_list();
            let condition = Condition::new(&operator, key, values);
            conditions.push(condition.ok_or_else(|| format!("there is no condition operator {operator:?}"))?);
        }
    }
    Ok(Statement {
        effect: raw.effect,
        actions,
        resources,
        conditions,
    })
}

fn actions(words: Words) -> Result<Vec<String>, String> {
    let actions = words.into_list();
    if actions.is_empty() {
        return Err("a statement has no action".to_owned());
    }
    match actions.iter().find(|action| !is_action(action)) {
        Some(odd) => Err(format!(
            "{odd:?} is not an action: expected \"*\" or \"<service>:<operation>\""
        )),
        None => Ok(actions),
    }
}

fn is_action(word: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_*?".contains(c));
    word == ANYTHING
        || word
            .split_once(':')
            .is_some_and(|(service, operation)| part(service) && part(operation))
}

fn is_resource(word: &str) -> bool {
    word == ANYTHING || (word.starts_with("acs:") && word.splitn(ARN_PARTS, ':').count() == ARN_PARTS)
}
