//! Objects, read and written whole, and secret parameters: what goes over the wire, what comes back, and what is an error.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use goldcast_cloud::{
    Cause, Class, Client, Credentials, Endpoints, NoAnswer, OBJECT_BYTES_MAX, Object, ObjectPlace, Product, Reread,
    Role, Settings, Site, Transport, TransportError,
};
use goldcast_signing::oss4;
use http::{Method, Request, Response};
use secrecy::ExposeSecret as _;
use support::{Script, ok, settings, soon};

/// What comes back for one request.
enum Answer {
    Http(u16, Bytes),
    Silence,
}

/// Answers in order, and checks every signature as the cloud does.
struct Bucket {
    answers: Mutex<VecDeque<Answer>>,
    seen: Mutex<Vec<Request<Bytes>>>,
}

impl Bucket {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            seen: Mutex::default(),
        })
    }

    fn client(self: &Arc<Self>, credentials: Credentials) -> Client<Arc<Self>> {
        Client::new(Arc::clone(self), settings(), credentials.into())
    }

    fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

impl Transport for Bucket {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let authorization = request.headers()["authorization"].to_str().unwrap();
        // The keys of a role are fetched in another style.
        if let Ok(authorization) = authorization.parse::<oss4::Authorization>() {
            let host = request.uri().host().unwrap();
            let bucket = host.split('.').next().unwrap();
            let resource = format!("/{bucket}{}", request.uri().path());
            let secret = format!("secret-of-{}", authorization.key_id);
            oss4::verify(&secret, &request, &resource, &authorization).unwrap();
        }
        self.seen.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        match answer.expect("the script is over") {
            Answer::Http(status, body) => {
                let response = Response::builder().status(status).header("etag", "\"5B3C1A2E\"");
                Ok(response.body(body).unwrap())
            }
            Answer::Silence => Err(NoAnswer::Timeout.into()),
        }
    }
}

fn place() -> ObjectPlace {
    ObjectPlace::new("cn-beijing", "told", "goldcast/told/team.json")
}

fn keys() -> Credentials {
    Credentials::new("testid", "secret-of-testid".into(), Some("the-token".into()))
}

fn answer(status: u16, body: impl Into<Bytes>) -> Answer {
    Answer::Http(status, body.into())
}

/// A refusal as the documents print it (<https://www.alibabacloud.com/help/en/document_detail/32005.html>).
fn refused(status: u16, code: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>{code}</Code>\n  <Message>No &lt;you&gt;, the-token.</Message>\n  \
         <RequestId>57ABD896CCB80C366955</RequestId>\n  <HostId>told.oss-cn-beijing.aliyuncs.com</HostId>\n  \
         <EC>0003-00000001</EC>\n  <RecommendDoc>https://api.aliyun.com/troubleshoot?q=0003-00000001</RecommendDoc>\n</Error>"
    );
    answer(status, body)
}

