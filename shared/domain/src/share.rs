//! A resource share of Resource Sharing as one look showed it. Not here: whether it is a shelf of ours; that is the planner's.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{ImageId, RegionId, ShareId, TargetId};

/// A resource share of the owner's, in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Where it is.
    pub region: RegionId,
    /// The share.
    pub id: ShareId,
    /// What it is called. Two shares may have one name.
    pub name: String,
    /// When it was created, by the cloud's clock.
    pub created: Timestamp,
    /// Where it is in its life.
    pub status: ShareStatus,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The images on it, and what is on its way there or back.
    pub images: BTreeMap<ImageId, Link>,
    /// Who it is shared with, and who is on the way there or back.
    pub targets: BTreeMap<TargetId, Link>,
}

/// Where a resource share is in its life
/// (<https://www.alibabacloud.com/help/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-listresourceshares>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareStatus {
    /// In use.
    Active,
    /// Being made.
    Pending,
    /// Being deleted, or gone.
    Deleting,
}

/// How far the association of an image or a target with a share is. What is dissociated is not there at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// On its way.
    Joining,
    /// There.
    Joined,
    /// It did not work.
    Failed(Failing),
    /// On its way back.
    Leaving,
}

/// Why an association did not work (`FailureReason`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failing {
    /// A limit is reached.
    LimitExceeded,
    /// The resource cannot be shared so.
    Unsupported,
    /// The resource or the target is not available.
    Unavailable,
    /// The cloud failed; trying again can help.
    Internal,
}
