//! An ECS image as one answer of the cloud showed it. Not here: what the image is to us; that is the planner's.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AccountId, FamilyName, ImageId, RegionId, SnapshotId};

/// An image and the region it is in; ids are only unique together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageRef {
    /// Where the image is.
    pub region: RegionId,
    /// The image.
    pub image: ImageId,
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.image, self.region)
    }
}

impl fmt::Debug for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.region, self.image)
    }
}

/// A custom image of the owner's.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the cloud says each of them, and they are independent"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The image and its region.
    pub at: ImageRef,
    /// Unique per region and account while the image exists.
    pub name: String,
    /// The family it is in, if any. A copy does not inherit the source's.
    pub family: Option<FamilyName>,
    /// Where it is in its life.
    pub status: ImageStatus,
    /// `Available` is not enough: an image can be launched only when this is true too.
    pub usable: bool,
    /// Who owns it; absent where the cloud did not say.
    pub owner: Option<AccountId>,
    /// Whether `CopyImage` made it.
    pub is_copied: bool,
    /// Whether everyone may launch it.
    pub is_public: bool,
    /// Whether anyone else may launch it.
    pub shared: Shared,
    /// When it was created, by the cloud's clock.
    pub created: Timestamp,
    /// System disk, in GiB.
    pub size_gib: u64,
    /// System disk first, then data disks, by device.
    pub disks: Vec<Disk>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// How far a running creation or copy is, 0 to 100.
    pub progress_percent: Option<u8>,
    /// Whether instances of the owner run from it (`Usage`).
    pub in_use: bool,
    /// Whether it is a paid one: who launches it pays (`ProductCode`).
    pub is_paid: bool,
    /// What the cloud's own detection says about it (`DetectionOptions`).
    pub detection: Detection,
}

/// What the cloud's own detection says about an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Detection {
    /// It was not asked for, or has not ended.
    #[default]
    Unfinished,
    /// It ended; these items carry a risk.
    Finished(Vec<String>),
}

/// One disk of an image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disk {
    /// Device name, such as `/dev/xvda`.
    pub device: String,
    /// `system` or `data`.
    pub kind: String,
    /// Size in GiB.
    pub size_gib: u64,
    /// Whether its snapshot is encrypted.
    pub encrypted: bool,
    /// Its snapshot, where the cloud said.
    pub snapshot: Option<SnapshotId>,
}

/// Where an image is in its life
/// (<https://api.aliyun.com/document/Ecs/2014-05-26/DescribeImages>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImageStatus {
    /// Being made.
    Creating,
    /// Queued behind other copies.
    Waiting,
    /// Made.
    Available,
    /// Broken, or not for use.
    UnAvailable,
    /// Could not be made.
    CreateFailed,
    /// Withdrawn from use: launches, but can be neither shared nor copied.
    Deprecated,
    /// A status that goldcast does not know; treated as neither running nor usable.
    Other,
}

/// What a listing says about who else may launch an image (`IsSelfShared`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// Nobody: its grants need not be read.
    No,
    /// Somebody.
    Yes,
    /// The listing did not say.
    Unsaid,
}

impl Image {
    /// Whether it can be shared, copied and launched now.
    pub fn is_ready(&self) -> bool {
        self.status == ImageStatus::Available && self.usable
    }

    /// Whether it is still being made.
    pub fn is_being_made(&self) -> bool {
        matches!(self.status, ImageStatus::Creating | ImageStatus::Waiting)
    }

    /// Whether any of its disks is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.disks.iter().any(|disk| disk.encrypted)
    }

    /// All disks together, in GiB.
    pub fn total_gib(&self) -> u64 {
        if self.disks.is_empty() {
            self.size_gib
        } else {
            self.disks.iter().map(|disk| disk.size_gib).sum()
        }
    }

    /// Kind, device and size of every disk: what a copy shares with its source, whatever its encryption.
    pub fn layout(&self) -> Vec<(&str, &str, u64)> {
        let mut layout: Vec<_> = self
            .disks
            .iter()
            .map(|disk| (disk.kind.as_str(), disk.device.as_str(), disk.size_gib))
            .collect();
        crate::put_in_order(&mut layout, Ord::cmp);
        layout
    }
}
