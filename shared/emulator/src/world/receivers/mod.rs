//! Webhook receivers: what people's chat tools and endpoints would do with the messages that arrive, checks and limits
//! included. Not here: how messages are made.

mod dingtalk;
mod face;
mod standard;

use std::num::NonZeroU32;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;

pub(super) use face::router;

/// Messages kept; older ones make room.
const MESSAGES_MAX: usize = 10_000;

/// A receiver to set up.
#[derive(Debug, Clone)]
pub struct ReceiverSetup {
    /// Name of the channel, once per world.
    pub channel: String,
    /// What kind of receiver it is, with its secrets.
    pub kind: ReceiverKind,
}

/// The kinds of receivers.
#[derive(Debug, Clone)]
pub enum ReceiverKind {
    /// A `DingTalk` group robot with signature.
    DingTalk {
        /// The robot's `access_token`.
        access_token: SecretString,
        /// The robot's signing secret, `SEC…`.
        secret: SecretString,
    },
    /// An endpoint after Standard Webhooks 1.0.
    Standard {
        /// The signing secret, `whsec_…`.
        secret: SecretString,
    },
}

/// A message as it arrived.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Received {
    /// The channel it arrived on.
    pub channel: String,
    /// Simulated time.
    pub at: Timestamp,
    /// The sender's id of the message, where the protocol has one.
    pub id: Option<String>,
    /// `msgtype` of `DingTalk`, `type` of a Standard Webhook.
    pub kind: String,
    /// What a list of conversations or a push banner shows.
    pub title: String,
    /// What people read: markdown as sent, or the data as indented JSON.
    pub text: String,
    /// The whole body.
    pub body: Value,
}

/// A receiver that misbehaves on demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Answers 200 with this error code in the body.
    ErrorCode(i64),
    /// Answers with this HTTP status.
    Status(StatusCode),
    /// Answers 302 to this address.
    Redirect(String),
    /// Does not answer.
    Hang,
    /// Does its work, and answers after so much real time.
    Slow(Duration),
    /// Answers every n-th request with this status, and the others as it should.
    Flapping {
        /// Which requests.
        every: NonZeroU32,
        /// The status.
        status: StatusCode,
    },
    /// Lies: answers as if the message were delivered, and nobody ever sees it.
    Swallow,
}

/// What a receiver answers.
#[derive(Debug, Clone, PartialEq)]
enum Reply {
    Json(StatusCode, Value),
    Empty(StatusCode),
    Redirect(String),
    Hang,
    Late(Duration, Box<Self>),
}

/// A request that arrived, read whole.
#[derive(Debug)]
struct Arrived<'a> {
    parts: &'a Parts,
    body: &'a Bytes,
    now: Timestamp,
    wall: Timestamp,
}

/// What a receiver made of a request: the message, or the refusal.
type Verdict = Result<Content, Reply>;

#[derive(Debug)]
struct Content {
    id: Option<String>,
    kind: String,
    title: String,
    text: String,
    body: Value,
}

#[derive(Debug)]
struct Receiver {
    channel: String,
    protocol: Protocol,
    misbehaviour: Option<Misbehaviour>,
    /// Requests that arrived.
    met: u32,
}

#[derive(Debug)]
enum Protocol {
    DingTalk(dingtalk::Robot),
    Standard(standard::Endpoint),
}

/// All receivers and what they received.
#[derive(Debug, Default)]
pub(super) struct Receivers {
    receivers: Vec<Receiver>,
    messages: Vec<Received>,
}

impl Receivers {
    pub(super) fn new(setups: Vec<ReceiverSetup>) -> Self {
        let receivers = setups.into_iter().map(|setup| {
            let protocol = match setup.kind {
                ReceiverKind::DingTalk { access_token, secret } => {
                    Protocol::DingTalk(dingtalk::Robot::new(access_token, secret))
                }
                ReceiverKind::Standard { secret } => Protocol::Standard(standard::Endpoint::new(&secret)),
            };
            Receiver {
                channel: setup.channel,
                protocol,
                misbehaviour: None,
                met: 0,
            }
        });
        Self {
            receivers: receivers.collect(),
            messages: Vec::new(),
        }
    }

