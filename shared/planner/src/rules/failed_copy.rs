//! Copies that failed are made again a bounded number of times; then a person is asked.

use super::View;
use super::copy::{ATTEMPT_TAG, attempts};
use super::view::{block, planned};
use crate::catalogue::Line;
use crate::{Action, BlockKind, Plan, Reason};

/// How often a copy is tried before a person is asked: the first time and twice again.
pub const COPY_ATTEMPTS_MAX: u32 = 3;

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
