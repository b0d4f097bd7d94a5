//! Recall: parked everywhere before anything else is written, then taken back as far as the policy says; and undone.

use crate::stage::{carry_out, file, policy, put_into_family, released, rounds, staged};
use crate::support::{BOB, HOME, NAMED, SHANGHAI, SINGAPORE, World, at};
use goldcast_domain::{ImageStatus, Scope, ledger};

const WHY: &str = "CVE-2026-0001";

/// Two releases that people launch, the newer recalled by a tag on its copy in Shanghai.
fn recalled(keys: &str) -> World {
    let mut world = World::new(&policy(NAMED, keys));
    released(&mut world, "m-old", 600);
    let new = released(&mut world, "m-new", 60);
    world.tag(&new[2], ledger::RECALL, WHY);
    world
}

#[test]
fn the_recalled_images_are_parked_everywhere_and_the_release_before_it_takes_over() {
    recalled(r#""paused": false"#).check(
        "
         do     m-new: park m-copy0003 in ap-southeast-1 in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-new: park m-new in cn-hangzhou in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-new: park m-copy0004 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
        ",
    );
}

#[test]
fn the_predecessor_goes_into_the_family_first_and_all_regions_are_parked_before_any_other_write() {
    let mut world = recalled(r#""paused": false"#);
    let aside = world.images[SINGAPORE][0].at.clone();
    put_into_family(&mut world, &[aside], "goldcast-parked-1");
    world.grant(&at(HOME, "m-old"), &[BOB]);
    staged(&mut world, "m-next", 10);
    let plan = world.sweep();
    let stages: Vec<Vec<_>> = plan
        .stages()
        .map(|stage| stage.iter().map(|planned| planned.action.name()).collect())
        .collect();
    assert_eq!(
        stages[..3],
        [vec!["set-family"], vec!["park"; 3], vec!["revoke"]],
        "{plan}"
    );
    world.check("
         do     m-old: put m-copy0001 in ap-southeast-1 into the family corp-linux, because the release after it was recalled
         do     m-new: park m-copy0003 in ap-southeast-1 in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-new: park m-new in cn-hangzhou in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-new: park m-copy0004 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-old: stop sharing m-old in cn-hangzhou with 2000000000000002, because no rule of the policy explains why they have it
         do     m-next: put m-copy0005 in ap-southeast-1 into the family corp-linux, because the release is in place and shared in every region
         do     m-next: put m-next in cn-hangzhou into the family corp-linux, because the release is in place and shared in every region
         do     m-next: put m-copy0006 in cn-shanghai into the family corp-linux, because the release is in place and shared in every region
        ");
}

#[test]
fn as_long_as_one_region_still_launches_it_nothing_is_taken_away() {
    let mut world = recalled(r#""recall": {"then": "delete"}"#);
    let parks = world.sweep().actions;
    for planned in parks.iter().take(2) {
        world.apply(&planned.action);
    }
    world.check(
        "
         do     m-new: park m-copy0004 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
        ",
    );
}

#[test]
fn without_a_predecessor_it_is_parked_all_the_same_and_the_family_is_empty() {
    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-a", 60);
    world.tag(&images[0], ledger::RECALL, WHY);
    world.check("
         do     m-a: park m-copy0001 in ap-southeast-1 in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-a: park m-a in cn-hangzhou in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-a: park m-copy0002 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
         block  m-a: nobody can launch by corp-linux in ap-southeast-1: the recalled release has no predecessor there. To do: build a good image, or take the recall back
         block  m-a: nobody can launch by corp-linux in cn-hangzhou: the recalled release has no predecessor there. To do: build a good image, or take the recall back
         block  m-a: nobody can launch by corp-linux in cn-shanghai: the recalled release has no predecessor there. To do: build a good image, or take the recall back
        ");
    let plan = world.sweep();
    carry_out(&mut world, &plan);
    world.check("
         do     m-a: stop sharing m-copy0001 in ap-southeast-1 with 2000000000000001, because it was recalled: CVE-2026-0001
         do     m-a: stop sharing m-a in cn-hangzhou with 2000000000000001, because it was recalled: CVE-2026-0001
         do     m-a: stop sharing m-copy0002 in cn-shanghai with 2000000000000001, because it was recalled: CVE-2026-0001
         do     m-a: note \"recalled 2026-03-02T12:00:00Z\" on m-a in cn-hangzhou, because it was recalled: CVE-2026-0001
         block  m-a: nobody can launch by corp-linux in ap-southeast-1: the recalled release has no predecessor there. To do: build a good image, or take the recall back
         block  m-a: nobody can launch by corp-linux in cn-hangzhou: the recalled release has no predecessor there. To do: build a good image, or take the recall back
         block  m-a: nobody can launch by corp-linux in cn-shanghai: the recalled release has no predecessor there. To do: build a good image, or take the recall back
        ");
}

#[test]
fn copies_that_are_under_way_are_cancelled() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    world.copy("m-a", "linux-1", SHANGHAI, 30).status = ImageStatus::Creating;
    world.copy("m-a", "linux-1", SINGAPORE, 30).status = ImageStatus::Waiting;
    world.tag(&at(HOME, "m-a"), ledger::RECALL, WHY);
    world.check("
         do     linux-1: cancel the copy m-copy0002 in ap-southeast-1, because it was recalled: CVE-2026-0001
         do     linux-1: cancel the copy m-copy0001 in cn-shanghai, because it was recalled: CVE-2026-0001
         do     linux-1: note \"recalled 2026-03-02T12:00:00Z\" on m-a in cn-hangzhou, because it was recalled: CVE-2026-0001
        ");
}

#[test]
fn it_goes_as_far_as_the_policy_says() {
    let parked = ["3 park", "1 record-leaving", "", "", ""];
    let unshared = ["3 park", "3 revoke, 1 record-leaving", "", "", ""];
    let deprecated = ["3 park", "3 revoke, 1 record-leaving", "2 deprecate", "", ""];
    for (then, expected) in [("park", parked), ("unshare", unshared), ("deprecate", deprecated)] {
        let mut world = recalled(&format!(r#""recall": {{"then": "{then}"}}"#));
        assert_eq!(rounds(&mut world, &Scope::Everything, 5, 1), expected, "then = {then}");
    }
}

#[test]
fn a_deleted_release_does_not_come_back_when_its_tag_is_deleted_with_it() {
    let keys = r#""retire": {"undo-days": 0}, "recall": {"then": "delete"}"#;
    let to_the_end = ["3 park", "3 revoke, 1 record-leaving", "2 deprecate"];
    let mut world = recalled(keys);
    assert_eq!(rounds(&mut world, &Scope::Everything, 3, 1), to_the_end);
    let last = ["1 delete-image", "1 record-leaving", "1 delete-image", "", ""];
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 5, 1),
        last,
        "the tag is on a copy"
    );
    let mut world = World::new(&policy(NAMED, keys));
    released(&mut world, "m-old", 600);
    let new = released(&mut world, "m-new", 60);
    world.tag(&new[0], ledger::RECALL, WHY);
    assert_eq!(rounds(&mut world, &Scope::Everything, 3, 1), to_the_end);
    let last = ["2 delete-image", "1 record-leaving", "", "", ""];
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 5, 1),
        last,
        "the tag is on the source"
    );
    assert_eq!(world.images[HOME].len(), 2, "the source is its builder's");
}

#[test]
fn removing_the_tag_undoes_what_can_be_undone() {
    for then in ["park", "unshare", "deprecate"] {
        let mut world = recalled(&format!(r#""recall": {{"then": "{then}"}}"#));
        let before = world.clone();
        rounds(&mut world, &Scope::Everything, 4, 1);
        for image in world.images.values_mut().flatten() {
            image.tags.remove(ledger::RECALL);
        }
        rounds(&mut world, &Scope::Everything, 6, 1);
        let families = |world: &World| world.all_images().map(|image| image.family.clone()).collect::<Vec<_>>();
        assert_eq!(families(&world), families(&before), "then = {then}: {}", world.sweep());
        assert_eq!(world.grants, before.grants, "then = {then}");
        world.check("nothing to do: everything is as the policy wants it");
    }
}

#[test]
fn a_release_that_was_built_from_it_is_reported_or_recalled_with_it() {
    let world = |descendants: &str| {
        let mut world = World::new(&policy(
            NAMED,
            &format!(r#""recall": {{"descendants": "{descendants}"}}"#),
        ));
        released(&mut world, "m-good", 900);
        let bad = released(&mut world, "m-bad", 600);
        released(&mut world, "m-child", 60);
        world.tag(&at(HOME, "m-child"), ledger::PARENT, "m-bad");
        world.tag(&bad[0], ledger::RECALL, WHY);
        world
    };
    world("report").check("
         do     m-bad: park m-copy0003 in ap-southeast-1 in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-bad: park m-bad in cn-hangzhou in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-bad: park m-copy0004 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
         block  m-child: m-child in cn-hangzhou was built from m-bad, which was recalled. To do: recall it too if it has the same flaw: goldcast recall cn-hangzhou/m-child
        ");
    world("recall").check("
         do     m-bad: park m-copy0003 in ap-southeast-1 in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-child: park m-copy0005 in ap-southeast-1 in goldcast-parked-1, because it was recalled: built from m-bad
         do     m-bad: park m-bad in cn-hangzhou in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-child: park m-child in cn-hangzhou in goldcast-parked-1, because it was recalled: built from m-bad
         do     m-bad: park m-copy0004 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-child: park m-copy0006 in cn-shanghai in goldcast-parked-1, because it was recalled: built from m-bad
        ");
}

#[test]
fn an_older_release_is_parked_and_the_family_does_not_move() {
    let mut world = World::new(NAMED);
    let old = released(&mut world, "m-old", 600);
    released(&mut world, "m-new", 60);
    world.tag(&old[0], ledger::RECALL, WHY);
    world.check(
        "
         do     m-old: park m-copy0001 in ap-southeast-1 in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-old: park m-old in cn-hangzhou in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-old: park m-copy0002 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
        ",
    );
}

#[test]
fn a_region_that_cannot_be_read_holds_only_itself_up() {
    let mut world = recalled(r#""paused": false"#);
    world.dark_regions.insert(SINGAPORE.parse().unwrap());
    world.check(
        "
         do     m-new: park m-new in cn-hangzhou in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-new: park m-copy0004 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
         wait   the images in ap-southeast-1 could not be read: no answer
         wait   m-old: staged, waiting for ap-southeast-1
        ",
    );
}

#[test]
fn a_policy_that_rests_still_parks_and_no_brake_holds_the_parking() {
    recalled(r#""paused": true"#).check(
        "
         do     m-new: park m-copy0003 in ap-southeast-1 in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-new: park m-new in cn-hangzhou in goldcast-parked-1, because it was recalled: CVE-2026-0001
         do     m-new: park m-copy0004 in cn-shanghai in goldcast-parked-1, because it was recalled: CVE-2026-0001
         wait   base-linux: the policy is paused
        ",
    );
    let mut world = World::new(&file(NAMED, r#""brakes": {"accounts": 0, "releases": 0}"#));
    released(&mut world, "m-old", 600);
    let new = released(&mut world, "m-new", 60);
    world.tag(&new[0], ledger::RECALL, WHY);
    let plan = world.sweep();
    assert_eq!(
        plan.actions
            .iter()
            .filter(|planned| planned.action.name() == "park")
            .count(),
        3
    );
    carry_out(&mut world, &plan);
    world.check("
         do     m-new: note \"recalled 2026-03-02T12:00:00Z\" on m-new in cn-hangzhou, because it was recalled: CVE-2026-0001
         block  the brake holds: 0 accounts would lose access and 1 release would leave, and a run may take 0 and 0. To do: look at it with goldcast plan; if it is right, goldcast apply --allow-removals 1
        ");
}

#[test]
fn the_run_that_the_tag_wakes_parks_at_once_and_leaves_the_rest_to_the_sweep() {
    let world = recalled(r#""paused": false"#);
    let tagged = world
        .all_images()
        .find(|image| image.tags.contains_key(ledger::RECALL))
        .unwrap();
    let plan = world.plan(Scope::Image(tagged.at.clone()));
    assert_eq!(World::action_names(&plan), ["park"].into(), "{plan}");
    let accounts = world.plan(Scope::Account(BOB.parse().unwrap()));
    assert_eq!(World::action_names(&accounts), [].into(), "{accounts}");
}
