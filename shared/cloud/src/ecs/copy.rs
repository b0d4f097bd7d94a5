//! Copying an image into another region, or into the same one under another key.

use super::Done;
use crate::product::Product;
use crate::rpc::{Effect, Operation, OverLimit, Repeat, Rpc, Tag};
use crate::wire::{FromJson, Json, Misread};

/// Tags that a copy can be given.
const TAGS_MAX: usize = 20;

/// Begins a copy. The copy has its id at once and is `Creating` for minutes to hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyImage {
    /// The region of the source, whose endpoint is called.
    pub region_id: String,
    /// The source.
    pub image_id: String,
    /// Where the copy goes; may be the source's region.
    pub destination_region_id: String,
    /// The copy's name, not yet used in the destination.
    pub destination_image_name: String,
    /// The copy's description; empty is sent as such.
    pub destination_description: String,
    /// Whether the copy is encrypted. Always sent, since the cloud's default is not fixed.
    pub encrypted: bool,
    /// The key of the destination region; only with `encrypted`, and without it the service key is used.
    pub kms_key_id: Option<String>,
    /// The resource group of the copy.
    pub resource_group_id: Option<String>,
    /// Tags of the copy, at most 20 together with those it inherits.
    pub tags: Vec<Tag>,
    /// Makes the call repeatable: the same token with the same parameters gives the first copy again. Without one, a
    /// call without answer is not repeated.
    pub client_token: Option<String>,
}

/// Answer to [`CopyImage`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyImageAnswer {
    /// The copy, in the destination region.
    pub image_id: String,
}

impl FromJson for CopyImageAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            image_id: json.required_text("ImageId")?,
        })
    }
}

impl Operation for CopyImage {
    type Answer = CopyImageAnswer;

    fn check(&self) -> Result<(), OverLimit> {
        OverLimit::check("Tag", self.tags.len(), TAGS_MAX)
    }

    fn rpc(&self) -> Rpc {
        let repeat = if self.client_token.is_some() {
            Repeat::Safe
        } else {
            Repeat::OnlyIfRefused
        };
        Rpc::new(Product::Ecs, "CopyImage", Effect::Write(repeat))
            .in_region(&self.region_id)
            .about(&format!("{} to {}", self.image_id, self.destination_region_id))
            .param("ImageId", &self.image_id)
            .param("DestinationRegionId", &self.destination_region_id)
            .param("DestinationImageName", &self.destination_image_name)
            .param("DestinationDescription", &self.destination_description)
            .param("Encrypted", self.encrypted)
            .param_if("KMSKeyId", self.kms_key_id.as_ref())
            .param_if("ResourceGroupId", self.resource_group_id.as_ref())
            .param_if("ClientToken", self.client_token.as_ref())
            .tags(&self.tags)
    }
}

/// Ends a copy that is not finished and deletes it. A finished copy makes it fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelCopyImage {
    /// The region of the copy.
    pub region_id: String,
    /// The copy.
    pub image_id: String,
}

impl Operation for CancelCopyImage {
    type Answer = Done;

    fn rpc(&self) -> Rpc {
        // A second cancel finds no image, which is what was asked for.
        Rpc::new(Product::Ecs, "CancelCopyImage", Effect::Write(Repeat::Safe))
            .in_region(&self.region_id)
            .about(&self.image_id)
            .param("ImageId", &self.image_id)
    }
}
