//! When the server ends, and what it finishes first.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use fc_runtime::{Event, Exit, Failure, Service, raw_service_fn};
use tokio::sync::Notify;

use crate::client::Client;
use crate::running::{Page, quiet, talk_to};

fn expiring() -> Service {
    raw_service_fn(async |event: Event<Bytes>| match event.payload.as_ref() {
        b"expired" => Err(Failure::new("CredentialsExpired", "InvalidSecurityToken.Expired").and_restart()),
        _ => Ok("done"),
    })
}

#[tokio::test]
async fn expired_credentials_are_answered_as_a_failure_and_end_the_process() {
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        assert_eq!(client.ask("POST /invoke", &[], b"").await.json(), "done");
        let expired = client.ask("POST /invoke", &[], b"expired").await;
        assert_eq!(
            (expired.verdict(), expired.error_type()),
            ((404, "404"), "CredentialsExpired".to_owned())
        );
        assert_eq!(expired.headers["connection"], "close");
        assert!(client.is_closed().await);
    };
    let (exit, ()) = talk_to(quiet(), expiring(), talk).await;
    assert_eq!(exit, Exit::RestartAsked);
}

#[tokio::test]
async fn an_aged_process_answers_one_more_request_as_usual_and_ends() {
    let mut config = quiet();
    config.age_max = Duration::ZERO;
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        let answer = client.ask("POST /invoke", &[], b"").await;
        assert_eq!((answer.verdict(), answer.json()), ((200, "200"), "done".into()));
        assert!(client.is_closed().await);
    };
    let (exit, ()) = talk_to(config, expiring(), talk).await;
    assert_eq!(exit, Exit::Aged);
}

#[tokio::test]
async fn whoever_is_connected_without_asking_does_not_delay_the_end() {
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        client.ask("POST /invoke", &[], b"").await;
        (client, Client::connect(address).await)
    };
    let (exit, _idle) = talk_to(quiet(), expiring(), talk).await;
    assert_eq!(exit, Exit::Stopped);
}

#[tokio::test]
async fn an_invocation_in_flight_is_finished_before_the_end() {
    let (started, go_on) = (Rc::new(Notify::new()), Rc::new(Notify::new()));
    let (inner_started, inner_go_on) = (Rc::clone(&started), Rc::clone(&go_on));
    let service = raw_service_fn(async move |event: Event<Bytes>| {
        if event.payload.as_ref() == b"expired" {
            return Err(Failure::new("CredentialsExpired", "").and_restart());
        }
        inner_started.notify_one();
        inner_go_on.notified().await;
        Ok("finished")
    });
    let talk = async |address| {
        let (mut slow, mut quick) = (Client::connect(address).await, Client::connect(address).await);
        slow.send("POST /invoke", &[], b"").await;
        started.notified().await;
        quick.ask("POST /invoke", &[], b"expired").await;
        assert!(quick.is_closed().await);
        go_on.notify_one();
        assert_eq!(slow.receive().await.json(), "finished");
        assert!(slow.is_closed().await);
    };
    let (exit, ()) = talk_to(quiet(), service, talk).await;
    assert_eq!(exit, Exit::RestartAsked);
}

#[tokio::test]
async fn an_invocation_that_does_not_finish_is_interrupted_and_leaves_nothing_running() {
    let page = Page::default();
    let mut config = page.config();
    config.drain = Duration::from_millis(20);
    let (started, alive) = (Rc::new(Notify::new()), Rc::new(Cell::new(())));
    let (inner_started, inner_alive) = (Rc::clone(&started), Rc::clone(&alive));
    let service = raw_service_fn(async move |_| {
        let _alive = Rc::clone(&inner_alive);
        inner_started.notify_one();
        pending::<()>().await;
        Ok::<_, Failure>(())
    });
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        client.send("POST /invoke", &[("x-fc-request-id", "1-a")], b"").await;
        started.notified().await;
        client
    };
    let (exit, mut client) = talk_to(config, service, talk).await;
    assert_eq!(exit, Exit::Stopped);
    assert_eq!(Rc::strong_count(&alive), 1, "handler and service are gone");
    assert!(client.is_closed().await);
    assert!(
        page.flushed()
            .ends_with("FC Invoke End RequestId: 1-a, Error: Unhandled Exception\n")
    );
}
