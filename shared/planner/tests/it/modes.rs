//! How a policy wants its releases: committed where and when, held, or resting.

use crate::stage::{policy, put_into_family, released, rounds, staged};
use crate::support::{HOME, NAMED, SHANGHAI, SINGAPORE, World, at};
use goldcast_domain::{ImageRef, Scope, ledger};
use goldcast_planner::{Plan, Reason};

fn committed(plan: &Plan) -> Vec<&str> {
    let commits = plan
        .actions
        .iter()
        .filter(|planned| planned.action.name() == "set-family");
    commits.map(|planned| planned.action.region().as_str()).collect()
}

/// A release that is staged at home and in Shanghai, and cannot be launched in Singapore.
fn late(keys: &str, minutes_ago: i64) -> World {
    let mut world = World::new(&policy(NAMED, keys));
    let images = staged(&mut world, "m-a", minutes_ago);
    world.image_mut(&images[1]).usable = false;
    world
}

#[test]
fn a_quorum_commits_where_it_is_staged_and_the_others_follow() {
    assert_eq!(
        committed(&late(r#""commit": {"when": {"quorum": 3}}"#, 60).sweep()),
        Vec::<&str>::new()
    );
    let mut world = late(r#""commit": {"when": {"quorum": 2}}"#, 60);
    world.check("
         do     m-a: put m-a in cn-hangzhou into the family corp-linux, because the release is in place and shared where the policy asks for it
         do     m-a: put m-copy0002 in cn-shanghai into the family corp-linux, because the release is in place and shared where the policy asks for it
         wait   m-a: m-copy0001 in ap-southeast-1 cannot be launched yet
        ");
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 3, 1),
        ["2 set-family", "1 set-family", ""]
    );
}

#[test]
fn per_region_commits_each_region_by_itself() {
    let mut world = late(r#""commit": {"when": "per-region"}"#, 60);
    world.image_mut(&at(HOME, "m-a")).usable = false;
    world.check("
         do     m-a: put m-copy0002 in cn-shanghai into the family corp-linux, because the release is in place and shared where the policy asks for it
         wait   m-a: m-copy0001 in ap-southeast-1 cannot be launched yet
        ");
}

#[test]
fn a_region_that_stays_away_too_long_is_left_out_and_that_is_said() {
    let keys = r#""commit": {"give-up-after": "24h"}"#;
    assert_eq!(committed(&late(keys, 23 * 60).sweep()), Vec::<&str>::new());
    let mut world = late(keys, 25 * 60);
    world.check("
         do     m-a: put m-a in cn-hangzhou into the family corp-linux, because the release is in place and shared where the policy asks for it
         do     m-a: put m-copy0002 in cn-shanghai into the family corp-linux, because the release is in place and shared where the policy asks for it
         wait   m-a: m-copy0001 in ap-southeast-1 cannot be launched yet
         block  m-a: released without ap-southeast-1, which stayed away longer than the policy waits. To do: nothing, if it can wait: these regions follow as soon as they are in place
        ");
    let plan = world.sweep();
    crate::stage::carry_out(&mut world, &plan);
    world.check("
         wait   m-a: m-copy0001 in ap-southeast-1 cannot be launched yet
         block  m-a: released without ap-southeast-1, which stayed away longer than the policy waits. To do: nothing, if it can wait: these regions follow as soon as they are in place
        ");
    world.image_mut(&at(SINGAPORE, "m-copy0001")).usable = true;
    assert_eq!(
        committed(&world.sweep()),
        [SINGAPORE],
        "it follows as soon as it is in place"
    );
}

#[test]
fn a_builder_that_sets_the_family_itself_is_held_where_the_policy_says_so() {
    for (keys, expected) in [
        (
            r#""family-at-build": "keep""#,
            ["1 copy", "1 grant", "1 set-family", "", ""],
        ),
        (
            r#""family-at-build": "hold""#,
            ["1 copy, 1 park", "1 grant", "2 set-family", "", ""],
        ),
    ] {
        let text = policy(&NAMED.replace(r#", "ap-southeast-1""#, ""), keys);
        let mut world = World::new(&text);
        world.source("m-a", "linux-1", 60).family = Some("corp-linux".parse().unwrap());
        world.grant(&at(HOME, "m-a"), &[crate::support::ALICE]);
        assert_eq!(rounds(&mut world, &Scope::Everything, 5, 1), expected, "{keys}");
    }
}

#[test]
fn an_older_release_whose_image_is_younger_here_is_parked() {
    let mut world = World::new(NAMED);
    let old = released(&mut world, "m-old", 600);
    released(&mut world, "m-new", 60);
    world.image_mut(&old[2]).created = world.time;
    world.check("
         do     m-old: park m-copy0002 in cn-shanghai in goldcast-parked-1, because it is younger than the current release's image, so the family would resolve to it
        ");
    assert_eq!(rounds(&mut world, &Scope::Everything, 2, 1), ["1 park", ""]);
    assert_ne!(world.image(&old[2]).family, Some("corp-linux".parse().unwrap()));
}

#[test]
fn a_backfilled_region_gets_the_current_release_and_no_older_one() {
    let mut world = World::new(&NAMED.replace(r#""cn-shanghai""#, r#""cn-beijing", "cn-shanghai""#));
    for (id, minutes) in [("m-1", 600), ("m-2", 60)] {
        let images = released(&mut world, id, minutes);
        let beijing: &ImageRef = images
            .iter()
            .find(|image| image.region.as_str() == "cn-beijing")
            .unwrap();
        world
            .images
            .get_mut("cn-beijing")
            .unwrap()
            .retain(|image| image.at != *beijing);
    }
    let plan = world.sweep();
    assert_eq!(plan.actions.len(), 1, "{plan}");
    assert_eq!(
        (&*plan.actions[0].release, &plan.actions[0].reason),
        ("m-2", &Reason::NoCopyInRegion)
    );
}

#[test]
fn a_policy_that_rests_has_nothing_done_and_says_so() {
    late(r#""paused": true"#, 60).check(
        "
         wait   base-linux: the policy is paused
         wait   m-a: m-copy0001 in ap-southeast-1 cannot be launched yet
         wait   m-a: staged, waiting for ap-southeast-1
        ",
    );
    let mut world = late(r#""paused": false"#, 60);
    world.tag(&at(HOME, "m-a"), ledger::PAUSED, "while we move");
    world.image_mut(&at(SINGAPORE, "m-copy0001")).usable = true;
    world.check("wait   base-linux: the policy is paused");
}

#[test]
fn a_policy_that_rests_stops_no_other_policy() {
    let two = NAMED.replace(
        r#""policy": ["#,
        r#""policy": [{"name": "windows", "family": "corp-windows", "select": {"name": "windows-*"}, "paused": true,
                       "regions": ["cn-shanghai"], "share": {"accounts": ["2000000000000001"]}}, "#,
    );
    let mut world = World::new(&two);
    world.source("m-w", "windows-1", 60).tags.clear();
    world.source("m-l", "linux-1", 60);
    let plan = world.sweep();
    assert!(
        plan.actions.iter().all(|planned| planned.release == "linux-1"),
        "{plan}"
    );
    assert_eq!(World::action_names(&plan), ["copy", "grant"].into());
}

#[test]
fn the_family_is_not_moved_back_by_anything_but_a_recall() {
    let mut world = World::new(NAMED);
    released(&mut world, "m-old", 600);
    let new = released(&mut world, "m-new", 60);
    put_into_family(&mut world, &new, "goldcast-parked-1");
    let plan = world.sweep();
    assert!(plan.actions.iter().all(|planned| planned.release == "m-new"), "{plan}");
    assert_eq!(committed(&plan), [SINGAPORE, HOME, SHANGHAI]);
}
