//! Copying: a candidate gets a copy in every region of its policy, five at a time in a region; a copy that failed is made
//! again a bounded number of times.
//!
//! `Encrypted` is always sent with a copy, and here it is always false: images that need a key are blocked at entry.

use goldcast_domain::ledger::{self, Attempts};
use goldcast_domain::{Image, RegionId};

use super::View;
use super::view::{block, planned, wait};
use crate::catalogue::{Line, Release};
use crate::{Action, BlockKind, Plan, Reason, WaitKind, client_token};

/// Copies that run at once per account and region; the cloud queues the rest
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/copy-an-image>).
pub const COPIES_PER_REGION: usize = 5;
/// How often a copy is tried before a person is asked: the first time and twice again.
pub const COPY_ATTEMPTS_MAX: u32 = 3;
/// On a copy: which attempt it is. The source says which attempt is due.
const ATTEMPT_TAG: &str = "goldcast:attempt";

/// Plans the copies that are missing.
pub(crate) fn copy(view: &View<'_>, line: &Line<'_>, plan: &mut Plan) {
    if !view.moves_images() || !view.covers_line(line) {
        return;
    }
    for release in view.candidates(line) {
        for region in &line.policy.regions {
            copy_to(view, line, release, region, plan);
        }
    }
}

fn copy_to(view: &View<'_>, line: &Line<'_>, release: &Release<'_>, region: &RegionId, plan: &mut Plan) {
    // An unread region is said once, at entry; nothing is done where we cannot see.
    let Some(images) = view.seen.images_in(region) else {
        return;
    };
    if let Some(copy) = release.copies.get(region) {
        let image = copy.at.clone();
        if copy.is_being_made() {
            let kind = WaitKind::CopyBeingMade {
                image,
                progress_percent: copy.progress_percent,
            };
            plan.waits.push(wait(line.policy, release, kind));
        } else if !copy.usable {
            plan.waits
                .push(wait(line.policy, release, WaitKind::NotUsableYet { image }));
        }
        return;
    }
    if release.failed.contains_key(region) {
        return;
    }
    let name = release.copy_name();
    if let Some(taken) = images.iter().find(|image| image.name == name) {
        let kind = BlockKind::NameTaken {
            image: taken.at.clone(),
            name,
        };
        plan.blocks.push(block(line.policy, release, kind));
        return;
    }
    let Some(origin) = origin(release) else { return };
    if !origin.is_ready() {
        plan.waits.push(wait(
            line.policy,
            release,
            WaitKind::NotUsableYet {
                image: origin.at.clone(),
            },
        ));
        return;
    }
    if slots_taken(images, region, plan) >= COPIES_PER_REGION {
        plan.waits.push(wait(
            line.policy,
            release,
            WaitKind::SlotsTaken { region: region.clone() },
        ));
        return;
    }
    let attempt = attempts(release).of(region);
    let action = Action::Copy {
        from: origin.at.clone(),
        to: region.clone(),
        tags: vec![
            (ledger::SOURCE.to_owned(), release.source_id.to_string()),
            (
                ledger::RELEASE.to_owned(),
                release.name.chars().take(ledger::TAG_VALUE_CHARS_MAX).collect(),
            ),
            (ledger::POLICY.to_owned(), line.policy.name.to_string()),
            (ATTEMPT_TAG.to_owned(), attempt.to_string()),
        ],
        client_token: client_token(&release.source_id, &origin.at.region, region, &name, attempt),
        name,
    };
    let reason = if attempt > 1 {
        Reason::CopyFailed { attempt }
    } else {
        Reason::NoCopyInRegion
    };
    plan.actions.push(planned(line.policy, release, action, reason));
}

/// Plans what a failed copy needs before it can be made again.
///
/// The attempt is written to the source before the dead copy goes, because the same token would return it; a run that
/// dies in between finds the higher number and goes on with the deletion.
pub(crate) fn retry_failed_copies(view: &View<'_>, line: &Line<'_>, plan: &mut Plan) {
    if !view.moves_images() || !view.covers_line(line) {
        return;
    }
    for release in view.candidates(line) {
        let due = attempts(release);
        let mut next = due.clone();
        for (region, failed) in &release.failed {
            if release.copies.contains_key(region) || !line.policy.regions.contains(*region) {
                continue;
            }
            let made: u32 = failed
                .tags
                .get(ATTEMPT_TAG)
                .and_then(|value| value.parse().ok())
                .unwrap_or(1);
            let raised = if made >= COPY_ATTEMPTS_MAX {
                None
            } else {
                next.after_failure_in(region)
            };
            if due.of(region) > made {
                let action = Action::DeleteFailedCopy {
                    copy: failed.at.clone(),
                };
                plan.actions.push(planned(
                    line.policy,
                    release,
                    action,
                    Reason::CopyFailed {
                        attempt: due.of(region),
                    },
                ));
            } else if let (Some(raised), Some(_)) = (raised, release.source) {
                next = raised;
            } else {
                let kind = BlockKind::CopyFailed {
                    image: failed.at.clone(),
                    attempts: made,
                };
                plan.blocks.push(block(line.policy, release, kind));
            }
        }
        if let Some(source) = release.source_ref().filter(|_| next != due) {
            let attempt = release.failed.keys().map(|region| next.of(region)).max().unwrap_or(1);
            let action = Action::RecordAttempts {
                source,
                value: next.to_string(),
            };
            plan.actions
                .push(planned(line.policy, release, action, Reason::CopyFailed { attempt }));
        }
    }
}

/// What to copy from: the source, or, once it is gone, the oldest finished copy.
fn origin<'a>(release: &Release<'a>) -> Option<&'a Image> {
    release.source.or_else(|| {
        release
            .copies
            .values()
            .copied()
            .filter(|copy| copy.is_ready())
            .min_by_key(|copy| (copy.created, &copy.at))
    })
}

fn attempts(release: &Release<'_>) -> Attempts {
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
