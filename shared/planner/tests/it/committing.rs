//! Committing: staged everywhere first, then the family in all regions, never back.

use crate::stage::{carry_out, file};
use crate::support::{ALICE, HOME, NAMED, SHANGHAI, SINGAPORE, World, account, at};
use goldcast_domain::{ImageRef, Scope, ledger};
use goldcast_planner::{Access, Action, Plan, Reading, access, news};

fn committed(plan: &Plan) -> Vec<ImageRef> {
    plan.actions
        .iter()
        .filter_map(|planned| match &planned.action {
            Action::SetFamily { image, .. } => Some(image.clone()),
            _ => None,
        })
        .collect()
}

/// A release that is in place and shared in every region.
fn stage(world: &mut World, id: &str, minutes_ago: i64) -> Vec<ImageRef> {
    let mut images = vec![world.source(id, id, minutes_ago).at.clone()];
    for to in [SINGAPORE, SHANGHAI] {
        images.push(world.copy(id, id, to, minutes_ago - 5).at.clone());
    }
    for image in &images {
        world.grant(image, &[ALICE]);
    }
    images
}

fn put_into_family(world: &mut World, images: &[ImageRef]) {
    for image in images {
        world.image_mut(image).family = Some("corp-linux".parse().unwrap());
    }
}

#[test]
fn a_release_staged_in_every_region_is_committed_in_all_of_them() {
    let mut world = World::new(NAMED);
    let mut images = stage(&mut world, "m-a", 60);
    images.sort();
    assert_eq!(committed(&world.sweep()), images);
}

#[test]
fn a_region_that_is_missing_unshared_or_unread_holds_the_commit() {
    let spoil: [fn(&mut World, &ImageRef); 4] = [
        |world, image| world.image_mut(image).usable = false,
        |world, image| {
            world.grants.remove(image);
        },
        |world, image| world.images.get_mut(&image.region).unwrap().clear(),
        |world, image| {
            world.dark_regions.insert(image.region.clone());
        },
    ];
    for spoil in spoil {
        let mut world = World::new(NAMED);
        let images = stage(&mut world, "m-a", 60);
        spoil(&mut world, &images[1]);
        let plan = world.sweep();
        assert_eq!(committed(&plan), [], "{plan}");
        assert!(!plan.actions.is_empty() || !plan.waits.is_empty(), "{plan}");
    }
}

#[test]
fn a_commit_that_got_only_half_way_goes_on() {
    let mut world = World::new(NAMED);
    let images = stage(&mut world, "m-a", 60);
    put_into_family(&mut world, &images[..2]);
    assert_eq!(committed(&world.sweep()), images[2..]);
    assert!(news(&world.policy, &world.observe(Scope::Everything), world.time).is_empty());
}

#[test]
fn of_two_staged_releases_the_newer_is_committed_and_the_family_never_moves_back() {
    let mut world = World::new(NAMED);
    stage(&mut world, "m-old", 90);
    let newer = stage(&mut world, "m-new", 60);
    let plan = world.sweep();
    assert_eq!(committed(&plan).len(), 3);
    put_into_family(&mut world, &newer);
    assert_eq!(committed(&world.sweep()), []);
}

#[test]
fn a_foreign_younger_image_in_the_family_is_a_block_and_nothing_is_committed() {
    let mut world = World::new(NAMED);
    stage(&mut world, "m-a", 60);
    let foreign = world.source("m-foreign", "by-hand", 1);
    foreign.tags.clear();
    foreign.family = Some("corp-linux".parse().unwrap());
    let plan = world.sweep();
    assert_eq!(committed(&plan), []);
    assert_eq!(plan.blocks[0].kind.name(), "rival-in-family");
}

#[test]
fn a_builder_that_sets_the_family_of_the_next_release_does_not_block_this_one() {
    let mut world = World::new(NAMED);
    stage(&mut world, "m-a", 60);
    world.source("m-next", "next", 1).family = Some("corp-linux".parse().unwrap());
    assert_eq!(committed(&world.sweep()).len(), 3);
}

