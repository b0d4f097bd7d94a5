//! Copying: a candidate gets a copy in every region of its policy, five at a time in a region, under the key that the policy
//! names there. Not here: copies that failed.

use goldcast_domain::ledger::{self, Attempts};
use goldcast_domain::{Image, KeyId, RegionId};

use super::View;
use super::encryption::{self, Wanted};
use super::view::{block, planned, wait};
use crate::catalogue::{Line, Release, forbids_copying};
use crate::{Action, BlockKind, Plan, Reason, WaitKind, client_token};

/// Copies that run at once per account and region; the cloud queues the rest
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/copy-an-image>).
pub const COPIES_PER_REGION: usize = 5;
/// On a copy: which attempt it is. The source says which attempt is due.
pub(super) const ATTEMPT_TAG: &str = "goldcast:attempt";

/// Plans the copies that are missing.
pub(crate) fn copy<'a>(view: &View<'a>, line: &Line<'a>, plan: &mut Plan) {
    if !view.moves_images() || !view.covers_line(line) {
        return;
    }
    // What comes back from a recall is copied once its note is off: until then a copy would have the token of a dead one.
    for release in view.candidates(line).filter(|release| release.leaving().is_none()) {
        let at_home = view.needs_home_copy(line.policy, release).then_some(view.home());
        for region in at_home.into_iter().chain(&line.policy.regions) {
            copy_to(view, line, release, region, plan);
        }
    }
}

fn copy_to<'a>(view: &View<'a>, line: &Line<'a>, release: &Release<'a>, region: &'a RegionId, plan: &mut Plan) {
    // An unread region is said once, at entry; nothing is done where we cannot see.
    let Some(images) = view.seen.images_in(region) else {
        return;
    };
    if let Some(copy) = release.copies.get(region) {
        let image = copy.at.clone();
        if copy.is_being_made() {
            let progress_percent = copy.progress_percent;
            let kind = WaitKind::CopyBeingMade {
                image,
                progress_percent,
            };
            plan.waits.push(wait(line.policy, release, kind));
        } else if !copy.usable {
            plan.waits
                .push(wait(line.policy, release, WaitKind::NotUsableYet { image }));
        }
        return;
    }
    if release.failed.contains_key(region) || release.withdrawn.contains_key(region) {
        return;
    }
    let key = match encryption::wanted(view, line.policy, release, region) {
        Wanted::Plain => None,
        Wanted::Key(key) => Some(key),
        Wanted::Blocked(kind) => return plan.blocks.push(block(line.policy, release, kind)),
        Wanted::Waits(kind) => return plan.waits.push(wait(line.policy, release, kind)),
    };
    let name = release.copy_name(key);
    if let Some(taken) = images.iter().find(|image| image.name == name) {
        let image = taken.at.clone();
        let kind = BlockKind::NameTaken { image, name };
        return plan.blocks.push(block(line.policy, release, kind));
    }
    let Some(origin) = origin(release) else { return };
    if !origin.is_ready() {
        let image = origin.at.clone();
        let kind = WaitKind::NotUsableYet { image };
        return plan.waits.push(wait(line.policy, release, kind));
    }
    if let Some(kind) = forbids_copying(line.policy, origin) {
        return plan.blocks.push(block(line.policy, release, kind));
    }
    if slots_taken(images, region, plan) >= COPIES_PER_REGION {
        let kind = WaitKind::SlotsTaken { region: region.clone() };
        return plan.waits.push(wait(line.policy, release, kind));
    }
    let attempt = attempts(release).of(region);
    let reason = if attempt > 1 {
        Reason::CopyFailed { attempt }
    } else {
        Reason::NoCopyInRegion
    };
    let action = action(line, release, origin, (region, key), attempt);
    plan.actions.push(planned(line.policy, release, action, reason));
}

fn action(
    line: &Line<'_>,
    release: &Release<'_>,
    from: &Image,
    to: (&RegionId, Option<&KeyId>),
    attempt: u32,
) -> Action {
    let ((region, key), options) = (to, &line.policy.copy);
    let name = release.copy_name(key);
    let mut tags = ledger_tags(line, release);
    tags.push((ATTEMPT_TAG.to_owned(), attempt.to_string()));
    tags.extend(options.tags.iter().map(|(key, value)| (key.clone(), value.clone())));
    let description = options.description.clone();
    let description = description.unwrap_or_else(|| format!("Copied by goldcast from {}", from.at));
    let key_text = key.map_or("", KeyId::as_str);
    let group = options.resource_group.as_deref().unwrap_or_default();
    let (id, origin) = (from.at.image.as_str(), from.at.region.as_str());
    let mut parameters = vec![id, origin, region.as_str(), &name, key_text, group, &description];
    parameters.extend(tags.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]));
    Action::Copy {
        from: from.at.clone(),
        to: region.clone(),
        key: key.cloned(),
        resource_group: options.resource_group.clone(),
        client_token: client_token(&parameters, attempt),
        description,
        name,
        tags,
    }
}

/// A copy's place in the ledger.
pub(super) fn ledger_tags(line: &Line<'_>, release: &Release<'_>) -> Vec<(String, String)> {
    vec![
        (ledger::SOURCE.to_owned(), release.source_id.to_string()),
        (ledger::RELEASE.to_owned(), ledger::value(release.name).to_owned()),
        (ledger::POLICY.to_owned(), line.policy.name.to_string()),
    ]
}

/// What to copy from: the source, or, once it is gone, the oldest finished copy.
fn origin<'a>(release: &Release<'a>) -> Option<&'a Image> {
    release.source.or_else(|| {
        let copies = release.copies.values().copied().filter(|copy| copy.is_ready());
        copies.min_by_key(|copy| (copy.created, &copy.at))
    })
}

/// Which attempt each region is at.
pub(super) fn attempts(release: &Release<'_>) -> Attempts {
    release
        .source
        .and_then(|source| source.tags.get(ledger::ATTEMPTS))
        .map_or_else(Attempts::default, |v| Attempts::parse(v))
}

/// Copies that run in the region, and those that this plan starts there.
fn slots_taken(images: &[Image], region: &RegionId, plan: &Plan) -> usize {
    let running = images
        .iter()
        .filter(|image| image.is_copied && image.is_being_made())
        .count();
    let starting = plan
        .actions
        .iter()
        .filter(|p| matches!(&p.action, Action::Copy { to, .. } if to == region))
        .count();
    running + starting
}
