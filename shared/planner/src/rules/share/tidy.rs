//! Tidying: shelves that nobody wants are emptied and deleted, and images leave a shelf once they stand where they belong.

use std::collections::BTreeMap;

use goldcast_domain::{ImageId, Link, PolicyName, RegionId, Share};

use super::looked_after;
use super::shelf::{PER_REQUEST, Wanted, first, is_moving, our_shelves, shelf_ref};
use crate::rules::View;
use crate::{Action, Plan, Planned, Reason};

/// Empties and deletes shelves that nobody wants, and takes images off that belong on another.
pub(super) fn tidy(view: &View<'_>, wanted: &BTreeMap<(&RegionId, &str), Wanted<'_, '_>>, plan: &mut Plan) {
    for (region, reading) in &view.seen.shares {
        let Some(shares) = reading.known() else { continue };
        for share in our_shelves(shares).filter(|share| !is_moving(share)) {
            let winner = wanted
                .get(&(region, share.name.as_str()))
                .and_then(|_| first(shares, &share.name));
            if winner.is_some_and(|winner| winner.id == share.id) {
                take_off(view, shares, share, wanted, Reason::AnotherShelf, plan);
                continue;
            }
            let reason = if first(shares, &share.name).is_some_and(|first| first.id != share.id) {
                Reason::ShelfTwice
            } else {
                Reason::ShelfUnused
            };
            let is_empty = !share.images.values().any(|link| *link == Link::Joined);
            if is_empty {
                let (action, speaker) = (
                    Action::DeleteShelf {
                        shelf: shelf_ref(share),
                    },
                    speaker(view, wanted),
                );
                plan.actions
                    .extend(speaker.map(|policy| of_shelf(policy, share, action, reason)));
            } else {
                take_off(view, shares, share, wanted, reason, plan);
            }
        }
    }
}

/// Takes images off this shelf that stand on the one where they belong.
fn take_off(
    view: &View<'_>,
    shares: &[Share],
    share: &Share,
    wanted: &BTreeMap<(&RegionId, &str), Wanted<'_, '_>>,
    reason: Reason,
    plan: &mut Plan,
) {
    // Where nobody gets it by shelf at all, nothing explains that it stands here.
    let never_by_shelf = |id: &ImageId| {
        let lines = view.lines().iter();
        let mut without = lines.filter(|line| view.roll(line.policy).is_some_and(|roll| roll.standing.is_none()));
        without.any(|line| {
            !view.is_paused(line.policy)
                && looked_after(view, line).any(|(_, image)| image.at.region == share.region && image.at.image == *id)
        })
    };
    let stands_elsewhere = |id: &ImageId| {
        wanted.iter().any(|((region, name), shelf)| {
            **region == share.region
                && shelf.images.contains_key(id)
                && first(shares, name)
                    .is_some_and(|other| other.id != share.id && other.images.get(id) == Some(&Link::Joined))
        })
    };
    let joined = share.images.iter().filter(|(_, link)| **link == Link::Joined);
    let images: Vec<ImageId> = joined
        .map(|(id, _)| id)
        .filter(|id| stands_elsewhere(id) || never_by_shelf(id))
        .cloned()
        .collect();
    for images in images.chunks(PER_REQUEST) {
        let (shelf, images) = (shelf_ref(share), images.to_vec());
        let action = Action::TakeOffShelf { shelf, images };
        let speaker = speaker(view, wanted);
        plan.actions
            .extend(speaker.map(|policy| of_shelf(policy, share, action.clone(), reason.clone())));
    }
}

/// The policy in whose name shelves are tidied.
fn speaker<'v>(view: &'v View<'_>, wanted: &BTreeMap<(&RegionId, &str), Wanted<'_, '_>>) -> Option<&'v PolicyName> {
    let wanting = wanted.values().map(|shelf| &shelf.line.policy.name).next();
    view.lines()
        .iter()
        .map(|line| &line.policy.name)
        .find(|name| wanting.is_none_or(|wanting| wanting == *name))
}

fn of_shelf(policy: &PolicyName, share: &Share, action: Action, reason: Reason) -> Planned {
    Planned {
        action,
        reason,
        policy: policy.clone(),
        release: share.name.clone(),
        source: None,
    }
}
