//! What can go wrong around an announcer, and a channel that hears everything that gets through.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use goldcast_cloud::Deadline;
use goldcast_domain::ChannelName;
use goldcast_notify::{Channel, Fault, Message, Outcome, Outgoing, Pace, Post, PostError, Reach, RenderError};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::store::{MemoryStore, StoreError, ToldStore};

/// More requests in a minute than this, and the platform blocks the robot, as DingTalk does.
const BLOCKED_AFTER: usize = 20;
/// How long a robot is blocked.
const BLOCKED_FOR: SignedDuration = SignedDuration::from_mins(10);

/// What goes wrong next.
#[derive(Default)]
pub(super) struct Faults {
    /// Nobody answers.
    pub(super) dead: AtomicBool,
    pub(super) store_down: AtomicBool,
    /// The store gives, and takes nothing.
    pub(super) store_full: AtomicBool,
    /// What the platform does with what it gets.
    pub(super) answer: Mutex<Answer>,
    /// Every body that arrived, by the channel's name.
    pub(super) heard: Mutex<Vec<(String, Bytes)>>,
    /// Steps until the process dies; nothing if it lives.
    pub(super) dies_in: Mutex<Option<u32>>,
    pub(super) died: Notify,
    pub(super) robots: Mutex<BTreeMap<String, Robot>>,
    pub(super) now: Mutex<Timestamp>,
}

/// What the platform knows of one channel.
#[derive(Debug, Default)]
pub(super) struct Robot {
    requests: Vec<Timestamp>,
    blocked_until: Option<Timestamp>,
    /// Requests that were answered with nothing but that they are too many.
    pub(super) throttled: u32,
}

impl Robot {
    /// Whether a request is let through.
    fn takes(&mut self, now: Timestamp) -> bool {
        self.requests
            .retain(|at| now.duration_since(*at) < SignedDuration::from_mins(1));
        self.requests.push(now);
        if self.requests.len() > BLOCKED_AFTER {
            self.blocked_until = Some(now + BLOCKED_FOR);
        }
        let takes = self.blocked_until.is_none_or(|until| until <= now);
        self.throttled += u32::from(!takes);
        takes
    }
}

/// What a platform does with what it gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Answer {
    #[default]
    Takes,
    /// It says 200, and in the body that nothing came of it.
    Lies,
    Hangs,
}

impl Faults {
    /// Requests that the platform had to throttle, on all channels.
    pub(super) fn throttled(&self) -> u32 {
        self.robots.lock().unwrap().values().map(|robot| robot.throttled).sum()
    }

    /// A step between which and the next the process may die; then it never returns.
    pub(super) async fn step(&self) {
        let dies = {
            let mut left = self.dies_in.lock().unwrap();
            match left.as_mut() {
                Some(0) => true,
                Some(steps) => {
                    *steps -= 1;
                    false
                }
                None => false,
            }
        };
        if dies {
            self.died.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

#[derive(Clone)]
pub(super) struct Air(pub(super) Arc<Faults>);

impl Post for Air {
    async fn post(&self, outgoing: Outgoing) -> Result<http::Response<Bytes>, PostError> {
        self.0.step().await;
        if self.0.dead.load(Ordering::Relaxed) {
            return Err(PostError::NotConnected {
                host: outgoing.host().to_owned(),
                why: "nobody is there".to_owned(),
            });
        }
        let request = outgoing.request();
        let channel = request.uri().path().trim_start_matches('/').to_owned();
        let now = *self.0.now.lock().unwrap();
        let takes = self
            .0
            .robots
            .lock()
            .unwrap()
            .entry(channel.clone())
            .or_default()
            .takes(now);
        if !takes {
            return Ok(http::Response::new(Bytes::from_static(TOO_FAST.as_bytes())));
        }
        self.0.heard.lock().unwrap().push((channel, request.body().clone()));
        // Between what the platform did and that we hear of it.
        self.0.step().await;
        let answer = *self.0.answer.lock().unwrap();
        if answer == Answer::Hangs {
            std::future::pending::<()>().await;
        }
        let body = if answer == Answer::Takes { "ok" } else { "no such robot" };
        Ok(http::Response::new(Bytes::from_static(body.as_bytes())))
    }
}

/// What the platform says to those who are too fast.
const TOO_FAST: &str = "too fast";

/// A channel of this name.
#[derive(Debug)]
pub(super) struct Ear(pub(super) ChannelName);

impl Channel for Ear {
    fn name(&self) -> &'static str {
        "ear"
    }

    fn render(&self, message: &Message, _: Timestamp) -> Result<Outgoing, RenderError> {
        let body = format!("{} {:?}", message.title(), message.content);
        let request = http::Request::post(format!("https://ear.example/{}", self.0)).body(Bytes::from(body))?;
        Ok(Outgoing::new(request, Reach::Public))
    }

    fn judge(&self, answer: &http::Response<Bytes>, _: Timestamp) -> Outcome {
        // The status is always 200.
        match answer.body().as_ref() {
            b"ok" => Outcome::Delivered,
            body if body == TOO_FAST.as_bytes() => Outcome::Throttled {
                wait: Duration::try_from(BLOCKED_FOR).ok(),
                why: TOO_FAST.to_owned(),
            },
            _ => Outcome::Permanent {
                kind: Fault::Config,
                why: "no such robot".to_owned(),
            },
        }
    }

    fn redact(&self, text: &str) -> String {
        text.to_owned()
    }

    fn recognises_repeats(&self) -> bool {
        false
    }

    fn pace(&self) -> Pace {
        Pace::per_minute(9, Duration::ZERO)
    }
}

pub(super) struct Shelf(pub(super) Arc<Faults>, pub(super) MemoryStore);

impl Shelf {
    pub(super) fn is_down(&self) -> Result<(), StoreError> {
        if self.0.store_down.load(Ordering::Relaxed) {
            return Err(StoreError("the store is down".to_owned()));
        }
        Ok(())
    }
}

impl ToldStore for Shelf {
    async fn get(&self, channel: &ChannelName, deadline: Deadline) -> Result<Option<Bytes>, StoreError> {
        self.0.step().await;
        self.is_down()?;
        self.1.get(channel, deadline).await
    }

    async fn put(&self, channel: &ChannelName, body: Bytes, deadline: Deadline) -> Result<(), StoreError> {
        self.0.step().await;
        self.is_down()?;
        if self.0.store_full.load(Ordering::Relaxed) {
            return Err(StoreError("the store is full".to_owned()));
        }
        self.1.put(channel, body, deadline).await?;
        self.0.step().await;
        Ok(())
    }
}
