//! A panic fails one invocation, not the instance.

use bytes::Bytes;
use fc_runtime::{Context, Event, Failure, Service, raw_service_fn};
use http::{Request, Response};

use crate::client::{Client, request};
use crate::running::{Page, ask, quiet, talk_to};

fn fragile() -> Service {
    raw_service_fn(async |event: Event<Bytes>| {
        match event.payload.as_ref() {
            b"at once" => panic!("sk-secret at once"),
            b"later" => {
                tokio::task::yield_now().await;
                panic!("sk-secret later{}", "!".repeat(100_000));
            }
            _ => {}
        }
        Ok::<_, Failure>("done")
    })
}

#[tokio::test]
async fn a_panic_is_a_failure_and_the_next_event_on_the_connection_is_handled() {
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        let ahead = ["at once", "", "later", ""].map(|body| request("POST /invoke", &[], body.as_bytes()));
        client.send_bytes(&ahead.concat()).await;
        for _ in 0..2 {
            let panicked = client.receive().await;
            assert_eq!(
                (panicked.verdict(), panicked.error_type()),
                ((404, "404"), "Panic".to_owned())
            );
            assert_eq!(client.receive().await.json(), "done");
        }
    };
    talk_to(quiet(), fragile(), talk).await;
}

#[tokio::test]
async fn a_panics_text_is_for_the_log_only_and_not_with_the_invocations_secrets() {
    let log = Page::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _log = crate::running::listen(subscriber);
    let headers = [
        ("x-fc-access-key-id", "STS.id"),
        ("x-fc-access-key-secret", "sk-secret"),
        ("x-fc-security-token", "token"),
    ];
    let answer = ask(quiet(), fragile(), "POST /invoke", &headers, b"later").await;
    assert_eq!(
        answer.error_message(),
        "the handler panicked; the log of this request says why"
    );
    assert!(log.written().contains("[redacted] later"), "{}", log.written());
    assert!(!log.written().contains("sk-secret"), "{}", log.written());
    assert!(log.written().len() < 10_000, "a panic's text is bounded");
}

#[tokio::test]
async fn a_panic_in_a_hook_or_an_http_handler_is_caught_as_well() {
    let service = || {
        fragile()
            .on_initialize(async |_: Context| -> Result<(), Failure> { panic!("initialize") })
            .on_http(async |_: Request<Bytes>, _: Context| -> Result<Response<Bytes>, Failure> { panic!("http") })
    };
    let hook = ask(quiet(), service(), "POST /initialize", &[], b"").await;
    assert_eq!((hook.verdict(), hook.error_type()), ((404, "404"), "Panic".to_owned()));
    let http = ask(quiet(), service(), "GET /", &[], b"").await;
    assert_eq!((http.verdict(), http.error_type()), ((500, "404"), "Panic".to_owned()));
}
