//! Snapshots: what images are made of, how they are listed and when they can go.

use goldcast_emulator::cloud::Instance;
use serde_json::json;

use crate::support::{AWAY, BUILDER, HOME, KEY, MEMBER, OWNER, World, id_of, minutes, organisation, setup};

/// A cloud whose builder has two data disks.
fn with_disks() -> World {
    let mut organisation = organisation();
    for instance in &mut organisation.instances {
        *instance = Instance {
            data_disks_gib: vec![100, 200],
            ..instance.clone()
        };
    }
    World::of(setup(), &organisation)
}

/// The ids of one answer, and its token.
fn page(world: &mut World, params: &[(&str, &str)]) -> (Vec<String>, String) {
    let body = world.ecs("DescribeSnapshots", params).ok();
    let ids = body["Snapshots"]["Snapshot"].as_array().unwrap().iter();
    let ids = ids.map(|one| one["SnapshotId"].as_str().unwrap().to_owned()).collect();
    (ids, body["NextToken"].as_str().unwrap().to_owned())
}

#[test]
fn an_image_has_a_snapshot_per_disk_and_a_copy_has_its_own() {
    let mut world = with_disks();
    let image = world.image("golden-1");
    let copy = id_of(&world.copy(&image, AWAY, "copy").ok());
    world.wait(minutes(120));
    let disks = |at, id: &str| {
        let disks = &world.kept(at, id).disks;
        disks
            .iter()
            .map(|disk| (disk.size_gib, disk.snapshot.clone()))
            .collect::<Vec<_>>()
    };
    let (source, copied) = (disks(HOME, &image), disks(AWAY, &copy));
    assert_eq!(source.iter().map(|(size, _)| *size).collect::<Vec<_>>(), [40, 100, 200]);
    assert!(source.iter().all(|(_, id)| id.starts_with("s-")), "{source:?}");
    assert!(
        source
            .iter()
            .zip(&copied)
            .all(|((size, id), (other, copied))| size == other && id != copied)
    );
    assert_eq!(world.ecs("DescribeSnapshots", &[]).ok()["TotalCount"], 3);
    assert_eq!(
        world.ecs_as(OWNER, AWAY, "DescribeSnapshots", &[]).ok()["TotalCount"],
        3
    );
}

#[test]
fn an_image_made_of_a_snapshot_uses_that_very_one() {
    let mut world = World::new();
    let first = world.image("golden-1");
    let snapshot = world.kept(HOME, &first).disks[0].snapshot.clone();
    let second = id_of(&world.ecs("CreateImage", &[("SnapshotId", &snapshot)]).ok());
    world.wait(minutes(10));
    assert_eq!(world.kept(HOME, &second).disks[0].snapshot, snapshot);
    world.ecs("DeleteImage", &[("ImageId", &first)]).ok();
    let refused = world.ecs("DeleteSnapshot", &[("SnapshotId", &snapshot)]);
    assert_eq!(refused.refusal(), (403, "SnapshotCreatedImage"));
}

#[test]
fn a_snapshot_outlives_its_image_and_not_the_other_way_round() {
    let mut world = World::new();
    let id = world.image("golden-1");
    let snapshot = world.kept(HOME, &id).disks[0].snapshot.clone();
    let delete = [("SnapshotId", snapshot.as_str())];
    let refused = world.ecs("DeleteSnapshot", &delete);
    assert_eq!(refused.refusal(), (403, "SnapshotCreatedImage"));
    world.ecs("DeleteImage", &[("ImageId", &id)]).ok();
    world.ecs_as(MEMBER, HOME, "DeleteSnapshot", &delete).ok();
    assert_eq!(
        world.ecs("DescribeSnapshots", &[]).ok()["TotalCount"],
        1,
        "it is not the member's"
    );
    world.ecs("DeleteSnapshot", &delete).ok();
    assert_eq!(world.ecs("DescribeSnapshots", &[]).ok()["TotalCount"], 0);
    world.ecs("DeleteSnapshot", &delete).ok();
}

#[test]
fn each_filter_finds_the_snapshots_it_names() {
    let mut world = with_disks();
    let kept = world.image("golden-1");
    let gone = world.image("golden-2");
    let of = |world: &World, image: &str| -> Vec<String> {
        let disks = &world.kept(HOME, image).disks;
        disks.iter().map(|disk| disk.snapshot.clone()).collect()
    };
    let (kept, mut left) = (of(&world, &kept), of(&world, &gone));
    world.ecs("DeleteImage", &[("ImageId", &gone)]).ok();
    left.sort();
    let tag = [("Tag.1.Key", "goldcast:release"), ("Tag.1.Value", "r1")];
    let resource = [("ResourceType", "snapshot"), ("ResourceId.1", kept[0].as_str())];
    world
        .ecs("TagResources", &[resource[0], resource[1], tag[0], tag[1]])
        .ok();

    let two = json!([kept[0], kept[1], "s-nobody"]).to_string();
    let mut first_two = kept[..2].to_vec();
    first_two.sort();
    let system: Vec<String> = {
        let mut both = vec![kept[0].clone(), of_system(&left, &world)];
        both.sort();
        both
    };
    for (params, expected) in [
        (vec![("SnapshotIds", two.as_str())], first_two),
        (vec![("SnapshotIds", "[]")], vec![]),
        (vec![("Usage", "none")], left.clone()),
        (vec![tag[0], tag[1]], vec![kept[0].clone()]),
        (vec![tag[0]], vec![kept[0].clone()]),
        (vec![tag[0], ("Tag.1.Value", "r2")], vec![]),
        (vec![("SourceDiskType", "system")], system),
        (vec![("SnapshotName", "golden-2"), ("Status", "accomplished")], left),
        (vec![("Status", "progressing")], vec![]),
        (vec![("Status", "failed")], vec![]),
        (vec![("SnapshotType", "auto")], vec![]),
        (vec![("Encrypted", "true")], vec![]),
        (vec![("KMSKeyId", KEY)], vec![]),
    ] {
        assert_eq!(page(&mut world, &params).0, expected, "{params:?}");
    }
}

