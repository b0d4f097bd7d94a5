//! The machine that images are built from: its disk, snapshots of it and of other snapshots, tags of all of them, and
//! tasks.

use serde_json::{Value, json};

use crate::support::{AWAY, BUILDER, HOME, KEY, MEMBER, OWNER, World, id_of, minutes};

fn disk(world: &mut World) -> String {
    let body = world.ecs("DescribeDisks", &[("InstanceId", BUILDER)]).ok();
    body["Disks"]["Disk"][0]["DiskId"].as_str().unwrap().to_owned()
}

fn snapshot(world: &mut World) -> String {
    let disk = disk(world);
    let body = world.ecs("CreateSnapshot", &[("DiskId", &disk)]).ok();
    body["SnapshotId"].as_str().unwrap().to_owned()
}

/// The one snapshot that a filter finds.
fn described(world: &mut World, at: &str, filter: (&str, &str)) -> Value {
    let body = world.ecs_as(OWNER, at, "DescribeSnapshots", &[filter]).ok();
    assert_eq!(body["TotalCount"], 1, "{filter:?}");
    body["Snapshots"]["Snapshot"][0].clone()
}

#[test]
fn a_snapshot_of_a_disk_is_whole_a_while_later_and_an_image_is_made_of_it() {
    let mut world = World::new();
    let disk = disk(&mut world);
    let id = snapshot(&mut world);
    let young = described(&mut world, HOME, ("DiskId", &disk));
    assert_eq!(
        (&young["Status"], &young["Available"], &young["Progress"]),
        (&json!("progressing"), &json!(false), &json!("0%"))
    );
    let making = [("SnapshotId", id.as_str())];
    let refused = world.ecs("CreateImage", &making);
    assert_eq!(refused.refusal(), (403, "InvalidSnapshotId.NotReady"));
    let refused = world.ecs("CreateSnapshot", &[("DiskId", &disk)]);
    assert_eq!(refused.refusal(), (403, "IncorrectDiskStatus.CreatingSnapshot"));
    world.wait(minutes(4));
    let whole = described(&mut world, HOME, ("InstanceId", BUILDER));
    assert_eq!(
        (&whole["Status"], &whole["RemainTime"]),
        (&json!("accomplished"), &json!(0))
    );
    let image = id_of(&world.ecs("CreateImage", &making).ok());
    world.wait(minutes(10));
    assert_eq!(world.kept(HOME, &image).disks[0].snapshot, id);
}

#[test]
fn a_copied_snapshot_is_another_ones_in_its_region_under_its_key() {
    let mut world = World::new();
    let id = snapshot(&mut world);
    let copy = |key| {
        vec![
            ("SnapshotId", id.as_str()),
            ("DestinationRegionId", AWAY),
            ("DestinationSnapshotName", "copy"),
            ("DestinationSnapshotDescription", "a copy"),
            ("Encrypted", "true"),
            ("KMSKeyId", key),
        ]
    };
    let early = world.ecs("CopySnapshot", &copy(KEY));
    assert_eq!(early.refusal(), (403, "InvalidSnapshotId.NotReady"));
    world.wait(minutes(10));
    let unknown = world.ecs("CopySnapshot", &copy("key-nobody"));
    assert_eq!(unknown.refusal(), (404, "InvalidParameter.KMSKeyId.NotFound"));
    world.ecs("CopySnapshot", &copy(KEY)).ok();
    world.wait(minutes(60));
    let copied = described(&mut world, AWAY, ("SnapshotName", "copy"));
    for (member, expected) in [
        ("Status", "accomplished"),
        ("SourceSnapshotId", &id),
        ("SourceRegionId", HOME),
        ("KMSKeyId", KEY),
        ("SourceDiskId", ""),
    ] {
        assert_eq!(copied[member], expected, "{member}");
    }
}

#[test]
fn a_snapshot_that_cannot_be_is_refused() {
    let mut world = World::new();
    let disk = disk(&mut world);
    let named = ("DiskId", disk.as_str());
    for (params, expected) in [
        (vec![], (400, "MissingParameter")),
        (vec![("DiskId", "d-nobody")], (404, "InvalidDiskId.NotFound")),
        (
            vec![named, ("SnapshotName", "auto-1")],
            (400, "InvalidSnapshotName.Malformed"),
        ),
        (vec![named, ("Description", "x")], (404, "InvalidDescription.Malformed")),
        (vec![named, ("RetentionDays", "0")], (400, "InvalidParameter")),
        (vec![named, ("Tag.1.Key", "acs:x")], (400, "InvalidTagKey.Malformed")),
    ] {
        assert_eq!(world.ecs("CreateSnapshot", &params).refusal(), expected, "{params:?}");
    }
    let token = ("ClientToken", "t-1");
    world.ecs("CreateSnapshot", &[named, token]).ok();
    world.ecs("CreateSnapshot", &[named, token]).ok();
    let other = world.ecs("CreateSnapshot", &[named, token, ("SnapshotName", "other")]);
    assert_eq!(other.refusal(), (403, "IdempotentParameterMismatch"));
}

