//! Shelves: one standing resource share per region and audience, across policies; releases are moved on and off.
//!
//! The cloud works on shares by and by and one task at a time, so a plan changes one thing of a shelf and waits while
//! anything is on its way. Two shelves of one name (two runs at once): the oldest wins, the other is emptied and deleted.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{
    AccountId, Failing, Gather as _, Image, ImageId, ImageRef, Link, Policy, PolicyName, RegionId, Share, ShareStatus,
    TargetId,
};

use super::tidy::tidy;
use super::{WayNow, looked_after};
use crate::audience::{self, Membership, ShelfWanted};
use crate::catalogue::{Line, Release};
use crate::rules::View;
use crate::rules::view::{block, planned};
use crate::{Action, Block, BlockKind, Plan, Reason, ShelfRef, Wait, WaitKind};

/// On a resource share: that it is a shelf of ours.
pub const SHELF_TAG: &str = "goldcast:shelf";
/// Resources and targets per request
/// (<https://www.alibabacloud.com/help/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-associateresourceshare>).
pub(super) const PER_REQUEST: usize = 5;

/// A shelf that one or more policies want in one region, and what belongs on it.
pub(super) struct Wanted<'v, 'a> {
    pub(super) shelf: &'v ShelfWanted,
    /// One of the policies, with the release that speaks for it.
    pub(super) line: &'v Line<'a>,
    /// Images that belong there, each with its line and release.
    pub(super) images: BTreeMap<&'a ImageId, (&'v Line<'a>, &'v Release<'a>, &'a Image)>,
}

/// Shelves of ours in a region.
pub(crate) fn our_shelves(shares: &[Share]) -> impl Iterator<Item = &Share> {
    shares
        .iter()
        .filter(|share| share.status != ShareStatus::Deleting && share.tags.contains_key(SHELF_TAG))
}

/// The shelf of this name: of several, the oldest.
pub(super) fn first<'s>(shares: &'s [Share], name: &str) -> Option<&'s Share> {
    our_shelves(shares)
        .filter(|share| share.name == name)
        .min_by_key(|share| (share.created, &share.id))
}

/// Plans shelves: what they are shared with, and what stands on them.
pub(crate) fn shelves(view: &View<'_>, plan: &mut Plan) {
    if !view.moves_images() {
        return;
    }
    let wanted = wanted(view);
    for ((region, _), shelf) in &wanted {
        if let Some(shares) = view.seen.shares_in(region) {
            change(view, region, shares, shelf, plan);
        }
    }
    if view.sees_everything() {
        tidy(view, &wanted, plan);
    }
}

fn wanted<'v, 'a>(view: &'v View<'a>) -> BTreeMap<(&'a RegionId, &'v str), Wanted<'v, 'a>> {
    let mut all: BTreeMap<(&RegionId, &str), Wanted<'v, 'a>> = BTreeMap::new();
    for line in view.lines().iter().filter(|line| !view.is_paused(line.policy)) {
        let Some(shelf) = view.roll(line.policy).and_then(|roll| roll.standing.as_ref()) else {
            continue;
        };
        for (release, image) in looked_after(view, line) {
            let Some(sharing) = view.sharing(image) else { continue };
            let lives = view.course(line).is_some_and(|course| course.lives(release));
            if !matches!(sharing.way, WayNow::Shelf { .. }) || !lives {
                continue;
            }
            let stands = view.seen.shares_in(&image.at.region).is_some_and(|shares| {
                our_shelves(shares).any(|share| share.images.get(&image.at.image) == Some(&Link::Joined))
            });
            if sharing.gives || stands {
                let entry = all.entry((&image.at.region, &shelf.name)).or_insert_with(|| Wanted {
                    shelf,
                    line,
                    images: BTreeMap::new(),
                });
                entry.images.insert(&image.at.image, (line, release, image));
            }
        }
    }
    all
}

