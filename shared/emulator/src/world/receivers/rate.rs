//! How many messages a receiver takes in a while. Not here: what it says to those that are too many.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// So many messages in any window of so long.
#[derive(Debug)]
pub(super) struct Rate {
    max: usize,
    window: SignedDuration,
    taken: VecDeque<Timestamp>,
}

impl Rate {
    pub(super) fn new(max: usize, window: SignedDuration) -> Self {
        Self {
            max,
            window,
            taken: VecDeque::new(),
        }
    }

    /// How long until one more would be taken; zero if it would be now.
    pub(super) fn wait(&mut self, now: Timestamp) -> SignedDuration {
        while self
            .taken
            .front()
            .is_some_and(|first| now.duration_since(*first) >= self.window)
        {
            self.taken.pop_front();
        }
        match self.taken.front() {
            Some(first) if self.taken.len() >= self.max => self.window - now.duration_since(*first),
            _ => SignedDuration::ZERO,
        }
    }

    /// Counts one.
    pub(super) fn count(&mut self, now: Timestamp) {
        self.taken.push_back(now);
    }

    /// How many more are taken in the running window.
    pub(super) fn left(&self) -> usize {
        self.max.saturating_sub(self.taken.len())
    }
}

/// A duration in whole seconds, not less than one: what a `Retry-After` header can say.
pub(super) fn whole_seconds(wait: SignedDuration) -> i64 {
    let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    seconds.max(1)
}
