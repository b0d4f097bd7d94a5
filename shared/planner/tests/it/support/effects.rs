//! What actions do to the world, and what the cloud refuses: a plan that asks for it is wrong, so the model fails.

use std::collections::BTreeMap;

use goldcast_domain::{
    AccountId, FamilyName, Image, ImageId, ImageRef, ImageStatus, KeyId, KeyState, Link, RegionId, Share, ShareStatus,
    TargetId, ledger,
};
use goldcast_planner::{Action, COPIES_PER_REGION, KeyName, LAYOUT_GIB_MAX, RETIRED_TAG, SHELF_TAG, ShelfRef};
use jiff::ToSpan as _;

use super::{OWNER, World, account, at};

/// What the cloud takes in one call: accounts of an image, resources or targets of a share, tagged resources.
const ACCOUNTS: usize = 10;
const ON_SHARE: usize = 5;
const TAGGED: usize = 50;
/// Images of one family, and characters of a share's name.
const IN_FAMILY: usize = 100;
const SHARE_NAME: usize = 50;

impl World {
    /// Does what the action says, as the cloud would.
    pub(crate) fn apply(&mut self, action: &Action) {
        match action {
            Action::SetFamily { image, family } | Action::Park { image, family } => self.set_family(image, family),
            Action::RecordAttempts { source, value } => self.set_tag(source, ledger::ATTEMPTS, value),
            Action::RecordLeaving { image, value } => self.set_tag(image, ledger::STATE, value),
            Action::ForgetLeaving { image } => {
                let gone = self.image_mut(image).tags.remove(ledger::STATE);
                assert!(gone.is_some(), "{image} carries no note");
            }
            Action::Retag { image, tags } => {
                for (key, value) in tags {
                    self.set_tag(image, key, value);
                }
            }
            Action::Restore { image } => {
                let image = self.image_mut(image);
                assert_eq!(
                    image.status,
                    ImageStatus::Deprecated,
                    "ImageStatus.NotDeprecated: {}",
                    image.at
                );
                (image.status, image.usable) = (ImageStatus::Available, true);
            }
            Action::Copy {
                from,
                to,
                name,
                tags,
                key,
                ..
            } => self.copy_image(from, to, name, tags, key.as_ref()),
            Action::Grant { image, accounts } => self.give(image, accounts),
            Action::Revoke { image, accounts } => {
                assert!(accounts.len() <= ACCOUNTS, "an eleventh account is ignored: {action}");
                self.image(image);
                let granted = self.grants.entry(image.clone()).or_default();
                granted.retain(|account| !accounts.contains(account));
            }
            Action::RewriteTrust { document, .. } => self.rewrite_trust(document),
            Action::CreateShelf { region, name, targets } => self.create_share(region, name, targets),
            Action::AddTargets { shelf, targets } => self.add_targets(shelf, targets),
            Action::DropTargets { shelf, targets } => {
                assert!(targets.len() <= ON_SHARE, "InvalidParameter.Targets.Length");
                let share = self.share_mut(shelf);
                for id in targets {
                    leave(&mut share.targets, id);
                }
            }
            Action::PutOnShelf { shelf, images } => self.put_on_share(shelf, images),
            Action::TakeOffShelf { shelf, images } => {
                assert!(images.len() <= ON_SHARE, "InvalidParameter.Resources.Length");
                self.assert_idle_elsewhere(shelf, images);
                let share = self.share_mut(shelf);
                for id in images {
                    leave(&mut share.images, id);
                }
            }
            Action::DeleteShelf { shelf } => {
                let share = self.share_mut(shelf);
                let links = || share.images.values().chain(share.targets.values());
                assert!(!links().any(is_busy), "DeleteResourceShareConflict: {}", shelf.share);
                assert!(
                    !share.images.values().any(|link| *link == Link::Joined),
                    "{} is not empty",
                    shelf.share
                );
                share.status = ShareStatus::Deleting;
            }
            Action::CancelCopy { .. }
            | Action::DeleteFailedCopy { .. }
            | Action::Deprecate { .. }
            | Action::TagSnapshots { .. }
            | Action::DeleteImage { .. }
            | Action::DeleteSnapshot { .. } => self.withdraw(action),
        }
    }

