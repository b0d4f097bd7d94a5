//! Events on the default bus: audit records of writes, later, with the quirks of the real ones.

use std::collections::BTreeSet;

use goldcast_emulator::cloud::{Endpoint, Moment, Setup, Switches};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::support::{
    AWAY, BUILDER, ECS, HOME, MANAGEMENT, OUTSIDER, OWNER, Signer, World, id_of, minutes, region, setup,
};

fn with(switches: Switches) -> World {
    World::with(Setup { switches, ..setup() })
}

/// The only event since the last look.
#[track_caller]
fn only(world: &mut World) -> (String, String, Value) {
    assert_eq!(world.events.len(), 1, "{:#?}", world.events);
    let event = world.events.pop().unwrap();
    (event.account.to_string(), event.region.to_string(), event.body)
}

#[test]
fn a_write_is_told_within_a_minute_and_not_at_once() {
    let mut world = World::new();
    let tags = [("Tag.1.Key", "golden"), ("Tag.1.Value", "yes")];
    let id = world.start_image(&[("ImageName", "golden-1"), tags[0], tags[1]]);
    let now = world.now;
    assert!(world.cloud.advance(now).is_empty());
    world.wait(minutes(1));
    let (account, at, event) = only(&mut world);
    assert_eq!((account.as_str(), at.as_str()), (OWNER, HOME));
    assert_eq!(
        (&event["source"], &event["type"]),
        (&"acs.ecs".into(), &"ecs:ActionTrail:ApiCall".into())
    );
    assert_eq!(event["aliyuneventbusname"], "default");
    let data = &event["data"];
    assert_eq!(
        (&data["eventName"], &data["eventRW"]),
        (&"CreateImage".into(), &"Write".into())
    );
    assert_eq!(data["requestParameters"]["Tag.1.Key"], "golden");
    let parameters: Value = serde_json::from_str(data["requestParameterJson"].as_str().unwrap()).unwrap();
    assert_eq!(parameters, data["requestParameters"]);
    assert_eq!(data["responseElements"]["ImageId"], id);
    assert_eq!(data["referencedResources"]["ACS::ECS::Image"][0], id);
    assert_eq!(data["userIdentity"]["userName"], "operator");
    assert_eq!(event["subject"], format!("acs:ecs:{HOME}:{OWNER}:image/{id}"));
}

#[test]
fn reads_are_not_told_and_refused_writes_are() {
    let mut world = World::new();
    world.ecs("DescribeImages", &[]).ok();
    world.ecs("DeleteImage", &[("ImageId", "m-nobody")]);
    world.wait(minutes(2));
    let (_, _, event) = only(&mut world);
    assert_eq!(event["data"]["errorCode"], "InvalidImageId.NotFound");
    assert!(event["data"].get("responseElements").is_none());
}

#[test]
fn a_write_that_the_gateway_refuses_is_not_told() {
    let mut world = World::new();
    let signer = Signer {
        secret: "wrong".to_owned(),
        ..Signer::of(OWNER)
    };
    let params = [("RegionId", HOME), ("InstanceId", BUILDER)];
    world.call(&signer, &Endpoint::Region(region(HOME)), ECS, "CreateImage", &params);
    world.wait(minutes(2));
    assert!(world.events.is_empty());
}

#[test]
fn a_copy_is_told_where_it_was_asked_for() {
    let mut world = World::new();
    let source = world.image("golden-1");
    world.events.clear();
    let copy = id_of(&world.copy(&source, AWAY, "copy").ok());
    world.wait(minutes(60));
    let (_, at, event) = only(&mut world);
    assert_eq!(at, HOME);
    assert_eq!(
        event["data"]["referencedResources"]["ACS::ECS::Image"],
        serde_json::json!([source, copy])
    );
}

