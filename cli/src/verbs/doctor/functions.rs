//! The functions as they are deployed: their state and settings, what becomes of their answers, and what wakes them.

use goldcast_cloud::fc::{self, FunctionPlace, GetAsyncInvokeConfig, GetConcurrencyConfig, GetFunction, ListTriggers};
use goldcast_domain::policy::SecretSource;
use serde_json::Value;

use super::Look;
use super::expected::ExpectedTrigger;
use super::finding::{Defect, Findings, Group};
use super::id::Id;
use super::json::text;
use super::pattern::{Difference, difference};

/// Where the configuration of an event trigger has its pattern.
const FILTER: &str = "eventRuleFilterPattern";

pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) {
    findings.turn_to(Group::Functions);
    for expected in look.expected.functions() {
        let name = text(expected, "FunctionName");
        if !settings(look, name, expected, findings).await {
            continue;
        }
        answers(look, name, findings).await;
        concurrency(look, name, findings).await;
        triggers(look, name, findings).await;
    }
}

fn place(look: &Look<'_>, function: &str) -> FunctionPlace {
    FunctionPlace {
        region_id: look.home.to_owned(),
        function_name: function.to_owned(),
    }
}

/// Whether the function is there.
async fn settings(look: &Look<'_>, name: &str, expected: &Value, findings: &mut Findings) -> bool {
    let function = match look.client.get(&GetFunction(place(look, name)), look.deadline).await {
        Ok(function) => function,
        Err(error) if error.is_code(fc::NO_FUNCTION) => {
            findings.error(Defect {
                id: Id::FunctionMissing,
                about: name.to_owned(),
                seen: format!("there is no function {name} in {}", look.home),
                why: "what it does is not done",
                to_do: look.deploy_again(),
            });
            return false;
        }
        Err(error) => {
            findings.unread(Id::FunctionUnread, name, &error);
            return false;
        }
    };
    let before = findings.all.len();
    if !["", "Active"].contains(&function.state.as_str()) {
        findings.error(Defect {
            id: Id::FunctionInactive,
            about: name.to_owned(),
            seen: format!("it is {}: {}", function.state, function.state_reason),
            why: "it does not answer",
            to_do: look.deploy_again(),
        });
    }
    let role = text(expected, "Role");
    if function.role != role {
        findings.error(Defect {
            id: Id::FunctionRoleWrong,
            about: name.to_owned(),
            seen: format!("it runs under {:?}, and should under {role}", function.role),
            why: "under another role it may do less than it has to, or more than it should",
            to_do: look.deploy_again(),
        });
    }
    let timeout = expected.get("Timeout").and_then(Value::as_u64);
    if function.timeout != timeout || function.instance_concurrency.is_some_and(|events| events > 1) {
        findings.warning(Defect {
            id: Id::FunctionDiffers,
            about: name.to_owned(),
            seen: format!(
                "it has {} s and {} events at a time, and the template {} s and one",
                function.timeout.unwrap_or_default(),
                function.instance_concurrency.unwrap_or(1),
                timeout.unwrap_or_default()
            ),
            why: "it stops in the middle of its work, or mixes the logs of two",
            to_do: look.deploy_again(),
        });
    }
    if function.log_config.is_none_or(|log| log.project.is_empty()) {
        findings.warning(Defect {
            id: Id::FunctionUnlogged,
            about: name.to_owned(),
            seen: "it logs nowhere".to_owned(),
            why: "nobody can see why something failed",
            to_do: look.deploy_again(),
        });
    }
    if name.strip_prefix(look.prefix) == Some("-sweep") {
        variables(look, name, &function.variables, findings);
    }
    if findings.all.len() == before {
        findings.ok("function", name, format!("deployed on {}", function.runtime));
    }
    true
}

/// Webhook addresses and secrets that the policy looks for in the environment of the sweep.
fn variables(look: &Look<'_>, function: &str, there: &[String], findings: &mut Findings) {
    for channel in look.policy.channels.values() {
        for source in std::iter::once(&channel.url).chain(&channel.secret.0) {
            let SecretSource::Env(name) = source else { continue };
            if !there.contains(name) {
                findings.error(Defect {
                    id: Id::VariableMissing,
                    about: channel.name.to_string(),
                    seen: format!("{function} has no variable {name}"),
                    why: "the channel is told nothing",
                    to_do:
                        "deploy again with it in the parameter SweepVariables, or say secret-parameter in the policy"
                            .to_owned(),
                });
            }
        }
    }
}

async fn answers(look: &Look<'_>, name: &str, findings: &mut Findings) {
    let Some(expected) = look.expected.async_config(name) else {
        return;
    };
    let found = match look
        .client
        .get(&GetAsyncInvokeConfig(place(look, name)), look.deadline)
        .await
    {
        Ok(found) => found,
        Err(error) if error.is_code(fc::NO_ASYNC_CONFIG) => fc::AsyncInvokeConfig::default(),
        Err(error) => return findings.unread(Id::AnswersUnread, name, &error),
    };
    let wanted = |member: &str| expected.pointer(&format!("/DestinationConfig/{member}/Destination"));
    let given = |destination: Option<fc::Destination>| destination.unwrap_or_default().destination;
    let destinations = found.destination_config;
    let (success, failure) = (given(destinations.on_success), given(destinations.on_failure));
    let before = findings.all.len();
    if wanted("OnSuccess").is_some_and(|wanted| wanted != &Value::from(success)) {
        findings.warning(Defect {
            id: Id::SweepNotWoken,
            about: name.to_owned(),
            seen: "its successes do not go to the sweep".to_owned(),
            why: "what only the sweep may do waits for its timer",
            to_do: look.deploy_again(),
        });
    }
    if wanted("OnFailure").is_some_and(|wanted| wanted != &Value::from(failure)) {
        findings.warning(Defect {
            id: Id::FailuresLost,
            about: name.to_owned(),
            seen: "its failures do not go to the queue of failures".to_owned(),
            why: "an event that was given up leaves no trace but the log",
            to_do: look.deploy_again(),
        });
    }
    if findings.all.len() == before {
        findings.ok("answers", name, "successes and failures go where they should");
    }
}

