//! Functions as their API shows them, after a stack made them: by path, and with no member that is not documented.

use bytes::Bytes;
use goldcast_emulator::cloud::Endpoint;
use goldcast_signing::{Key, v3};
use http::Request;
use serde_json::{Value, json};

use crate::authorisation::{allow, is_allowed, user};
use crate::eventbridge::stack;
use crate::support::{Answer, HOME, OWNER, Signer, World, account, region};

/// What the metadata of Alibaba Cloud says of these operations.
const DESCRIPTION: &str = include_str!("../fixtures/openapi/fc-2023-03-30.json");
const FUNCTION: &str = "/2023-03-30/functions/goldcast-image-created";

fn get(world: &mut World, signer: &Signer, action: &str, path: &str) -> Answer {
    let mut request = Request::get(format!("http://cloud.test{path}"))
        .header("x-acs-action", action)
        .header("x-acs-version", "2023-03-30")
        .body(Bytes::new())
        .unwrap();
    let key = Key {
        id: &signer.id,
        secret: &signer.secret,
        token: None,
    };
    v3::sign(
        &mut request,
        &key,
        world.now,
        &format!("{action} {path} {} {}", signer.id, signer.secret),
    )
    .unwrap();
    world.send(&Endpoint::Region(region(HOME)), &request)
}

#[test]
fn every_member_of_an_answer_is_documented() {
    let mut world = World::new();
    stack(&mut world);
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    for (action, rest) in [
        ("GetFunction", ""),
        ("GetAsyncInvokeConfig", "/async-invoke-config"),
        ("ListTriggers", "/triggers?limit=100"),
        ("GetTrigger", "/triggers/image-calls"),
    ] {
        let answer = get(&mut world, &Signer::of(OWNER), action, &format!("{FUNCTION}{rest}"));
        assert_eq!(answer.status, 200, "{action} {}", answer.body);
        check_members(action, &answer.body, &description["operations"][action]["response"]);
    }
}

fn check_members(path: &str, value: &Value, shape: &Value) {
    match (value, shape) {
        (Value::Object(members), Value::Object(documented)) => {
            for (name, value) in members {
                let path = format!("{path}.{name}");
                let shape = documented.get(name);
                check_members(
                    &path,
                    value,
                    shape.unwrap_or_else(|| panic!("{path} is not documented")),
                );
            }
        }
        (Value::Array(items), Value::Array(shapes)) => {
            for item in items {
                check_members(path, item, &shapes[0]);
            }
        }
        (value, Value::String(kind)) => {
            let fits = match kind.as_str() {
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" | "number" => value.is_number(),
                _ => true,
            };
            assert!(fits, "{path} is not a {kind}: {value}");
        }
        (value, shape) => panic!("{path}: {value} is not {shape}"),
    }
}

#[test]
fn what_is_not_there_is_told_apart() {
    let mut world = World::new();
    stack(&mut world);
    let none = "/2023-03-30/functions/none";
    for (action, path, code) in [
        ("GetFunction", none.to_owned(), "FunctionNotFound"),
        ("ListTriggers", format!("{none}/triggers"), "FunctionNotFound"),
        ("GetTrigger", format!("{FUNCTION}/triggers/none"), "TriggerNotFound"),
        (
            "GetConcurrencyConfig",
            format!("{FUNCTION}/concurrency"),
            "OnDemandConfigNotFound",
        ),
        ("GetAlias", format!("{FUNCTION}/aliases/a"), "MissingAction"),
    ] {
        let answer = get(&mut world, &Signer::of(OWNER), action, &path);
        assert_eq!(answer.refusal().1, code, "{path}");
    }
    assert!(
        world
            .cloud
            .remove_function(&account(OWNER), &region(HOME), "goldcast-image-created")
    );
    let answer = get(&mut world, &Signer::of(OWNER), "GetFunction", FUNCTION);
    assert_eq!(answer.refusal(), (404, "FunctionNotFound"));
}

#[test]
fn environment_variables_keep_their_names() {
    let mut world = World::new();
    stack(&mut world);
    let answer = get(&mut world, &Signer::of(OWNER), "GetFunction", FUNCTION);
    assert_eq!(
        answer.body["environmentVariables"],
        json!({ "GOLDCAST_TIMEOUT": "300" })
    );
    assert_eq!(answer.body["logConfig"]["logstore"], "functions");
}

#[test]
fn each_operation_asks_for_its_action_on_what_it_names() {
    let mut world = World::new();
    stack(&mut world);
    let home = format!("acs:fc:{HOME}:{OWNER}:functions/goldcast-image-created");
    for (action, rest, resource) in [
        ("GetFunction", "", home.clone()),
        ("ListTriggers", "/triggers", format!("{home}/triggers/*")),
    ] {
        for (allowed, passes) in [(resource.as_str(), true), ("acs:fc:*:*:functions/other", false)] {
            world.now += jiff::SignedDuration::from_hours(1);
            let limited = user(&mut world, OWNER, &json!([allow(&format!("fc:{action}"), allowed)]));
            let answer = get(&mut world, &limited, action, &format!("{FUNCTION}{rest}"));
            assert_eq!(is_allowed(&answer), passes, "{action} {}", answer.body);
        }
    }
}
