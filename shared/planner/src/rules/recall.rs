//! Recall: a release is taken back everywhere, now, because a person wrote `goldcast:recall` on one of its images.
//!
//! All regions side by side: the predecessor goes into the family where it is not, then the recalled image is parked. Only
//! then is anything taken away, as far as the policy says. Removing the tag undoes what can be undone.

use goldcast_domain::ledger::{Leaving, LeavingStage};
use goldcast_domain::policy::Then;
use goldcast_domain::{Image, ledger};

use super::View;
use super::copy::attempts;
use super::course::Cause;
use super::family::{is_parked, park};
use super::view::{block, is_in_family, is_open, planned};
use super::withdraw::{Unit, withdraw};
use crate::catalogue::{Line, Release};
use crate::{Action, BlockKind, Plan, Reason};

/// Plans what a recall needs, and what its undoing needs.
pub(crate) fn recall<'a>(view: &View<'a>, line: &Line<'a>, plan: &mut Plan) {
    let Some(course) = view.course(line).filter(|_| view.moves_images()) else {
        return;
    };
    for release in &line.releases {
        match course.leaving.get(&release.source_id) {
            Some(Cause::Recalled(why)) => take_back(view, line, release, why, plan),
            None if course.lives(release) => bring_back(view, line, release, plan),
            Some(Cause::Retired) | None => {}
        }
        if let (Some(source), Some(parent)) = (release.source, course.tainted.get(&release.source_id)) {
            let (image, parent) = (source.at.clone(), parent.clone());
            let kind = BlockKind::ParentRecalled { image, parent };
            plan.blocks.push(block(line.policy, release, kind));
        }
    }
}

fn take_back<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, why: &str, plan: &mut Plan) {
    let policy = line.policy;
    let reason = Reason::Recalled { why: why.to_owned() };
    // A copy that carries the recall itself stays: with it the recall would be gone.
    let asks = |copy: &Image| copy.tags.contains_key(ledger::RECALL);
    for copy in release
        .copies
        .values()
        .filter(|copy| copy.is_being_made() && !asks(copy))
    {
        let action = Action::CancelCopy { copy: copy.at.clone() };
        plan.actions.push(planned(policy, release, action, reason.clone()));
    }
    let open: Vec<&Image> = release
        .everything()
        .filter(|image| is_in_family(policy, image))
        .collect();
    for image in &open {
        succeed(view, line, release, image, plan);
        park(view, line, release, image, reason.clone(), plan);
    }
    say_empty(view, line, release, plan);
    if !open.is_empty() {
        return;
    }
    let Some(speaker) = release.speaker() else { return };
    if release.leaving().is_none() && !speaker.is_being_made() {
        let (stage, since) = (LeavingStage::Recalled, view.now);
        let (image, value) = (speaker.at.clone(), Leaving { stage, since }.to_string());
        let action = Action::RecordLeaving { image, value };
        plan.actions.push(planned(policy, release, action, reason.clone()));
    }
    let depth = policy.recall.then;
    if depth > Then::Park {
        let images: Vec<&Image> = release.everything().filter(|image| !image.is_being_made()).collect();
        withdraw(
            view,
            line,
            release,
            &Unit {
                images,
                speaker,
                depth,
                reason,
            },
            plan,
        );
    }
}

