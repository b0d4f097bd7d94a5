//! Building, finding, changing and deleting images.

use goldcast_emulator::cloud::ImageStatus;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{AWAY, BUILDER, HOME, MEMBER, OWNER, World, id_of, minutes};

#[test]
fn an_image_is_available_first_and_usable_later() {
    let mut world = World::new();
    let id = world.start_image(&[("ImageName", "golden-1")]);
    assert_eq!(world.kept(HOME, &id).status, ImageStatus::Creating);
    world.wait(minutes(4));
    let image = world.kept(HOME, &id);
    assert_eq!((image.status, image.usable), (ImageStatus::Available, false));
    world.wait(SignedDuration::from_secs(20));
    assert!(world.kept(HOME, &id).usable);
}

#[test]
fn without_a_status_only_available_images_are_found() {
    let mut world = World::new();
    let id = world.start_image(&[("ImageName", "golden-1")]);
    let own = ("ImageOwnerAlias", "self");
    assert_eq!(world.listed(OWNER, HOME, &[own]), [""; 0]);
    assert_eq!(
        world.listed(OWNER, HOME, &[own, ("Status", "Creating,Waiting")]),
        [id.as_str()]
    );
    assert_eq!(world.listed(OWNER, HOME, &[own, ("Status", "ALL")]), [id.as_str()]);
    world.wait(minutes(5));
    assert_eq!(world.listed(OWNER, HOME, &[own]), [id.as_str()]);
    world
        .ecs("ModifyImageAttribute", &[("ImageId", &id), ("Status", "Deprecated")])
        .ok();
    assert_eq!(world.listed(OWNER, HOME, &[own]), [""; 0]);
}

#[test]
fn each_filter_finds_what_it_names() {
    let mut world = World::new();
    let tagged = [
        ("ImageName", "golden-a"),
        ("Tag.1.Key", "golden"),
        ("Tag.1.Value", "yes"),
        ("ImageFamily", "corp"),
    ];
    let first = world.start_image(&tagged);
    world.wait(minutes(60));
    let second = world.image("golden-b");
    let own = ("ImageOwnerAlias", "self");
    let both = [second.clone(), first.clone()];
    let ids = format!("{first},{second}");
    let snapshot = world.kept(HOME, &first).disks[0].snapshot.clone();
    for (filter, expected) in [
        (vec![own], &both[..]),
        (vec![("ImageId", ids.as_str())], &both[..]),
        (vec![own, ("ImageName", "golden-*")], &both[..]),
        (vec![own, ("ImageName", "*-a")], &both[1..]),
        (vec![own, ("ImageName", "golden")], &[]),
        (vec![own, ("ImageFamily", "corp")], &both[1..]),
        (vec![own, ("SnapshotId", snapshot.as_str())], &both[1..]),
        (vec![("Tag.1.Key", "golden"), ("Tag.1.Value", "yes")], &both[1..]),
        (vec![("Tag.1.Key", "golden")], &both[1..]),
        (vec![("Tag.1.Key", "golden"), ("Tag.1.Value", "no")], &[]),
        (
            vec![
                own,
                ("Filter.1.Key", "CreationStartTime"),
                ("Filter.1.Value", "2026-03-02T08:30Z"),
            ],
            &both[..1],
        ),
        (
            vec![
                own,
                ("Filter.1.Key", "CreationEndTime"),
                ("Filter.1.Value", "2026-03-02T08:30Z"),
            ],
            &both[1..],
        ),
        (vec![own, ("Status", "Available"), ("Usable", "True")], &both[..]),
        (vec![own, ("Usage", "instance")], &[]),
        (vec![("ImageOwnerAlias", "others")], &[]),
    ] {
        assert_eq!(world.listed(OWNER, HOME, &filter), expected, "{filter:?}");
    }
}

#[test]
fn a_filter_that_means_nothing_is_refused() {
    let mut world = World::new();
    let many = vec!["m-1"; 101]
        .iter()
        .enumerate()
        .map(|(n, id)| format!("{id}{n}"))
        .collect::<Vec<_>>()
        .join(",");
    for (params, expected) in [
        (vec![("Status", "Ready")], (400, "InvalidParamter")),
        (vec![("PageSize", "101")], (400, "InvalidParamter")),
        (vec![("PageNumber", "0")], (400, "InvalidParamter")),
        (vec![("PageSize", "ten")], (400, "InvalidParameter.Format")),
        (vec![("ImageId", many.as_str())], (400, "InvalidParamter")),
        (vec![("Usable", "true")], (400, "MissingParameter")),
        (
            vec![("ImageOwnerAlias", "me")],
            (400, "InvalidImageOwnerAlias.ValueNotSupported"),
        ),
        (
            vec![("Filter.1.Key", "Colour"), ("Filter.1.Value", "red")],
            (404, "InvalidFilterKey.NotFound"),
        ),
        (
            vec![("Filter.1.Key", "CreationEndTime"), ("Filter.1.Value", "soon")],
            (404, "InvalidFilterValue"),
        ),
    ] {
        assert_eq!(world.ecs("DescribeImages", &params).refusal(), expected, "{params:?}");
    }
}

#[test]
fn pages_hold_ten_unless_asked_and_the_total_counts_all() {
    let mut world = World::new();
    for number in 0..12 {
        world.start_image(&[("ImageName", &format!("golden-{number}"))]);
    }
    world.wait(minutes(10));
    let page = |world: &mut World, number: &str| {
        let params = [("ImageOwnerAlias", "self"), ("PageNumber", number)];
        let body = world.ecs("DescribeImages", &params).ok();
        assert_eq!((&body["TotalCount"], &body["PageSize"]), (&json!(12), &json!(10)));
        body["Images"]["Image"]
            .as_array()
            .unwrap()
            .iter()
            .map(id_of)
            .collect::<Vec<_>>()
    };
    let (first, second, third) = (page(&mut world, "1"), page(&mut world, "2"), page(&mut world, "3"));
    assert_eq!((first.len(), second.len(), third.len()), (10, 2, 0));
    assert!(first.iter().all(|id| !second.contains(id)));
}

