//! What is true that people should know: on its way, there, who has it, who has it no more.

use std::collections::BTreeSet;

use crate::shelves::shelf_name;
use crate::support::{ALICE, BOB, CAROL, FOLDER, HOME, NAMED, SHANGHAI, SHELF, SINGAPORE, World, account};
use goldcast_domain::{AccountId, ImageRef, PolicyName, Scope};
use goldcast_planner::{Departed, Progress, Reading, departures, news, starts};

fn base() -> PolicyName {
    "base-linux".parse().unwrap()
}

/// A release that people launch in these regions.
fn release(world: &mut World, to: &[&str], holders: &[&str]) -> Vec<ImageRef> {
    let mut images = vec![world.source("m-a", "m-a", 60).at.clone()];
    images.extend(to.iter().map(|region| at_copy(world, region)));
    for image in &images {
        world.grant(image, holders);
        world.image_mut(image).family = Some("corp-linux".parse().unwrap());
    }
    images
}

fn at_copy(world: &mut World, region: &str) -> ImageRef {
    world.copy("m-a", "m-a", region, 50).at.clone()
}

fn lost(world: &World, ids: &[&str]) -> Vec<(AccountId, Departed)> {
    let had: BTreeSet<_> = ids.iter().map(|id| (base(), account(id))).collect();
    let seen = world.observe(Scope::Everything);
    let departed = departures(&world.policy, &seen, &had, world.time);
    departed.into_iter().map(|((_, account), why)| (account, why)).collect()
}

#[test]
fn a_release_is_on_its_way_from_its_first_copy_until_people_launch_it() {
    let mut world = World::new(NAMED);
    let told = |world: &World| starts(&world.policy, &world.observe(Scope::Everything), world.time);
    let source = world.source("m-a", "m-a", 60).at.clone();
    assert_eq!(told(&world), [], "a source alone is its builder's");

    let copy = at_copy(&mut world, SHANGHAI);
    world.image_mut(&copy).usable = false;
    world.dark_regions.insert(SINGAPORE.parse().unwrap());
    let on_its_way = told(&world);
    assert_eq!(on_its_way.len(), 1);
    assert_eq!(
        (on_its_way[0].release.as_str(), &on_its_way[0].source),
        ("m-a", &source)
    );
    let states: Vec<_> = on_its_way[0]
        .regions
        .iter()
        .map(|line| (line.region.as_str(), line.state))
        .collect();
    assert_eq!(
        states,
        [
            (HOME, Progress::Staged),
            (SINGAPORE, Progress::Unknown),
            (SHANGHAI, Progress::Copying)
        ]
    );

    world.dark_regions.clear();
    world.image_mut(&copy).usable = true;
    let images = [source, copy, at_copy(&mut world, SINGAPORE)];
    assert_eq!(told(&world)[0].regions[1].state, Progress::Staged);
    for image in &images {
        world.image_mut(image).family = Some("corp-linux".parse().unwrap());
    }
    assert_eq!(told(&world), [], "people launch it");
}

#[test]
fn an_account_has_what_a_policy_gives_when_it_has_it_in_every_region() {
    let mut world = World::new(NAMED);
    let images = release(&mut world, &[SHANGHAI, SINGAPORE], &[ALICE]);
    world.grant(&images[0], &[BOB]);
    let everywhere = |world: &World| news(&world.policy, &world.observe(Scope::Everything), world.time)[0].clone();
    assert_eq!(everywhere(&world).everywhere, [account(ALICE)].into());
    assert_eq!(everywhere(&world).accounts, [account(ALICE), account(BOB)].into());
    world.dark_grants.insert(images[1].clone());
    assert_eq!(
        everywhere(&world).everywhere,
        [].into(),
        "what is not known is not said"
    );
}

#[test]
fn whoever_lost_every_grant_is_gone_and_the_reason_is_where_it_stands() {
    let mut world = World::new(FOLDER);
    release(&mut world, &[SHANGHAI], &[ALICE]);
    world.member(ALICE, "fd-prod000001");
    world.member(BOB, "fd-dev0000001");
    let gone = lost(&world, &[ALICE, BOB, CAROL]);
    assert_eq!(
        gone,
        [
            (account(BOB), Departed::FromAudience),
            (account(CAROL), Departed::FromDirectory)
        ]
    );
}

#[test]
fn what_is_not_known_is_no_departure() {
    let spoil: [fn(&mut World, &[ImageRef]); 4] = [
        |world, images| {
            world.dark_grants.insert(images[1].clone());
            world.grant(&images[1], &[ALICE]);
        },
        |world, images| {
            world.dark_regions.insert(images[1].region.clone());
        },
        |world, images| world.grant(&images[1], &[BOB]),
        |world, _| world.member(BOB, "fd-prod000001"),
    ];
    for (number, spoil) in spoil.into_iter().enumerate() {
        let mut world = World::new(FOLDER);
        let images = release(&mut world, &[SHANGHAI], &[ALICE]);
        world.member(ALICE, "fd-prod000001");
        assert_eq!(lost(&world, &[BOB]).len(), 1);
        spoil(&mut world, &images);
        assert_eq!(lost(&world, &[BOB]), [], "{number}");
    }
}

#[test]
fn a_listing_alone_takes_nobody_off_a_shelf() {
    let mut world = World::new(SHELF);
    let images = release(&mut world, &[SHANGHAI], &[]);
    let name = shelf_name(&world);
    for image in &images {
        world.shelf(
            image.region.as_str(),
            &name,
            &["fd-prod000001"],
            &[image.image.as_str()],
        );
    }
    world.member(ALICE, "fd-prod000001");
    assert_eq!(lost(&world, &[BOB]), []);
    let mut seen = world.observe(Scope::Everything);
    seen.standings
        .insert(account(BOB), Reading::Known(goldcast_domain::Standing::Gone));
    let had = [(base(), account(BOB))];
    let gone = departures(&world.policy, &seen, &had, world.time);
    assert_eq!(gone.get(&had[0]), Some(&Departed::FromDirectory));
}
