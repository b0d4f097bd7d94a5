//! What is on a resource share, and who it is shared with: asking for it, adding to it, taking from it.

use std::borrow::Cow;

use super::{SHARE_IDS_MAX, check_entities, entities};
use crate::paging::Page;
use crate::product::Product;
use crate::rpc::{Done, Effect, Listing, Operation, OverLimit, Paging, Repeat, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// The two kinds of association; one listing has one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssociationType {
    /// What is shared.
    Resource,
    /// Who it is shared with.
    Target,
}

impl AssociationType {
    /// As the cloud calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resource => "Resource",
            Self::Target => "Target",
        }
    }
}

/// Lists the associations of the caller's resource shares in a region, in every status. Filters that are empty do not
/// filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListResourceShareAssociations {
    /// The region.
    pub region_id: String,
    /// Which kind.
    pub association_type: AssociationType,
    /// Only those of these shares, at most 5.
    pub resource_share_ids: Vec<String>,
    /// Only those of this resource; with [`AssociationType::Resource`] alone.
    pub resource_id: Option<String>,
}

/// One resource or target of one share. Texts that the cloud left out are empty.
///
/// What failed or was taken off stays listed for two to four days, so one thing may be there more than once on one share:
/// the record that was created last counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Association {
    /// The share.
    pub resource_share_id: String,
    /// The resource's id, or the target: a directory, a folder or an account.
    pub entity_id: String,
    /// What the entity is, for example `Image`.
    pub entity_type: String,
    /// `Associating`, `Associated`, `Failed`, `Disassociating` or `Disassociated`.
    pub association_status: String,
    /// RFC 3339.
    pub create_time: String,
    /// Why it failed.
    pub association_failed_details: Vec<AssociationFailure>,
}

impl FromJson for Association {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            resource_share_id: json.text("ResourceShareId")?,
            entity_id: json.text("EntityId")?,
            entity_type: json.text("EntityType")?,
            association_status: json.text("AssociationStatus")?,
            create_time: json.text("CreateTime")?,
            association_failed_details: json.list("AssociationFailedDetails")?,
        })
    }
}

/// Why an association, or the end of one, failed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssociationFailure {
    /// `Unavailable`, `LimitExceeded`, `ZonalResourceInaccessible`, `InternalError` or `UnsupportedOperation`.
    pub failure_reason: String,
    /// The same in a sentence.
    pub failure_description: String,
    /// `Associate` or `Disassociate`: after the latter it is still there.
    pub operation_type: String,
}

impl FromJson for AssociationFailure {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            failure_reason: json.text("FailureReason")?,
            failure_description: json.text("FailureDescription")?,
            operation_type: json.text("OperationType")?,
        })
    }
}

/// One page of [`ListResourceShareAssociations`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociationPage {
    // Has to be there: an answer without it is not a share without anything on it.
    resource_share_associations: Vec<Association>,
    next_token: Option<String>,
}

impl FromJson for AssociationPage {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            resource_share_associations: json.required_list("ResourceShareAssociations")?,
            next_token: json.optional_text("NextToken")?,
        })
    }
}

impl Listing for ListResourceShareAssociations {
    type Answer = AssociationPage;
    type Item = Association;
    const PAGING: Paging = Paging::Token;

    fn check(&self) -> Result<(), OverLimit> {
        OverLimit::check("ResourceShareIds", self.resource_share_ids.len(), SHARE_IDS_MAX)
    }

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::ResourceSharing, "ListResourceShareAssociations", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .param("AssociationType", self.association_type.name())
            .list("ResourceShareIds", &self.resource_share_ids)
            .param_if("ResourceId", self.resource_id.as_ref())
    }

    fn page(answer: AssociationPage) -> Page<Association> {
        Page {
            items: answer.resource_share_associations,
            total: None,
            next_token: answer.next_token,
        }
    }

    /// Not the status: an association that went on between two pages is still the same one.
    fn key(item: &Association) -> Cow<'_, str> {
        format!("{} {} {}", item.resource_share_id, item.entity_id, item.create_time).into()
    }
}

/// Begins to put images on a resource share, and to share it with targets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssociateResourceShare {
    /// The region.
    pub region_id: String,
    /// The share.
    pub resource_share_id: String,
    /// Images of the region, at most 5. They get the default permission.
    pub image_ids: Vec<String>,
    /// Directory, folders or members, at most 5.
    pub targets: Vec<String>,
}

impl Operation for AssociateResourceShare {
    type Answer = Done;

    fn check(&self) -> Result<(), OverLimit> {
        check_entities(&self.image_ids, &self.targets)
    }

    fn rpc(&self) -> Rpc {
        change(
            "AssociateResourceShare",
            &self.region_id,
            &self.resource_share_id,
            &self.image_ids,
            &self.targets,
        )
    }
}

/// Begins to take images off a resource share, and to share it with targets no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisassociateResourceShare {
    /// The region.
    pub region_id: String,
    /// The share.
    pub resource_share_id: String,
    /// Images of the region, at most 5.
    pub image_ids: Vec<String>,
    /// Directory, folders or members, at most 5.
    pub targets: Vec<String>,
}

impl Operation for DisassociateResourceShare {
    type Answer = Done;

    fn check(&self) -> Result<(), OverLimit> {
        check_entities(&self.image_ids, &self.targets)
    }

    fn rpc(&self) -> Rpc {
        change(
            "DisassociateResourceShare",
            &self.region_id,
            &self.resource_share_id,
            &self.image_ids,
            &self.targets,
        )
    }
}

/// Repeatable: a second one finds the first under way or done, and is refused at worst.
fn change(action: &'static str, region: &str, share: &str, image_ids: &[String], targets: &[String]) -> Rpc {
    let rpc = Rpc::new(Product::ResourceSharing, action, Effect::Write(Repeat::Safe))
        .at_endpoint_of(region)
        .about(share)
        .param("ResourceShareId", share);
    entities(rpc, image_ids, targets)
}
