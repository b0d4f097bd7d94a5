//! The laws of planning, over generated worlds: one observation has one plan; iterated on its own effects, planning ends
//! and repeats nothing; nobody outside gets anything, nobody inside is forgotten.

use std::collections::BTreeSet;

use crate::organisation::cases;
use crate::support::{ALICE, FOLDER, SHANGHAI, World, account};
use goldcast_domain::{Image, ImageStatus, Scope};
use goldcast_planner::{Action, plan};
use proptest::prelude::*;

/// Rounds after which planning must have ended: three attempts of a copy take three steps each, then share and commit.
const ROUNDS_MAX: usize = 16;

#[derive(Debug, Clone)]
struct Seed {
    releases: Vec<(i64, Option<ImageStatus>, bool, bool)>,
    members: Vec<(u8, bool)>,
    granted: Vec<(u8, u8)>,
    dark: bool,
}

fn seeds() -> impl Strategy<Value = Seed> {
    let status = prop_oneof![
        Just(None),
        Just(Some(ImageStatus::Available)),
        Just(Some(ImageStatus::Creating)),
        Just(Some(ImageStatus::Waiting)),
        Just(Some(ImageStatus::CreateFailed)),
        Just(Some(ImageStatus::UnAvailable)),
        Just(Some(ImageStatus::Deprecated)),
    ];
    let releases = prop::collection::vec((1..5000_i64, status, any::<bool>(), any::<bool>()), 0..6);
    let members = prop::collection::vec((0..60_u8, any::<bool>()), 0..40);
    let granted = prop::collection::vec((0..6_u8, 0..70_u8), 0..40);
    (releases, members, granted, prop::bool::weighted(0.1)).prop_map(|(releases, members, granted, dark)| Seed {
        releases,
        members,
        granted,
        dark,
    })
}

fn member_id(number: u8) -> String {
    format!("21000000000000{number:02}")
}

fn build(seed: &Seed) -> World {
    let mut world = World::new(&FOLDER.replace(
        r#""policy":"#,
        r#""brakes": {"accounts": 99, "releases": 99}, "policy":"#,
    ));
    for (number, (minutes, copy, home_in_family, copy_in_family)) in seed.releases.iter().enumerate() {
        let id = format!("m-r{number}");
        let family = |yes: &bool| yes.then(|| "corp-linux".parse().unwrap());
        world.source(&id, &id, *minutes).family = family(home_in_family);
        if let Some(status) = copy {
            let image = world.copy(&id, &id, SHANGHAI, minutes - 1);
            (image.status, image.usable) = (*status, *status == ImageStatus::Available);
            image.family = family(copy_in_family).filter(|_| *status == ImageStatus::Available);
        }
    }
    for (number, inside) in &seed.members {
        world.member(
            &member_id(*number),
            if *inside { "fd-prod000001" } else { "fd-dev0000001" },
        );
    }
    // What is not available cannot be shared.
    let shareable = world
        .all_images()
        .filter(|image| image.status == ImageStatus::Available);
    let images: Vec<_> = shareable.map(|image| image.at.clone()).collect();
    for (image, number) in &seed.granted {
        if let Some(image) = images.get(usize::from(*image)) {
            world.grant(&image.clone(), &[&member_id(*number)]);
        }
    }
    world.dark_directory = seed.dark;
    world
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn one_observation_has_one_plan(seed in seeds()) {
        let world = build(&seed);
        let seen = world.observe(Scope::Everything);
        let first = plan(&world.policy, &seen, world.time);
        let mut shuffled = seen.clone();
        for reading in shuffled.images.values_mut() {
            if let goldcast_planner::Reading::Known(images) = reading {
                images.reverse();
            }
        }
        prop_assert_eq!(&first, &plan(&world.policy, &seen, world.time));
        prop_assert_eq!(&first, &plan(&world.policy, &shuffled, world.time));
    }

    #[test]
    fn iterated_on_its_own_effects_planning_ends_and_repeats_nothing(seed in seeds()) {
        let mut world = build(&seed);
        let mut done: BTreeSet<Action> = BTreeSet::new();
        for round in 0..=ROUNDS_MAX {
            let plan = world.sweep();
            if plan.actions.is_empty() && !world.images.values().flatten().any(Image::is_being_made) {
                break;
            }
            prop_assert!(round < ROUNDS_MAX, "still planning:\n{}", plan);
            for planned in &plan.actions {
                prop_assert!(done.insert(planned.action.clone()), "planned twice: {}", planned);
                world.apply(&planned.action);
            }
            world.time_passes();
        }
        if !world.dark_directory {
            let inside: BTreeSet<_> = world.members.values()
                .filter(|member| member.is_in(&"fd-prod000001".parse().unwrap()))
                .map(|member| member.account.clone())
                .filter(|member| *member != account(crate::support::CAROL))
                .collect();
            for image in world.images.values().flatten().filter(|image| image.is_ready()) {
                let granted = world.grants.get(&image.at).cloned().unwrap_or_default();
                let is_release = !image.is_copied || image.tags.contains_key("goldcast:source");
                prop_assert!(!is_release || granted.is_subset(&inside), "{:?} is outside", granted.difference(&inside));
                if image.family.is_some() {
                    prop_assert_eq!(&granted, &inside, "everyone inside has what is released: {}", image.at);
                }
            }
        }
    }

    #[test]
    fn a_crash_after_any_action_leaves_a_state_that_converges(seed in seeds(), crash in 0..8_usize) {
        let mut world = build(&seed);
        let mut uninterrupted = world.clone();
        let actions = world.sweep().actions;
        for planned in actions.iter().take(crash) {
            world.apply(&planned.action);
        }
        for world in [&mut world, &mut uninterrupted] {
            for _ in 0..ROUNDS_MAX {
                for planned in world.sweep().actions {
                    world.apply(&planned.action);
                }
                world.time_passes();
            }
        }
        // What people launch is the same; a release that was overtaken may have got further in one world than in the other.
        let outcome = |world: &World| {
            let launched = |images: &Vec<Image>| {
                let youngest = images.iter().filter(|image| image.family.is_some()).max_by_key(|image| image.created)?;
                Some((youngest.name.clone(), world.grants.get(&youngest.at).cloned().unwrap_or_default()))
            };
            world.images.iter().map(|(region, images)| (region.clone(), launched(images))).collect::<Vec<_>>()
        };
        prop_assert_eq!(outcome(&world), outcome(&uninterrupted));
    }

    #[test]
    fn what_cannot_be_read_removes_nothing(seed in seeds()) {
        let mut world = build(&seed);
        world.dark_directory = true;
        let plan = world.sweep();
        let except = account(crate::support::CAROL);
        for planned in &plan.actions {
            if let Action::Revoke { accounts, .. } = &planned.action {
                prop_assert!(accounts.iter().all(|account| *account == except), "{}", planned);
            }
            let commits = matches!(planned.action, Action::SetFamily { .. });
            prop_assert!(!commits, "{}", planned);
        }
    }
}

#[test]
fn the_generated_worlds_are_not_all_trivial() {
    let mut world = build(&Seed {
        releases: vec![(60, None, false, false)],
        members: vec![(1, true)],
        granted: vec![(0, 2)],
        dark: false,
    });
    world.member(ALICE, "fd-prod000001");
    let names: BTreeSet<_> = world
        .sweep()
        .actions
        .iter()
        .map(|planned| planned.action.name())
        .collect();
    assert_eq!(names, ["copy", "grant", "revoke"].into());
}
