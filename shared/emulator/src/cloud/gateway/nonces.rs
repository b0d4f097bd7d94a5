//! Signature nonces that were used: each is good for one request.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::cloud::time;

/// How long a nonce is remembered: a signature date may lie 15 minutes on either side of the clock.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(30);

/// Nonces of the last half hour of the wall clock.
#[derive(Debug, Default)]
pub(super) struct Nonces {
    seen: BTreeSet<(String, String)>,
    order: VecDeque<(Timestamp, (String, String))>,
}

impl Nonces {
    /// Notes a key's nonce; `false` when it was used before.
    pub(super) fn note(&mut self, key_id: &str, nonce: &str, wall: Timestamp) -> bool {
        while self
            .order
            .front()
            .is_some_and(|(noted, _)| time::after(*noted, REMEMBERED) < wall)
        {
            if let Some((_, forgotten)) = self.order.pop_front() {
                self.seen.remove(&forgotten);
            }
        }
        let entry = (key_id.to_owned(), nonce.to_owned());
        let fresh = self.seen.insert(entry.clone());
        if fresh {
            self.order.push_back((wall, entry));
        }
        fresh
    }
}
