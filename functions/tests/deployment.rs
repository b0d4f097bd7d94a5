//! What is deployed agrees with the functions that there are.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;

use goldcast_emulator::world::{
    DeliveryOptions, Deployment, Function, InvocationType, Platform, RetryStrategy, Stacks, Tolerance, Trigger,
};
use goldcast_functions::{FUNCTIONS, REGION_EVENTS, TEMPLATE};
use goldcast_template::{Place, Template, Values};
use serde_json::{Value, json};

/// Event rules that fit into the bus next to what else a company has there (design: at most five).
const EVENT_PATTERNS_MAX: usize = 5;
/// Begins the names of what is deployed.
const PREFIX: &str = "goldcast-";
/// The function that is asked over HTTP and wakes nobody.
const STATUS: &str = "goldcast-status";

fn deployed() -> Deployment {
    let place = Place {
        account: "1234567890123456".parse().unwrap(),
        region: "cn-hangzhou".parse().unwrap(),
        stack: "goldcast".to_owned(),
    };
    let values = |pairs: &[(&str, &str)]| -> Values {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let home = values(&[("CodeBucket", "packages"), ("CodePrefix", "goldcast/1")]);
    let away = values(&[("HomeRegion", "cn-hangzhou")]);
    let (template, forwarding) = (
        Template::parse(TEMPLATE).unwrap(),
        Template::parse(REGION_EVENTS).unwrap(),
    );
    let regions = ["cn-shanghai".parse().unwrap()];
    let stacks = Stacks::resolve(&place, (&template, &home), (&forwarding, &away), regions).unwrap();
    let platform = Platform::with_bus("goldcast-regions");
    let deployment = Deployment::of_stacks(&stacks, &platform, &place.account, &place.region).unwrap();
    deployment.check().unwrap();
    deployment
}

/// The name of a function as it is known here.
fn short(function: &Function) -> &str {
    function.name.strip_prefix(PREFIX).unwrap()
}

/// What becomes of an event that a trigger cannot deliver, and how the function is called.
fn deliveries(deployment: &Deployment) -> Vec<(&DeliveryOptions, InvocationType)> {
    let triggers = deployment.functions.iter().flat_map(|function| &function.triggers);
    triggers
        .filter_map(|trigger| match trigger {
            Trigger::Events {
                delivery, invocation, ..
            }
            | Trigger::Forwarded {
                delivery, invocation, ..
            } => Some((delivery, *invocation)),
            Trigger::Timer { .. } | Trigger::Http { .. } => None,
        })
        .collect()
}

#[test]
fn every_function_is_deployed_once_under_its_name_and_role() {
    let deployment = deployed();
    let names: BTreeSet<_> = deployment.functions.iter().map(short).collect();
    assert_eq!(names.len(), deployment.functions.len());
    for function in FUNCTIONS {
        assert!(names.contains(function.name), "{} is not deployed", function.name);
    }
    for function in &deployment.functions {
        assert_eq!(function.role.as_deref(), Some(function.name.as_str()));
        assert_eq!(function.code.as_deref(), Some(short(function)));
        assert!((1..=300).contains(&function.timeout_seconds), "{function:?}");
        assert_eq!(
            function.variables.0["GOLDCAST_TIMEOUT"],
            function.timeout_seconds.to_string(),
            "{}",
            function.name
        );
        assert_eq!(function.variables.0["GOLDCAST_ROLE_PREFIX"], PREFIX);
    }
}

#[test]
fn every_role_is_one_functions_own_and_nobody_elses() {
    let deployment = deployed();
    let used: BTreeSet<_> = deployment
        .functions
        .iter()
        .filter_map(|function| function.role.as_deref())
        .collect();
    let names: BTreeSet<_> = deployment.roles.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, used);
    for role in &deployment.roles {
        let trust = &role.trust["Statement"];
        assert_eq!(trust.as_array().unwrap().len(), 1, "{trust}");
        assert_eq!(trust[0]["Principal"]["Service"], json!(["fc.aliyuncs.com"]), "{trust}");
        let documents = role.policies.values();
        for statement in documents.flat_map(|document| document["Statement"].as_array().unwrap()) {
            let actions = statement["Action"].as_array().unwrap();
            let is_plain = |action: &Value| !action.as_str().unwrap().contains('*');
            assert!(actions.iter().all(is_plain), "{statement}");
        }
    }
}

#[test]
fn only_the_sweep_runs_one_at_a_time_and_every_other_function_wakes_it() {
    for function in deployed().functions.iter().filter(|function| function.name != STATUS) {
        let is_sweep = short(function) == "sweep";
        assert_eq!(function.reserved_concurrency, is_sweep.then_some(1), "{function:?}");
        let wakes = (!is_sweep).then_some("goldcast-sweep");
        assert_eq!(function.on_success.as_deref(), wakes, "{function:?}");
        assert_eq!(
            function.on_failure.as_deref(),
            Some("goldcast-failures"),
            "{function:?}"
        );
    }
}

#[test]
fn events_are_never_blocked_and_never_waited_for() {
    let deployment = deployed();
    let forwarding = deployment.forwarding.as_ref().unwrap();
    assert_eq!(forwarding.delivery.tolerance, Tolerance::All);
    assert_eq!(forwarding.delivery.retry, RetryStrategy::ExponentialDecay);
    for (delivery, invocation) in deliveries(&deployment) {
        assert_eq!(delivery.tolerance, Tolerance::All);
        assert_eq!(delivery.dead_letter_queue.as_deref(), Some("goldcast-failures"));
        assert_eq!(invocation, InvocationType::Async);
    }
}

#[test]
fn the_event_rules_are_few_and_the_timers_are_the_authority() {
    let deployment = deployed();
    let triggers = || deployment.functions.iter().flat_map(|function| &function.triggers);
    let events = triggers().filter(|trigger| matches!(trigger, Trigger::Events { .. }));
    assert!(events.count() <= EVENT_PATTERNS_MAX);
    let timers = triggers().filter(|trigger| matches!(trigger, Trigger::Timer { .. }));
    let timers: BTreeSet<_> = timers.map(Trigger::name).collect();
    assert_eq!(timers, BTreeSet::from(["daily", "every-few-minutes", "every-minute"]));
}
