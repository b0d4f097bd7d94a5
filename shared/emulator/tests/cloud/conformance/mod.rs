//! The simulated cloud against the documented operations: `fixtures/openapi` holds their parameters, answers and error
//! codes as the SDKs and the metadata of Alibaba Cloud describe them, and every operation that is simulated has to fit.
//!
//! Each product has a file with a recipe per operation: what leads to an answer in which every documented field and list
//! is filled. Whoever adds an operation takes its name off `unsimulated` and adds a recipe; the tests say what does not
//! fit. What is knowingly different stands in `exceptions`, with the reason, and fails the test once it is needless.

mod description;
mod shape;

use std::collections::BTreeSet;

use goldcast_emulator::cloud::Endpoint;

use crate::conformance::description::{Operation, Parameter};
use crate::support::{Answer, HOME, OWNER, Signer, World, region};

/// The tests of one product, in its own file.
macro_rules! conforms {
    ($product:expr) => {
        #[test]
        fn every_documented_operation_is_simulated_or_known_not_to_be() {
            crate::conformance::check_operations(&$product);
        }

        #[test]
        fn every_answer_has_the_documented_fields_and_no_other() {
            crate::conformance::check_answers(&$product);
        }

        #[test]
        fn every_documented_parameter_is_accepted() {
            crate::conformance::check_parameters(&$product);
        }

        #[test]
        fn a_mandatory_parameter_that_is_missing_is_named() {
            crate::conformance::check_mandatory(&$product);
        }

        #[test]
        fn a_value_that_cannot_be_is_refused() {
            crate::conformance::check_values(&$product);
        }
    };
}

mod directory;
mod ecs;
mod eventbridge;
mod kms;
mod quotas;
mod ram;
mod sharing;
mod sts;

/// A product and how it is tried.
pub(crate) struct Product {
    /// The API version that calls name.
    version: &'static str,
    /// The file in `fixtures/openapi`.
    description: &'static str,
    /// One per simulated operation.
    recipes: &'static [Recipe],
    /// Documented operations that are answered as not simulated, in one line.
    unsimulated: &'static str,
    /// Codes that any operation may answer a strange value with, besides its own documented ones; `*` ends a family.
    common_codes: &'static [&'static str],
    /// What is knowingly different.
    exceptions: &'static [Exception],
}

