//! Whether an account can launch what a policy gives it. Compared before and after a run, it says who was onboarded.

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, PolicyFile, PolicyName};
use jiff::Timestamp;

use crate::rules::View;
use crate::{Observed, audience};

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

/// What every account of every audience has of the current releases, as far as the grants are known.
pub fn access(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> BTreeMap<(PolicyName, AccountId), Access> {
    let view = View::new(policy, observed, now);
    let mut access = BTreeMap::new();
    for line in view.lines() {
        let Some(current) = view.current(line) else { continue };
        let grants: Option<Vec<_>> = current.images().map(|image| observed.grants_of(image)).collect();
        let Some(grants) = grants else { continue };
        for account in audience::wanted(policy, &line.policy.share, observed) {
            let has = grants.iter().filter(|accounts| accounts.contains(&account)).count();
            let level = match has {
                0 => Access::None,
                all if all == grants.len() => Access::Full,
                _ => Access::Some,
            };
            access.insert((line.policy.name.clone(), account), level);
        }
    }
    access
}
