//! What should be deployed: the template, worked out for this account, region and policy. Not here: comparing.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::PolicyFile;
use goldcast_template::{Place, ResolveError, Stack, Template, Values};
use serde_json::Value;

use super::grants::{Right, Statement, statements};
use super::json::{list, text};
use crate::verbs::trouble::Trouble;

/// Stands for what a set-up cannot be asked: where its packages came from.
const ANY_CODE: &str = "any";
/// Stands for what only the stack's parameters say, in a form that bucket names and keys can have.
const ANY_NAME: &str = "goldcast-any-name";

/// Everything that should be there.
#[derive(Debug)]
pub(super) struct Expected {
    stack: Stack,
    /// The same with everything that is optional in the roles.
    widest: Stack,
}

/// What the role of a function should be allowed to do.
#[derive(Debug, Default)]
pub(super) struct ExpectedRole {
    pub(super) rights: BTreeSet<Right>,
    /// What it may have, with parameters that the policy does not know: a policy in object storage, encrypted shares.
    pub(super) possible: BTreeSet<Right>,
}

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
        let resolve = |values: &Values| -> anyhow::Result<Stack> {
            let template = Template::parse(goldcast_functions::TEMPLATE)?;
            let place = Place {
                account: policy.owner.account.clone(),
                region: policy.owner.home_region.clone(),
                stack: prefix.to_owned(),
            };
            Ok(template.resolve(&place, values).map_err(|error: ResolveError| error)?)
        };
        let mut values = goldcast_template::values_of(policy);
        values.extend(fixed(prefix));
        let stack = resolve(&values)?;
        values.extend(optional());
        // Whoever deploys by other means leaves it at its default.
        values.remove("SecretPrefix");
        Ok(Self {
            stack,
            widest: resolve(&values)?,
        })
    }

    fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.stack.of_kind(kind).map(|resource| &resource.properties)
    }

    /// The functions.
    pub(super) fn functions(&self) -> impl Iterator<Item = &Value> {
        self.of_kind("ALIYUN::FC3::Function")
    }

    /// Where a function should log: `<project>/<store>`.
    pub(super) fn log_of(&self, function: &str) -> String {
        let mut functions = self.functions().filter(|there| text(there, "FunctionName") == function);
        let log = functions.next().and_then(|function| function.get("LogConfig"));
        let log = log.unwrap_or(&Value::Null);
        format!("{}/{}", text(log, "Project"), text(log, "Logstore"))
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

    /// What each role should be allowed to do.
    pub(super) fn roles(&self) -> BTreeMap<&str, ExpectedRole> {
        let mut roles: BTreeMap<&str, ExpectedRole> = BTreeMap::new();
        for (role, right) in rights(&self.stack) {
            let expected = roles.entry(role).or_default();
            expected.possible.insert(right.clone());
            expected.rights.insert(right);
        }
        for (role, mut right) in rights(&self.widest) {
            right.resource = right.resource.replace(ANY_NAME, "*");
            roles.entry(role).or_default().possible.insert(right);
        }
        roles
    }
}

/// Every right that a stack gives, by role.
fn rights(stack: &Stack) -> impl Iterator<Item = (&str, Right)> {
    let of_kind = |kind: &'static str| stack.of_kind(kind).map(|resource| &resource.properties);
    let own = of_kind("ALIYUN::RAM::Role").flat_map(|role| {
        let documents = list(role, "Policies").map(|policy| (text(role, "RoleName"), policy));
        documents.collect::<Vec<_>>()
    });
    let shared = of_kind("ALIYUN::RAM::ManagedPolicy").flat_map(|policy| {
        let roles = list(policy, "Roles").filter_map(Value::as_str);
        roles.map(move |role| (role, policy))
    });
    own.chain(shared).flat_map(|(role, policy)| {
        let statements = policy.get("PolicyDocument").map(statements).unwrap_or_default();
        let rights = statements.iter().flat_map(Statement::allowed).cloned();
        rights.map(move |right| (role, right)).collect::<Vec<_>>()
    })
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

/// Parameters that give roles more.
fn optional() -> Values {
    let values = [
        ("ShareEncrypted", "true"),
        ("PolicyBucket", ANY_NAME),
        ("PolicyKey", ANY_NAME),
    ];
    values.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_parameters_give_may_be_there_and_need_not() {
        let policy = goldcast_domain::policy::authoring::read(include_str!("../../../../goldcast.toml")).unwrap();
        let expected = Expected::of(&policy, "goldcast").unwrap();
        let place = Place {
            account: policy.owner.account.clone(),
            region: policy.owner.home_region.clone(),
            stack: "goldcast".to_owned(),
        };
        let mut values = goldcast_template::values_of(&policy);
        values.extend(fixed("goldcast"));
        let given = [
            ("ShareEncrypted", "true"),
            ("PolicyBucket", "corp-policies"),
            ("PolicyKey", "images/policy"),
        ];
        values.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let template = Template::parse(goldcast_functions::TEMPLATE).unwrap();
        let stack = template.resolve(&place, &values).unwrap();
        let roles = expected.roles();
        let mut more = BTreeSet::new();
        for (role, right) in rights(&stack) {
            let expected = &roles[role];
            assert!(
                expected.possible.iter().any(|possible| possible.covers(&right)),
                "{role} {right:?}"
            );
            if !expected.rights.contains(&right) {
                more.insert(right.action);
            }
        }
        assert_eq!(
            more,
            ["oss:GetObject", "oss:PutObject", "ram:UpdateRole"]
                .map(str::to_owned)
                .into()
        );
    }
}
