//! What is deployed from templates: the one of this repository comes out as it says, and whatever the platform would refuse
//! or the simulation does not know is refused.

use std::collections::BTreeMap;

use goldcast_emulator::cloud::BusEvent;
use goldcast_emulator::world::{AsyncReading, Deployment, Function, InvocationType, Platform, Stacks, Trigger, World};
use goldcast_template::{Place, Stack, Template, Values};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{HOME, OWNER, setup};

const TEMPLATE: &str = include_str!("../../../../template.yml");
const FORWARDING: &str = include_str!("../../../../satellites/region-events.yml");
const AWAY: &str = "cn-shanghai";
const BUS: &str = "goldcast-regions";

fn resolved(text: &str, region: &str, values: &[(&str, &str)]) -> Stack {
    let place = Place {
        account: OWNER.parse().unwrap(),
        region: region.parse().unwrap(),
        stack: "goldcast".to_owned(),
    };
    let values = values.iter();
    let values: Values = values
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Template::parse(text).unwrap().resolve(&place, &values).unwrap()
}

/// The templates of this repository with these values.
fn stacks(values: &[(&str, &str)]) -> Stacks {
    let code = [("CodeBucket", "packages"), ("CodePrefix", "goldcast/1")];
    let away = resolved(FORWARDING, AWAY, &[("HomeRegion", HOME)]);
    Stacks {
        home: resolved(TEMPLATE, HOME, &[&code[..], values].concat()),
        regions: BTreeMap::from([(AWAY.parse().unwrap(), away)]),
    }
}

fn deployed(stacks: &Stacks, platform: &Platform) -> Result<Deployment, String> {
    let (owner, home) = (OWNER.parse().unwrap(), HOME.parse().unwrap());
    let deployment = Deployment::of_stacks(stacks, platform, &owner, &home).map_err(|error| error.to_string())?;
    deployment.check().map_err(|error| error.to_string())?;
    Ok(deployment)
}

fn function<'d>(deployment: &'d Deployment, name: &str) -> &'d Function {
    let mut functions = deployment.functions.iter();
    functions.find(|function| function.name == name).unwrap()
}

#[test]
fn the_template_comes_out_as_it_says() {
    let values = [("SweepVariables", r#"{"DINGTALK_URL": "https://oapi.dingtalk.com/"}"#)];
    let deployment = deployed(&stacks(&values), &Platform::with_bus(BUS)).unwrap();
    let sweep = function(&deployment, "goldcast-sweep");
    assert_eq!(sweep.code.as_deref(), Some("sweep"));
    assert_eq!(sweep.role.as_deref(), Some("goldcast-sweep"));
    assert_eq!(sweep.reserved_concurrency, Some(1));
    assert_eq!(sweep.variables.0["GOLDCAST_POLICY"], "/code/policy.json");
    assert_eq!(sweep.variables.0["DINGTALK_URL"], "https://oapi.dingtalk.com/");
    let created = function(&deployment, "goldcast-image-created");
    assert!(!created.variables.0.contains_key("DINGTALK_URL"));
    assert_eq!(created.on_success.as_deref(), Some("goldcast-sweep"));
    assert_eq!(created.on_failure.as_deref(), Some("goldcast-failures"));
    assert_eq!((created.retries, created.max_event_age_seconds), (3, 21_600));
    let names: Vec<_> = created.triggers.iter().map(Trigger::name).collect();
    assert_eq!(names, ["executions", "image-calls", "tags-elsewhere"]);
    let forwarding = deployment.forwarding.as_ref().unwrap();
    assert_eq!(forwarding.bus, BUS);
    assert_eq!(forwarding.regions, Some([AWAY.parse().unwrap()].into()));
    let logs = deployment.logs.as_ref().unwrap();
    assert_eq!(logs.project, format!("goldcast-{OWNER}-{HOME}"));
}

#[test]
fn both_readings_of_the_invocation_type_are_there() {
    let invocations = |flag: &str, reading| {
        let platform = Platform {
            async_invocation_type: reading,
            ..Platform::with_bus(BUS)
        };
        let deployment = deployed(&stacks(&[("AsyncInvocationType", flag)]), &platform).unwrap();
        let triggers = deployment.functions.iter().flat_map(|function| &function.triggers);
        let invocations = triggers.filter_map(|trigger| match trigger {
            Trigger::Events { invocation, .. } | Trigger::Forwarded { invocation, .. } => Some(*invocation),
            Trigger::Timer { .. } | Trigger::Http { .. } => None,
        });
        let invocations: Vec<_> = invocations.collect();
        assert_eq!(invocations.len(), 9);
        assert!(invocations.iter().all(|invocation| *invocation == invocations[0]));
        invocations[0]
    };
    assert_eq!(invocations("true", AsyncReading::Asynchronous), InvocationType::Async);
    assert_eq!(invocations("false", AsyncReading::Asynchronous), InvocationType::Sync);
    assert_eq!(invocations("true", AsyncReading::Synchronous), InvocationType::Sync);
    assert_eq!(invocations("false", AsyncReading::Synchronous), InvocationType::Async);
}

/// Changes a property of a resource, given by its path; `null` takes it away.
fn change(stacks: &mut Stacks, resource: &str, path: &str, value: Value) {
    let away = stacks.regions.values_mut().flat_map(|stack| &mut stack.resources);
    let mut all = stacks.home.resources.iter_mut().chain(away);
    let resource = all.find(|one| one.id == resource).unwrap();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = resource.properties.pointer_mut(parent).unwrap();
    let members = parent.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name).unwrap();
    } else {
        members.insert(name.to_owned(), value);
    }
}

