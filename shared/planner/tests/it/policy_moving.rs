//! The policy's own object: what is refused there is said, and when it changes under a run, nothing is taken away.

use crate::stage::{file, policy, released};
use crate::support::{ALICE, BOB, FOLDER, NAMED, World, now};
use goldcast_domain::{Scope, ledger};
use goldcast_planner::{Observed, Plan, PolicyRefused, plan};

/// What is planned once the policy has moved.
fn moved(world: &World) -> Plan {
    let seen = Observed {
        policy_moved: Some("the policy has changed during the run".to_owned()),
        ..world.observe(Scope::Everything)
    };
    plan(&world.policy, &seen, now())
}

#[track_caller]
fn check(world: &World, before: &[&str], after: &[&str]) {
    let names = |plan: &Plan| World::action_names(plan).into_iter().collect::<Vec<_>>();
    assert_eq!(names(&world.sweep()), before, "{}", world.sweep());
    let plan = moved(world);
    assert_eq!(names(&plan), after, "{plan}");
    let waits = plan
        .waits
        .iter()
        .filter(|wait| wait.to_string().contains("nothing is taken away"));
    assert_eq!(waits.count(), usize::from(before != after), "{plan}");
}

#[test]
fn nobody_loses_an_image_and_everybody_else_gets_theirs() {
    let mut world = World::new(FOLDER);
    world.member(ALICE, "fd-prod000001");
    for image in released(&mut world, "m-a", 60) {
        world.grant(&image, &[BOB]);
    }
    check(&world, &["grant", "revoke"], &["grant"]);
}

#[test]
fn no_release_begins_to_leave() {
    let mut world = World::new(&policy(NAMED, r#""keep": 1"#));
    released(&mut world, "m-1", 600);
    released(&mut world, "m-2", 60);
    check(&world, &["record-leaving"], &[]);
}

#[test]
fn a_recall_parks_all_the_same_and_what_follows_waits() {
    let mut world = World::new(&file(NAMED, r#""brakes": {"releases": 9}"#));
    let images = released(&mut world, "m-a", 60);
    world.tag(&images[0], ledger::RECALL, "bad");
    check(&world, &["park"], &["park"]);
    for planned in world.sweep().actions {
        world.apply(&planned.action);
    }
    check(&world, &["record-leaving", "revoke"], &["record-leaving"]);
}

#[test]
fn what_only_moves_is_unshared_all_the_same() {
    let mut world = World::new(&file(NAMED, r#""limits": {"families-move-while-shared": false}"#));
    let images = released(&mut world, "m-a", 60);
    world.tag(&images[0], ledger::RECALL, "bad");
    check(&world, &["revoke"], &["revoke"]);
}

#[test]
fn a_plan_that_takes_nothing_away_does_not_wait() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    check(&world, &["copy", "grant"], &["copy", "grant"]);
}

#[test]
fn what_was_refused_is_a_block_that_names_what_stays_in_force() {
    let world = World::new(&file(NAMED, r#""serial": 7"#));
    let seen = Observed {
        policy_refused: Some(PolicyRefused {
            object: "oss://corp-goldcast/policy.json".to_owned(),
            why: "its serial 6 is below 7".to_owned(),
        }),
        ..world.observe(Scope::Account(ALICE.parse().unwrap()))
    };
    let plan = plan(&world.policy, &seen, now());
    assert_eq!(
        plan.blocks[0].to_string(),
        "the policy in oss://corp-goldcast/policy.json is refused: its serial 6 is below 7. Serial 7 stays in force. To do: \
         raise serial in the policy's file and push it: goldcast policy push FILE oss://corp-goldcast/policy.json"
    );
}
