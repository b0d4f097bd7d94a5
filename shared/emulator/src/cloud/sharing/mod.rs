//! Resource Sharing 2020-01-10: shares that hold images and give them to folders, the directory or members. This file
//! holds the state and finds the operation. Not here: grants by account id; those are ECS's own.

mod associate;
mod create;
mod enabling;
mod invitations;
mod lifecycle;
mod listing;
mod membership;
mod needs;
mod paging;
mod permissions;
mod render;
mod request;
mod room;
mod share;
mod shared;
mod tags;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;

pub(crate) use lifecycle::Changed;
pub(crate) use membership::Shelves;
pub(crate) use needs::needs;
pub use share::{Association, AssociationStatus, Entity, FailureReason, ResourceShare, ShareStatus, SharingTarget};

use self::invitations::Invitation;
use super::context::{Context, Done, Kind};
use super::directory::Directory;
use super::ecs::Ecs;
use super::refusal::Refusal;

/// Regions that have an endpoint for Resource Sharing
/// (<https://github.com/aliyun/aliyun-openapi-meta>, April 2026), in order.
const SERVED: [&str; 26] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "cn-beijing",
    "cn-chengdu",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shenzhen",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "eu-central-1",
    "eu-west-1",
    "me-central-1",
    "us-east-1",
    "us-west-1",
];

/// Type of a share in audit events.
const SHARE_TYPE: &str = "ACS::ResourceSharing::ResourceShare";

/// Whether a region has an endpoint for Resource Sharing.
pub(crate) fn is_served(region: &RegionId) -> bool {
    SERVED.binary_search(&region.as_str()).is_ok()
}

/// Where a call is made, and what it may look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) region: &'a RegionId,
    pub(crate) ecs: &'a Ecs,
    pub(crate) directory: &'a Directory,
}

/// An operation of Resource Sharing: what runs it, and whether it changes something.
pub(crate) type Operation = (
    fn(&mut Sharing, Surroundings<'_>, &mut Context<'_>) -> Result<Done, Refusal>,
    Kind,
);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "AcceptResourceShareInvitation" => (Sharing::accept_invitation, Kind::Write),
        "AssociateResourceShare" => (Sharing::associate, Kind::Write),
        "AssociateResourceSharePermission" => (Sharing::associate_permission, Kind::Write),
        "ChangeResourceGroup" => (Sharing::change_resource_group, Kind::Write),
        "CheckSharingWithResourceDirectoryStatus" => (enabling::check_enabled, Kind::Read),
        "CreateResourceShare" => (Sharing::create, Kind::Write),
        "DeleteResourceShare" => (Sharing::delete, Kind::Write),
        "DescribeRegions" => (enabling::describe_regions, Kind::Read),
        "DisassociateResourceShare" => (Sharing::disassociate, Kind::Write),
        "DisassociateResourceSharePermission" => (Sharing::disassociate_permission, Kind::Write),
        "EnableSharingWithResourceDirectory" => (enabling::enable, Kind::Write),
        "GetPermission" => (permissions::get_permission, Kind::Read),
        "ListPermissionVersions" => (permissions::list_permission_versions, Kind::Read),
        "ListPermissions" => (permissions::list_permissions, Kind::Read),
        "ListResourceShareAssociations" => (Sharing::list_associations, Kind::Read),
        "ListResourceShareInvitations" => (Sharing::list_invitations, Kind::Read),
        "ListResourceSharePermissions" => (Sharing::list_share_permissions, Kind::Read),
        "ListResourceShares" => (Sharing::list_shares, Kind::Read),
        "ListSharedResources" => (Sharing::list_shared_resources, Kind::Read),
        "ListSharedTargets" => (Sharing::list_shared_targets, Kind::Read),
        "ListTagResources" => (Sharing::list_tag_resources, Kind::Read),
        "RejectResourceShareInvitation" => (Sharing::reject_invitation, Kind::Write),
        "TagResources" => (Sharing::tag_resources, Kind::Write),
        "UntagResources" => (Sharing::untag_resources, Kind::Write),
        "UpdateResourceShare" => (Sharing::update, Kind::Write),
        _ => return None,
    })
}

/// Resource Sharing in all regions.
#[derive(Debug, Clone)]
pub(crate) struct Sharing {
    shares: BTreeMap<RegionId, BTreeMap<String, ResourceShare>>,
    /// Invitations to accounts outside the directory, by id. Their record stays.
    invitations: BTreeMap<String, Invitation>,
    /// When a share changes by itself.
    agenda: BTreeSet<(Timestamp, RegionId, String)>,
    /// Faults that tests asked for: how the next associations of a region end.
    doomed: BTreeMap<RegionId, VecDeque<FailureReason>>,
}

impl Sharing {
    pub(crate) fn new() -> Self {
        Self {
            shares: BTreeMap::new(),
            invitations: BTreeMap::new(),
            agenda: BTreeSet::new(),
            doomed: BTreeMap::new(),
        }
    }

    /// All shares of a region, deleted ones too as long as their record stays.
    pub(crate) fn shares<'a>(&'a self, region: &RegionId) -> impl Iterator<Item = &'a ResourceShare> + use<'a> {
        self.shares.get(region).into_iter().flat_map(BTreeMap::values)
    }

    /// All shares of an account in all regions.
    fn shares_of(&self, account: &AccountId) -> impl Iterator<Item = &ResourceShare> {
        let shares = self.shares.values().flat_map(BTreeMap::values);
        shares.filter(move |share| share.owner == *account)
    }

    fn share(&self, region: &RegionId, id: &str) -> Option<&ResourceShare> {
        self.shares.get(region)?.get(id)
    }

    fn share_mut(&mut self, region: &RegionId, id: &str) -> Option<&mut ResourceShare> {
        self.shares.get_mut(region)?.get_mut(id)
    }

    /// The share that `ResourceShareId` names, if it is the caller's own.
    fn own(&self, region: &RegionId, context: &Context<'_>) -> Result<&ResourceShare, Refusal> {
        let id = request::share_id(context)?;
        let share = self.share(region, id);
        share
            .filter(|share| share.owner == *context.account())
            .ok_or_else(no_such_share)
    }

    /// Like [`Sharing::own`], to be changed.
    fn own_mut(&mut self, region: &RegionId, context: &Context<'_>) -> Result<&mut ResourceShare, Refusal> {
        let id = self.own(region, context)?.id.clone();
        self.share_mut(region, &id).ok_or_else(no_such_share)
    }
}

fn no_such_share() -> Refusal {
    Refusal::not_found(
        "EntityNotExists.ResourceShare",
        "The resource share does not exist in the current account.",
    )
}

/// 409 for a share in a state that does not take the operation.
fn wrong_status() -> Refusal {
    Refusal::conflict(
        "ResourceShareStatusMismatchAction",
        "The status of the resource share does not allow the specified operation.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_served_regions_are_in_order_and_known() {
        assert!(SERVED.is_sorted());
        for id in SERVED {
            let region = id.parse().unwrap();
            assert!(
                is_served(&region) && goldcast_domain::regions::is_known(&region),
                "{id}"
            );
        }
        assert!(!is_served(&"cn-nanjing".parse().unwrap()));
    }
}
