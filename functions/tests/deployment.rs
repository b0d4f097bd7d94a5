//! What is deployed agrees with the functions that there are.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;

use goldcast_functions::{DEPLOYMENT, FUNCTIONS};
use serde_json::Value;

/// Event rules that fit into the bus next to what else a company has there (design: at most five).
const EVENT_PATTERNS_MAX: usize = 5;

fn deployed() -> Vec<Value> {
    let deployment: Value = serde_json::from_str(DEPLOYMENT).unwrap();
    deployment["functions"].as_array().unwrap().clone()
}

fn triggers(kind: &str) -> Vec<Value> {
    let all = deployed()
        .into_iter()
        .flat_map(|function| function["triggers"].as_array().unwrap().clone());
    all.filter(|trigger| trigger["kind"] == kind).collect()
}

#[test]
fn every_function_is_deployed_once_under_its_name_and_role() {
    let deployed = deployed();
    let names: BTreeSet<_> = deployed
        .iter()
        .map(|function| function["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), deployed.len());
    for function in FUNCTIONS {
        assert!(names.contains(function.name), "{} is not deployed", function.name);
    }
    for function in &deployed {
        assert_eq!(
            function["role"],
            format!("goldcast-{}", function["name"].as_str().unwrap())
        );
        assert!(
            (1..=300).contains(&function["timeout_seconds"].as_u64().unwrap()),
            "{function}"
        );
    }
}

#[test]
fn every_role_is_one_functions_own_and_nobody_elses() {
    let deployment: Value = serde_json::from_str(DEPLOYMENT).unwrap();
    let roles = deployment["roles"].as_array().unwrap();
    let used: BTreeSet<_> = deployed()
        .iter()
        .map(|function| function["role"].clone().to_string())
        .collect();
    let names: BTreeSet<_> = roles.iter().map(|role| role["name"].to_string()).collect();
    assert_eq!(names, used);
    for role in roles {
        let trust = &role["trust"]["Statement"];
        assert_eq!(trust.as_array().unwrap().len(), 1, "{trust}");
        assert_eq!(
            trust[0]["Principal"]["Service"],
            serde_json::json!(["fc.aliyuncs.com"]),
            "{trust}"
        );
        for statement in role["policy"]["Statement"].as_array().unwrap() {
            let actions = statement["Action"].as_array().unwrap();
            assert!(
                actions.iter().all(|action| !action.as_str().unwrap().contains('*')),
                "{statement}"
            );
        }
    }
}

#[test]
fn only_the_sweep_runs_one_at_a_time_and_every_other_function_wakes_it() {
    for function in deployed() {
        let sweep = function["name"] == "sweep";
        assert_eq!(
            function["reserved_concurrency"].as_u64(),
            sweep.then_some(1),
            "{function}"
        );
        assert_eq!(
            function["on_success"].as_str(),
            (!sweep).then_some("sweep"),
            "{function}"
        );
        assert_eq!(function["on_failure"], "goldcast-failures", "{function}");
    }
}

#[test]
fn events_are_never_blocked_and_never_waited_for() {
    let deployment: Value = serde_json::from_str(DEPLOYMENT).unwrap();
    assert_eq!(deployment["forwarding"]["delivery"]["tolerance"], "ALL");
    for trigger in triggers("events").iter().chain(&triggers("forwarded")) {
        assert_eq!(trigger["delivery"]["tolerance"], "ALL", "{trigger}");
        assert!(trigger["delivery"]["retry"].is_string(), "{trigger}");
        assert_eq!(trigger["invocation"], "async", "{trigger}");
    }
}

#[test]
fn the_event_rules_are_few_and_the_timers_are_the_authority() {
    assert!(triggers("events").len() <= EVENT_PATTERNS_MAX);
    let schedules: Vec<_> = triggers("timer")
        .iter()
        .map(|timer| timer["schedule"].clone())
        .collect();
    assert_eq!(schedules, ["@every 1m", "@every 5m", "@every 24h"]);
}
