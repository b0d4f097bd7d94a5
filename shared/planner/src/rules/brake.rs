//! Brakes: a run whose removals exceed the limits removes nothing, says so, and keeps doing everything else.
//!
//! Counted are distinct accounts losing access and distinct releases leaving. A person's recall is not braked, up to and
//! including the parking.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, Gather as _, Share, TargetId};

use super::View;
use super::share::{TrustDocument, our_shelves};
use crate::audience;
use crate::{Action, Block, BlockKind, Plan, Planned, Reason, ShelfRef};

/// Takes the removals out of a plan that has too many.
pub(crate) fn brake(view: &View<'_>, plan: &mut Plan) {
    let accounts: BTreeSet<AccountId> = plan.actions.iter().flat_map(|planned| losing(view, planned)).gather();
    let leaving = plan.actions.iter().filter(|planned| planned.makes_leave());
    let releases: BTreeSet<String> = leaving
        .map(|planned| format!("{}/{}", planned.policy, planned.release))
        .gather();
    if accounts.is_empty() && releases.is_empty() {
        return;
    }
    let brakes = &view.file.brakes;
    let everyone: BTreeSet<&AccountId> = accounts.iter().chain(reached(view)).gather();
    let all_releases = view.lines().iter().map(|line| line.releases.len()).sum();
    let accounts_allowed = brakes.accounts.allows(everyone.len());
    let releases_allowed = brakes.releases.allows(all_releases);
    if accounts.len() <= accounts_allowed && releases.len() <= releases_allowed {
        return;
    }
    plan.actions
        .retain(|planned| !planned.makes_leave() && losing(view, planned).is_empty());
    plan.blocks.push(Block {
        kind: BlockKind::Brake {
            accounts: accounts.into_iter().collect(),
            accounts_allowed,
            releases: releases.into_iter().collect(),
            releases_allowed,
        },
        policy: None,
        release: None,
        source: None,
    });
}

/// Everyone who has something now, or should.
fn reached<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v AccountId> {
    let rolls = view.lines().iter().filter_map(|line| view.roll(line.policy));
    let wanted = rolls.flat_map(|roll| roll.wanted.iter().copied());
    let granted = view
        .seen
        .grants
        .values()
        .filter_map(|reading| reading.known())
        .flatten();
    wanted.chain(granted)
}

/// The accounts that lose access because no rule explains it any more.
fn losing(view: &View<'_>, planned: &Planned) -> BTreeSet<AccountId> {
    let outside = planned.reason == Reason::OutsideAudience;
    let tidies = matches!(
        planned.reason,
        Reason::AnotherShelf | Reason::ShelfTwice | Reason::ShelfUnused
    );
    match &planned.action {
        Action::Revoke { accounts, .. } if outside => accounts.iter().cloned().gather(),
        Action::DropTargets { shelf, targets } if outside => under(view, shelf, |id| targets.contains(id)),
        Action::TakeOffShelf { shelf, .. } if tidies => {
            let mut losing = under(view, shelf, |_| true);
            let rolls = view.lines().iter().filter_map(|line| view.roll(line.policy));
            for account in rolls.flat_map(|roll| &roll.wanted) {
                losing.remove(*account);
            }
            losing
        }
        Action::RewriteTrust { document, .. } => {
            let owner = &view.file.owner.account;
            let before = view.seen.trust.as_ref().and_then(|reading| reading.known()?.as_deref());
            let before = before.and_then(|text| TrustDocument::read(owner, text).ok());
            let after = TrustDocument::read(owner, document).ok();
            match (before, after) {
                (Some(before), Some(after)) => before.ours().difference(after.ours()).cloned().gather(),
                (_, _) => BTreeSet::new(),
            }
        }
        _ => BTreeSet::new(),
    }
}

/// The members under some targets of a shelf, without those that another target of it brings.
fn under(view: &View<'_>, shelf: &ShelfRef, lost: impl Fn(&TargetId) -> bool) -> BTreeSet<AccountId> {
    let shares = view.seen.shares_in(&shelf.region).unwrap_or_default();
    let Some(share) = our_shelves(shares).find(|share| share.id == shelf.share) else {
        return BTreeSet::new();
    };
    let under = |share: &Share, path: &str, lost: bool, is_lost: &dyn Fn(&TargetId) -> bool| {
        let mut targets = share.targets.keys().filter(|id| is_lost(id) == lost);
        targets.any(|target| path.split('/').any(|segment| segment == target.as_str()))
    };
    let members = audience::listing(view.seen)
        .into_iter()
        .flat_map(|directory| directory.members.values());
    members
        .filter(|member| under(share, &member.path, true, &lost) && !under(share, &member.path, false, &lost))
        .map(|member| member.account.clone())
        .gather()
}
