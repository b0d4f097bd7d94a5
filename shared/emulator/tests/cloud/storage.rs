//! Object storage: objects read, written, listed and deleted, by whom and where, and what is refused with which code.

use bytes::Bytes;
use goldcast_emulator::cloud::{Bucket, Endpoint, Fault, FaultRule, Moment, Setup, Switches};
use goldcast_signing::{Key, oss4};
use http::{Method, Request, Response};
use jiff::SignedDuration;
use serde_json::json;

use crate::authorisation::{allow, user};
use crate::support::{AWAY, HOME, MEMBER, OWNER, STS, Signer, World, account, region, setup};

/// The owner's bucket in the home region.
const BUCKET: &str = "corp-goldcast";

/// A request by somebody, to be bent and sent.
struct Ask {
    signer: Signer,
    method: Method,
    at: &'static str,
    bucket: &'static str,
    /// What follows the bucket: key and query.
    target: String,
    headers: Vec<(&'static str, String)>,
    body: &'static str,
    signed_for: Option<&'static str>,
    in_the_path: bool,
}

impl Ask {
    fn new(method: Method, target: &str) -> Self {
        Self {
            signer: Signer::of(OWNER),
            method,
            at: HOME,
            bucket: BUCKET,
            target: target.to_owned(),
            headers: Vec::new(),
            body: "",
            signed_for: None,
            in_the_path: false,
        }
    }

    fn get(key: &str) -> Self {
        Self::new(Method::GET, key)
    }

    fn put(key: &str, body: &'static str) -> Self {
        Self {
            body,
            ..Self::new(Method::PUT, key)
        }
    }

