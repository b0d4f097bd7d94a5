//! Resource Sharing 2020-01-10.

use goldcast_emulator::cloud::{Endpoint, Organisation};

use super::{Call, Exception, Product, Recipe};
use crate::shelf::PROD;
use crate::support::{HOME, MANAGEMENT, World, minutes, organisation, region, setup};

const PRODUCT: Product = Product {
    version: "2020-01-10",
    description: include_str!("../../fixtures/openapi/resourcesharing-2020-01-10.json"),
    recipes: RECIPES,
    unsimulated: "\
    AcceptResourceShareInvitation AssociateResourceSharePermission ChangeResourceGroup \
    DisassociateResourceSharePermission GetPermission ListPermissionVersions ListPermissions \
    ListResourceShareInvitations ListResourceSharePermissions ListTagResources RejectResourceShareInvitation \
    TagResources UntagResources",
    common_codes: &["InvalidParameter.*", "MissingParameter"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[
    Exception(
        "AssociateResourceShare",
        "absent ResourceShareAssociations[].ResourceArn",
        "there only where the association has one",
    ),
    Exception(
        "AssociateResourceShare",
        "absent ResourceShareAssociations[].ResourceProperty",
        "there only where the association has one",
    ),
    Exception(
        "AssociateResourceShare",
        "absent ResourceShareAssociations[].TargetProperty",
        "there only where the association has one",
    ),
    Exception(
        "DisassociateResourceShare",
        "absent ResourceShareAssociations[].ResourceArn",
        "there only where the association has one",
    ),
    Exception(
        "DisassociateResourceShare",
        "absent ResourceShareAssociations[].ResourceProperty",
        "there only where the association has one",
    ),
    Exception(
        "DisassociateResourceShare",
        "absent ResourceShareAssociations[].TargetProperty",
        "there only where the association has one",
    ),
    Exception(
        "ListResourceShareAssociations",
        "absent ResourceShareAssociations[].ResourceProperty",
        "there only where the association has one",
    ),
    Exception(
        "ListResourceShareAssociations",
        "absent ResourceShareAssociations[].TargetProperty",
        "there only where the association has one",
    ),
    Exception(
        "ListSharedTargets",
        "absent SharedTargets[].TargetProperty",
        "there only where the association has one",
    ),
    Exception(
        "ListResourceShares",
        "empty ResourceShares[].Tags[]",
        "shares have no tags yet",
    ),
];

const RECIPES: &[Recipe] = &[
    Recipe("AssociateResourceShare", |world| {
        let (share, _) = shelf(world);
        Call::home(&format!("ResourceShareId={share} Targets.1=fd-dev0000001"))
    }),
    Recipe("CheckSharingWithResourceDirectoryStatus", |_| Call::home("")),
    Recipe("CreateResourceShare", |_| Call::home("ResourceShareName=shelf")),
    Recipe("DeleteResourceShare", |world| {
        let (share, _) = shelf(world);
        Call::home(&format!("ResourceShareId={share}"))
    }),
    Recipe("DescribeRegions", |_| Call::home("")),
    Recipe("DisassociateResourceShare", |world| {
        let (share, _) = shelf(world);
        Call::home(&format!("ResourceShareId={share} Targets.1={PROD}"))
    }),
    Recipe("EnableSharingWithResourceDirectory", |world| {
        let organisation = Organisation {
            sharing_enabled: false,
            ..organisation()
        };
        *world = World::of(setup(), &organisation);
        let home = Endpoint::Region(region(HOME));
        Call::by(MANAGEMENT, home, "")
    }),
    Recipe("ListResourceShareAssociations", |world| {
        let image = world.image("golden-1");
        let share = world.share("shelf", &[&image, "m-nobody", "m-none"], &[PROD]);
        Call::home(&format!(
            "AssociationType=Resource MaxResults=2 ResourceShareIds.1={share}"
        ))
    }),
    Recipe("ListResourceShares", |world| {
        shelf(world);
        world.start_share("shelf-2", &[], &[]);
        Call::home("ResourceOwner=Self MaxResults=1")
    }),
    Recipe("ListSharedResources", |world| {
        let (share, _) = shelf(world);
        let other = world.image("golden-2");
        world
            .change_share("AssociateResourceShare", &share, &[&other], &[])
            .ok();
        world.wait(minutes(1));
        Call::home("ResourceOwner=Self MaxResults=1")
    }),
    Recipe("ListSharedTargets", |world| {
        let (share, _) = shelf(world);
        world
            .change_share("AssociateResourceShare", &share, &[], &["fd-dev0000001"])
            .ok();
        world.wait(minutes(1));
        Call::home("ResourceOwner=Self MaxResults=1")
    }),
    Recipe("UpdateResourceShare", |world| {
        let (share, _) = shelf(world);
        Call::home(&format!("ResourceShareId={share} ResourceShareName=shelf-2"))
    }),
];

/// A share with an image that is there, one that is not, and a folder; its id and the image's.
fn shelf(world: &mut World) -> (String, String) {
    let image = world.image("golden-1");
    let share = world.share("shelf", &[&image, "m-nobody"], &[PROD]);
    (share, image)
}

conforms!(PRODUCT);
