//! Accounts that had what a policy gives, and have it no more.

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, PolicyFile, PolicyName, Standing};
use jiff::Timestamp;

use crate::audience::{self, Membership};
use crate::catalogue::Line;
use crate::rules::{View, WayNow};
use crate::{Observed, Reading};

/// Why an account has nothing of a policy any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departed {
    /// The directory does not have it any more: it left, or was closed.
    FromDirectory,
    /// The policy does not share with it any more.
    FromAudience,
}

/// Those of `had` that certainly have no image of their policy's current release any more, and why.
///
/// What could not be read proves nothing: who holds an image is known, or the account counts as having it. Whom a listing
/// alone leaves out has lost what it had by grant, for the grants say so; not what stands on a shelf.
pub fn departures<'h>(
    policy: &PolicyFile,
    observed: &Observed,
    had: impl IntoIterator<Item = &'h (PolicyName, AccountId)>,
    now: Timestamp,
) -> BTreeMap<(PolicyName, AccountId), Departed> {
    let view = View::new(policy, observed, now);
    let mut departed = BTreeMap::new();
    for had in had {
        let (name, account) = had;
        let line = view.lines().iter().find(|line| line.policy.name == *name);
        if let Some(why) = line.and_then(|line| departure(&view, line, account)) {
            departed.insert(had.clone(), why);
        }
    }
    departed
}

fn departure<'a>(view: &View<'a>, line: &Line<'a>, account: &AccountId) -> Option<Departed> {
    let current = view.current(line)?;
    if view.unread(line.policy).next().is_some() {
        return None;
    }
    let membership = audience::membership(view.file, &line.policy.share, account, view.seen);
    for image in view.launched(line.policy, current) {
        if view.seen.grants_of(image)?.contains(account) {
            return None;
        }
        let by_grant = match view.sharing(image)?.way {
            WayNow::Grant(_) => true,
            WayNow::Shelf { .. } => false,
            WayNow::Unknown => return None,
        };
        match membership {
            Membership::Out => {}
            Membership::Ask if by_grant => {}
            Membership::Ask | Membership::In | Membership::Limbo => return None,
        }
    }
    let seen = view.seen;
    let is_gone = match seen.standings.get(account).and_then(Reading::known) {
        Some(Standing::Gone) => true,
        Some(Standing::Member(_)) => false,
        None => audience::listing(seen).is_some_and(|listed| !listed.members.contains_key(account)),
    };
    Some(if is_gone {
        Departed::FromDirectory
    } else {
        Departed::FromAudience
    })
}
