//! Retiring: noted, parked, and after the window for second thoughts withdrawn; never the last usable release of a family.

use crate::stage::{policy, put_into_family, released, rounds, staged};
use crate::support::{ALICE, HOME, NAMED, SHANGHAI, SINGAPORE, World, at};
use goldcast_domain::{PolicyFile, Scope, ledger};
use goldcast_planner::RETIRED_TAG;

/// Three releases that people launch, m-3 the newest.
fn three(keys: &str) -> World {
    let mut world = World::new(&policy(NAMED, keys));
    for (id, minutes) in [("m-1", 9_000), ("m-2", 6_000), ("m-3", 3_000)] {
        released(&mut world, id, minutes);
    }
    world
}

#[test]
fn of_the_releases_only_the_newest_are_kept() {
    three(r#""keep": 3"#).check("nothing to do: everything is as the policy wants it");
    three(r#""keep": 2"#).check("
         do     m-1: note \"retiring 2026-03-02T12:00:00Z\" on m-1 in cn-hangzhou, because the policy keeps newer releases
        ");
    three(r#""keep": 1"#).check("
         do     m-1: note \"retiring 2026-03-02T12:00:00Z\" on m-1 in cn-hangzhou, because the policy keeps newer releases
         do     m-2: note \"retiring 2026-03-02T12:00:00Z\" on m-2 in cn-hangzhou, because the policy keeps newer releases
        ");
}

#[test]
fn a_release_that_is_too_old_is_retired_but_never_the_current_one() {
    three(r#""max-age": "5d""#).check("
         do     m-1: note \"retiring 2026-03-02T12:00:00Z\" on m-1 in cn-hangzhou, because the policy keeps newer releases
        ");
    three(r#""max-age": "1h""#).check("
         do     m-1: note \"retiring 2026-03-02T12:00:00Z\" on m-1 in cn-hangzhou, because the policy keeps newer releases
         do     m-2: note \"retiring 2026-03-02T12:00:00Z\" on m-2 in cn-hangzhou, because the policy keeps newer releases
        ");
}

#[test]
fn it_is_noted_parked_and_waits_for_the_window_to_end() {
    let mut world = three(r#""keep": 2, "retire": {"undo-days": 7}"#);
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 2, 1),
        ["1 record-leaving", "3 park"]
    );
    world.check("wait   m-1: parked; it is taken back from 2026-03-09T12:00:00Z on");
}

#[test]
fn then_it_is_withdrawn_step_by_step() {
    for (retire, expected) in [
        (
            r#"{"undo-days": 0}"#,
            vec![
                "1 record-leaving",
                "3 park",
                "3 revoke",
                "2 deprecate",
                "2 delete-image",
                "1 record-leaving",
                "",
            ],
        ),
        (
            r#"{"undo-days": 0, "delete-sources": true}"#,
            vec![
                "1 record-leaving",
                "3 park",
                "3 revoke",
                "3 deprecate",
                "2 delete-image",
                "1 delete-image",
                "",
            ],
        ),
        (
            r#"{"undo-days": 0, "delete-snapshots": true}"#,
            vec![
                "1 record-leaving",
                "3 park",
                "3 revoke",
                "2 deprecate",
                "2 tag-snapshots",
                "2 delete-image",
                "1 record-leaving, 2 delete-snapshot",
                "",
            ],
        ),
    ] {
        let mut world = three(&format!(r#""keep": 2, "retire": {retire}"#));
        let scope = Scope::Everywhere;
        assert_eq!(rounds(&mut world, &scope, expected.len(), 1), expected, "{retire}");
        world.check("nothing to do: everything is as the policy wants it");
    }
}

#[test]
fn snapshots_that_outlived_the_run_that_deleted_their_image_are_found_everywhere() {
    let mut world = three(r#""keep": 3, "retire": {"delete-snapshots": true}"#);
    world.copy("m-x", "m-x", SHANGHAI, 60);
    let copy = world.images.get_mut(SHANGHAI).unwrap().pop().unwrap();
    let id = copy.disks[0].snapshot.clone().unwrap();
    let snapshots = world.snapshots.get_mut(&copy.at.region).unwrap();
    let left = snapshots.iter_mut().find(|snapshot| snapshot.id == id).unwrap();
    left.tags.insert(RETIRED_TAG.into(), "m-x".into());
    assert_eq!(rounds(&mut world, &Scope::Everywhere, 2, 1), ["1 delete-snapshot", ""]);
}

#[test]
fn an_image_that_instances_run_from_waits() {
    let mut world = three(r#""keep": 2, "retire": {"undo-days": 0}"#);
    let used = world.images[SHANGHAI][0].at.clone();
    world.image_mut(&used).in_use = true;
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 4, 1),
        ["1 record-leaving", "3 park", "", ""]
    );
    world.check("wait   m-1: instances run from m-copy0002 in cn-shanghai, so it stays");
}

#[test]
fn the_last_usable_release_of_a_family_stays_whatever_the_policy_says() {
    let mut world = World::new(&policy(NAMED, r#""keep": 1, "max-age": "1h""#));
    released(&mut world, "m-1", 9_000);
    let next = staged(&mut world, "m-2", 60);
    world.image_mut(&next[1]).usable = false;
    world.check(
        "
         wait   m-2: m-copy0003 in ap-southeast-1 cannot be launched yet
         wait   m-2: staged, waiting for ap-southeast-1
        ",
    );
    let mut world = World::new(&policy(NAMED, r#""keep": 1"#));
    released(&mut world, "m-1", 9_000);
    let new = released(&mut world, "m-2", 60);
    world.tag(&new[0], ledger::RECALL, "broken");
    rounds(&mut world, &Scope::Everything, 5, 24 * 30);
    let kept = world
        .all_images()
        .filter(|image| image.family == Some("corp-linux".parse().unwrap()));
    assert!(kept.count() == 3, "m-1 is released again");
}

#[test]
fn a_release_that_was_overtaken_before_it_was_released_is_retired_too() {
    let mut world = World::new(&policy(NAMED, r#""keep": 2"#));
    released(&mut world, "m-1", 9_000);
    staged(&mut world, "m-2", 6_000);
    released(&mut world, "m-3", 3_000);
    world.check("
         do     m-2: note \"retiring 2026-03-02T12:00:00Z\" on m-2 in cn-hangzhou, because the policy keeps newer releases
        ");
}

#[test]
fn raising_keep_in_time_undoes_it() {
    let mut world = three(r#""keep": 2"#);
    rounds(&mut world, &Scope::Everything, 2, 1);
    world.policy = PolicyFile::from_json(&policy(NAMED, r#""keep": 3"#)).unwrap();
    world.check(
        "
         do     m-1: put m-copy0001 in ap-southeast-1 into the family corp-linux, because what made it leave is gone
         do     m-1: put m-1 in cn-hangzhou into the family corp-linux, because what made it leave is gone
         do     m-1: put m-copy0002 in cn-shanghai into the family corp-linux, because what made it leave is gone
        ",
    );
    rounds(&mut world, &Scope::Everything, 3, 1);
    world.check("nothing to do: everything is as the policy wants it");
    assert!(
        world
            .all_images()
            .all(|image| image.family == Some("corp-linux".parse().unwrap()))
    );
}

#[test]
fn a_region_that_the_policy_left_is_retired_where_a_run_looks_everywhere() {
    let mut world = World::new(&NAMED.replace(r#""cn-shanghai", "ap-southeast-1""#, r#""cn-shanghai""#));
    released(&mut world, "m-1", 9_000);
    let left = world.copy("m-1", "m-1", SINGAPORE, 8_000).at.clone();
    world.grant(&left, &[ALICE]);
    put_into_family(&mut world, std::slice::from_ref(&left), "corp-linux");
    world.other_regions.insert(SINGAPORE.parse().unwrap());
    world.check("nothing to do: everything is as the policy wants it");
    assert_eq!(
        rounds(&mut world, &Scope::Everywhere, 3, 24 * 4),
        ["1 record-leaving", "1 park", "1 revoke"]
    );
    assert_eq!(
        rounds(&mut world, &Scope::Everywhere, 3, 1),
        ["1 deprecate", "1 delete-image", ""]
    );
    assert!(!world.images[SINGAPORE].iter().any(|image| image.at == left));
}

#[test]
fn a_second_copy_in_a_region_goes_by_itself() {
    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-1", 9_000);
    world.copy("m-1", "m-1", SHANGHAI, 10);
    world.check("
         do     m-1: note \"retiring 2026-03-02T12:00:00Z\" on m-copy0003 in cn-shanghai, because there is another copy in the region
        ");
    rounds(&mut world, &Scope::Everything, 6, 24 * 4);
    world.check("nothing to do: everything is as the policy wants it");
    assert_eq!(world.images[SHANGHAI].len(), 1);
    assert_eq!(world.image(&images[2]).family, Some("corp-linux".parse().unwrap()));
}

#[test]
fn a_source_that_nobody_else_ever_had_is_its_builders_business() {
    let mut world = World::new(&policy(NAMED, r#""keep": 1"#));
    world.source("m-0", "m-0", 20_000);
    released(&mut world, "m-1", 9_000);
    world.check("nothing to do: everything is as the policy wants it");
    assert!(world.image(&at(HOME, "m-0")).tags.contains_key("golden"));
}
