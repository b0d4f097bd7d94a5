//! Resource Sharing 2020-01-10.

use goldcast_emulator::cloud::{Endpoint, Organisation};

use super::{Call, Exception, Product, Recipe};
use crate::shelf::PROD;
use crate::support::{HOME, MANAGEMENT, OUTSIDER, World, minutes, organisation, region, setup};

const PERMISSION: &str = "AliyunRSDefaultPermissionImage";

const PRODUCT: Product = Product {
    version: "2020-01-10",
    description: include_str!("../../fixtures/openapi/resourcesharing-2020-01-10.json"),
    recipes: RECIPES,
    unsimulated: "",
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
        "AcceptResourceShareInvitation",
        "empty ResourceShareInvitation.AcceptInvitationFailedDetails[]",
        "nothing fails once it is accepted",
    ),
    Exception(
        "ListResourceShareInvitations",
        "empty ResourceShareInvitations[].InvitationFailedDetails[]",
        "nothing fails once it is accepted",
    ),
    Exception("GetPermission", "refuses PermissionVersion", "there is one version"),
    Exception("*", "absent NextToken", "only if there is more"),
];

const RECIPES: &[Recipe] = &[
    Recipe("AcceptResourceShareInvitation", |world| {
        let invitation = invitation(world);
        abroad(&format!("ResourceShareInvitationId={invitation}"))
    }),
    Recipe("AssociateResourceSharePermission", |world| {
        let (share, _) = shelf(world);
        Call::home(&format!("ResourceShareId={share} PermissionName={PERMISSION}"))
    }),
    Recipe("ChangeResourceGroup", |world| {
        let (share, _) = shelf(world);
        Call::home(&format!(
            "ResourceId={share} ResourceRegionId={HOME} ResourceGroupId=rg-images"
        ))
    }),
    Recipe("DisassociateResourceSharePermission", |world| {
        let share = world.start_share("shelf", &[], &[]);
        let both = [("ResourceShareId", share.as_str()), ("PermissionName", PERMISSION)];
        world.sharing("AssociateResourceSharePermission", &both).ok();
        Call::home(&format!("ResourceShareId={share} PermissionName={PERMISSION}"))
    }),
    Recipe("GetPermission", |_| Call::home(&format!("PermissionName={PERMISSION}"))),
    Recipe("ListPermissionVersions", |_| {
        Call::home(&format!("PermissionName={PERMISSION}"))
    }),
    Recipe("ListPermissions", |_| Call::home("")),
    Recipe("ListResourceShareInvitations", |world| {
        invitation(world);
        abroad("")
    }),
    Recipe("ListResourceSharePermissions", |world| {
        let (share, _) = shelf(world);
        Call::home(&format!("ResourceOwner=Self ResourceShareId={share}"))
    }),
    Recipe("ListTagResources", |world| {
        tagged(world);
        Call::home(&format!("RegionId={HOME} ResourceType=ResourceShare"))
    }),
    Recipe("RejectResourceShareInvitation", |world| {
        let invitation = invitation(world);
        abroad(&format!("ResourceShareInvitationId={invitation}"))
    }),
    Recipe("TagResources", |world| {
        let (share, _) = shelf(world);
        Call::home(&format!(
            "RegionId={HOME} ResourceType=ResourceShare ResourceId.1={share} Tag.1.Key=team"
        ))
    }),
    Recipe("UntagResources", |world| {
        let share = tagged(world);
        Call::home(&format!(
            "RegionId={HOME} ResourceType=ResourceShare ResourceId.1={share} TagKey.1=team"
        ))
    }),
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
        tagged(world);
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

/// A share with a tag; its id.
fn tagged(world: &mut World) -> String {
    let (share, _) = shelf(world);
    let params = [
        ("RegionId", HOME),
        ("ResourceType", "ResourceShare"),
        ("ResourceId.1", share.as_str()),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "blue"),
    ];
    world.sharing("TagResources", &params).ok();
    share
}

/// Invites an account outside the directory; the invitation's id.
fn invitation(world: &mut World) -> String {
    let params = [
        ("ResourceShareName", "abroad"),
        ("AllowExternalTargets", "true"),
        ("Targets.1", OUTSIDER),
    ];
    world.sharing("CreateResourceShare", &params).ok();
    let body = world
        .sharing_as(OUTSIDER, HOME, "ListResourceShareInvitations", &[])
        .ok();
    let invitation = &body["ResourceShareInvitations"][0]["ResourceShareInvitationId"];
    invitation.as_str().unwrap().to_owned()
}

/// A call by that account.
fn abroad(line: &str) -> Call {
    Call::by(OUTSIDER, Endpoint::Region(region(HOME)), line)
}

conforms!(PRODUCT);
