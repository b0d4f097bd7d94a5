//! `ListResourceShares` and `ListResourceShareAssociations`. Records of what is over are listed as long as they stay.

use super::paging::{Row, page, place};
use super::request::{self, IMAGE_PERMISSION, invalid, missing};
use super::share::{AssociationStatus, Entity, ResourceShare, ShareStatus};
use super::{Sharing, Surroundings, render};
use crate::cloud::context::{Context, Done};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Whose shares a listing is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The caller's own.
    Own,
    /// Those that give the caller something.
    Received,
}

impl Side {
    pub(super) fn read(params: &Params) -> Result<Self, Refusal> {
        match params.get("ResourceOwner") {
            None => Err(missing("ResourceOwner")),
            Some("Self") => Ok(Self::Own),
            Some("OtherAccounts") => Ok(Self::Received),
            Some(_) => Err(invalid("ResourceOwner")),
        }
    }

    /// Whether a share is on this side of the caller.
    pub(super) fn has(self, share: &ResourceShare, around: Surroundings<'_>, context: &Context<'_>) -> bool {
        match self {
            Self::Own => share.owner == *context.account(),
            Self::Received => share.reaches(context.account(), around.directory),
        }
    }
}

/// Whether a filter lets a value through; an empty one lets everything.
pub(super) fn is_among(wanted: &[&str], value: &str) -> bool {
    wanted.is_empty() || wanted.contains(&value)
}

impl Sharing {
    pub(super) fn list_shares(&mut self, around: Surroundings<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let params = context.params;
        let side = Side::read(params)?;
        let ids = request::share_ids(params)?;
        let name = params
            .get("ResourceShareName")
            .map(|_| request::share_name(context))
            .transpose()?;
        let status = params.get("ResourceShareStatus").map(|word| {
            let status = ShareStatus::named(word);
            status.ok_or_else(|| invalid("ResourceShareStatus"))
        });
        let status = status.transpose()?;
        let tags = request::tags(params)?;
        let permitted = params.get("PermissionName").is_none_or(|name| name == IMAGE_PERMISSION);
        let group = params.get("ResourceGroupId");
        let own = side == Side::Own;
        let found = self.shares(around.region).filter(|share| {
            permitted
                && side.has(share, around, context)
                && is_among(&ids, &share.id)
                && name.is_none_or(|name| share.name == name)
                && status.is_none_or(|status| share.status == status)
                && group.is_none_or(|group| own && share.resource_group == group)
                && tags.iter().all(|(key, wanted)| own && has_tag(share, key, wanted))
        });
        let rows: Vec<Row> = found
            .map(|share| (place(share.created, &share.id, ""), render::share_row(share, own)))
            .collect();
        page(rows, params, "ResourceShares")
    }

    /// Only the associations of the caller's own shares.
    pub(super) fn list_associations(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let ids = request::share_ids(params)?;
        let status = params.get("AssociationStatus").map(|word| {
            let status = AssociationStatus::named(word);
            status.ok_or_else(|| invalid("AssociationStatus"))
        });
        let status = status.transpose()?;
        let wanted = Wanted::read(params)?;
        let mut rows: Vec<Row> = Vec::new();
        let own = self
            .shares(around.region)
            .filter(|share| share.owner == *context.account());
        for share in own.filter(|share| is_among(&ids, &share.id)) {
            for (entity, association) in &share.associations {
                let meant = wanted.has(share, entity);
                if meant && status.is_none_or(|status| association.status() == status) {
                    let place = place(association.created, &share.id, entity.id());
                    rows.push((place, render::association_row(share, entity, association)));
                }
            }
        }
        page(rows, params, "ResourceShareAssociations")
    }
}

/// A filter without a value asks for the key alone.
pub(super) fn has_tag(share: &ResourceShare, key: &str, wanted: &str) -> bool {
    let value = share.tags.get(key);
    value.is_some_and(|value| wanted.is_empty() || value == wanted)
}

/// Which associations are looked for.
struct Wanted<'a> {
    images: bool,
    id: Option<&'a str>,
    arn: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn read(params: &'a Params) -> Result<Self, Refusal> {
        let images = match params.get("AssociationType") {
            None => return Err(missing("AssociationType")),
            Some("Resource") => true,
            Some("Target") => false,
            Some(_) => return Err(invalid("AssociationType")),
        };
        let (resource, arn, target) = (
            params.get("ResourceId"),
            params.get("ResourceArn"),
            params.get("Target"),
        );
        let stray = if images {
            target.is_some()
        } else {
            resource.or(arn).is_some()
        };
        if stray {
            let message = "The specified ResourceId or Target conflicts with AssociationType.";
            return Err(Refusal::bad_request("ConflictedAssociationType", message));
        }
        if resource.is_some() && arn.is_some() {
            let message = "Both ResourceId and ResourceArn cannot be specified simultaneously. Please provide only one \
                           of these parameters.";
            return Err(Refusal::bad_request("InvalidParameter.ResourceConflict", message));
        }
        let id = resource.or(target);
        Ok(Self { images, id, arn })
    }

    fn has(&self, share: &ResourceShare, entity: &Entity) -> bool {
        matches!(entity, Entity::Image(_)) == self.images
            && self.id.is_none_or(|id| entity.id() == id)
            && self.arn.is_none_or(|arn| render::arn(share, entity.id()) == arn)
    }
}
