//! Listings of Resource Sharing: pages, filters, the recipient's side, and whole answers.

use goldcast_emulator::cloud::{Setup, Switches};
use serde_json::Value;

use crate::shapes::check_shape;
use crate::shelf::{DIRECTORY_ID, PROD, borrowed, params_of, text, with_lists};
use crate::support::{HOME, MEMBER, OUTSIDER, OWNER, World, minutes, setup};

#[test]
fn a_listing_is_paged_by_token_and_gives_every_row_once() {
    let mut world = World::new();
    let accounts: Vec<String> = (1..=13).map(|n| format!("20000000000000{n:02}")).collect();
    let share = world.share("shelf", &[], &[]);
    for five in accounts.chunks(5) {
        let five: Vec<&str> = five.iter().map(String::as_str).collect();
        world.change_share("AssociateResourceShare", &share, &[], &five).ok();
    }
    world.wait(minutes(1));
    for size in ["1", "4", "13", "100"] {
        let params = [("AssociationType", "Target"), ("MaxResults", size)];
        let rows = world.rows(
            OWNER,
            "ListResourceShareAssociations",
            "ResourceShareAssociations",
            &params,
        );
        let ids: Vec<_> = rows.iter().map(|row| text(row, "EntityId")).collect();
        assert_eq!(ids, accounts, "{size} a page");
        let params = [("ResourceOwner", "Self"), ("MaxResults", size)];
        assert_eq!(
            world.rows(OWNER, "ListSharedTargets", "SharedTargets", &params).len(),
            13
        );
    }
    let body = world
        .sharing("ListSharedTargets", &[("ResourceOwner", "Self"), ("MaxResults", "13")])
        .ok();
    assert!(body.get("NextToken").is_none(), "a full last page has no token");
}

#[test]
fn twenty_rows_are_a_page_unless_it_says_otherwise() {
    let switches = Switches {
        resource_shares_per_account: 30,
        ..setup().switches
    };
    let mut world = World::with(Setup { switches, ..setup() });
    for number in 0..25 {
        world.start_share(&format!("shelf-{number}"), &[], &[]);
    }
    let body = world.sharing("ListResourceShares", &[("ResourceOwner", "Self")]).ok();
    assert_eq!(body["ResourceShares"].as_array().unwrap().len(), 20);
    let owner = [("ResourceOwner", "Self")];
    assert_eq!(
        world.rows(OWNER, "ListResourceShares", "ResourceShares", &owner).len(),
        25
    );
}

