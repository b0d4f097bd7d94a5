//! Withdrawing: how images leave, whatever the cause: unshare → deprecate → tag their snapshots → delete → delete snapshots.
//!
//! Images leave as one unit, and each step waits until the one before is visible for all of them. Not here: why they leave,
//! and parking, which comes first.

use goldcast_domain::ledger::{self, Leaving, LeavingStage};
use goldcast_domain::policy::Then;
use goldcast_domain::{AccountId, Image, ImageStatus, Link, Scope, Share, Shared, Snapshot, regions};

use super::View;
use super::share::{ACCOUNTS_PER_CALL, our_shelves, shelf_ref, shelves_of};
use super::view::{planned, wait};
use crate::catalogue::{Line, Release};
use crate::{Action, Plan, Planned, Reading, Reason, WaitKind};

/// On a snapshot: the release whose image it belonged to. Set before the image is deleted, so that it is found afterwards.
pub const RETIRED_TAG: &str = "goldcast:retired";
/// Resources per tagging call
/// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-tagresources>).
const RESOURCES_PER_CALL: usize = 50;

/// Images that leave together.
pub(super) struct Unit<'a> {
    pub(super) images: Vec<&'a Image>,
    /// The image that carries the note; it goes last.
    pub(super) speaker: &'a Image,
    /// How far they go.
    pub(super) depth: Then,
    pub(super) reason: Reason,
}

/// Plans the next step of a unit.
pub(super) fn withdraw<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, unit: &Unit<'a>, plan: &mut Plan) {
    let Some(shared) = unshare(view, line, release, unit, plan) else {
        return;
    };
    if !shared.is_empty() {
        plan.actions.extend(shared);
        return;
    }
    if view.unread(line.policy).next().is_some() {
        return;
    }
    // The note must stand before the first step that looks like somebody else's doing.
    if unit.depth == Then::Unshare || super::retire::noted(unit.speaker).is_none() {
        return;
    }
    if let Some(used) = unit.images.iter().find(|image| image.in_use) {
        let image = used.at.clone();
        plan.waits.push(wait(line.policy, release, WaitKind::InUse { image }));
        return;
    }
    let act = |action| planned(line.policy, release, action, unit.reason.clone());
    // What is public can be neither withdrawn nor deleted.
    let may_go = |image: &Image| line.policy.retire.delete_sources || !is_source(release, image);
    let goes = |image: &&&Image| may_go(image) && !image.is_public;
    let going: Vec<&Image> = unit.images.iter().filter(goes).copied().collect();
    let available = going.iter().filter(|image| image.status == ImageStatus::Available);
    let deprecations: Vec<_> = available
        .map(|image| {
            act(Action::Deprecate {
                image: image.at.clone(),
            })
        })
        .collect();
    if !deprecations.is_empty() || unit.depth == Then::Deprecate {
        plan.actions.extend(deprecations);
        return;
    }
    let until = super::retire::window_ends(view, line, unit.speaker);
    if until > view.now {
        plan.waits
            .push(wait(line.policy, release, WaitKind::UndoWindow { until }));
        return;
    }
    if line.policy.retire.delete_snapshots {
        let Some(tags) = tag_snapshots(view, line, release, (unit, &going), plan) else {
            return;
        };
        if !tags.is_empty() {
            plan.actions.extend(tags);
            return;
        }
    }
    let delete = |image: &&Image| {
        act(Action::DeleteImage {
            image: image.at.clone(),
        })
    };
    // A recall's tag goes with the image that carries it, and without it the release would come back: such images go last,
    // once the speaker says that all is gone.
    let is_speaker = |image: &Image| image.at == unit.speaker.at;
    let stays = |image: &&&Image| is_speaker(image) || image.tags.contains_key(ledger::RECALL);
    let (last, first): (Vec<&Image>, Vec<&Image>) = going.iter().partition(stays);
    let is_noted = super::retire::noted(unit.speaker).is_some_and(|note| note.stage == LeavingStage::Gone);
    let is_speaker_alone = !last.is_empty() && last.iter().all(|image| is_speaker(image));
    if !first.is_empty() {
        plan.actions.extend(first.iter().map(delete));
    } else if is_noted || is_speaker_alone {
        plan.actions.extend(last.iter().map(delete));
    } else {
        let (stage, since) = (LeavingStage::Gone, view.now);
        let (image, value) = (unit.speaker.at.clone(), Leaving { stage, since }.to_string());
        plan.actions.push(act(Action::RecordLeaving { image, value }));
    }
}