#[track_caller]
fn refused(resource: &str, path: &str, value: Value, expected: &str) {
    let mut stacks = stacks(&[]);
    change(&mut stacks, resource, path, value);
    let error = deployed(&stacks, &Platform::with_bus(BUS)).unwrap_err();
    assert!(error.contains(expected), "{resource}{path}\n  {error}\n  {expected}");
}

#[test]
fn what_refers_to_something_that_is_not_there_is_refused() {
    for (resource, path, value, expected) in [
        (
            "SweepAsync",
            "/FunctionName",
            json!("other"),
            "the function other does not exist",
        ),
        (
            "OneSweepAtATime",
            "/FunctionName",
            json!("other"),
            "the function other does not exist",
        ),
        (
            "EveryMinute",
            "/FunctionName",
            json!("other"),
            "the function other does not exist",
        ),
        (
            "Sweep",
            "/Role",
            json!(format!("acs:ram::{OWNER}:role/other")),
            "its role \"other\" is not deployed",
        ),
        (
            "Sweep",
            "/Role",
            json!("acs:ram::1:role/sweep"),
            "not a role of this account",
        ),
        (
            "Sweep",
            "/LogConfig/Logstore",
            json!("other"),
            "the log store other of project",
        ),
    ] {
        refused(resource, path, value, expected);
    }
}

#[test]
fn events_that_go_where_nothing_is_are_refused() {
    let mns = format!("acs:mns:{HOME}:{OWNER}");
    let queue = json!({"Arn": format!("{mns}:/queues/other")});
    for (resource, path, value, expected) in [
        (
            "TagsElsewhere",
            "/EventBusName",
            json!("other"),
            "the bus other does not exist",
        ),
        (
            "TagsElsewhere",
            "/Targets/0/Endpoint",
            json!(format!("{mns}:queues/other")),
            "the queue other does not exist",
        ),
        (
            "TagsElsewhere",
            "/Targets/0/Endpoint",
            json!(format!("{mns}:/queues/goldcast-image-created")),
            "is not a queue of this region",
        ),
        (
            "TagsElsewhere",
            "/Targets/0/DeadLetterQueue",
            queue.clone(),
            "the queue other does not exist",
        ),
        (
            "ImageCalls",
            "/TriggerConfig/runOptions/deadLetterQueue",
            queue,
            "the queue other does not exist",
        ),
        (
            "ImageCreatedAsync",
            "/DestinationConfig/OnFailure/Destination",
            json!(format!("{mns}:/queues/goldcast-failures")),
            "is not a queue of this region",
        ),
        (
            "ImageCreatedAsync",
            "/DestinationConfig/OnSuccess/Destination",
            json!(format!("acs:fc:{HOME}:{OWNER}:functions/other")),
            "is not a function of this stack",
        ),
        (
            "TagsElsewhereArrive",
            "/TriggerConfig/eventSourceConfig/eventSourceParameters/sourceMNSParameters/QueueName",
            json!("other"),
            "the queue other does not exist",
        ),
        (
            "ReadSecrets",
            "/Roles",
            json!(["other"]),
            "the role other does not exist",
        ),
        (
            "Tags",
            "/Targets/0/Endpoint",
            json!(format!("acs:eventbridge:{HOME}:{OWNER}:eventbus/other")),
            "does not exist",
        ),
    ] {
        refused(resource, path, value, expected);
    }
}

