//! Laws of copying: which releases are copied, how many at once, under which key, and that no region holds up another.

use std::collections::{BTreeMap, BTreeSet};

use crate::oracle::{self, Case};
use crate::organisation::{Quirk, REGIONS, Seed, cases, readable, seeds};
use goldcast_domain::{ImageStatus, RegionId, ledger};
use goldcast_planner::{Action, BlockKind, COPIES_PER_REGION, COPY_ATTEMPTS_MAX};
use proptest::prelude::*;

/// Where each release is copied to in this plan.
fn copies(case: &Case) -> BTreeSet<(String, RegionId)> {
    let copies = case
        .plan
        .actions
        .iter()
        .filter(|planned| planned.action.name() == "copy");
    copies
        .map(|planned| (planned.release.clone(), planned.action.region().clone()))
        .collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn at_most_five_copies_run_in_a_region(seed in seeds()) {
        let mut seed = seed;
        // As many as fit, and more.
        seed.releases.iter_mut().for_each(|release| release.source.truncate(1));
        let case = Case::of(&seed);
        let mut started: BTreeMap<&RegionId, usize> = BTreeMap::new();
        for planned in case.plan.actions.iter().filter(|planned| planned.action.name() == "copy") {
            *started.entry(planned.action.region()).or_default() += 1;
        }
        for (region, started) in started {
            let there = case.world.images.get(region).into_iter().flatten();
            let running = there.filter(|image| image.is_copied && image.is_being_made()).count();
            prop_assert!(running + started <= COPIES_PER_REGION, "{} in {}", case.plan, region);
        }
    }

    #[test]
    fn of_those_that_wait_only_the_newest_is_copied(seed in seeds()) {
        let case = Case::of(&seed);
        let home = &case.world.policy.owner.home_region;
        for planned in &case.plan.actions {
            let Action::Copy { tags, .. } = &planned.action else { continue };
            let source = &tags.iter().find(|(key, _)| key == ledger::SOURCE).unwrap().1;
            let begun = case.world.all_images().any(|image| image.is_copied && oracle::source_of(&case.world, image) == *source);
            if begun {
                continue;
            }
            let sources = case.world.images.get(home).into_iter().flatten();
            let this = sources.clone().find(|image| image.at.image.as_str() == source).unwrap();
            // A newer one that nobody could object to would go first.
            let plain = |tags: &BTreeMap<String, String>| !tags.keys().any(|key| key.starts_with(ledger::PREFIX));
            let newer = sources.filter(|other| other.tags == this.tags && plain(&other.tags) && other.created <= case.world.time)
                .find(|other| {
                    (other.created, &other.at.image) > (this.created, &this.at.image)
                        && other.is_ready() && !other.is_copied && !other.is_public && other.total_gib() <= 2048
                        && other.owner == this.owner
                        && oracle::copies_of(&case.world, other).next().is_none()
                });
            prop_assert!(newer.is_none() || this.created > case.world.time, "{:?} before {}", newer, planned);
        }
    }

    #[test]
    fn a_copy_is_made_of_a_ready_image_of_the_same_release(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let Action::Copy { from, to, tags, .. } = &planned.action else { continue };
            let image = case.image(from).unwrap();
            prop_assert!(image.is_ready() && image.total_gib() <= 2048, "{}", planned);
            let source = &tags.iter().find(|(key, _)| key == ledger::SOURCE).unwrap().1;
            prop_assert_eq!(&oracle::source_of(&case.world, image), source);
            let belongs = oracle::regions_of(&case.world, policy).any(|region| region == to);
            prop_assert!(belongs, "{}", planned);
        }
    }

    #[test]
    fn a_failed_copy_is_made_again_a_bounded_number_of_times(seed in seeds(), attempt in 1..6_u8) {
        let mut seed = seed;
        for (_, quirks) in seed.releases.iter_mut().flat_map(|release| &mut release.copies) {
            quirks.retain(|quirk| !matches!(quirk, Quirk::Status(_) | Quirk::Attempt(_)));
            quirks.extend([Quirk::Status(ImageStatus::CreateFailed), Quirk::Attempt(attempt)]);
        }
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            match &planned.action {
                Action::RecordAttempts { value, .. } if matches!(planned.reason, goldcast_planner::Reason::CopyFailed { .. }) => {
                    prop_assert!(u32::from(attempt) < COPY_ATTEMPTS_MAX, "{}", planned);
                    for region in REGIONS {
                        let of = ledger::Attempts::parse(value).of(&region.parse().unwrap());
                        prop_assert!(of <= COPY_ATTEMPTS_MAX, "{}", planned);
                    }
                }
                Action::DeleteFailedCopy { .. } => prop_assert!(false, "nothing is noted: {}", planned),
                _ => {}
            }
        }
    }

    #[test]
    fn encryption_is_always_said_and_never_lost(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let Action::Copy { from, to, key, .. } = &planned.action else { continue };
            prop_assert_eq!(key.as_ref(), policy.encrypt.get(to), "{}", planned);
            prop_assert!(key.is_some() || !case.image(from).unwrap().is_encrypted(), "{}", planned);
        }
    }

    #[test]
    fn an_encrypted_source_without_a_key_for_the_region_is_a_block(seed in readable()) {
        let case = Case::of(&seed);
        for block in &case.plan.blocks {
            if let BlockKind::NoKey { image, region } = &block.kind {
                let policy = &case.world.policy.policies[block.policy.as_ref().unwrap()];
                prop_assert!(case.image(image).unwrap().is_encrypted() && !policy.encrypt.contains_key(region));
                let copied = copies(&case).contains(&(block.release.clone().unwrap(), region.clone()));
                prop_assert!(!copied, "{}", case.plan);
            }
        }
    }

    #[test]
    fn a_key_that_cannot_be_used_stops_its_region_only(seed in readable(), region in 0..REGIONS.len()) {
        let mut world = seed.world();
        for rule in world.policy.policies.values_mut() {
            rule.encrypt.retain(|other, _| other.as_str() == REGIONS[region]);
        }
        let before = copies(&Case::in_world(world.clone()));
        world.key(REGIONS[region], "key-policy01", goldcast_domain::KeyState::Disabled);
        let after = Case::in_world(world);
        for (planned, policy) in after.actions() {
            if let Action::Copy { to, .. } = &planned.action {
                prop_assert!(!policy.encrypt.contains_key(to), "{}", planned);
            }
        }
        let elsewhere = |copies: BTreeSet<(String, RegionId)>| -> BTreeSet<_> {
            copies.into_iter().filter(|(_, to)| to.as_str() != REGIONS[region]).collect()
        };
        prop_assert_eq!(elsewhere(before), elsewhere(copies(&after)));
    }

    #[test]
    fn one_regions_failure_never_stops_anothers_staging(seed in readable(), failing in 1..REGIONS.len()) {
        let mut without: Seed = seed;
        for release in &mut without.releases {
            // One policy each, whatever copies say.
            release.source.retain(|quirk| !matches!(quirk, Quirk::AlsoSelected(_)));
            release.copies.retain(|(region, _)| *region != failing);
        }
        let before = Case::of(&without);
        let mut with = without.clone();
        let wanted: BTreeSet<String> = copies(&before).into_iter().map(|(release, _)| release).collect();
        for (position, release) in with.releases.iter_mut().enumerate() {
            if wanted.contains(&format!("release-{position}")) {
                release.copies.push((failing, vec![Quirk::Status(ImageStatus::CreateFailed), Quirk::Attempt(3)]));
            }
        }
        let after = Case::of(&with);
        let elsewhere = |case: &Case| -> BTreeSet<_> {
            copies(case).into_iter().filter(|(_, to)| to.as_str() != REGIONS[failing]).collect()
        };
        prop_assert_eq!(elsewhere(&before), elsewhere(&after));
    }

    #[test]
    fn a_source_deleted_in_the_middle_leaves_its_copies_valid(seed in readable()) {
        let case = Case::of(&seed);
        let mut later = case.world.clone();
        let home = later.policy.owner.home_region.clone();
        later.images.entry(home.clone()).or_default().retain(|image| image.is_copied);
        let later = Case::in_world(later);
        for (planned, _) in later.actions() {
            for image in later.touched(&planned.action) {
                let of_sourceless = planned.source.is_none() && oracle::is_true_copy(&later.world, image);
                let failed = matches!(image.status, ImageStatus::CreateFailed | ImageStatus::UnAvailable);
                let leaves = oracle::removes(planned) || planned.action.name() == "delete-failed-copy";
                let retired = matches!(
                    planned.reason,
                    goldcast_planner::Reason::Retired
                        | goldcast_planner::Reason::RegionDropped
                        | goldcast_planner::Reason::Recalled { .. }
                        | goldcast_planner::Reason::OutsideAudience
                );
                prop_assert!(!of_sourceless || failed || !leaves || retired, "{}", planned);
            }
        }
    }
}
