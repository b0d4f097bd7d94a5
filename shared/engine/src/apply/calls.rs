//! An action as calls to the cloud. Not here: what is written down afterwards.

use goldcast_cloud::ecs::{
    CancelCopyImage, CopyImage, DeleteImage, DeleteSnapshot, ModifyImageAttribute, ModifyImageSharePermission,
    TagResources, UntagResources,
};
use goldcast_cloud::ram::UpdateRole;
use goldcast_cloud::sharing::{
    AssociateResourceShare, CreateResourceShare, DeleteResourceShare, DisassociateResourceShare,
};
use goldcast_cloud::{CallError, Deadline, Tag, Transport};
use goldcast_domain::{AccountId, ImageId, ImageRef, RegionId, ShareId, SnapshotId, TargetId, ledger};
use goldcast_planner::{Action, RETIRED_TAG, SHELF_TAG, ShelfRef};

use super::{ACCOUNT_REFUSED, Outcome, is_any, judge};
use crate::run::Engine;

impl<T: Transport> Engine<T> {
    /// Carries out one action.
    pub(super) async fn carry_out(&self, action: &Action, deadline: Deadline) -> Outcome {
        let done = match action {
            Action::Copy { .. } => return self.copy(action, deadline).await,
            Action::Grant { image, accounts } => return self.grant(image, accounts, deadline).await,
            Action::Revoke { image, accounts } => self.share(image, &[], accounts, deadline).await,
            Action::SetFamily { image, family } | Action::Park { image, family } => {
                let image_family = Some(family.to_string());
                self.modify(image, image_family, None, deadline).await
            }
            Action::Restore { image } => self.modify(image, None, Some("Available"), deadline).await,
            Action::Deprecate { image } => self.modify(image, None, Some("Deprecated"), deadline).await,
            Action::CancelCopy { copy } => self.cancel_copy(copy, deadline).await,
            Action::DeleteFailedCopy { copy: image } | Action::DeleteImage { image } => {
                let operation = DeleteImage {
                    region_id: image.region.to_string(),
                    image_id: image.image.to_string(),
                };
                self.client.send(&operation, deadline).await.map(drop)
            }
            Action::RecordAttempts { source, value } => self.tag(source, ledger::ATTEMPTS, value, deadline).await,
            Action::RecordLeaving { image, value } => self.tag(image, ledger::STATE, value, deadline).await,
            Action::ForgetLeaving { image } => self.untag(image, ledger::STATE, deadline).await,
            Action::Retag { image, tags } => {
                let ids = vec![image.image.to_string()];
                let tags = tags.iter().map(|(key, value)| tag(key, value)).collect();
                self.tag_all(&image.region, "image", ids, tags, deadline).await
            }
            Action::TagSnapshots {
                region,
                snapshots,
                release,
            } => {
                let ids = snapshots.iter().map(ToString::to_string).collect();
                let tags = vec![tag(RETIRED_TAG, ledger::value(release))];
                self.tag_all(region, "snapshot", ids, tags, deadline).await
            }
            Action::DeleteSnapshot { region, snapshot } => self.delete_snapshot(region, snapshot, deadline).await,
            Action::RewriteTrust { role, document, .. } => {
                let operation = UpdateRole {
                    role_name: role.clone(),
                    new_assume_role_policy_document: document.clone(),
                };
                self.client.send(&operation, deadline).await.map(drop)
            }
            Action::CreateShelf { region, name, targets } => self.create_shelf(region, name, targets, deadline).await,
            Action::AddTargets { shelf, targets } => self.associate(shelf, &[], targets, deadline).await,
            Action::PutOnShelf { shelf, images } => self.associate(shelf, images, &[], deadline).await,
            Action::DropTargets { shelf, targets } => self.dissociate(shelf, &[], targets, deadline).await,
            Action::TakeOffShelf { shelf, images } => self.dissociate(shelf, images, &[], deadline).await,
            Action::DeleteShelf { shelf } => self.delete_shelf(&shelf.region, &shelf.share, deadline).await,
        };
        done.map_or_else(judge, |()| Outcome::Done)
    }

