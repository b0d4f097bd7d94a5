//! The same seed and the same calls give the same bytes; and ids do not depend on which region is called first.

use goldcast_emulator::cloud::Setup;
use jiff::SignedDuration;

use crate::support::{AWAY, HOME, MEMBER, OWNER, World, id_of, minutes, region};

/// A small history, and everything that can be seen of it.
fn history(seed: u64) -> String {
    let mut world = World::with(Setup::with_seed(seed));
    let image = world.image("golden-1");
    for region in [AWAY, "cn-beijing", "ap-southeast-1"] {
        world.copy(&image, region, "copy").ok();
    }
    world.wait(minutes(90));
    world
        .ecs(
            "ModifyImageSharePermission",
            &[("ImageId", &image), ("AddAccount.1", MEMBER)],
        )
        .ok();
    world
        .directory("CreateResourceAccount", &[("DisplayName", "newcomer")])
        .ok();
    world.wait(SignedDuration::from_secs(90));
    let events: Vec<_> = world.events.iter().map(|event| event.body.to_string()).collect();
    format!(
        "{}\n{}",
        serde_json::to_string(world.cloud.calls()).unwrap(),
        events.join("\n")
    )
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(history(1), history(1));
    assert_ne!(history(1), history(2));
}

#[test]
fn ids_do_not_depend_on_which_region_is_called_first() {
    let copies = |regions: [&str; 2]| {
        let mut world = World::new();
        let image = world.image("golden-1");
        let mut made = regions.map(|region| {
            let copy = id_of(&world.copy(&image, region, "copy").ok());
            world.wait(SignedDuration::ZERO);
            (region.to_owned(), copy)
        });
        made.sort();
        let mut requests: Vec<_> = world.cloud.calls().iter().map(|call| call.request_id.clone()).collect();
        requests.sort();
        (made, requests)
    };
    assert_eq!(copies([AWAY, "cn-beijing"]), copies(["cn-beijing", AWAY]));
}

#[test]
fn shares_do_not_depend_on_how_time_is_cut() {
    let records = |steps: i64| {
        let mut world = World::new();
        let image = world.image("golden-1");
        let gone = world.start_share("gone", &["m-nobody"], &[MEMBER]);
        let kept = world.start_share("kept", &[&image], &["fd-prod000001"]);
        let mut seen = Vec::new();
        for hours in [1, 60, 100] {
            for _ in 0..steps {
                world.now += SignedDuration::from_secs(hours * 3600 / steps);
                world.cloud.advance(world.now);
            }
            let shares = world.cloud.resource_shares(&region(HOME));
            seen.extend(
                shares.map(|share| serde_json::to_string(&share.associations.values().collect::<Vec<_>>()).unwrap()),
            );
            if hours == 1 {
                world.sharing("DeleteResourceShare", &[("ResourceShareId", &gone)]).ok();
            }
        }
        (kept, seen)
    };
    assert_eq!(records(1), records(12));
}

#[test]
fn a_read_in_between_changes_no_id() {
    let image = |read: bool| {
        let mut world = World::new();
        if read {
            world.ecs_as(OWNER, AWAY, "DescribeImages", &[]).ok();
            world.ecs_as(OWNER, HOME, "DescribeImages", &[]).ok();
        }
        world.start_image(&[("ImageName", "golden-1")])
    };
    assert_eq!(image(true), image(false));
}
