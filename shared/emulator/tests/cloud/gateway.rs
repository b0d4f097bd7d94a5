//! The gateway: whoever cannot be believed is told why, each with the documented code.

use bytes::Bytes;
use goldcast_emulator::cloud::{AccessKey, Endpoint};
use goldcast_signing::{Key, v1};
use http::{Method, Request};
use jiff::SignedDuration;

use crate::support::{DIRECTORY, ECS, HOME, OWNER, STS, Signer, World, account, organisation, region, setup};

fn home() -> Endpoint {
    Endpoint::Region(region(HOME))
}

const REGION: [(&str, &str); 1] = [("RegionId", HOME)];

/// Sends a good request with one header changed.
#[track_caller]
fn check_header(name: &'static str, value: &str, expected: (u16, &str)) {
    let mut world = World::new();
    let mut request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    if value.is_empty() {
        request.headers_mut().remove(name);
    } else {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    assert_eq!(world.send(&home(), &request).refusal(), expected, "{name}: {value}");
}

#[test]
fn each_broken_header_has_its_own_code() {
    check_header("x-acs-date", "", (400, "MissingTimestamp"));
    check_header("x-acs-date", "yesterday", (400, "InvalidTimeStamp.Format"));
    check_header("x-acs-date", "2026-03-02T07:44:00Z", (400, "InvalidTimeStamp.Expired"));
    check_header("x-acs-date", "2026-03-02T08:16:00Z", (400, "InvalidTimeStamp.Expired"));
    check_header("x-acs-date", "2026-03-02T08:01:00Z", (400, "SignatureDoesNotMatch"));
    check_header("x-acs-signature-nonce", "", (400, "MissingSignatureNonce"));
    check_header("x-acs-action", "", (400, "MissingAction"));
    check_header("x-acs-version", "", (400, "MissingVersion"));
    check_header("x-acs-action", "MakeCoffee", (404, "InvalidApi.NotFound"));
    check_header("x-acs-action", "CreateSnapshot", (400, "SignatureDoesNotMatch"));
    check_header("x-acs-version", "1999-01-01", (404, "InvalidProduct.NotFound"));
    check_header("x-acs-version", DIRECTORY, (404, "InvalidProduct.NotFound"));
    check_header("x-acs-content-sha256", "00", (400, "SignatureDoesNotMatch"));
    check_header(
        "x-acs-security-token",
        "CAISmine",
        (400, "InvalidSecurityToken.MismatchWithAccessKey"),
    );
    check_header("authorization", "", (400, "MissingAccessKeyId"));
    check_header(
        "authorization",
        "ACS3-HMAC-SM3 Credential=a,SignedHeaders=b,Signature=c",
        (400, "InvalidSignatureMethod"),
    );
    check_header(
        "authorization",
        "ACS3-HMAC-SHA256 Credential=a",
        (400, "IncompleteSignature"),
    );
    check_header(
        "authorization",
        "ACS3-HMAC-SHA256 Credential=nobody,SignedHeaders=host,Signature=00",
        (404, "InvalidAccessKeyId.NotFound"),
    );
}

#[test]
fn a_wrong_secret_is_answered_with_the_servers_string_to_sign() {
    let mut world = World::new();
    let signer = Signer {
        secret: "wrong".to_owned(),
        ..Signer::of(OWNER)
    };
    let answer = world.call(&signer, &home(), ECS, "DescribeRegions", &REGION);
    assert_eq!(answer.refusal(), (400, "SignatureDoesNotMatch"));
    let message = answer.body["Message"].as_str().unwrap();
    assert!(
        message.contains("server StringToSign is:ACS3-HMAC-SHA256\n"),
        "{message}"
    );
    assert_eq!(answer.body["HostId"], "cloud.test");
}

#[test]
fn a_disabled_key_is_refused() {
    let mut organisation = organisation();
    for key in &mut organisation.keys {
        key.active = false;
    }
    let mut world = World::of(setup(), &organisation);
    let answer = world.call(&Signer::of(OWNER), &home(), ECS, "DescribeRegions", &REGION);
    assert_eq!(answer.refusal(), (400, "InvalidAccessKeyId.Inactive"));
}

#[test]
fn a_nonce_is_good_for_one_request() {
    let mut world = World::new();
    let request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    world.send(&home(), &request).ok();
    assert_eq!(world.send(&home(), &request).refusal(), (400, "SignatureNonceUsed"));
}

#[test]
fn a_region_is_served_at_its_own_endpoint_only() {
    let mut world = World::new();
    let mut code = |named: &str| {
        let params: Vec<_> = [("RegionId", named)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let answer = world.call(&Signer::of(OWNER), &home(), ECS, "DescribeImages", &params);
        answer.refusal().1.to_owned()
    };
    assert_eq!(code(""), "MissingParameter");
    assert_eq!(code("cn-shanghai"), "InvalidOperation.NotSupportedEndpoint");
    assert_eq!(code("cn-atlantis"), "InvalidRegionId.NotFound");
    world
        .call(&Signer::of(OWNER), &home(), ECS, "DescribeRegions", &[])
        .ok();
}

#[test]
fn an_answer_names_its_request_in_body_and_header() {
    let mut world = World::new();
    let request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    let moment = goldcast_emulator::cloud::Moment::at(world.now);
    let response = world.cloud.handle(moment, &home(), &request);
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(
        response.headers()["x-acs-request-id"],
        body["RequestId"].as_str().unwrap()
    );
    assert_eq!(response.headers()["content-type"], "application/json;charset=utf-8");
}

/// A V1 request: the parameters in the query or in a form body.
fn v1_request(world: &World, method: Method, form: bool, change: &[(&str, &str)]) -> Request<Bytes> {
    let key = AccessKey::of(&account(OWNER));
    let signer = Signer::of(OWNER);
    let mut pairs: Vec<(String, String)> = [
        ("Action", "DescribeRegions"),
        ("Version", ECS),
        ("RegionId", HOME),
        ("Empty", ""),
    ]
    .iter()
    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
    .collect();
    let key = Key {
        id: &key.id,
        secret: &signer.secret,
        token: None,
    };
    v1::sign(&method, &mut pairs, &key, world.now, "v1-nonce");
    for (name, value) in change {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let encoded = goldcast_signing::canonical_query(&pairs);
    let (uri, body) = if form {
        ("/".to_owned(), encoded)
    } else {
        (format!("/?{encoded}"), String::new())
    };
    let request = Request::builder().method(method).uri(uri).header("host", "cloud.test");
    let request = if form {
        request.header("content-type", "application/x-www-form-urlencoded")
    } else {
        request
    };
    request.body(Bytes::from(body)).unwrap()
}

#[test]
fn a_v1_signature_is_accepted_in_query_and_form() {
    for (method, form) in [(Method::GET, false), (Method::POST, false), (Method::POST, true)] {
        let mut world = World::new();
        let request = v1_request(&world, method.clone(), form, &[]);
        world.send(&home(), &request).ok();
    }
}

#[test]
fn each_missing_v1_parameter_has_its_own_code() {
    for (name, value, code) in [
        ("AccessKeyId", "", "MissingAccessKeyId"),
        ("Signature", "", "MissingSignature"),
        ("Timestamp", "", "MissingTimestamp"),
        ("SignatureNonce", "", "MissingSignatureNonce"),
        ("SignatureMethod", "HMAC-MD5", "InvalidSignatureMethod"),
        ("Timestamp", "2026-03-02 08:00:00", "InvalidTimeStamp.Format"),
        ("Signature", "AAAA", "SignatureDoesNotMatch"),
        ("RegionId", "cn-shanghai", "SignatureDoesNotMatch"),
    ] {
        let mut world = World::new();
        let request = v1_request(&world, Method::POST, false, &[(name, value)]);
        assert_eq!(world.send(&home(), &request).refusal(), (400, code), "{name}={value}");
    }
}

#[test]
fn only_get_and_post_are_spoken() {
    let mut world = World::new();
    let request = v1_request(&world, Method::PUT, false, &[]);
    assert_eq!(world.send(&home(), &request).refusal(), (400, "UnsupportedHTTPMethod"));
}

#[test]
fn the_log_keeps_refused_calls_and_no_secrets() {
    let mut world = World::new();
    let mut request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    request.headers_mut().insert("x-acs-date", "nonsense".parse().unwrap());
    world.send(&home(), &request);
    let reader = format!("acs:ram::{}:role/goldcast-directory-reader", crate::support::MANAGEMENT);
    let params = [("RoleArn", reader.as_str()), ("RoleSessionName", "reader")];
    let session = world
        .call(&Signer::of(OWNER), &Endpoint::Global, STS, "AssumeRole", &params)
        .ok();
    let log = serde_json::to_string(world.cloud.calls()).unwrap();
    assert!(log.contains("InvalidTimeStamp.Format"), "{log}");
    for secret in ["AccessKeySecret", "SecurityToken"] {
        assert!(!log.contains(session["Credentials"][secret].as_str().unwrap()), "{log}");
    }
}

#[test]
fn a_date_may_be_off_by_a_quarter_of_an_hour() {
    let mut world = World::new();
    let request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    world.now += SignedDuration::from_mins(15);
    world.send(&home(), &request).ok();
}
