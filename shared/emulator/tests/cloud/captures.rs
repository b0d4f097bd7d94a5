//! Requests recorded from unmodified official SDKs: every signature is accepted, every operation understood.

use bytes::Bytes;
use goldcast_emulator::cloud::{AccessKey, Endpoint, Setup, Switches};
use http::Request;
use secrecy::SecretString;
use serde_json::Value;

use crate::support::{OWNER, World, account, organisation, region};

/// Requests in the recording.
const RECORDED: usize = 32;

/// A world that knows the recording's key, and does not mind that its dates, nonces and tokens are old or made up.
fn world() -> World {
    let mut organisation = organisation();
    let secret = SecretString::from("testsecret".to_owned());
    let key = AccessKey {
        id: "testid".to_owned(),
        secret,
        ..AccessKey::of(&account(OWNER))
    };
    organisation.keys.push(key);
    let switches = Switches {
        nonce_check: false,
        token_check: false,
        ..Switches::default()
    };
    World::of(
        Setup {
            wall_clock_check: false,
            switches,
            ..Setup::default()
        },
        &organisation,
    )
}

fn recorded() -> Vec<(String, Request<Bytes>)> {
    let file: Value = serde_json::from_str(include_str!("../fixtures/wire-captures.json")).unwrap();
    let mut requests = Vec::new();
    for capture in file["captures"].as_array().unwrap() {
        for recorded in capture["requests"].as_array().unwrap() {
            let text = |name: &str| recorded[name].as_str().unwrap().to_owned();
            let mut request = Request::builder().method(text("method").as_str()).uri(text("target"));
            for (name, value) in recorded["headers"].as_object().unwrap() {
                request = request.header(name, value.as_str().unwrap());
            }
            let name = format!("{} {} {}", capture["client"], text("action"), text("signature"));
            requests.push((name, request.body(Bytes::from(text("body"))).unwrap()));
        }
    }
    requests
}

fn endpoint(request: &Request<Bytes>) -> Endpoint {
    match request.headers()["x-acs-version"].to_str().unwrap() {
        "2022-04-19" => Endpoint::Global,
        _ => Endpoint::Region(region("cn-hangzhou")),
    }
}

#[test]
fn every_recorded_signature_is_accepted() {
    let mut world = world();
    let requests = recorded();
    assert_eq!(requests.len(), RECORDED);
    for (name, request) in &requests {
        let answer = world.send(&endpoint(request), request);
        let call = world.cloud.calls().last().unwrap();
        let caller = call
            .caller
            .as_ref()
            .unwrap_or_else(|| panic!("{name}: {}", answer.body));
        assert_eq!(caller.account.as_str(), OWNER, "{name}");
        assert_eq!(
            call.action,
            request.headers()["x-acs-action"].to_str().unwrap(),
            "{name}"
        );
    }
}

#[test]
fn an_operation_that_is_not_simulated_says_so() {
    let mut world = World::new();
    let answer = world.kms("ListKmsInstances", &[]);
    assert_eq!(answer.refusal(), (501, "InvalidApi.NotSimulated"));
}

#[test]
fn every_recorded_parameter_is_decoded_alike() {
    let mut world = world();
    let mut seen = 0;
    for (name, request) in recorded() {
        world.send(&endpoint(&request), &request);
        let parameters = &world.cloud.calls().last().unwrap().parameters;
        if let Some(value) = parameters
            .get("Tag.1.Value")
            .filter(|_| name.contains("DescribeImages"))
        {
            assert_eq!(value, "a+b*c~d/e=中", "{name}");
            seen += 1;
        }
    }
    assert!(seen > 3);
}

#[test]
fn a_changed_byte_is_refused_in_every_recorded_request() {
    let mut world = world();
    for (name, request) in recorded() {
        let (mut parts, body) = request.into_parts();
        let uri = parts.uri.to_string();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let (uri, body) = if body.is_empty() {
            (format!("{uri}&X=1"), body)
        } else {
            (uri, format!("{body}&X=1"))
        };
        parts.uri = uri.parse().unwrap();
        let request = Request::from_parts(parts, Bytes::from(body));
        let answer = world.send(&endpoint(&request), &request);
        assert_eq!(answer.refusal(), (400, "SignatureDoesNotMatch"), "{name}");
    }
}
