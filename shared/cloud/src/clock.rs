//! What time it is. The wall clock is read here and nowhere else in this room.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// Where signatures and the expiry of temporary keys get their time from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The wall clock.
    pub fn wall() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the rim: everything inside takes this clock")]
        Self::from_fn(Timestamp::now)
    }

    /// A clock that shows what `now` says.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The moment it shows.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").finish_non_exhaustive()
    }
}
