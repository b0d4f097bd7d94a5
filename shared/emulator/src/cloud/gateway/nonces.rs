//! Signature nonces that were used: each is good for one request.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::cloud::ids::Draw;
use crate::cloud::time;

/// How long a nonce is remembered: a signature date may lie 15 minutes on either side of the clock.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(30);

/// Half a hash of key id and nonce: a cloud that is called without pause remembers millions.
type Mark = [u8; 16];

/// Nonces of the last half hour of the wall clock.
#[derive(Debug, Default)]
pub(super) struct Nonces {
    seen: BTreeSet<Mark>,
    order: VecDeque<(Timestamp, Mark)>,
}

impl Nonces {
    /// Notes a key's nonce; `false` when it was used before.
    pub(super) fn note(&mut self, key_id: &str, nonce: &str, wall: Timestamp) -> bool {
        while let Some((noted, mark)) = self.order.front()
            && time::after(*noted, REMEMBERED) < wall
        {
            self.seen.remove(mark);
            self.order.pop_front();
        }
        let mark = Draw::new(0, "nonce", &[key_id, nonce]).half();
        let fresh = self.seen.insert(mark);
        if fresh {
            self.order.push_back((wall, mark));
        }
        fresh
    }
}
