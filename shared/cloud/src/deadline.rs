//! Until when a call may take, with all its waits and repetitions.

use std::time::Duration;

use tokio::time::Instant;

/// Longest span that is counted; an endless one would overflow the clock.
const SPAN_MAX: Duration = Duration::from_hours(24 * 365 * 10);

/// A moment after which nothing more is begun. One per run, handed down to every call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The moment itself.
    pub fn at(instant: Instant) -> Self {
        Self(instant)
    }

    /// That long from now, at most ten years.
    pub fn after(span: Duration) -> Self {
        Self(Instant::now() + span.min(SPAN_MAX))
    }

    /// The earlier of this deadline and that long from now.
    #[must_use]
    pub fn capped(self, span: Duration) -> Self {
        self.min(Self::after(span))
    }

    /// What is left; nothing when it has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether it has passed.
    pub fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }

    /// The moment, for `tokio::time::timeout_at`.
    pub fn instant(self) -> Instant {
        self.0
    }
}
