//! Committing: when a release is staged, its images go into the family; in every region at once, unless the policy asks for
//! less.
//!
//! Of two staged releases the newer is committed. A commit that got only half-way goes on. Not here: what the family
//! resolves to.

use goldcast_domain::policy::{CommitWhen, DriftRule, FamilyAtBuild};
use goldcast_domain::{Image, Policy, RegionId};

use super::View;
use super::course::has_waited_enough;
use super::encryption::{forbids_sharing, key_forbids_sharing};
use super::family::{is_parked, park, rival};
use super::view::{block, is_in_family, planned, wait};
use crate::catalogue::{Line, Release};
use crate::{Action, BlockKind, Plan, Reason, WaitKind};

/// What of a release may be committed now.
struct Due<'a> {
    regions: Vec<&'a RegionId>,
    reason: Reason,
}

/// Plans the commit.
pub(crate) fn commit<'a>(view: &View<'a>, line: &Line<'a>, plan: &mut Plan) {
    if !view.moves_images() || !view.covers_line(line) {
        return;
    }
    for release in view.candidates(line).rev() {
        let (staged, missing): (Vec<_>, Vec<_>) = view
            .required(line.policy, release)
            .partition(|region| is_staged(view, line.policy, release, region));
        let begun = has_begun(view, line.policy, release);
        if let Some(due) = due(view, line.policy, release, (&staged, &missing), begun) {
            put_into_family(view, line, release, &due, plan);
            if begun || line.policy.commit.when == CommitWhen::AllRegions {
                say_left_out(view, line, release, &missing, plan);
            }
            return;
        }
        hold(view, line, release, plan);
        if !staged.is_empty() {
            let missing = missing.into_iter().cloned().collect();
            let kind = WaitKind::OtherRegions { missing };
            plan.waits.push(wait(line.policy, release, kind));
        }
    }
}

/// Whether the release is in place and shared here, read back; where shared images cannot move, sharing comes after.
pub(crate) fn is_staged<'a>(view: &View<'a>, policy: &'a Policy, release: &Release<'a>, region: &RegionId) -> bool {
    let shares_after = !view.file.limits.families_move_while_shared;
    let is_complete = view.roll(policy).is_some_and(|roll| roll.is_complete);
    view.image_in(policy, release, region).is_some_and(|image| {
        let is_whole = view.sharing(image).is_some_and(super::share::Sharing::is_whole);
        let forbidden = forbids_sharing(view, image).or_else(|| key_forbids_sharing(view, image));
        let is_shared = shares_after || (is_complete && is_whole);
        image.is_ready() && !image.is_public && is_shared && forbidden.is_none()
    })
}

/// Whether some of it is committed already: a copy is in the family. A builder may have put the source there itself.
fn has_begun<'a>(view: &View<'a>, policy: &'a Policy, release: &Release<'a>) -> bool {
    view.launched(policy, release)
        .any(|image| is_in_family(policy, image) && release.source.is_none_or(|source| source.at != image.at))
}

fn due<'a>(
    view: &View<'a>,
    policy: &'a Policy,
    release: &Release<'a>,
    (staged, missing): (&[&'a RegionId], &[&'a RegionId]),
    begun: bool,
) -> Option<Due<'a>> {
    let sees_home = view.seen.images_in(view.home()).is_some();
    let sees_all = view.unread(policy).next().is_none();
    let (enough, reason) = match policy.commit.when {
        CommitWhen::AllRegions if view.file.limits.families_move_while_shared => {
            (missing.is_empty() && sees_all, Reason::StagedEverywhere)
        }
        CommitWhen::AllRegions => (missing.is_empty() && sees_all, Reason::InPlaceEverywhere),
        CommitWhen::Quorum(quorum) => (staged.len() >= quorum && sees_home, Reason::StagedEnough),
        CommitWhen::PerRegion => (sees_home, Reason::StagedEnough),
    };
    let late = sees_home && has_waited_enough(view, policy, release);
    let regions = staged.to_vec();
    let reason = if enough { reason } else { Reason::StagedEnough };
    (!staged.is_empty() && (enough || late || begun)).then_some(Due { regions, reason })
}

fn say_left_out<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, missing: &[&RegionId], plan: &mut Plan) {
    if missing.is_empty() {
        return;
    }
    let regions: Vec<RegionId> = missing.iter().copied().cloned().collect();
    if has_waited_enough(view, line.policy, release) {
        let kind = BlockKind::RegionsLeftOut { regions };
        plan.blocks.push(block(line.policy, release, kind));
    } else {
        let kind = WaitKind::OtherRegions { missing: regions };
        plan.waits.push(wait(line.policy, release, kind));
    }
}

fn put_into_family<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, due: &Due<'a>, plan: &mut Plan) {
    let images: Vec<&Image> = due
        .regions
        .iter()
        .filter_map(|region| view.image_in(line.policy, release, region))
        .collect();
    let rivals: Vec<_> = images
        .iter()
        .filter_map(|image| rival(view, line, release, image))
        .collect();
    if !rivals.is_empty() {
        plan.blocks
            .extend(rivals.into_iter().map(|kind| block(line.policy, release, kind)));
        return;
    }
    for image in images.into_iter().filter(|image| !is_in_family(line.policy, image)) {
        if line.policy.drift == DriftRule::Report && was_moved_by_hand(image) {
            continue;
        }
        let (image, family) = (image.at.clone(), line.policy.family.clone());
        let action = Action::SetFamily { image, family };
        // A recall may need it first.
        if plan.actions.iter().all(|planned| planned.action != action) {
            plan.actions
                .push(planned(line.policy, release, action, due.reason.clone()));
        }
    }
}

/// Whether someone put a copy of ours into a family of their own: we put copies only into the family or aside.
pub(super) fn was_moved_by_hand(image: &Image) -> bool {
    image.is_copied && image.family.as_ref().is_some_and(|family| !is_parked(family))
}

/// A builder that put its image into the family itself is too early where the policy holds it.
fn hold<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, plan: &mut Plan) {
    let early = release.source.filter(|source| is_in_family(line.policy, source));
    let begun = has_begun(view, line.policy, release);
    if let Some(source) = early.filter(|_| line.policy.family_at_build == FamilyAtBuild::Hold && !begun) {
        park(view, line, release, source, Reason::HeldUntilCommit, plan);
    }
}