/// One change of one shelf, or what it waits for.
fn change(view: &View<'_>, region: &RegionId, shares: &[Share], wanted: &Wanted<'_, '_>, plan: &mut Plan) {
    let policy = &wanted.line.policy.name;
    let targets = wanted.shelf.targets.len();
    let limits = &view.file.limits;
    if targets > limits.targets_per_share {
        let (region, limit) = (region.clone(), limits.targets_per_share);
        plan.blocks
            .push(of_policy(policy, BlockKind::TooManyTargets { region, targets, limit }));
        return;
    }
    let Some(share) = first(shares, &wanted.shelf.name) else {
        if hides_exceptions(view, wanted) {
            return;
        }
        let there = shares.iter().filter(|share| share.status != ShareStatus::Deleting);
        let created = plan.actions.iter().filter(|planned| match &planned.action {
            Action::CreateShelf { region: other, .. } => other == region,
            _ => false,
        });
        let used = there.count() + created.count();
        if used >= limits.shares {
            let (region, limit) = (region.clone(), limits.shares);
            plan.blocks
                .push(of_policy(policy, BlockKind::NoRoomForShelf { region, limit }));
        } else if let Some((line, release, _)) = wanted.images.values().next() {
            let action = Action::CreateShelf {
                region: region.clone(),
                name: wanted.shelf.name.clone(),
                targets: wanted.shelf.targets.iter().take(PER_REQUEST).cloned().collect(),
            };
            plan.actions
                .push(planned(line.policy, release, action, Reason::OnShelf));
        }
        return;
    };
    if is_moving(share) {
        plan.waits.push(Wait {
            kind: WaitKind::ShelfChanging {
                region: region.clone(),
                shelf: share.name.clone(),
            },
            policy: Some(policy.clone()),
            release: None,
        });
        return;
    }
    let _changed = change_targets(view, share, wanted, plan) || put_images(view, shares, share, wanted, plan);
}

pub(super) fn is_moving(share: &Share) -> bool {
    let moves = |link: &Link| matches!(link, Link::Joining | Link::Leaving);
    share.status == ShareStatus::Pending || share.images.values().chain(share.targets.values()).any(moves)
}

/// Shares the shelf with whom it should be, and with nobody else; says whether it is about to change.
fn change_targets(view: &View<'_>, share: &Share, wanted: &Wanted<'_, '_>, plan: &mut Plan) -> bool {
    let Some((line, release, _)) = wanted.images.values().next() else {
        return false;
    };
    let is_complete = view.roll(line.policy).is_some_and(|roll| roll.is_complete);
    let surplus = surplus(share, wanted.shelf).filter(|target| brings_outsiders(view, line.policy, target));
    let surplus: Vec<TargetId> = surplus.cloned().collect();
    if let Some(targets) = surplus.chunks(PER_REQUEST).next().filter(|_| is_complete) {
        let (shelf, targets) = (shelf_ref(share), targets.to_vec());
        let action = Action::DropTargets { shelf, targets };
        plan.actions
            .push(planned(line.policy, release, action, Reason::OutsideAudience));
        return true;
    }
    let mut missing = Vec::new();
    for target in wanted.shelf.targets.iter().filter(|_| !hides_exceptions(view, wanted)) {
        match share.targets.get(target) {
            None | Some(Link::Failed(Failing::Internal)) => missing.push(target.clone()),
            Some(Link::Failed(why)) => {
                let (region, target, why) = (share.region.clone(), target.clone(), *why);
                let kind = BlockKind::ShelfRefusesTarget { region, target, why };
                plan.blocks.push(of_policy(&line.policy.name, kind));
            }
            Some(Link::Joined | Link::Joining | Link::Leaving) => {}
        }
    }
    let Some(targets) = missing.chunks(PER_REQUEST).next() else {
        return false;
    };
    let (shelf, targets) = (shelf_ref(share), targets.to_vec());
    let action = Action::AddTargets { shelf, targets };
    plan.actions
        .push(planned(line.policy, release, action, Reason::OnShelf));
    true
}

/// Whether an exception may stand where nobody sees it: without the directory no target is known to leave it out.
fn hides_exceptions(view: &View<'_>, wanted: &Wanted<'_, '_>) -> bool {
    !wanted.line.policy.share.except.is_empty() && audience::listing(view.seen).is_none()
}

/// Targets of a shelf that it should not have.
fn surplus<'s>(share: &'s Share, wanted: &ShelfWanted) -> impl Iterator<Item = &'s TargetId> {
    let joined = share.targets.iter().filter(|(_, link)| **link == Link::Joined);
    joined.map(|(id, _)| id).filter(|id| !wanted.targets.contains(*id))
}

/// Whether a target certainly brings somebody from outside. Where nobody is listed under it, that may only be because the
/// listing has shrunk.
fn brings_outsiders(view: &View<'_>, policy: &Policy, target: &TargetId) -> bool {
    if let Ok(account) = target.as_str().parse::<AccountId>() {
        return audience::membership(view.file, &policy.share, &account, view.seen) == Membership::Out;
    }
    let mut under =
        audience::members(view.seen).filter(|member| member.path.split('/').any(|id| id == target.as_str()));
    under.any(|member| !audience::covers(&policy.share, member) || policy.share.except.contains(&member.account))
}

