//! Which answer follows from which result, and that the platform can tell.

use std::io;

use bytes::Bytes;
use fc_runtime::{Diagnostic, Event, Failure, Service, raw_service_fn, service_fn};
use serde::Deserialize;

use crate::client::Client;
use crate::running::{Page, invoke, quiet, talk_to};

#[derive(Deserialize)]
struct Share {
    image: String,
    accounts: Vec<u64>,
}

fn share() -> Service {
    service_fn(async |event: Event<Share>| {
        let Share { image, accounts } = event.payload;
        Ok::<_, Failure>(format!("{image} to {}", accounts.len()))
    })
}

#[tokio::test]
async fn success_is_200_twice_with_the_result_as_json() {
    let answer = invoke(share(), br#"{"image":"m-1","accounts":[1,2]}"#).await;
    assert_eq!(answer.verdict(), (200, "200"));
    assert_eq!(answer.body, br#""m-1 to 2""#);
    assert_eq!(answer.headers["content-type"], "application/json");
}

#[tokio::test]
async fn failure_is_404_twice_with_a_type_and_a_message_and_no_stack() {
    let service = raw_service_fn(async |_| Err::<(), _>(Failure::new("Throttled", "ECS said Throttling.User")));
    let answer = invoke(service, b"{}").await;
    assert_eq!(answer.verdict(), (404, "404"));
    let expected = r#"{"errorType":"Throttled","errorMessage":"ECS said Throttling.User"}"#;
    assert_eq!(String::from_utf8(answer.body).unwrap(), expected);
}

#[tokio::test]
async fn the_caller_is_told_the_callers_message_and_the_log_the_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the policy")]
    struct Unreadable(#[source] io::Error);

    impl Diagnostic for Unreadable {
        fn error_type(&self) -> &'static str {
            "PolicyUnreadable"
        }

        fn caller_message(&self) -> String {
            "the function is not set up".to_owned()
        }
    }

    let log = Page::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _log = crate::running::listen(subscriber);
    let service = raw_service_fn(async |_| Err::<(), _>(Unreadable(io::Error::other("disk on fire"))));
    let answer = invoke(service, b"{}").await;
    assert_eq!(answer.error_type(), "PolicyUnreadable");
    assert_eq!(answer.error_message(), "the function is not set up");
    assert!(
        log.written().contains("cannot read the policy: disk on fire"),
        "{}",
        log.written()
    );
}

#[tokio::test]
async fn a_malformed_event_is_done_because_a_retry_brings_the_same_bytes() {
    let answer = invoke(share(), br#"{"image":"m-1","accounts":[1,"2"]}"#).await;
    assert_eq!(answer.verdict(), (200, "200"));
    assert_eq!(answer.error_type(), "MalformedEvent");
    let expected = r#"accounts[1]: invalid type: string "2", expected u64 at line 1 column 32"#;
    assert_eq!(answer.error_message(), expected);
}

#[tokio::test]
async fn malformed_events_are_logged_and_counted() {
    let log = Page::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let _log = crate::running::listen(subscriber);
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        client.ask("POST /invoke", &[], b"[").await;
        client.ask("POST /invoke", &[], b"]").await;
    };
    talk_to(quiet(), share(), talk).await;
    let log = log.written();
    let counted = |count| log.contains(&format!("refused={count}"));
    assert!(log.contains("WARN") && counted(1) && counted(2) && !counted(3), "{log}");
}

#[tokio::test]
async fn a_raw_handler_gets_the_bytes_whatever_they_are() {
    let service = raw_service_fn(async |event: Event<Bytes>| {
        assert_eq!(event.payload.as_ref(), b"\xff{");
        Err::<(), _>(Failure::new("NotJson", "this handler wants a retry"))
    });
    let answer = invoke(service, b"\xff{").await;
    assert_eq!(
        (answer.verdict(), answer.error_type()),
        ((404, "404"), "NotJson".to_owned())
    );
}

#[tokio::test]
async fn a_result_that_is_no_json_is_a_failure() {
    let service = raw_service_fn(async |_| {
        let by_pair = std::collections::BTreeMap::from([((1, 2), 3)]);
        Ok::<_, Failure>(by_pair)
    });
    let answer = invoke(service, b"").await;
    assert_eq!(answer.verdict(), (404, "404"));
    assert_eq!(answer.error_type(), "UnserializableResult");
}

#[tokio::test]
async fn an_error_text_in_an_answer_is_bounded() {
    let service = raw_service_fn(async |_| Err::<(), _>(Failure::new("Long", "像".repeat(100_000))));
    let answer = invoke(service, b"").await;
    assert!(answer.body.len() < 5_000, "{} bytes", answer.body.len());
    assert!(answer.error_message().ends_with('…'));
}
