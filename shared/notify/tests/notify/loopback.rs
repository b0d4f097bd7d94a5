//! The real client against servers that lie, hang, redirect and flood.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use goldcast_notify::{
    Channel, Content, DingTalk, Fault, HttpPost, Limits, Outcome, Outgoing, Post, PostError, Reach, Sender, Webhook,
    WebhookUrl,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::samples::{DINGTALK_SECRET, TOKEN, WEBHOOK_SECRET, message, now, released, secret};

/// What a server does after it has read a request.
#[derive(Clone)]
enum Behaviour {
    Answer(String),
    Hang,
    /// An answer of 1 MiB.
    Flood,
}

/// A server on this machine; stops when dropped.
struct Server {
    address: SocketAddr,
    requests: mpsc::UnboundedReceiver<String>,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sent, requests) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(serve(stream, behaviour.clone(), sent.clone()));
            }
        });
        Self {
            address,
            requests,
            _tasks: tasks,
        }
    }

    fn url(&self) -> WebhookUrl {
        let url = format!("http://{}/robot/send?access_token={TOKEN}", self.address);
        WebhookUrl::parse(&url, Reach::PrivateToo).unwrap()
    }

    fn dingtalk(&self) -> Box<dyn Channel> {
        Box::new(DingTalk::new("team", self.url(), Some(secret(DINGTALK_SECRET))).unwrap())
    }

    fn webhook(&self) -> Box<dyn Channel> {
        Box::new(Webhook::new("siem", self.url(), vec![secret(WEBHOOK_SECRET)]).unwrap())
    }
}

async fn serve(mut stream: TcpStream, behaviour: Behaviour, sent: mpsc::UnboundedSender<String>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_complete(&request) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
    sent.send(String::from_utf8(request).unwrap()).unwrap();
    let answer = match behaviour {
        Behaviour::Answer(answer) => answer,
        Behaviour::Hang => return std::future::pending().await,
        Behaviour::Flood => answer("200 OK", "", &"x".repeat(1024 * 1024)),
    };
    // The client may hang up in the middle of a flood, which is its right.
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

const QUICK: Limits = Limits {
    connect: Duration::from_secs(3),
    attempt: Duration::from_millis(50),
    attempts: 1,
};
const PATIENT: Limits = Limits {
    connect: Duration::from_secs(3),
    attempt: Duration::from_secs(10),
    attempts: 1,
};

async fn send_one(channel: Box<dyn Channel>, limits: Limits) -> Outcome {
    let sender = Sender::new(HttpPost::new(limits).unwrap(), limits);
    let messages = [message(Content::Released(released()))];
    let deadline = Instant::now() + Duration::from_secs(30);
    sender
        .send_all(&[channel], &messages, u32::MAX, now(), deadline)
        .await
        .remove(0)
        .outcome
}

#[tokio::test]
async fn a_robot_that_confirms_has_got_a_signed_message() {
    let body = r#"{"errcode":0,"errmsg":"ok"}"#;
    let mut server = Server::start(Behaviour::Answer(answer("200 OK", "", body))).await;
    assert_eq!(send_one(server.dingtalk(), PATIENT).await, Outcome::Delivered);
    let request = server.requests.recv().await.unwrap();
    let line = request.lines().next().unwrap();
    assert!(
        line.starts_with(&format!("POST /robot/send?access_token={TOKEN}&timestamp=")),
        "{line}"
    );
    assert!(
        line.contains("&sign=") && line.contains("%3D ") && !line.contains("%25"),
        "encoded once: {line}"
    );
    assert!(request.contains("content-type: application/json; charset=utf-8"));
    assert!(request.contains("corp-linux-2026.11"));
}

#[tokio::test]
async fn an_error_inside_a_200_is_an_error() {
    let body = r#"{"errcode":310000,"errmsg":"sign not match"}"#;
    let server = Server::start(Behaviour::Answer(answer("200 OK", "", body))).await;
    let outcome = send_one(server.dingtalk(), PATIENT).await;
    assert!(
        matches!(
            outcome,
            Outcome::Permanent {
                kind: Fault::Config,
                ..
            }
        ),
        "{outcome}"
    );
    assert!(outcome.to_string().contains("sign not match"));
}

#[tokio::test]
async fn a_server_that_hangs_costs_one_attempt_s_time() {
    let hanging = Server::start(Behaviour::Hang).await;
    for channel in [hanging.dingtalk(), hanging.webhook()] {
        let outcome = send_one(channel, QUICK).await;
        assert!(matches!(outcome, Outcome::Transient { .. }), "{outcome}");
    }
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_never_connected_to() {
    let mut server = Server::start(Behaviour::Answer(answer("200 OK", "", ""))).await;
    let post = HttpPost::new(PATIENT).unwrap();
    let request = |reach| {
        // Past the check of the address, as a name would be that is public today and private tomorrow.
        let url = format!("http://localhost:{}/{TOKEN}", server.address.port());
        Outgoing::new(http::Request::post(url).body(Bytes::new()).unwrap(), reach)
    };
    let refused = post.post(request(Reach::Public)).await.unwrap_err();
    assert_eq!(
        refused,
        PostError::PrivateAddress {
            host: "localhost".to_owned()
        }
    );
    assert!(
        post.post(request(Reach::PrivateToo)).await.is_ok(),
        "unless that is meant"
    );
    assert!(server.requests.recv().await.is_some());
    assert!(server.requests.try_recv().is_err(), "only one request came");
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let mut target = Server::start(Behaviour::Answer(answer("200 OK", "", r#"{"errcode":0}"#))).await;
    for status in ["302 Found", "307 Temporary Redirect"] {
        let location = format!("location: http://{}/stolen\r\n", target.address);
        let server = Server::start(Behaviour::Answer(answer(status, &location, ""))).await;
        for channel in [server.dingtalk(), server.webhook()] {
            let outcome = send_one(channel, PATIENT).await;
            assert!(
                matches!(
                    outcome,
                    Outcome::Permanent {
                        kind: Fault::Config,
                        ..
                    }
                ),
                "{outcome}"
            );
        }
    }
    assert!(target.requests.try_recv().is_err(), "nobody came to the target");
}

#[tokio::test]
async fn of_a_flood_only_the_first_64_kib_are_kept() {
    let server = Server::start(Behaviour::Flood).await;
    let outgoing = server
        .dingtalk()
        .render(&message(Content::Released(released())), now())
        .unwrap();
    let answer = HttpPost::new(PATIENT).unwrap().post(outgoing).await.unwrap();
    assert_eq!(answer.body().len(), 64 * 1024);

    let outcome = send_one(server.dingtalk(), PATIENT).await;
    assert!(matches!(outcome, Outcome::Transient { .. }), "{outcome}");
    assert!(outcome.to_string().chars().count() < 400);
}

#[tokio::test]
async fn a_webhook_that_is_gone_says_so() {
    let server = Server::start(Behaviour::Answer(answer("410 Gone", "", "moved away"))).await;
    let outcome = send_one(server.webhook(), PATIENT).await;
    assert!(
        matches!(outcome, Outcome::Permanent { kind: Fault::Gone, .. }),
        "{outcome}"
    );
}
