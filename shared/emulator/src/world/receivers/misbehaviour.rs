//! Receivers that misbehave on demand. Not here: how they behave.

use std::num::NonZeroU32;
use std::time::Duration;

use http::StatusCode;

use super::platform::Platform;
use super::reply::Reply;

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

impl Misbehaviour {
    /// What it answers in place of the receiver, to the n-th request.
    pub(super) fn reply(&self, platform: &dyn Platform, nth: u32) -> Option<Reply> {
        Some(match self {
            Self::ErrorCode(code) => platform.failure(*code),
            Self::Status(status) => Reply::Empty(*status),
            Self::Redirect(to) => Reply::Redirect(to.clone()),
            Self::Hang => Reply::Hang,
            Self::Flapping { every, status } if nth.is_multiple_of(every.get()) => Reply::Empty(*status),
            Self::Flapping { .. } | Self::Slow(_) | Self::Swallow => return None,
        })
    }
}