/// What takes the images from everyone, or nothing where it is not known who has them.
fn unshare(
    view: &View<'_>,
    line: &Line<'_>,
    release: &Release<'_>,
    unit: &Unit<'_>,
    plan: &mut Plan,
) -> Option<Vec<Planned>> {
    let mut actions = Vec::new();
    for image in unit
        .images
        .iter()
        .filter(|image| image.status == ImageStatus::Available)
    {
        if !shelves_are_known(view, line, release, image, plan) {
            return None;
        }
        for share in shelves_of(view, &image.at) {
            let (shelf, images) = (shelf_ref(share), vec![image.at.image.clone()]);
            let action = Action::TakeOffShelf { shelf, images };
            actions.push(planned(line.policy, release, action, unit.reason.clone()));
        }
        let granted: Vec<AccountId> = match view.seen.grants.get(&image.at) {
            Some(Reading::Known(accounts)) => accounts.iter().cloned().collect(),
            Some(Reading::Unknown(why)) => {
                let (image, why) = (image.at.clone(), why.clone());
                plan.waits
                    .push(wait(line.policy, release, WaitKind::GrantsUnread { image, why }));
                return None;
            }
            None if image.shared == Shared::No => Vec::new(),
            None => return None,
        };
        for accounts in granted.chunks(ACCOUNTS_PER_CALL) {
            let (image, accounts) = (image.at.clone(), accounts.to_vec());
            let action = Action::Revoke { image, accounts };
            actions.push(planned(line.policy, release, action, unit.reason.clone()));
        }
    }
    Some(actions)
}

/// Whether it is known where an image stands, and nothing is on its way there or back.
fn shelves_are_known(view: &View<'_>, line: &Line<'_>, release: &Release<'_>, image: &Image, plan: &mut Plan) -> bool {
    let region = &image.at.region;
    if !may_stand_on_a_shelf(view, image) {
        return true;
    }
    let Some(shares) = view.seen.shares_in(region) else {
        return false;
    };
    let moves = |share: &&Share| matches!(share.images.get(&image.at.image), Some(Link::Joining | Link::Leaving));
    let Some(share) = our_shelves(shares).find(moves) else {
        return true;
    };
    let (region, shelf) = (region.clone(), share.name.clone());
    plan.waits
        .push(wait(line.policy, release, WaitKind::ShelfChanging { region, shelf }));
    false
}

/// Whether there can be shelves at all where an image is: folders and the directory need a role to be read.
pub(crate) fn may_stand_on_a_shelf(view: &View<'_>, image: &Image) -> bool {
    view.file.owner.directory.is_some() && regions::has_resource_sharing(&image.at.region)
}

fn tag_snapshots(
    view: &View<'_>,
    line: &Line<'_>,
    release: &Release<'_>,
    (unit, going): (&Unit<'_>, &[&Image]),
    plan: &mut Plan,
) -> Option<Vec<Planned>> {
    let mut actions = Vec::new();
    for image in going {
        let region = &image.at.region;
        let snapshots = match view.seen.snapshots.get(region) {
            Some(Reading::Known(snapshots)) => snapshots,
            Some(Reading::Unknown(why)) => {
                let (region, why) = (region.clone(), why.clone());
                plan.waits
                    .push(wait(line.policy, release, WaitKind::SnapshotsUnread { region, why }));
                return None;
            }
            None => return None,
        };
        let of_image = |snapshot: &&Snapshot| {
            image
                .disks
                .iter()
                .any(|disk| disk.snapshot.as_ref() == Some(&snapshot.id))
        };
        let untagged = snapshots
            .iter()
            .filter(of_image)
            .filter(|snapshot| !snapshot.tags.contains_key(RETIRED_TAG));
        let ids: Vec<_> = untagged.map(|snapshot| snapshot.id.clone()).collect();
        for ids in ids.chunks(RESOURCES_PER_CALL) {
            let (region, snapshots) = (region.clone(), ids.to_vec());
            let release_name = release.name.to_owned();
            let action = Action::TagSnapshots {
                region,
                snapshots,
                release: release_name,
            };
            actions.push(planned(line.policy, release, action, unit.reason.clone()));
        }
    }
    Some(actions)
}

/// Plans the deletion of snapshots whose images we deleted.
pub(crate) fn snapshots(view: &View<'_>, plan: &mut Plan) {
    let deletes = |line: &&Line<'_>| line.policy.retire.delete_snapshots;
    let Some(line) = view.lines().iter().find(deletes).filter(|_| view.moves_images()) else {
        return;
    };
    for (region, reading) in &view.seen.snapshots {
        let (Some(snapshots), Some(images)) = (reading.known(), view.seen.images_in(region)) else {
            continue;
        };
        for snapshot in snapshots {
            let Some(release) = snapshot.tags.get(RETIRED_TAG) else {
                continue;
            };
            let mut disks = images.iter().flat_map(|image| &image.disks);
            if disks.any(|disk| disk.snapshot.as_ref() == Some(&snapshot.id)) {
                continue;
            }
            let (region, snapshot) = (region.clone(), snapshot.id.clone());
            plan.actions.push(Planned {
                action: Action::DeleteSnapshot { region, snapshot },
                reason: Reason::Retired,
                policy: line.policy.name.clone(),
                release: release.clone(),
                source: None,
            });
        }
    }
}

/// Whether snapshots of this region must be read for what is leaving, or for what a run that looks everywhere may find.
pub(crate) fn needs_snapshots(view: &View<'_>, line: &Line<'_>, release: &Release<'_>) -> bool {
    line.policy.retire.delete_snapshots && (release.leaving().is_some() || view.seen.scope == Scope::Everywhere)
}

fn is_source(release: &Release<'_>, image: &Image) -> bool {
    release.source.is_some_and(|source| source.at == image.at)
}

pub(super) fn is_deprecated(image: &Image) -> bool {
    image.status == ImageStatus::Deprecated
}
