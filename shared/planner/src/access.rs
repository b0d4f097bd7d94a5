//! Whether an account can launch what a policy gives it. Compared before and after a run, it says who was onboarded.

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, PolicyFile, PolicyName};
use jiff::Timestamp;

use crate::Observed;
use crate::rules::{View, WayNow};

/// How much of a policy's current release an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// None of its images, in any region.
    None,
    /// Some.
    Some,
    /// All, in every region.
    Full,
}

/// What every account that gets images by grant has of the current releases, as far as the grants are known.
///
/// Whom a folder brings has what stands on a shelf the moment it joins; there is nothing to do for it, and nothing to say.
pub fn access(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> BTreeMap<(PolicyName, AccountId), Access> {
    let view = View::new(policy, observed, now);
    let mut access = BTreeMap::new();
    for line in view.lines() {
        let (Some(current), Some(roll)) = (view.current(line), view.roll(line.policy)) else {
            continue;
        };
        let images: Vec<_> = view.launched(line.policy, current).collect();
        let grants: Option<Vec<_>> = images.iter().map(|image| observed.grants_of(image)).collect();
        let Some(grants) = grants else { continue };
        let by_shelf = images.iter().any(|image| {
            let sharing = view.sharing(image);
            sharing.is_some_and(|sharing| !matches!(sharing.way, WayNow::Grant(_)))
        });
        for account in if by_shelf { &roll.only_named } else { &roll.wanted } {
            let has = grants.iter().filter(|accounts| accounts.contains(*account)).count();
            let level = match has {
                0 => Access::None,
                all if all == grants.len() => Access::Full,
                _ => Access::Some,
            };
            access.insert((line.policy.name.clone(), (*account).clone()), level);
        }
    }
    access
}