/// The one of these snapshots that is of a system disk.
fn of_system(ids: &[String], world: &World) -> String {
    let home = HOME.parse().unwrap();
    let mut system = world.cloud.snapshots(&home).filter(|snapshot| snapshot.system);
    system.find(|snapshot| ids.contains(&snapshot.id)).unwrap().id.clone()
}

#[test]
fn a_filter_on_snapshots_that_means_nothing_is_refused() {
    let mut world = World::new();
    let many = json!((0..101).map(|n| format!("s-{n}")).collect::<Vec<_>>()).to_string();
    for (params, expected) in [
        (("SnapshotIds", "s-1,s-2"), (403, "InvalidSnapshotIds.Malformed")),
        (("SnapshotIds", many.as_str()), (403, "InvalidSnapshotIds.Malformed")),
        (("Status", "ready"), (404, "InvalidStatus.NotFound")),
        (("SnapshotType", "mine"), (404, "InvalidSnapshotType.NotFound")),
        (("Usage", "often"), (404, "InvalidUsage")),
        (("SourceDiskType", "floppy"), (404, "InvalidSourceDiskType")),
        (("MaxResults", "101"), (400, "InvalidParameter")),
        (("MaxResults", "0"), (400, "InvalidParameter")),
        (("PageSize", "101"), (400, "InvalidParameter")),
    ] {
        let refused = world.ecs("DescribeSnapshots", &[params]);
        assert_eq!(refused.refusal(), expected, "{params:?}");
    }
}

#[test]
fn tokens_and_page_numbers_lead_through_all_snapshots() {
    let mut world = with_disks();
    for name in ["golden-1", "golden-2"] {
        world.start_image(&[("ImageName", name)]);
    }
    world.wait(minutes(10));
    let (all, _) = page(&mut world, &[]);
    assert_eq!(all.len(), 6);
    let (first, token) = page(&mut world, &[("MaxResults", "4")]);
    assert!(!token.is_empty());
    let (second, last) = page(&mut world, &[("MaxResults", "4"), ("NextToken", &token)]);
    assert_eq!(([first, second].concat(), last.as_str()), (all.clone(), ""));
    let (first, token) = page(&mut world, &[("PageNumber", "1"), ("PageSize", "4")]);
    let (second, _) = page(&mut world, &[("PageNumber", "2"), ("PageSize", "4")]);
    assert_eq!(([first, second].concat(), token.as_str()), (all, ""));
}

#[test]
fn a_snapshot_is_tagged_by_its_owner_and_keeps_its_tags_without_its_image() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let snapshot = world.kept(HOME, &image).disks[0].snapshot.clone();
    let resource = [("ResourceType", "snapshot"), ("ResourceId.1", snapshot.as_str())];
    let tagging = [resource[0], resource[1], ("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
    let refused = world.ecs_as(MEMBER, HOME, "TagResources", &tagging);
    assert_eq!(refused.refusal(), (404, "InvalidResourceId.NotFound"));
    world.ecs("TagResources", &tagging).ok();
    world.ecs("DeleteImage", &[("ImageId", &image)]).ok();
    let listed =
        |world: &mut World| world.ecs("ListTagResources", &resource).ok()["TagResources"]["TagResource"].clone();
    assert_eq!(
        listed(&mut world),
        json!([{ "ResourceId": snapshot, "ResourceType": "snapshot", "TagKey": "k", "TagValue": "v" }])
    );
    for (values, expected) in [
        (&[][..], 1),
        (&[("TagFilter.1.TagValues.1", "x"), ("TagFilter.1.TagValues.2", "v")], 1),
        (&[("TagFilter.1.TagValues.1", "x")], 0),
    ] {
        let key = [("ResourceType", "snapshot"), ("TagFilter.1.TagKey", "k")];
        let params: Vec<_> = key.into_iter().chain(values.iter().copied()).collect();
        let rows = world.ecs("ListTagResources", &params).ok()["TagResources"]["TagResource"].clone();
        assert_eq!(rows.as_array().unwrap().len(), expected, "{values:?}");
    }
    let untagging = [resource[0], resource[1], ("TagKey.1", "k")];
    world.ecs("UntagResources", &untagging).ok();
    assert_eq!(listed(&mut world), json!([]));
}

#[test]
fn taking_a_snapshot_away_is_told_on_the_bus() {
    let mut world = World::new();
    let image = id_of(&world.ecs("CreateImage", &[("InstanceId", BUILDER)]).ok());
    world.wait(minutes(10));
    let snapshot = world.kept(HOME, &image).disks[0].snapshot.clone();
    world.ecs("DeleteImage", &[("ImageId", &image)]).ok();
    world.ecs("DeleteSnapshot", &[("SnapshotId", &snapshot)]).ok();
    world.wait(minutes(2));
    let told = world
        .events
        .iter()
        .find(|event| event.body["data"]["eventName"] == "DeleteSnapshot");
    let told = &told.unwrap().body;
    assert_eq!(told["subject"], format!("acs:ecs:{HOME}:{OWNER}:snapshot/{snapshot}"));
}
