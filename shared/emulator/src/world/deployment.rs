//! What is deployed: functions, their triggers and their failure handling, read strictly from JSON.
//! Not here: the programs behind the functions (see [`super::Launch`]).

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, RegionId};
use serde::Deserialize;

use super::acts;
use super::custom_domain::CustomDomain;
use super::deployed_function::Function;
use super::deployed_role::DeployedRole;
use super::host::Place;
use super::trigger::{Forwarding, Trigger};
use super::web;
use crate::cloud::{PolicyQuestion, Role};

/// Rules on the `default` bus of the home region: more, and no trigger can be added
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/configure-event-triggers-for-alibaba-cloud-services>). Other
/// pages say 50 (<https://help.aliyun.com/document_detail/163289.htm>).
const DEFAULT_RULES_MAX: usize = 10;
/// Rules on one custom bus (last page).
const CUSTOM_RULES_MAX: usize = 50;

/// Everything that is deployed in the owner's account.
///
/// ```
/// let deployment: goldcast_emulator::world::Deployment = r#"{ "functions": [{
///     "name": "sweep", "timeout_seconds": 60, "memory_mb": 128, "reserved_concurrency": 1,
///     "triggers": [{ "kind": "timer", "name": "every-five-minutes", "schedule": "@every 5m", "payload": "" }]
/// }] }"#.parse()?;
/// assert_eq!(deployment.functions.len(), 1);
/// # Ok::<(), goldcast_emulator::world::DeploymentError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// How events of other regions come home; without it they do not.
    #[serde(default)]
    pub forwarding: Option<Forwarding>,
    /// Where functions log; without it nobody asks whether they may.
    #[serde(default)]
    pub logs: Option<Logs>,
    /// The roles that functions run under, each name once.
    #[serde(default)]
    pub roles: Vec<DeployedRole>,
    /// The functions, each name once.
    pub functions: Vec<Function>,
    /// Domains of the company's own, each once.
    #[serde(default)]
    pub domains: Vec<CustomDomain>,
    /// Sources of events that the event bus may not hear.
    #[serde(default)]
    pub unheard: Unheard,
}

/// Sources of events that the event bus may not hear, because the account lacks the service-linked role for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unheard {
    /// ActionTrail: whatever is told of calls.
    #[serde(default)]
    pub action_trail: bool,
    /// CloudMonitor: whatever products tell through it.
    #[serde(default)]
    pub cloud_monitor: bool,
}

/// A log store of Log Service (<https://help.aliyun.com/zh/functioncompute/fc/basics>).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// Its project.
    pub project: String,
    /// Its name within the project.
    pub logstore: String,
}