    fn withdraw(&mut self, action: &Action) {
        match action {
            Action::CancelCopy { copy } => {
                let image = self.image(copy);
                assert!(image.is_copied && image.is_being_made(), "{copy} is not being copied");
                let snapshots: Vec<_> = image.disks.iter().filter_map(|disk| disk.snapshot.clone()).collect();
                self.remove(copy);
                let left = self.snapshots.get_mut(&copy.region).into_iter();
                left.for_each(|left| left.retain(|snapshot| !snapshots.contains(&snapshot.id)));
            }
            Action::DeleteFailedCopy { copy } => {
                let status = self.image(copy).status;
                let failed = matches!(status, ImageStatus::CreateFailed | ImageStatus::UnAvailable);
                assert!(failed, "{copy} did not fail: {status:?}");
                self.assert_unshared(copy);
                self.remove(copy);
            }
            Action::Deprecate { image } => {
                self.assert_unshared(image);
                let image = self.image_mut(image);
                assert_eq!(
                    image.status,
                    ImageStatus::Available,
                    "ImageStatus.NotAvailable: {}",
                    image.at
                );
                assert!(!image.in_use, "OperationDeined.ImageUsingByInstance: {}", image.at);
                (image.status, image.usable) = (ImageStatus::Deprecated, false);
            }
            Action::DeleteImage { image } => {
                self.assert_unshared(image);
                let there = self.image(image);
                assert!(!there.in_use, "ImageUsingByInstance: {image}");
                assert!(!there.is_being_made(), "OperationDenied.ImageCopying: {image}");
                assert!(!there.is_public, "ImageIsPublic: {image}");
                self.remove(image);
            }
            Action::TagSnapshots {
                region,
                snapshots,
                release,
            } => {
                assert!(snapshots.len() <= TAGGED, "NumberExceed.ResourceIds");
                let there = self.snapshots.entry(region.clone()).or_default();
                for id in snapshots {
                    let snapshot = there.iter_mut().find(|snapshot| snapshot.id == *id).unwrap();
                    snapshot.tags.insert(RETIRED_TAG.to_owned(), release.clone());
                }
            }
            Action::DeleteSnapshot { region, snapshot } => {
                let used = |image: &Image| image.disks.iter().any(|disk| disk.snapshot.as_ref() == Some(snapshot));
                let images = self.images.get(region).into_iter().flatten();
                assert!(!images.into_iter().any(used), "SnapshotCreatedImage: {snapshot}");
                let there = self.snapshots.entry(region.clone()).or_default();
                let before = there.len();
                there.retain(|other| other.id != *snapshot);
                assert_eq!(there.len() + 1, before, "InvalidSnapshotId.NotFound: {snapshot}");
            }
            _ => {}
        }
    }

    fn set_family(&mut self, image: &ImageRef, family: &FamilyName) {
        let images = self.images.get(&image.region).into_iter().flatten();
        let others = images.filter(|other| other.at != *image && other.family.as_ref() == Some(family));
        assert!(others.count() < IN_FAMILY, "ImageQuotaFull.ImageFamily: {family}");
        let image = self.image_mut(image);
        assert!(!image.is_being_made(), "InvalidStatus.ImageIsCreating: {}", image.at);
        image.family = Some(family.clone());
    }

    fn set_tag(&mut self, image: &ImageRef, key: &str, value: &str) {
        assert!(
            value.chars().count() <= ledger::TAG_VALUE_CHARS_MAX,
            "InvalidTagValue: {value}"
        );
        let tags = &mut self.image_mut(image).tags;
        tags.insert(key.to_owned(), value.to_owned());
        assert!(tags.len() <= ledger::TAGS_MAX, "NumberExceed.Tags: {image}");
    }

    fn remove(&mut self, at: &ImageRef) {
        self.images.get_mut(&at.region).unwrap().retain(|image| image.at != *at);
        self.grants.remove(at);
    }

    fn copy_image(
        &mut self,
        from: &ImageRef,
        to: &RegionId,
        name: &str,
        tags: &[(String, String)],
        key: Option<&KeyId>,
    ) {
        let mut copy = self.image(from).clone();
        assert!(copy.is_ready(), "IncorrectImageStatus: {from}");
        assert!(copy.total_gib() <= LAYOUT_GIB_MAX, "InvalidImageSize: {from}");
        assert!(
            key.is_some() || !copy.is_encrypted(),
            "a copy of {from} would lose its encryption"
        );
        let enabled = |key: &KeyId| self.keys.get(&(to.clone(), KeyName::Id(key.clone())));
        let enabled = key.is_none_or(|key| enabled(key).is_some_and(|key| key.state == KeyState::Enabled));
        assert!(enabled, "InvalidParameter.KMSKeyId: {key:?} in {to}");
        let there = self.images.entry(to.clone()).or_default();
        assert!(
            there.iter().all(|image| image.name != name),
            "InvalidImageName.Duplicated: {name}"
        );
        let running = there.iter().filter(|image| image.is_being_made()).count();
        self.made += 1;
        copy.at = at(to.as_str(), &format!("m-made{:04}", self.made));
        name.clone_into(&mut copy.name);
        copy.family = None;
        copy.is_copied = true;
        copy.owner = Some(account(OWNER));
        copy.in_use = false;
        copy.status = if running < COPIES_PER_REGION {
            ImageStatus::Creating
        } else {
            ImageStatus::Waiting
        };
        copy.usable = false;
        copy.created = self.time;
        copy.tags.extend(tags.iter().cloned());
        assert!(copy.tags.len() <= ledger::TAGS_MAX, "NumberExceed.Tags: {name}");
        for disk in &mut copy.disks {
            (disk.snapshot, disk.encrypted) = (None, false);
        }
        let at = self.put(copy).at.clone();
        if let Some(key) = key {
            self.encrypt(&at, key.as_str());
        }
    }

