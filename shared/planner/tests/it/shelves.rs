//! Shelves: one per region and audience, what is shared with whom on them, and where grants take their place.

use crate::stage::{carry_out, file, policy, released, rounds, staged};
use crate::support::{ALICE, BOB, CAROL, HOME, SHANGHAI, SHELF, World, account, at};
use goldcast_domain::{Failing, Link, PolicyFile, Scope};
use goldcast_planner::{Action, Reason};
use jiff::ToSpan as _;

/// A release in place, with two members in the folder.
fn shelf_world(text: &str) -> World {
    let mut world = World::new(text);
    staged(&mut world, "m-a", 60);
    world.member(ALICE, "fd-prod000001");
    world.member(BOB, "fd-prod000001/fd-prodeu0001");
    world
}

/// What the shelf of the policy is called.
pub(crate) fn shelf_name(world: &World) -> String {
    let mut bare = world.clone();
    bare.shares.clear();
    let plan = bare.sweep();
    let mut names = plan.actions.iter().filter_map(|planned| {
        let Action::CreateShelf { name, .. } = &planned.action else {
            return None;
        };
        Some(name.clone())
    });
    names.next().unwrap()
}

/// The same with a shelf in every region that all of it has joined.
fn standing(text: &str) -> World {
    let mut world = shelf_world(text);
    let name = shelf_name(&world);
    world.shelf(HOME, &name, &["fd-prod000001"], &["m-a"]);
    world.shelf(SHANGHAI, &name, &["fd-prod000001"], &["m-copy0001"]);
    world
}

fn replaced(from: &str, to: &str) -> String {
    assert!(SHELF.contains(from));
    SHELF.replace(from, to)
}

#[test]
fn a_shelf_is_created_in_every_region_then_filled_then_the_release_is_committed() {
    let mut world = shelf_world(SHELF);
    world.check("
         do     m-a: create the shelf goldcast-89db34899f6e in cn-hangzhou for fd-prod000001, because folders or the directory get it from there
         do     m-a: create the shelf goldcast-89db34899f6e in cn-shanghai for fd-prod000001, because folders or the directory get it from there
        ");
    let plan = world.sweep();
    carry_out(&mut world, &plan);
    world.check(
        "
         wait   base-linux: the shelf goldcast-89db34899f6e in cn-hangzhou is still changing
         wait   base-linux: the shelf goldcast-89db34899f6e in cn-shanghai is still changing
        ",
    );
    world.time_passes();
    world.check("
         do     m-a: put m-a on the shelf goldcast-89db34899f6e in cn-hangzhou, because folders or the directory get it from there
         do     m-a: put m-copy0001 on the shelf goldcast-89db34899f6e in cn-shanghai, because folders or the directory get it from there
        ");
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 3, 1),
        ["2 put-on-shelf", "2 set-family", ""]
    );
}

