//! Committing: when a release is staged in every region, its images go into the family in all of them.
//!
//! The family resolves to the youngest available image in it, per region
//! (<https://www.alibabacloud.com/help/en/ecs/user-guide/overview-37>), and it never moves back: of two staged releases the
//! newer is committed, and an image that would win against it is a block.

use goldcast_domain::{Image, ImageRef, ImageStatus, Policy, RegionId};

use super::View;
use super::share::is_shared;
use super::view::{block, planned, wait};
use crate::catalogue::{Line, Release};
use crate::{Action, BlockKind, Plan, Reading, Reason, WaitKind};

/// Plans the commit, and checks what the family of a committed release resolves to.
pub(crate) fn commit(view: &View<'_>, line: &Line<'_>, plan: &mut Plan) {
    if !view.moves_images() || !view.covers_line(line) {
        return;
    }
    let unread = view.unread(line.policy);
    for release in view.candidates(line).rev() {
        let missing: Vec<&RegionId> = view
            .required(line.policy, release)
            .filter(|region| !is_staged(view, line.policy, release, region))
            .collect();
        if missing.is_empty() && unread.is_empty() {
            put_into_family(view, line, release, plan);
            return;
        }
        if missing.len() < view.required(line.policy, release).count() {
            let missing = missing.into_iter().cloned().collect();
            plan.waits
                .push(wait(line.policy, release, WaitKind::OtherRegions { missing }));
        }
    }
    if let Some(current) = view.current(line) {
        check_resolution(view, line, current, plan);
    }
}

/// Whether the release is in place and shared here, read back.
fn is_staged(view: &View<'_>, policy: &Policy, release: &Release<'_>, region: &RegionId) -> bool {
    release
        .image_in(region)
        .is_some_and(|image| image.is_ready() && is_shared(view, policy, image))
}

fn put_into_family(view: &View<'_>, line: &Line<'_>, release: &Release<'_>, plan: &mut Plan) {
    let images: Vec<&Image> = view
        .required(line.policy, release)
        .filter_map(|region| release.image_in(region))
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
    for image in images
        .into_iter()
        .filter(|image| image.family.as_ref() != Some(&line.policy.family))
    {
        let action = Action::SetFamily {
            image: image.at.clone(),
            family: line.policy.family.clone(),
        };
        plan.actions
            .push(planned(line.policy, release, action, Reason::StagedEverywhere));
    }
}

/// A younger image in the family that is not a newer release of ours: the family resolves to it.
pub(crate) fn rival(view: &View<'_>, line: &Line<'_>, release: &Release<'_>, image: &Image) -> Option<BlockKind> {
    let family = &line.policy.family;
    let newer: Vec<&ImageRef> = line
        .releases
        .iter()
        .filter(|other| (other.created, &other.source_id) > (release.created, &release.source_id))
        .flat_map(|other| other.images().map(|image| &image.at))
        .collect();
    let rival = view
        .seen
        .images_in(&image.at.region)?
        .iter()
        .filter(|other| other.family.as_ref() == Some(family) && other.status == ImageStatus::Available)
        .filter(|other| other.at != image.at && other.created > image.created && !newer.contains(&&other.at))
        .max_by_key(|other| (other.created, &other.at))?;
    let (rival, image, family) = (rival.at.clone(), image.at.clone(), family.clone());
    Some(BlockKind::RivalInFamily { rival, image, family })
}

fn check_resolution(view: &View<'_>, line: &Line<'_>, current: &Release<'_>, plan: &mut Plan) {
    for region in view.required(line.policy, current) {
        let Some(image) = current.image_in(region) else {
            continue;
        };
        if let Some(kind) = rival(view, line, current, image) {
            plan.blocks.push(block(line.policy, current, kind));
            continue;
        }
        let asked = view.seen.resolved.get(&(region.clone(), line.policy.family.clone()));
        let visible = match asked {
            Some(Reading::Known(resolved)) => resolved.as_ref() == Some(&image.at.image),
            Some(Reading::Unknown(_)) => false,
            None => true,
        };
        if !visible {
            plan.waits.push(wait(
                line.policy,
                current,
                WaitKind::FamilyNotVisible {
                    image: image.at.clone(),
                },
            ));
        }
    }
}
