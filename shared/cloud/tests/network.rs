//! The transport against a real server on loopback that misbehaves. Real time, since paused time breaks sockets.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::Duration;

use bytes::Bytes;
use goldcast_cloud::sts::GetCallerIdentity;
use goldcast_cloud::{
    BODY_BYTES_MAX, CallError, Cause, Client, Credentials, Deadline, Endpoints, HttpTransport, NoAnswer, RetryPolicy,
    Settings, Transport,
};
use http::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Reads the head of one request.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// Asks a server that behaves as `serve` who the caller is.
async fn ask<F: Future>(serve: impl FnOnce(TcpStream) -> F, patience: Duration) -> Result<String, CallError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let overrides = format!(r#"{{"global":{{"sts":"{}"}}}}"#, listener.local_addr().unwrap());
    let endpoints = Endpoints::default().overridden(&overrides).unwrap();
    let settings = Settings {
        retry: RetryPolicy::never(),
        ..Settings::new(endpoints)
    };
    let credentials = Credentials::new("testid", "testsecret".into(), None);
    let client = Client::new(HttpTransport::new().unwrap(), settings, credentials.into());
    let server = async {
        let (stream, _) = listener.accept().await.unwrap();
        // What is given back, for example the open connection, lives as long as the client waits.
        let _held = serve(stream).await;
        std::future::pending::<()>().await;
    };
    let who_am_i = GetCallerIdentity::default();
    tokio::select! {
        answer = client.send(&who_am_i, Deadline::after(patience)) => answer.map(|who| who.account_id),
        () = server => unreachable!(),
    }
}

const PATIENCE: Duration = Duration::from_secs(20);

fn kind(outcome: &Result<String, CallError>) -> Option<NoAnswer> {
    if let Cause::NoAnswer(error) = &outcome.as_ref().unwrap_err().cause {
        Some(error.kind)
    } else {
        None
    }
}

#[tokio::test]
async fn a_signed_request_arrives_and_its_answer_is_read() {
    let outcome = ask(
        |mut stream| async move {
            let head = head(&mut stream).await;
            assert!(head.starts_with("POST / HTTP/1.1\r\n"), "{head}");
            assert!(
                head.contains("authorization: ACS3-HMAC-SHA256 Credential=testid,"),
                "{head}"
            );
            assert!(head.contains("x-acs-action: GetCallerIdentity"), "{head}");
            let body = r#"{"AccountId":"1"}"#;
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream
        },
        PATIENCE,
    );
    assert_eq!(outcome.await.unwrap(), "1");
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let outcome = ask(
        |mut stream| async move {
            head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let chunk = vec![b' '; 64 * 1024];
            let mut written = 0;
            while stream.write_all(&chunk).await.is_ok() {
                written += chunk.len();
                assert!(written < 4 * BODY_BYTES_MAX, "nobody stopped reading");
            }
        },
        PATIENCE,
    );
    assert_eq!(kind(&outcome.await), Some(NoAnswer::TooLarge));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_at_the_deadline() {
    let outcome = ask(
        |mut stream| async move {
            head(&mut stream).await;
            stream
        },
        Duration::from_millis(200),
    );
    assert_eq!(kind(&outcome.await), Some(NoAnswer::Timeout));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    let outcome = ask(
        |mut stream| async move {
            head(&mut stream).await;
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
                .await
                .unwrap();
        },
        PATIENCE,
    );
    assert_eq!(kind(&outcome.await), Some(NoAnswer::Reset));
    let outcome = ask(|stream| async move { drop(stream) }, PATIENCE);
    assert_eq!(kind(&outcome.await), Some(NoAnswer::Reset));
}

#[tokio::test]
async fn a_page_for_people_is_not_an_answer() {
    for status in [
        "200 OK",
        "302 Found\r\nlocation: http://127.0.0.1:9/",
        "502 Bad Gateway",
    ] {
        let outcome = ask(
            |mut stream| async move {
                head(&mut stream).await;
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 6\r\n\r\n<html>");
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream
            },
            PATIENCE,
        );
        let error = outcome.await.unwrap_err();
        assert!(matches!(error.cause, Cause::Unreadable { .. }), "{error}");
    }
}

#[tokio::test]
async fn nobody_listening_means_that_nothing_was_sent() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let request = Request::post(format!("http://{address}/?Secret=hush"))
        .body(Bytes::new())
        .unwrap();
    let error = HttpTransport::new().unwrap().send(request).await.unwrap_err();
    assert_eq!((error.kind, error.is_unsent()), (NoAnswer::Connect, true));
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
}

#[tokio::test]
async fn a_signature_never_travels_in_the_clear() {
    let request = Request::post("http://ecs.cn-beijing.aliyuncs.com/")
        .body(Bytes::new())
        .unwrap();
    let error = HttpTransport::new().unwrap().send(request).await.unwrap_err();
    assert_eq!(error.kind, NoAnswer::Insecure);
}
