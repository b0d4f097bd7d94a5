//! Applying: carries out one stage of a plan, side by side, and writes down what is true afterwards.
//!
//! What the cloud only accepted is read back: grants, and what a family resolves to. A refusal that time mends is left for the
//! next run; one that names an account is worked around it.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use goldcast_cloud::ecs::{CopyImage, DeleteImage, ModifyImageAttribute, ModifyImageSharePermission, TagResources};
use goldcast_cloud::{CallError, Class, Deadline, Tag, Transport};
use goldcast_domain::{AccountId, Image, ImageId, ImageRef, ImageStatus, Shared, ledger};
use goldcast_planner::{Action, Planned, Reading};
use tracing::{info, warn};

use crate::observe::CALLS_AT_ONCE;
use crate::report::Failure;
use crate::run::{Engine, Run};

/// An action is not begun with less time than this left: a call, its read-back, and the answer.
pub(crate) const ACTION_TIME_MIN: Duration = Duration::from_secs(5);
/// Refusals that time mends: the same image is being copied elsewhere, or something else is being done to it. The next tick
/// tries again (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage>).
const BUSY: &[&str] = &[
    "OperationDenied.ImageCopyConflict",
    "OperationDenied.ImageCopying",
    "InvalidOperation.Conflict",
];
/// Refusals of one account among the ten of a call.
const ACCOUNT_REFUSED: &[&str] = &[
    "InvalidAccount.NotFound",
    "InvalidAccount.Forbbiden",
    "InvalidImageId.BidMismatch",
];
/// The copy's name exists in the destination: answered by looking, not by renaming.
const NAME_EXISTS: &str = "InvalidImageName.Duplicated";
/// The image is gone: someone deleted it in the middle.
const IMAGE_GONE: &str = "InvalidImageId.NotFound";

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
                self.seen.images.remove(region);
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

    /// What is true now, as far as it needs no look.
    fn write_effect(&mut self, planned: &Planned, committed: &mut Vec<Planned>) {
        match &planned.action {
            Action::Grant { image, .. } | Action::Revoke { image, .. } => {
                // Read back: the planner will ask for the grants again.
                self.seen.grants.remove(image);
                if let Some(image) = self.seen.image_mut(image) {
                    image.shared = Shared::Yes;
                }
            }
            Action::SetFamily { image, family } => {
                if let Some(image) = self.seen.image_mut(image) {
                    image.family = Some(family.clone());
                }
                committed.push(planned.clone());
            }
            Action::RecordAttempts { source, value } => {
                if let Some(image) = self.seen.image_mut(source) {
                    image.tags.insert(ledger::ATTEMPTS.to_owned(), value.clone());
                }
            }
            Action::DeleteFailedCopy { copy } => {
                if let Some(Reading::Known(images)) = self.seen.images.get_mut(&copy.region) {
                    images.retain(|image| image.at != *copy);
                }
            }
            Action::Copy { .. } => {}
        }
    }

    /// A copy that has begun is there at once, in the destination, being made.
    fn write_copy(&mut self, action: &Action, id: ImageId) {
        let Action::Copy {
            from, to, name, tags, ..
        } = action
        else {
            return;
        };
        let Some(origin) = self.seen.image_mut(from).map(|image| image.clone()) else {
            return;
        };
        let mut inherited = origin.tags.clone();
        inherited.extend(tags.iter().cloned());
        let copy = Image {
            at: ImageRef {
                region: to.clone(),
                image: id,
            },
            name: name.clone(),
            family: None,
            status: ImageStatus::Creating,
            usable: false,
            is_copied: true,
            shared: Shared::No,
            created: self.engine.now(),
            tags: inherited,
            progress_percent: Some(0),
            ..origin
        };
        if let Some(Reading::Known(images)) = self.seen.images.get_mut(to) {
            images.push(copy);
        }
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

impl<T: Transport> Engine<T> {
    async fn carry_out(&self, action: &Action, deadline: Deadline) -> Outcome {
        let done = match action {
            Action::Copy {
                from,
                to,
                name,
                tags,
                client_token,
            } => {
                let tags = tags
                    .iter()
                    .map(|(key, value)| Tag {
                        key: key.clone(),
                        value: value.clone(),
                    })
                    .collect();
                let copy = CopyImage {
                    region_id: from.region.to_string(),
                    image_id: from.image.to_string(),
                    destination_region_id: to.to_string(),
                    destination_image_name: name.clone(),
                    destination_description: format!("Copied by goldcast from {from}"),
                    // Never left to the backend to decide.
                    encrypted: false,
                    kms_key_id: None,
                    resource_group_id: None,
                    tags,
                    client_token: Some(client_token.clone()),
                };
                match self
                    .client
                    .send(&copy, deadline)
                    .await
                    .map(|answer| answer.image_id.parse())
                {
                    Ok(Ok(id)) => return Outcome::Copying(id),
                    // An answer without an image id: the next look shows what came of it.
                    Ok(Err(_)) => return Outcome::Outdated,
                    Err(error) => Err(error),
                }
            }
            Action::Grant { image, accounts } => return self.grant(image, accounts, deadline).await,
            Action::Revoke { image, accounts } => {
                let operation = ModifyImageSharePermission {
                    region_id: image.region.to_string(),
                    image_id: image.image.to_string(),
                    add_accounts: Vec::new(),
                    remove_accounts: accounts.iter().map(ToString::to_string).collect(),
                };
                self.client.send(&operation, deadline).await.map(drop)
            }
            Action::SetFamily { image, family } => {
                let operation = ModifyImageAttribute {
                    region_id: image.region.to_string(),
                    image_id: image.image.to_string(),
                    image_family: Some(family.to_string()),
                    ..ModifyImageAttribute::default()
                };
                self.client.send(&operation, deadline).await.map(drop)
            }
            Action::RecordAttempts { source, value } => self.tag(source, ledger::ATTEMPTS, value, deadline).await,
            Action::DeleteFailedCopy { copy } => {
                let operation = DeleteImage {
                    region_id: copy.region.to_string(),
                    image_id: copy.image.to_string(),
                };
                self.client.send(&operation, deadline).await.map(drop)
            }
        };
        done.map_or_else(judge, |()| Outcome::Done)
    }

    /// Shares with ten accounts at most; whom the cloud does not take never costs the others their image.
    async fn grant(&self, image: &ImageRef, accounts: &[AccountId], deadline: Deadline) -> Outcome {
        let mut left = accounts.to_vec();
        let mut refused = Vec::new();
        while !left.is_empty() {
            let error = match self.add_accounts(image, &left, deadline).await {
                Ok(()) => break,
                Err(error) if is_any(&error, ACCOUNT_REFUSED) => error,
                Err(error) => return judge(error),
            };
            let why = error.to_string();
            match left.iter().position(|account| why.contains(account.as_str())) {
                Some(named) => refused.push((left.remove(named), why)),
                // The error names nobody: each is asked for alone.
                None if left.len() > 1 => {
                    for account in left.drain(..) {
                        match self.add_accounts(image, std::slice::from_ref(&account), deadline).await {
                            Ok(()) => {}
                            Err(error) if is_any(&error, ACCOUNT_REFUSED) => refused.push((account, error.to_string())),
                            Err(error) => return judge(error),
                        }
                    }
                }
                None => refused.extend(left.pop().map(|account| (account, why))),
            }
        }
        if refused.is_empty() {
            Outcome::Done
        } else {
            Outcome::Refused(refused)
        }
    }

    async fn add_accounts(
        &self,
        image: &ImageRef,
        accounts: &[AccountId],
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let operation = ModifyImageSharePermission {
            region_id: image.region.to_string(),
            image_id: image.image.to_string(),
            add_accounts: accounts.iter().map(ToString::to_string).collect(),
            remove_accounts: Vec::new(),
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    /// Sets one tag of one image.
    pub(crate) async fn tag(&self, at: &ImageRef, key: &str, value: &str, deadline: Deadline) -> Result<(), CallError> {
        let operation = TagResources {
            region_id: at.region.to_string(),
            resource_type: "image",
            resource_ids: vec![at.image.to_string()],
            tags: vec![Tag {
                key: key.to_owned(),
                value: value.to_owned(),
            }],
        };
        self.client.send(&operation, deadline).await.map(drop)
    }
}

/// What an error means for the action that met it.
fn judge(error: CallError) -> Outcome {
    if is_any(&error, BUSY) {
        Outcome::Busy(error.to_string())
    } else if error.is_code(NAME_EXISTS) || error.is_code(IMAGE_GONE) {
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