/// A deployment that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// The text is not a deployment.
    #[error("reading the deployment: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// What is said of the event buses does not hold together.
    #[error("deployment of the event buses: {0}")]
    Buses(String),
    /// A role cannot be.
    #[error("deployment of role {role:?}: {problem}")]
    Role {
        /// The role concerned.
        role: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A domain leads nowhere.
    #[error("deployment of domain {domain:?}: {problem}")]
    Domain {
        /// The domain concerned.
        domain: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A value is out of its bounds or names something that is not there.
    #[error("deployment of function {function:?}: {problem}")]
    Invalid {
        /// The function concerned.
        function: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl std::str::FromStr for Deployment {
    type Err = DeploymentError;

    fn from_str(text: &str) -> Result<Self, DeploymentError> {
        let deployment: Self = serde_json::from_str(text)?;
        deployment.check()?;
        Ok(deployment)
    }
}

impl Deployment {
    /// Checks what the types cannot say. Reading from text does this already.
    pub fn check(&self) -> Result<(), DeploymentError> {
        let mut roles = BTreeSet::new();
        for role in &self.roles {
            let fail = |problem: String| DeploymentError::Role {
                role: role.name.clone(),
                problem,
            };
            role.documents().map_err(fail)?;
            if !roles.insert(role.name.as_str()) {
                return Err(fail("the name is taken twice".to_owned()));
            }
        }
        let mut names = BTreeSet::new();
        for function in &self.functions {
            let fail = |problem: String| DeploymentError::Invalid {
                function: function.name.clone(),
                problem,
            };
            function.check().map_err(fail)?;
            if !names.insert(function.name.as_str()) {
                return Err(fail("the name is taken twice".to_owned()));
            }
            if let Some(role) = function.role.as_deref().filter(|role| !roles.contains(role)) {
                return Err(fail(format!("its role {role:?} is not deployed")));
            }
        }
        for function in &self.functions {
            if let Some(target) = function.on_success.as_deref().filter(|target| !names.contains(target)) {
                let problem = format!("on_success names {target:?}, which is not deployed");
                return Err(DeploymentError::Invalid {
                    function: function.name.clone(),
                    problem,
                });
            }
        }
        self.check_domains()?;
        self.check_buses()
    }

    /// Every domain leads to a function that has an address.
    fn check_domains(&self) -> Result<(), DeploymentError> {
        let mut taken = BTreeSet::new();
        for domain in &self.domains {
            let fail = |problem: String| DeploymentError::Domain {
                domain: domain.domain.clone(),
                problem,
            };
            domain.check().map_err(fail)?;
            if !taken.insert(&domain.domain) {
                return Err(fail("the domain is taken twice".to_owned()));
            }
            let mut functions = self.functions.iter();
            let function = functions.find(|function| function.name == domain.function);
            if !function.is_some_and(web::has_address) {
                return Err(fail(format!("{:?} has no HTTP trigger", domain.function)));
            }
        }
        Ok(())
    }

    /// What holds for the buses as a whole.
    fn check_buses(&self) -> Result<(), DeploymentError> {
        if let Some(forwarding) = &self.forwarding {
            forwarding.check().map_err(DeploymentError::Buses)?;
        }
        let (mut default, mut queues) = (0_usize, BTreeSet::new());
        for trigger in self.functions.iter().flat_map(|function| &function.triggers) {
            match trigger {
                Trigger::Events { .. } => default += 1,
                Trigger::Forwarded { queue, name, .. } => {
                    if self.forwarding.is_none() {
                        let problem = format!("trigger {name:?} hears of other regions, and nothing is forwarded");
                        return Err(DeploymentError::Buses(problem));
                    }
                    if !queues.insert(queue) {
                        let problem =
                            format!("two triggers share the queue {queue:?}: each message would reach one of them");
                        return Err(DeploymentError::Buses(problem));
                    }
                }
                Trigger::Timer { .. } | Trigger::Http { .. } => {}
            }
        }
        if default > DEFAULT_RULES_MAX || queues.len() > CUSTOM_RULES_MAX {
            return Err(DeploymentError::Buses(format!(
                "{default} rules on the default bus and {} on the custom one, of at most {DEFAULT_RULES_MAX} and \
                 {CUSTOM_RULES_MAX}",
                queues.len()
            )));
        }
        Ok(())
    }

    /// The roles as an account keeps them.
    pub fn placed_roles(&self, account: &AccountId) -> Result<Vec<Role>, DeploymentError> {
        let placed = self.roles.iter().map(|role| {
            let placed = role.role(account);
            placed.map_err(|problem| DeploymentError::Role {
                role: role.name.clone(),
                problem,
            })
        });
        placed.collect()
    }

    /// What the platform has to be allowed in a function's name: to ship its log, to tell who hears of its successes, and
    /// to send what was given up to its queue.
    pub fn platform_questions(&self, function: &str, account: &AccountId, region: &RegionId) -> Vec<PolicyQuestion> {
        let place = Place {
            account: account.clone(),
            region: region.clone(),
            regions: Vec::new(),
            logs: self.logs.clone(),
        };
        let functions = self.functions.iter().filter(|deployed| deployed.name == function);
        functions
            .flat_map(|function| acts::questions(function, &place))
            .collect()
    }

    pub(super) fn by_name(self) -> BTreeMap<String, Function> {
        self.functions
            .into_iter()
            .map(|function| (function.name.clone(), function))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::world::Runtime;

    fn function(changes: Value) -> Value {
        let mut function = json!({"name": "sweep", "timeout_seconds": 60, "memory_mb": 128});
        if let (Some(function), Value::Object(changes)) = (function.as_object_mut(), changes) {
            function.extend(changes);
        }
        function
    }

    fn many_timers(count: usize) -> Vec<Value> {
        let timer = |number| json!({"kind": "timer", "name": format!("t{number}"), "schedule": "@every 1m"});
        (0..count).map(timer).collect()
    }

    #[test]
    fn what_is_not_said_is_what_the_platform_does() {
        let text = json!({"functions": [function(json!({}))]}).to_string();
        let deployment: Deployment = text.parse().unwrap();
        let [sweep] = deployment.functions.as_slice() else {
            panic!("one function")
        };
        assert_eq!(
            (sweep.retries, sweep.max_event_age_seconds, sweep.runtime),
            (3, 86_400, Runtime::Debian10)
        );
    }

    #[test]
    fn a_deployment_is_read_strictly() {
        let timer = json!({"kind": "timer", "name": "t", "schedule": "@every 1m"});
        for (changes, problem) in [
            (json!({"colour": "red"}), "unknown field"),
            (json!({"name": "1st"}), "a name is"),
            (json!({"timeout_seconds": 0}), "timeout_seconds 0"),
            (json!({"memory_mb": 130}), "multiple of 64"),
            (json!({"retries": 9}), "retries 9"),
            (json!({"reserved_concurrency": 0}), "reserved_concurrency 0"),
            (json!({"on_success": "nobody"}), "not deployed"),
            (json!({"role": "nobody"}), "its role \"nobody\" is not deployed"),
            (json!({"runtime": "custom.debian8"}), "unknown variant"),
            (json!({"triggers": [timer, timer]}), "two triggers"),
            (
                json!({"triggers": [{"kind": "timer", "name": "t", "schedule": "* * * * *"}]}),
                "5 fields",
            ),
            (
                json!({"triggers": [{"kind": "timer", "name": "t", "schedule": "@every 1m", "cron": ""}]}),
                "unknown field",
            ),
            (
                json!({"triggers": [{"kind": "timer", "name": "1t", "schedule": "@every 1m"}]}),
                "a name is",
            ),
            (
                json!({"triggers": [{
                    "kind": "timer", "name": "t", "schedule": "@every 1m", "payload": "x".repeat(131_073)
                }]}),
                "over 131072",
            ),
            (json!({"triggers": many_timers(51)}), "more than 50"),
            (
                json!({"triggers": [
                    {"kind": "http", "name": "a", "methods": ["GET"]},
                    {"kind": "http", "name": "b", "methods": ["GET"]}
                ]}),
                "two HTTP triggers",
            ),
            (json!({"initializer": {"timeout_seconds": 301}}), "timeout_seconds 301"),
            (json!({"pre_stop": {"timeout_seconds": 91}}), "timeout_seconds 91"),
            (
                json!({"triggers": [{"kind": "events", "name": "e", "pattern": {"x": ["y"]}}]}),
                "not an attribute",
            ),
            (json!({"triggers": [{"kind": "queue", "name": "q"}]}), "unknown variant"),
        ] {
            let text = json!({"functions": [function(changes)]}).to_string();
            let error = text.parse::<Deployment>().unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }

    /// A trigger for events of the home region, or of others when it names a queue.
    fn rule(name: &str, queue: Option<&str>, delivery: Value) -> Value {
        let mut rule = json!({"kind": "events", "name": name, "pattern": {}, "delivery": delivery});
        if let Some(queue) = queue {
            rule["kind"] = json!("forwarded");
            rule["queue"] = json!(queue);
        }
        rule
    }

    #[test]
    fn the_buses_hold_together() {
        let plain = || json!({});
        let rules = |count: usize| (0..count).map(|number| rule(&format!("r{number}"), None, plain()));
        for (forwarding, triggers, problem) in [
            (json!(null), rules(11).collect(), "11 rules on the default bus"),
            (
                json!(null),
                vec![rule("f", Some("queue"), plain())],
                "nothing is forwarded",
            ),
            (
                json!({"bus": "regions", "patterns": [{}]}),
                vec![rule("f", Some("queue"), plain()), rule("g", Some("queue"), plain())],
                "share the queue",
            ),
            (
                json!({"bus": "default", "patterns": [{}]}),
                vec![],
                "not the default one",
            ),
            (
                json!({"bus": "eventbridge-reserved-1", "patterns": [{}]}),
                vec![],
                "a custom bus has",
            ),
            (json!({"bus": "b", "patterns": [{}]}), vec![], "a custom bus has"),
            (
                json!(null),
                vec![rule("f", None, json!({"dead_letter_queue": "dead"}))],
                "needs the tolerance ALL",
            ),
            (
                json!(null),
                vec![rule("f", None, json!({"retry": "SOMETIMES"}))],
                "unknown variant",
            ),
            (
                json!(null),
                vec![rule(&"f".repeat(122), None, plain())],
                "more than 127 characters",
            ),
        ] {
            let text = json!({"forwarding": forwarding, "functions": [function(json!({"triggers": triggers}))]});
            let error = text.to_string().parse::<Deployment>().unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
        let triggers: Vec<_> = rules(10).chain([rule("f", Some("queue"), plain())]).collect();
        let forwarding = json!({
            "bus": "regions", "patterns": [{}],
            "delivery": {"retry": "EXPONENTIAL_DECAY_RETRY", "tolerance": "ALL", "dead_letter_queue": "dead"}
        });
        let text = json!({"forwarding": forwarding, "functions": [function(json!({"triggers": triggers}))]});
        assert!(text.to_string().parse::<Deployment>().is_ok());
    }

    #[test]
    fn a_role_is_deployed_once_and_its_policies_are_read() {
        let role = json!({
            "name": "sweep", "trust": {"Version": "1"},
            "policies": {"read": {"Version": "1", "Statement": [{
                "Effect": "Allow", "Action": "ram:GetRole", "Resource": "*"
            }]}}
        });
        let problem = |roles: &Value| {
            let text = json!({"roles": roles, "functions": []});
            text.to_string().parse::<Deployment>().unwrap_err().to_string()
        };
        assert!(problem(&json!([role, role])).contains("twice"));
        let odd: Value = serde_json::from_str(&role.to_string().replace("\"1\"", "\"2\"")).unwrap();
        assert!(problem(&json!([odd])).contains("the version is"));
    }

    #[test]
    fn a_name_is_deployed_once() {
        let text = json!({"functions": [function(json!({})), function(json!({}))]}).to_string();
        assert!(text.parse::<Deployment>().unwrap_err().to_string().contains("twice"));
    }
}
