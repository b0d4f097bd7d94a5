//! What became of one attempt, in the four classes that decide what happens next.

use std::fmt;
use std::time::Duration;

/// What became of one attempt to tell one channel.
///
/// Every `why` is one line without secrets that says what the other side answered and what a person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The channel confirmed it.
    Delivered,
    /// The channel wants fewer messages.
    Throttled {
        /// How long it wants to be left alone, if it said so.
        wait: Option<Duration>,
        /// What it answered.
        why: String,
    },
    /// It may work later: no connection, no answer, a busy server.
    Transient {
        /// How long it wants to be left alone, if it said so.
        wait: Option<Duration>,
        /// What went wrong.
        why: String,
    },
    /// It will not work until something is changed.
    Permanent {
        /// What must be changed.
        kind: Fault,
        /// What the channel answered and what to do.
        why: String,
    },
}

/// What must be changed before a permanent failure goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The channel's configuration: address, secret, security setting.
    Config,
    /// This message; others may pass.
    Payload,
    /// The receiver is gone for good: remove the channel.
    Gone,
}

impl Outcome {
    /// Whether the channel confirmed the message.
    pub fn is_delivered(&self) -> bool {
        matches!(self, Self::Delivered)
    }

    /// Whether sending the same message again, later, can help.
    pub fn retry_can_help(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Transient { .. })
    }

    pub(crate) fn transient(why: impl Into<String>) -> Self {
        Self::Transient {
            wait: None,
            why: why.into(),
        }
    }

    pub(crate) fn permanent(kind: Fault, why: impl Into<String>) -> Self {
        Self::Permanent { kind, why: why.into() }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivered => f.write_str("delivered"),
            Self::Throttled { wait: Some(wait), why } => write!(f, "throttled for {} s: {why}", wait.as_secs()),
            Self::Throttled { wait: None, why } => write!(f, "throttled: {why}"),
            Self::Transient { why, .. } => write!(f, "not delivered, may work later: {why}"),
            Self::Permanent {
                kind: Fault::Config,
                why,
            } => write!(f, "not delivered, check the channel: {why}"),
            Self::Permanent {
                kind: Fault::Payload,
                why,
            } => write!(f, "not delivered, message refused: {why}"),
            Self::Permanent { kind: Fault::Gone, why } => write!(f, "not delivered, receiver gone: {why}"),
        }
    }
}