    fn give(&mut self, at: &ImageRef, accounts: &[AccountId]) {
        assert!(
            accounts.len() <= ACCOUNTS,
            "an eleventh account is ignored: {accounts:?}"
        );
        let image = self.image(at);
        assert!(
            image.is_ready(),
            "OperationDenied.InvalidImageStatus: {at} is {:?}",
            image.status
        );
        assert!(!image.is_public, "Image.Public: {at}");
        let by_shelf = self.by_shelf(at);
        for id in accounts {
            assert!(id.as_str() != OWNER, "InvalidAccount.Forbbiden: {id}");
            assert!(!by_shelf.contains(id), "{at} is shared with {id} both ways");
        }
        if image.is_encrypted() {
            self.assert_shareable(image, accounts);
        }
        let limit = self.policy.limits.accounts_per_image;
        let granted = self.grants.entry(at.clone()).or_default();
        granted.extend(accounts.iter().cloned());
        assert!(granted.len() <= limit, "QuotaExceed.ShareImageUser: {at}");
    }

    fn assert_shareable(&self, image: &Image, accounts: &[AccountId]) {
        let (at, region) = (&image.at, &image.at.region);
        assert!(
            self.policy.encryption.share_regions.contains(region),
            "OperationDeined.EncryptedSnapshot: {at}"
        );
        assert_eq!(image.disks.len(), 1, "OperationDeined.FullImage: {at}");
        let snapshot = image.disks[0].snapshot.as_ref();
        let mut snapshots = self.snapshots[region].iter();
        let key = snapshots
            .find(|other| Some(&other.id) == snapshot)
            .and_then(|other| other.key.clone());
        let service = self
            .keys
            .get(&(region.clone(), KeyName::Service))
            .map(|key| key.id.clone());
        assert!(
            key.is_none() || key != service,
            "InvalidOperation.ServiceKeyEncryptedImageUnsupported: {at}"
        );
        let trust = self.trust.as_deref().unwrap_or_default();
        for id in accounts {
            assert!(
                trust.contains(&format!("\"{id}@ecs.aliyuncs.com\"")),
                "AssumeRoleError: {id} for {at}"
            );
        }
    }

    fn rewrite_trust(&mut self, document: &str) {
        assert!(self.trust.is_some(), "EntityNotExist.Role");
        let read: serde_json::Value = serde_json::from_str(document).unwrap();
        assert!(read["Statement"].is_array(), "MalformedPolicyDocument");
        let limit = self.policy.encryption.trust_document_chars;
        assert!(document.chars().count() <= limit, "LimitExceeded: {document}");
        self.trust = Some(document.to_owned());
    }

    fn create_share(&mut self, region: &RegionId, name: &str, targets: &[TargetId]) {
        assert!(targets.len() <= ON_SHARE, "InvalidParameter.Targets.Length");
        assert!(
            name.chars().count() <= SHARE_NAME,
            "InvalidParameter.ResourceShareName.Length"
        );
        self.made += 1;
        let share = Share {
            region: region.clone(),
            id: format!("rs-made{:04}", self.made).parse().unwrap(),
            name: name.to_owned(),
            created: self.time,
            status: ShareStatus::Pending,
            tags: [(SHELF_TAG.to_owned(), "1".to_owned())].into(),
            images: BTreeMap::new(),
            targets: targets.iter().map(|id| (id.clone(), Link::Joining)).collect(),
        };
        let shares = self.shares.entry(region.clone()).or_default();
        shares.push(share);
        let count = shares
            .iter()
            .filter(|share| share.status != ShareStatus::Deleting)
            .count();
        assert!(
            count <= self.policy.limits.shares,
            "QuotaExceeded.ResourceShare.Count in {region}"
        );
    }