    async fn copy(&self, action: &Action, deadline: Deadline) -> Outcome {
        let Action::Copy {
            from,
            to,
            name,
            tags,
            key,
            resource_group,
            description,
            client_token,
        } = action
        else {
            return Outcome::Outdated;
        };
        let copy = CopyImage {
            region_id: from.region.to_string(),
            image_id: from.image.to_string(),
            destination_region_id: to.to_string(),
            destination_image_name: name.clone(),
            destination_description: description.clone(),
            // Never left to the backend to decide.
            encrypted: key.is_some(),
            kms_key_id: key.as_ref().map(ToString::to_string),
            resource_group_id: resource_group.clone(),
            tags: tags.iter().map(|(key, value)| tag(key, value)).collect(),
            client_token: Some(client_token.clone()),
        };
        let answer = self.client.send(&copy, deadline).await;
        match answer.map(|answer| answer.image_id.parse()) {
            Ok(Ok(id)) => Outcome::Copying(id),
            // An answer without an image id: the next look shows what came of it.
            Ok(Err(_)) => Outcome::Outdated,
            Err(error) => judge(error),
        }
    }

    /// Shares with ten accounts at most; whom the cloud does not take never costs the others their image.
    async fn grant(&self, image: &ImageRef, accounts: &[AccountId], deadline: Deadline) -> Outcome {
        let mut left = accounts.to_vec();
        let mut refused = Vec::new();
        while !left.is_empty() {
            let error = match self.share(image, &left, &[], deadline).await {
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
                        match self.share(image, std::slice::from_ref(&account), &[], deadline).await {
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

    async fn share(
        &self,
        image: &ImageRef,
        add: &[AccountId],
        remove: &[AccountId],
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let operation = ModifyImageSharePermission {
            region_id: image.region.to_string(),
            image_id: image.image.to_string(),
            add_accounts: texts(add),
            remove_accounts: texts(remove),
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    async fn modify(
        &self,
        image: &ImageRef,
        image_family: Option<String>,
        status: Option<&str>,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let operation = ModifyImageAttribute {
            region_id: image.region.to_string(),
            image_id: image.image.to_string(),
            image_family,
            status: status.map(str::to_owned),
            ..ModifyImageAttribute::default()
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    async fn cancel_copy(&self, copy: &ImageRef, deadline: Deadline) -> Result<(), CallError> {
        let operation = CancelCopyImage {
            region_id: copy.region.to_string(),
            image_id: copy.image.to_string(),
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    async fn delete_snapshot(
        &self,
        region: &RegionId,
        snapshot: &SnapshotId,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let operation = DeleteSnapshot {
            region_id: region.to_string(),
            snapshot_id: snapshot.to_string(),
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    async fn create_shelf(
        &self,
        region: &RegionId,
        name: &str,
        targets: &[TargetId],
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let operation = CreateResourceShare {
            region_id: region.to_string(),
            resource_share_name: name.to_owned(),
            image_ids: Vec::new(),
            targets: texts(targets),
            tags: vec![tag(SHELF_TAG, name)],
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    async fn associate(
        &self,
        to: &ShelfRef,
        images: &[ImageId],
        who: &[TargetId],
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let operation = AssociateResourceShare {
            region_id: to.region.to_string(),
            resource_share_id: to.share.to_string(),
            image_ids: texts(images),
            targets: texts(who),
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    async fn dissociate(
        &self,
        to: &ShelfRef,
        images: &[ImageId],
        who: &[TargetId],
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let operation = DisassociateResourceShare {
            region_id: to.region.to_string(),
            resource_share_id: to.share.to_string(),
            image_ids: texts(images),
            targets: texts(who),
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    async fn delete_shelf(&self, region: &RegionId, share: &ShareId, deadline: Deadline) -> Result<(), CallError> {
        let operation = DeleteResourceShare {
            region_id: region.to_string(),
            resource_share_id: share.to_string(),
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    /// Sets one tag of one image.
    pub(crate) async fn tag(&self, at: &ImageRef, key: &str, value: &str, deadline: Deadline) -> Result<(), CallError> {
        let (ids, tags) = (vec![at.image.to_string()], vec![tag(key, value)]);
        self.tag_all(&at.region, "image", ids, tags, deadline).await
    }

    /// Removes one tag of one image.
    pub(crate) async fn untag(&self, at: &ImageRef, key: &str, deadline: Deadline) -> Result<(), CallError> {
        let operation = UntagResources {
            region_id: at.region.to_string(),
            resource_type: "image",
            resource_ids: vec![at.image.to_string()],
            tag_keys: vec![key.to_owned()],
        };
        self.client.send(&operation, deadline).await.map(drop)
    }

    async fn tag_all(
        &self,
        region: &RegionId,
        resource_type: &'static str,
        resource_ids: Vec<String>,
        tags: Vec<Tag>,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let operation = TagResources {
            region_id: region.to_string(),
            resource_type,
            resource_ids,
            tags,
        };
        self.client.send(&operation, deadline).await.map(drop)
    }
}

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn texts<I: ToString>(ids: &[I]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
