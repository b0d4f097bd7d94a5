//! Drift: what someone changed by hand is put right or only reported, as the policy says.

use crate::stage::{policy, put_into_family, released, rounds};
use crate::support::{HOME, NAMED, SHANGHAI, World, at};
use goldcast_domain::{ImageStatus, Scope, ledger};
use goldcast_planner::Action;

/// A released image that someone changed, under both rules.
fn changed(change: fn(&mut World)) -> (World, World) {
    let world = |rule: &str| {
        let mut world = World::new(&policy(NAMED, &format!(r#""drift": "{rule}""#)));
        released(&mut world, "m-a", 60);
        change(&mut world);
        world
    };
    (world("repair"), world("report"))
}

fn copy_in_shanghai(world: &World) -> goldcast_domain::ImageRef {
    world.images[SHANGHAI][0].at.clone()
}

#[test]
fn a_copy_that_was_moved_to_another_family() {
    let (repair, report) = changed(|world| {
        let copy = copy_in_shanghai(world);
        put_into_family(world, &[copy], "by-hand");
    });
    repair.check("
         do     m-a: put m-copy0002 in cn-shanghai into the family corp-linux, because the release is in place and shared in every region
        ");
    report.check("
         block  m-a: m-copy0002 in cn-shanghai was changed by hand: it was put into the family by-hand. To do: put it back, or let goldcast do it: drift = \"repair\"
        ");
}

#[test]
fn a_copy_that_was_deprecated() {
    let (repair, report) = changed(|world| {
        let copy = copy_in_shanghai(world);
        let image = world.image_mut(&copy);
        (image.status, image.usable) = (ImageStatus::Deprecated, false);
    });
    repair.check(
        "
         do     m-a: make m-copy0002 in cn-shanghai available again, because it was changed by hand
         wait   m-a: staged, waiting for cn-shanghai
        ",
    );
    report.check("
         wait   m-a: staged, waiting for cn-shanghai
         block  m-a: m-copy0002 in cn-shanghai was changed by hand: it was deprecated. To do: put it back, or let goldcast do it: drift = \"repair\"
        ");
}

#[test]
fn a_copy_that_lost_its_place_in_the_ledger() {
    let (repair, report) = changed(|world| {
        let copy = copy_in_shanghai(world);
        world.image_mut(&copy).tags.clear();
    });
    repair.check(
        "
         do     m-a: write the ledger's tags on m-copy0002 in cn-shanghai again, because it was changed by hand
        ",
    );
    report.check("
         block  m-a: m-copy0002 in cn-shanghai was changed by hand: its goldcast:* tags are gone or changed. To do: put it back, or let goldcast do it: drift = \"repair\"
        ");
    let plan = repair.sweep();
    let Action::Retag { tags, .. } = &plan.actions[0].action else {
        panic!("{plan}")
    };
    assert!(tags.contains(&(ledger::SOURCE.to_owned(), "m-a".to_owned())));
}

#[test]
fn a_source_that_is_no_longer_selected_or_lost_what_opened_its_gate_is_only_ever_reported() {
    let (repair, report) = changed(|world| {
        world.image_mut(&at(HOME, "m-a")).tags.remove("golden");
    });
    repair.check("
         block  m-a: m-a in cn-hangzhou was changed by hand: the policy selects it no more. To do: put the tags back, or recall the release if they were taken off for a reason
        ");
    report.check("
         block  m-a: m-a in cn-hangzhou was changed by hand: the policy selects it no more. To do: put the tags back, or recall the release if they were taken off for a reason
        ");
}

#[test]
fn a_source_that_was_made_public_is_only_ever_reported() {
    let (repair, report) = changed(|world| world.image_mut(&at(HOME, "m-a")).is_public = true);
    repair.check("
         block  m-a: m-a in cn-hangzhou was changed by hand: it was made public. To do: withdraw it from the public: https://ecs.console.aliyun.com/image/region/cn-hangzhou/imageList
        ");
    report.check("
         block  m-a: m-a in cn-hangzhou was changed by hand: it was made public. To do: withdraw it from the public: https://ecs.console.aliyun.com/image/region/cn-hangzhou/imageList
        ");
}

#[test]
fn a_copy_that_was_deleted_is_made_again_whatever_the_rule() {
    let (repair, report) = changed(|world| world.images.get_mut(SHANGHAI).unwrap().clear());
    for mut world in [repair, report] {
        assert_eq!(
            rounds(&mut world, &Scope::Everything, 4, 1),
            ["1 copy", "1 grant", "1 set-family", ""]
        );
    }
}

#[test]
fn repairs_end() {
    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-a", 60);
    world.image_mut(&images[1]).tags.clear();
    put_into_family(&mut world, &images[2..], "by-hand");
    let deprecated = world.image_mut(&images[1]);
    (deprecated.status, deprecated.usable) = (ImageStatus::Deprecated, false);
    rounds(&mut world, &Scope::Everything, 4, 1);
    world.check("nothing to do: everything is as the policy wants it");
}

#[test]
fn only_a_sweep_looks_for_drift() {
    let (repair, _) = changed(|world| {
        let copy = copy_in_shanghai(world);
        world.image_mut(&copy).tags.clear();
    });
    let plan = repair.plan(Scope::InFlight);
    assert_eq!(World::action_names(&plan), [].into(), "{plan}");
}