    pub(super) fn messages(&self) -> &[Received] {
        &self.messages
    }

    /// Path and query of a channel's webhook. It holds the channel's token.
    pub(super) fn path(&self, channel: &str) -> Option<String> {
        let receiver = self.receivers.iter().find(|receiver| receiver.channel == channel)?;
        Some(match &receiver.protocol {
            Protocol::DingTalk(robot) => robot.path(),
            Protocol::Standard(_) => standard::path(channel),
        })
    }

    /// Sets or ends a misbehaviour. Gives whether there is such a channel.
    pub(super) fn misbehave(&mut self, channel: &str, misbehaviour: Option<Misbehaviour>) -> bool {
        match self.receivers.iter_mut().find(|receiver| receiver.channel == channel) {
            Some(receiver) => {
                receiver.misbehaviour = misbehaviour;
                true
            }
            None => false,
        }
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Reply {
        let path = arrived.parts.uri.path();
        let token = dingtalk::token(arrived.parts);
        let addressed = self.receivers.iter_mut().find(|receiver| match &receiver.protocol {
            Protocol::DingTalk(robot) => path == dingtalk::PATH && robot.has_token(token.as_deref()),
            Protocol::Standard(_) => path == standard::path(&receiver.channel),
        });
        let Some(receiver) = addressed else {
            return if path == dingtalk::PATH {
                dingtalk::unknown_robot(token.as_deref())
            } else {
                Reply::Empty(StatusCode::NOT_FOUND)
            };
        };
        receiver.met = receiver.met.wrapping_add(1);
        let misbehaviour = receiver.misbehaviour.clone();
        if let Some(reply) = misbehaviour.as_ref().and_then(|how| how.reply(receiver.met)) {
            return reply;
        }
        let (verdict, thanks) = match &mut receiver.protocol {
            Protocol::DingTalk(robot) => (robot.receive(arrived), dingtalk::delivered()),
            Protocol::Standard(endpoint) => (endpoint.receive(arrived), Reply::Empty(StatusCode::NO_CONTENT)),
        };
        let late = |reply| match misbehaviour {
            Some(Misbehaviour::Slow(delay)) => Reply::Late(delay, Box::new(reply)),
            _ => reply,
        };
        match verdict {
            Err(refusal) => late(refusal),
            Ok(_) if misbehaviour == Some(Misbehaviour::Swallow) => thanks,
            Ok(Content {
                id,
                kind,
                title,
                text,
                body,
            }) => {
                let channel = receiver.channel.clone();
                if self.messages.len() == MESSAGES_MAX {
                    self.messages.remove(0);
                }
                self.messages.push(Received {
                    channel,
                    at: arrived.now,
                    id,
                    kind,
                    title,
                    text,
                    body,
                });
                late(thanks)
            }
        }
    }
}

impl Misbehaviour {
    /// What it answers in place of the receiver, to the n-th request.
    fn reply(&self, nth: u32) -> Option<Reply> {
        Some(match self {
            Self::ErrorCode(code) => Reply::Json(
                StatusCode::OK,
                serde_json::json!({ "errcode": code, "errmsg": "the simulated channel was told to say so" }),
            ),
            Self::Status(status) => Reply::Empty(*status),
            Self::Redirect(to) => Reply::Redirect(to.clone()),
            Self::Hang => Reply::Hang,
            Self::Flapping { every, status } if nth.is_multiple_of(every.get()) => Reply::Empty(*status),
            Self::Flapping { .. } | Self::Slow(_) | Self::Swallow => return None,
        })
    }
}

/// A member of a JSON object as text; empty if it is missing or something else.
fn text_of(value: &Value, member: &str) -> String {
    value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}
