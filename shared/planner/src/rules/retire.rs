//! Retiring: releases beyond what the policy keeps, and copies in regions that it left, go out of use: noted, parked, after a
//! window for second thoughts withdrawn. Never the last usable release of a family.

use goldcast_domain::ledger::{Leaving, LeavingStage};
use goldcast_domain::policy::{Period, Then};
use goldcast_domain::{Image, ImageStatus};

use jiff::Timestamp;

use super::View;
use super::course::Cause;
use super::family::park;
use super::view::{is_in_family, planned, wait};
use super::withdraw::{Unit, withdraw};
use crate::catalogue::{Line, Release, leaving};
use crate::{Action, Plan, Reason, WaitKind};

/// Plans the next step of everything that is retired.
pub(crate) fn retire<'a>(view: &View<'a>, line: &Line<'a>, plan: &mut Plan) {
    // What could not be read may be what people launch.
    let sees_all = view.sees_everything() && view.unread(line.policy).next().is_none();
    let Some(course) = view.course(line).filter(|_| sees_all) else {
        return;
    };
    for release in &line.releases {
        if course.leaving.get(&release.source_id) == Some(&Cause::Retired) {
            let Some(speaker) = release.speaker() else { continue };
            let unit = Unit {
                images: release.everything().collect(),
                speaker,
                depth: Then::Delete,
                reason: Reason::Retired,
            };
            retire_unit(view, line, release, unit, plan);
        } else if course.lives(release) {
            retire_strays(view, line, release, plan);
        }
    }
}

/// Copies in regions that the policy left, and second copies in one region; each goes by itself.
fn retire_strays<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, plan: &mut Plan) {
    // Until something newer or as new is released elsewhere, they may be all that people have.
    let is_safe = view.current(line).is_some();
    let dropped = release.everything().filter(|image| {
        let is_source = release.source.is_some_and(|source| source.at == image.at);
        !is_source && !view.regions(line.policy).any(|region| *region == image.at.region)
    });
    let withdrawn = release.withdrawn.values().copied();
    let withdrawn = withdrawn.filter(|image| noted(image).is_some() && release.copies.contains_key(&image.at.region));
    let doubles = release.doubles.iter().copied().chain(withdrawn);
    let strays = dropped
        .map(|image| (image, Reason::RegionDropped))
        .chain(doubles.map(|image| (image, Reason::CopyTwice)));
    for (image, reason) in strays.filter(|_| is_safe) {
        let unit = Unit {
            images: vec![image],
            speaker: image,
            depth: Then::Delete,
            reason,
        };
        retire_unit(view, line, release, unit, plan);
    }
}

fn retire_unit<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, unit: Unit<'a>, plan: &mut Plan) {
    let act = |action| planned(line.policy, release, action, unit.reason.clone());
    let being_made = unit.images.iter().filter(|image| image.is_being_made());
    let cancelled: Vec<_> = being_made
        .map(|image| act(Action::CancelCopy { copy: image.at.clone() }))
        .collect();
    if !cancelled.is_empty() {
        plan.actions.extend(cancelled);
        return;
    }
    if noted(unit.speaker).is_none() {
        let (stage, since) = (LeavingStage::Retiring, view.now);
        let (image, value) = (unit.speaker.at.clone(), Leaving { stage, since }.to_string());
        plan.actions.push(act(Action::RecordLeaving { image, value }));
        return;
    }
    let open: Vec<&Image> = unit
        .images
        .iter()
        .filter(|image| is_in_family(line.policy, image))
        .copied()
        .collect();
    if !open.is_empty() {
        for image in open {
            park(view, line, release, image, unit.reason.clone(), plan);
        }
        return;
    }
    let until = window_ends(view, line, unit.speaker);
    if until > view.now {
        plan.waits
            .push(wait(line.policy, release, WaitKind::UndoWindow { until }));
        return;
    }
    // Whoever runs instances from it may need it again; nothing is taken away under them.
    if let Some(used) = unit
        .images
        .iter()
        .find(|image| image.in_use && image.status == ImageStatus::Available)
    {
        let image = used.at.clone();
        plan.waits.push(wait(line.policy, release, WaitKind::InUse { image }));
        return;
    }
    withdraw(view, line, release, &unit, plan);
}

/// When the window for second thoughts ends: until then nothing is deleted, and nothing retired is taken from anyone.
pub(super) fn window_ends(view: &View<'_>, line: &Line<'_>, speaker: &Image) -> Timestamp {
    let begun = noted(speaker).map_or(view.now, |note| note.since.min(view.now));
    Period::days(u32::from(line.policy.retire.undo_days)).after(begun)
}

/// What an image's note says about its leaving.
pub(super) fn noted(image: &Image) -> Option<Leaving> {
    leaving(image)
}
