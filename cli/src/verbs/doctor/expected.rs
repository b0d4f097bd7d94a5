//! What should be deployed: the template, worked out for this account, region and policy. Not here: comparing.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::PolicyFile;
use goldcast_template::{Place, ResolveError, Stack, Template, Values};
use serde_json::Value;

use crate::verbs::trouble::Trouble;

/// Stands for what a set-up cannot be asked: where its packages came from.
const ANY_CODE: &str = "any";

/// Everything that should be there.
#[derive(Debug)]
pub(super) struct Expected(Stack);

/// A trigger that should be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExpectedTrigger<'a> {
    pub(super) function: &'a str,
    pub(super) name: &'a str,
    /// `timer`, `eventbridge` or `http`.
    pub(super) kind: &'a str,
    pub(super) config: &'a Value,
}

impl Expected {
    /// What the template makes of a policy.
    pub(super) fn of(policy: &PolicyFile, prefix: &str) -> Result<Self, Trouble> {
        let resolve = || -> anyhow::Result<Stack> {
            let template = Template::parse(goldcast_functions::TEMPLATE)?;
            let place = Place {
                account: policy.owner.account.clone(),
                region: policy.owner.home_region.clone(),
                stack: prefix.to_owned(),
            };
            let mut values = goldcast_template::values_of(policy);
            values.extend(fixed(prefix));
            Ok(template.resolve(&place, &values).map_err(|error: ResolveError| error)?)
        };
        resolve().map(Self).map_err(Trouble::from)
    }

    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.0.of_kind(kind).map(|resource| &resource.properties)
    }

    /// The functions.
    pub(super) fn functions(&self) -> impl Iterator<Item = &Value> {
        self.of_kind("ALIYUN::FC3::Function")
    }

    /// What should become of a function's answers.
    pub(super) fn async_config(&self, function: &str) -> Option<&Value> {
        self.of_kind("ALIYUN::FC3::AsyncInvokeConfig")
            .find(|config| text(config, "FunctionName") == function)
    }

    /// How many invocations of a function there should be at most at a time.
    pub(super) fn concurrency(&self, function: &str) -> Option<u64> {
        let mut limits = self.of_kind("ALIYUN::FC3::ConcurrencyConfig");
        let limit = limits.find(|limit| text(limit, "FunctionName") == function)?;
        limit.get("ReservedConcurrency")?.as_u64()
    }

    /// What should wake the functions.
    pub(super) fn triggers(&self) -> impl Iterator<Item = ExpectedTrigger<'_>> {
        self.of_kind("ALIYUN::FC3::Trigger").map(|trigger| ExpectedTrigger {
            function: text(trigger, "FunctionName"),
            name: text(trigger, "TriggerName"),
            kind: text(trigger, "TriggerType"),
            config: trigger.get("TriggerConfig").unwrap_or(&Value::Null),
        })
    }

    /// Rules of the custom bus.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Value> {
        self.of_kind("ALIYUN::EventBridge::Rule")
    }

    /// The custom buses that rules stand on.
    pub(super) fn buses(&self) -> BTreeSet<&str> {
        self.rules().map(|rule| text(rule, "EventBusName")).collect()
    }

    /// What each role should be allowed to do: actions, as policies write them.
    pub(super) fn roles(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut roles: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for role in self.of_kind("ALIYUN::RAM::Role") {
            let own = list(role, "Policies").filter_map(|policy| policy.get("PolicyDocument"));
            roles.insert(text(role, "RoleName"), own.flat_map(actions).collect());
        }
        for policy in self.of_kind("ALIYUN::RAM::ManagedPolicy") {
            let allowed: Vec<&str> = policy.get("PolicyDocument").map(actions).unwrap_or_default();
            for role in list(policy, "Roles").filter_map(Value::as_str) {
                roles.entry(role).or_default().extend(&allowed);
            }
        }
        roles
    }
}

/// Parameters that neither the policy nor the template says.
fn fixed(prefix: &str) -> Values {
    let values = [
        ("NamePrefix", prefix),
        ("CodeBucket", ANY_CODE),
        ("CodePrefix", ANY_CODE),
    ];
    values.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// A member that is a text; empty if it is none.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The actions that a policy document allows, wildcards and all.
pub(super) fn actions(document: &Value) -> Vec<&str> {
    one_or_many(document.get("Statement"))
        .into_iter()
        .filter(|statement| text(statement, "Effect") == "Allow")
        .flat_map(|statement| one_or_many(statement.get("Action")))
        .filter_map(Value::as_str)
        .collect()
}

/// RAM takes a single value for a list of one.
pub(super) fn one_or_many(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
    }
}
