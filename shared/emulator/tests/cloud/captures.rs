//! Requests recorded from unmodified official SDKs: every signature is accepted, every operation understood.

use bytes::Bytes;
use goldcast_emulator::cloud::{AccessKey, Endpoint, Moment, Setup, Switches};
use goldcast_signing::canonical_query;
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

/// The vectors that signing itself is tested with, as requests.
fn vectors() -> Vec<(String, Request<Bytes>)> {
    let file = include_str!("../../../signing/tests/fixtures/signature-vectors.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut requests = Vec::new();
    for vector in file["vectors"].as_array().unwrap() {
        let is_v1 = vector["params"].is_object();
        let params = vector[if is_v1 { "params" } else { "query" }].as_object().unwrap();
        let mut pairs: Vec<_> = params.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        if is_v1 {
            pairs.push(("Signature".to_owned(), text(&vector["signature"])));
        }
        let (path, query) = (text(&vector["path"]), canonical_query(&pairs));
        let uri = format!("/{}?{query}", path.trim_start_matches('/'));
        let mut request = Request::builder().method(text(&vector["method"]).as_str()).uri(uri);
        for (name, value) in vector["headers"].as_object().into_iter().flatten() {
            request = request.header(name, text(value));
        }
        if !is_v1 {
            request = request.header("authorization", text(&vector["authorization"]));
        }
        requests.push((
            text(&vector["name"]),
            request.body(Bytes::from(text(&vector["body"]))).unwrap(),
        ));
    }
    requests
}

/// Whether the gateway knows who made a request, wherever the operation is served.
fn is_believed(world: &mut World, request: &Request<Bytes>) -> bool {
    [Endpoint::Region(region("cn-hangzhou")), Endpoint::Global]
        .iter()
        .any(|endpoint| {
            world.cloud.handle(Moment::at(world.now), endpoint, request);
            world.cloud.calls().last().unwrap().caller.is_some()
        })
}

#[test]
fn every_signature_vector_of_an_operation_there_is_is_accepted() {
    let mut world = world();
    let vectors = vectors();
    assert_eq!(vectors.len(), 20);
    let others = vectors.iter().filter(|(_, request)| !is_believed(&mut world, request));
    // Nobody can call what is not there; signing's own tests verify these.
    let not_there = [
        "v1-doc-describe-dedicated-hosts",
        "v1-doc-send-sms-unicode",
        "v3-doc-run-instances",
        "v3-json-body",
        "v3-roa-path-fc-style",
    ];
    assert_eq!(others.map(|(name, _)| name).collect::<Vec<_>>(), not_there);
}

#[test]
fn the_request_that_the_documents_print_is_answered_in_the_format_it_asks_for() {
    let mut world = world();
    let (_, request) = vectors().swap_remove(0);
    let endpoint = Endpoint::Region(region("cn-hangzhou"));
    let response = world.cloud.handle(Moment::at(world.now), &endpoint, &request);
    assert_eq!(response.status(), 200);
    let text = String::from_utf8(response.into_body().to_vec()).unwrap();
    assert!(text.contains("<DescribeRegionsResponse><Regions><Region>"), "{text}");
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
