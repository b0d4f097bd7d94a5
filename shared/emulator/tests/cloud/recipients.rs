//! What those see who are given an image, and what everybody sees of a community image.

use crate::support::{AWAY, HOME, MEMBER, OUTSIDER, OWNER, World, id_of, minutes, region};

/// Shares an image of the home region with a member.
fn share(world: &mut World, image: &str) {
    let params = [("ImageId", image), ("AddAccount.1", MEMBER)];
    world.ecs("ModifyImageSharePermission", &params).ok();
}

/// Makes an image a community image.
fn publish(world: &mut World, image: &str) {
    let id = image.parse().unwrap();
    assert!(
        world
            .cloud
            .edit_image(&region(HOME), &id, |image| image.is_public = true)
    );
}

#[test]
fn a_recipient_resolves_the_owners_family() {
    let mut world = World::new();
    let image = world.start_image(&[("ImageName", "golden-1"), ("ImageFamily", "corp")]);
    world.wait(minutes(10));
    let family = format!("acs:{OWNER}:corp");
    let resolve = |world: &mut World| {
        world
            .ecs_as(MEMBER, HOME, "DescribeImageFromFamily", &[("ImageFamily", &family)])
            .ok()["Image"]
            .clone()
    };
    assert_eq!(resolve(&mut world), serde_json::json!({}));
    share(&mut world, &image);
    assert_eq!(id_of(&resolve(&mut world)), image);
}

#[test]
fn a_recipient_lists_what_it_is_given_and_not_what_is_public() {
    let mut world = World::new();
    let (given, public) = (world.image("golden-1"), world.image("golden-2"));
    share(&mut world, &given);
    publish(&mut world, &public);
    let others = ("ImageOwnerAlias", "others");
    for (who, params, expected) in [
        (MEMBER, vec![others], vec![&given]),
        (MEMBER, vec![others, ("IsPublic", "false")], vec![&given]),
        (MEMBER, vec![others, ("IsPublic", "true")], vec![&public]),
        (MEMBER, vec![others, ("ImageOwnerId", OWNER)], vec![&given]),
        (MEMBER, vec![others, ("ImageOwnerId", OUTSIDER)], vec![]),
        (MEMBER, vec![("ImageId", &given)], vec![&given]),
        (MEMBER, vec![("ImageOwnerAlias", "self")], vec![]),
        (OUTSIDER, vec![others], vec![]),
        (OUTSIDER, vec![others, ("IsPublic", "true")], vec![&public]),
        (OUTSIDER, vec![("ImageId", &given)], vec![]),
        (OWNER, vec![others], vec![]),
    ] {
        let listed = world.listed(who, HOME, &params);
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{who} {params:?}");
    }
    assert_eq!(world.listed(MEMBER, AWAY, &[others]), [""; 0]);
}

#[test]
fn a_given_image_shows_its_owner_and_not_the_owners_business() {
    let mut world = World::new();
    let image = world.start_image(&[
        ("ImageName", "golden-1"),
        ("Tag.1.Key", "secret"),
        ("ResourceGroupId", "rg-1"),
    ]);
    world.wait(minutes(10));
    share(&mut world, &image);
    let body = world
        .ecs_as(MEMBER, HOME, "DescribeImages", &[("ImageId", &image)])
        .ok();
    let seen = &body["Images"]["Image"][0];
    assert_eq!(seen["ImageOwnerId"], OWNER.parse::<u64>().unwrap());
    assert_eq!(
        (
            &seen["ImageOwnerAlias"],
            &seen["IsSelfShared"],
            &seen["ResourceGroupId"]
        ),
        (&"others".into(), &"".into(), &"".into())
    );
    assert_eq!(seen["Tags"]["Tag"], serde_json::json!([]));
}

#[test]
fn a_community_image_is_withdrawn_before_it_can_go() {
    let mut world = World::new();
    let image = world.image("golden-1");
    share(&mut world, &image);
    publish(&mut world, &image);
    let id = ("ImageId", image.as_str());
    let body = world.ecs("DescribeImages", &[id]).ok();
    assert_eq!(body["Images"]["Image"][0]["IsPublic"], true);
    let groups = world.ecs("DescribeImageSharePermission", &[id]).ok()["ShareGroups"].clone();
    assert_eq!(groups["ShareGroup"][0]["Group"], "all");
    let copied = world.ecs_as(OUTSIDER, HOME, "CopyImage", &[id]);
    assert_eq!(copied.refusal(), (400, "OperationDenied.CommunityImage"));
    world
        .ecs("ModifyImageSharePermission", &[id, ("RemoveAccount.1", MEMBER)])
        .ok();
    assert_eq!(world.ecs("DeleteImage", &[id]).refusal(), (403, "ImageIsPublic"));
    world
        .ecs("ModifyImageSharePermission", &[id, ("IsPublic", "False")])
        .ok();
    world.ecs("DeleteImage", &[id]).ok();
}
