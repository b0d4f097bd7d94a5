//! `goldcast doctor --probe`: asks a live account what no document says. Only harmless calls are made; what needs a change is
//! listed as a step for a person. Account ids are replaced before anything is printed.

use goldcast_cloud::eventbridge::{
    DEFAULT_BUS, GetRule, ListAliyunOfficialEventSources, ListRules, QueryTracedEvents, TestEventPattern,
};
use goldcast_cloud::fc::{FunctionPlace, GetFunction, GetTrigger};
use goldcast_cloud::{CallError, Rpc};
use goldcast_functions::SAMPLES;
use serde_json::{Value, json};

use super::Look;
use super::json::text;
use super::pattern::let_through;

/// How far back events are looked for, in milliseconds: EventBridge keeps traces for a week.
const WINDOW_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// What stands for an account in the report.
const ACCOUNT: &str = "<account>";
/// Digits of an account id.
const ACCOUNT_DIGITS: usize = 16;
/// What every probe costs.
const FREE: &str = "nothing: reads of the control plane are free";

/// What has to be changed to be known, and how.
const MANUAL: [(&str, &str); 8] = [
    (
        "Q1, Q2",
        "create, tag and copy one golden image, then run the probe again: QueryTracedEvents shows which audit events came",
    ),
    (
        "Q5",
        "copy one image to a second region, then run the probe with that region as home-region",
    ),
    (
        "Q6",
        "aliyun resourcecenter ListResourceTypes, and aliyun configservice ListSupportedProducts: look for ACS::ECS::Image and ACS::ResourceManager::Account",
    ),
    (
        "Q8",
        "deploy satellites/region-events.yml in a second region, tag an image there, and look at the log of image-created",
    ),
    (
        "Q12",
        "keep an instance busy for 36 hours with delayed release, and look at its log for expired keys",
    ),
    (
        "Q13",
        "invoke one function with the header x-fc-async-delay: 60, and compare the times in its log",
    ),
    (
        "Q15",
        "deploy with Runtime=custom.debian12; a region without it refuses the function",
    ),
    (
        "Q18",
        "release one image with a shelf, and list it from a member: aliyun ecs DescribeImages --ImageOwnerAlias others",
    ),
];

/// Asks everything, and gives the report.
pub(super) async fn ask(look: &Look<'_>) -> Value {
    let probes = vec![
        triggers(look).await,
        rules(look).await,
        sources(look).await,
        traces(look).await,
        runtimes(look).await,
        patterns(look).await,
    ];
    let manual = MANUAL.map(|(questions, step)| json!({ "questions": questions, "step": step }));
    without_accounts(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "region": look.home,
        "site": look.policy.owner.site,
        "at": look.now,
        "probes": probes,
        "manual": manual,
    }))
}

/// One probe of the report.
fn probe(name: &str, questions: &str, calls: &[&str], answer: Value) -> Value {
    json!({ "name": name, "questions": questions, "calls": calls, "costs": FREE, "answer": answer })
}

fn failed(error: &CallError) -> Value {
    json!({ "failed": error.to_string() })
}

/// Q3, Q4, Q21, Q22: what Function Compute made of each trigger, and of its rule.
async fn triggers(look: &Look<'_>) -> Value {
    let mut answers = Vec::new();
    for expected in look.expected.triggers().filter(|trigger| trigger.kind == "eventbridge") {
        let asked = GetTrigger {
            function: FunctionPlace {
                region_id: look.home.to_owned(),
                function_name: expected.function.to_owned(),
            },
            trigger_name: expected.name.to_owned(),
        };
        let trigger = match look.client.get(&asked, look.deadline).await {
            Ok(found) => json!({
                "status": found.status,
                "source_arn": found.source_arn,
                "config": serde_json::from_str::<Value>(&found.trigger_config).unwrap_or_default(),
            }),
            Err(error) => failed(&error),
        };
        let name = format!("{}-{}", expected.function, expected.name);
        let rule = GetRule {
            region_id: look.home.to_owned(),
            event_bus_name: DEFAULT_BUS.to_owned(),
            rule_name: name.clone(),
        };
        let rule = raw(look, goldcast_cloud::Operation::rpc(&rule)).await;
        answers.push(json!({ "trigger": name, "as_trigger": trigger, "as_rule": rule }));
    }
    probe(
        "triggers",
        "Q3, Q4, Q21, Q22",
        &["fc:GetTrigger", "eventbridge:GetRule"],
        answers.into(),
    )
}

/// The answer as it came: unknown members are what is asked for.
async fn raw(look: &Look<'_>, rpc: Rpc) -> Value {
    match look.client.call::<Value>(&rpc, look.deadline).await {
        Ok(answer) => answer,
        Err(error) => failed(&error),
    }
}

/// Q9: how many rules there are on `default` already.
async fn rules(look: &Look<'_>) -> Value {
    let asked = ListRules {
        region_id: look.home.to_owned(),
        event_bus_name: DEFAULT_BUS.to_owned(),
    };
    let answer = match look.client.ask(&asked, look.deadline).await {
        Ok(found) => {
            let ours = found
                .rules
                .iter()
                .filter(|rule| rule.rule_name.starts_with(look.prefix))
                .count();
            json!({ "rules": found.rules.len(), "ours": ours })
        }
        Err(error) => failed(&error),
    };
    probe("rules", "Q9", &["eventbridge:ListRules"], answer)
}