#[test]
fn a_released_image_is_news_and_a_family_that_does_not_show_it_yet_is_a_wait() {
    let mut world = World::new(NAMED);
    let images = stage(&mut world, "m-a", 60);
    put_into_family(&mut world, &images);
    let mut seen = world.observe(Scope::Everything);
    let told = news(&world.policy, &seen, world.time);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].release, "m-a");
    assert_eq!(
        told[0].images.iter().map(|image| image.accounts).collect::<Vec<_>>(),
        [Some(1); 3]
    );
    let key = (images[1].region.clone(), "corp-linux".parse().unwrap());
    seen.resolved.insert(key, Reading::Known(None));
    assert!(news(&world.policy, &seen, world.time).is_empty());
    let plan = goldcast_planner::plan(&world.policy, &seen, world.time);
    assert_eq!(plan.waits.len(), 1, "{plan}");
}

#[test]
fn a_new_region_makes_the_newest_release_a_candidate_again_and_no_older_one() {
    let mut world = World::new(&NAMED.replace(r#""cn-shanghai", "#, r#""cn-shanghai", "cn-beijing", "#));
    let old = stage(&mut world, "m-old", 90);
    let new = stage(&mut world, "m-new", 60);
    put_into_family(&mut world, &old);
    put_into_family(&mut world, &new);
    let plan = world.sweep();
    let copies: Vec<_> = plan
        .actions
        .iter()
        .filter(|planned| planned.action.name() == "copy")
        .collect();
    assert_eq!(copies.len(), 1, "{plan}");
    assert_eq!(copies[0].release, "m-new");
}

#[test]
fn access_tells_who_has_all_of_the_current_release() {
    let mut world = World::new(NAMED);
    let images = stage(&mut world, "m-a", 60);
    put_into_family(&mut world, &images);
    let level = |world: &World| {
        let seen = world.observe(Scope::Everything);
        access(&world.policy, &seen, world.time)[&("base-linux".parse().unwrap(), account(ALICE))]
    };
    assert_eq!(level(&world), Access::Full);
    world.grants.remove(&at(HOME, "m-a"));
    assert_eq!(level(&world), Access::Some);
    world.grants.clear();
    assert_eq!(level(&world), Access::None);
}

/// Where shared images cannot change their family.
fn unmoving(images: impl FnOnce(&mut World) -> Vec<ImageRef>) -> World {
    let mut world = World::new(&file(NAMED, r#""limits": {"families-move-while-shared": false}"#));
    images(&mut world);
    world
}

#[test]
fn where_shared_images_cannot_move_they_are_committed_first_and_shared_after() {
    let mut world = unmoving(|world| {
        let images = stage(world, "m-a", 60);
        world.grants.clear();
        images
    });
    world.check("
         do     m-a: put m-copy0001 in ap-southeast-1 into the family corp-linux, because the release is in place in every region, and can be shared once it is in the family
         do     m-a: put m-a in cn-hangzhou into the family corp-linux, because the release is in place in every region, and can be shared once it is in the family
         do     m-a: put m-copy0002 in cn-shanghai into the family corp-linux, because the release is in place in every region, and can be shared once it is in the family
        ");
    let plan = world.sweep();
    carry_out(&mut world, &plan);
    assert_eq!(World::action_names(&world.sweep()), ["grant"].into());
}

#[test]
fn where_shared_images_cannot_move_what_is_shared_is_taken_back_before_it_moves() {
    let mut world = unmoving(|world| {
        let images = stage(world, "m-a", 60);
        put_into_family(world, &images);
        world.tag(&images[0], ledger::RECALL, "CVE-2026-0001");
        images
    });
    for step in ["revoke", "park"] {
        let plan = world.sweep();
        assert_eq!(World::action_names(&plan), [step].into(), "{plan}");
        carry_out(&mut world, &plan);
    }
}
