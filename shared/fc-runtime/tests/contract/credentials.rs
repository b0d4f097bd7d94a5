//! Which credentials a handler gets, and that nobody else sees them.

use fc_runtime::{Config, Credentials, CredentialsSource, Environment, Event, Failure, Service, raw_service_fn};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::running::{Page, ask, quiet};

const ID: (&str, &str) = ("x-fc-access-key-id", "STS.header");
const SECRET: (&str, &str) = ("x-fc-access-key-secret", "header-secret");
const TOKEN: (&str, &str) = ("x-fc-security-token", "header-token");

fn with_environment() -> Config {
    let environment: Environment = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.env"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "env-token"),
    ]
    .into_iter()
    .collect();
    let mut config = quiet();
    config.credentials = Credentials::from_environment(&environment);
    config
}

/// Tells what it got, as no real handler should.
fn tell() -> Service {
    raw_service_fn(async |event: Event<_>| {
        let told = event.context.credentials.map(|credentials| {
            let token = credentials
                .security_token
                .as_ref()
                .map(|token| token.expose_secret().to_owned());
            let source = match credentials.source {
                CredentialsSource::Request => "request",
                CredentialsSource::Environment => "environment",
            };
            let (id, secret) = (&credentials.access_key_id, &credentials.access_key_secret);
            json!([source, id.expose_secret(), secret.expose_secret(), token])
        });
        Ok::<_, Failure>(told)
    })
}

#[track_caller]
fn check(config: Config, headers: &[(&str, &str)], expected: Value) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let answer = runtime.block_on(ask(config, tell(), "POST /invoke", headers, b""));
    assert_eq!(answer.json(), expected);
}

#[test]
fn headers_count_only_if_all_three_are_there_and_are_never_mixed_with_the_environment() {
    let from_header = json!(["request", "STS.header", "header-secret", "header-token"]);
    let from_environment = json!(["environment", "STS.env", "env-secret", "env-token"]);
    check(with_environment(), &[ID, SECRET, TOKEN], from_header.clone());
    check(with_environment(), &[ID, SECRET], from_environment.clone());
    check(with_environment(), &[ID, TOKEN], from_environment.clone());
    check(with_environment(), &[SECRET, TOKEN], from_environment.clone());
    check(
        with_environment(),
        &[ID, SECRET, ("x-fc-security-token", "")],
        from_environment.clone(),
    );
    check(with_environment(), &[], from_environment);
    check(quiet(), &[ID, SECRET, TOKEN], from_header);
    check(quiet(), &[ID, SECRET], Value::Null);
    check(quiet(), &[], Value::Null);
}

#[tokio::test]
async fn the_debug_text_of_an_event_shows_no_secret() {
    let service = raw_service_fn(async |event: Event<_>| Ok::<_, Failure>(format!("{event:?}")));
    let answer = ask(with_environment(), service, "POST /invoke", &[ID, SECRET, TOKEN], b"").await;
    let text = answer.json().to_string();
    assert!(text.contains("Credentials { source: Request, .. }"), "{text}");
    assert!(
        !text.contains("header-secret") && !text.contains("header-token"),
        "{text}"
    );
    let config = format!("{:?}", with_environment());
    assert!(
        !config.contains("env-secret") && !config.contains("env-token"),
        "{config}"
    );
}

#[tokio::test]
async fn a_secret_in_an_error_reaches_neither_the_caller_nor_the_log() {
    let log = Page::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _log = crate::running::listen(subscriber);
    let service = raw_service_fn(async |event: Event<_>| {
        let secret = event.context.credentials.unwrap().access_key_secret;
        Err::<(), _>(Failure::new(
            "Refused",
            format!("signed with {}", secret.expose_secret()),
        ))
    });
    let answer = ask(quiet(), service, "POST /invoke", &[ID, SECRET, TOKEN], b"").await;
    assert_eq!(answer.error_message(), "signed with [redacted]");
    assert!(log.written().contains("signed with [redacted]"), "{}", log.written());
    assert!(!log.written().contains("header-secret"), "{}", log.written());
}
