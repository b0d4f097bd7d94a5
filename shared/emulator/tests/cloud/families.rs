//! Families: what they resolve to, and how much they hold.

use serde_json::json;

use crate::support::{BUILDER, HOME, World, id_of, minutes};

#[test]
fn a_family_resolves_to_its_newest_available_image() {
    let mut world = World::new();
    let resolved =
        |world: &mut World| world.ecs("DescribeImageFromFamily", &[("ImageFamily", "corp")]).ok()["Image"].clone();
    assert_eq!(resolved(&mut world), json!({}));
    let old = world.start_image(&[("ImageName", "golden-1"), ("ImageFamily", "corp")]);
    world.wait(minutes(10));
    let new = world.start_image(&[("ImageName", "golden-2"), ("ImageFamily", "corp")]);
    assert_eq!(id_of(&resolved(&mut world)), old);
    world.wait(minutes(10));
    assert_eq!(id_of(&resolved(&mut world)), new);
    world
        .ecs("ModifyImageAttribute", &[("ImageId", &new), ("ImageFamily", "parked")])
        .ok();
    assert_eq!(id_of(&resolved(&mut world)), old);
}

#[test]
fn a_family_is_changed_and_never_cleared() {
    let mut world = World::new();
    let id = world.image("golden-1");
    world
        .ecs("ModifyImageAttribute", &[("ImageId", &id), ("ImageFamily", "corp")])
        .ok();
    let cleared = world.ecs("ModifyImageAttribute", &[("ImageId", &id), ("ImageFamily", "")]);
    assert_eq!(cleared.refusal(), (400, "InvalidImageFamily.Malformed"));
    assert_eq!(world.kept(HOME, &id).family.as_deref(), Some("corp"));
}

#[test]
fn a_family_holds_a_hundred_images() {
    let mut world = World::new();
    for number in 0..100 {
        world.start_image(&[("ImageName", &format!("golden-{number}")), ("ImageFamily", "corp")]);
    }
    let last = world.image("golden-last");
    let more = world.ecs("ModifyImageAttribute", &[("ImageId", &last), ("ImageFamily", "corp")]);
    assert_eq!(more.refusal(), (400, "ImageQuotaFull.ImageFamily"));
    let more = world.ecs("CreateImage", &[("InstanceId", BUILDER), ("ImageFamily", "corp")]);
    assert_eq!(more.refusal(), (400, "ImageQuotaExceed.ImageFamily"));
}

#[test]
fn a_region_holds_a_hundred_families() {
    let mut world = World::new();
    for number in 0..100 {
        world.start_image(&[
            ("ImageName", &format!("golden-{number}")),
            ("ImageFamily", &format!("family-{number}")),
        ]);
    }
    let last = world.image("golden-last");
    let change = |world: &mut World, family: &str| {
        world.ecs("ModifyImageAttribute", &[("ImageId", &last), ("ImageFamily", family)])
    };
    assert_eq!(
        change(&mut world, "family-100").refusal(),
        (400, "ImageFamilyQuotaFull")
    );
    let more = world.ecs("CreateImage", &[("InstanceId", BUILDER), ("ImageFamily", "family-100")]);
    assert_eq!(more.refusal(), (400, "ImageFamilyQuotaExceed"));
    change(&mut world, "family-7").ok();
}

#[test]
fn a_deprecated_image_is_not_what_its_family_resolves_to() {
    let mut world = World::new();
    let mut ids = Vec::new();
    for name in ["golden-1", "golden-2"] {
        ids.push(world.start_image(&[("ImageName", name), ("ImageFamily", "corp")]));
        world.wait(minutes(10));
    }
    let resolved = |world: &mut World| {
        let body = world.ecs("DescribeImageFromFamily", &[("ImageFamily", "corp")]).ok();
        id_of(&body["Image"])
    };
    assert_eq!(resolved(&mut world), ids[1]);
    let newest = ("ImageId", ids[1].as_str());
    world
        .ecs("ModifyImageAttribute", &[newest, ("Status", "Deprecated")])
        .ok();
    assert_eq!(resolved(&mut world), ids[0]);
    world
        .ecs("ModifyImageAttribute", &[newest, ("Status", "Available")])
        .ok();
    assert_eq!(resolved(&mut world), ids[1]);
}
