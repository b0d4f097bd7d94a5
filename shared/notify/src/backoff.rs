//! Exponential back-off with full jitter, from a seed, so that tests repeat.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// Ceiling of the first wait; it doubles with every attempt.
const FIRST_CEILING: Duration = Duration::from_secs(1);

/// Draws waits between zero and 1 s · 2ⁿ. Not for secrets.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    state: u64,
}

impl Backoff {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The wait after `failures` attempts have failed (1 and up).
    pub(crate) fn wait(&mut self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        let ceiling = FIRST_CEILING.saturating_mul(1 << doublings);
        let millis = u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.next() % millis.saturating_add(1))
    }

    /// `SplitMix64`: tiny, seedable and even enough for spreading retries.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// A seed that differs between processes, from the standard library's hasher keys.
pub(crate) fn process_seed() -> u64 {
    RandomState::new().hash_one(0_u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_use_the_whole_span_below_a_doubling_ceiling() {
        #[track_caller]
        fn check(failures: u32, ceiling_millis: u64) {
            let mut backoff = Backoff::new(7);
            let waits: Vec<Duration> = (0..1000).map(|_| backoff.wait(failures)).collect();
            let ceiling = Duration::from_millis(ceiling_millis);
            assert!(waits.iter().all(|wait| *wait <= ceiling));
            assert!(
                waits.iter().any(|wait| *wait < ceiling / 10),
                "full jitter starts at zero"
            );
            assert!(
                waits.iter().any(|wait| *wait > ceiling * 9 / 10),
                "full jitter reaches the ceiling"
            );
        }
        check(1, 1_000);
        check(2, 2_000);
        check(3, 4_000);
    }
}
