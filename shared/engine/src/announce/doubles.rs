//! What can go wrong around an announcer, and a channel that hears everything that gets through.

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

/// More requests in a minute than this, and the platform blocks the robot.
const BLOCKED_AFTER: usize = 20;

/// What goes wrong next.
#[derive(Default)]
pub(super) struct Faults {
    /// Nobody answers.
    pub(super) dead: AtomicBool,
    pub(super) store_down: AtomicBool,
    /// What the platform does with what it gets.
    pub(super) answer: Mutex<Answer>,
    /// Every body that arrived.
    pub(super) heard: Mutex<Vec<Bytes>>,
    /// Steps until the process dies; nothing if it lives.
    pub(super) dies_in: Mutex<Option<u32>>,
    pub(super) died: Notify,
    pub(super) requests: Mutex<Vec<Timestamp>>,
    pub(super) now: Mutex<Timestamp>,
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
        let now = *self.0.now.lock().unwrap();
        let busy = {
            let mut requests = self.0.requests.lock().unwrap();
            requests.retain(|at| now.duration_since(*at) < SignedDuration::from_mins(1));
            requests.push(now);
            requests.len()
        };
        // Two channels share this air.
        assert!(busy <= 2 * BLOCKED_AFTER, "{busy} requests in a minute");
        if self.0.dead.load(Ordering::Relaxed) {
            return Err(PostError::NotConnected {
                host: outgoing.host().to_owned(),
                why: "nobody is there".to_owned(),
            });
        }
        self.0.step().await;
        self.0.heard.lock().unwrap().push(outgoing.request().body().clone());
        let answer = *self.0.answer.lock().unwrap();
        if answer == Answer::Hangs {
            std::future::pending::<()>().await;
        }
        let body = if answer == Answer::Takes { "ok" } else { "no such robot" };
        Ok(http::Response::new(Bytes::from_static(body.as_bytes())))
    }
}

#[derive(Debug)]
pub(super) struct Ear;

impl Channel for Ear {
    fn name(&self) -> &'static str {
        "ear"
    }

    fn render(&self, message: &Message, _: Timestamp) -> Result<Outgoing, RenderError> {
        let body = format!("{} {:?}", message.title(), message.content);
        let request = http::Request::post("https://ear.example/").body(Bytes::from(body))?;
        Ok(Outgoing::new(request, Reach::Public))
    }

    fn judge(&self, answer: &http::Response<Bytes>, _: Timestamp) -> Outcome {
        // The status is always 200.
        if answer.body().as_ref() == b"ok" {
            Outcome::Delivered
        } else {
            Outcome::Permanent {
                kind: Fault::Config,
                why: "no such robot".to_owned(),
            }
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
        self.1.put(channel, body, deadline).await?;
        self.0.step().await;
        Ok(())
    }
}
