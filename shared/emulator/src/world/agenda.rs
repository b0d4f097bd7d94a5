//! What is due when: timers and asynchronous invocations, in the order of their time and then of their entry, so that a
//! run repeats exactly. Not here: the cloud's own due moments, which the cloud keeps.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::delivery::Parcel;
use super::invocation::Task;

/// Something that happens at a moment of simulated time.
#[derive(Debug)]
pub(super) enum Due {
    /// The timer at this place in the list of timers fires.
    Timer(usize),
    /// A delivery of the event bus is attempted.
    Deliver(Parcel),
    /// A function is invoked.
    Invoke(Task),
}

/// Entries by time, then by order of entry.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: BTreeMap<(Timestamp, u64), Due>,
    entered: u64,
}

impl Agenda {
    pub(super) fn push(&mut self, at: Timestamp, due: Due) {
        self.entered += 1;
        self.entries.insert((at, self.entered), due);
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.entries.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next entry that is due at `now`.
    pub(super) fn pop(&mut self, now: Timestamp) -> Option<Due> {
        let entry = self.entries.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    /// Deliveries and invocations that have not been made yet.
    pub(super) fn waiting(&self) -> usize {
        self.entries
            .values()
            .filter(|due| matches!(due, Due::Deliver(_) | Due::Invoke(_)))
            .count()
    }
}