#[test]
fn an_image_that_cannot_be_made_is_refused_with_the_documented_code() {
    let mut world = World::new();
    world.image("golden-1");
    let from = ("InstanceId", BUILDER);
    for (params, expected) in [
        (vec![("ImageName", "golden-2")], (400, "InvalidParameter.AllEmpty")),
        (vec![("InstanceId", "i-nobody")], (404, "InvalidInstanceId.NotFound")),
        (vec![("SnapshotId", "s-nobody")], (404, "InvalidSnapshotId.NotFound")),
        (
            vec![from, ("ImageName", "golden-1")],
            (400, "InvalidImageName.Duplicated"),
        ),
        (
            vec![from, ("ImageName", "1golden")],
            (400, "InvalidImageName.Malformed"),
        ),
        (
            vec![from, ("Description", "https://example.com")],
            (400, "InvalidDescription.Malformed"),
        ),
        (
            vec![from, ("ImageFamily", "acs:x")],
            (400, "InvalidImageFamily.Malformed"),
        ),
        (vec![from, ("Tag.1.Key", "acs:x")], (400, "InvalidTagKey.Malformed")),
        (
            vec![from, ("ImageName", "golden-2"), ("DryRun", "True")],
            (400, "DryRunOperation"),
        ),
    ] {
        assert_eq!(world.ecs("CreateImage", &params).refusal(), expected, "{params:?}");
    }
}

#[test]
fn an_image_can_be_made_of_a_snapshot_and_of_an_import() {
    let mut world = World::new();
    let id = world.image("golden-1");
    let snapshot = world.kept(HOME, &id).disks[0].snapshot.clone();
    let second = id_of(
        &world
            .ecs("CreateImage", &[("SnapshotId", &snapshot), ("ImageName", "golden-2")])
            .ok(),
    );
    let disk = [
        ("DiskDeviceMapping.1.OSSBucket", "bucket"),
        ("DiskDeviceMapping.1.OSSObject", "o.vhd"),
    ];
    world.let_ecs_reach_oss();
    let imported = world.ecs("ImportImage", &disk).ok();
    assert!(imported["TaskId"].as_str().unwrap().starts_with("t-"));
    world.wait(minutes(10));
    for id in [second, id_of(&imported)] {
        assert_eq!(world.kept(HOME, &id).status, ImageStatus::Available);
    }
}

#[test]
fn the_same_token_gives_the_same_image() {
    let mut world = World::new();
    let params = [("ImageName", "golden-1"), ("ClientToken", "t1")];
    let first = world.start_image(&params);
    assert_eq!(world.start_image(&params), first);
    let other = [
        ("ImageName", "golden-2"),
        ("ClientToken", "t1"),
        ("InstanceId", BUILDER),
    ];
    assert_eq!(
        world.ecs("CreateImage", &other).refusal(),
        (400, "IdempotenceParamNotMatch")
    );
}

#[test]
fn an_attribute_that_does_not_fit_the_state_is_refused() {
    let mut world = World::new();
    let creating = world.start_image(&[("ImageName", "golden-1")]);
    let family = [("ImageId", creating.as_str()), ("ImageFamily", "corp")];
    assert_eq!(
        world.ecs("ModifyImageAttribute", &family).refusal(),
        (403, "InvalidStatus.ImageIsCreating")
    );
    world.wait(minutes(10));
    let id = ("ImageId", creating.as_str());
    for (params, expected) in [
        (vec![id], (400, "MissingParameter")),
        (vec![id, ("Status", "Available")], (403, "ImageStatus.NotDeprecated")),
        (vec![id, ("ImageName", "a b")], (400, "InvalidImageName.Malformed")),
        (
            vec![("ImageId", "m-nobody"), ("Status", "Deprecated")],
            (404, "InvalidImageId.NotFound"),
        ),
    ] {
        assert_eq!(
            world.ecs("ModifyImageAttribute", &params).refusal(),
            expected,
            "{params:?}"
        );
    }
    world.ecs("ModifyImageAttribute", &[id, ("Status", "Deprecated")]).ok();
    let again = world.ecs("ModifyImageAttribute", &[id, ("Status", "Deprecated")]);
    assert_eq!(again.refusal(), (403, "ImageStatus.NotAvailable"));
    world.ecs("ModifyImageAttribute", &[id, ("Status", "Available")]).ok();
}

#[test]
fn an_image_is_deleted_once_and_its_snapshots_remain() {
    let mut world = World::new();
    let id = world.image("golden-1");
    world.ecs("DeleteImage", &[("ImageId", &id)]).ok();
    assert_eq!(
        world.ecs("DeleteImage", &[("ImageId", &id)]).refusal(),
        (404, "InvalidImageId.NotFound")
    );
    assert_eq!(world.ecs("DescribeSnapshots", &[]).ok()["TotalCount"], 1);
}

#[test]
fn regions_are_apart() {
    let mut world = World::new();
    world.image("golden-1");
    assert_eq!(
        world.listed(OWNER, AWAY, &[("ImageOwnerAlias", "self"), ("Status", "ALL")]),
        [""; 0]
    );
    assert_eq!(
        world.listed(MEMBER, HOME, &[("ImageOwnerAlias", "self"), ("Status", "ALL")]),
        [""; 0]
    );
    assert_eq!(
        world.listed(MEMBER, AWAY, &[]).len(),
        2,
        "the public images are everywhere"
    );
}
