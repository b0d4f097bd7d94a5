//! Which facts are still missing for a plan. Asking only these keeps the reads as few as the facts allow.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, ImageRef, PolicyFile, RegionId, Scope, Shared};
use jiff::Timestamp;

use crate::Observed;
use crate::rules::{SharedImage, View, grant_diff};

/// What to ask the cloud before planning. Facts that were asked for already, answered or not, are not asked again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// Regions whose images to list.
    pub regions: BTreeSet<RegionId>,
    /// Images whose grants to read.
    pub grants: BTreeSet<ImageRef>,
    /// Whether to list the directory.
    pub directory: bool,
    /// Accounts to ask the directory for, one by one.
    pub accounts: BTreeSet<AccountId>,
}

impl Questions {
    /// Whether everything is known that can be.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is missing. Ask, write down the answers, and ask this again: answers raise questions, at most three times.
pub fn questions(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> Questions {
    let mut missing = Questions::default();
    for region in policy.all_regions() {
        if !observed.images.contains_key(region) {
            missing.regions.insert(region.clone());
        }
    }
    if let Scope::Account(account) = &observed.scope
        && needs_directory(policy)
        && !observed.standings.contains_key(account)
    {
        missing.accounts.insert(account.clone());
    }
    if !missing.regions.is_empty() {
        return missing;
    }
    let view = View::new(policy, observed, now);
    for line in view.lines() {
        let asks = line.policy.share.asks_the_directory() && !matches!(observed.scope, Scope::Account(_));
        for SharedImage { image, gives, .. } in view.shared(line) {
            missing.directory |= gives && asks && observed.directory.is_none();
            if image.shared != Shared::No && !observed.grants.contains_key(&image.at) {
                missing.grants.insert(image.at.clone());
            }
            let ask = grant_diff(&view, line.policy, image)
                .map(|diff| diff.ask)
                .unwrap_or_default();
            missing.accounts.extend(
                ask.into_iter()
                    .filter(|account| !observed.standings.contains_key(account)),
            );
        }
    }
    if missing.directory {
        // The listing may explain these accounts; only those that it doesn't are asked for one by one.
        missing.accounts.clear();
    }
    missing
}

fn needs_directory(policy: &PolicyFile) -> bool {
    policy.policies.values().any(|policy| policy.share.asks_the_directory())
}
