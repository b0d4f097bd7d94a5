//! The snapshots behind images: which key encrypts them, and deleting them when their image is gone.

use std::borrow::Cow;

use serde_json::Value;

use super::{Done, ResourceTag};
use crate::paging::Page;
use crate::product::Product;
use crate::rpc::{Effect, Listing, Operation, OverLimit, Paging, Repeat, Rpc, Tag};
use crate::wire::{FromJson, Json, Misread};

/// Snapshot ids in one listing.
const SNAPSHOT_IDS_MAX: usize = 100;
/// Tags in one listing.
const TAGS_MAX: usize = 20;

/// Lists the snapshots of a region in every status. Filters that are empty do not filter.
/// <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describesnapshots>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribeSnapshots {
    /// The region.
    pub region_id: String,
    /// Only these snapshots, at most 100.
    pub snapshot_ids: Vec<String>,
    /// Only snapshots that carry all of these tags, at most 20.
    pub tags: Vec<Tag>,
}

/// A snapshot. Texts that the cloud left out are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// `s-…`.
    pub snapshot_id: String,
    /// Whether it is encrypted; `None` if the cloud does not say.
    pub encrypted: Option<bool>,
    /// The key that encrypts it; empty if none does.
    pub kms_key_id: String,
    /// `progressing`, `accomplished` or `failed`.
    pub status: String,
    /// Its tags.
    pub tags: Vec<ResourceTag>,
}

impl FromJson for Snapshot {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            snapshot_id: json.text("SnapshotId")?,
            encrypted: json.optional_flag("Encrypted")?,
            kms_key_id: json.text("KMSKeyId")?,
            status: json.text("Status")?,
            tags: json.list("Tags")?,
        })
    }
}

/// One page of [`DescribeSnapshots`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotPage {
    // Has to be there: an answer without it is not a region without snapshots.
    snapshots: Vec<Snapshot>,
    next_token: Option<String>,
}

impl FromJson for SnapshotPage {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            snapshots: json.required_list("Snapshots")?,
            next_token: json.optional_text("NextToken")?,
        })
    }
}

impl Listing for DescribeSnapshots {
    type Answer = SnapshotPage;
    type Item = Snapshot;
    const PAGING: Paging = Paging::Token;

    fn check(&self) -> Result<(), OverLimit> {
        OverLimit::check("SnapshotIds", self.snapshot_ids.len(), SNAPSHOT_IDS_MAX)?;
        OverLimit::check("Tag", self.tags.len(), TAGS_MAX)
    }

    fn rpc(&self) -> Rpc {
        // This list alone is one text of JSON.
        let ids = (!self.snapshot_ids.is_empty()).then(|| Value::from(self.snapshot_ids.clone()));
        Rpc::new(Product::Ecs, "DescribeSnapshots", Effect::Read)
            .in_region(&self.region_id)
            .param_if("SnapshotIds", ids)
            .tags(&self.tags)
    }

    fn page(answer: SnapshotPage) -> Page<Snapshot> {
        Page {
            items: answer.snapshots,
            // The cloud's count belongs to pages by number; that it holds for pages by token is not documented.
            total: None,
            next_token: answer.next_token,
        }
    }

    fn key(item: &Snapshot) -> Cow<'_, str> {
        item.snapshot_id.as_str().into()
    }
}

/// Deletes a snapshot. Never forced: one that an image is made of, or a disk, is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteSnapshot {
    /// The region, whose endpoint is called.
    pub region_id: String,
    /// The snapshot.
    pub snapshot_id: String,
}

impl Operation for DeleteSnapshot {
    type Answer = Done;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "DeleteSnapshot", Effect::Write(Repeat::Safe))
            .at_endpoint_of(&self.region_id)
            .about(&self.snapshot_id)
            .param("SnapshotId", &self.snapshot_id)
    }
}