/// Q7, Q19: what the account's own catalogue has on images, accounts and executions.
async fn sources(look: &Look<'_>) -> Value {
    let asked = ListAliyunOfficialEventSources {
        region_id: look.home.to_owned(),
    };
    let wanted = ["acs.ecs", "acs.oos", "acs.resource"];
    let answer = match look.client.ask(&asked, look.deadline).await {
        Ok(found) => {
            let ours = found
                .event_source_list
                .iter()
                .filter(|source| wanted.iter().any(|name| source.name.starts_with(name)));
            let rows = ours.map(|source| {
                let types = source.event_types.iter().map(|kind| kind.name.as_str());
                json!({ "source": source.name, "types": types.collect::<Vec<_>>() })
            });
            json!({ "sources_in_all": found.event_source_list.len(), "ours": rows.collect::<Vec<_>>() })
        }
        Err(error) => failed(&error),
    };
    probe(
        "sources",
        "Q7, Q19",
        &["eventbridge:ListAliyunOfficialEventSources"],
        answer,
    )
}

/// Q1, Q5, Q7, Q11: which events came in the last week, by source and type.
async fn traces(look: &Look<'_>) -> Value {
    let end = look.now.as_millisecond();
    let mut rows = Vec::new();
    for source in [
        "acs.ecs",
        "acs.oos",
        "acs.resourcemanager",
        "acs.resourcedirectory",
        "acs.resourcesharing",
    ] {
        let asked = QueryTracedEvents {
            region_id: look.home.to_owned(),
            event_bus_name: DEFAULT_BUS.to_owned(),
            start_time: end - WINDOW_MS,
            end_time: end,
            event_source: Some(source.to_owned()),
        };
        let row = match look.client.ask(&asked, look.deadline).await {
            Ok(found) => {
                let mut types = std::collections::BTreeMap::<&str, u32>::new();
                for event in &found.events {
                    *types.entry(event.event_type.as_str()).or_default() += 1;
                }
                json!({ "source": source, "total": found.total, "types_of_the_newest": types })
            }
            Err(error) => json!({ "source": source, "failed": error.to_string() }),
        };
        rows.push(row);
    }
    probe(
        "traces",
        "Q1, Q5, Q7, Q11",
        &["eventbridge:QueryTracedEvents"],
        rows.into(),
    )
}

/// Q15, Q24: the runtime that functions were really given, and whether their variables kept their names.
async fn runtimes(look: &Look<'_>) -> Value {
    let mut rows = Vec::new();
    for expected in look.expected.functions() {
        let name = text(expected, "FunctionName");
        let place = FunctionPlace {
            region_id: look.home.to_owned(),
            function_name: name.to_owned(),
        };
        rows.push(match look.client.get(&GetFunction(place), look.deadline).await {
            Ok(found) => json!({
                "function": name,
                "runtime": found.runtime,
                "state": found.state,
                "variables_with_underscore": found.variables.iter().filter(|name| name.contains('_')).count(),
            }),
            Err(error) => json!({ "function": name, "failed": error.to_string() }),
        });
    }
    probe("runtimes", "Q15, Q24", &["fc:GetFunction"], rows.into())
}

/// Whether the cloud's own reading of the patterns is ours: every sample event against every pattern of the template.
async fn patterns(look: &Look<'_>) -> Value {
    let mut rows = Vec::new();
    for expected in look.expected.triggers().filter(|trigger| trigger.kind == "eventbridge") {
        let pattern = text(expected.config, "eventRuleFilterPattern");
        if pattern.is_empty() {
            continue;
        }
        let mut through = Vec::new();
        let mut failures = Vec::new();
        for sample in SAMPLES {
            let asked = TestEventPattern {
                region_id: look.home.to_owned(),
                event: sample.event.to_owned(),
                event_pattern: pattern.to_owned(),
            };
            match look.client.ask(&asked, look.deadline).await {
                Ok(verdict) if verdict.result => through.push(sample.name),
                Ok(_) => {}
                Err(error) => failures.push(error.to_string()),
            }
        }
        failures.dedup();
        let ours = let_through(serde_json::from_str(pattern).unwrap_or_default());
        let differs = |sample: &&&str| through.contains(*sample) != ours.contains(*sample);
        rows.push(json!({
            "trigger": format!("{}-{}", expected.function, expected.name),
            "differs": SAMPLES.iter().map(|sample| &sample.name).filter(differs).collect::<Vec<_>>(),
            "lets_through": through,
            "failed": failures,
        }));
    }
    probe("patterns", "Q2, Q19", &["eventbridge:TestEventPattern"], rows.into())
}

/// Replaces every run of sixteen digits, wherever it stands.
fn without_accounts(report: Value) -> Value {
    match report {
        Value::String(text) => Value::String(replaced(&text)),
        Value::Array(items) => items.into_iter().map(without_accounts).collect(),
        Value::Object(members) => {
            let members = members
                .into_iter()
                .map(|(name, value)| (replaced(&name), without_accounts(value)));
            Value::Object(members.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => report,
    }
}

fn replaced(text: &str) -> String {
    let mut whole = String::new();
    let mut digits = String::new();
    let end = |digits: &mut String, whole: &mut String| {
        whole.push_str(if digits.len() == ACCOUNT_DIGITS {
            ACCOUNT
        } else {
            digits
        });
        digits.clear();
    };
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else {
            end(&mut digits, &mut whole);
            whole.push(letter);
        }
    }
    end(&mut digits, &mut whole);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_ids_are_replaced_and_other_numbers_stay() {
        for (text, expected) in [
            (
                "acs:fc:cn-hangzhou:1234567890123456:functions/f",
                "acs:fc:cn-hangzhou:<account>:functions/f",
            ),
            ("1234567890123456", "<account>"),
            ("12345678901234567 and 2026", "12345678901234567 and 2026"),
        ] {
            assert_eq!(replaced(text), expected);
        }
    }
}
