//! Webhook receivers: what people's chat tools and endpoints would do with the messages that arrive, checks and limits
//! included. Each is written from its platform's own documentation, knows nothing of who sends, and is a module of its
//! own; adding one touches [`ReceiverKind`] and [`STRANGERS`]. Not here: how messages are made.

mod cloudevents;
mod dingtalk;
mod discord;
mod face;
mod feishu;
mod fields;
mod kind;
mod misbehaviour;
mod platform;
#[cfg(test)]
mod posted;
mod rate;
mod received;
mod reply;
mod slack;
mod standard;
mod teams;
mod wecom;

use http::request::Parts;
use http::{Method, StatusCode};

pub(super) use face::router;
pub use kind::{ReceiverKind, ReceiverSetup};
pub use misbehaviour::Misbehaviour;
pub use received::{Received, Tally};

use platform::Platform;
use reply::{Arrived, Content, Reply};

/// Messages kept; older ones make room.
const MESSAGES_MAX: usize = 10_000;

/// What each platform says to a request for a robot that it does not have; `None` where the address is none of its own.
const STRANGERS: [fn(&Parts) -> Option<Reply>; 6] = [
    dingtalk::stranger,
    feishu::stranger,
    wecom::stranger,
    slack::stranger,
    teams::stranger,
    discord::stranger,
];

#[derive(Debug)]
struct Receiver {
    platform: Box<dyn Platform>,
    misbehaviour: Option<Misbehaviour>,
    /// Requests that arrived.
    met: u32,
    tally: Tally,
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
            let platform = setup.kind.open(&setup.channel);
            Receiver {
                tally: Tally::new(setup.channel, platform.name()),
                platform,
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

    /// What each channel took and did not take, in the order of the setup.
    pub(super) fn tallies(&self) -> impl Iterator<Item = &Tally> {
        self.receivers.iter().map(|receiver| &receiver.tally)
    }

    /// Path and query of a channel's webhook. It holds the channel's token.
    pub(super) fn path(&self, channel: &str) -> Option<String> {
        let mut receivers = self.receivers.iter();
        let receiver = receivers.find(|receiver| receiver.tally.channel == channel)?;
        Some(receiver.platform.path())
    }

    /// Sets or ends a misbehaviour. Gives whether there is such a channel.
    pub(super) fn misbehave(&mut self, channel: &str, misbehaviour: Option<Misbehaviour>) -> bool {
        let mut receivers = self.receivers.iter_mut();
        match receivers.find(|receiver| receiver.tally.channel == channel) {
            Some(receiver) => {
                receiver.misbehaviour = misbehaviour;
                true
            }
            None => false,
        }
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Reply {
        let Self { receivers, messages } = self;
        let mut addressed = receivers.iter_mut();
        let Some(receiver) = addressed.find(|receiver| receiver.platform.is_addressed(arrived.parts)) else {
            let stranger = STRANGERS.iter().find_map(|says| says(arrived.parts));
            return stranger.unwrap_or(Reply::Empty(StatusCode::NOT_FOUND));
        };
        receiver.met = receiver.met.wrapping_add(1);
        let misbehaviour = receiver.misbehaviour.clone();
        let instead = misbehaviour
            .as_ref()
            .and_then(|how| how.reply(receiver.platform.as_ref(), receiver.met));
        if let Some(reply) = instead {
            receiver.tally.refuse(&reply);
            return reply;
        }
        let reply = match receiver.platform.receive(arrived) {
            // A handshake is no message.
            Err(granted) if arrived.parts.method == Method::OPTIONS => granted,
            Err(refusal) => {
                receiver.tally.refuse(&refusal);
                refusal
            }
            Ok(_) if misbehaviour == Some(Misbehaviour::Swallow) => return receiver.platform.thanks(arrived),
            Ok(content) => {
                keep(messages, receiver, content, arrived);
                receiver.platform.thanks(arrived)
            }
        };
        match misbehaviour {
            Some(Misbehaviour::Slow(delay)) => Reply::Late(delay, Box::new(reply)),
            _ => reply,
        }
    }
}

fn keep(messages: &mut Vec<Received>, receiver: &mut Receiver, content: Content, arrived: &Arrived<'_>) {
    let message = Received::new(&receiver.tally, content, arrived.now, messages);
    receiver.tally.take(message.again);
    if messages.len() == MESSAGES_MAX {
        messages.remove(0);
    }
    messages.push(message);
}