#[test]
fn a_locked_snapshot_stays() {
    let mut world = World::new();
    let id = snapshot(&mut world);
    let named = ("SnapshotId", id.as_str());
    let lock = [
        named,
        ("LockMode", "compliance"),
        ("CoolOffPeriod", "1"),
        ("LockDuration", "1"),
    ];
    let info = world.ecs("LockSnapshot", &lock).ok()["LockedSnapshotInfo"].clone();
    assert_eq!(info["LockStatus"], "compliance-cooloff");
    assert_eq!(info["LockExpiredTime"], "2026-03-03T09:00:00Z");
    world.wait(minutes(60));
    let delete = world.ecs("DeleteSnapshot", &[named]);
    assert_eq!(delete.refusal(), (403, "Operation.Conflict"));
    world.wait(minutes(24 * 60));
    world.ecs("DeleteSnapshot", &[named]).ok();
    assert_eq!(world.ecs("DescribeSnapshots", &[]).ok()["TotalCount"], 0);
}

#[test]
fn the_snapshots_of_a_disk_are_a_chain_and_carry_what_they_are_given() {
    let mut world = World::new();
    let id = snapshot(&mut world);
    world.wait(minutes(5));
    snapshot(&mut world);
    let chains = world.ecs("DescribeSnapshotLinks", &[("InstanceId", BUILDER)]).ok();
    let chain = &chains["SnapshotLinks"]["SnapshotLink"][0];
    assert_eq!((&chains["TotalCount"], &chain["TotalCount"]), (&json!(1), &json!(2)));
    let params = [
        ("SnapshotId", id.as_str()),
        ("SnapshotName", "first"),
        ("Description", "the first one"),
        ("RetentionDays", "30"),
    ];
    world.ecs("ModifySnapshotAttribute", &params).ok();
    let joined = [
        ("ResourceType", "snapshot"),
        ("ResourceId", id.as_str()),
        ("ResourceGroupId", "rg-1"),
    ];
    world.ecs("JoinResourceGroup", &joined).ok();
    let again = world.ecs("JoinResourceGroup", &joined);
    assert_eq!(again.refusal(), (403, "InvalidResourceGroup.Duplicate"));
    let changed = described(&mut world, HOME, ("ResourceGroupId", "rg-1"));
    for (member, expected) in [
        ("SnapshotId", json!(id)),
        ("SnapshotName", json!("first")),
        ("Description", json!("the first one")),
        ("RetentionDays", json!(30)),
        ("SnapshotLinkId", chain["SnapshotLinkId"].clone()),
    ] {
        assert_eq!(changed[member], expected, "{member}");
    }
}

#[test]
fn the_older_operations_about_tags_see_what_the_newer_ones_set() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let disk = disk(&mut world);
    for (kind, id) in [("image", image.as_str()), ("disk", &disk), ("instance", BUILDER)] {
        let resource = [("ResourceType", kind), ("ResourceId", id)];
        let tags = [("Tag.1.Key", "team"), ("Tag.1.Value", "os"), ("Tag.2.Key", kind)];
        world.ecs("AddTags", &[resource.as_slice(), &tags].concat()).ok();
    }
    let counted = world.ecs("DescribeTags", &[("Tag.1.Key", "team")]).ok();
    let count = &counted["Tags"]["Tag"][0]["ResourceTypeCount"];
    assert_eq!(counted["TotalCount"], 1);
    assert_eq!(
        (&count["Image"], &count["Disk"], &count["Instance"], &count["Snapshot"]),
        (&json!(1), &json!(1), &json!(1), &json!(0))
    );
    let found = |world: &mut World, params: &[(&str, &str)]| world.ecs("DescribeResourceByTags", params).ok();
    let team = [("Tag.1.Key", "team"), ("Tag.1.Value", "os")];
    assert_eq!(found(&mut world, &team)["TotalCount"], 3);
    let typed = [team[0], team[1], ("ResourceType", "image")];
    assert_eq!(
        found(&mut world, &typed)["Resources"]["Resource"][0]["ResourceId"],
        image
    );
    let resource = [("ResourceType", "image"), ("ResourceId", image.as_str())];
    let other = [resource[0], resource[1], team[0], ("Tag.1.Value", "db")];
    world.ecs("RemoveTags", &other).ok();
    assert_eq!(world.kept(HOME, &image).tags.len(), 2, "the value is another one");
    world.ecs("RemoveTags", &resource).ok();
    assert!(world.kept(HOME, &image).tags.is_empty());
    let foreign = world.ecs_as(MEMBER, HOME, "AddTags", &[resource[0], resource[1], ("Tag.1.Key", "k")]);
    assert_eq!(foreign.refusal(), (404, "InvalidResourceId.NotFound"));
}

