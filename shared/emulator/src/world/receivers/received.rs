//! What arrived, as it is kept, and how much of it there was. Not here: whether it was taken.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::reply::{Content, Reply};
use crate::world::reading::Line;

/// A message as it arrived.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Received {
    /// Which of all messages it is, from 1.
    pub number: u64,
    /// The channel it arrived on.
    pub channel: String,
    /// The platform, as policies name it: `dingtalk`, `slack` …
    pub platform: &'static str,
    /// Simulated time.
    pub at: Timestamp,
    /// The sender's id of the message, where the protocol has one.
    pub id: Option<String>,
    /// What kind of message it is to the platform: `markdown`, `interactive`, `blocks`, the type of an event.
    pub kind: String,
    /// What a list of conversations or a push banner shows.
    pub title: String,
    /// The text as sent, in reading order, in the platform's own markup; of a machine's message the data as indented JSON.
    pub text: String,
    /// What people read, the markup taken off.
    pub lines: Vec<Line>,
    /// Whether it had been received before on its channel: by its id, else with the same words.
    pub again: bool,
    /// The whole body.
    pub body: Value,
}

impl Received {
    /// A message on the channel of `tally`, after all those that are kept. Older ones are not known any more.
    pub(super) fn new(tally: &Tally, content: Content, at: Timestamp, earlier: &[Self]) -> Self {
        let Content {
            id,
            kind,
            title,
            text,
            lines,
            body,
        } = content;
        let mut same = earlier.iter().filter(|message| message.channel == tally.channel);
        let again = same.any(|message| match &id {
            Some(_) => message.id == id,
            None => message.title == title && message.text == text,
        });
        Self {
            number: earlier.last().map_or(1, |last| last.number.saturating_add(1)),
            channel: tally.channel.clone(),
            platform: tally.platform,
            at,
            id,
            kind,
            title,
            text,
            lines,
            again,
            body,
        }
    }
}

/// How many messages a channel took and did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The channel's name.
    pub channel: String,
    /// The platform, as policies name it.
    pub platform: &'static str,
    /// Messages that were taken.
    pub taken: u32,
    /// Of these, those that had been received before.
    pub again: u32,
    /// Messages that were refused, or that nobody saw because of a [misbehaviour](super::Misbehaviour).
    pub refused: u32,
    /// Why the last of them was.
    pub last_refusal: Option<String>,
}

impl Tally {
    pub(super) fn new(channel: String, platform: &'static str) -> Self {
        Self {
            channel,
            platform,
            taken: 0,
            again: 0,
            refused: 0,
            last_refusal: None,
        }
    }

    pub(super) fn take(&mut self, again: bool) {
        self.taken = self.taken.saturating_add(1);
        self.again = self.again.saturating_add(u32::from(again));
    }

    pub(super) fn refuse(&mut self, reply: &Reply) {
        self.refused = self.refused.saturating_add(1);
        self.last_refusal = Some(reply.to_string());
    }
}
