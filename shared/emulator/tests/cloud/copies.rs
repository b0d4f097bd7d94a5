//! Copies: called in the source's region, made in the destination, five at a time.

use goldcast_emulator::cloud::{CopySlots, ImageStatus, Setup, Switches};

use crate::support::{AWAY, HOME, MEMBER, OWNER, World, id_of, minutes, region, setup};

fn with(switches: Switches) -> World {
    World::with(Setup { switches, ..setup() })
}

#[test]
fn a_copy_exists_at_once_in_the_destination_and_takes_time() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let copy = id_of(&world.copy(&source, AWAY, "golden-1-copy").ok());
    let image = world.kept(AWAY, &copy);
    assert_eq!((image.status, image.is_copied), (ImageStatus::Creating, true));
    world.wait(minutes(5));
    let params = [("ImageId", copy.as_str()), ("Status", "Creating")];
    let seen = world.ecs_as(OWNER, AWAY, "DescribeImages", &params).ok();
    let disk = &seen["Images"]["Image"][0]["DiskDeviceMappings"]["DiskDeviceMapping"][0];
    assert!(
        disk["RemainTime"].as_i64().unwrap() > 0 && disk["Progress"] != "100%",
        "{disk}"
    );
    world.wait(minutes(60));
    let image = world.kept(AWAY, &copy);
    assert_eq!((image.status, image.usable), (ImageStatus::Available, true));
    assert!(
        world
            .cloud
            .snapshots(&image.region)
            .any(|snapshot| snapshot.id == image.disks[0].snapshot)
    );
}

#[test]
fn a_copy_inherits_tags_and_not_the_family() {
    let mut world = World::new();
    let tags = [
        ("Tag.1.Key", "a"),
        ("Tag.1.Value", "source"),
        ("Tag.2.Key", "b"),
        ("Tag.2.Value", "source"),
    ];
    let params: Vec<_> = tags
        .into_iter()
        .chain([("ImageName", "golden-1"), ("ImageFamily", "corp")])
        .collect();
    let source = world.start_image(&params);
    world.wait(minutes(10));
    let request = [
        ("ImageId", source.as_str()),
        ("DestinationRegionId", AWAY),
        ("DestinationImageName", "copy-1"),
        ("Tag.1.Key", "b"),
        ("Tag.1.Value", "request"),
    ];
    let copy = id_of(&world.ecs("CopyImage", &request).ok());
    let image = world.kept(AWAY, &copy);
    let tags: Vec<_> = image
        .tags
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(tags, [("a", "source"), ("b", "request")]);
    assert_eq!(image.family, None);
}

#[test]
fn inheriting_tags_can_be_switched_off() {
    let mut world = with(Switches {
        copies_inherit_tags: false,
        ..Switches::default()
    });
    let source = world.start_image(&[("ImageName", "golden-1"), ("Tag.1.Key", "a")]);
    world.wait(minutes(10));
    let copy = id_of(&world.copy(&source, AWAY, "copy-1").ok());
    assert!(world.kept(AWAY, &copy).tags.is_empty());
}

#[test]
fn five_copies_run_and_the_others_wait_their_turn() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let copies: Vec<_> = (0..7)
        .map(|n| id_of(&world.copy(&source, AWAY, &format!("copy-{n}")).ok()))
        .collect();
    let count = |world: &World, status| copies.iter().filter(|id| world.kept(AWAY, id).status == status).count();
    assert_eq!(
        (
            count(&world, ImageStatus::Creating),
            count(&world, ImageStatus::Waiting)
        ),
        (5, 2)
    );
    assert_eq!(world.kept(AWAY, &copies[6]).status, ImageStatus::Waiting);
    let elsewhere = id_of(&world.copy(&source, "cn-beijing", "copy").ok());
    assert_eq!(world.kept("cn-beijing", &elsewhere).status, ImageStatus::Creating);
    while count(&world, ImageStatus::Available) == 0 {
        world.wait(minutes(1));
        assert!(count(&world, ImageStatus::Creating) <= 5);
    }
    assert!(count(&world, ImageStatus::Waiting) < 2);
    world.wait(minutes(120));
    assert_eq!(count(&world, ImageStatus::Available), 7);
}

#[test]
fn slots_can_count_where_the_copies_come_from() {
    let mut world = with(Switches {
        copy_slots: CopySlots::Source,
        ..Switches::default()
    });
    let source = world.image("golden-1");
    let regions = [
        "cn-shanghai",
        "cn-beijing",
        "cn-shenzhen",
        "cn-qingdao",
        "cn-hongkong",
        "ap-southeast-1",
    ];
    let statuses = regions.map(|region| {
        let copy = id_of(&world.copy(&source, region, "copy").ok());
        world.kept(region, &copy).status
    });
    assert_eq!(statuses[4], ImageStatus::Creating);
    assert_eq!(statuses[5], ImageStatus::Waiting);
}

