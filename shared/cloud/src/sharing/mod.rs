//! Resource Sharing: resource shares of images, what is on them and with whom. A share lives in one region.
//! <https://www.alibabacloud.com/help/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-overview>
//!
//! Changes are answered before they are done: what became of them is in [`ListResourceShareAssociations`]. Not every region
//! has Resource Sharing, see [`Endpoints::has_resource_sharing`](crate::Endpoints::has_resource_sharing).

mod association;
mod enabled;
mod share;

pub use association::{
    AssociateResourceShare, Association, AssociationFailure, AssociationPage, AssociationType,
    DisassociateResourceShare, ListResourceShareAssociations,
};
pub use enabled::{CheckSharingWithResourceDirectoryStatus, SharingStatus};
pub use share::{
    CreateResourceShare, CreateResourceShareAnswer, DeleteResourceShare, ListResourceShares, ResourceShare,
    ResourceSharePage,
};

use crate::rpc::{OverLimit, Rpc};

/// Resources in one call.
const RESOURCES_MAX: usize = 5;
/// Targets in one call.
const TARGETS_MAX: usize = 5;
/// Resource shares in one listing.
const SHARE_IDS_MAX: usize = 5;
/// Tags in one call, and on one share.
const TAGS_MAX: usize = 20;
/// What Resource Sharing calls a custom image.
const IMAGE: &str = "Image";

/// Checks how many images and targets a call names.
fn check_entities(image_ids: &[String], targets: &[String]) -> Result<(), OverLimit> {
    OverLimit::check("Resources", image_ids.len(), RESOURCES_MAX)?;
    OverLimit::check("Targets", targets.len(), TARGETS_MAX)
}

/// Adds images as `Resources.1.ResourceId` and so on, and targets as `Targets.1`.
fn entities(rpc: Rpc, image_ids: &[String], targets: &[String]) -> Rpc {
    image_ids
        .iter()
        .zip(1_u32..)
        .fold(rpc, |rpc, (image, n)| {
            rpc.param(format!("Resources.{n}.ResourceId"), image)
                .param(format!("Resources.{n}.ResourceType"), IMAGE)
        })
        .list("Targets", targets)
}