#[test]
fn listings_are_narrowed_by_their_filters() {
    let mut world = World::new();
    let (one, two) = (world.image("golden-1"), world.image("golden-2"));
    let tagged = [
        ("ResourceShareName", "tagged"),
        ("Tag.1.Key", "goldcast:shelf"),
        ("Tag.1.Value", "v1"),
    ];
    let params = with_lists(&tagged, &[&one], &[PROD]);
    let body = world.sharing("CreateResourceShare", &borrowed(&params)).ok();
    let first = text(&body["ResourceShare"], "ResourceShareId");
    world.wait(minutes(1));
    let second = world.share("plain", &[&two], &[DIRECTORY_ID]);
    let arn = format!("acs:ecs:{HOME}:{OWNER}:image/{two}");

    let (shares, resources, targets) = ("ResourceShares", "SharedResources", "SharedTargets");
    let associations = "ResourceShareAssociations";
    let (only_first, only_second) = (vec![first.clone()], vec![second.clone()]);
    for (name, filter, expected) in [
        (shares, "", &vec![first.clone(), second.clone()]),
        (shares, &format!("ResourceShareIds.1={second}"), &only_second),
        (shares, "ResourceShareName=tagged", &only_first),
        (shares, "ResourceShareStatus=Deleted", &vec![]),
        (
            shares,
            "PermissionName=AliyunRSDefaultPermissionImage",
            &vec![first.clone(), second.clone()],
        ),
        (shares, "Tag.1.Key=goldcast:shelf", &only_first),
        (shares, "Tag.1.Key=goldcast:shelf Tag.1.Value=v2", &vec![]),
        (resources, "", &vec![first.clone(), second.clone()]),
        (
            resources,
            &format!("ResourceType=Image ResourceIds.1={one}"),
            &only_first,
        ),
        (resources, &format!("ResourceArns.1={arn}"), &only_second),
        (resources, &format!("Target={PROD}"), &only_first),
        (resources, &format!("ResourceShareIds.1={second}"), &only_second),
        (targets, "", &vec![first.clone(), second.clone()]),
        (targets, &format!("Targets.1={DIRECTORY_ID}"), &only_second),
        (targets, &format!("ResourceId={one}"), &only_first),
        (targets, &format!("ResourceArn={arn}"), &only_second),
        (
            associations,
            &format!("AssociationType=Resource ResourceId={one}"),
            &only_first,
        ),
        (
            associations,
            &format!("AssociationType=Resource ResourceArn={arn}"),
            &only_second,
        ),
        (
            associations,
            &format!("AssociationType=Target Target={DIRECTORY_ID}"),
            &only_second,
        ),
    ] {
        let line = format!("ResourceOwner=Self {filter}");
        let rows = world.rows(OWNER, &format!("List{name}"), name, &params_of(&line));
        let ids: Vec<_> = rows.iter().map(|row| text(row, "ResourceShareId")).collect();
        assert_eq!(ids, *expected, "{name} {filter}");
    }
    let rows = world.rows(OWNER, "ListResourceShares", shares, &[("ResourceOwner", "Self")]);
    assert_eq!(
        rows[0]["Tags"],
        serde_json::json!([{ "Key": "goldcast:shelf", "Value": "v1" }])
    );
}

#[test]
fn a_recipient_sees_what_it_is_given_and_from_whom() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let share = world.share("shelf", &[&image], &[PROD]);
    let theirs = [("ResourceOwner", "OtherAccounts")];
    for (account, rows) in [(MEMBER, 1), (OUTSIDER, 0), (OWNER, 0)] {
        for (action, name) in [
            ("ListResourceShares", "ResourceShares"),
            ("ListSharedResources", "SharedResources"),
            ("ListSharedTargets", "SharedTargets"),
        ] {
            assert_eq!(
                world.rows(account, action, name, &theirs).len(),
                rows,
                "{account} {action}"
            );
        }
    }
    let targets = world.rows(MEMBER, "ListSharedTargets", "SharedTargets", &theirs);
    assert_eq!(
        (text(&targets[0], "TargetId"), text(&targets[0], "ResourceShareId")),
        (OWNER.to_owned(), share)
    );
    let resources = world.rows(MEMBER, "ListSharedResources", "SharedResources", &theirs);
    assert_eq!(text(&resources[0], "ResourceId"), image);
}

#[test]
fn answers_about_shares_are_whole() {
    let shapes: Value = serde_json::from_str(include_str!("../fixtures/sharing-responses.json")).unwrap();
    let mut world = World::new();
    let image = world.image("golden-1");
    let share = world.share("shelf", &[&image, "m-nobody"], &[PROD]);
    let params = with_lists(&[("ResourceShareName", "other"), ("Tag.1.Key", "k")], &[], &[]);
    let body = world.sharing("CreateResourceShare", &borrowed(&params)).ok();
    check_shape("CreateResourceShare", &body, &shapes["CreateResourceShare"]);
    let body = world
        .change_share("AssociateResourceShare", &share, &["m-none"], &[])
        .ok();
    check_shape("AssociateResourceShare", &body, &shapes["AssociateResourceShare"]);
    let params = [
        ("ResourceOwner", "Self"),
        ("AssociationType", "Resource"),
        ("ResourceShareId", share.as_str()),
        ("ResourceShareName", "shelf"),
    ];
    for action in [
        "UpdateResourceShare",
        "ListResourceShares",
        "ListResourceShareAssociations",
        "ListSharedResources",
        "ListSharedTargets",
        "CheckSharingWithResourceDirectoryStatus",
        "DescribeRegions",
    ] {
        let body = world.sharing(action, &params).ok();
        check_shape(action, &body, &shapes[action]);
    }
}