/// Whether an account has an image from a shelf of ours, be it the right one or not.
pub(super) fn brings(view: &View<'_>, image: &Image, account: &AccountId) -> bool {
    let shares = view.seen.shares_in(&image.at.region).unwrap_or_default();
    let is_there = |link: Option<&Link>| matches!(link, Some(Link::Joining | Link::Joined | Link::Leaving));
    let mut on = our_shelves(shares)
        .filter(|share| is_there(share.images.get(&image.at.image)))
        .peekable();
    let member = on.peek().and_then(|_| audience::member(account, view.seen));
    let Some(member) = member else { return false };
    let under = |target: &TargetId| member.path.split('/').any(|id| id == target.as_str());
    on.any(|share| {
        share
            .targets
            .iter()
            .any(|(target, link)| is_there(Some(link)) && under(target))
    })
}

/// Accounts that are targets of a shelf and must be asked for before they are dropped.
pub(crate) fn doubtful_targets(view: &View<'_>) -> BTreeSet<AccountId> {
    let mut doubtful = BTreeSet::new();
    for ((region, _), wanted) in wanted(view) {
        let shares = view.seen.shares_in(region).unwrap_or_default();
        let Some(share) = first(shares, &wanted.shelf.name) else {
            continue;
        };
        let accounts = surplus(share, wanted.shelf).filter_map(|target| target.as_str().parse::<AccountId>().ok());
        let audience = &wanted.line.policy.share;
        doubtful
            .extend(accounts.filter(|id| audience::membership(view.file, audience, id, view.seen) == Membership::Ask));
    }
    doubtful
}

/// Puts images on the shelf that belong there; says whether it is about to change.
fn put_images(view: &View<'_>, shares: &[Share], share: &Share, wanted: &Wanted<'_, '_>, plan: &mut Plan) -> bool {
    let put = plan.actions.iter().filter_map(|planned| match &planned.action {
        Action::PutOnShelf { shelf, images } if shelf.region == share.region => Some(images),
        _ => None,
    });
    let there = shares.iter().flat_map(|share| share.images.keys());
    let used: BTreeSet<ImageId> = put.flatten().chain(there).cloned().gather();
    let limit = view.file.limits.shared_resources;
    let mut room = limit.saturating_sub(used.len());
    let mut chosen: Vec<(&Line<'_>, &Release<'_>, ImageId)> = Vec::new();
    // While an image joins or leaves another share, the cloud lets nobody else at it.
    let is_busy = |id: &ImageId| {
        let elsewhere = shares.iter().filter(|other| other.id != share.id);
        let mut links = elsewhere.filter_map(|other| other.images.get(id));
        links.any(|link| matches!(link, Link::Joining | Link::Leaving))
    };
    for (id, (line, release, image)) in wanted.images.iter().filter(|(id, _)| !is_busy(id)) {
        match share.images.get(*id) {
            Some(Link::Failed(Failing::Internal)) => chosen.push((*line, *release, (*id).clone())),
            Some(Link::Failed(why)) => {
                let (image, why) = (image.at.clone(), *why);
                plan.blocks
                    .push(block(line.policy, release, BlockKind::ShelfRefusesImage { image, why }));
            }
            Some(Link::Joined | Link::Joining | Link::Leaving) => {}
            // On another shelf already: moving it takes no more room.
            None if used.contains(*id) => chosen.push((*line, *release, (*id).clone())),
            None if room > 0 => {
                room -= 1;
                chosen.push((*line, *release, (*id).clone()));
            }
            None => {
                let image = image.at.clone();
                plan.blocks
                    .push(block(line.policy, release, BlockKind::NoRoomOnShelf { image, limit }));
            }
        }
    }
    let Some((line, release, _)) = chosen.first() else {
        return false;
    };
    let images = chosen.iter().take(PER_REQUEST).map(|(_, _, id)| id.clone()).collect();
    let shelf = shelf_ref(share);
    let action = Action::PutOnShelf { shelf, images };
    plan.actions
        .push(planned(line.policy, release, action, Reason::OnShelf));
    true
}

fn of_policy(policy: &PolicyName, kind: BlockKind) -> Block {
    Block {
        kind,
        policy: Some(policy.clone()),
        release: None,
        source: None,
    }
}

/// The shelf, for an action.
pub(crate) fn shelf_ref(share: &Share) -> ShelfRef {
    ShelfRef {
        region: share.region.clone(),
        share: share.id.clone(),
        name: share.name.clone(),
    }
}

/// The shelves of ours that an image stands on.
pub(crate) fn shelves_of<'s>(view: &'s View<'_>, image: &'s ImageRef) -> impl Iterator<Item = &'s Share> {
    let shares = view.seen.shares_in(&image.region).unwrap_or_default();
    our_shelves(shares).filter(|share| share.images.get(&image.image) == Some(&Link::Joined))
}
