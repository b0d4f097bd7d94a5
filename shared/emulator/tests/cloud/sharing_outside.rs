//! Resource Sharing beyond shelves inside the directory: accounts outside are invited; permissions, tags and groups.

use goldcast_emulator::cloud::Quota;
use serde_json::{Value, json};

use crate::shelf::PROD;
use crate::support::{AWAY, HOME, MEMBER, OUTSIDER, OWNER, World, account, minutes, region, setup};

/// The other account outside.
const STRANGER: &str = "3000000000000002";
/// How long an invitation waits for an answer, in minutes.
const WEEK: i64 = 7 * 24 * 60;

/// A share with an image for an account outside, and the invitation that it got; their ids.
struct Offer {
    share: String,
    image: String,
    invitation: String,
}

/// Offers an image to the outsider.
fn offer(world: &mut World) -> Offer {
    let image = world.image("golden-1");
    let params = [
        ("ResourceShareName", "abroad"),
        ("AllowExternalTargets", "true"),
        ("Targets.1", OUTSIDER),
        ("Resources.1.ResourceId", image.as_str()),
        ("Resources.1.ResourceType", "Image"),
    ];
    let body = world.sharing("CreateResourceShare", &params).ok();
    let share = text(&body["ResourceShare"]["ResourceShareId"]);
    world.wait(minutes(1));
    let invitations = received(world, OUTSIDER);
    let invitation = text(&invitations[0]["ResourceShareInvitationId"]);
    Offer {
        share,
        image,
        invitation,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The invitations that an account got.
fn received(world: &mut World, account: &str) -> Vec<Value> {
    let body = world
        .sharing_as(account, HOME, "ListResourceShareInvitations", &[])
        .ok();
    body["ResourceShareInvitations"].as_array().unwrap().clone()
}

/// Answers an invitation as the outsider.
fn answer(world: &mut World, offer: &Offer, action: &str) -> crate::support::Answer {
    let params = [("ResourceShareInvitationId", offer.invitation.as_str())];
    world.sharing_as(OUTSIDER, HOME, action, &params)
}

/// Whether the outsider can launch from the image.
fn launches(world: &World, offer: &Offer) -> bool {
    let image = offer.image.parse().unwrap();
    world
        .cloud
        .launchers(&region(HOME), &image)
        .contains(&account(OUTSIDER))
}

/// Status of the association with the outsider, and whether it is external.
fn association(world: &mut World, offer: &Offer) -> (String, bool) {
    let params = [
        ("AssociationType", "Target"),
        ("ResourceShareIds.1", offer.share.as_str()),
    ];
    let body = world.sharing("ListResourceShareAssociations", &params).ok();
    let row = &body["ResourceShareAssociations"][0];
    (text(&row["AssociationStatus"]), row["External"].as_bool().unwrap())
}

#[test]
fn an_account_outside_has_access_once_it_accepts() {
    let mut world = World::new();
    let offer = offer(&mut world);
    assert_eq!(association(&mut world, &offer), ("Associating".to_owned(), true));
    assert!(!launches(&world, &offer));
    let accepted = answer(&mut world, &offer, "AcceptResourceShareInvitation").ok();
    assert_eq!(accepted["ResourceShareInvitation"]["Status"], "Accepted");
    world.wait(minutes(1));
    assert_eq!(association(&mut world, &offer), ("Associated".to_owned(), true));
    assert!(launches(&world, &offer));
    let listed = world.listed(OUTSIDER, HOME, &[("ImageOwnerAlias", "others")]);
    assert_eq!(listed, std::slice::from_ref(&offer.image));
    let targets = world
        .sharing_as(
            OUTSIDER,
            HOME,
            "ListSharedTargets",
            &[("ResourceOwner", "OtherAccounts")],
        )
        .ok();
    let target = &targets["SharedTargets"][0];
    assert_eq!(
        (&target["TargetId"], &target["External"]),
        (&json!(OWNER), &json!(true))
    );
    let again = answer(&mut world, &offer, "RejectResourceShareInvitation");
    assert_eq!(again.refusal(), (409, "InvitationStatus.AlreadyAccepted"));
}

#[test]
fn an_invitation_that_is_rejected_gives_nothing() {
    let mut world = World::new();
    let offer = offer(&mut world);
    let rejected = answer(&mut world, &offer, "RejectResourceShareInvitation").ok();
    assert_eq!(rejected["ResourceShareInvitation"]["Status"], "Rejected");
    world.wait(minutes(1));
    assert_eq!(association(&mut world, &offer).0, "Disassociated");
    assert!(!launches(&world, &offer));
    let late = answer(&mut world, &offer, "AcceptResourceShareInvitation");
    assert_eq!(late.refusal(), (409, "InvitationStatus.AlreadyRejected"));
}

#[test]
fn an_invitation_lives_a_week() {
    let mut world = World::new();
    let offer = offer(&mut world);
    world.wait(minutes(WEEK));
    assert_eq!(received(&mut world, OUTSIDER)[0]["Status"], "Expired");
    assert_eq!(association(&mut world, &offer).0, "Disassociated");
    let late = answer(&mut world, &offer, "AcceptResourceShareInvitation");
    assert_eq!(late.refusal(), (409, "InvitationStatus.Expired"));
}

#[test]
fn an_invitation_is_taken_back_with_its_target_or_its_share() {
    for action in ["DisassociateResourceShare", "DeleteResourceShare"] {
        let mut world = World::new();
        let offer = offer(&mut world);
        let params = [("ResourceShareId", offer.share.as_str()), ("Targets.1", OUTSIDER)];
        world.sharing(action, &params).ok();
        assert_eq!(received(&mut world, OUTSIDER)[0]["Status"], "Cancelled", "{action}");
        let late = answer(&mut world, &offer, "AcceptResourceShareInvitation");
        assert_eq!(late.refusal(), (409, "InvitationStatus.Expired"), "{action}");
        world.wait(minutes(1));
        assert!(!launches(&world, &offer), "{action}");
    }
}

#[test]
fn an_account_outside_leaves_by_itself_and_a_member_cannot() {
    let mut world = World::new();
    let offer = offer(&mut world);
    answer(&mut world, &offer, "AcceptResourceShareInvitation").ok();
    world
        .change_share("AssociateResourceShare", &offer.share, &[], &[PROD])
        .ok();
    world.wait(minutes(1));
    let leave = [
        ("ResourceShareId", offer.share.as_str()),
        ("ResourceOwner", "OtherAccounts"),
    ];
    let member = world.sharing_as(MEMBER, HOME, "DisassociateResourceShare", &leave);
    assert_eq!(member.refusal(), (409, "LeavingFailed.Account"));
    let left = world
        .sharing_as(OUTSIDER, HOME, "DisassociateResourceShare", &leave)
        .ok();
    assert_eq!(left["ResourceShareAssociations"][0]["EntityId"], OUTSIDER);
    world.wait(minutes(1));
    assert!(!launches(&world, &offer));
}

#[test]
fn an_account_outside_any_directory_shares_by_invitation_too() {
    let mut world = World::new();
    let params = [
        ("ResourceShareName", "gift"),
        ("AllowExternalTargets", "true"),
        ("Targets.1", STRANGER),
    ];
    world.sharing_as(OUTSIDER, HOME, "CreateResourceShare", &params).ok();
    assert_eq!(received(&mut world, STRANGER)[0]["SenderAccountId"], OUTSIDER);
    assert!(received(&mut world, MEMBER).is_empty());
}

#[test]
fn invitations_that_wait_are_counted_and_limited() {
    let mut setup = setup();
    setup.switches.pending_invitations_per_account = 1;
    let mut world = World::with(setup);
    let offer = offer(&mut world);
    let second = [("ResourceShareId", offer.share.as_str()), ("Targets.1", STRANGER)];
    let refused = world.sharing("AssociateResourceShare", &second);
    assert_eq!(refused.refusal(), (409, "QuotaExceeded.PendingInvitations"));
    let quota = [
        ("ProductCode", "resourcesharing"),
        ("QuotaActionCode", Quota::PendingInvitations.default_code()),
        ("Dimensions.1.Key", "regionId"),
        ("Dimensions.1.Value", HOME),
    ];
    let told = world.quotas_as(OWNER, "GetProductQuota", &quota).ok();
    let told = &told["Quota"];
    assert_eq!((&told["TotalQuota"], &told["TotalUsage"]), (&json!(1), &json!(1)));
    answer(&mut world, &offer, "AcceptResourceShareInvitation").ok();
    world.sharing("AssociateResourceShare", &second).ok();
}

#[test]
fn nobody_outside_is_invited_if_the_switch_forbids_it() {
    let mut setup = setup();
    setup.switches.images_shareable_outside = false;
    let mut world = World::with(setup);
    let params = [
        ("ResourceShareName", "abroad"),
        ("AllowExternalTargets", "true"),
        ("Targets.1", OUTSIDER),
    ];
    let refused = world.sharing("CreateResourceShare", &params);
    assert_eq!(refused.refusal(), (409, "ExternalTargetsNotAllowed.ResourceType"));
}

#[test]
fn the_permission_for_images_is_listed_and_goes_with_shares_that_hold_images() {
    let mut world = World::new();
    let name = "AliyunRSDefaultPermissionImage";
    let all = world.sharing("ListPermissions", &[("ResourceType", "Image")]).ok();
    assert_eq!(all["Permissions"][0]["PermissionName"], name);
    let one = world.sharing("GetPermission", &[("PermissionName", name)]).ok();
    assert!(text(&one["Permission"]["Permission"]).contains("ecs:RunInstances"));

    let share = world.start_share("shelf", &[], &[]);
    let of_share = |world: &mut World| {
        let params = [("ResourceOwner", "Self"), ("ResourceShareId", share.as_str())];
        let body = world.sharing("ListResourceSharePermissions", &params).ok();
        body["Permissions"].as_array().unwrap().len()
    };
    assert_eq!(of_share(&mut world), 0);
    let both = [("ResourceShareId", share.as_str()), ("PermissionName", name)];
    world.sharing("AssociateResourceSharePermission", &both).ok();
    assert_eq!(of_share(&mut world), 1);
    world.sharing("DisassociateResourceSharePermission", &both).ok();
    let absent = world.sharing("DisassociateResourceSharePermission", &both);
    assert_eq!(absent.refusal(), (404, "EntityNotExists.Permission"));

    let image = world.image("golden-1");
    world
        .change_share("AssociateResourceShare", &share, &[&image], &[])
        .ok();
    assert_eq!(of_share(&mut world), 1);
    let needed = world.sharing("DisassociateResourceSharePermission", &both);
    assert_eq!(needed.refusal(), (409, "ResourceShareStatusMismatchAction"));
}

#[test]
fn shares_are_tagged_and_found_by_their_tags() {
    let mut world = World::new();
    let (first, second) = (
        world.start_share("first", &[], &[]),
        world.start_share("second", &[], &[]),
    );
    let place = [("RegionId", HOME), ("ResourceType", "ResourceShare")];
    let set = [
        ("ResourceId.1", first.as_str()),
        ("ResourceId.2", second.as_str()),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "blue"),
    ];
    world.sharing("TagResources", &[&place[..], &set].concat()).ok();
    let untag = [("ResourceId.1", first.as_str()), ("TagKey.1", "team")];
    world.sharing("UntagResources", &[&place[..], &untag].concat()).ok();
    let listed = world.sharing("ListTagResources", &place).ok();
    assert_eq!(
        listed["TagResources"]["TagResource"],
        json!([{ "ResourceId": second, "ResourceType": "ResourceShare", "TagKey": "team", "TagValue": "blue" }])
    );
    let found = [("ResourceOwner", "Self"), ("Tag.1.Key", "team")];
    let found = world.sharing("ListResourceShares", &found).ok();
    assert_eq!(found["ResourceShares"][0]["ResourceShareId"], second);
    let all = [("ResourceId.1", second.as_str()), ("All", "true")];
    world.sharing("UntagResources", &[&place[..], &all].concat()).ok();
    let listed = world.sharing("ListTagResources", &place).ok();
    assert_eq!(listed["TagResources"]["TagResource"], json!([]));
}

#[test]
fn a_share_moves_to_another_resource_group() {
    let mut setup = setup();
    setup.switches.resource_groups = Some(["rg-images".to_owned()].into());
    let mut world = World::with(setup);
    let share = world.start_share("shelf", &[], &[]);
    let into = |group| {
        [
            ("ResourceId", share.as_str()),
            ("ResourceRegionId", HOME),
            ("ResourceGroupId", group),
        ]
    };
    let unknown = world.sharing("ChangeResourceGroup", &into("rg-nobody"));
    assert_eq!(unknown.refusal(), (404, "EntityNotExists.ResourceGroup"));
    world.sharing("ChangeResourceGroup", &into("rg-images")).ok();
    let found = [("ResourceOwner", "Self"), ("ResourceGroupId", "rg-images")];
    let found = world.sharing("ListResourceShares", &found).ok();
    assert_eq!(found["ResourceShares"].as_array().unwrap().len(), 1);
}

#[test]
fn a_wrong_request_is_refused_with_its_code() {
    let mut world = World::new();
    let share = world.start_share("shelf", &[], &[]);
    let id = ("ResourceShareId", share.as_str());
    let place = [("RegionId", HOME), ("ResourceType", "ResourceShare")];
    let tag = ("Tag.1.Key", "team");
    let invitation = "ResourceShareInvitationId";
    for (action, params, expected) in [
        (
            "AcceptResourceShareInvitation",
            vec![],
            (400, "MissingParameter.ResourceShareInvitationId"),
        ),
        (
            "AcceptResourceShareInvitation",
            vec![(invitation, "x")],
            (400, "InvalidParameter.ResourceShareInvitationId"),
        ),
        (
            "RejectResourceShareInvitation",
            vec![(invitation, "i-nobody")],
            (409, "EntityNotExists.ResourceShareInvitation"),
        ),
        ("GetPermission", vec![], (400, "MissingParameter.PermissionName")),
        (
            "GetPermission",
            vec![("PermissionName", "Other")],
            (404, "EntityNotExists.Permission"),
        ),
        (
            "ListPermissions",
            vec![("ResourceType", "Other")],
            (400, "InvalidParameter.ResourceType"),
        ),
        (
            "ListPermissions",
            vec![("MaxResults", "101")],
            (400, "InvalidParameter.MaxResults"),
        ),
        (
            "ListResourceSharePermissions",
            vec![id],
            (400, "MissingParameter.ResourceOwner"),
        ),
        (
            "AssociateResourceSharePermission",
            vec![id],
            (400, "MissingParameter.PermissionName"),
        ),
        ("TagResources", vec![], (400, "MissingParameter.RegionId")),
        (
            "TagResources",
            vec![("RegionId", AWAY)],
            (400, "InvalidParameter.RegionId"),
        ),
        ("TagResources", vec![place[0]], (400, "MissingParameter.ResourceType")),
        ("TagResources", place.to_vec(), (400, "MissingParameter.ResourceId")),
        (
            "TagResources",
            vec![place[0], place[1], ("ResourceId.1", share.as_str())],
            (400, "MissingParameter.Tag"),
        ),
        (
            "TagResources",
            vec![place[0], place[1], ("ResourceId.1", "rs-nobody"), tag],
            (404, "EntityNotExists.ResourceShare"),
        ),
        (
            "UntagResources",
            vec![place[0], place[1], ("ResourceId.1", share.as_str())],
            (400, "MissingParameter.TagKey"),
        ),
        ("ChangeResourceGroup", vec![], (400, "MissingParameter.ResourceGroupId")),
        (
            "ChangeResourceGroup",
            vec![
                ("ResourceGroupId", "rg-1"),
                ("ResourceId", share.as_str()),
                ("ResourceRegionId", AWAY),
            ],
            (400, "InvalidParameter.ResourceRegionId"),
        ),
        (
            "ChangeResourceGroup",
            vec![
                ("ResourceGroupId", "rg-1"),
                ("ResourceId", "rs-nobody"),
                ("ResourceRegionId", HOME),
            ],
            (404, "EntityNotExists.ResourceShare"),
        ),
    ] {
        let refused = world.sharing(action, &params);
        assert_eq!(refused.refusal(), expected, "{action} {params:?}");
    }
}
