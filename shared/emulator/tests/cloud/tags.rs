//! Tags on images and snapshots: twenty each, all resources of a call or none.

use crate::support::{HOME, MEMBER, World};

#[test]
fn tags_are_set_replaced_listed_and_taken_off() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let resource = [("ResourceType", "image"), ("ResourceId.1", image.as_str())];
    let with = |more: &[(&'static str, &'static str)]| resource.iter().chain(more).copied().collect::<Vec<_>>();
    world
        .ecs(
            "TagResources",
            &with(&[("Tag.1.Key", "a"), ("Tag.1.Value", "1"), ("Tag.2.Key", "b")]),
        )
        .ok();
    world
        .ecs("TagResources", &with(&[("Tag.1.Key", "a"), ("Tag.1.Value", "2")]))
        .ok();
    let listed = world.ecs("ListTagResources", &resource).ok();
    let row = &listed["TagResources"]["TagResource"][0];
    assert_eq!(
        (&row["TagKey"], &row["TagValue"], &row["ResourceId"]),
        (&"a".into(), &"2".into(), &image.as_str().into())
    );
    world.ecs("UntagResources", &with(&[("TagKey.1", "a")])).ok();
    assert_eq!(world.kept(HOME, &image).tags.keys().collect::<Vec<_>>(), ["b"]);
    world.ecs("UntagResources", &with(&[("All", "true")])).ok();
    assert!(world.kept(HOME, &image).tags.is_empty());
}

#[test]
fn a_resource_carries_twenty_tags() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let tag = |world: &mut World, from: usize, to: usize| {
        let names: Vec<_> = (from..to)
            .map(|n| (format!("Tag.{}.Key", n - from + 1), format!("key-{n}")))
            .collect();
        let tags = names.iter().map(|(name, key)| (name.as_str(), key.as_str()));
        let params: Vec<_> = tags
            .chain([("ResourceType", "image"), ("ResourceId.1", image.as_str())])
            .collect();
        world.ecs("TagResources", &params)
    };
    assert_eq!(tag(&mut world, 0, 21).refusal(), (400, "NumberExceed.Tags"));
    tag(&mut world, 0, 20).ok();
    assert_eq!(tag(&mut world, 20, 21).refusal(), (403, "QuotaExceed.Tags"));
    tag(&mut world, 19, 20).ok();
}

#[test]
fn all_resources_of_a_call_are_tagged_or_none() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let params = [
        ("ResourceType", "image"),
        ("ResourceId.1", &image),
        ("ResourceId.2", "m-nobody"),
        ("Tag.1.Key", "a"),
    ];
    assert_eq!(
        world.ecs("TagResources", &params).refusal(),
        (404, "InvalidResourceId.NotFound")
    );
    assert!(world.kept(HOME, &image).tags.is_empty());
}

#[test]
fn a_tag_that_cannot_be_is_refused_with_the_documented_code() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let (kind, id) = (("ResourceType", "image"), ("ResourceId.1", image.as_str()));
    let long = "k".repeat(129);
    for (params, expected) in [
        (vec![id, ("Tag.1.Key", "a")], (404, "MissingParameter.ResourceType")),
        (
            vec![("ResourceType", "galaxy"), id, ("Tag.1.Key", "a")],
            (404, "InvalidResourceType.NotFound"),
        ),
        (vec![kind, id], (404, "MissingParameter.Tags")),
        (vec![kind, ("Tag.1.Key", "a")], (400, "MissingParameter")),
        (vec![kind, id, ("Tag.1.Key", "acs:a")], (400, "InvalidTagKey.Malformed")),
        (vec![kind, id, ("Tag.1.Key", &long)], (400, "InvalidTagKey.Malformed")),
        (
            vec![kind, id, ("Tag.1.Key", "a"), ("Tag.1.Value", "http://x")],
            (400, "InvalidTagValue.Malformed"),
        ),
        (
            vec![kind, id, ("Tag.1.Key", "a"), ("Tag.2.Key", "a")],
            (400, "Duplicate.TagKey"),
        ),
    ] {
        assert_eq!(world.ecs("TagResources", &params).refusal(), expected, "{params:?}");
    }
    let foreign = [kind, id, ("Tag.1.Key", "a")];
    assert_eq!(
        world.ecs_as(MEMBER, HOME, "TagResources", &foreign).refusal(),
        (404, "InvalidResourceId.NotFound")
    );
}

#[test]
fn many_tags_are_listed_in_pages() {
    let mut world = World::new();
    for number in 0..60 {
        world.start_image(&[("ImageName", &format!("golden-{number}")), ("Tag.1.Key", "a")]);
    }
    let params = [("ResourceType", "image"), ("Tag.1.Key", "a")];
    let first = world.ecs("ListTagResources", &params).ok();
    let token = first["NextToken"].as_str().unwrap().to_owned();
    let second = world
        .ecs("ListTagResources", &[params[0], params[1], ("NextToken", &token)])
        .ok();
    let rows = |body: &serde_json::Value| body["TagResources"]["TagResource"].as_array().unwrap().len();
    assert_eq!((rows(&first), rows(&second)), (50, 10));
    assert_eq!(second["NextToken"], "");
}