    fn add_targets(&mut self, shelf: &ShelfRef, targets: &[TargetId]) {
        assert!(targets.len() <= ON_SHARE, "InvalidParameter.Targets.Length");
        let limit = self.policy.limits.targets_per_share;
        let share = self.share_mut(shelf);
        for id in targets {
            join(&mut share.targets, id);
        }
        let count = share
            .targets
            .values()
            .filter(|link| !matches!(link, Link::Failed(_)))
            .count();
        assert!(count <= limit, "too many targets: {}", shelf.share);
    }

    fn put_on_share(&mut self, shelf: &ShelfRef, images: &[ImageId]) {
        assert!(images.len() <= ON_SHARE, "InvalidParameter.Resources.Length");
        self.assert_idle_elsewhere(shelf, images);
        for id in images {
            let image = self.image(&ImageRef {
                region: shelf.region.clone(),
                image: id.clone(),
            });
            assert!(image.is_ready(), "Unavailable: {id} is {:?}", image.status);
            let allowed = !image.is_encrypted() || self.policy.encryption.shelves;
            assert!(allowed, "UnsupportedOperation: {id} is encrypted");
        }
        let share = self.share_mut(shelf);
        for id in images {
            join(&mut share.images, id);
        }
        let shares = self.shares[&shelf.region]
            .iter()
            .filter(|share| share.status != ShareStatus::Deleting);
        let counted = shares
            .flat_map(|share| &share.images)
            .filter(|(_, link)| !matches!(link, Link::Failed(_)));
        let counted: std::collections::BTreeSet<_> = counted.map(|(id, _)| id).collect();
        let limit = self.policy.limits.shared_resources;
        assert!(
            counted.len() <= limit,
            "QuotaExceeded.SharedResource.Count in {}",
            shelf.region
        );
    }

    fn share_mut(&mut self, shelf: &ShelfRef) -> &mut Share {
        let shares = self.shares.entry(shelf.region.clone()).or_default();
        let share = shares.iter_mut().find(|share| share.id == shelf.share).unwrap();
        assert_eq!(
            share.status,
            ShareStatus::Active,
            "ResourceShareStatusMismatchAction: {}",
            share.id
        );
        assert!(share.tags.contains_key(SHELF_TAG), "{} is not ours", share.id);
        share
    }

    fn assert_idle_elsewhere(&self, shelf: &ShelfRef, images: &[ImageId]) {
        let others = self.shares[&shelf.region]
            .iter()
            .filter(|share| share.id != shelf.share);
        for share in others {
            let busy = images.iter().find(|id| share.images.get(*id).is_some_and(is_busy));
            assert!(busy.is_none(), "ConcurrentExecutionError: {busy:?} on {}", share.id);
        }
    }

    fn assert_unshared(&self, at: &ImageRef) {
        let granted = self.grants.get(at).is_some_and(|accounts| !accounts.is_empty());
        let shares = self.shares.get(&at.region).into_iter().flatten();
        let mut on = shares.filter(|share| matches!(share.images.get(&at.image), Some(Link::Joined | Link::Leaving)));
        assert!(!granted && on.next().is_none(), "ImageUseShared: {at}");
    }

    /// An hour later, whatever is being made is made.
    pub(crate) fn time_passes(&mut self) {
        self.hours_pass(1);
    }

    /// So many hours later: what is being made is made, what is joining has joined, what is leaving is gone.
    pub(crate) fn hours_pass(&mut self, hours: i64) {
        self.time += hours.hours();
        for image in self.images.values_mut().flatten() {
            if image.is_being_made() {
                image.status = ImageStatus::Available;
            }
            image.usable = image.status == ImageStatus::Available;
        }
        for shares in self.shares.values_mut() {
            shares.retain(|share| share.status != ShareStatus::Deleting);
            for share in shares {
                share.status = ShareStatus::Active;
                settle(&mut share.images);
                settle(&mut share.targets);
            }
        }
    }
}

fn is_busy(link: &Link) -> bool {
    matches!(link, Link::Joining | Link::Leaving)
}

fn join<Id: Ord + Clone + std::fmt::Debug>(links: &mut BTreeMap<Id, Link>, id: &Id) {
    let before = links.insert(id.clone(), Link::Joining);
    assert!(
        matches!(before, None | Some(Link::Failed(_))),
        "AssociateConflict: {id:?} is {before:?}"
    );
}

fn leave<Id: Ord + Clone + std::fmt::Debug>(links: &mut BTreeMap<Id, Link>, id: &Id) {
    let before = links.insert(id.clone(), Link::Leaving);
    assert_eq!(before, Some(Link::Joined), "DisassociateInvalid: {id:?}");
}

fn settle<Id: Ord>(links: &mut BTreeMap<Id, Link>) {
    links.retain(|_, link| *link != Link::Leaving);
    for link in links.values_mut().filter(|link| **link == Link::Joining) {
        *link = Link::Joined;
    }
}
