//! Listing images.

use std::borrow::Cow;

use super::Image;
use crate::paging::Page;
use crate::product::Product;
use crate::rpc::{Effect, Listing, OverLimit, Paging, Rpc, Tag};
use crate::wire::{FromJson, Json, Misread};

/// Image ids in one listing.
const IMAGE_IDS_MAX: usize = 100;
/// Tags in one listing.
const TAGS_MAX: usize = 20;
/// Images that a filter by tag or resource group looks at; it stops there without a word.
const COVERED_BY_TAG_MAX: u64 = 1000;
/// Every status an image can have.
const STATUS_ALL: &str = "ALL";

/// Lists the images of a region in every status. Filters that are empty do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribeImages {
    /// The region.
    pub region_id: String,
    /// Only these images, at most 100.
    pub image_ids: Vec<String>,
    /// Only images of this name; `*` stands for any text.
    pub image_name: Option<String>,
    /// Only images of this family.
    pub image_family: Option<String>,
    /// Only images in these statuses. Empty means all of them, unlike in the API, where it means `Available` alone.
    pub statuses: Vec<String>,
    /// `self`, `others`, `system` or `marketplace`; `None` is all but the marketplace.
    pub image_owner_alias: Option<String>,
    /// Only images that this account shared with the caller.
    pub image_owner_id: Option<String>,
    /// Only images that carry all of these tags, at most 20. The listing then fails from 1000 images on, where the
    /// cloud would stop looking.
    pub tags: Vec<Tag>,
    /// Only images that instances use (`instance`) or do not use (`none`).
    pub usage: Option<String>,
    /// Only community images, or none of them.
    pub is_public: Option<bool>,
    /// Only images made from this snapshot.
    pub snapshot_id: Option<String>,
    /// Only images of this resource group; covers 1000 images too.
    pub resource_group_id: Option<String>,
}

/// One page of [`DescribeImages`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePage {
    // Both have to be there: an answer without them is not an empty region.
    images: Vec<Image>,
    total_count: u64,
}

impl FromJson for ImagePage {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            images: json.required_list("Images")?,
            total_count: json.required_number("TotalCount")?,
        })
    }
}

impl Listing for DescribeImages {
    type Answer = ImagePage;
    type Item = Image;
    const PAGING: Paging = Paging::Numbered;

    fn check(&self) -> Result<(), OverLimit> {
        OverLimit::check("ImageId", self.image_ids.len(), IMAGE_IDS_MAX)?;
        OverLimit::check("Tag", self.tags.len(), TAGS_MAX)
    }

    fn covered_max(&self) -> Option<u64> {
        (!self.tags.is_empty() || self.resource_group_id.is_some()).then_some(COVERED_BY_TAG_MAX)
    }

    fn rpc(&self) -> Rpc {
        let image_ids = (!self.image_ids.is_empty()).then(|| self.image_ids.join(","));
        let status = if self.statuses.is_empty() {
            STATUS_ALL.to_owned()
        } else {
            self.statuses.join(",")
        };
        Rpc::new(Product::Ecs, "DescribeImages", Effect::Read)
            .in_region(&self.region_id)
            .param("Status", status)
            .param_if("ImageId", image_ids)
            .param_if("ImageName", self.image_name.as_ref())
            .param_if("ImageFamily", self.image_family.as_ref())
            .param_if("ImageOwnerAlias", self.image_owner_alias.as_ref())
            .param_if("ImageOwnerId", self.image_owner_id.as_ref())
            .param_if("Usage", self.usage.as_ref())
            .param_if("IsPublic", self.is_public)
            .param_if("SnapshotId", self.snapshot_id.as_ref())
            .param_if("ResourceGroupId", self.resource_group_id.as_ref())
            .tags(&self.tags)
    }

    fn page(answer: ImagePage) -> Page<Image> {
        Page {
            items: answer.images,
            total: Some(answer.total_count),
            next_token: None,
        }
    }

    fn key(item: &Image) -> Cow<'_, str> {
        item.image_id.as_str().into()
    }
}
