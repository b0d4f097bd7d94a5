//! Drift: what someone changed by hand on images that are released. It is put right or only reported, as the policy says;
//! what only its builder can put right is always reported.

use goldcast_domain::policy::DriftRule;
use goldcast_domain::{Image, ImageStatus};

use super::View;
use super::commit::was_moved_by_hand;
use super::copy::ledger_tags;
use super::view::{block, is_open, planned};
use crate::catalogue::{Line, Release, leaving, missing_tags};
use crate::{Action, BlockKind, Drift, Plan, Reason};

/// Plans repairs, and says what is not repaired.
pub(crate) fn drift<'a>(view: &View<'a>, line: &Line<'a>, plan: &mut Plan) {
    let Some(course) = view.course(line).filter(|_| view.sees_everything()) else {
        return;
    };
    let current = view.current(line).map(|current| &current.source_id);
    for release in line.releases.iter().filter(|release| course.lives(release)) {
        let is_current = current == Some(&release.source_id);
        if is_open(line.policy, release) && release.leaving().is_none() {
            images(line, release, plan);
        }
        if is_current || view.is_candidate(line, release) {
            source(line, release, plan);
        }
        ledger(view, line, release, plan);
    }
}

/// What only its builder can put right, said for the release that people launch or are about to.
fn source(line: &Line<'_>, release: &Release<'_>, plan: &mut Plan) {
    let Some(source) = release.source else { return };
    let missing = missing_tags(line.policy, source);
    let selected = line.policy.select.matches(&source.name, &source.tags);
    let found = [
        source.is_public.then_some(Drift::Public),
        (!selected).then_some(Drift::Unselected),
        (!missing.is_empty()).then_some(Drift::GateTags(missing)),
    ];
    for what in found.into_iter().flatten() {
        let image = source.at.clone();
        plan.blocks
            .push(block(line.policy, release, BlockKind::Drift { image, what }));
    }
}

fn images(line: &Line<'_>, release: &Release<'_>, plan: &mut Plan) {
    let repairs = line.policy.drift == DriftRule::Repair;
    // What carries a note of its leaving was deprecated by us.
    let by_hand = |image: &&Image| image.status == ImageStatus::Deprecated && leaving(image).is_none();
    for image in release.everything().filter(by_hand) {
        let image = image.at.clone();
        if repairs {
            let action = Action::Restore { image };
            plan.actions
                .push(planned(line.policy, release, action, Reason::HandMade));
        } else {
            let what = Drift::Deprecated;
            plan.blocks
                .push(block(line.policy, release, BlockKind::Drift { image, what }));
        }
    }
    // Repaired by the commit, which puts every staged image into the family.
    for image in release
        .copies
        .values()
        .filter(|image| !repairs && was_moved_by_hand(image))
    {
        let Some(family) = image.family.clone().filter(|family| *family != line.policy.family) else {
            continue;
        };
        let (image, what) = (image.at.clone(), Drift::Family(family));
        plan.blocks
            .push(block(line.policy, release, BlockKind::Drift { image, what }));
    }
}

fn ledger<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, plan: &mut Plan) {
    // Second copies, and those in regions that the policy left, are on their way out.
    let stays = |image: &&&Image| {
        let region = &image.at.region;
        let first = release.copies.get(region).is_none_or(|first| first.at == image.at);
        first && view.regions(line.policy).any(|other| other == region)
    };
    for image in release.untagged.iter().filter(stays) {
        let at = image.at.clone();
        if line.policy.drift == DriftRule::Repair {
            let (image, tags) = (at, ledger_tags(line, release));
            plan.actions.push(planned(
                line.policy,
                release,
                Action::Retag { image, tags },
                Reason::HandMade,
            ));
        } else {
            let (image, what) = (at, Drift::LedgerTags);
            plan.blocks
                .push(block(line.policy, release, BlockKind::Drift { image, what }));
        }
    }
}
