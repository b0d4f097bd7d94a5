//! The lines that tell the platform which log belongs to which request.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use bytes::Bytes;
use fc_runtime::{Event, Failure, Service, raw_service_fn};
use tokio::sync::Notify;

use crate::client::Client;
use crate::running::{Page, ask, talk_to};

fn by_payload() -> Service {
    raw_service_fn(async |event: Event<Bytes>| match event.payload.as_ref() {
        b"fail" => Err(Failure::new("Asked", "to fail")),
        b"panic" => panic!("asked to panic"),
        _ => Ok("done"),
    })
}

#[track_caller]
fn check(body: &[u8], end: &str) {
    let page = Page::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let headers = [("x-fc-request-id", "1-a")];
    let seen = async {
        let talk = async |address| {
            Client::connect(address).await.ask("POST /invoke", &headers, body).await;
            page.flushed() // the server shares this thread: nothing can be flushed between the answer and this line
        };
        talk_to(page.config(), by_payload(), talk).await.1
    };
    let expected = format!("FC Invoke Start RequestId: 1-a\nFC Invoke End RequestId: 1-a{end}\n");
    assert_eq!(runtime.block_on(seen), expected);
}

#[test]
fn both_lines_are_flushed_before_the_answer_is_there() {
    check(b"", "");
    check(b"fail", ", Error: Unhandled Exception");
    check(b"panic", ", Error: Unhandled Exception");
}

#[tokio::test]
async fn the_start_line_is_flushed_before_the_handler_runs() {
    let page = Page::default();
    let config = page.config();
    let service = raw_service_fn(async move |_| Ok::<_, Failure>(page.flushed()));
    let answer = ask(config, service, "POST /invoke", &[("x-fc-request-id", "1-a")], b"").await;
    assert_eq!(answer.json(), "FC Invoke Start RequestId: 1-a\n");
}

#[tokio::test]
async fn an_http_request_is_an_invocation_too() {
    let page = Page::default();
    ask(page.config(), by_payload(), "GET /", &[("x-fc-request-id", "1-a")], b"").await;
    let expected = "FC Invoke Start RequestId: 1-a\nFC Invoke End RequestId: 1-a, Error: Unhandled Exception\n";
    assert_eq!(page.flushed(), expected);
}

#[tokio::test]
async fn a_caller_that_hangs_up_ends_the_invocation_as_failed() {
    struct Told(Rc<Notify>, Rc<Cell<bool>>);

    impl Drop for Told {
        fn drop(&mut self) {
            self.1.set(true);
            self.0.notify_one();
        }
    }

    let page = Page::default();
    let (dropped, was_dropped) = (Rc::new(Notify::new()), Rc::new(Cell::new(false)));
    let (inner, inner_was) = (Rc::clone(&dropped), Rc::clone(&was_dropped));
    let started = Rc::new(Notify::new());
    let inner_started = Rc::clone(&started);
    let service = raw_service_fn(async move |_| {
        let _told = Told(Rc::clone(&inner), Rc::clone(&inner_was));
        inner_started.notify_one();
        pending::<()>().await;
        Ok::<_, Failure>(())
    });
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        client.send("POST /invoke", &[("x-fc-request-id", "1-a")], b"").await;
        started.notified().await;
        drop(client);
        dropped.notified().await;
    };
    talk_to(page.config(), service, talk).await;
    assert!(was_dropped.get(), "the handler is dropped with its connection");
    assert!(
        page.flushed()
            .ends_with("FC Invoke End RequestId: 1-a, Error: Unhandled Exception\n")
    );
}
