//! Deliveries of the event bus: how often one that failed is tried again, and what becomes of it in the end
//! (<https://www.alibabacloud.com/help/en/eventbridge/user-guide/retry-and-dead-letter>). Not here: which deliveries there
//! are (see `bus`).

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use crate::cloud::Span;

/// Retries of `BACKOFF_RETRY`.
const BACKOFF_RETRIES: u32 = 3;
/// Retries of `EXPONENTIAL_DECAY_RETRY`: a day of them.
const DECAY_RETRIES: u32 = 176;
/// The longest wait of `EXPONENTIAL_DECAY_RETRY`, in seconds.
const DECAY_SECONDS_MAX: i64 = 512;

/// Wait before each retry of `BACKOFF_RETRY`.
pub(super) const BACKOFF_WAIT: Span = Span::seconds(10, 20);

/// What becomes of a delivery that fails: properties of a rule's target, and of a trigger as its `runOptions`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryOptions {
    /// How often it is tried again. Documents name both as the default; unless said, it is `BACKOFF_RETRY`, as in the
    /// open-source core (<https://github.com/apache/rocketmq-eventbridge>).
    #[serde(default)]
    pub retry: RetryStrategy,
    /// Whether the next event is delivered when one could not be.
    #[serde(default)]
    pub tolerance: Tolerance,
    /// The queue that gets what could not be delivered; without one it is dropped.
    #[serde(default)]
    pub dead_letter_queue: Option<String>,
}

/// How often a delivery is tried again (`PushRetryStrategy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum RetryStrategy {
    /// Three times, 10 to 20 seconds apart at random.
    #[default]
    #[serde(rename = "BACKOFF_RETRY")]
    Backoff,
    /// 176 times within a day: after 1, 2, 4 … 512 seconds, then every 512.
    #[serde(rename = "EXPONENTIAL_DECAY_RETRY")]
    ExponentialDecay,
}

/// What a delivery that was given up means for the next (`ErrorsTolerance`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Tolerance {
    /// Nothing: it goes to the dead-letter queue or is dropped.
    #[serde(rename = "ALL")]
    All,
    /// The next ones wait until it has succeeded: it is never given up.
    #[default]
    #[serde(rename = "NONE")]
    None,
}

impl RetryStrategy {
    /// The wait before the next attempt after so many failures before the last; `None` when it was the last. `drawn` is
    /// within [`BACKOFF_WAIT`].
    pub(super) fn wait(self, failures: u32, drawn: SignedDuration) -> Option<SignedDuration> {
        match self {
            Self::Backoff => (failures < BACKOFF_RETRIES).then_some(drawn),
            Self::ExponentialDecay => (failures < DECAY_RETRIES).then(|| decay(failures)),
        }
    }

    /// The wait of a delivery that is never given up.
    fn wait_for_ever(self, failures: u32, drawn: SignedDuration) -> SignedDuration {
        match self {
            Self::Backoff => drawn,
            Self::ExponentialDecay => decay(failures),
        }
    }
}

fn decay(failures: u32) -> SignedDuration {
    let seconds = 1_i64.checked_shl(failures).filter(|seconds| *seconds > 0);
    SignedDuration::from_secs(seconds.unwrap_or(DECAY_SECONDS_MAX).min(DECAY_SECONDS_MAX))
}

/// Where a delivery goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// From another region to the custom bus at home.
    Bus,
    /// To the trigger at this place in the list of rules.
    Rule(usize),
}

/// An event on its way to one target. Every attempt brings the very same event.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) target: Target,
    pub(super) event: Arc<Value>,
    /// Attempts that failed.
    pub(super) failures: u32,
}

/// What follows on an attempt that failed.
#[derive(Debug)]
pub(super) enum Verdict {
    Again(SignedDuration, Parcel),
    GiveUp(Parcel),
}

/// Decides it. What the target would refuse for ever, such as an event that is too large, is not tried again.
pub(super) fn after_failure(
    mut parcel: Parcel,
    options: &DeliveryOptions,
    retryable: bool,
    drawn: SignedDuration,
) -> Verdict {
    let failures = parcel.failures;
    let wait = match options.tolerance {
        Tolerance::All => options.retry.wait(failures, drawn).filter(|_| retryable),
        Tolerance::None => Some(options.retry.wait_for_ever(failures, drawn)),
    };
    parcel.failures = failures.saturating_add(1);
    match wait {
        Some(wait) => Verdict::Again(wait, parcel),
        None => Verdict::GiveUp(parcel),
    }
}

/// Targets that stand still behind a delivery that must succeed first, and what waits there.
#[derive(Debug, Default)]
pub(super) struct Jams(BTreeMap<Target, VecDeque<Parcel>>);

impl Jams {
    /// Notes a delivery that is never given up, at its first attempt or when it has failed.
    pub(super) fn begin(&mut self, target: Target) {
        self.0.entry(target).or_default();
    }

    /// Puts a new parcel behind the one that failed; gives it back if nothing is in its way.
    pub(super) fn queue(&mut self, parcel: Parcel) -> Option<Parcel> {
        match self.0.get_mut(&parcel.target) {
            Some(waiting) if parcel.failures == 0 => {
                waiting.push_back(parcel);
                None
            }
            Some(_) | None => Some(parcel),
        }
    }

    /// The first has got through: gives those behind it.
    pub(super) fn end(&mut self, target: Target) -> VecDeque<Parcel> {
        self.0.remove(&target).unwrap_or_default()
    }

    /// How many parcels wait behind another.
    pub(super) fn waiting(&self) -> usize {
        self.0.values().map(VecDeque::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWN: SignedDuration = SignedDuration::from_secs(13);

    fn waits(options: &DeliveryOptions) -> Vec<i64> {
        let mut parcel = Parcel {
            target: Target::Rule(0),
            event: Arc::new(Value::Null),
            failures: 0,
        };
        let mut waits = Vec::new();
        while let Verdict::Again(wait, again) = after_failure(parcel, options, true, DRAWN) {
            waits.push(wait.as_secs());
            parcel = again;
            if waits.len() > 500 {
                break;
            }
        }
        waits
    }

    fn options(retry: RetryStrategy, tolerance: Tolerance) -> DeliveryOptions {
        DeliveryOptions {
            retry,
            tolerance,
            dead_letter_queue: None,
        }
    }

    #[test]
    fn the_strategies_wait_as_published() {
        assert_eq!(waits(&options(RetryStrategy::Backoff, Tolerance::All)), [13, 13, 13]);
        let decay = waits(&options(RetryStrategy::ExponentialDecay, Tolerance::All));
        assert_eq!(decay.len(), 176);
        assert_eq!(decay[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
        assert_eq!(decay.iter().filter(|wait| **wait == 512).count(), 167);
        let hours = decay.iter().sum::<i64>() / 3600;
        assert_eq!(hours, 23, "about a day");
    }

    #[test]
    fn without_tolerance_nothing_is_given_up() {
        for retry in [RetryStrategy::Backoff, RetryStrategy::ExponentialDecay] {
            assert_eq!(waits(&options(retry, Tolerance::None)).len(), 501, "{retry:?}");
        }
    }

    #[test]
    fn what_would_be_refused_for_ever_is_given_up_at_once() {
        let parcel = Parcel {
            target: Target::Bus,
            event: Arc::new(Value::Null),
            failures: 0,
        };
        let options = options(RetryStrategy::ExponentialDecay, Tolerance::All);
        let verdict = after_failure(parcel, &options, false, DRAWN);
        assert!(matches!(verdict, Verdict::GiveUp(_)), "{verdict:?}");
    }
}