#[test]
fn an_import_and_an_export_are_tasks_that_can_be_cancelled() {
    let mut world = World::new();
    let file = [
        ("DiskDeviceMapping.1.OSSBucket", "bucket"),
        ("DiskDeviceMapping.1.OSSObject", "disk.vhd"),
    ];
    let refused = world.ecs("ImportImage", &file);
    assert_eq!(refused.refusal(), (403, "NoSetRoletoECSServiceAcount"));
    world.let_ecs_reach_oss();
    let imported = world.ecs("ImportImage", &file).ok();
    let (image, task) = (id_of(&imported), imported["TaskId"].as_str().unwrap());
    let delete = world.ecs("DeleteImage", &[("ImageId", &image)]);
    assert_eq!(delete.refusal(), (403, "ImageIsImporting"));
    let status = |world: &mut World, task: &str| {
        let body = world.ecs("DescribeTaskAttribute", &[("TaskId", task)]).ok();
        body["TaskStatus"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&mut world, task), "Processing");
    world.wait(minutes(5));
    assert_eq!(status(&mut world, task), "Finished");
    let export = [("ImageId", image.as_str()), ("OSSBucket", "bucket")];
    let exported = world.ecs("ExportImage", &export).ok();
    let task = exported["TaskId"].as_str().unwrap();
    assert_eq!(world.ecs("ExportImage", &export).refusal(), (403, "ImageIsExporting"));
    let delete = world.ecs("DeleteImage", &[("ImageId", &image)]);
    assert_eq!(delete.refusal(), (403, "ImageIsExporting"));
    let running = world.ecs("DescribeTasks", &[("TaskStatus", "Processing")]).ok();
    assert_eq!(running["TaskSet"]["Task"][0]["TaskId"], task);
    world.ecs("CancelTask", &[("TaskId", task)]).ok();
    assert_eq!(status(&mut world, task), "Failed");
    let again = world.ecs("CancelTask", &[("TaskId", task)]);
    assert_eq!(again.refusal(), (403, "InvalidTaskId.IncorrectTaskStatus"));
    let unknown = world.ecs("CancelTask", &[("TaskId", "t-nobody")]);
    assert_eq!(unknown.refusal(), (400, "InvalidTaskId.NotFound"));
    let second = world.ecs("ImportImage", &file).ok();
    world
        .ecs("CancelTask", &[("TaskId", second["TaskId"].as_str().unwrap())])
        .ok();
    assert_eq!(
        world.listed(OWNER, HOME, &[("ImageOwnerAlias", "self"), ("Status", "Creating")]),
        [""; 0]
    );
    world.ecs("DeleteImage", &[("ImageId", &image)]).ok();
}

#[test]
fn an_image_that_cannot_be_exported_is_refused() {
    let mut world = World::new();
    world.let_ecs_reach_oss();
    let image = world.image("golden-1");
    let creating = world.start_image(&[("ImageName", "golden-2")]);
    let bucket = ("OSSBucket", "bucket");
    let own = ("ImageId", image.as_str());
    for (params, expected) in [
        (vec![own], (400, "MissingParameter")),
        (vec![own, ("OSSBucket", "A B")], (400, "InvalidOSSBucket.NotFound")),
        (
            vec![own, bucket, ("ImageFormat", "zip")],
            (400, "InvalidImageFormat.Malformed"),
        ),
        (
            vec![own, bucket, ("OSSPrefix", "a/b")],
            (400, "InvalidOSSPrefix.Malformed"),
        ),
        (
            vec![own, bucket, ("RoleName", "nobody")],
            (403, "NoSetRoletoECSServiceAcount"),
        ),
        (vec![("ImageId", "m-nobody"), bucket], (404, "InvalidImageId.NotFound")),
        (
            vec![("ImageId", creating.as_str()), bucket],
            (400, "IncorrectImageStatus"),
        ),
        (
            vec![("ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd"), bucket],
            (403, "ImageNotSupported"),
        ),
    ] {
        assert_eq!(world.ecs("ExportImage", &params).refusal(), expected, "{params:?}");
    }
}
