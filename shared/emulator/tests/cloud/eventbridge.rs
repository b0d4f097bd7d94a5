//! Buses and rules as their API shows them, after a stack made them.

use goldcast_emulator::cloud::{Endpoint, StackResource};
use serde_json::{Value, json};

use crate::authorisation::{allow, is_allowed, user};
use crate::support::{AWAY, Answer, HOME, OWNER, Signer, World, account, region};

const VERSION: &str = "2020-04-01";

/// An event of a source, as text.
pub(crate) fn event(source: &str) -> String {
    json!({ "source": source, "type": "ecs:ActionTrail:ApiCall", "data": { "eventName": "CreateImage" } }).to_string()
}

/// A function with one trigger on the `default` bus, and a rule on a custom one.
pub(crate) fn stack(world: &mut World) {
    let resource = |kind: &str, properties: Value| StackResource {
        kind: kind.to_owned(),
        properties,
    };
    let resources = [
        resource(
            "ALIYUN::FC3::Trigger",
            json!({
                "FunctionName": "goldcast-image-created",
                "TriggerName": "image-calls",
                "TriggerType": "eventbridge",
                "Qualifier": "LATEST",
                "TriggerConfig": {
                    "triggerEnable": true,
                    "asyncInvocationType": true,
                    "eventSourceConfig": { "eventSourceType": "Default" },
                    "eventRuleFilterPattern": r#"{"source":["acs.ecs"]}"#,
                    "runOptions": { "mode": "event-driven", "errorsTolerance": "ALL" },
                },
            }),
        ),
        resource(
            "ALIYUN::FC3::Function",
            json!({
                "FunctionName": "goldcast-image-created",
                "Runtime": "custom.debian11",
                "Handler": "bootstrap",
                "Timeout": 300,
                "Role": format!("acs:ram::{OWNER}:role/goldcast-image-created"),
                "Code": { "OssBucketName": "b", "OssObjectName": "k.zip" },
                "LogConfig": { "Project": "goldcast", "Logstore": "functions" },
                "EnvironmentVariables": { "GOLDCAST_TIMEOUT": "300" },
            }),
        ),
        resource(
            "ALIYUN::FC3::AsyncInvokeConfig",
            json!({
                "FunctionName": "goldcast-image-created",
                "MaxAsyncRetryAttempts": 3,
                "DestinationConfig": { "OnFailure": { "Destination": "acs:mns:cn-hangzhou:1:/queues/q/messages" } },
            }),
        ),
        resource(
            "ALIYUN::EventBridge::Rule",
            json!({
                "EventBusName": "goldcast-regions",
                "RuleName": "goldcast-tags-elsewhere",
                "Status": "ENABLE",
                "FilterPattern": { "source": ["acs.ecs"] },
                "Targets": [{
                    "Id": "image-created",
                    "Type": "acs.mns.queue",
                    "Endpoint": "acs:mns:cn-hangzhou:1:queues/q",
                    "PushRetryStrategy": "EXPONENTIAL_DECAY_RETRY",
                    "ErrorsTolerance": "ALL",
                    "ParamList": [{ "ResourceKey": "queue", "Form": "CONSTANT", "Value": "q" }],
                }],
            }),
        ),
    ];
    let (now, home) = (world.now, region(HOME));
    world.cloud.put_event_bus(&account(OWNER), &home, "goldcast-regions");
    world.cloud.deploy(now, &account(OWNER), &home, &resources);
}

fn call(world: &mut World, at: &str, action: &str, params: &[(&str, &str)]) -> Answer {
    let endpoint = Endpoint::Region(region(at));
    world.call(&Signer::of(OWNER), &endpoint, VERSION, action, params)
}

/// What was said no with, with status 200; empty for a yes.
fn said_no(answer: &Answer) -> &str {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let success = answer.body["Success"].as_bool().unwrap();
    if success {
        ""
    } else {
        answer.body["Code"].as_str().unwrap()
    }
}

