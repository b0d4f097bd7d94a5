//! The gateway: whoever cannot be believed is told why, each with the documented code, status and members.

use bytes::Bytes;
use goldcast_emulator::cloud::{Endpoint, Moment, Switches};
use goldcast_signing::{Key, v3};
use http::{Method, Request, Response};
use jiff::SignedDuration;
use serde_json::Value;

use crate::support::{DIRECTORY, ECS, HOME, MANAGEMENT, OWNER, STS, Signer, V1, World, organisation, region, setup};

fn home() -> Endpoint {
    Endpoint::Region(region(HOME))
}

const REGION: [(&str, &str); 1] = [("RegionId", HOME)];

/// A role that the owner may assume.
fn reader() -> String {
    format!("acs:ram::{MANAGEMENT}:role/goldcast-directory-reader")
}

/// Status and code of a refusal, and what its message says.
type Wanted = (u16, &'static str, &'static str);

/// Checks every member of a refusal of a call to ECS, and that it has no other.
#[track_caller]
fn check(what: &str, response: &Response<Bytes>, (status, code, says): Wanted) {
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(
        (response.status().as_u16(), &body["Code"]),
        (status, &Value::from(code)),
        "{what}: {body}"
    );
    let members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["Code", "HostId", "Message", "Recommend", "RequestId"],
        "{what}"
    );
    assert_eq!(body["HostId"], "cloud.test", "{what}");
    let message = body["Message"].as_str().unwrap();
    assert!(message.contains(says), "{what}: {message}");
    let id = body["RequestId"].as_str().unwrap();
    assert_eq!(
        (id.len(), id),
        (36, id.to_ascii_uppercase().as_str()),
        "{what}: an upper-case UUID"
    );
    assert_eq!(response.headers()["x-acs-request-id"], id, "{what}");
    assert_eq!(
        response.headers()["content-type"],
        "application/json;charset=utf-8",
        "{what}"
    );
    let recommended = body["Recommend"].as_str().unwrap();
    let wanted = |product| format!("https://api.aliyun.com/troubleshoot?q={code}&product={product}&requestId={id}");
    // A version that is not a product's has no name.
    let products = ["Ecs", "ResourceDirectoryMaster", ""].map(wanted);
    assert!(
        products.iter().any(|wanted| wanted == recommended),
        "{what}: {recommended}"
    );
}

fn handle(world: &mut World, request: &Request<Bytes>) -> Response<Bytes> {
    world.cloud.handle(Moment::at(world.now), &home(), request)
}

/// What a V3 refusal says first when the signature does not match.
const SIGNED_V3: &str = "server StringToSign is:ACS3-HMAC-SHA256\n";
/// An `Authorization` of the owner that signs only the host.
const HOST_ALONE: &str = "ACS3-HMAC-SHA256 Credential=key-of-owner,SignedHeaders=host,Signature=00";