#[test]
fn a_functions_own_write_carries_its_role_and_session() {
    let mut world = World::new();
    let image = world.image("golden-1");
    world.events.clear();
    let role = format!("acs:ram::{OWNER}:role/goldcast-sweep");
    let key = world.cloud.assume(Moment::at(world.now), &role, "run-1").unwrap();
    let token = Some(key.token.expose_secret().to_owned());
    let signer = Signer {
        id: key.id.clone(),
        secret: key.secret.expose_secret().to_owned(),
        token,
    };
    let params = [("RegionId", HOME), ("ImageId", &image), ("ImageFamily", "corp")];
    world
        .call(
            &signer,
            &Endpoint::Region(region(HOME)),
            ECS,
            "ModifyImageAttribute",
            &params,
        )
        .ok();
    world.wait(minutes(2));
    let (_, _, event) = only(&mut world);
    let identity = &event["data"]["userIdentity"];
    assert_eq!(
        (&identity["type"], &identity["userName"]),
        (&"assumed-role".into(), &"goldcast-sweep:run-1".into())
    );
    assert!(
        !event.to_string().contains(key.secret.expose_secret())
            && !event.to_string().contains(key.token.expose_secret())
    );
}

#[test]
fn times_and_versions_are_spelt_in_several_ways() {
    let mut world = World::new();
    for number in 0..60 {
        world.start_image(&[("ImageName", &format!("golden-{number}"))]);
    }
    world.wait(minutes(2));
    let spelling = |text: &str| {
        text.chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect::<String>()
    };
    let times: BTreeSet<_> = world
        .events
        .iter()
        .map(|event| spelling(event.body["time"].as_str().unwrap()))
        .collect();
    assert_eq!(times.len(), 6, "{times:?}");
    let versions: BTreeSet<_> = world
        .events
        .iter()
        .map(|event| event.body["data"]["eventVersion"].to_string())
        .collect();
    assert_eq!(versions.into_iter().collect::<Vec<_>>(), ["\"1\"", "1"]);
}

#[test]
fn response_elements_can_be_switched_off() {
    let mut world = with(Switches {
        audit_response_elements: false,
        ..Switches::default()
    });
    world.start_image(&[]);
    world.wait(minutes(2));
    assert!(only(&mut world).2["data"].get("responseElements").is_none());
}

#[test]
fn a_finished_copy_is_silent_unless_the_switch_says_so() {
    for told in [false, true] {
        let mut world = with(Switches {
            copy_completed_events: told,
            ..Switches::default()
        });
        let source = world.image("golden-1");
        let copy = id_of(&world.copy(&source, AWAY, "copy").ok());
        world.wait(minutes(60));
        let snapshot = world.kept(AWAY, &copy).disks[0].snapshot.clone();
        let events: Vec<_> = world
            .events
            .iter()
            .filter(|event| event.body["type"] == "ecs:Snapshot:CreateSnapshotCompleted")
            .collect();
        assert_eq!(events.len(), usize::from(told));
        for event in events {
            assert_eq!(
                (event.region.as_str(), &event.body["data"]["snapshotId"]),
                (AWAY, &snapshot.as_str().into())
            );
        }
    }
}

#[test]
fn directory_events_are_silent_unless_the_switch_says_so() {
    for told in [false, true] {
        let mut world = with(Switches {
            directory_events: told,
            ..Switches::default()
        });
        let created = world
            .directory("CreateResourceAccount", &[("DisplayName", "newcomer")])
            .ok();
        let invite = [("TargetEntity", OUTSIDER), ("TargetType", "Account")];
        let handshake = world.directory("InviteAccountToResourceDirectory", &invite).ok();
        let id = handshake["Handshake"]["HandshakeId"].as_str().unwrap();
        world
            .directory_as(OUTSIDER, "AcceptHandshake", &[("HandshakeId", id)])
            .ok();
        world.wait(minutes(2));
        if !told {
            assert!(world.events.is_empty());
            continue;
        }
        let event = |name: &str| {
            world
                .events
                .iter()
                .find(|event| event.body["data"]["eventName"] == name)
                .unwrap()
        };
        let creation = event("CreateResourceAccount");
        assert_eq!(
            (creation.account.as_str(), creation.region.as_str()),
            (MANAGEMENT, HOME)
        );
        assert_eq!(creation.body["type"], "resourcemanager:ActionTrail:ApiCall");
        assert_eq!(creation.body["data"]["responseElements"]["Account"], created["Account"]);
        assert_eq!(
            event("AcceptHandshake").account.as_str(),
            OUTSIDER,
            "it is the joining account's record"
        );
    }
}

#[test]
fn the_next_wakeup_is_when_something_happens() {
    let mut world = World::new();
    assert_eq!(world.cloud.next_wakeup(), None);
    world.start_image(&[("ImageName", "golden-1")]);
    let mut wakeups = 0;
    while let Some(due) = world.cloud.next_wakeup() {
        assert!(due > world.now);
        world.now = due;
        world.cloud.advance(due);
        wakeups += 1;
    }
    assert_eq!(wakeups, 3, "event, available, usable");
}

