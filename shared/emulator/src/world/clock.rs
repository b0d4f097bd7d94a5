//! Two clocks: simulated time, which only the driver moves, and the wall clock, which signatures are dated by.
//! Not here: what is due when (see `agenda`).

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How fast simulated time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As fast as the machine can: for tests.
    Unpaced,
    /// So many simulated seconds per real second: for people who watch.
    Speed(NonZeroU32),
}

impl Pace {
    /// The real time that `simulated` takes; nothing if unpaced or not in the future.
    pub(super) fn real(self, simulated: SignedDuration) -> Duration {
        match self {
            Self::Unpaced => Duration::ZERO,
            Self::Speed(speed) => Duration::try_from(simulated).unwrap_or(Duration::ZERO) / speed.get(),
        }
    }

    /// The simulated time that passes in `real`; none that could be told if unpaced.
    pub(super) fn simulated(self, real: Duration) -> SignedDuration {
        match self {
            Self::Unpaced => SignedDuration::ZERO,
            Self::Speed(speed) => {
                SignedDuration::try_from(real.saturating_mul(speed.get())).unwrap_or(SignedDuration::MAX)
            }
        }
    }

    /// This pace, or the wall clock's if unpaced.
    pub(super) fn flowing(self) -> Self {
        match self {
            Self::Unpaced => Self::Speed(NonZeroU32::MIN),
            Self::Speed(_) => self,
        }
    }
}

/// `at`, later by `by`; the end of time if that is out of range.
pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// The clock that signatures and webhooks are dated by.
#[derive(Clone)]
pub struct WallClock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl WallClock {
    /// A clock that the caller keeps, for tests.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for WallClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the rim: signatures from outside are dated by the real clock"
    )]
    fn default() -> Self {
        Self(Arc::new(Timestamp::now))
    }
}

impl fmt::Debug for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WallClock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_simulated_seconds_take_one_real_second_at_speed_sixty() {
        let pace = Pace::Speed(NonZeroU32::new(60).unwrap());
        assert_eq!(pace.real(SignedDuration::from_secs(60)), Duration::from_secs(1));
        assert_eq!(pace.simulated(Duration::from_secs(1)), SignedDuration::from_secs(60));
        assert_eq!(pace.real(SignedDuration::from_secs(-5)), Duration::ZERO);
        assert_eq!(Pace::Unpaced.real(SignedDuration::from_hours(24)), Duration::ZERO);
        assert_eq!(
            Pace::Unpaced.flowing().simulated(Duration::from_secs(1)),
            SignedDuration::from_secs(1)
        );
    }
}
