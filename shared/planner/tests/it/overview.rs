//! The overview: where every release stands, and what there is of it in each region.

use crate::stage::{policy, put_into_family, released, staged};
use crate::support::{ALICE, BOB, HOME, NAMED, SHANGHAI, World, at, region};
use goldcast_domain::{ImageStatus, Scope, ledger};
use goldcast_planner::{Observed, RegionState, ReleaseStanding, overview};

fn seen(world: &World) -> Observed {
    world.observe(Scope::Everything)
}

/// Every release of the only policy as `name standing state state …`, oldest first.
fn lines(world: &World) -> Vec<String> {
    let seen = seen(world);
    let policies = overview(&world.policy, &seen, world.time);
    let word = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    let releases = policies[0].releases.iter().map(|release| {
        let standing = serde_json::to_value(&release.standing).unwrap();
        let mut line = format!("{} {}", release.name, word(standing["standing"].clone()));
        for region in &release.regions {
            let state = serde_json::to_value(region.state).unwrap();
            line = format!("{line} {}", word(state["state"].clone()));
        }
        line
    });
    releases.collect()
}

#[track_caller]
fn check(world: &World, expected: &[&str]) {
    assert_eq!(lines(world), expected);
}

#[test]
fn a_release_goes_from_copied_to_staged_to_committed() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    check(&world, &["linux-1 on-its-way in-place absent absent"]);
    let copy = world.copy("m-a", "linux-1", SHANGHAI, 50).at.clone();
    world.image_mut(&copy).status = ImageStatus::Creating;
    check(&world, &["linux-1 on-its-way in-place absent making"]);

    let mut world = World::new(NAMED);
    let images = staged(&mut world, "m-a", 60);
    check(&world, &["m-a on-its-way staged staged staged"]);
    world.grants.remove(&images[1]);
    check(&world, &["m-a on-its-way staged in-place staged"]);

    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-a", 60);
    check(&world, &["m-a current in-family in-family in-family"]);
    world.image_mut(&images[2]).family = None;
    check(&world, &["m-a on-its-way in-family in-family staged"]);
}

#[test]
fn releases_stand_before_and_behind_the_current_one() {
    let mut world = World::new(NAMED);
    released(&mut world, "m-a", 90);
    staged(&mut world, "m-b", 80);
    released(&mut world, "m-c", 60);
    world.source("m-d", "linux-4", 30);
    check(
        &world,
        &[
            "m-a earlier in-family in-family in-family",
            "m-b overtaken staged staged staged",
            "m-c current in-family in-family in-family",
            "linux-4 on-its-way in-place absent absent",
        ],
    );
}

#[test]
fn what_was_taken_back_says_why_and_what_leaves_says_since_when() {
    let mut world = World::new(NAMED);
    let recalled = staged(&mut world, "m-a", 90);
    put_into_family(&mut world, &recalled, "goldcast-parked-1");
    let why = "broken sshd".to_owned();
    world
        .image_mut(&recalled[0])
        .tags
        .insert(ledger::RECALL.to_owned(), why);
    let retired = staged(&mut world, "m-b", 80);
    let note = "retiring 2026-03-01T12:00:00Z".to_owned();
    world.image_mut(&retired[0]).tags.insert(ledger::STATE.to_owned(), note);
    let seen = seen(&world);
    let policies = overview(&world.policy, &seen, world.time);
    let [first, second] = policies[0].releases.as_slice() else {
        panic!("two releases")
    };
    assert_eq!(
        first.standing,
        ReleaseStanding::Recalled {
            why: "broken sshd".to_owned()
        }
    );
    assert_eq!(first.regions[1].state, RegionState::Parked);
    let (why, tagged) = first.recall().unwrap();
    assert_eq!((why, tagged), ("broken sshd", vec![&recalled[0]]));
    let since = "2026-03-01T12:00:00Z".parse().unwrap();
    assert_eq!(second.standing, ReleaseStanding::Retiring { since });
    assert!(first.launched_in(policies[0].policy).is_empty());
}

#[test]
fn a_golden_image_that_is_no_release_yet_is_shown_and_one_that_may_not_be_is_blocked() {
    let gated = policy(NAMED, r#""require-tags": ["sanitized"]"#);
    let mut world = World::new(&gated);
    world.source("m-a", "linux-1", 60);
    let building = world.source("m-b", "linux-2", 30);
    building.tags.insert("sanitized".to_owned(), String::new());
    building.status = ImageStatus::Creating;
    check(
        &world,
        &[
            "linux-1 blocked in-place absent absent",
            "linux-2 on-its-way making absent absent",
        ],
    );
}

#[test]
fn what_was_not_read_is_unknown_and_never_absent() {
    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-a", 60);
    // Home, then Singapore and Shanghai by their ids.
    world.dark_regions.insert(SHANGHAI.parse().unwrap());
    world.dark_grants.insert(images[1].clone());
    let seen = seen(&world);
    let policies = overview(&world.policy, &seen, world.time);
    let regions = &policies[0].releases[0].regions;
    assert_eq!(
        (regions[2].state, regions[2].image, regions[2].accounts),
        (RegionState::Unread, None, None)
    );
    assert_eq!((regions[1].state, regions[1].accounts), (RegionState::InFamily, None));
    assert_eq!(policies[0].holders[&region(SHANGHAI)], None);
    assert_eq!(regions[0].accounts, Some(1));
}

#[test]
fn the_holders_of_the_family_are_named_youngest_first_whoever_made_them() {
    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-a", 60);
    let stranger = world.source("m-stranger", "by-hand", 5);
    stranger.tags.clear();
    stranger.family = Some("corp-linux".parse().unwrap());
    let broken = world.source("m-broken", "broken", 1);
    broken.tags.clear();
    broken.status = ImageStatus::UnAvailable;
    broken.family = Some("corp-linux".parse().unwrap());
    let seen = seen(&world);
    let policies = overview(&world.policy, &seen, world.time);
    let home = region(HOME);
    let held: Vec<_> = policies[0].holders[&home]
        .iter()
        .flatten()
        .map(|id| id.as_str())
        .collect();
    assert_eq!(held, ["m-stranger", images[0].image.as_str()]);
    assert_eq!(at(HOME, "m-a"), images[0]);
}

#[test]
fn the_members_of_the_object_are_an_interface() {
    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-a", 60);
    world.grant(&images[2], &[ALICE, BOB]);
    let seen = seen(&world);
    insta::assert_json_snapshot!(overview(&world.policy, &seen, world.time));
}
