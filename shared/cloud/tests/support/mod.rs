//! A transport that answers from a script, and clients around it that repeat exactly.
//!
//! Every request that arrives is verified as the cloud verifies it: by its signature.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use goldcast_cloud::{
    Client, Clock, Credentials, Deadline, Effect, Endpoints, NoAnswer, Pacing, Randomness, RetryPolicy, Rpc, Settings,
    Site, Transport, TransportError,
};
use goldcast_signing::{form_decode, v3};
use http::{Request, Response};
use tokio::time::Instant;

/// What the script answers next.
pub enum Reply {
    /// An HTTP answer: status, body, and the milliseconds of `x-acs-retry-after`.
    Http(u16, String, Option<u64>),
    /// No answer.
    None(NoAnswer),
    /// Silence until the caller gives up.
    Hang,
}

pub fn ok(body: &str) -> Reply {
    Reply::Http(200, body.to_owned(), None)
}

pub fn refused(status: u16, code: &str) -> Reply {
    Reply::Http(status, refusal(code), None)
}

pub fn refusal(code: &str) -> String {
    format!(r#"{{"RequestId":"4C467B38","HostId":"test","Code":"{code}","Message":"no.","Recommend":"https://help"}}"#)
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Sent {
    pub at: Duration,
    pub host: String,
    pub method: String,
    pub path: String,
    pub action: String,
    pub params: Vec<(String, String)>,
    pub key_id: String,
    pub nonce: String,
    pub date: String,
    pub token: Option<String>,
}

impl Sent {
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }
}

pub struct Script {
    started: Instant,
    replies: Mutex<VecDeque<Reply>>,
    sent: Mutex<Vec<Sent>>,
}

impl Script {
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Arc<Self> {
        let replies = Mutex::new(replies.into_iter().collect());
        Arc::new(Self {
            started: Instant::now(),
            replies,
            sent: Mutex::default(),
        })
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    pub fn actions(&self) -> Vec<String> {
        self.sent().into_iter().map(|sent| sent.action).collect()
    }

    /// When each request arrived, in milliseconds.
    pub fn moments(&self) -> Vec<u128> {
        self.sent().into_iter().map(|sent| sent.at.as_millis()).collect()
    }

    fn record(&self, request: &Request<Bytes>) {
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let authorization: v3::Authorization = header("authorization").unwrap().parse().unwrap();
        let secret = format!("secret-of-{}", authorization.key_id);
        v3::verify(&secret, request, &authorization).unwrap();
        self.sent.lock().unwrap().push(Sent {
            at: self.started.elapsed(),
            host: header("host").unwrap(),
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            action: header("x-acs-action").unwrap(),
            params: form_decode(request.uri().query().unwrap_or_default()),
            key_id: authorization.key_id,
            nonce: header("x-acs-signature-nonce").unwrap(),
            date: header("x-acs-date").unwrap(),
            token: header("x-acs-security-token"),
        });
    }
}

impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.record(&request);
        // Others get their chance between question and answer, as on a network.
        tokio::task::yield_now().await;
        let reply = self.replies.lock().unwrap().pop_front().expect("the script is over");
        match reply {
            Reply::Http(status, body, retry_after) => {
                let mut response = Response::builder().status(status);
                if let Some(millis) = retry_after {
                    response = response.header("x-acs-retry-after", millis);
                }
                Ok(response.body(Bytes::from(body)).unwrap())
            }
            Reply::None(kind) => Err(kind.into()),
            Reply::Hang => std::future::pending().await,
        }
    }
}

/// Keys whose secret the script knows.
pub fn keys(id: &str) -> Credentials {
    Credentials::new(id, format!("secret-of-{id}").into(), None)
}

/// No pacing, no jitter, a clock that starts in 2026 and follows tokio's, and nonces that count.
pub fn settings() -> Settings {
    let started = Instant::now();
    let epoch: jiff::Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    let drawn = AtomicU64::new(0);
    Settings {
        endpoints: Endpoints::new(Site::China),
        pacing: Pacing::unlimited(),
        retry: RetryPolicy {
            delay_base: Duration::ZERO,
            delay_base_throttled: Duration::ZERO,
            ..RetryPolicy::default()
        },
        clock: Clock::from_fn(move || epoch + started.elapsed()),
        randomness: Randomness::from_fn(move || drawn.fetch_add(1, Ordering::Relaxed).into()),
    }
}

pub fn client(script: &Arc<Script>) -> Client<Arc<Script>> {
    Client::new(Arc::clone(script), settings(), keys("testid").into())
}

pub fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(5))
}

/// Checks what a call does and the parameters that it sends, in order.
#[track_caller]
pub fn check(rpc: &Rpc, effect: Effect, expected: &str) {
    let params: Vec<_> = rpc
        .params
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!((rpc.effect, params.join("&").as_str()), (effect, expected));
}
