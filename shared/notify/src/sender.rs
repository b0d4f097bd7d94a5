//! Tells every channel every message, side by side, within a deadline.
//!
//! Retries, waits and time limits live here and nowhere else; what an answer means is the channel's to say.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::backoff::{Backoff, process_seed};
use crate::channel::Channel;
use crate::message::{Message, MessageKey};
use crate::outcome::{Fault, Outcome};
use crate::post::{Post, PostError};
use crate::retry_after::MAX_WAIT;

/// How long and how often is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time for name resolution, connection and TLS.
    pub connect: Duration,
    /// Time for one attempt in total.
    pub attempt: Duration,
    /// Attempts per message and channel.
    pub attempts: u32,
}

impl Default for Limits {
    /// 3 s, 10 s, 3 attempts: a healthy platform answers within one second, and the function is billed while it waits.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            attempt: Duration::from_secs(10),
            attempts: 3,
        }
    }
}

/// What became of one message on one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Name of the channel.
    pub channel: String,
    /// Key of the message.
    pub key: MessageKey,
    /// The last attempt's outcome, or why there was none.
    pub outcome: Outcome,
    /// Requests that were sent or begun. Zero: the channel was closed, the deadline over, or the message too long.
    pub attempts: u32,
}

/// Sends messages. Holds no state between calls.
#[derive(Debug)]
pub struct Sender<P> {
    post: P,
    limits: Limits,
    seed: u64,
}

impl<P: Post> Sender<P> {
    /// A sender over `post`, with jitter that differs between processes.
    pub fn new(post: P, limits: Limits) -> Self {
        Self {
            post,
            limits,
            seed: process_seed(),
        }
    }

    /// The same with jitter that repeats: for simulations and tests.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Tells every channel every message and says what became of each, channel by channel in the given order.
    ///
    /// Each channel gets at most `room` requests, repetitions counted, and never more than its pace allows at once.
    /// `now` is the wall clock at the call; time from then on is tokio's. Returns by `deadline` at the latest. Within a
    /// channel messages keep their order; a channel that throttles or is misconfigured is left alone for the rest of the
    /// call. Messages that were not delivered have an outcome that says whether the next run should try again.
    pub async fn send_all(
        &self,
        channels: &[Box<dyn Channel>],
        messages: &[Message],
        room: u32,
        now: Timestamp,
        deadline: Instant,
    ) -> Vec<Delivery> {
        let clock = Clock {
            wall: now,
            started: Instant::now(),
        };
        let lanes = channels.iter().zip(0_u64..).map(|(channel, index)| {
            let backoff = Backoff::new(self.seed.wrapping_add(index));
            Lane {
                post: &self.post,
                limits: self.limits,
                channel: channel.as_ref(),
                clock,
                deadline,
                backoff,
                room: room.min(u32::try_from(channel.pace().requests).unwrap_or(u32::MAX)),
                sent: 0,
                last: None,
            }
        });
        join_all(lanes.map(|lane| lane.run(messages)))
            .await
            .into_iter()
            .flatten()
            .collect()
    }
}

/// The wall clock of a call, moved on by tokio's clock so that time can be simulated.
#[derive(Clone, Copy)]
struct Clock {
    wall: Timestamp,
    started: Instant,
}

impl Clock {
    fn now(&self) -> Timestamp {
        self.wall.checked_add(self.started.elapsed()).unwrap_or(self.wall)
    }
}

/// One channel's way through one call.
struct Lane<'a, P> {
    post: &'a P,
    limits: Limits,
    channel: &'a dyn Channel,
    clock: Clock,
    deadline: Instant,
    backoff: Backoff,
    /// Most attempts, over all messages.
    room: u32,
    /// Attempts so far, over all messages.
    sent: u32,
    /// When the last attempt began.
    last: Option<Instant>,
}

/// How one attempt ended.
struct Attempt {
    outcome: Outcome,
    /// The receiver may have taken the message although nothing confirmed it.
    may_have_arrived: bool,
}