/// A header, what it is changed to (empty: taken away), and what is answered.
const BROKEN_HEADERS: [(&str, &str, Wanted); 26] = [
    (
        "x-acs-version",
        "",
        (400, "MissingVersion", "Version is mandatory for this action."),
    ),
    (
        "x-acs-version",
        "1999-01-01",
        (404, "InvalidProduct.NotFound", "1999-01-01"),
    ),
    ("x-acs-version", DIRECTORY, (404, "InvalidProduct.NotFound", DIRECTORY)),
    (
        "x-acs-action",
        "",
        (400, "MissingAction", "Action is mandatory for this action."),
    ),
    (
        "x-acs-action",
        "MakeCoffee",
        (404, "InvalidApi.NotFound", "Specified api is not found"),
    ),
    (
        "x-acs-action",
        "describeRegions",
        (404, "InvalidApi.NotFound", "Specified api is not found"),
    ),
    ("x-acs-action", "DeleteImage", (400, "SignatureDoesNotMatch", SIGNED_V3)),
    (
        "x-acs-date",
        "",
        (400, "MissingTimestamp", "Timestamp is mandatory for this action."),
    ),
    (
        "x-acs-date",
        "yesterday",
        (400, "InvalidTimeStamp.Format", "not well formatted"),
    ),
    (
        "x-acs-date",
        "2026-03-02T08:00:00+00:00",
        (400, "InvalidTimeStamp.Format", "not well formatted"),
    ),
    (
        "x-acs-date",
        "2026-03-02T07:44:59Z",
        (400, "InvalidTimeStamp.Expired", "is expired"),
    ),
    (
        "x-acs-date",
        "2026-03-02T08:15:01Z",
        (400, "InvalidTimeStamp.Expired", "is expired"),
    ),
    (
        "x-acs-date",
        "2026-03-02T08:01:00Z",
        (400, "SignatureDoesNotMatch", SIGNED_V3),
    ),
    (
        "x-acs-signature-nonce",
        "",
        (400, "MissingSignatureNonce", "SignatureNonce is mandatory"),
    ),
    (
        "x-acs-signature-nonce",
        "another",
        (400, "SignatureDoesNotMatch", SIGNED_V3),
    ),
    (
        "x-acs-content-sha256",
        "",
        (400, "IncompleteSignature", "x-acs-content-sha256"),
    ),
    (
        "x-acs-content-sha256",
        "00",
        (400, "SignatureDoesNotMatch", "the body's hash e3b0c442"),
    ),
    (
        "x-acs-security-token",
        "CAISmine",
        (400, "InvalidSecurityToken.MismatchWithAccessKey", "mismatches"),
    ),
    (
        "authorization",
        "",
        (400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action."),
    ),
    (
        "authorization",
        "Basic a2V5OnNlY3JldA==",
        (400, "MissingAccessKeyId", "AccessKeyId is mandatory"),
    ),
    (
        "authorization",
        "ACS3-HMAC-SM3 Credential=a,SignedHeaders=b,Signature=c",
        (400, "InvalidSignatureMethod", "signature method is not valid"),
    ),
    (
        "authorization",
        "ACS3-HMAC-SHA256",
        (400, "IncompleteSignature", "signature is incomplete"),
    ),
    (
        "authorization",
        "ACS3-HMAC-SHA256 Credential=a",
        (400, "IncompleteSignature", "signature is incomplete"),
    ),
    (
        "authorization",
        "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=0,More=1",
        (400, "IncompleteSignature", "signature is incomplete"),
    ),
    (
        "authorization",
        "ACS3-HMAC-SHA256 Credential=nobody,SignedHeaders=host,Signature=00",
        (404, "InvalidAccessKeyId.NotFound", "access key is not found"),
    ),
    (
        "authorization",
        HOST_ALONE,
        (400, "IncompleteSignature", "the header x-acs-action is not signed"),
    ),
];

#[test]
fn every_broken_header_of_a_v3_request_has_its_own_refusal() {
    for (name, value, wanted) in BROKEN_HEADERS {
        let mut world = World::new();
        let signer = Signer::of(OWNER);
        let mut request = world.request(&signer, ECS, "DescribeRegions", &REGION);
        let value = value.replace("key-of-owner", &signer.id);
        if value.is_empty() {
            request.headers_mut().remove(name);
        } else {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        check(&format!("{name}: {value}"), &handle(&mut world, &request), wanted);
    }
}

/// What a V1 refusal says first when the signature does not match.
const SIGNED_V1: &str = "server StringToSign is:POST&%2F&AccessKeyId%3D";

/// A parameter, what it is changed to (empty: taken away), and what is answered.
const BROKEN_PARAMETERS: [(&str, &str, Wanted); 17] = [
    (
        "Version",
        "",
        (400, "MissingVersion", "Version is mandatory for this action."),
    ),
    ("Version", "2014-05-27", (404, "InvalidProduct.NotFound", "2014-05-27")),
    (
        "Action",
        "MakeCoffee",
        (404, "InvalidApi.NotFound", "Specified api is not found"),
    ),
    (
        "AccessKeyId",
        "",
        (400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action."),
    ),
    (
        "AccessKeyId",
        "nobody",
        (404, "InvalidAccessKeyId.NotFound", "access key is not found"),
    ),
    (
        "Signature",
        "",
        (400, "MissingSignature", "Signature is mandatory for this action."),
    ),
    ("Signature", "AAAA", (400, "SignatureDoesNotMatch", SIGNED_V1)),
    ("Signature", "not base64", (400, "SignatureDoesNotMatch", SIGNED_V1)),
    (
        "Timestamp",
        "",
        (400, "MissingTimestamp", "Timestamp is mandatory for this action."),
    ),
    (
        "Timestamp",
        "2026-03-02 08:00:00",
        (400, "InvalidTimeStamp.Format", "not well formatted"),
    ),
    (
        "Timestamp",
        "2026-03-02T07:44:00Z",
        (400, "InvalidTimeStamp.Expired", "is expired"),
    ),
    (
        "SignatureNonce",
        "",
        (400, "MissingSignatureNonce", "SignatureNonce is mandatory"),
    ),
    (
        "SignatureMethod",
        "",
        (400, "MissingSignatureMethod", "SignatureMethod is mandatory"),
    ),
    (
        "SignatureMethod",
        "HMAC-MD5",
        (400, "InvalidSignatureMethod", "signature method is not valid"),
    ),
    (
        "SignatureVersion",
        "2.0",
        (400, "InvalidSignatureVersion", "SignatureVersion is not valid"),
    ),
    (
        "SecurityToken",
        "CAISmine",
        (400, "InvalidSecurityToken.MismatchWithAccessKey", "mismatches"),
    ),
    ("RegionId", "cn-shanghai", (400, "SignatureDoesNotMatch", SIGNED_V1)),
];

#[test]
fn every_broken_parameter_of_a_v1_request_has_its_own_refusal() {
    for (name, value, wanted) in BROKEN_PARAMETERS {
        let mut world = World::new();
        let request = V1::post().changed(name, value).request(&world);
        check(&format!("{name}={value}"), &handle(&mut world, &request), wanted);
    }
}

#[test]
fn a_format_that_does_not_exist_is_refused_in_the_default_format() {
    let mut world = World::new();
    let request = V1::post().with("Format", "YAML").request(&world);
    let response = handle(&mut world, &request);
    assert_eq!(response.status(), 400);
    let text = String::from_utf8(response.into_body().to_vec()).unwrap();
    assert!(text.contains("<Error><Code>InvalidParameter.Format</Code>"), "{text}");
}

/// A session of the owner in the management account: what a caller of STS has.
fn session(world: &mut World, name: &str) -> Signer {
    let params = [("RoleArn", reader()), ("RoleSessionName", name.to_owned())];
    let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
    let body = world.call(&Signer::of(OWNER), &home(), STS, "AssumeRole", &params).ok();
    let text = |name: &str| body["Credentials"][name].as_str().unwrap().to_owned();
    Signer {
        id: text("AccessKeyId"),
        secret: text("AccessKeySecret"),
        token: Some(text("SecurityToken")),
    }
}

#[test]
fn every_wrong_token_has_its_own_refusal() {
    let mut world = World::new();
    let (ours, theirs) = (session(&mut world, "ours"), session(&mut world, "theirs"));
    let identity = world.request(&ours, STS, "GetCallerIdentity", &[]);
    assert_eq!(handle(&mut world, &identity).status(), 200);
    let rows: [(&str, Option<&str>, Wanted); 3] = [
        (
            "no token",
            None,
            (400, "MissingSecurityToken", "SecurityToken is mandatory"),
        ),
        (
            "malformed",
            Some("token"),
            (400, "InvalidSecurityToken.Malformed", "is malformed"),
        ),
        (
            "foreign",
            theirs.token.as_deref(),
            (400, "InvalidSecurityToken.MismatchWithAccessKey", "mismatches"),
        ),
    ];
    let call = |world: &mut World, token: Option<&str>| {
        let token = token.map(str::to_owned);
        let request = world.request(&Signer { token, ..ours.clone() }, ECS, "DescribeRegions", &REGION);
        handle(world, &request)
    };
    for (what, token, wanted) in rows {
        check(what, &call(&mut world, token), wanted);
    }
    world.wait(SignedDuration::from_hours(1));
    let expired = (400, "InvalidSecurityToken.Expired", "is expired");
    check("expired", &call(&mut world, ours.token.as_deref()), expired);
}

#[test]
fn a_wrong_secret_is_answered_with_the_servers_string_to_sign() {
    let mut world = World::new();
    let wrong = Signer {
        secret: "wrong".to_owned(),
        ..Signer::of(OWNER)
    };
    let request = world.request(&wrong, ECS, "DescribeRegions", &REGION);
    let says = "server StringToSign is:ACS3-HMAC-SHA256\n";
    check(
        "V3",
        &handle(&mut world, &request),
        (400, "SignatureDoesNotMatch", says),
    );
    // Older SDKs compare what follows with their own string, and blame the secret when both are equal.
    let request = V1::get().signed_with("wrong").request(&world);
    let response = handle(&mut world, &request);
    check("V1", &response, (400, "SignatureDoesNotMatch", ""));
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let (_, server) = body["Message"]
        .as_str()
        .unwrap()
        .split_once("server StringToSign is:")
        .unwrap();
    assert_eq!(server, V1::get().string_to_sign(&world));
}

#[test]
fn a_body_is_what_its_hash_says() {
    let mut world = World::new();
    let mut request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    *request.body_mut() = Bytes::from("RegionId=cn-hangzhou");
    let wanted = (400, "SignatureDoesNotMatch", "the body's hash ");
    check("another body", &handle(&mut world, &request), wanted);
}

#[test]
fn an_oversized_request_is_refused_before_anybody_reads_it() {
    let mut world = World::new();
    let mut request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    *request.body_mut() = Bytes::from(vec![b'a'; Switches::default().request_bytes_max + 1]);
    let wanted = (413, "RequestEntityTooLarge", "larger than 1048576 bytes");
    check("too large", &handle(&mut world, &request), wanted);
}

#[test]
fn a_disabled_key_is_refused() {
    let mut organisation = organisation();
    for key in &mut organisation.keys {
        key.active = false;
    }
    let mut world = World::of(setup(), &organisation);
    let wanted = (400, "InvalidAccessKeyId.Inactive", "disabled");
    let request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    check("V3", &handle(&mut world, &request), wanted);
    let request = V1::post().request(&world);
    check("V1", &handle(&mut world, &request), wanted);
}

#[test]
fn a_nonce_is_good_for_one_request_whichever_signature_carries_it() {
    let mut world = World::new();
    let wanted = (400, "SignatureNonceUsed", "nonce was used already");
    for request in [
        world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION),
        V1::get().request(&world),
    ] {
        assert_eq!(handle(&mut world, &request).status(), 200);
        check("repeated", &handle(&mut world, &request), wanted);
    }
    // Another caller's nonce is another nonce.
    let key = Signer::of(MANAGEMENT);
    let mut request = world.request(&key, ECS, "DescribeRegions", &REGION);
    let key = Key {
        id: &key.id,
        secret: &key.secret,
        token: None,
    };
    v3::sign(&mut request, &key, world.now, "nonce-1").unwrap();
    assert_eq!(handle(&mut world, &request).status(), 200);
}

#[test]
fn a_refused_request_uses_no_nonce_up() {
    let mut world = World::new();
    let good = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    let mut bad = good.clone();
    *bad.body_mut() = Bytes::from("changed");
    assert_eq!(handle(&mut world, &bad).status(), 400);
    assert_eq!(handle(&mut world, &good).status(), 200);
}

#[test]
fn only_get_and_post_are_spoken() {
    for method in [Method::PUT, Method::DELETE, Method::HEAD, Method::OPTIONS] {
        let mut world = World::new();
        let request = V1::by(method.clone()).request(&world);
        let wanted = (400, "UnsupportedHTTPMethod", "http method is not supported");
        check(method.as_str(), &handle(&mut world, &request), wanted);
    }
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
    let moment = Moment::at(world.now);
    let response = world.cloud.handle(moment, &home(), &request);
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(
        response.headers()["x-acs-request-id"],
        body["RequestId"].as_str().unwrap()
    );
    assert_eq!(response.headers()["content-type"], "application/json;charset=utf-8");
}

#[test]
fn the_log_keeps_refused_calls_and_no_secrets() {
    let mut world = World::new();
    let mut request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &REGION);
    request.headers_mut().insert("x-acs-date", "nonsense".parse().unwrap());
    world.send(&home(), &request);
    let reader = reader();
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
