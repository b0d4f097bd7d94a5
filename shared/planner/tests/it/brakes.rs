//! Brakes: a run that would take away more than a person would believe takes nothing away, and does everything else.

use crate::stage::{file, policy, released};
use crate::support::{ALICE, FOLDER, HOME, NAMED, SHANGHAI, SHELF, World, at};
use goldcast_domain::{Scope, ledger};

fn left(number: usize) -> String {
    format!("21000000000000{number:02}")
}

/// A release that so many accounts have who are not in the folder any more, and one that is.
fn abandoned(sections: &str, accounts: usize) -> World {
    let mut world = World::new(&file(FOLDER, sections));
    world.member(ALICE, "fd-prod000001");
    let images = released(&mut world, "m-a", 60);
    for image in &images {
        for number in 0..accounts {
            world.grant(image, &[&left(number)]);
        }
    }
    world
}

#[test]
fn up_to_the_brake_accounts_lose_access_in_one_run() {
    let plan = abandoned(r#""brakes": {"accounts": 5}"#, 5).sweep();
    assert_eq!(World::action_names(&plan), ["grant", "revoke"].into(), "{plan}");
}

#[test]
fn beyond_it_nobody_does_and_everything_else_goes_on() {
    abandoned(r#""brakes": {"accounts": 5}"#, 6).check("
         do     m-a: share m-a in cn-hangzhou with 2000000000000001, because they are in the audience, and it goes by grant since the policy says so
         do     m-a: share m-copy0001 in cn-shanghai with 2000000000000001, because they are in the audience, and it goes by grant since the policy says so
         block  the brake holds: 6 accounts would lose access and 0 releases would leave, and a run may take 5 and 2. To do: look at it with goldcast plan; if it is right, goldcast apply --allow-removals 6
        ");
}

#[test]
fn a_percentage_is_of_everyone_who_has_or_should_have_something() {
    let revokes = |share: &str| {
        let brakes = format!(r#""brakes": {{"accounts": "{share}"}}"#);
        World::action_names(&abandoned(&brakes, 9).sweep()).contains("revoke")
    };
    assert!(revokes("90%"), "nine of ten");
    assert!(!revokes("89%"));
}

#[test]
fn an_account_counts_once_however_many_images_it_loses() {
    let mut world = abandoned(r#""brakes": {"accounts": 1}"#, 1);
    released(&mut world, "m-b", 50);
    for image in [at(HOME, "m-b"), at(SHANGHAI, "m-copy0002")] {
        world.grant(&image, &[&left(0)]);
    }
    let plan = world.sweep();
    assert_eq!(
        plan.actions
            .iter()
            .filter(|planned| planned.action.name() == "revoke")
            .count(),
        4,
        "{plan}"
    );
}

#[test]
fn who_loses_what_stands_on_a_shelf_counts_too() {
    let mut world = World::new(&file(SHELF, r#""brakes": {"accounts": 1}"#));
    world.member(ALICE, "fd-prod000001");
    world.member("2000000000000002", "fd-dev0000001");
    released(&mut world, "m-a", 60);
    let plan = world.sweep();
    let name = plan.actions.iter().find_map(|planned| {
        let goldcast_planner::Action::CreateShelf { name, .. } = &planned.action else {
            return None;
        };
        Some(name.clone())
    });
    let name = name.unwrap();
    world.shelf(HOME, &name, &["fd-prod000001", "fd-dev0000001"], &["m-a"]);
    world.shelf(SHANGHAI, &name, &["fd-prod000001"], &["m-copy0001"]);
    world.check("
         do     m-a: stop sharing the shelf goldcast-89db34899f6e in cn-hangzhou with fd-dev0000001, because no rule of the policy explains why they have it
        ");
    world.member("2000000000000003", "fd-dev0000001");
    world.check("
         block  the brake holds: 2 accounts would lose access and 0 releases would leave, and a run may take 1 and 2. To do: look at it with goldcast plan; if it is right, goldcast apply --allow-removals 2
        ");
}

#[test]
fn releases_that_leave_have_their_own_brake() {
    let world = |brake: usize| {
        let mut world = World::new(&file(
            &policy(NAMED, r#""keep": 1"#),
            &format!(r#""brakes": {{"releases": {brake}}}"#),
        ));
        for (id, minutes) in [("m-1", 9_000), ("m-2", 6_000), ("m-3", 3_000), ("m-4", 60)] {
            released(&mut world, id, minutes);
        }
        world
    };
    assert_eq!(world(3).sweep().actions.len(), 3);
    world(2).check("
         block  the brake holds: 0 accounts would lose access and 3 releases would leave, and a run may take 5 and 2. To do: look at it with goldcast plan; if it is right, goldcast apply --allow-removals 3
        ");
}

#[test]
fn the_parking_of_a_recall_is_not_counted_and_what_follows_is() {
    let mut world = World::new(&file(NAMED, r#""brakes": {"releases": 0}"#));
    let images = released(&mut world, "m-a", 60);
    world.tag(&images[0], ledger::RECALL, "bad");
    let names = World::action_names(&world.sweep());
    assert_eq!(names, ["park"].into());
}

#[test]
fn an_accounts_run_is_braked_like_any_other() {
    let world = abandoned(r#""brakes": {"accounts": 0}"#, 1);
    let plan = world.plan(Scope::Account(left(0).parse().unwrap()));
    assert_eq!(World::action_names(&plan), [].into(), "{plan}");
    assert_eq!(plan.blocks[0].kind.name(), "brake", "{plan}");
}
