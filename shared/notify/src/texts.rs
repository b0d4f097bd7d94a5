//! The texts people read, in one place: which words stand around which facts, and in which order.
//!
//! A language is one module like [`english`]; nothing outside this folder holds a sentence of a message. Only the
//! words live here: markup, escaping and limits are the channels' business.

mod english;

use crate::manner::Language;
use crate::message::{Content, Message};
use crate::outline::Outline;

/// The outline of `message` in a language.
pub(crate) fn outline(message: &Message, _language: Language) -> Outline {
    let foot = english::foot(message);
    match &message.content {
        Content::Released(released) => english::released(released, foot),
        Content::ReleaseStarted(started) => english::release_started(started, foot),
        Content::Onboarded(onboarded) => english::onboarded(onboarded, foot),
        Content::Offboarded(offboarded) => english::offboarded(offboarded, foot),
        Content::Drift(drift) => english::drift(drift, foot),
        Content::Digest(digest) => english::digest(digest, foot),
        Content::NeedsYou(needs_you) => english::needs_you(needs_you, foot),
        Content::Recalled(recalled) => english::recalled(recalled, foot),
    }
}

/// The row that stands for `count` dropped ones.
pub(crate) fn more(_language: Language, count: usize) -> String {
    english::more(count)
}

/// The words before the steps to take.
pub(crate) fn what_to_do(_language: Language) -> &'static str {
    english::WHAT_TO_DO
}
