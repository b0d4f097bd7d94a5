//! How often a channel may be told something, as its platform publishes it. Not here: who counts; that is the caller's,
//! because a limit holds across runs.

use std::time::Duration;

/// How often a channel may be told something.
///
/// Where a platform blocks those who are too fast, the numbers are below half of what it allows: requests count from the
/// beginning of their run, and those of a slow run may fall into the same minute as those of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Most requests in any `window`, repetitions counted.
    pub requests: usize,
    /// The window of that limit.
    pub window: Duration,
    /// Shortest time between two requests.
    pub apart: Duration,
}

impl Pace {
    /// So many requests a minute, as far apart as it takes.
    pub const fn per_minute(requests: usize, apart: Duration) -> Self {
        Self {
            requests,
            window: Duration::from_mins(1),
            apart,
        }
    }
}

impl Default for Pace {
    /// Thirty a minute: a receiver that publishes no limit is a machine, and still not to be flooded.
    fn default() -> Self {
        Self::per_minute(30, Duration::ZERO)
    }
}