#[test]
fn function_compute_makes_the_rule_of_a_trigger_itself() {
    let mut world = World::new();
    stack(&mut world);
    let rule = [
        ("EventBusName", "default"),
        ("RuleName", "goldcast-image-created-image-calls"),
    ];
    let answer = call(&mut world, HOME, "GetRule", &rule);
    let data = &answer.body["Data"];
    assert_eq!(data["Status"], "ENABLE");
    assert_eq!(data["FilterPattern"], r#"{"source":["acs.ecs"]}"#);
    assert_eq!(
        data["Targets"][0]["Endpoint"],
        format!("acs:fc:{HOME}:{OWNER}:functions/goldcast-image-created")
    );
    let answer = call(&mut world, HOME, "ListRules", &[("EventBusName", "default")]);
    assert_eq!(answer.body["Data"]["Total"], 1);
}

#[test]
fn what_is_not_there_is_said_with_status_200() {
    let mut world = World::new();
    stack(&mut world);
    let of_bus = |name| [("EventBusName", name), ("RuleName", "none")];
    for (at, action, params, code) in [
        (HOME, "GetEventBus", of_bus("goldcast-regions"), ""),
        (AWAY, "GetEventBus", of_bus("goldcast-regions"), "EventBusNotExist"),
        (AWAY, "GetEventBus", of_bus("default"), ""),
        (HOME, "GetRule", of_bus("default"), "EventRuleNotExisted"),
        (HOME, "GetRule", of_bus("none"), "EventBusNotExist"),
        (HOME, "ListRules", of_bus("none"), "EventBusNotExist"),
    ] {
        let answer = call(&mut world, at, action, &params);
        assert_eq!(said_no(&answer), code, "{action} {}", answer.body);
    }
    world
        .cloud
        .remove_event_bus(&account(OWNER), &region(HOME), "goldcast-regions");
    let answer = call(&mut world, HOME, "GetEventBus", &of_bus("goldcast-regions"));
    assert_eq!(said_no(&answer), "EventBusNotExist");
}

#[test]
fn service_linked_roles_are_there_once_they_were_made() {
    let mut world = World::new();
    let role = "AliyunServiceRoleForEventBridgeSendToFC";
    let passes = |world: &mut World| {
        let answer = call(
            world,
            HOME,
            "CheckServiceLinkedRoleForProduct",
            &[("ProductName", role)],
        );
        answer.body["Data"]["CheckPass"].as_bool().unwrap()
    };
    assert!(!passes(&mut world));
    let now = world.now;
    world.cloud.put_service_linked_role(now, &account(OWNER), role);
    assert!(passes(&mut world));
    world.cloud.remove_service_linked_role(&account(OWNER), role);
    assert!(!passes(&mut world));
}

#[test]
fn an_event_is_compared_with_a_pattern_as_the_bus_does_it() {
    let mut world = World::new();
    for (pattern, result) in [
        (r#"{"source":["acs.ecs"]}"#, json!(true)),
        (r#"{"source":["acs.oos"]}"#, json!(false)),
        (r#"{"source":[{"prefix":"acs."}]}"#, json!(true)),
        (r#"{"source":"acs.ecs"}"#, Value::Null),
    ] {
        let params = [("Event", &event("acs.ecs")[..]), ("EventPattern", pattern)];
        let answer = call(&mut world, HOME, "TestEventPattern", &params);
        assert_eq!(answer.body["Data"]["Result"], result, "{pattern}");
    }
}

#[test]
fn what_passed_the_default_bus_is_remembered() {
    let mut world = World::new();
    world.image("traced");
    let (from, until) = ("0", world.now.as_millisecond().to_string());
    let window = [("EventBusName", "default"), ("StartTime", from), ("EndTime", &until)];
    let ecs = call(&mut world, HOME, "QueryTracedEvents", &window);
    assert!(ecs.body["Data"]["Total"].as_u64().unwrap() > 0, "{}", ecs.body);
    assert_eq!(ecs.body["Data"]["Events"][0]["EventSource"], "acs.ecs");
    let away = call(&mut world, AWAY, "QueryTracedEvents", &window);
    assert_eq!(away.body["Data"]["Total"], 0);
}

#[test]
fn each_operation_asks_for_its_action_on_what_it_names() {
    let mut world = World::new();
    let home = format!("acs:eventbridge:{HOME}:{OWNER}:");
    for (action, params, resource) in [
        (
            "GetRule",
            [("EventBusName", "default"), ("RuleName", "r")],
            "eventbus/default/rule/r",
        ),
        (
            "GetEventBus",
            [("EventBusName", "default"), ("RuleName", "")],
            "eventbus/default",
        ),
    ] {
        for (allowed, passes) in [(resource, true), ("eventbus/other", false)] {
            let statement = allow(&format!("eventbridge:{action}"), &format!("{home}{allowed}"));
            let limited = user(&mut world, OWNER, &json!([statement]));
            let endpoint = Endpoint::Region(region(HOME));
            let answer = world.call(&limited, &endpoint, VERSION, action, &params);
            assert_eq!(is_allowed(&answer), passes, "{action} {}", answer.body);
        }
    }
}
