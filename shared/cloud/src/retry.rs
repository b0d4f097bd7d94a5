//! The one place that decides whether a call is sent again, and when.
//!
//! The rules are those for idempotent calls,
//! <https://help.aliyun.com/document_detail/25693.html>: a repetition has a new
//! nonce, time and signature, and the same parameters.

use std::time::Duration;

use http::StatusCode;

use crate::error::Cause;
use crate::randomness::Randomness;
use crate::rpc::Effect;
use crate::transport::NoAnswer;

/// How often and how soon a call is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a call is sent at most, the first time included.
    pub attempts_max: u32,
    /// The ceiling of the first wait; it doubles with every attempt, and the wait is anywhere below it.
    pub delay_base: Duration,
    /// The same after too many calls.
    pub delay_base_throttled: Duration,
    /// No ceiling is higher. A wait that the cloud itself asks for may be longer.
    pub delay_max: Duration,
}

impl Default for RetryPolicy {
    /// The figures of the older Python SDK with one attempt more, since nobody behind a function presses again.
    fn default() -> Self {
        Self {
            attempts_max: 5,
            delay_base: Duration::from_millis(100),
            delay_base_throttled: Duration::from_millis(500),
            delay_max: Duration::from_secs(20),
        }
    }
}

/// What the outcome of an attempt allows.
enum Again {
    /// The same call fails again, or only works after minutes.
    No,
    /// It may work, and may already have been carried out. The cloud may have asked for a wait.
    IfRepeatable(Option<Duration>),
    /// It was certainly not carried out.
    Yes,
    /// The same, because of too many calls. The cloud may have asked for a wait.
    Throttled(Option<Duration>),
}

impl RetryPolicy {
    /// Sends everything once.
    pub fn never() -> Self {
        Self {
            attempts_max: 1,
            ..Self::default()
        }
    }

    /// How long to wait before the next attempt; `None` if there shall be none. `attempts` counts those made.
    pub(crate) fn pause(
        &self,
        attempts: u32,
        effect: Effect,
        cause: &Cause,
        randomness: &Randomness,
    ) -> Option<Duration> {
        if attempts >= self.attempts_max {
            return None;
        }
        let jitter = |base: Duration| {
            let factor = 2_u32.saturating_pow(attempts.saturating_sub(1));
            randomness.up_to(base.saturating_mul(factor).min(self.delay_max))
        };
        match again(cause) {
            Again::No => None,
            Again::IfRepeatable(_) if !effect.is_repeatable() => None,
            Again::IfRepeatable(None) | Again::Yes => Some(jitter(self.delay_base)),
            Again::Throttled(None) => Some(jitter(self.delay_base_throttled)),
            // Those who were told the same moment shall not come back in the same moment.
            Again::IfRepeatable(Some(hint)) | Again::Throttled(Some(hint)) => {
                Some(hint.saturating_add(randomness.up_to(self.delay_base)))
            }
        }
    }
}

fn again(cause: &Cause) -> Again {
    match cause {
        Cause::Refused(refusal) if refusal.is_throttled() => Again::Throttled(refusal.retry_after),
        Cause::Refused(refusal) if refusal.is_passing() => Again::IfRepeatable(refusal.retry_after),
        Cause::NoAnswer(error) => match error.kind {
            NoAnswer::Connect => Again::Yes,
            NoAnswer::Timeout | NoAnswer::Reset => Again::IfRepeatable(None),
            NoAnswer::TooLarge | NoAnswer::Insecure | NoAnswer::Invalid => Again::No,
        },
        Cause::Unreadable { status, .. } if *status == StatusCode::TOO_MANY_REQUESTS => Again::Throttled(None),
        Cause::Unreadable { status, .. } if status.is_server_error() => Again::IfRepeatable(None),
        Cause::Refused(_)
        | Cause::Unreadable { .. }
        | Cause::OutOfTime
        | Cause::ListingIncomplete { .. }
        | Cause::PageRepeated
        | Cause::OverLimit(_)
        | Cause::ObjectTooLarge
        | Cause::Endpoint(_)
        | Cause::Sign(_)
        | Cause::Build(_)
        | Cause::NoRandomness(_) => Again::No,
    }
}
