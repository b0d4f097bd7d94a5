//! How often each operation was called, every attempt counted, since every run reports what it read and wrote.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::product::Product;
use crate::rpc::{Effect, Rpc};

/// The number of calls by operation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallCounts {
    counts: BTreeMap<(Product, &'static str), Count>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    reads: u64,
    writes: u64,
}

impl CallCounts {
    /// Calls that change nothing.
    pub fn reads(&self) -> u64 {
        self.counts.values().map(|count| count.reads).sum()
    }

    /// Calls that change something, whether they succeeded or not.
    pub fn writes(&self) -> u64 {
        self.counts.values().map(|count| count.writes).sum()
    }

    /// Calls of one operation.
    pub fn of(&self, product: Product, action: &str) -> u64 {
        self.iter()
            .filter(|call| (call.0, call.1) == (product, action))
            .map(|call| call.2)
            .sum()
    }

    /// Every operation that was called, in order, with the number of calls.
    pub fn iter(&self) -> impl Iterator<Item = (Product, &'static str, u64)> {
        self.counts
            .iter()
            .map(|(&(product, action), count)| (product, action, count.reads + count.writes))
    }

    /// What was added since an earlier look at the same client.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let added = self.counts.iter().map(|(key, now)| {
            let before = earlier.counts.get(key).copied().unwrap_or_default();
            let reads = now.reads.saturating_sub(before.reads);
            (
                *key,
                Count {
                    reads,
                    writes: now.writes.saturating_sub(before.writes),
                },
            )
        });
        // Inserted one by one: collecting would carry a sorting algorithm for these few.
        let mut counts = BTreeMap::new();
        counts.extend(added.filter(|(_, count)| *count != Count::default()));
        Self { counts }
    }
}

/// Counts for one client and all of its copies.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    counts: Mutex<CallCounts>,
}

impl CallLog {
    pub(crate) fn count(&self, rpc: &Rpc) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.counts.entry((rpc.product, rpc.action)).or_default();
        match rpc.effect {
            Effect::Read => count.reads += 1,
            Effect::Write(_) => count.writes += 1,
        }
    }

    pub(crate) fn counts(&self) -> CallCounts {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::Repeat;

    #[test]
    fn a_run_sees_only_what_it_added_itself() {
        let log = CallLog::default();
        let read = Rpc::new(Product::Ecs, "DescribeImages", Effect::Read);
        let write = Rpc::new(Product::Ecs, "CopyImage", Effect::Write(Repeat::Safe));
        log.count(&read);
        let before = log.counts();
        log.count(&read);
        log.count(&write);
        let added = log.counts().since(&before);
        assert_eq!((added.reads(), added.writes()), (1, 1));
        assert_eq!(added.of(Product::Ecs, "CopyImage"), 1);
        assert_eq!(log.counts().of(Product::Ecs, "DescribeImages"), 2);
        let names: Vec<_> = added.iter().collect();
        assert_eq!(
            names,
            [(Product::Ecs, "CopyImage", 1), (Product::Ecs, "DescribeImages", 1)]
        );
    }
}
