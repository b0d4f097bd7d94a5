//! An image as the cloud keeps it. Not here: how they look on the wire (`render`).

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// State of an image, in the cloud's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum ImageStatus {
    /// Being made.
    Creating,
    /// Queued behind other copies.
    Waiting,
    /// Made.
    Available,
    /// Making it failed in a way that left something.
    UnAvailable,
    /// Making it failed.
    CreateFailed,
    /// Withdrawn: it can launch instances, and can be neither shared nor copied.
    Deprecated,
}

impl ImageStatus {
    /// All states.
    pub(crate) const ALL: [Self; 6] = [
        Self::Creating,
        Self::Waiting,
        Self::Available,
        Self::UnAvailable,
        Self::CreateFailed,
        Self::Deprecated,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::Waiting => "Waiting",
            Self::Available => "Available",
            Self::UnAvailable => "UnAvailable",
            Self::CreateFailed => "CreateFailed",
            Self::Deprecated => "Deprecated",
        }
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// One disk of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disk {
    /// `/dev/xvda` for the system disk.
    pub device: String,
    /// Whether it is the system disk.
    pub system: bool,
    /// Size in GiB.
    pub size_gib: u32,
    /// The snapshot behind it; empty until there is one.
    pub snapshot: String,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// The id of the key it is encrypted with; the service key of ECS has one too.
    pub kms_key: Option<String>,
}

impl Disk {
    /// A plain system disk without a snapshot yet.
    pub(crate) fn system(size_gib: u32) -> Self {
        Self {
            device: "/dev/xvda".to_owned(),
            system: true,
            size_gib,
            snapshot: String::new(),
            encrypted: false,
            kms_key: None,
        }
    }
}

/// What a security check found in an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Detection {
    /// `Processing` or `Finished`; empty when none was asked for.
    pub status: String,
    /// What was looked at.
    pub items: Vec<DetectionItem>,
}

/// One thing that a security check looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DetectionItem {
    /// What was looked at.
    pub name: String,
    /// What is wrong with it, as a code.
    pub risk_code: String,
    /// How bad that is.
    pub risk_level: String,
    /// What was found.
    pub value: String,
}

/// What is going on with an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) enum Work {
    /// Nothing.
    Idle,
    /// CreateImage or ImportImage runs.
    Building {
        started: Timestamp,
        ends: Timestamp,
        imported: bool,
    },
    /// A copy waits for a slot.
    Queued { since: Timestamp, copy: Copying },
    /// A copy runs.
    Copying {
        started: Timestamp,
        ends: Timestamp,
        copy: Copying,
    },
    /// Made, and not usable yet.
    Proving { ends: Timestamp },
}

/// What is copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Copying {
    pub(crate) source_region: RegionId,
    pub(crate) source: ImageId,
    pub(crate) duration: SignedDuration,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of its own in the API, and any of them goes with any other"
)]
pub struct Image {
    /// `m-…`, or a long name for public images.
    pub id: ImageId,
    /// The region it is in.
    pub region: RegionId,
    /// The account that owns it; `None` for Alibaba Cloud's own.
    pub owner: Option<AccountId>,
    /// Unique per owner and region.
    pub name: String,
    /// Free text.
    pub description: String,
    /// The family it is in.
    pub family: Option<String>,
    /// Free text.
    pub version: String,
    /// Its state.
    pub status: ImageStatus,
    /// Whether instances can be launched from it, which comes a little after `Available`.
    pub usable: bool,
    /// When it was asked for.
    pub created: Timestamp,
    /// Whether CopyImage made it.
    pub is_copied: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Disks, the system disk first.
    pub disks: Vec<Disk>,
    /// The accounts it is shared with, and since when.
    pub shares: BTreeMap<AccountId, Timestamp>,
    /// Its resource group.
    pub resource_group: String,
    /// Whether instances run on it.
    pub in_use: bool,
    /// Whether it is a community image, which everybody can launch from.
    pub is_public: bool,
    /// The marketplace product it is made of; empty when none.
    pub product_code: String,
    /// What a security check found in it.
    pub detection: Detection,
    /// `x86_64` and the like.
    pub architecture: String,
    /// `UEFI` or `BIOS`.
    pub boot_mode: String,
    /// The operating system's name.
    pub os_name: String,
    /// The distribution.
    pub platform: String,
    pub(crate) work: Work,
}

impl Image {
    /// Size of the system disk in GiB.
    pub fn size_gib(&self) -> u32 {
        self.disks.first().map_or(0, |disk| disk.size_gib)
    }

    /// Size of all disks in GiB.
    pub(crate) fn total_gib(&self) -> u64 {
        self.disks.iter().map(|disk| u64::from(disk.size_gib)).sum()
    }

    /// How far its making has come, in percent, as DescribeImages says it.
    pub fn progress_percent(&self, now: Timestamp) -> u64 {
        let (percent, _) = super::render::progress(self, now);
        u64::try_from(percent).unwrap_or_default()
    }

    /// Whether any disk is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.disks.iter().any(|disk| disk.encrypted)
    }

    pub(crate) fn belongs_to(&self, account: &AccountId) -> bool {
        self.owner.as_ref() == Some(account)
    }

    /// Whether a copy of it, or it as a copy, is under way or queued.
    pub(crate) fn is_being_copied(&self) -> bool {
        self.copying().is_some()
    }

    /// What it is being copied from.
    pub(crate) fn copying(&self) -> Option<&Copying> {
        match &self.work {
            Work::Queued { copy, .. } | Work::Copying { copy, .. } => Some(copy),
            Work::Idle | Work::Building { .. } | Work::Proving { .. } => None,
        }
    }

    /// When its state changes by itself.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        match self.work {
            Work::Building { ends, .. } | Work::Copying { ends, .. } | Work::Proving { ends } => Some(ends),
            Work::Idle | Work::Queued { .. } => None,
        }
    }
}