    fn by(self, signer: &Signer) -> Self {
        Self {
            signer: signer.clone(),
            ..self
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn request(&self, world: &World) -> Request<Bytes> {
        let key = self.target.split('?').next().unwrap();
        let uri = if self.in_the_path {
            format!("http://127.0.0.1:1/{}/{}", self.bucket, self.target)
        } else {
            format!("http://{}.oss-{}.aliyuncs.com/{}", self.bucket, self.at, self.target)
        };
        let mut request = Request::builder().method(&self.method).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(Bytes::from(self.body)).unwrap();
        let signing = Key {
            id: &self.signer.id,
            secret: &self.signer.secret,
            token: self.signer.token.as_deref(),
        };
        let resource = format!("/{}/{key}", self.bucket);
        oss4::sign(
            &mut request,
            &signing,
            self.signed_for.unwrap_or(self.at),
            &resource,
            world.now,
        )
        .unwrap();
        request
    }

    fn send(&self, world: &mut World) -> Response<Bytes> {
        let request = self.request(world);
        send(world, self.at, &request)
    }
}

fn send(world: &mut World, at: &str, request: &Request<Bytes>) -> Response<Bytes> {
    world
        .cloud
        .handle(Moment::at(world.now), &Endpoint::Region(region(at)), request)
}

fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

/// Status and code of an answer; the code of a success is empty.
fn outcome(response: &Response<Bytes>) -> (u16, &str) {
    let code = text(response).split("<Code>").nth(1).unwrap_or_default();
    (response.status().as_u16(), code.split('<').next().unwrap())
}

#[test]
fn what_is_written_is_read_until_it_is_deleted() {
    let mut world = World::new();
    assert_eq!(outcome(&Ask::get("told/a.json").send(&mut world)), (404, "NoSuchKey"));
    let put = Ask::put("told/a.json", "{}").with("content-type", "application/json");
    let written = put.with("x-oss-meta-by", "test").send(&mut world);
    assert_eq!(outcome(&written), (200, ""));
    let etag = written.headers()["etag"].to_str().unwrap();
    assert_eq!(etag, "\"99914B932BD37A50B983C5E7C90AE93B\"");
    assert_eq!(written.headers()["x-oss-request-id"].len(), 24);

    for in_the_path in [false, true] {
        let read = Ask {
            in_the_path,
            ..Ask::get("told/a.json")
        };
        let read = read.send(&mut world);
        assert_eq!((outcome(&read), text(&read)), ((200, ""), "{}"));
        for (name, value) in [
            ("etag", etag),
            ("content-type", "application/json"),
            ("last-modified", "Mon, 02 Mar 2026 08:00:00 GMT"),
            ("x-oss-object-type", "Normal"),
            ("x-oss-meta-by", "test"),
            ("server", "AliyunOSS"),
        ] {
            assert_eq!(read.headers()[name], value, "{name}");
        }
    }
    let looked = Ask::new(Method::HEAD, "told/a.json").send(&mut world);
    assert_eq!((outcome(&looked), text(&looked)), ((200, ""), ""));
    assert_eq!(looked.headers()["content-length"], "2");

    for _ in 0..2 {
        let deleted = Ask::new(Method::DELETE, "told/a.json").send(&mut world);
        assert_eq!(outcome(&deleted), (204, ""));
    }
    assert_eq!(world.cloud.objects(BUCKET).count(), 0);
}

#[test]
fn a_key_may_hold_anything() {
    let mut world = World::new();
    let put = Ask::put("x", "1").request(&world);
    let (mut parts, body) = put.into_parts();
    parts.uri = format!("http://{BUCKET}.oss-{HOME}.aliyuncs.com/a%20b%2Bc/%E4%B8%AD%25")
        .parse()
        .unwrap();
    let mut request = Request::from_parts(parts, body);
    let signer = Signer::of(OWNER);
    let key = Key {
        id: &signer.id,
        secret: &signer.secret,
        token: None,
    };
    oss4::sign(&mut request, &key, HOME, &format!("/{BUCKET}/a b+c/中%"), world.now).unwrap();
    assert_eq!(outcome(&send(&mut world, HOME, &request)), (200, ""));
    let keys: Vec<_> = world.cloud.objects(BUCKET).map(|(key, _)| key).collect();
    assert_eq!(keys, ["a b+c/中%"]);
}

#[test]
fn conditions_keep_what_they_are_to_keep() {
    let mut world = World::new();
    let first = Ask::put("k", "1").send(&mut world);
    let etag = first.headers()["etag"].to_str().unwrap().to_owned();
    for (ask, expected) in [
        (
            Ask::put("k", "2").with("x-oss-forbid-overwrite", "true"),
            (409, "FileAlreadyExists"),
        ),
        (
            Ask::put("k", "2").with("x-oss-forbid-overwrite", "maybe"),
            (400, "InvalidArgument"),
        ),
        (
            Ask::put("k", "2").with("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
            (400, "InvalidDigest"),
        ),
        (Ask::get("k").with("if-match", "\"other\""), (412, "PreconditionFailed")),
        (Ask::get("k").with("if-match", &etag), (200, "")),
        (Ask::get("k").with("if-none-match", &etag), (304, "")),
        (Ask::put("new", "2").with("x-oss-forbid-overwrite", "true"), (200, "")),
    ] {
        assert_eq!(outcome(&ask.send(&mut world)), expected, "{:?}", ask.headers);
    }
    assert_eq!(text(&Ask::get("k").send(&mut world)), "1");
}

#[test]
fn a_bucket_is_its_owners_in_its_region() {
    let mut world = World::new();
    world.cloud.put_bucket(Bucket {
        name: "members".to_owned(),
        account: account(MEMBER),
        region: region(AWAY),
    });
    let elsewhere = |at, bucket, signer: &Signer| Ask {
        at,
        bucket,
        ..Ask::get("k").by(signer)
    };
    let (owner, member) = (Signer::of(OWNER), Signer::of(MEMBER));
    for (ask, expected) in [
        (elsewhere(HOME, "nobodys", &owner), (404, "NoSuchBucket")),
        (elsewhere(AWAY, BUCKET, &owner), (403, "AccessDenied")),
        (elsewhere(AWAY, "members", &owner), (403, "AccessDenied")),
        (elsewhere(AWAY, "members", &member), (404, "NoSuchKey")),
    ] {
        assert_eq!(outcome(&ask.send(&mut world)), expected);
    }
}

#[test]
fn a_signature_that_does_not_fit_is_refused_in_this_products_words() {
    let mut world = World::new();
    let unknown = Signer {
        id: "LTAInobody".to_owned(),
        ..Signer::of(OWNER)
    };
    let liar = Signer {
        secret: "another".to_owned(),
        ..Signer::of(OWNER)
    };
    let with_token = Signer {
        token: Some("CAIStoken".to_owned()),
        ..Signer::of(OWNER)
    };
    for (signer, expected) in [
        (unknown, (403, "InvalidAccessKeyId")),
        (liar, (403, "SignatureDoesNotMatch")),
        (with_token, (403, "InvalidAccessKeyId")),
    ] {
        assert_eq!(outcome(&Ask::get("k").by(&signer).send(&mut world)), expected);
    }
    let other_region = Ask {
        signed_for: Some(AWAY),
        ..Ask::get("k")
    };
    assert_eq!(outcome(&other_region.send(&mut world)), (400, "InvalidArgument"));

    let request = Ask::get("k").request(&world);
    world.now += SignedDuration::from_mins(16);
    assert_eq!(
        outcome(&send(&mut world, HOME, &request)),
        (403, "RequestTimeTooSkewed")
    );

    for (authorization, expected) in [
        ("", (403, "AccessDenied")),
        ("OSS4-HMAC-SHA256 Signature=1", (400, "InvalidArgument")),
        ("OSS LTAI:c2lnbmF0dXJl", (501, "InvalidApi.NotSimulated")),
    ] {
        let mut request = Ask::get("k").request(&world);
        request
            .headers_mut()
            .insert("authorization", authorization.parse().unwrap());
        assert_eq!(outcome(&send(&mut world, HOME, &request)), expected, "{authorization}");
    }
}

#[test]
fn temporary_keys_need_their_token_as_long_as_it_lasts() {
    let mut world = World::new();
    let owner = Signer::of(OWNER);
    let role = format!("acs:ram::{OWNER}:role/goldcast-sweep");
    let key = world.cloud.assume(Moment::at(world.now), &role, "test").unwrap();
    let expose = secrecy::ExposeSecret::expose_secret;
    let session = Signer {
        id: key.id.clone(),
        secret: expose(&key.secret).to_owned(),
        token: Some(expose(&key.token).to_owned()),
    };
    let token = |token: Option<&str>| Signer {
        token: token.map(str::to_owned),
        ..session.clone()
    };
    for (signer, expected) in [
        (&session, (404, "NoSuchKey")),
        (&token(None), (403, "InvalidAccessKeyId")),
        (&token(Some("rubbish")), (403, "InvalidSecurityToken")),
        (&token(Some("CAISother")), (403, "AccessKeyIdAndSecurityTokenNotMatch")),
    ] {
        assert_eq!(outcome(&Ask::get("k").by(signer).send(&mut world)), expected);
    }
    world.now += SignedDuration::from_hours(37);
    let late = Ask::get("k").by(&session).send(&mut world);
    assert_eq!(outcome(&late), (403, "SecurityTokenExpired"));
    // After another day nobody remembers it: the next session makes room.
    world.now += SignedDuration::from_hours(25);
    let role = [
        ("RoleArn", "acs:ram::1000000000000001:role/goldcast-directory-reader"),
        ("RoleSessionName", "test"),
    ];
    world.call(&owner, &Endpoint::Global, STS, "AssumeRole", &role).ok();
    let forgotten = Ask::get("k").by(&session).send(&mut world);
    assert_eq!(outcome(&forgotten), (403, "InvalidAccessKeyId"));
}

#[test]
fn policies_are_asked_for_the_operation_on_the_key() {
    let mut world = World::new();
    Ask::put("told/a", "1").send(&mut world);
    let told = format!("acs:oss:*:{OWNER}:{BUCKET}/told/*");
    let all = format!("acs:oss:*:*:{BUCKET}");
    let limited = user(
        &mut world,
        OWNER,
        &json!([
            allow("oss:GetObject", &told),
            allow("oss:PutObject", &told),
            allow("oss:ListObjects", &all),
        ]),
    );
    for (method, target, status) in [
        (Method::GET, "told/a", 200),
        (Method::HEAD, "told/a", 200),
        (Method::PUT, "told/a", 200),
        (Method::DELETE, "told/a", 403),
        (Method::GET, "policy.toml", 403),
        (Method::PUT, "policy.toml", 403),
        (Method::GET, "?list-type=2", 200),
    ] {
        let answer = Ask::new(method.clone(), target).by(&limited).send(&mut world);
        assert_eq!(answer.status(), status, "{method} {target} {}", text(&answer));
    }
    let denied = Ask::new(Method::DELETE, "told/a").by(&limited).send(&mut world);
    for part in [
        "<Code>AccessDenied</Code>",
        "<AuthAction>oss:DeleteObject</AuthAction>",
        "<NoPermissionType>ImplicitDeny</NoPermissionType>",
        "<EC>0003-00000001</EC>",
    ] {
        assert!(text(&denied).contains(part), "{part} in {}", text(&denied));
    }
    assert_eq!(denied.headers()["x-oss-ec"], "0003-00000001");
}

#[test]
fn what_is_missing_may_be_hidden_from_whoever_may_not_list() {
    let hiding = Setup {
        switches: Switches {
            missing_objects_named: false,
            ..setup().switches
        },
        ..setup()
    };
    let read = allow("oss:GetObject", &format!("acs:oss:*:{OWNER}:{BUCKET}/*"));
    let list = allow("oss:ListObjects", &format!("acs:oss:*:{OWNER}:{BUCKET}"));
    for (statements, expected) in [
        (json!([read]), (403, "AccessDenied")),
        (json!([read, list]), (404, "NoSuchKey")),
    ] {
        let mut world = World::with(hiding.clone());
        let limited = user(&mut world, OWNER, &statements);
        assert_eq!(outcome(&Ask::get("gone").by(&limited).send(&mut world)), expected);
        assert!(world.cloud.write_object(world.now, BUCKET, "there", "x"));
        assert_eq!(outcome(&Ask::get("there").by(&limited).send(&mut world)), (200, ""));
    }
}

#[test]
fn a_listing_goes_by_prefix_folder_and_page() {
    let mut world = World::new();
    for key in ["a/1", "a/2", "b/1", "c"] {
        assert!(world.cloud.write_object(world.now, BUCKET, key, "x"));
    }
    for (query, keys, folders, next) in [
        ("", &["a/1", "a/2", "b/1", "c"][..], &[][..], ""),
        ("&prefix=a%2F", &["a/1", "a/2"], &[], ""),
        ("&delimiter=%2F", &["c"], &["a/", "b/"], ""),
        ("&max-keys=2", &["a/1", "a/2"], &[], "a/2"),
        ("&max-keys=2&continuation-token=a%2F2", &["b/1", "c"], &[], ""),
        ("&max-keys=1&delimiter=%2F", &[], &["a/"], "a/2"),
        ("&delimiter=%2F&continuation-token=a%2F2", &["c"], &["b/"], ""),
        ("&start-after=b", &["b/1", "c"], &[], ""),
    ] {
        let answer = Ask::get(&format!("?list-type=2{query}")).send(&mut world);
        let all = |name: &str| -> Vec<&str> {
            let (open, close) = (format!("<{name}>"), format!("</{name}>"));
            let parts = text(&answer).split(&open[..]).skip(1);
            parts.map(|part| part.split(&close[..]).next().unwrap()).collect()
        };
        assert_eq!(all("Key"), keys, "{query}");
        let prefixes = all("CommonPrefixes");
        let prefixes: Vec<_> = prefixes.iter().map(|part| part.replace("<Prefix>", "")).collect();
        assert_eq!(
            prefixes
                .iter()
                .map(|part| part.replace("</Prefix>", ""))
                .collect::<Vec<_>>(),
            folders,
            "{query}"
        );
        assert_eq!(all("NextContinuationToken").concat(), next, "{query}");
    }
    let wrong = Ask::get("?list-type=2&max-keys=0").send(&mut world);
    assert_eq!(outcome(&wrong), (400, "InvalidArgument"));
}

#[test]
fn what_is_real_and_not_simulated_says_so() {
    let mut world = World::new();
    for (method, target) in [
        (Method::GET, "k?acl"),
        (Method::POST, "k?append&position=0"),
        (Method::PUT, "k?partNumber=1&uploadId=1"),
    ] {
        let answer = Ask::new(method, target).send(&mut world);
        assert_eq!(outcome(&answer), (501, "InvalidApi.NotSimulated"), "{target}");
    }
}

#[test]
fn a_refused_head_has_its_reason_in_a_header() {
    let mut world = World::new();
    let answer = Ask::new(Method::HEAD, "gone").send(&mut world);
    assert_eq!((answer.status().as_u16(), text(&answer)), (404, ""));
    assert_eq!(answer.headers()["x-oss-ec"], "0026-00000001");
    assert!(answer.headers().contains_key("x-oss-err"));
}

#[test]
fn the_call_log_names_bucket_and_key_and_no_body() {
    let mut world = World::new();
    Ask::put("told/a", "what people were told").send(&mut world);
    let call = world.cloud.calls().last().unwrap();
    assert_eq!(
        (call.product.as_str(), call.action.as_str(), call.status),
        ("Oss", "PutObject", 200)
    );
    assert_eq!(call.parameters["Bucket"], BUCKET);
    assert_eq!(call.parameters["Key"], "told/a");
    assert!(!format!("{call:?}").contains("what people were told"));
}

#[test]
fn faults_strike_objects_too() {
    let mut world = World::new();
    let rules = [
        FaultRule::new(Fault::internal_error())
            .to("Oss")
            .on("PutObject")
            .for_next(1),
        FaultRule::new(Fault::internal_error())
            .on("PutObject")
            .after_the_work()
            .for_next(1),
    ];
    world.cloud.faults_mut().extend(rules);
    for written in [0, 1] {
        let answer = Ask::put("k", "1").send(&mut world);
        assert_eq!(outcome(&answer), (500, "InternalError"), "{}", text(&answer));
        assert_eq!(world.cloud.objects(BUCKET).count(), written);
    }
    assert_eq!(outcome(&Ask::put("k", "1").send(&mut world)), (200, ""));
}

#[test]
fn an_object_may_be_as_large_as_the_cloud_takes() {
    let mut world = World::with(setup());
    let body: &'static str = Box::leak("a".repeat(16 * 1024 * 1024 + 1).into_boxed_str());
    assert_eq!(outcome(&Ask::put("k", &body[1..]).send(&mut world)), (200, ""));
    assert_eq!(
        outcome(&Ask::put("k", body).send(&mut world)),
        (413, "RequestEntityTooLarge")
    );
}