#[test]
fn snapshots_are_told_of_as_far_as_the_documents_go() {
    // What is made, the switch that decides, and how often it is told of by default.
    let mut world = World::new();
    let image = world.image("golden-1");
    let import = [
        ("ImageName", "imported"),
        ("DiskDeviceMapping.1.OSSBucket", "images"),
        ("DiskDeviceMapping.1.OSSObject", "golden.qcow2"),
    ];
    world.let_ecs_reach_oss();
    let imported = id_of(&world.ecs("ImportImage", &import).ok());
    world.wait(minutes(10));
    let snapshot = world.kept(HOME, &image).disks[0].snapshot.clone();
    world.ecs("DeleteImage", &[("ImageId", &image)]).ok();
    world.ecs("DeleteSnapshot", &[("SnapshotId", &snapshot)]).ok();
    world.wait(minutes(2));
    let told = world
        .events
        .iter()
        .filter(|event| !event.body["data"]["snapshotType"].is_null());
    let told: Vec<_> = told
        .map(|event| {
            let data = &event.body["data"];
            (
                event.body["type"].as_str().unwrap(),
                data["snapshotType"].as_str().unwrap(),
                data["snapshotId"].clone(),
            )
        })
        .collect();
    let made = world.kept(HOME, &imported).disks[0].snapshot.clone();
    assert_eq!(
        told,
        [
            ("ecs:Snapshot:CreateSnapshotCompleted", "imported", made.into()),
            ("ecs:Snapshot:SnapshotDeleted", "user", snapshot.into()),
        ]
    );
}

#[test]
fn the_snapshot_of_a_built_image_is_told_if_the_switch_says_so() {
    let mut world = with(Switches {
        build_snapshot_events: true,
        ..Switches::default()
    });
    world.image("golden-1");
    let told: Vec<_> = world
        .events
        .iter()
        .map(|event| event.body["data"]["snapshotType"].clone())
        .collect();
    assert_eq!(told, [Value::Null, "user".into()], "the call, then its snapshot");
}

#[test]
fn a_snapshot_of_a_disk_is_told_from_its_beginning_to_its_end() {
    for undescribed in [true, false] {
        let mut world = with(Switches {
            undescribed_snapshot_events: undescribed,
            ..Switches::default()
        });
        let disks = world.ecs("DescribeDisks", &[]).ok();
        let disk = disks["Disks"]["Disk"][0]["DiskId"].as_str().unwrap().to_owned();
        let made = world.ecs("CreateSnapshot", &[("DiskId", &disk)]).ok();
        let made = made["SnapshotId"].as_str().unwrap();
        world.wait(minutes(10));
        let copying = [
            ("SnapshotId", made),
            ("DestinationRegionId", AWAY),
            ("DestinationSnapshotName", "copy"),
            ("DestinationSnapshotDescription", "a copy"),
        ];
        world.ecs("CopySnapshot", &copying).ok();
        world.wait(minutes(120));
        world.ecs("DeleteSnapshot", &[("SnapshotId", made)]).ok();
        world.wait(minutes(1));
        let told: Vec<_> = world
            .events
            .iter()
            .filter_map(|event| {
                let kind = event.body["type"].as_str()?.strip_prefix("ecs:Snapshot:")?;
                let data = &event.body["data"];
                Some((
                    event.region.as_str(),
                    kind,
                    data["snapshotType"].as_str()?,
                    data["diskId"].as_str()?,
                ))
            })
            .collect();
        let all = [
            (HOME, "CreateSnapshotInitiated", "user", disk.as_str()),
            (HOME, "CreateSnapshotCompleted", "user", disk.as_str()),
            (AWAY, "CreateSnapshotInitiated", "copied", ""),
            (AWAY, "CreateSnapshotCompleted", "copied", ""),
            (HOME, "SnapshotDeleted", "user", disk.as_str()),
        ];
        let wanted: Vec<_> = all
            .into_iter()
            .filter(|(_, kind, ..)| undescribed || *kind == "CreateSnapshotCompleted")
            .collect();
        assert_eq!(told, wanted);
    }
}
