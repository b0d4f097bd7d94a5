//! Resource shares themselves: listing, creating and deleting them.

use std::borrow::Cow;

use super::{TAGS_MAX, check_entities, entities};
use crate::paging::Page;
use crate::product::Product;
use crate::rpc::{Done, Effect, Listing, Operation, OverLimit, Paging, Repeat, Rpc, Tag};
use crate::wire::{FromJson, Json, Misread};

/// Lists the caller's own resource shares of a region, in every status. Filters that are empty do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListResourceShares {
    /// The region.
    pub region_id: String,
    /// Only shares of this name. Several can have it.
    pub resource_share_name: Option<String>,
    /// Only shares that carry all of these tags, at most 20.
    pub tags: Vec<Tag>,
}

/// A resource share. Texts that the cloud left out are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceShare {
    /// `rs-…`.
    pub resource_share_id: String,
    /// Its name. Not unique.
    pub resource_share_name: String,
    /// `Active`, `Pending`, `Deleting` or `Deleted`. What is deleted stays listed for two to four days.
    pub resource_share_status: String,
    /// RFC 3339.
    pub create_time: String,
    /// Its tags; only listings tell them.
    pub tags: Vec<Tag>,
}

impl FromJson for ResourceShare {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            resource_share_id: json.text("ResourceShareId")?,
            resource_share_name: json.text("ResourceShareName")?,
            resource_share_status: json.text("ResourceShareStatus")?,
            create_time: json.text("CreateTime")?,
            tags: json.list("Tags")?,
        })
    }
}

/// One page of [`ListResourceShares`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceSharePage {
    // Has to be there: an answer without it is not a region without shares.
    resource_shares: Vec<ResourceShare>,
    next_token: Option<String>,
}

impl FromJson for ResourceSharePage {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            resource_shares: json.required_list("ResourceShares")?,
            next_token: json.optional_text("NextToken")?,
        })
    }
}

impl Listing for ListResourceShares {
    type Answer = ResourceSharePage;
    type Item = ResourceShare;
    const PAGING: Paging = Paging::Token;

    fn check(&self) -> Result<(), OverLimit> {
        OverLimit::check("Tag", self.tags.len(), TAGS_MAX)
    }

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::ResourceSharing, "ListResourceShares", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .param("ResourceOwner", "Self")
            .param_if("ResourceShareName", self.resource_share_name.as_ref())
            .tags(&self.tags)
    }

    fn page(answer: ResourceSharePage) -> Page<ResourceShare> {
        Page {
            items: answer.resource_shares,
            total: None,
            next_token: answer.next_token,
        }
    }

    fn key(item: &ResourceShare) -> Cow<'_, str> {
        item.resource_share_id.as_str().into()
    }
}

/// Creates a resource share of images within the directory. It has its id at once; what is on it comes later.
///
/// There is no client token: two of these are two shares of one name, so a call without answer is not repeated. Look first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreateResourceShare {
    /// The region.
    pub region_id: String,
    /// The name: 1 to 50 letters, digits, Chinese characters, `.`, `_` and `-`.
    pub resource_share_name: String,
    /// Images of the region, at most 5. They get the default permission.
    pub image_ids: Vec<String>,
    /// Who gets them: the directory (`rd-…`), folders (`fd-…`) or members, at most 5.
    pub targets: Vec<String>,
    /// Its tags, at most 20.
    pub tags: Vec<Tag>,
}

/// Answer to [`CreateResourceShare`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateResourceShareAnswer {
    /// The share, without its tags.
    pub resource_share: ResourceShare,
}

impl FromJson for CreateResourceShareAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            resource_share: json.part("ResourceShare")?,
        })
    }
}

impl Operation for CreateResourceShare {
    type Answer = CreateResourceShareAnswer;

    fn check(&self) -> Result<(), OverLimit> {
        check_entities(&self.image_ids, &self.targets)?;
        OverLimit::check("Tag", self.tags.len(), TAGS_MAX)
    }

    fn rpc(&self) -> Rpc {
        let rpc = Rpc::new(
            Product::ResourceSharing,
            "CreateResourceShare",
            Effect::Write(Repeat::OnlyIfRefused),
        )
        .at_endpoint_of(&self.region_id)
        .about(&self.resource_share_name)
        .param("ResourceShareName", &self.resource_share_name)
        // Never to accounts outside of the directory. Sent although it is the default, so that a RAM policy can insist on it.
        .param("AllowExternalTargets", false);
        entities(rpc, &self.image_ids, &self.targets).tags(&self.tags)
    }
}

/// Deletes a resource share with all that is on it. Refused while an association is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteResourceShare {
    /// The region.
    pub region_id: String,
    /// The share.
    pub resource_share_id: String,
}

impl Operation for DeleteResourceShare {
    type Answer = Done;

    fn rpc(&self) -> Rpc {
        Rpc::new(
            Product::ResourceSharing,
            "DeleteResourceShare",
            Effect::Write(Repeat::Safe),
        )
        .at_endpoint_of(&self.region_id)
        .about(&self.resource_share_id)
        .param("ResourceShareId", &self.resource_share_id)
    }
}
