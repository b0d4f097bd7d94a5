//! Actions as data: complete, so that whoever carries one out chooses nothing.

use goldcast_domain::{AccountId, FamilyName, ImageId, ImageRef, KeyId, RegionId, ShareId, SnapshotId, TargetId};
use serde::Serialize;

/// One thing to do, complete: whoever carries it out chooses nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action {
    /// Put the image into the family that people launch by.
    SetFamily {
        /// The image.
        image: ImageRef,
        /// The family.
        family: FamilyName,
    },
    /// Move the image to a family that nobody launches by.
    Park {
        /// The image.
        image: ImageRef,
        /// One of our parking families.
        family: FamilyName,
    },
    /// Stop a copy that is under way; the cloud deletes what there is of it.
    CancelCopy {
        /// The copy.
        copy: ImageRef,
    },
    /// Take an image away from accounts: ten at most.
    Revoke {
        /// The image.
        image: ImageRef,
        /// Who loses it.
        accounts: Vec<AccountId>,
    },
    /// Take images off a shelf: five at most.
    TakeOffShelf {
        /// The shelf.
        shelf: ShelfRef,
        /// The images.
        images: Vec<ImageId>,
    },
    /// Stop sharing a shelf with folders or the directory: five at most.
    DropTargets {
        /// The shelf.
        shelf: ShelfRef,
        /// Who loses what stands on it.
        targets: Vec<TargetId>,
    },
    /// Write down on the source that a region is at another attempt, before its failed copy is deleted.
    RecordAttempts {
        /// The source.
        source: ImageRef,
        /// The tag's new value.
        value: String,
    },
    /// Write down that a release, or one copy of it, is leaving, and since when.
    RecordLeaving {
        /// The image that carries the note.
        image: ImageRef,
        /// The tag's new value.
        value: String,
    },
    /// Take that note back: the release stays.
    ForgetLeaving {
        /// The image that carries the note.
        image: ImageRef,
    },
    /// Make a deprecated image available again.
    Restore {
        /// The image.
        image: ImageRef,
    },
    /// Write a copy's place in the ledger again.
    Retag {
        /// The copy.
        image: ImageRef,
        /// Its tags.
        tags: Vec<(String, String)>,
    },
    /// Delete a copy that failed, so that its name is free again.
    DeleteFailedCopy {
        /// The failed copy.
        copy: ImageRef,
    },
    /// Rewrite whom the share role trusts.
    RewriteTrust {
        /// The home region, in whose name it is done; roles have none.
        region: RegionId,
        /// The role.
        role: String,
        /// The whole new trust document.
        document: String,
    },
    /// Create a shelf with its first targets: five at most.
    CreateShelf {
        /// Where.
        region: RegionId,
        /// Its name.
        name: String,
        /// Who it is shared with.
        targets: Vec<TargetId>,
    },
    /// Share a shelf with more folders: five at most.
    AddTargets {
        /// The shelf.
        shelf: ShelfRef,
        /// Who gets what stands on it.
        targets: Vec<TargetId>,
    },
    /// Copy the release to a region.
    Copy {
        /// The image to copy.
        from: ImageRef,
        /// The region to copy to.
        to: RegionId,
        /// The copy's name.
        name: String,
        /// The copy's tags: its place in the ledger, and what the policy adds.
        tags: Vec<(String, String)>,
        /// The key to encrypt it with; without one it is not encrypted.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<KeyId>,
        /// Its resource group.
        #[serde(skip_serializing_if = "Option::is_none")]
        resource_group: Option<String>,
        /// Its description.
        description: String,
        /// The same wish has the same token.
        client_token: String,
    },
    /// Let accounts launch an image: ten at most.
    Grant {
        /// The image.
        image: ImageRef,
        /// Who gets it.
        accounts: Vec<AccountId>,
    },
    /// Put images on a shelf: five at most.
    PutOnShelf {
        /// The shelf.
        shelf: ShelfRef,
        /// The images.
        images: Vec<ImageId>,
    },
    /// Withdraw an image from use.
    Deprecate {
        /// The image.
        image: ImageRef,
    },
    /// Write the release on the snapshots of an image that is about to be deleted, so that they are found afterwards.
    TagSnapshots {
        /// Where.
        region: RegionId,
        /// The snapshots.
        snapshots: Vec<SnapshotId>,
        /// The release.
        release: String,
    },
    /// Delete an image.
    DeleteImage {
        /// The image.
        image: ImageRef,
    },
    /// Delete a snapshot that no image needs any more.
    DeleteSnapshot {
        /// Where.
        region: RegionId,
        /// The snapshot.
        snapshot: SnapshotId,
    },
    /// Delete a shelf that is empty and that nobody wants.
    DeleteShelf {
        /// The shelf.
        shelf: ShelfRef,
    },
}