/// How an operation comes to a full answer: makes the scene, and gives the call.
pub(crate) struct Recipe(pub(crate) &'static str, pub(crate) fn(&mut World) -> Call);

/// A finding that is meant to be: operation (`*` for all), finding (`*` at its end for all that begin so), reason.
pub(crate) struct Exception(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

/// A call to be made.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    account: String,
    endpoint: Endpoint,
    params: Vec<(String, String)>,
}

impl Call {
    /// A call by an account, with parameters written as `Name=value Name=value`.
    pub(crate) fn by(account: &str, endpoint: Endpoint, line: &str) -> Self {
        let params = line.split_whitespace().map(|param| param.split_once('=').unwrap());
        Self {
            account: account.to_owned(),
            endpoint,
            params: params
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }

    /// A call by the owner at the central endpoint.
    pub(crate) fn central(line: &str) -> Self {
        Self::by(OWNER, Endpoint::Global, line)
    }

    /// A call by the owner in the home region.
    pub(crate) fn home(line: &str) -> Self {
        Self::by(OWNER, Endpoint::Region(region(HOME)), line)
    }

    /// One more parameter, for values with blanks.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a parameter and its members.
    fn without(mut self, parameter: &str) -> Self {
        self.params.retain(|(name, _)| !is_of(name, parameter));
        self
    }

    fn has(&self, parameter: &str) -> bool {
        self.params.iter().any(|(name, _)| is_of(name, parameter))
    }

    fn send(&self, world: &mut World, product: &Product, operation: &str) -> Answer {
        let params = self.params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signer = Signer::of(&self.account);
        let params: Vec<_> = params.collect();
        world.call(&signer, &self.endpoint, product.version, operation, &params)
    }
}

/// Whether a name on the wire, such as `Tag.1.Key`, belongs to a parameter, such as `Tag`.
fn is_of(name: &str, parameter: &str) -> bool {
    let rest = name.strip_prefix(parameter);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Something that does not fit: `absent Images.Image[].Size`, and what came instead.
#[derive(Debug)]
struct Finding {
    operation: String,
    what: String,
    detail: String,
}

impl Finding {
    fn new(operation: &str, what: impl Into<String>, detail: impl Into<String>) -> Self {
        let (what, detail) = (what.into(), detail.into());
        Self {
            operation: operation.to_owned(),
            what,
            detail,
        }
    }
}

/// Fails for every finding that is no exception, and for every exception of these kinds that nothing needs any more.
#[track_caller]
fn judge(product: &Product, kinds: &[&str], findings: &[Finding]) {
    let fits = |exception: &Exception, finding: &Finding| {
        let what = exception.1;
        let prefix = what.strip_suffix('*');
        (exception.0 == "*" || exception.0 == finding.operation)
            && prefix.map_or(what == finding.what, |prefix| finding.what.starts_with(prefix))
    };
    let mut lines: Vec<String> = Vec::new();
    for finding in findings {
        if !product.exceptions.iter().any(|exception| fits(exception, finding)) {
            lines.push(format!("{}: {} ({})", finding.operation, finding.what, finding.detail));
        }
    }
    for exception in product.exceptions {
        let kind = exception.1.split(' ').next().unwrap_or_default();
        if kinds.contains(&kind) && !findings.iter().any(|finding| fits(exception, finding)) {
            let Exception(operation, what, reason) = exception;
            lines.push(format!("{operation}: {what} is needless as an exception ({reason})"));
        }
    }
    assert!(lines.is_empty(), "{}:\n{}", product.version, lines.join("\n"));
}

/// Every documented operation answers, or is known not to; every recipe is for one that does.
fn check_operations(product: &Product) {
    let operations = description::operations(product.description);
    let unsimulated: BTreeSet<&str> = product.unsimulated.split_whitespace().collect();
    let cooked: BTreeSet<&str> = product.recipes.iter().map(|Recipe(operation, _)| *operation).collect();
    let mut findings = Vec::new();
    let mut world = World::new();
    for Operation { name, .. } in &operations {
        let answers: Vec<_> = [Call::home("RegionId=cn-hangzhou"), Call::central("")]
            .iter()
            .map(|call| call.send(&mut world, product, name))
            .collect();
        let code = |answer: &Answer| answer.body["Code"].as_str().unwrap_or_default().to_owned();
        let codes: Vec<String> = answers.iter().map(code).collect();
        let is = |wanted: &str| codes.iter().any(|code| code == wanted);
        let known = unsimulated.contains(name.as_str());
        if is("InvalidApi.NotFound") {
            findings.push(Finding::new(name, "unknown", "the gateway has never heard of it"));
        } else if is("InvalidApi.NotSimulated") && !known {
            findings.push(Finding::new(name, "unsimulated", "and not pinned as such"));
        } else if !is("InvalidApi.NotSimulated") && known {
            findings.push(Finding::new(name, "simulated", "and pinned as not being so"));
        }
        if known == cooked.contains(name.as_str()) {
            findings.push(Finding::new(name, "cooked", "either a recipe or unsimulated"));
        }
    }
    let names: BTreeSet<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
    for stranger in unsimulated.union(&cooked).filter(|name| !names.contains(**name)) {
        findings.push(Finding::new(stranger, "stranger", "no description has it"));
    }
    judge(
        product,
        &["unknown", "unsimulated", "simulated", "cooked", "stranger"],
        &findings,
    );
}

/// Calls every recipe's operation, and compares the answer with its description.
fn check_answers(product: &Product) {
    let mut findings = Vec::new();
    each(product, |operation, scene| {
        let mut world = World::new();
        let answer = scene(&mut world).send(&mut world, product, &operation.name);
        if answer.status == 200 {
            let found = shape::compare(&answer.body, &operation.response).into_iter();
            findings.extend(found.map(|(what, detail)| Finding::new(&operation.name, what, detail)));
        } else {
            findings.push(Finding::new(&operation.name, "fails", answer.body.to_string()));
        }
    });
    judge(product, &["fails", "absent", "extra", "mistyped", "empty"], &findings);
}

/// Adds each documented parameter to the recipe's call: it succeeds, or is refused with a documented code.
fn check_parameters(product: &Product) {
    let mut findings = Vec::new();
    each(product, |operation, scene| {
        for parameter in &operation.parameters {
            for sample in parameter.samples() {
                let mut world = World::new();
                let mut call = scene(&mut world);
                if call.has(&parameter.name) {
                    break;
                }
                call.params.extend(sample);
                let answer = call.send(&mut world, product, &operation.name);
                let malformed = answer.body["Code"] == "InvalidParameter.Format";
                if malformed || !is_documented(product, operation, &answer) {
                    let what = format!("refuses {}", parameter.name);
                    findings.push(Finding::new(&operation.name, what, answer.body.to_string()));
                }
            }
        }
    });
    judge(product, &["refuses"], &findings);
}

/// Takes each mandatory parameter off the recipe's call.
fn check_mandatory(product: &Product) {
    let mut findings = Vec::new();
    each(product, |operation, scene| {
        for Parameter { name, .. } in operation.parameters.iter().filter(|parameter| parameter.required) {
            let mut world = World::new();
            let call = scene(&mut world);
            if !call.has(name) {
                let what = format!("forgets {name}");
                findings.push(Finding::new(
                    &operation.name,
                    what,
                    "the recipe leaves out what is mandatory",
                ));
            }
            let answer = call.without(name).send(&mut world, product, &operation.name);
            let code = answer.body["Code"].as_str().unwrap_or_default();
            if answer.status == 200 || !code.starts_with("Missing") {
                let what = format!("unneeded {name}");
                findings.push(Finding::new(&operation.name, what, answer.body.to_string()));
            }
        }
    });
    judge(product, &["forgets", "unneeded"], &findings);
}

/// Gives each parameter a value of the wrong type, or one that its description excludes.
fn check_values(product: &Product) {
    let mut findings = Vec::new();
    each(product, |operation, scene| {
        for parameter in &operation.parameters {
            let send = |values: Vec<(String, String)>| {
                let mut world = World::new();
                let mut call = scene(&mut world).without(&parameter.name);
                call.params.extend(values);
                call.send(&mut world, product, &operation.name)
            };
            for wrong in parameter.mistyped() {
                let answer = send(wrong);
                if answer.status == 200 || answer.status >= 500 {
                    let what = format!("overlooks {}", parameter.name);
                    findings.push(Finding::new(&operation.name, what, "a value of the wrong type"));
                }
            }
            for strange in parameter.strange() {
                let answer = send(strange);
                let own: Vec<&str> = operation.codes_for(&parameter.name).collect();
                if !own.is_empty() && answer.status == 200 {
                    let what = format!("overlooks {}", parameter.name);
                    let detail = format!("no {own:?}");
                    findings.push(Finding::new(&operation.name, what, detail));
                } else if !is_documented(product, operation, &answer) {
                    let what = format!("undocumented {}", parameter.name);
                    findings.push(Finding::new(&operation.name, what, answer.body.to_string()));
                }
            }
        }
    });
    judge(product, &["overlooks", "undocumented"], &findings);
}

/// Whether any operation of the product may answer with a code; `*` ends a family.
fn is_common(product: &Product, code: &str) -> bool {
    let fits = |common: &&str| {
        common
            .strip_suffix('*')
            .map_or(*common == code, |family| code.starts_with(family))
    };
    product.common_codes.iter().any(fits)
}

/// Every recipe with the description of its operation.
fn each(product: &Product, mut look: impl FnMut(&Operation, fn(&mut World) -> Call)) {
    let operations = description::operations(product.description);
    for Recipe(name, scene) in product.recipes {
        if let Some(operation) = operations.iter().find(|operation| operation.name == *name) {
            look(operation, *scene);
        }
    }
}

/// Whether an answer is a success, or a refusal that the description or the whole product has.
fn is_documented(product: &Product, operation: &Operation, answer: &Answer) -> bool {
    let code = answer.body["Code"].as_str().unwrap_or_default();
    answer.status == 200
        || code == "DryRunOperation"
        || is_common(product, code)
        || operation.errors.contains(&(answer.status, code.to_owned()))
}