/// The newest release before it that was released, where the family would not find a newer one anyway.
fn succeed<'a>(view: &View<'a>, line: &Line<'a>, recalled: &Release<'a>, image: &Image, plan: &mut Plan) {
    let (policy, region) = (line.policy, &image.at.region);
    let Some(course) = view.course(line) else { return };
    let lives = |other: &&Release<'a>| course.lives(other);
    let here = |other: &Release<'a>| {
        view.image_in(policy, other, region)
            .filter(|image| image.is_ready() && !image.is_public)
    };
    let newer = line
        .releases
        .iter()
        .filter(lives)
        .filter(|other| other.order() > recalled.order());
    if newer.filter_map(here).any(|image| is_in_family(policy, image)) {
        return;
    }
    let older = line
        .releases
        .iter()
        .rev()
        .filter(lives)
        .filter(|other| other.order() < recalled.order());
    let mut released = older.filter(|other| is_open(policy, other) || other.everything().any(is_aside));
    let Some((predecessor, image)) = released.find_map(|other| Some((other, here(other)?))) else {
        return;
    };
    if !is_in_family(policy, image) {
        let (image, family) = (image.at.clone(), policy.family.clone());
        let action = Action::SetFamily { image, family };
        // It may be coming back by itself; what a recall needs goes first.
        plan.actions.retain(|planned| planned.action != action);
        plan.actions
            .push(planned(policy, predecessor, action, Reason::SucceedsRecalled));
    }
}

/// Says where nobody can launch by the family any more.
fn say_empty<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, plan: &mut Plan) {
    let was_released = |image: &&Image| image.is_ready() && (is_in_family(line.policy, image) || is_aside(image));
    for image in release.everything().filter(was_released) {
        let region = &image.at.region;
        let Some(images) = view.seen.images_in(region) else {
            continue;
        };
        let others = images
            .iter()
            .filter(|other| other.at != image.at && is_in_family(line.policy, other));
        let succeeded = plan.actions.iter().any(|planned| match &planned.action {
            Action::SetFamily { image, family } => image.region == *region && *family == line.policy.family,
            _ => false,
        });
        if others.count() == 0 && !succeeded {
            let (region, family) = (region.clone(), line.policy.family.clone());
            let kind = BlockKind::FamilyEmpty { region, family };
            plan.blocks.push(block(line.policy, release, kind));
        }
    }
}

/// What made it leave is gone: it comes back as far as it can.
fn bring_back<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, plan: &mut Plan) {
    let (Some(speaker), Some(_)) = (release.speaker(), release.leaving()) else {
        return;
    };
    // Where the source is gone, the note can be that of a copy in a region that the policy left.
    if !view.regions(line.policy).any(|region| *region == speaker.at.region) {
        return;
    }
    let before = plan.actions.len();
    let mut push = |action| plan.actions.push(planned(line.policy, release, action, Reason::Stays));
    for image in release
        .everything()
        .filter(|image| super::withdraw::is_deprecated(image))
    {
        push(Action::Restore {
            image: image.at.clone(),
        });
    }
    if !view.is_candidate(line, release) {
        for image in view.launched(line.policy, release).filter(|image| is_aside(image)) {
            let current = view.current(line);
            let current = current.and_then(|current| view.image_in(line.policy, current, &image.at.region));
            if current.is_none_or(|current| image.created < current.created) && image.is_ready() {
                let (image, family) = (image.at.clone(), line.policy.family.clone());
                push(Action::SetFamily { image, family });
            }
        }
    }
    let noted = speaker.tags.contains_key(ledger::STATE);
    if noted && plan.actions.len() == before {
        raise_attempts(view, line, release, plan);
        let image = speaker.at.clone();
        plan.actions.push(planned(
            line.policy,
            release,
            Action::ForgetLeaving { image },
            Reason::Stays,
        ));
    }
}

/// Copies that were cancelled are made again under another token: the old one would return what is gone.
fn raise_attempts<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, plan: &mut Plan) {
    let Some(source) = release.source_ref() else { return };
    let due = attempts(release);
    let missing = view
        .regions(line.policy)
        .filter(|region| view.image_in(line.policy, release, region).is_none());
    let next = missing.fold(due.clone(), |next, region| {
        next.after_failure_in(region).unwrap_or(next)
    });
    if next != due {
        let value = next.to_string();
        let action = Action::RecordAttempts { source, value };
        plan.actions.push(planned(line.policy, release, action, Reason::Stays));
    }
}

fn is_aside(image: &Image) -> bool {
    image.family.as_ref().is_some_and(is_parked)
}