async fn concurrency(look: &Look<'_>, name: &str, findings: &mut Findings) {
    let Some(wanted) = look.expected.concurrency(name) else {
        return;
    };
    let found = match look
        .client
        .get(&GetConcurrencyConfig(place(look, name)), look.deadline)
        .await
    {
        Ok(found) => found.reserved_concurrency,
        Err(error) if error.is_code(fc::NO_CONCURRENCY_CONFIG) => None,
        Err(error) => return findings.unread(Id::ConcurrencyUnread, name, &error),
    };
    if found == Some(wanted) {
        findings.ok("concurrency", name, format!("at most {wanted} at a time"));
    } else {
        findings.error(Defect {
            id: Id::SweepNotAlone,
            about: name.to_owned(),
            seen: format!("{} may run at a time, and one should", found.map_or("any number".to_owned(), |n| n.to_string())),
            why: "two sweeps tell people everything twice, and may make one shelf twice",
            to_do: format!(
                "{}, or: aliyun fc PUT /2023-03-30/functions/{name}/concurrency --body '{{\"reservedConcurrency\":{wanted}}}'",
                look.deploy_again()
            ),
        });
    }
}

async fn triggers(look: &Look<'_>, function: &str, findings: &mut Findings) {
    let found = look
        .client
        .get(&ListTriggers(place(look, function)), look.deadline)
        .await;
    let Some(found) = findings.read(Id::TriggersUnread, function, found) else {
        return;
    };
    let expected = look.expected.triggers().filter(|trigger| trigger.function == function);
    for trigger in expected {
        let about = format!("{function}/{}", trigger.name);
        let same = found.triggers.iter().find(|there| there.trigger_name == trigger.name);
        let Some(there) = same else {
            missing(look, &trigger, about, findings);
            continue;
        };
        let config: Value = serde_json::from_str(&there.trigger_config).unwrap_or_default();
        if !is_enabled(&config) {
            disabled(look, &trigger, about, findings);
        } else if trigger.kind == "eventbridge" {
            let wanted = text(trigger.config, FILTER);
            tell(look, &about, difference(wanted, text(&config, FILTER)), findings);
        } else {
            findings.ok(
                "trigger",
                &about,
                format!("{} {}", trigger.kind, text(&config, "cronExpression")),
            );
        }
    }
}

fn is_enabled(config: &Value) -> bool {
    let says = |member: &str| config.get(member).and_then(Value::as_bool);
    says("enable").or(says("triggerEnable")).unwrap_or(true)
}

fn missing(look: &Look<'_>, trigger: &ExpectedTrigger<'_>, about: String, findings: &mut Findings) {
    let timer = trigger.kind == "timer";
    let defect = Defect {
        id: if timer { Id::TimerMissing } else { Id::TriggerMissing },
        about,
        seen: format!("{} has no trigger {}", trigger.function, trigger.name),
        why: why(timer),
        to_do: look.deploy_again(),
    };
    findings.bad(timer, defect);
}

fn disabled(look: &Look<'_>, trigger: &ExpectedTrigger<'_>, about: String, findings: &mut Findings) {
    let timer = trigger.kind == "timer";
    let defect = Defect {
        id: if timer { Id::TimerDisabled } else { Id::TriggerDisabled },
        about,
        seen: "it is switched off".to_owned(),
        why: why(timer),
        to_do: format!(
            "switch it on in the console of Function Compute: {} → {} → Triggers; or {}",
            look.home,
            trigger.function,
            look.deploy_again()
        ),
    };
    findings.bad(timer, defect);
}

fn why(timer: bool) -> &'static str {
    if timer {
        "timers are the authority: without them lost events are never made up for"
    } else {
        "nothing is lost, since the timers look as well, but it comes minutes later"
    }
}

/// Notes how a pattern differs from the template's.
pub(super) fn tell(look: &Look<'_>, about: &str, difference: Difference, findings: &mut Findings) {
    match difference {
        Difference::None => findings.ok("pattern", about, "the pattern is the template's"),
        Difference::Misses(samples) => findings.warning(Defect {
            id: Id::PatternMisses,
            about: about.to_owned(),
            seen: format!("its pattern lets these no longer through: {}", samples.join(", ")),
            why: "nothing is lost, since the timers look as well, but it comes minutes later",
            to_do: look.deploy_again(),
        }),
        Difference::Words => findings.note(Defect {
            id: Id::PatternDiffers,
            about: about.to_owned(),
            seen: "its pattern is not the template's, and lets the same samples through".to_owned(),
            why: "the next deployment puts the template's back",
            to_do: String::new(),
        }),
    }
}
