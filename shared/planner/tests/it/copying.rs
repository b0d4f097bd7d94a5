//! Copying: a copy per region, five at a time, again after a failure, and of several releases only those that count.

use crate::support::{HOME, NAMED, SHANGHAI, SINGAPORE, World, at};
use goldcast_domain::{ImageStatus, Scope, ledger};
use goldcast_planner::{Action, COPIES_PER_REGION, COPY_ATTEMPTS_MAX, Plan};

fn copies(plan: &Plan) -> Vec<(&str, &str)> {
    plan.actions
        .iter()
        .filter_map(|planned| match &planned.action {
            Action::Copy { from, to, .. } => Some((from.image.as_str(), to.as_str())),
            _ => None,
        })
        .collect()
}

#[test]
fn a_new_golden_image_is_copied_to_every_region_side_by_side() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    assert_eq!(copies(&world.sweep()), [("m-a", SINGAPORE), ("m-a", SHANGHAI)]);
}

#[test]
fn the_ledger_travels_in_the_copy_call_itself() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    let plan = world.sweep();
    let Action::Copy {
        tags,
        client_token,
        name,
        ..
    } = &plan.actions[0].action
    else {
        panic!("{plan}")
    };
    let expected = [
        (ledger::SOURCE, "m-a"),
        (ledger::RELEASE, "linux-1"),
        (ledger::POLICY, "base-linux"),
        ("goldcast:attempt", "1"),
    ];
    assert_eq!(
        tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect::<Vec<_>>(),
        expected
    );
    assert_eq!(client_token.len(), 64);
    assert!(name.starts_with("linux-1-gc"));
}

#[test]
fn a_copy_that_exists_in_any_status_is_not_made_again() {
    for status in [ImageStatus::Creating, ImageStatus::Waiting, ImageStatus::Available] {
        let mut world = World::new(NAMED);
        world.source("m-a", "linux-1", 60);
        world.copy("m-a", "linux-1", SHANGHAI, 30).status = status;
        assert_eq!(copies(&world.sweep()), [("m-a", SINGAPORE)], "{status:?}");
    }
}

#[test]
fn tags_alone_do_not_make_an_image_a_copy() {
    let change: [fn(&mut goldcast_domain::Image); 3] = [
        |image| image.is_copied = false,
        |image| image.disks[0].size_gib = 20,
        |image| image.name = "another".into(),
    ];
    for change in change {
        let mut world = World::new(NAMED);
        world.source("m-a", "linux-1", 60);
        change(world.copy("m-a", "linux-1", SHANGHAI, 30));
        let plan = world.sweep();
        assert!(
            !plan
                .actions
                .iter()
                .any(|planned| planned.action.name() == "grant" && planned.action.region().as_str() == SHANGHAI)
        );
    }
}

#[test]
fn a_foreign_image_that_holds_the_name_is_a_block_in_that_region_only() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    let squatter = world.copy("m-a", "linux-1", SHANGHAI, 30);
    squatter.tags.clear();
    squatter.is_copied = false;
    let plan = world.sweep();
    assert_eq!(copies(&plan), [("m-a", SINGAPORE)]);
    assert_eq!(plan.blocks[0].kind.name(), "name-taken");
}

#[test]
fn a_region_runs_five_copies_and_the_rest_wait() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    for n in 0..COPIES_PER_REGION {
        let busy = world.copy(&format!("m-x{n}"), "other", SHANGHAI, 5);
        busy.status = ImageStatus::Creating;
        busy.tags.clear();
    }
    let plan = world.sweep();
    assert_eq!(copies(&plan), [("m-a", SINGAPORE)]);
    assert!(
        plan.to_string().contains("all copy slots in cn-shanghai are taken"),
        "{plan}"
    );
}

#[test]
fn a_region_that_cannot_be_read_stops_only_itself() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    world.dark_regions.insert(crate::support::region(SHANGHAI));
    let plan = world.sweep();
    assert_eq!(copies(&plan), [("m-a", SINGAPORE)]);
    assert!(
        plan.to_string()
            .contains("the images in cn-shanghai could not be read: no answer"),
        "{plan}"
    );
}