#[tokio::test(start_paused = true)]
async fn an_object_is_read_with_its_etag() {
    let bucket = Bucket::new([answer(200, "{}")]);
    let client = bucket.client(keys());
    let object = client.get_object(&place(), soon()).await.unwrap().unwrap();
    let expected = Object {
        body: Bytes::from_static(b"{}"),
        etag: "5B3C1A2E".to_owned(),
    };
    assert_eq!(object, expected);

    let seen = bucket.seen.lock().unwrap();
    let request = seen.first().unwrap();
    assert_eq!(*request.method(), Method::GET);
    assert_eq!(
        *request.uri(),
        "https://told.oss-cn-beijing.aliyuncs.com/goldcast/told/team.json"
    );
    assert_eq!(request.headers()["x-oss-date"], "20260102T030405Z");
    assert_eq!(request.headers()["x-oss-security-token"], "the-token");
    assert_eq!(client.calls().of(Product::Oss, "GetObject"), 1);
    assert_eq!((client.calls().reads(), client.calls().writes()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn an_object_that_is_what_it_was_is_not_sent_again() {
    let bucket = Bucket::new([answer(304, ""), answer(200, "{}"), refused(404, "NoSuchKey")]);
    let client = bucket.client(keys());
    let place = place();
    let again = || client.get_object_unless(&place, "5B3C", soon());
    assert_eq!(again().await.unwrap(), Reread::Same);
    let changed = Object {
        body: Bytes::from_static(b"{}"),
        etag: "5B3C1A2E".to_owned(),
    };
    assert_eq!(again().await.unwrap(), Reread::Changed(changed));
    assert_eq!(again().await.unwrap(), Reread::Missing);
    let seen = bucket.seen.lock().unwrap();
    assert!(
        seen.iter()
            .all(|request| request.headers()["if-none-match"] == "\"5B3C\"")
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_is_written_where_there_is_none_if_that_is_asked_for() {
    let bucket = Bucket::new([refused(409, "FileAlreadyExists"), answer(200, "")]);
    let client = bucket.client(keys());
    let error = client.put_new_object(&place(), "{}", soon()).await.unwrap_err();
    assert!(
        error.is_code("FileAlreadyExists") && error.class() == Class::Permanent,
        "{error}"
    );
    assert_eq!(client.put_new_object(&place(), "{}", soon()).await.unwrap(), "5B3C1A2E");
    let seen = bucket.seen.lock().unwrap();
    assert!(
        seen.iter()
            .all(|request| request.headers()["x-oss-forbid-overwrite"] == "true")
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_not_there_is_no_error_and_a_missing_bucket_is() {
    let client = Bucket::new([refused(404, "NoSuchKey"), refused(404, "NoSuchBucket")]).client(keys());
    assert_eq!(client.get_object(&place(), soon()).await.unwrap(), None);
    let error = client.get_object(&place(), soon()).await.unwrap_err();
    assert_eq!(error.class(), Class::Permanent);
    assert_eq!(
        error.to_string(),
        "oss GetObject of told/goldcast/told/team.json in cn-beijing: refused with NoSuchBucket (HTTP 404, request \
         57ABD896CCB80C366955): No <you>, [withheld]."
    );
    assert_eq!(error.advice(), Some("create the bucket, or correct its name"));
}

#[tokio::test(start_paused = true)]
async fn a_denial_says_who_lacks_what() {
    let body = "<Error><Code>AccessDenied</Code><Message>You have no right.</Message><RequestId>1</RequestId>\
        <AccessDeniedDetail><AuthAction>oss:PutObject</AuthAction><NoPermissionType>ImplicitDeny</NoPermissionType>\
        </AccessDeniedDetail></Error>";
    let client = Bucket::new([answer(403, body)]).client(keys());
    let error = client.put_object(&place(), "{}", soon()).await.unwrap_err();
    let denied = error.refusal().unwrap().access_denied.clone().unwrap();
    assert_eq!(denied.auth_action, "oss:PutObject");
    assert_eq!(denied.no_permission_type, "ImplicitDeny");
    assert!(error.advice().unwrap().starts_with("grant"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_object_is_written_again_after_silence_or_a_fault_of_the_cloud() {
    let answers = [
        Answer::Silence,
        answer(503, "busy"),
        refused(500, "InternalError"),
        answer(200, ""),
    ];
    let bucket = Bucket::new(answers);
    let client = bucket.client(keys());
    assert_eq!(client.put_object(&place(), "[1]", soon()).await.unwrap(), "5B3C1A2E");
    assert_eq!((client.calls().reads(), client.calls().writes()), (0, 4));
    let seen = bucket.seen.lock().unwrap();
    for request in seen.iter() {
        assert_eq!((request.method(), &request.body()[..]), (&Method::PUT, &b"[1]"[..]));
        assert_eq!(request.headers()["content-type"], "application/json");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_neither_read_nor_written() {
    let body = vec![b' '; OBJECT_BYTES_MAX + 1];
    let bucket = Bucket::new([answer(200, body.clone())]);
    let client = bucket.client(keys());
    let error = client.put_object(&place(), body, soon()).await.unwrap_err();
    assert!(matches!(error.cause, Cause::ObjectTooLarge), "{error}");
    assert_eq!(bucket.requests(), 0);
    let error = client.get_object(&place(), soon()).await.unwrap_err();
    assert!(matches!(error.cause, Cause::ObjectTooLarge), "{error}");
    assert_eq!(error.class(), Class::Permanent);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_cannot_be_is_not_asked_for() {
    let bucket = Bucket::new([]);
    let client = bucket.client(keys());
    for place in [
        ObjectPlace::new("cn-beijing", "not/a/bucket", "k"),
        ObjectPlace::new("cn-beijing", "told", "../k"),
        ObjectPlace::new("evil.example/", "told", "k"),
    ] {
        let error = client.get_object(&place, soon()).await.unwrap_err();
        assert!(matches!(error.cause, Cause::Endpoint(_)), "{error}");
    }
    assert_eq!(bucket.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn keys_of_a_role_that_expired_are_fetched_anew() {
    let session = |n: u8| {
        let body = format!(
            r#"{{"Credentials":{{"AccessKeyId":"STS.{n}","AccessKeySecret":"secret-of-STS.{n}","SecurityToken":"t{n}","Expiration":"2027-01-01T00:00:00Z"}}}}"#
        );
        answer(200, body)
    };
    let bucket = Bucket::new([
        session(1),
        refused(403, "SecurityTokenExpired"),
        session(2),
        answer(200, "{}"),
    ]);
    let role = Role::new("acs:ram::1:role/reader", "goldcast");
    let client = bucket.client(keys()).assuming(role);
    assert!(client.get_object(&place(), soon()).await.unwrap().is_some());
    let seen = bucket.seen.lock().unwrap();
    assert_eq!(seen.last().unwrap().headers()["x-oss-security-token"], "t2");
}

#[tokio::test(start_paused = true)]
async fn a_secret_parameter_is_a_secret_from_the_first_byte_on() {
    let body = r#"{"RequestId":"1","Parameter":{"Name":"goldcast/robot","Type":"Secret","Value":"the-value","Tags":{},"ParameterVersion":1}}"#;
    let script = Script::new([ok(body), support::refused(404, "EntityNotExists.Parameter")]);
    let endpoints = Endpoints::new(Site::China);
    let settings = Settings {
        endpoints,
        ..settings()
    };
    let client = Client::new(Arc::clone(&script), settings, support::keys("testid").into());
    let value = client
        .secret_parameter("cn-beijing", "goldcast/robot", soon())
        .await
        .unwrap();
    assert_eq!(value.expose_secret(), "the-value");
    assert!(!format!("{value:?}").contains("the-value"));
    let sent = script.sent().remove(0);
    assert_eq!(
        (sent.host.as_str(), sent.action.as_str(), sent.param("WithDecryption")),
        ("oos.cn-beijing.aliyuncs.com", "GetSecretParameter", Some("true"))
    );

    let error = client.secret_parameter("cn-beijing", "gone", soon()).await.unwrap_err();
    assert!(error.is_code("EntityNotExists.Parameter"));
    assert!(
        error.advice().unwrap().starts_with("create the secret parameter"),
        "{error}"
    );
}