#[test]
fn one_source_is_copied_to_several_regions_unless_the_switch_forbids_it() {
    let mut world = World::new();
    let source = world.image("golden-1");
    world.copy(&source, AWAY, "copy").ok();
    world.copy(&source, "cn-beijing", "copy").ok();
    let mut strict = with(Switches {
        copy_conflict: true,
        ..Switches::default()
    });
    let source = strict.image("golden-1");
    strict.copy(&source, AWAY, "copy").ok();
    let second = strict.copy(&source, "cn-beijing", "copy");
    assert_eq!(second.refusal(), (400, "OperationDenied.ImageCopyConflict"));
}

#[test]
fn a_copy_that_cannot_be_made_is_refused_with_the_documented_code() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let creating = world.start_image(&[("ImageName", "golden-2")]);
    world.copy(&source, AWAY, "taken").ok();
    let (id, to) = (("ImageId", source.as_str()), ("DestinationRegionId", AWAY));
    for (params, expected) in [
        (vec![to], (400, "MissingParameter")),
        (vec![("ImageId", "m-nobody"), to], (404, "InvalidImageId.NotFound")),
        (vec![("ImageId", creating.as_str()), to], (400, "IncorrectImageStatus")),
        (
            vec![id, ("DestinationRegionId", "cn-atlantis")],
            (400, "DestinationRegion.NotFound"),
        ),
        (
            vec![id, to, ("DestinationImageName", "copy 1")],
            (400, "InvalidImageName.Malformed"),
        ),
        (
            vec![id, to, ("DestinationImageName", "taken")],
            (400, "InvalidImageName.Duplicated"),
        ),
        (
            vec![id, to, ("KMSKeyId", "key-1")],
            (400, "InvalidEncrypted.NotMatchKmsKeyId"),
        ),
        (vec![id, to, ("DryRun", "true")], (400, "DryRunOperation")),
    ] {
        assert_eq!(world.ecs("CopyImage", &params).refusal(), expected, "{params:?}");
    }
}

#[test]
fn the_same_token_gives_the_same_copy_even_a_dead_one() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let params = [
        ("ImageId", source.as_str()),
        ("DestinationRegionId", AWAY),
        ("ClientToken", "t1"),
    ];
    let first = id_of(&world.ecs("CopyImage", &params).ok());
    assert_eq!(id_of(&world.ecs("CopyImage", &params).ok()), first);
    world
        .ecs_as(OWNER, AWAY, "CancelCopyImage", &[("ImageId", &first)])
        .ok();
    assert_eq!(
        id_of(&world.ecs("CopyImage", &params).ok()),
        first,
        "the token remembers what is gone"
    );
    let other = [
        ("ImageId", source.as_str()),
        ("DestinationRegionId", "cn-beijing"),
        ("ClientToken", "t1"),
    ];
    assert_eq!(
        world.ecs("CopyImage", &other).refusal(),
        (400, "IdempotentParameterMismatch")
    );
    world.wait(minutes(24 * 60));
    assert_ne!(id_of(&world.ecs("CopyImage", &params).ok()), first);
}

#[test]
fn a_running_copy_is_cancelled_and_not_deleted() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let copies: Vec<_> = (0..6)
        .map(|n| id_of(&world.copy(&source, AWAY, &format!("copy-{n}")).ok()))
        .collect();
    let first = [("ImageId", copies[0].as_str())];
    assert_eq!(
        world.ecs_as(OWNER, AWAY, "DeleteImage", &first).refusal(),
        (403, "OperationDenied.ImageCopying")
    );
    let source_id = [("ImageId", source.as_str())];
    assert_eq!(
        world.ecs("DeleteImage", &source_id).refusal(),
        (403, "OperationDenied.ImageCopying")
    );
    assert_eq!(
        world.ecs("CancelCopyImage", &source_id).refusal(),
        (400, "ImageCreatedNotFromCopy")
    );
    world.ecs_as(OWNER, AWAY, "CancelCopyImage", &first).ok();
    assert_eq!(
        world.kept(AWAY, &copies[5]).status,
        ImageStatus::Creating,
        "the slot goes to the one that waited"
    );
    world.wait(minutes(120));
    let finished = [("ImageId", copies[1].as_str())];
    assert_eq!(
        world.ecs_as(OWNER, AWAY, "CancelCopyImage", &finished).refusal(),
        (400, "IncorrectImageStatus")
    );
}

