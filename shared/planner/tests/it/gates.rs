//! Gates: what a golden image must have passed before anything happens to it, judged once, at entry.

use crate::stage::{policy, released};
use crate::support::{ALICE, HOME, NAMED, World, account, at};
use goldcast_domain::{Detection, Image, Scope};
use goldcast_planner::news;

fn gated(keys: &str, change: fn(&mut Image)) -> World {
    let mut world = World::new(&policy(NAMED, keys));
    change(world.source("m-a", "linux-1", 60));
    world
}

#[test]
fn required_tags_and_attestations_open_the_gate() {
    let keys = r#""require-tags": ["sanitized"], "attestations": {"scan": "passed"}"#;
    gated(keys, |_| ()).check("
         block  linux-1: m-a in cn-hangzhou lacks tags that the policy requires: sanitized, scan=passed. To do: tag the image once it passed: sanitized, scan=passed
        ");
    gated(keys, |image| {
        image.tags.extend([("sanitized", "2026"), ("scan", "failed")].map(|(key, value)| (key.into(), value.into())));
    })
    .check("
         block  linux-1: m-a in cn-hangzhou lacks tags that the policy requires: scan=passed. To do: tag the image once it passed: scan=passed
        ");
    let open = gated(keys, |image| {
        image
            .tags
            .extend([("sanitized", "2026"), ("scan", "passed")].map(|(key, value)| (key.into(), value.into())));
    });
    assert_eq!(World::action_names(&open.sweep()), ["copy", "grant"].into());
}

#[test]
fn the_clouds_own_detection_is_a_gate_where_the_policy_wants_it() {
    let clean = r#""detection": "clean""#;
    gated(clean, |_| ()).check(
        "
         wait   linux-1: the cloud's detection of risks on m-a in cn-hangzhou has no result yet
        ",
    );
    gated(clean, |image| image.detection = Detection::Finished(vec!["cloud-init".into(), "ntp".into()])).check("
         block  linux-1: the cloud's detection found risks on m-a in cn-hangzhou: cloud-init, ntp. To do: mend what was found, and build the image again
        ");
    for (keys, items) in [
        (clean, vec![]),
        (r#""detection": "finished""#, vec!["cloud-init".to_owned()]),
        (r#""paused": false"#, vec!["cloud-init".to_owned()]),
    ] {
        let mut world = gated(keys, |_| ());
        world.image_mut(&at(HOME, "m-a")).detection = Detection::Finished(items);
        assert_eq!(World::action_names(&world.sweep()), ["copy", "grant"].into(), "{keys}");
    }
}

#[test]
fn an_image_of_another_account_and_a_public_one_are_never_released() {
    gated(r#""paused": false"#, |image| image.owner = Some(account(ALICE))).check("
         block  linux-1: m-a in cn-hangzhou belongs to the account 2000000000000001. To do: copy the image to this account, or take the tag that selects it off
        ");
    gated(r#""paused": false"#, |image| image.is_public = true).check("
         block  linux-1: m-a in cn-hangzhou is public, and a golden image never is. To do: withdraw it from the public: https://ecs.console.aliyun.com/image/region/cn-hangzhou/imageList
        ");
}

#[test]
fn a_copy_is_golden_only_where_the_policy_opts_in_for_builders_that_copy_to_encrypt() {
    let copied = r#""select": {"tags": {"golden": "linux"}, "copied": true}"#;
    let opted = NAMED.replace(r#""select": {"tags": {"golden": "linux"}}"#, copied);
    let mut world = World::new(&opted);
    world.source("m-a", "linux-1", 60).is_copied = true;
    assert_eq!(World::action_names(&world.sweep()), ["copy", "grant"].into());
    let mut world = World::new(&opted);
    let ours = world.copy("m-gone", "linux-1", HOME, 60);
    ours.tags.remove("goldcast:source");
    let plan = world.sweep();
    assert!(
        plan.actions.iter().all(|planned| planned.action.name() != "copy"),
        "our own copy is no source: {plan}"
    );
}

#[test]
fn a_release_that_entered_stays_one_when_it_would_not_pass_again() {
    let mut world = World::new(&policy(NAMED, r#""require-tags": ["sanitized"]"#));
    released(&mut world, "m-a", 60);
    world.check("
         block  m-a: m-a in cn-hangzhou was changed by hand: tags that the policy requires are gone: sanitized. To do: put the tags back, or recall the release if they were taken off for a reason
        ");
    world.tag(&at(HOME, "m-a"), "sanitized", "yes");
    world.check("nothing to do: everything is as the policy wants it");
}

#[test]
fn a_paid_image_is_released_and_who_launches_it_is_told_that_they_pay() {
    let mut world = World::new(NAMED);
    released(&mut world, "m-a", 60);
    world.image_mut(&at(HOME, "m-a")).is_paid = true;
    let told = news(&world.policy, &world.observe(Scope::Everything), world.time);
    assert!(told[0].is_paid);
}

#[test]
fn a_source_that_is_too_large_or_has_no_room_for_tags_says_what_to_do() {
    gated(r#""paused": false"#, |image| image.disks[0].size_gib = 2049).check("
         block  linux-1: m-a in cn-hangzhou has 2049 GiB, more than an image copy takes (2048 GiB). To do: copy its snapshots with CopySnapshot and build an image in each region
        ");
    gated(r#""copy": {"tags": {"team": "platform"}}"#, |image| {
        image.tags.extend((0..13).map(|number| (format!("tag{number}"), String::new())));
    })
    .check("
         block  linux-1: m-a in cn-hangzhou has 15 tags of its own, which leaves no room for the ledger on its copies. To do: remove tags until at most 14 of its own are left
        ");
}