#[test]
fn of_the_releases_that_wait_only_the_newest_lives() {
    let mut world = World::new(NAMED);
    for (id, minutes) in [("m-a", 60), ("m-b", 40), ("m-c", 20)] {
        world.source(id, id, minutes);
    }
    assert_eq!(copies(&world.sweep()), [("m-c", SINGAPORE), ("m-c", SHANGHAI)]);
}

#[test]
fn a_release_with_a_copy_under_way_keeps_its_slots() {
    let mut world = World::new(NAMED);
    world.source("m-a", "a", 60);
    world.copy("m-a", "a", SHANGHAI, 30).status = ImageStatus::Creating;
    world.source("m-b", "b", 20);
    let plan = world.sweep();
    let mut started = copies(&plan);
    started.sort_unstable();
    assert_eq!(started, [("m-a", SINGAPORE), ("m-b", SINGAPORE), ("m-b", SHANGHAI)]);
}

#[test]
fn a_release_older_than_the_current_one_is_not_copied() {
    let mut world = World::new(NAMED);
    world.source("m-old", "old", 90);
    world.source("m-a", "a", 60).family = Some("corp-linux".parse().unwrap());
    for to in [SHANGHAI, SINGAPORE] {
        world.copy("m-a", "a", to, 30).family = Some("corp-linux".parse().unwrap());
    }
    assert!(copies(&world.sweep()).is_empty());
}

#[test]
fn a_creation_time_in_the_future_counts_as_now() {
    let mut world = World::new(NAMED);
    world.source("m-a", "a", -600);
    assert_eq!(copies(&world.sweep()).len(), 2);
}

#[test]
fn a_copy_that_failed_is_made_again_and_each_step_survives_a_crash() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    world.copy("m-a", "linux-1", SINGAPORE, 30);
    world.copy("m-a", "linux-1", SHANGHAI, 30).status = ImageStatus::CreateFailed;
    let step = |world: &mut World, expected: &str| {
        let plan = world.sweep();
        let shanghai: Vec<_> = plan
            .actions
            .iter()
            .filter(|planned| matches!(planned.action.name(), "record-attempts" | "delete-failed-copy" | "copy"))
            .collect();
        assert_eq!(
            shanghai.iter().map(|p| p.action.name()).collect::<Vec<_>>(),
            [expected],
            "{plan}"
        );
        let action = shanghai[0].action.clone();
        world.apply(&action);
        action
    };
    step(&mut world, "record-attempts");
    assert_eq!(world.image(&at(HOME, "m-a")).tags[ledger::ATTEMPTS], "cn-shanghai=2");
    step(&mut world, "delete-failed-copy");
    let Action::Copy { tags, .. } = step(&mut world, "copy") else {
        panic!()
    };
    assert!(tags.contains(&("goldcast:attempt".into(), "2".into())));
}

#[test]
fn a_copy_that_fails_for_ever_becomes_a_block() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    let failed = world.copy("m-a", "linux-1", SHANGHAI, 30);
    failed.status = ImageStatus::CreateFailed;
    failed
        .tags
        .insert("goldcast:attempt".into(), COPY_ATTEMPTS_MAX.to_string());
    let plan = world.sweep();
    assert_eq!(plan.blocks[0].kind.name(), "copy-failed");
    assert!(
        !plan
            .actions
            .iter()
            .any(|planned| planned.action.name() == "record-attempts")
    );
    assert_eq!(copies(&plan), [("m-a", SINGAPORE)], "the other region is not held up");
}

#[test]
fn a_source_deleted_in_the_middle_leaves_its_copies_valid_as_sources() {
    let mut world = World::new(NAMED);
    let copy = world.copy("m-gone", "linux-1", SHANGHAI, 30).at.clone();
    assert_eq!(copies(&world.sweep()), [(copy.image.as_str(), SINGAPORE)]);
}

#[test]
fn an_accounts_run_copies_nothing() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    assert!(copies(&world.plan(Scope::Account(crate::support::account(crate::support::ALICE)))).is_empty());
}