#[test]
fn a_copy_that_fails_frees_its_slot_and_keeps_its_name() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let copies: Vec<_> = (0..6)
        .map(|n| id_of(&world.copy(&source, AWAY, &format!("copy-{n}")).ok()))
        .collect();
    let (now, failing) = (world.now, copies[0].parse().unwrap());
    assert!(world.cloud.fail_making(now, &region(AWAY), &failing));
    assert!(!world.cloud.fail_making(now, &region(AWAY), &failing));
    assert_eq!(world.kept(AWAY, &copies[0]).status, ImageStatus::CreateFailed);
    assert_eq!(world.kept(AWAY, &copies[5]).status, ImageStatus::Creating);
    assert_eq!(
        world.copy(&source, AWAY, "copy-0").refusal(),
        (400, "InvalidImageName.Duplicated")
    );
    world.wait(minutes(120));
    assert_eq!(world.kept(AWAY, &copies[0]).status, ImageStatus::CreateFailed);
    world
        .ecs_as(OWNER, AWAY, "DeleteImage", &[("ImageId", &copies[0])])
        .ok();
}

#[test]
fn a_deleted_source_leaves_its_copies_valid_as_sources() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let copy = id_of(&world.copy(&source, AWAY, "copy").ok());
    world.wait(minutes(60));
    world.ecs("DeleteImage", &[("ImageId", &source)]).ok();
    let params = [("ImageId", copy.as_str()), ("DestinationRegionId", "cn-beijing")];
    world.ecs_as(OWNER, AWAY, "CopyImage", &params).ok();
}

#[test]
fn a_shared_image_is_copied_within_its_region_only() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let id = ("ImageId", source.as_str());
    let to_away = [id, ("DestinationRegionId", AWAY)];
    assert_eq!(
        world.ecs_as(MEMBER, HOME, "CopyImage", &to_away).refusal(),
        (404, "InvalidImageId.NotFound")
    );
    world
        .ecs("ModifyImageSharePermission", &[id, ("AddAccount.1", MEMBER)])
        .ok();
    let refused = world.ecs_as(MEMBER, HOME, "CopyImage", &to_away);
    assert_eq!(refused.refusal(), (403, "OperationDenied.SameRegionOnly"));
    world.ecs_as(MEMBER, HOME, "CopyImage", &[id]).ok();
}

#[test]
fn which_side_wins_where_source_and_request_have_one_tag_is_a_switch() {
    for (wins, expected) in [(false, "request"), (true, "source")] {
        let mut world = with(Switches {
            tags_of_the_source_win: wins,
            ..Switches::default()
        });
        let source = world.start_image(&[("Tag.1.Key", "a"), ("Tag.1.Value", "source")]);
        world.wait(minutes(10));
        let request = [
            ("ImageId", source.as_str()),
            ("DestinationRegionId", AWAY),
            ("Tag.1.Key", "a"),
            ("Tag.1.Value", "request"),
        ];
        let copy = id_of(&world.ecs("CopyImage", &request).ok());
        assert_eq!(world.kept(AWAY, &copy).tags["a"], expected);
    }
}

#[test]
fn whether_a_running_copy_holds_its_name_is_a_switch() {
    let mut world = World::new();
    let source = world.image("golden-1");
    world.copy(&source, AWAY, "copy").ok();
    let refused = world.copy(&source, AWAY, "copy");
    assert_eq!(refused.refusal(), (400, "InvalidImageName.Duplicated"));

    let mut world = with(Switches {
        name_lock_while_copying: false,
        ..Switches::default()
    });
    let source = world.image("golden-1");
    let first = id_of(&world.copy(&source, AWAY, "copy").ok());
    let second = id_of(&world.copy(&source, AWAY, "copy").ok());
    world.wait(minutes(120));
    let named = world.listed(OWNER, AWAY, &[("ImageName", "copy")]);
    assert!(named.contains(&first) && named.contains(&second), "{named:?}");
    let refused = world.copy(&source, AWAY, "copy");
    assert_eq!(refused.refusal(), (400, "InvalidImageName.Duplicated"));
}

#[test]
fn a_plain_copy_into_a_region_that_encrypts_by_default_is_encrypted() {
    let mut world = World::new();
    world
        .cloud
        .encrypt_disks_by_default(&OWNER.parse().unwrap(), &region(AWAY));
    let source = world.image("golden-1");
    let copy = id_of(&world.copy(&source, AWAY, "copy").ok());
    assert!(world.kept(AWAY, &copy).is_encrypted());
    let status = world.ecs_as(OWNER, AWAY, "DescribeDiskEncryptionByDefaultStatus", &[]);
    assert_eq!(status.ok()["Encrypted"], true);
    let elsewhere = world.ecs("DescribeDiskEncryptionByDefaultStatus", &[]);
    assert_eq!(elsewhere.ok()["Encrypted"], false);
}
