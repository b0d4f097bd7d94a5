//! What the family resolves to: in every region, the committed release, and nothing of somebody else's.
//!
//! The family resolves to the youngest available image in it, per region
//! (<https://www.alibabacloud.com/help/en/ecs/user-guide/overview-37>), and can be changed but not cleared: what must not be
//! launched is parked in a family of ours that nobody launches by.

use goldcast_domain::{FamilyName, Image, ImageRef, ImageStatus, RegionId};

use super::View;
use super::view::{block, is_in_family, planned, wait};
use crate::catalogue::{Line, Release};
use crate::{Action, BlockKind, Plan, Reading, Reason, WaitKind};

/// What our parking families begin with; a number follows.
const PARKED: &str = "goldcast-parked-";
/// Images of one family
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/overview-37>).
const IMAGES_PER_FAMILY: usize = 100;

/// Whether this is one of our parking families.
pub(crate) fn is_parked(family: &FamilyName) -> bool {
    family.as_str().starts_with(PARKED)
}

/// Plans to move an image to where nobody launches it.
pub(super) fn park(
    view: &View<'_>,
    line: &Line<'_>,
    release: &Release<'_>,
    image: &Image,
    why: Reason,
    plan: &mut Plan,
) {
    let Some(family) = parking_place(view, &image.at.region, plan) else {
        return;
    };
    let image = image.at.clone();
    let action = Action::Park { image, family };
    plan.actions.push(planned(line.policy, release, action, why));
}

/// The first parking family of a region that has room.
fn parking_place(view: &View<'_>, region: &RegionId, plan: &Plan) -> Option<FamilyName> {
    let images = view.seen.images_in(region)?;
    (1..=IMAGES_PER_FAMILY).find_map(|number| {
        let family: FamilyName = format!("{PARKED}{number}").parse().ok()?;
        let parked = images
            .iter()
            .filter(|image| image.family.as_ref() == Some(&family))
            .count();
        let planned = plan.actions.iter().filter(|planned| match &planned.action {
            Action::Park { image, family: to } => image.region == *region && *to == family,
            _ => false,
        });
        (parked + planned.count() < IMAGES_PER_FAMILY).then_some(family)
    })
}

/// Plans what keeps the family of the current release resolving to it, and says where it does not.
pub(crate) fn family<'a>(view: &View<'a>, line: &Line<'a>, plan: &mut Plan) {
    if !view.moves_images() || !view.covers_line(line) {
        return;
    }
    let Some(current) = view.current(line) else { return };
    for image in view
        .launched(line.policy, current)
        .filter(|image| is_in_family(line.policy, image))
    {
        park_older(view, line, current, image, plan);
        check_resolution(view, line, current, image, plan);
    }
}

/// An older release whose image is younger here (made again, backfilled), or as young, could win: it is parked.
fn park_older<'a>(view: &View<'a>, line: &Line<'a>, current: &Release<'a>, image: &Image, plan: &mut Plan) {
    for older in line.releases.iter().filter(|other| other.order() < current.order()) {
        let wins = |other: &&Image| {
            other.at.region == image.at.region && is_in_family(line.policy, other) && other.created >= image.created
        };
        for rival in older.everything().filter(wins) {
            park(view, line, older, rival, Reason::WouldWin, plan);
        }
    }
}

fn check_resolution<'a>(view: &View<'a>, line: &Line<'a>, current: &Release<'a>, image: &Image, plan: &mut Plan) {
    if let Some(kind) = rival(view, line, current, image) {
        plan.blocks.push(block(line.policy, current, kind));
        return;
    }
    let asked = view
        .seen
        .resolved
        .get(&(image.at.region.clone(), line.policy.family.clone()));
    let visible = match asked {
        Some(Reading::Known(resolved)) => resolved.as_ref() == Some(&image.at.image),
        Some(Reading::Unknown(_)) => false,
        None => true,
    };
    if !visible {
        let image = image.at.clone();
        plan.waits
            .push(wait(line.policy, current, WaitKind::FamilyNotVisible { image }));
    }
}

/// A younger image in the family that is no release of ours: the family resolves to it.
pub(crate) fn rival(view: &View<'_>, line: &Line<'_>, release: &Release<'_>, image: &Image) -> Option<BlockKind> {
    let family = &line.policy.family;
    let rival = view
        .seen
        .images_in(&image.at.region)?
        .iter()
        .filter(|other| other.family.as_ref() == Some(family) && other.status == ImageStatus::Available)
        .filter(|other| other.at != image.at && other.created > image.created)
        .filter(|other| !is_ours(line, release, &other.at))
        .max_by_key(|other| (other.created, &other.at))?;
    let (rival, image, family) = (rival.at.clone(), image.at.clone(), family.clone());
    Some(BlockKind::RivalInFamily { rival, image, family })
}

/// Whether this is an image of another release of the line: a newer one is to win, an older one is parked.
fn is_ours(line: &Line<'_>, release: &Release<'_>, at: &ImageRef) -> bool {
    let others = line
        .releases
        .iter()
        .filter(|other| other.source_id != release.source_id);
    others.flat_map(Release::everything).any(|image| image.at == *at)
}
