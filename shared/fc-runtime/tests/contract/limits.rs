//! Nothing is read, awaited or repeated beyond its limit.

use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use fc_runtime::{Event, Failure, Service, raw_service_fn};

use crate::client::{Client, request};
use crate::running::{ask, quiet, talk_to};

fn length() -> Service {
    raw_service_fn(async |event: Event<Bytes>| Ok::<_, Failure>(event.payload.len()))
}

#[tokio::test]
async fn a_body_over_the_limit_is_done_and_the_connection_goes_on() {
    let mut config = quiet();
    config.body_bytes_max = 1_000_000;
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        assert_eq!(
            client.ask("POST /invoke", &[], &vec![b'x'; 1_000_000]).await.json(),
            1_000_000
        );
        let refused = client.ask("POST /invoke", &[], &vec![b'x'; 1_000_001]).await;
        assert_eq!(
            (refused.verdict(), refused.error_type()),
            ((200, "200"), "EventTooLarge".to_owned())
        );
        assert_eq!(refused.error_message(), "the event is larger than 1000000 bytes");
        assert_eq!(client.ask("POST /invoke", &[], b"after").await.json(), 5);
    };
    talk_to(config, length(), talk).await;
}

#[tokio::test]
async fn the_limit_holds_for_a_body_of_undeclared_length() {
    let mut config = quiet();
    config.body_bytes_max = 4;
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        let head = "POST /invoke HTTP/1.1\r\nhost: fc\r\ntransfer-encoding: chunked\r\n\r\n";
        client
            .send_bytes(format!("{head}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").as_bytes())
            .await;
        assert_eq!(client.receive().await.error_type(), "EventTooLarge");
        client
            .send_bytes(format!("{head}3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n").as_bytes())
            .await;
        assert_eq!(client.receive().await.json(), 4);
    };
    talk_to(config, length(), talk).await;
}

#[tokio::test]
async fn a_handler_past_its_deadline_is_answered_for_and_the_process_goes_on() {
    let mut config = quiet();
    config.default_timeout = Duration::from_millis(20);
    let service = raw_service_fn(async |event: Event<Bytes>| {
        if event.payload.as_ref() == b"hang" {
            pending::<()>().await;
        }
        Ok::<_, Failure>("done")
    });
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        let late = client.ask("POST /invoke", &[], b"hang").await;
        assert_eq!(
            (late.verdict(), late.error_type()),
            ((404, "404"), "DeadlineExceeded".to_owned())
        );
        assert_eq!(
            client
                .ask("POST /invoke", &[("x-fc-function-timeout", "30")], b"")
                .await
                .json(),
            "done"
        );
    };
    talk_to(config, service, talk).await;
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_not_awaited_beyond_the_deadline() {
    let mut config = quiet();
    config.default_timeout = Duration::from_millis(20);
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        client
            .send_bytes(b"POST /invoke HTTP/1.1\r\nhost: fc\r\ncontent-length: 9\r\n\r\nabc")
            .await;
        assert_eq!(client.receive().await.error_type(), "DeadlineExceeded");
    };
    talk_to(config, length(), talk).await;
}

#[tokio::test]
async fn a_request_without_an_id_gets_one_of_its_own() {
    let service = raw_service_fn(async |event: Event<_>| Ok::<_, Failure>(event.context.request_id));
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        let ids = [
            client.ask("POST /invoke", &[], b"").await.json(),
            client.ask("POST /invoke", &[], b"").await.json(),
        ];
        assert!(
            ids.iter().all(|id| id.as_str().unwrap().starts_with("generated-")),
            "{ids:?}"
        );
        assert_ne!(ids.first(), ids.last());
        let told = client
            .ask("POST /invoke", &[("x-fc-request-id", &"9".repeat(1_000))], b"")
            .await;
        assert!(
            told.body.len() < 150,
            "a request id is repeated in every line, and bounded"
        );
    };
    talk_to(quiet(), service, talk).await;
}

#[tokio::test]
async fn connections_are_kept_alive_and_requests_may_be_sent_ahead() {
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        let ahead = [request("POST /invoke", &[], b"1"), request("POST /invoke", &[], b"22")].concat();
        client.send_bytes(&ahead).await;
        assert_eq!(client.receive().await.json(), 1);
        assert_eq!(client.receive().await.json(), 2);
        assert_eq!(client.ask("POST /invoke", &[], b"333").await.json(), 3);
    };
    talk_to(quiet(), length(), talk).await;
}

#[tokio::test]
async fn everything_but_the_request_id_may_be_missing() {
    let service = raw_service_fn(async |event: Event<_>| {
        let context = event.context;
        assert!(context.region.is_none() && context.account.is_none() && context.version.is_none());
        assert!(context.memory_mb.is_none() && context.qualifier.is_none() && context.retry_count.is_none());
        assert!(context.credentials.is_none() && context.function.is_empty());
        assert!(context.time_left() > Duration::ZERO);
        Ok::<_, Failure>(())
    });
    let answer = ask(quiet(), service, "POST /invoke", &[("x-fc-request-id", "1-a")], b"").await;
    assert_eq!(answer.verdict(), (200, "200"));
}
