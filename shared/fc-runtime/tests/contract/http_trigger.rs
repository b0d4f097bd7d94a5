//! Requests of HTTP triggers, and paths that nobody knows.

use bytes::Bytes;
use fc_runtime::{Context, Failure, Service, raw_service_fn};
use http::{Request, Response};

use crate::running::{ask, quiet};

const HTTP_TRIGGER: (&str, &str) = ("x-fc-control-path", "/http-invoke");

fn events_only() -> Service {
    raw_service_fn(async |_| Ok::<_, Failure>("event"))
}

#[tokio::test]
async fn without_an_http_handler_another_path_is_told_where_events_go() {
    for (request_line, headers) in [
        ("GET /", [].as_slice()),
        ("GET /invoke", &[]),
        ("POST /other", &[]),
        ("POST /invoke", &[HTTP_TRIGGER]),
    ] {
        let answer = ask(quiet(), events_only(), request_line, headers, b"").await;
        assert_eq!(answer.verdict(), (404, "404"), "{request_line}");
        assert_eq!(answer.error_type(), "NoHttpHandler");
        let expected =
            format!("nothing answers {request_line}: this function takes events, which arrive as POST /invoke");
        assert_eq!(answer.error_message(), expected);
    }
}

#[tokio::test]
async fn an_http_trigger_gets_the_handlers_own_answer_even_for_an_events_path() {
    let service = events_only().on_http(async |request: Request<Bytes>, _: Context| {
        let told = format!("{} {} {:?}", request.method(), request.uri(), request.body());
        Response::builder()
            .status(303)
            .header("location", "/status")
            .body(told.into())
            .map_err(|error| Failure::new("Internal", error.to_string()))
    });
    let answer = ask(quiet(), service, "PUT /invoke?a=1", &[HTTP_TRIGGER], b"hi").await;
    assert_eq!(answer.verdict(), (303, "200"));
    assert_eq!(answer.headers["location"], "/status");
    assert_eq!(answer.body, br#"PUT /invoke?a=1 b"hi""#);
}

#[tokio::test]
async fn a_request_that_comes_as_an_event_reaches_the_same_handler_and_other_events_do_not() {
    let service = || {
        events_only().on_http(async |request: Request<Bytes>, _: Context| {
            let told = format!("{} {} {:?}", request.method(), request.uri(), request.body());
            let answer = Response::builder()
                .status(201)
                .header("server", "ours")
                .header("x-own", "kept");
            answer
                .body(Bytes::from(told))
                .map_err(|error| Failure::new("Internal", error.to_string()))
        })
    };
    let event = br#"{"version":"v1","rawPath":"/status","headers":{},"queryParameters":{"a":"1"},"body":"hi",
        "isBase64Encoded":false,"requestContext":{"http":{"method":"GET","path":"/status"}}}"#;
    let answer = ask(quiet(), service(), "POST /invoke", &[], event).await;
    assert_eq!(answer.verdict(), (200, "200"));
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        told,
        serde_json::json!({
            "statusCode": 201, "headers": {"x-own": "kept"}, "isBase64Encoded": false, "body": r#"GET /status?a=1 b"hi""#,
        })
    );
    let answer = ask(quiet(), service(), "POST /invoke", &[], b"{}").await;
    assert_eq!(answer.body, br#""event""#);
}

#[tokio::test]
async fn a_failure_that_a_new_process_mends_asks_to_come_again() {
    let service = events_only().on_http(async |_: Request<Bytes>, _: Context| {
        Err::<Response<Bytes>, _>(Failure::new("CredentialsExpired", "the keys have expired").and_restart())
    });
    let answer = ask(quiet(), service, "GET /", &[], b"").await;
    assert_eq!(answer.verdict(), (503, "404"));
}

#[tokio::test]
async fn headers_that_the_platform_reserves_are_not_sent() {
    let service = events_only().on_http(async |_: Request<Bytes>, _: Context| {
        let answer = Response::builder()
            .header("x-fc-status", "404")
            .header("x-fc-request-id", "forged")
            .header("connection", "close")
            .header("keep-alive", "timeout=1")
            .header("content-length", "7")
            .header("date", "today")
            .header("server", "ours")
            .header("upgrade", "h2c")
            .header("content-disposition", "inline")
            .header("x-own", "kept");
        answer
            .body(Bytes::from_static(b"ok"))
            .map_err(|error| Failure::new("Internal", error.to_string()))
    });
    let answer = ask(quiet(), service, "GET /", &[], b"").await;
    let names: Vec<&str> = answer.headers.keys().map(String::as_str).collect();
    assert_eq!(names, ["content-length", "x-fc-status", "x-own"]);
    assert_eq!(answer.headers["content-length"], "2");
    assert_eq!(answer.verdict(), (200, "200"));
}

#[tokio::test]
async fn no_answer_to_an_event_has_a_reserved_header() {
    let answer = ask(quiet(), events_only(), "POST /invoke", &[], b"").await;
    let names: Vec<&str> = answer.headers.keys().map(String::as_str).collect();
    assert_eq!(names, ["content-length", "content-type", "x-fc-status"]);
}

#[tokio::test]
async fn a_handler_never_sees_credentials_among_the_headers() {
    let service = events_only().on_http(async |request: Request<Bytes>, context: Context| {
        let told = format!("{request:?} {:?}", context.credentials);
        Ok::<_, Failure>(Response::new(told.into()))
    });
    let headers = [
        ("x-fc-access-key-id", "STS.id"),
        ("x-fc-access-key-secret", "the-secret"),
        ("x-fc-security-token", "the-token"),
        ("accept", "text/html"),
    ];
    let answer = ask(quiet(), service, "GET /", &headers, b"").await;
    let told = String::from_utf8(answer.body).unwrap();
    assert!(told.contains("text/html") && told.contains("source: Request"), "{told}");
    assert!(
        !told.contains("STS.id") && !told.contains("the-secret") && !told.contains("the-token"),
        "{told}"
    );
}

#[tokio::test]
async fn a_failed_http_request_is_a_servers_error_to_people_and_a_failure_to_the_platform() {
    let service = events_only()
        .on_http(async |_: Request<Bytes>, _: Context| Err::<Response<Bytes>, _>(Failure::new("Down", "no policy")));
    let answer = ask(quiet(), service, "GET /", &[], b"").await;
    assert_eq!(
        (answer.verdict(), answer.error_type()),
        ((500, "404"), "Down".to_owned())
    );
}

#[tokio::test]
async fn an_http_request_that_is_too_large_is_its_senders_mistake() {
    let mut config = quiet();
    config.body_bytes_max = 4;
    let answer = ask(config, events_only(), "PUT /", &[], b"12345").await;
    assert_eq!(answer.verdict(), (413, "200"));
}
