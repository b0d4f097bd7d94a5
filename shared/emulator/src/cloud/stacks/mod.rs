//! Resource Orchestration Service 2019-09-10 as far as one template needs it: stacks are made, changed, looked at and looked at
//! ahead. Not here: reading templates (`goldcast-template`), deleting stacks, change sets, groups of stacks.
//!
//! A stack is made one resource after the other, and each meets what is really there: code that was never uploaded, or a rule
//! on a bus that does not exist, fails it, and it is taken back. Resources of other products than Function Compute,
//! EventBridge and RAM are taken for made.

mod change;
mod kept;
mod making;
mod needs;
mod operations;
mod render;

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;

pub(crate) use making::Surroundings;
pub(crate) use needs::needs;
pub(crate) use operations::{Operation, operation};

use kept::Kept;

/// All stacks, by id.
#[derive(Debug, Default)]
pub(crate) struct Stacks {
    kept: BTreeMap<String, Kept>,
    /// Which stack a client token has made.
    tokens: BTreeMap<(AccountId, String), String>,
}

impl Stacks {
    /// When the next resource is done.
    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        self.kept.values().filter_map(Kept::due).min()
    }

    /// Makes every resource that is due.
    pub(crate) fn settle(&mut self, now: Timestamp, around: &mut Surroundings<'_>) {
        for kept in self.kept.values_mut() {
            while kept.due().is_some_and(|due| due <= now) {
                kept.step(around);
            }
        }
    }

    /// Forgets the stacks of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.kept.retain(|_, kept| kept.account != *account);
    }

    fn named(&self, account: &AccountId, region: &RegionId, name: &str) -> Option<&Kept> {
        let mut here = self.kept.values();
        here.find(|kept| kept.account == *account && kept.region == *region && kept.name == name)
    }
}