impl<P: Post> Lane<'_, P> {
    async fn run(mut self, messages: &[Message]) -> Vec<Delivery> {
        let mut deliveries = Vec::with_capacity(messages.len());
        let mut closed: Option<Outcome> = None;
        for message in messages {
            let before = self.sent;
            let outcome = match &closed {
                Some(outcome) => outcome.clone(),
                None => self.deliver_unwinding(message).await,
            };
            if closes(&outcome) {
                closed = Some(outcome.clone());
            }
            let attempts = self.sent - before;
            let channel = self.channel.name().to_owned();
            tracing::info!(channel, key = %message.key, attempts, %outcome, "told a channel");
            deliveries.push(Delivery {
                channel,
                key: message.key.clone(),
                outcome,
                attempts,
            });
        }
        deliveries
    }

    /// A panic in a channel is a lost message, not a lost run.
    async fn deliver_unwinding(&mut self, message: &Message) -> Outcome {
        let caught = AssertUnwindSafe(self.deliver(message)).catch_unwind().await;
        caught.unwrap_or_else(|_| {
            Outcome::permanent(
                Fault::Payload,
                "the channel panicked over this message; please report it",
            )
        })
    }

    async fn deliver(&mut self, message: &Message) -> Outcome {
        let mut failures = 0;
        let mut unconfirmed = 0;
        loop {
            if Instant::now() >= self.deadline {
                return Outcome::transient("no time left in this run");
            }
            if self.sent >= self.room {
                let why = format!("{} attempts are enough for one run on this channel", self.sent);
                return Outcome::Throttled { wait: None, why };
            }
            let attempt = match self.attempt(message).await {
                Ok(attempt) => attempt,
                Err(refused) => return refused,
            };
            failures += 1;
            unconfirmed += u32::from(attempt.may_have_arrived);
            let wanted = match &attempt.outcome {
                Outcome::Delivered | Outcome::Permanent { .. } => return attempt.outcome,
                Outcome::Throttled { wait, .. } | Outcome::Transient { wait, .. } => *wait,
            };
            // Where repeats are not recognised, one repeat after silence is the most people should see.
            let repeats_used_up = unconfirmed > 1 && !self.channel.recognises_repeats();
            let wait = wanted.unwrap_or_else(|| self.backoff.wait(failures));
            let too_long = wait > MAX_WAIT || Instant::now() + wait >= self.deadline;
            let is_last = failures >= self.limits.attempts || self.sent >= self.room;
            if is_last || repeats_used_up || too_long {
                return attempt.outcome;
            }
            sleep(wait).await;
        }
    }

    /// Renders, signs, sends and judges once; `Err` if there is nothing to send.
    async fn attempt(&mut self, message: &Message) -> Result<Attempt, Outcome> {
        if let Some(last) = self.last {
            sleep_until((last + self.channel.pace().apart).min(self.deadline)).await;
        }
        let rendered = self.channel.render(message, self.clock.now());
        let outgoing =
            rendered.map_err(|error| Outcome::permanent(Fault::Payload, self.channel.redact(&error.to_string())))?;
        let host = outgoing.host().to_owned();
        let limit = self
            .limits
            .attempt
            .min(self.deadline.saturating_duration_since(Instant::now()));
        self.sent += 1;
        self.last = Some(Instant::now());
        let answered = timeout(limit, self.post.post(outgoing)).await;
        Ok(match answered.unwrap_or(Err(PostError::TimedOut { host, limit })) {
            Ok(answer) => Attempt {
                outcome: self.channel.judge(&answer, self.clock.now()),
                may_have_arrived: false,
            },
            Err(error) => {
                let why = self.channel.redact(&error.to_string());
                let outcome = match error {
                    PostError::PrivateAddress { .. } => Outcome::permanent(Fault::Config, why),
                    PostError::NotConnected { .. } | PostError::Interrupted { .. } | PostError::TimedOut { .. } => {
                        Outcome::transient(why)
                    }
                };
                Attempt {
                    outcome,
                    may_have_arrived: error.may_have_arrived(),
                }
            }
        })
    }
}

/// Whether the rest of the messages would meet the same answer.
fn closes(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Throttled { .. }
        | Outcome::Permanent {
            kind: Fault::Config | Fault::Gone,
            ..
        } => true,
        Outcome::Delivered
        | Outcome::Transient { .. }
        | Outcome::Permanent {
            kind: Fault::Payload, ..
        } => false,
    }
}
