//! Applying: carries out one stage of a plan, side by side, and writes down what is true afterwards.
//!
//! What the cloud only accepted is read back: grants, and what a family resolves to. A refusal that time mends is left for the
//! next run; one that names an account is worked around it.

mod calls;
mod effects;

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use goldcast_cloud::{CallError, Class, Transport};
use goldcast_domain::{AccountId, ImageId};
use goldcast_planner::{Action, Planned, Reading};
use tracing::{info, warn};

use crate::observe::CALLS_AT_ONCE;
use crate::report::Failure;
use crate::run::Run;

/// An action is not begun with less time than this left: a call, its read-back, and the answer.
pub(crate) const ACTION_TIME_MIN: Duration = Duration::from_secs(5);
/// Refusals that time mends: the same image is being copied elsewhere, or something else is being done to it or to its shelf.
/// The next tick tries again (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage>,
/// <https://help.aliyun.com/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-errorcodes>).
const BUSY: &[&str] = &[
    "OperationDenied.ImageCopyConflict",
    "OperationDenied.ImageCopying",
    "InvalidOperation.Conflict",
    "ConcurrentExecutionError",
    "AssociateConflict",
    "DisassociateConflict",
    "DeleteResourceShareConflict",
    "ResourceShareStatusMismatchAction",
];
/// Refusals of one account among the ten of a call.
const ACCOUNT_REFUSED: &[&str] = &[
    "InvalidAccount.NotFound",
    "InvalidAccount.Forbbiden",
    "InvalidImageId.BidMismatch",
];
/// The copy's name exists in the destination: answered by looking, not by renaming.
const NAME_EXISTS: &str = "InvalidImageName.Duplicated";
/// What we saw is gone: someone deleted it in the middle, or was faster.
const GONE: &[&str] = &[
    "InvalidImageId.NotFound",
    "EntityNotExists.ResourceShare",
    "DisassociateInvalid",
    // A copy that ended before it could be cancelled.
    "ImageCreatedNotFromCopy",
    "IncorrectImageStatus",
];

/// What came of an action.
enum Outcome {
    /// Done.
    Done,
    /// A copy has begun under this id.
    Copying(ImageId),
    /// Some accounts were refused; the others have what they should.
    Refused(Vec<(AccountId, String)>),
    /// What we saw is not so any more; the region is looked at again.
    Outdated,
    /// Not now.
    Busy(String),
    /// It did not work.
    Failed(CallError),
}

impl<T: Transport> Run<'_, T> {
    /// Carries out actions that may run side by side; says whether anything was done.
    pub(crate) async fn apply(&mut self, actions: Vec<Planned>) -> bool {
        self.tried.extend(actions.iter().map(|planned| planned.action.clone()));
        let (engine, deadline) = (self.engine, self.deadline);
        let outcomes: Vec<(Planned, Outcome)> = stream::iter(actions)
            .map(|planned| async move {
                let outcome = engine.carry_out(&planned.action, deadline).await;
                (planned, outcome)
            })
            .buffered(CALLS_AT_ONCE)
            .collect()
            .await;
        let mut changed = false;
        let mut committed = Vec::new();
        for (planned, outcome) in outcomes {
            changed |= self.write_outcome(&planned, outcome, &mut committed);
        }
        self.read_families_back(committed).await;
        changed
    }

    fn write_outcome(&mut self, planned: &Planned, outcome: Outcome, committed: &mut Vec<Planned>) -> bool {
        let (action, region) = (planned.action.name(), planned.action.region());
        let what = &planned.action;
        match outcome {
            Outcome::Failed(error) => {
                warn!(action, %region, release = planned.release, reason = %error, "{what}: it did not work");
                self.report.fail(&error, Failure::of_action(&error, planned));
                return false;
            }
            Outcome::Busy(why) => {
                info!(action, %region, release = planned.release, reason = why, "{what}: not now");
                return false;
            }
            Outcome::Outdated => {
                info!(action, %region, release = planned.release, "{what}: things have changed, looking again");
                self.forget(&planned.action);
                return true;
            }
            Outcome::Refused(accounts) => {
                for (account, why) in accounts {
                    warn!(action, %region, %account, reason = why, "the cloud refused the account");
                    self.seen.refused.insert(account, why);
                }
            }
            Outcome::Copying(copy) => self.write_copy(&planned.action, copy),
            Outcome::Done => {}
        }
        info!(action, %region, release = planned.release, reason = %planned.reason, "{what}");
        *self.report.done.entry(action).or_default() += 1;
        self.write_effect(planned, committed);
        true
    }

    /// A commit is believed when the family resolves to the image.
    async fn read_families_back(&mut self, committed: Vec<Planned>) {
        let (engine, deadline) = (self.engine, self.deadline);
        let answers: Vec<_> = stream::iter(committed)
            .filter_map(|planned| async move {
                let Action::SetFamily { image, family } = &planned.action else {
                    return None;
                };
                let resolved = engine.resolve(&image.region, family, deadline).await;
                Some((planned.source.clone(), image.region.clone(), family.clone(), resolved))
            })
            .collect()
            .await;
        for (source, region, family, resolved) in answers {
            let reading = match resolved {
                Ok(image) => Reading::Known(image),
                Err(error) => {
                    self.report.fail(
                        &error,
                        Failure::of_call(&error, format!("reading {family} in {region}")),
                    );
                    Reading::Unknown(error.to_string())
                }
            };
            self.seen.resolved.insert((region, family), reading);
            self.report.committed.extend(source);
        }
    }
}

/// What an error means for the action that met it.
fn judge(error: CallError) -> Outcome {
    if is_any(&error, BUSY) {
        Outcome::Busy(error.to_string())
    } else if error.is_code(NAME_EXISTS) || is_any(&error, GONE) {
        Outcome::Outdated
    } else if error.class() == Class::AlreadySo {
        Outcome::Done
    } else {
        Outcome::Failed(error)
    }
}

fn is_any(error: &CallError, codes: &[&str]) -> bool {
    codes.iter().any(|code| error.is_code(code))
}
