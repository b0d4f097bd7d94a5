//! Tags of images and snapshots.

use super::Done;
use crate::product::Product;
use crate::rpc::{Effect, Operation, OverLimit, Repeat, Rpc, Tag};
use crate::wire::{FromJson, Json, Misread};

/// Resources in one call.
const RESOURCES_MAX: usize = 50;
/// Tags in one call, and on one resource.
const TAGS_MAX: usize = 20;

/// A tag of an image or a snapshot. (Requests call the same thing `Key` and `Value`.)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceTag {
    /// The key.
    pub tag_key: String,
    /// The value, possibly empty.
    pub tag_value: String,
}

impl FromJson for ResourceTag {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            tag_key: json.text("TagKey")?,
            tag_value: json.text("TagValue")?,
        })
    }
}

/// Puts tags on resources; a key that is there gets the new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagResources {
    /// The region.
    pub region_id: String,
    /// `image` or `snapshot`.
    pub resource_type: &'static str,
    /// The resources, at most 50.
    pub resource_ids: Vec<String>,
    /// The tags, at most 20.
    pub tags: Vec<Tag>,
}

impl Operation for TagResources {
    type Answer = Done;

    fn check(&self) -> Result<(), OverLimit> {
        OverLimit::check("ResourceId", self.resource_ids.len(), RESOURCES_MAX)?;
        OverLimit::check("Tag", self.tags.len(), TAGS_MAX)
    }

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "TagResources", Effect::Write(Repeat::Safe))
            .in_region(&self.region_id)
            .about(&self.resource_ids.join(","))
            .param("ResourceType", self.resource_type)
            .list("ResourceId", &self.resource_ids)
            .tags(&self.tags)
    }
}

/// Takes tags off resources; keys that are not there do not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntagResources {
    /// The region.
    pub region_id: String,
    /// `image` or `snapshot`.
    pub resource_type: &'static str,
    /// The resources, at most 50.
    pub resource_ids: Vec<String>,
    /// The keys of the tags, at most 20.
    pub tag_keys: Vec<String>,
}

impl Operation for UntagResources {
    type Answer = Done;

    fn check(&self) -> Result<(), OverLimit> {
        OverLimit::check("ResourceId", self.resource_ids.len(), RESOURCES_MAX)?;
        OverLimit::check("TagKey", self.tag_keys.len(), TAGS_MAX)
    }

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "UntagResources", Effect::Write(Repeat::Safe))
            .in_region(&self.region_id)
            .about(&self.resource_ids.join(","))
            .param("ResourceType", self.resource_type)
            .list("ResourceId", &self.resource_ids)
            .list("TagKey", &self.tag_keys)
    }
}