#[test]
fn what_is_not_simulated_is_refused_and_never_ignored() {
    for (resource, path, value, expected) in [
        ("Sweep", "/VpcConfig", json!({}), "unknown field `VpcConfig`"),
        ("Sweep", "/InstanceConcurrency", json!(10), "one request at a time"),
        ("Sweep", "/Cpu", json!(1), "a core has 1 to 4 GB"),
        (
            "Sweep",
            "/Runtime",
            json!("python3.10"),
            "the runtime python3.10 is not simulated",
        ),
        ("Sweep", "/Timeout", json!(0), "timeout_seconds 0"),
        ("Sweep", "/EnvironmentVariables", json!({"A": 1}), "expected a string"),
        ("Sweep", "/Code/OssObjectName", json!("sweep"), "is not a zip"),
        ("EveryMinute", "/TriggerConfig/cron", json!(""), "unknown field `cron`"),
        (
            "EveryMinute",
            "/TriggerConfig/cronExpression",
            json!("* * * * *"),
            "5 fields",
        ),
        (
            "EveryMinute",
            "/TriggerType",
            json!("log"),
            "triggers of type log are not simulated",
        ),
        ("EveryMinute", "/Qualifier", json!("1"), "versions and aliases"),
        (
            "ImageCalls",
            "/TriggerConfig/eventRuleFilterPattern",
            json!("{\"x\":[\"y\"]}"),
            "not an attribute",
        ),
        (
            "ImageCalls",
            "/TriggerConfig/runOptions/mode",
            json!("event-streaming"),
            "event streaming",
        ),
        (
            "TagsElsewhere",
            "/FilterPattern",
            json!({"x": ["y"]}),
            "not an attribute",
        ),
        (
            "TagsElsewhere",
            "/EventBusName",
            json!("default"),
            "the default bus of the home region",
        ),
        (
            "TagsElsewhereArrive",
            "/TriggerConfig/eventSourceConfig/eventSourceParameters/sourceMNSParameters/IsBase64Decode",
            json!(false),
            "Base64 for only one",
        ),
        ("SweepAsync", "/MaxAsyncRetryAttempts", json!(9), "retries 9"),
        (
            "SweepRole",
            "/PolicyAttachments",
            json!({}),
            "unknown field `PolicyAttachments`",
        ),
        (
            "ReadSecrets",
            "/PolicyName",
            json!("goldcast-sweep"),
            "a policy goldcast-sweep exists already",
        ),
    ] {
        refused(resource, path, value, expected);
    }
    let mut unknown = stacks(&[]);
    unknown.home.resources[0].kind = "ALIYUN::ECS::Instance".to_owned();
    let error = deployed(&unknown, &Platform::with_bus(BUS)).unwrap_err();
    assert!(error.contains("this type of resource is not simulated"), "{error}");
    let error = deployed(&stacks(&[]), &Platform::default()).unwrap_err();
    assert!(error.contains("eventbus/goldcast-regions does not exist"), "{error}");
}

/// An event of ActionTrail about a tag, in some region.
fn tagged(region: &str) -> BusEvent {
    BusEvent {
        account: OWNER.parse().unwrap(),
        region: region.parse().unwrap(),
        body: json!({
            "id": "1", "source": "acs.ecs", "specversion": "1.0", "type": "ecs:ActionTrail:ApiCall",
            "aliyunaccountid": OWNER, "aliyunregionid": region, "data": {"eventName": "TagResources"}
        }),
    }
}

/// How often `image-created` is called after an event of a region, with these service-linked roles gone.
async fn calls(region: &str, gone: &[&str]) -> usize {
    let mut setup = setup(Vec::new());
    setup.deployment = Deployment::default();
    setup.platform = Platform::with_bus(BUS);
    for role in gone {
        assert!(setup.platform.service_roles.remove(*role), "{role}");
    }
    let mut world = World::open(setup).await.unwrap();
    let mut stacks = stacks(&[]);
    for timer in ["EveryMinute", "EveryFewMinutes", "Daily"] {
        change(&mut stacks, timer, "/TriggerConfig/enable", json!(false));
    }
    world.deploy(&stacks).await.unwrap();
    world.deliver(&tagged(region));
    let hour = SignedDuration::from_hours(1);
    world.run_until(hour, |view| view.waiting == 0).await.unwrap();
    let lines = world.log("goldcast-image-created").into_iter();
    let count = lines.filter(|line| line.text.starts_with("event ")).count();
    world.shutdown().await;
    count
}

#[tokio::test]
async fn events_come_only_where_the_account_has_the_roles_for_them() {
    const TRAIL: &str = "AliyunServiceRoleForEventBridgeSourceActionTrail";
    assert_eq!(calls(HOME, &[]).await, 1);
    assert_eq!(calls(AWAY, &[]).await, 1);
    assert_eq!(calls("cn-beijing", &[]).await, 0, "no stack forwards from there");
    assert_eq!(calls(HOME, &[TRAIL]).await, 0);
    assert_eq!(calls(AWAY, &["AliyunServiceRoleForEventBridgeSendToMNS"]).await, 0);
    assert_eq!(calls(AWAY, &["AliyunServiceRoleForEventBridgeSourceMNS"]).await, 0);
    assert_eq!(calls(HOME, &["AliyunServiceRoleForEventBridgeSourceMNS"]).await, 1);
}