#[test]
fn targets_and_images_come_five_at_a_time() {
    let folders: Vec<_> = (10..22).map(|n| format!("\"fd-prod0000{n}\"")).collect();
    let text = replaced(r#"["fd-prod000001"]"#, &format!("[{}]", folders.join(",")));
    let mut world = World::new(&file(&text, r#""limits": {"shared-resources": 100}"#));
    for n in 0..7 {
        released(&mut world, &format!("m-{n}"), 600 - n * 60);
    }
    let first = rounds(&mut world, &Scope::Everything, 7, 1);
    assert_eq!(
        first,
        [
            "2 create-shelf",
            "2 add-targets",
            "2 add-targets",
            "2 put-on-shelf",
            "2 put-on-shelf",
            "",
            ""
        ]
    );
    let on_shelf = |world: &World, region: &str| world.shares[region][0].images.len();
    assert_eq!((on_shelf(&world, HOME), on_shelf(&world, SHANGHAI)), (7, 7));
    assert_eq!(world.shares[HOME][0].targets.len(), 12);
}

#[test]
fn who_moves_into_the_folder_has_everything_without_a_call() {
    let mut world = standing(SHELF);
    rounds(&mut world, &Scope::Everything, 1, 1);
    world.member(CAROL, "fd-prod000001");
    world.check("nothing to do: everything is as the policy wants it");
    assert!(world.by_shelf(&at(HOME, "m-a")).contains(&account(CAROL)));
}

#[test]
fn whom_only_the_policy_names_gets_it_by_grant() {
    let text = replaced(r#""folders""#, &format!(r#""accounts": ["{CAROL}"], "folders""#));
    let world = standing(&text);
    let plan = world.sweep();
    let world = {
        let mut world = world;
        world.grants.clear();
        world
    };
    assert!(plan.blocks.is_empty(), "{plan}");
    world.check("
         do     m-a: share m-a in cn-hangzhou with 2000000000000003, because the policy shares with them and they do not have it
         do     m-a: share m-copy0001 in cn-shanghai with 2000000000000003, because the policy shares with them and they do not have it
        ");
}

#[test]
fn an_account_that_is_named_and_stands_in_the_folder_is_told_and_has_it_once() {
    let text = replaced(r#""folders""#, &format!(r#""accounts": ["{ALICE}"], "folders""#));
    let mut world = standing(&text);
    world.grants.clear();
    world.check("
         do     m-a: put m-a in cn-hangzhou into the family corp-linux, because the release is in place and shared in every region
         do     m-a: put m-copy0001 in cn-shanghai into the family corp-linux, because the release is in place and shared in every region
         block  m-a: account 2000000000000001 is named, and a folder that gets the images by shelf brings it too. To do: take the account out of share.accounts
        ");
}

#[test]
fn who_has_it_both_ways_since_they_moved_keeps_it_from_the_shelf() {
    let mut world = standing(SHELF);
    world.grant(&at(HOME, "m-a"), &[ALICE]);
    world.check("
         do     m-a: stop sharing m-a in cn-hangzhou with 2000000000000001, because they have it from a shelf, and nobody has it both ways
         do     m-a: put m-a in cn-hangzhou into the family corp-linux, because the release is in place and shared in every region
         do     m-a: put m-copy0001 in cn-shanghai into the family corp-linux, because the release is in place and shared in every region
        ");
}

#[test]
fn another_audience_is_another_shelf_and_the_images_move_without_a_gap() {
    let mut world = standing(SHELF);
    rounds(&mut world, &Scope::Everything, 1, 1);
    let text = replaced(r#"["fd-prod000001"]"#, r#"["fd-prod000001", "fd-dev0000001"]"#);
    world.policy = PolicyFile::from_json(&text).unwrap();
    world.folders.insert("fd-dev0000001".parse().unwrap());
    let before = world.by_shelf(&at(HOME, "m-a"));
    let mut names = Vec::new();
    for _ in 0..6 {
        names.extend(rounds(&mut world, &Scope::Everything, 1, 1));
        assert_eq!(
            world.by_shelf(&at(HOME, "m-a")),
            before,
            "nobody is without it: {names:?}"
        );
    }
    assert_eq!(
        names,
        [
            "2 create-shelf",
            "2 put-on-shelf",
            "2 take-off-shelf",
            "2 delete-shelf",
            "",
            ""
        ]
    );
}

#[test]
fn of_two_shelves_of_one_name_the_oldest_wins_and_the_other_is_emptied_and_deleted() {
    let mut world = standing(SHELF);
    let name = shelf_name(&world);
    let younger = world.shelf(HOME, &name, &["fd-prod000001"], &["m-a"]);
    younger.created += 1.hour();
    world.check("
         do     goldcast-89db34899f6e: take m-a off the shelf goldcast-89db34899f6e in cn-hangzhou, because an older shelf has the same name
         do     m-a: put m-a in cn-hangzhou into the family corp-linux, because the release is in place and shared in every region
         do     m-a: put m-copy0001 in cn-shanghai into the family corp-linux, because the release is in place and shared in every region
        ");
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 3, 1),
        ["1 take-off-shelf, 2 set-family", "1 delete-shelf", ""]
    );
    assert_eq!(world.shares[HOME].len(), 1);
}

#[test]
fn shares_of_others_are_never_touched() {
    let mut world = standing(SHELF);
    let name = shelf_name(&world);
    world.shelf(HOME, &name, &["fd-other00001"], &["m-a"]).tags.clear();
    world.shelf(HOME, "somebody's", &["fd-other00001"], &[]).tags.clear();
    assert_eq!(World::action_names(&world.sweep()), ["set-family"].into());
}

#[test]
fn a_limit_is_a_block_before_the_first_call() {
    let mut world = shelf_world(&file(SHELF, r#""limits": {"shares": 1}"#));
    world.shelf(HOME, "somebody's", &[], &[]).tags.clear();
    world.check("
         do     m-a: create the shelf goldcast-89db34899f6e in cn-shanghai for fd-prod000001, because folders or the directory get it from there
         block  base-linux: cn-hangzhou has all resource shares that it may have: 1. To do: raise the quota of resource shares, then limits.shares; or share.by = \"grant\"
        ");
    let mut world = shelf_world(&file(SHELF, r#""limits": {"shared-resources": 1}"#));
    let name = shelf_name(&world);
    world.shelf(HOME, &name, &["fd-prod000001"], &[]);
    world.shelf(SHANGHAI, &name, &["fd-prod000001"], &["m-copy0001"]);
    world.shelf(HOME, "somebody's", &[], &["m-other"]).tags.clear();
    world.check("
         wait   m-a: staged, waiting for cn-hangzhou
         block  m-a: no room on the shelf for m-a in cn-hangzhou: the region may share 1 resources. To do: raise the quota of shared resources, then limits.shared-resources; or keep fewer releases
        ");
    let text = replaced(r#"["fd-prod000001"]"#, r#"["fd-prod000001", "fd-dev0000001"]"#);
    shelf_world(&file(&text, r#""limits": {"targets-per-share": 1}"#)).check("
         block  base-linux: the shelf in cn-hangzhou needs 2 targets, and 1 fit. To do: share with a folder above them, or raise limits.targets-per-share
         block  base-linux: the shelf in cn-shanghai needs 2 targets, and 1 fit. To do: share with a folder above them, or raise limits.targets-per-share
        ");
}

#[test]
fn a_region_without_resource_sharing_gets_grants_and_says_why() {
    shelf_world(&replaced("cn-shanghai", "ap-southeast-2")).check("
         do     m-a: create the shelf goldcast-89db34899f6e in cn-hangzhou for fd-prod000001, because folders or the directory get it from there
         do     m-a: share m-copy0001 in ap-southeast-2 with 2000000000000001, 2000000000000002, because they are in the audience, and it goes by grant since there is no Resource Sharing in the region
        ");
}

#[test]
fn what_the_cloud_refuses_is_said_and_what_it_broke_is_tried_again() {
    for (why, again) in [
        (Failing::Internal, true),
        (Failing::LimitExceeded, false),
        (Failing::Unsupported, false),
        (Failing::Unavailable, false),
    ] {
        let mut world = standing(SHELF);
        let share = &mut world.shares.get_mut(HOME).unwrap()[0];
        share.images.insert("m-a".parse().unwrap(), Link::Failed(why));
        let share = &mut world.shares.get_mut(SHANGHAI).unwrap()[0];
        share
            .targets
            .insert("fd-prod000001".parse().unwrap(), Link::Failed(why));
        let plan = world.sweep();
        let blocks: Vec<_> = plan.blocks.iter().map(|block| block.kind.name()).collect();
        if again {
            assert_eq!(
                World::action_names(&plan),
                ["add-targets", "put-on-shelf"].into(),
                "{plan}"
            );
        } else {
            assert_eq!(blocks, ["shelf-refuses-target", "shelf-refuses-image"], "{plan}");
            assert_eq!(World::action_names(&plan), [].into(), "{plan}");
        }
    }
    let mut world = standing(SHELF);
    let share = &mut world.shares.get_mut(HOME).unwrap()[0];
    share
        .images
        .insert("m-a".parse().unwrap(), Link::Failed(Failing::LimitExceeded));
    world.check("
         wait   m-a: staged, waiting for cn-hangzhou
         block  m-a: m-a in cn-hangzhou could not be put on the shelf: a limit of the cloud is reached. To do: raise the quota in the Quota Center
        ");
}

#[test]
fn an_exception_inside_a_folder_means_grants_and_shelves_around_it_where_they_do_not_fit() {
    let text = replaced(r#""folders""#, &format!(r#""except": ["{BOB}"], "folders""#));
    let world = |limit: usize| {
        let limits = format!(r#""limits": {{"accounts-per-image": {limit}}}"#);
        let mut world = shelf_world(&file(&text, &limits));
        world.member("2000000000000004", "fd-prod000001/fd-prodeu0001");
        world.member("2000000000000005", "fd-prod000001/fd-produs0001");
        world
    };
    world(50).check("
         do     m-a: share m-a in cn-hangzhou with 2000000000000001, 2000000000000004, 2000000000000005, because they are in the audience, and it goes by grant since the audience has an exception inside a folder
         do     m-a: share m-copy0001 in cn-shanghai with 2000000000000001, 2000000000000004, 2000000000000005, because they are in the audience, and it goes by grant since the audience has an exception inside a folder
        ");
    world(2).check("
         do     m-a: create the shelf goldcast-864da90660ab in cn-hangzhou for 2000000000000001, 2000000000000004, fd-produs0001, because folders or the directory get it from there
         do     m-a: create the shelf goldcast-864da90660ab in cn-shanghai for 2000000000000001, 2000000000000004, fd-produs0001, because folders or the directory get it from there
         note   base-linux: the shelf goes around the exceptions, to 3 targets: who moves in has the images at once, and a new exception keeps them until the next sweep
        ");
}

#[test]
fn an_image_keeps_its_way_for_life_and_the_next_release_takes_the_new_one() {
    let mut world = shelf_world(SHELF);
    for image in [at(HOME, "m-a"), at(SHANGHAI, "m-copy0001")] {
        world.grant(&image, &[ALICE]);
    }
    world.check("
         do     m-a: share m-a in cn-hangzhou with 2000000000000002, because they are in the audience, and it goes by grant since it was shared by grant first, and keeps its way for life
         do     m-a: share m-copy0001 in cn-shanghai with 2000000000000002, because they are in the audience, and it goes by grant since it was shared by grant first, and keeps its way for life
        ");
    let plan = world.sweep();
    carry_out(&mut world, &plan);
    rounds(&mut world, &Scope::Everything, 1, 1);
    staged(&mut world, "m-b", 10);
    let plan = world.sweep();
    let reasons: Vec<_> = plan
        .actions
        .iter()
        .map(|planned| (&*planned.release, &planned.reason))
        .collect();
    assert_eq!(
        reasons,
        [("m-b", &Reason::OnShelf), ("m-b", &Reason::OnShelf)],
        "{plan}"
    );
}

#[test]
fn what_stands_on_a_shelf_stays_there_when_the_policy_turns_to_grants() {
    let mut world = standing(SHELF);
    rounds(&mut world, &Scope::Everything, 1, 1);
    let by_grant = replaced(r#""folders""#, r#""by": "grant", "folders""#);
    world.policy = PolicyFile::from_json(&by_grant).unwrap();
    world.check("nothing to do: everything is as the policy wants it");
    staged(&mut world, "m-b", 10);
    world.check("
         do     m-b: share m-b in cn-hangzhou with 2000000000000001, 2000000000000002, because they are in the audience, and it goes by grant since the policy says so
         do     m-b: share m-copy0004 in cn-shanghai with 2000000000000001, 2000000000000002, because they are in the audience, and it goes by grant since the policy says so
        ");
}

#[test]
fn who_is_excepted_later_loses_what_stands_on_shelves_and_nobody_else_does() {
    let mut world = standing(SHELF);
    rounds(&mut world, &Scope::Everything, 1, 1);
    let text = replaced(r#""folders""#, &format!(r#""except": ["{BOB}"], "folders""#));
    world.policy = PolicyFile::from_json(&text).unwrap();
    let mut lines = Vec::new();
    for _ in 0..6 {
        lines.extend(rounds(&mut world, &Scope::Everything, 1, 1));
        assert!(world.holders(&at(HOME, "m-a")).contains(&account(ALICE)), "{lines:?}");
    }
    assert_eq!(
        lines,
        [
            "2 create-shelf",
            "2 put-on-shelf",
            "2 take-off-shelf",
            "2 delete-shelf",
            "",
            ""
        ]
    );
    assert_eq!(world.holders(&at(HOME, "m-a")), [account(ALICE)].into());
}

#[test]
fn shelves_that_cannot_be_read_stop_what_depends_on_them() {
    let mut world = standing(SHELF);
    world.dark_shares.insert(SHANGHAI.parse().unwrap());
    world.check(
        "
         wait   the resource shares in cn-shanghai could not be read: no answer
         wait   m-a: staged, waiting for cn-shanghai
        ",
    );
}

#[test]
fn encrypted_images_go_by_grant_unless_the_switch_is_on() {
    let keys = r#""encrypt": {"cn-shanghai": "key-away0001"}"#;
    let world = |switch: &str| {
        let mut world = World::new(&file(&policy(SHELF, keys), switch));
        world.member(ALICE, "fd-prod000001");
        world.source("m-a", "m-a", 60);
        world.encrypted_copy("m-a", "m-a", SHANGHAI, "key-away0001");
        world.trusts(&[ALICE]);
        world
    };
    world(r#""encryption": {}"#).check("
         do     m-a: create the shelf goldcast-89db34899f6e in cn-hangzhou for fd-prod000001, because folders or the directory get it from there
         do     m-a: share m-copy0001 in cn-shanghai with 2000000000000001, because they are in the audience, and it goes by grant since encrypted images go by grant
        ");
    world(r#""encryption": {"shelves": true}"#).check("
         do     m-a: create the shelf goldcast-89db34899f6e in cn-hangzhou for fd-prod000001, because folders or the directory get it from there
         do     m-a: create the shelf goldcast-89db34899f6e in cn-shanghai for fd-prod000001, because folders or the directory get it from there
        ");
}