/// A shelf that exists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ShelfRef {
    /// Where.
    pub region: RegionId,
    /// The resource share.
    pub share: ShareId,
    /// What it is called.
    pub name: String,
}

/// Who may carry out an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Any function: safe to repeat and safe side by side.
    Anyone,
    /// The sweep alone, which runs one at a time.
    SweepOnly,
}

impl Right {
    /// Whether whoever has this right may carry out an action.
    pub fn covers(self, action: &Action) -> bool {
        self == Self::SweepOnly || action.right() == Self::Anyone
    }
}

impl Action {
    /// Who may carry it out.
    pub fn right(&self) -> Right {
        match self {
            Self::SetFamily { .. }
            | Self::Park { .. }
            | Self::CancelCopy { .. }
            | Self::Revoke { .. }
            | Self::TakeOffShelf { .. }
            | Self::DropTargets { .. }
            | Self::AddTargets { .. }
            | Self::PutOnShelf { .. }
            | Self::Copy { .. }
            | Self::Grant { .. } => Right::Anyone,
            Self::RecordAttempts { .. }
            | Self::RecordLeaving { .. }
            | Self::ForgetLeaving { .. }
            | Self::Restore { .. }
            | Self::Retag { .. }
            | Self::DeleteFailedCopy { .. }
            | Self::RewriteTrust { .. }
            | Self::CreateShelf { .. }
            | Self::Deprecate { .. }
            | Self::TagSnapshots { .. }
            | Self::DeleteImage { .. }
            | Self::DeleteSnapshot { .. }
            | Self::DeleteShelf { .. } => Right::SweepOnly,
        }
    }

    /// The image that it changes, where it changes one.
    pub fn image(&self) -> Option<&ImageRef> {
        match self {
            Self::SetFamily { image, .. }
            | Self::Park { image, .. }
            | Self::CancelCopy { copy: image }
            | Self::Revoke { image, .. }
            | Self::RecordAttempts { source: image, .. }
            | Self::RecordLeaving { image, .. }
            | Self::ForgetLeaving { image }
            | Self::Restore { image }
            | Self::Retag { image, .. }
            | Self::DeleteFailedCopy { copy: image }
            | Self::Grant { image, .. }
            | Self::Deprecate { image }
            | Self::DeleteImage { image } => Some(image),
            _ => None,
        }
    }

    /// The region that feels it.
    pub fn region(&self) -> &RegionId {
        match self {
            Self::TakeOffShelf { shelf, .. }
            | Self::DropTargets { shelf, .. }
            | Self::AddTargets { shelf, .. }
            | Self::PutOnShelf { shelf, .. }
            | Self::DeleteShelf { shelf } => &shelf.region,
            Self::Copy { to: region, .. }
            | Self::RewriteTrust { region, .. }
            | Self::CreateShelf { region, .. }
            | Self::TagSnapshots { region, .. }
            | Self::DeleteSnapshot { region, .. } => region,
            Self::SetFamily { image, .. }
            | Self::Park { image, .. }
            | Self::CancelCopy { copy: image }
            | Self::Revoke { image, .. }
            | Self::RecordAttempts { source: image, .. }
            | Self::RecordLeaving { image, .. }
            | Self::ForgetLeaving { image }
            | Self::Restore { image }
            | Self::Retag { image, .. }
            | Self::DeleteFailedCopy { copy: image }
            | Self::Grant { image, .. }
            | Self::Deprecate { image }
            | Self::DeleteImage { image } => &image.region,
        }
    }

    /// Its name in logs and tags.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SetFamily { .. } => "set-family",
            Self::Park { .. } => "park",
            Self::CancelCopy { .. } => "cancel-copy",
            Self::Revoke { .. } => "revoke",
            Self::TakeOffShelf { .. } => "take-off-shelf",
            Self::DropTargets { .. } => "drop-targets",
            Self::RecordAttempts { .. } => "record-attempts",
            Self::RecordLeaving { .. } => "record-leaving",
            Self::ForgetLeaving { .. } => "forget-leaving",
            Self::Restore { .. } => "restore",
            Self::Retag { .. } => "retag",
            Self::DeleteFailedCopy { .. } => "delete-failed-copy",
            Self::RewriteTrust { .. } => "rewrite-trust",
            Self::CreateShelf { .. } => "create-shelf",
            Self::AddTargets { .. } => "add-targets",
            Self::Copy { .. } => "copy",
            Self::Grant { .. } => "grant",
            Self::PutOnShelf { .. } => "put-on-shelf",
            Self::Deprecate { .. } => "deprecate",
            Self::TagSnapshots { .. } => "tag-snapshots",
            Self::DeleteImage { .. } => "delete-image",
            Self::DeleteSnapshot { .. } => "delete-snapshot",
            Self::DeleteShelf { .. } => "delete-shelf",
        }
    }
}
