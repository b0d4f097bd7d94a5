//! Laws of releasing and retiring: released everywhere or nowhere, never back without a recall, never the last one away.

use std::collections::{BTreeMap, BTreeSet};

use crate::oracle::{self, Case};
use crate::organisation::{Rule, cases, readable, seeds};
use goldcast_domain::policy::{Brake, CommitWhen, Then};
use goldcast_domain::{AccountId, Image, ImageRef, ImageStatus, Policy, ledger};
use goldcast_planner::{Action, BlockKind, RETIRED_TAG, Reason};
use proptest::prelude::*;

/// Whether an image carries a person's recall, or another image of its release does.
fn is_recalled(case: &Case, image: &Image) -> bool {
    let source = oracle::source_of(&case.world, image);
    let mut release = case
        .world
        .all_images()
        .filter(|other| oracle::source_of(&case.world, other) == source);
    release.any(|other| other.tags.contains_key(ledger::RECALL))
}

/// What is noted of the leaving of an image or of its release.
fn notes(case: &Case, image: &Image) -> Vec<ledger::Leaving> {
    let source = oracle::source_of(&case.world, image);
    let release = case
        .world
        .all_images()
        .filter(|other| oracle::source_of(&case.world, other) == source);
    release
        .filter_map(|other| ledger::Leaving::parse(other.tags.get(ledger::STATE)?))
        .collect()
}

fn is_rested(case: &Case, policy: &Policy) -> bool {
    case.plan
        .waits
        .iter()
        .any(|wait| wait.kind == goldcast_planner::WaitKind::Paused && wait.policy.as_ref() == Some(&policy.name))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_commit_waits_until_every_region_is_staged_and_read_back(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions().filter(|(planned, _)| planned.reason == Reason::StagedEverywhere) {
            prop_assert_eq!(policy.commit.when, CommitWhen::AllRegions);
            let inside = oracle::inside(&case.world, policy);
            let source = oracle::source_of(&case.world, case.touched(&planned.action)[0]);
            let limit = case.world.policy.limits.accounts_per_image;
            for region in oracle::regions_of(&case.world, policy) {
                let there = case.world.images.get(region).into_iter().flatten();
                let mut images = there.filter(|image| oracle::source_of(&case.world, image) == source && image.is_ready());
                let home_gone = *region == case.world.policy.owner.home_region && planned.source.is_none();
                let whole = images.any(|image| {
                    let holders = case.world.holders(&image.at);
                    let granted = case.world.grants.get(&image.at).map_or(0, BTreeSet::len);
                    inside.is_subset(&holders) || granted >= limit || case.seen.refused.len() > 1
                        || inside.difference(&holders).all(|account| policy.share.accounts.contains(account))
                            && case.plan.blocks.iter().any(|block| block.kind.name() == "account-twice")
                });
                prop_assert!(home_gone || whole, "{} is not staged: {}", region, planned);
            }
        }
    }

    #[test]
    fn a_quorum_is_met_and_a_release_that_left_regions_out_says_so(seed in readable()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions().filter(|(planned, _)| planned.reason == Reason::StagedEnough) {
            let source = oracle::source_of(&case.world, case.touched(&planned.action)[0]);
            let of_release: Vec<&Image> = case.world.all_images().filter(|image| oracle::source_of(&case.world, image) == source).collect();
            let late = policy.commit.give_up_after.is_some_and(|patience| {
                let created = of_release.iter().map(|image| image.created).min().unwrap();
                patience.after(created) <= case.world.time
            });
            let begun = of_release.iter().any(|image| image.is_copied && image.family.as_ref() == Some(&policy.family));
            let ready = of_release.iter().filter(|image| image.is_ready()).count();
            match policy.commit.when {
                CommitWhen::AllRegions => prop_assert!(late || begun, "{}", planned),
                CommitWhen::Quorum(quorum) => prop_assert!(late || begun || ready >= quorum, "{}", planned),
                CommitWhen::PerRegion => {}
            }
        }
    }

    #[test]
    fn the_family_never_moves_back_without_a_recall(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let Action::SetFamily { image, .. } = &planned.action else { continue };
            if planned.reason == Reason::SucceedsRecalled {
                continue;
            }
            let image = case.image(image).unwrap();
            // The family would resolve to another release than before, and to an older one.
            let there = case.world.images.get(&image.at.region).into_iter().flatten();
            let launched = there.filter(|other| oracle::is_launched(policy, other) && !is_recalled(&case, other));
            let now = launched.max_by_key(|other| (other.created, &other.at));
            let Some(now) = now.filter(|now| image.created > now.created) else { continue };
            let age = |image: &Image| {
                let source = ImageRef {
                    region: case.world.policy.owner.home_region.clone(),
                    image: oracle::source_of(&case.world, image).parse().unwrap(),
                };
                case.image(&source).map(|source| (source.created.min(case.world.time), source.at.image.clone()))
            };
            let back = age(image).zip(age(now)).is_some_and(|(image, now)| image < now);
            let stranger = now.name.starts_with("stranger") || (now.is_copied && !oracle::is_true_copy(&case.world, now));
            // A newer one that only some regions have is not current yet, and its older brother goes first.
            let begun = case.plan.actions.iter().any(|other| matches!(&other.action, Action::Park { image, .. } if *image == now.at));
            let current = oracle::regions_of(&case.world, policy).all(|region| {
                let there = case.world.images.get(region).into_iter().flatten();
                there.into_iter().any(|other| oracle::source_of(&case.world, other) == oracle::source_of(&case.world, now) && oracle::is_launched(policy, other))
            });
            prop_assert!(!back || stranger || begun || !current, "{} after {}: {}", planned, now.at, case.plan);
        }
    }

    #[test]
    fn a_recall_parks_everything_in_one_round(seed in seeds()) {
        let case = Case::of(&seed);
        let mut after = case.world.clone();
        for planned in &case.plan.actions {
            let first = planned.reason == Reason::SucceedsRecalled
                || matches!((&planned.action, &planned.reason), (Action::Park { .. }, Reason::Recalled { .. }));
            if first {
                after.apply(&planned.action);
            }
        }
        for image in case.world.all_images().filter(|image| image.tags.contains_key(ledger::RECALL)) {
            let policy = image.tags.get(ledger::POLICY).and_then(|name| case.world.policy.policies.get(name.as_str()));
            let Some(policy) = policy.filter(|_| oracle::is_true_copy(&case.world, image)) else { continue };
            if case.world.dark_regions.contains(&case.world.policy.owner.home_region) {
                continue;
            }
            let source = ImageRef { region: case.world.policy.owner.home_region.clone(), image: oracle::source_of(&case.world, image).parse().unwrap() };
            // Copies of one source that name two policies belong to the first of them.
            let of_source = |other: &&Image| oracle::source_of(&case.world, other) == oracle::source_of(&case.world, image);
            let names: BTreeSet<_> = case.world.all_images().filter(of_source).filter_map(|other| other.tags.get(ledger::POLICY)).collect();
            if names.len() > 1 || !case.world.policy.all_regions().contains(&image.at.region) {
                continue;
            }
            if case.image(&source).is_some_and(|source| source.layout() != image.layout()) || case.world.dark_regions.contains(&image.at.region) {
                continue;
            }
            prop_assert!(after.image(&image.at).family.as_ref() != Some(&policy.family), "{} {}", image.at, case.plan);
        }
    }

    #[test]
    fn the_predecessor_goes_in_before_the_recalled_image_goes_out(seed in readable()) {
        let case = Case::of(&seed);
        let steps = case.plan.actions.iter();
        let last_in = steps.clone().rposition(|planned| planned.reason == Reason::SucceedsRecalled);
        let first_out = steps.clone().position(|planned| {
            matches!((&planned.action, &planned.reason), (Action::Park { .. }, Reason::Recalled { .. }))
        });
        if let (Some(last_in), Some(first_out)) = (last_in, first_out) {
            prop_assert!(last_in < first_out, "{}", case.plan);
        }
        let others = steps.clone().position(|planned| !matches!(
            (&planned.action, &planned.reason),
            (Action::SetFamily { .. }, Reason::SucceedsRecalled) | (Action::Park { .. }, Reason::Recalled { .. })
        ));
        if let (Some(first_out), Some(others)) = (first_out, others) {
            prop_assert!(first_out < others, "before any other write: {}", case.plan);
        }
    }

    #[test]
    fn a_recalled_release_is_never_given_nor_released(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            let gives = matches!(
                planned.action,
                Action::Grant { .. } | Action::PutOnShelf { .. } | Action::SetFamily { .. } | Action::Copy { .. } | Action::Restore { .. }
            );
            for image in case.touched(&planned.action).into_iter().filter(|_| gives) {
                let own = image.tags.contains_key(ledger::RECALL);
                prop_assert!(!own, "{}", planned);
            }
        }
    }

    #[test]
    fn a_recall_goes_as_far_as_the_policy_says(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions().filter(|(planned, _)| matches!(planned.reason, Reason::Recalled { .. })) {
            let reach = match planned.action {
                Action::Park { .. } | Action::CancelCopy { .. } | Action::RecordLeaving { .. } => Then::Park,
                Action::Revoke { .. } | Action::TakeOffShelf { .. } => Then::Unshare,
                Action::Deprecate { .. } => Then::Deprecate,
                _ => Then::Delete,
            };
            prop_assert!(reach <= policy.recall.then, "{}", planned);
        }
    }

    #[test]
    fn each_step_of_leaving_waits_for_the_one_before(seed in readable()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            for image in case.touched(&planned.action) {
                let parked = image.family.as_ref() != Some(&policy.family);
                let unshared = case.world.holders(&image.at).is_empty();
                match &planned.action {
                    Action::Revoke { .. } | Action::TakeOffShelf { .. } if planned.reason == Reason::Retired => {
                        prop_assert!(parked && !notes(&case, image).is_empty(), "{}", planned);
                    }
                    Action::Deprecate { .. } => {
                        prop_assert!(parked && unshared && !notes(&case, image).is_empty(), "{}", planned);
                        prop_assert_eq!(image.status, ImageStatus::Available);
                    }
                    Action::DeleteImage { .. } => {
                        prop_assert!(parked && unshared && image.status != ImageStatus::Available, "{}", planned);
                        let ours = image.is_copied || policy.retire.delete_sources;
                        prop_assert!(ours, "a source that others built: {}", planned);
                        if policy.retire.delete_snapshots {
                            let ids: Vec<_> = image.disks.iter().filter_map(|disk| disk.snapshot.clone()).collect();
                            let mut there = case.world.snapshots[&image.at.region].iter().filter(|one| ids.contains(&one.id));
                            prop_assert!(there.all(|snapshot| snapshot.tags.contains_key(RETIRED_TAG)), "{}", planned);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn nothing_is_taken_away_within_the_undo_window(seed in readable()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions().filter(|(planned, _)| planned.reason == Reason::Retired) {
            let days = jiff::SignedDuration::from_hours(24 * i64::from(policy.retire.undo_days));
            let takes = matches!(planned.action, Action::Revoke { .. } | Action::TakeOffShelf { .. }) || oracle::is_final(&planned.action);
            for image in case.touched(&planned.action).into_iter().filter(|_| takes) {
                let over = notes(&case, image).iter().any(|note| note.since + days <= case.world.time);
                prop_assert!(over, "{}", planned);
            }
        }
    }

    #[test]
    fn never_the_last_usable_release_of_a_family_is_retired(seed in readable()) {
        let case = Case::of(&seed);
        let mut after = case.world.clone();
        for planned in &case.plan.actions {
            after.apply(&planned.action);
        }
        for (policy, region) in case.world.policy.policies.values().flat_map(|policy| {
            oracle::regions_of(&case.world, policy).map(move |region| (policy, region))
        }) {
            let launched = |world: &crate::support::World| -> Vec<ImageRef> {
                let there = world.images.get(region).into_iter().flatten();
                there.filter(|image| oracle::is_launched(policy, image)).map(|image| image.at.clone()).collect()
            };
            let (before, after) = (launched(&case.world), launched(&after));
            let taken = before.iter().any(|at| case.plan.actions.iter().any(|planned| {
                planned.reason == Reason::Retired && planned.action.image() == Some(at)
            }));
            let recalled = before.iter().any(|at| is_recalled(&case, case.image(at).unwrap()));
            let elsewhere = case.plan.actions.iter().any(|planned| matches!(planned.reason, Reason::Recalled { .. } | Reason::HeldUntilCommit));
            prop_assert!(!taken || recalled || elsewhere || !after.is_empty(), "{} {}", region, case.plan);
        }
    }

    #[test]
    fn what_instances_run_from_is_neither_withdrawn_nor_deleted(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            let ends = matches!(planned.action, Action::Deprecate { .. } | Action::DeleteImage { .. });
            let used = case.touched(&planned.action).into_iter().any(|image| image.in_use);
            prop_assert!(!(ends && used), "{}", planned);
        }
    }

    #[test]
    fn more_removals_than_the_brake_lets_through_are_none(seed in seeds(), accounts in 0..4_usize, releases in 0..3_usize) {
        let mut world = seed.world();
        let free = Case::in_world(world.clone());
        world.policy.brakes.accounts = Brake::Count(accounts);
        world.policy.brakes.releases = Brake::Count(releases);
        let case = Case::in_world(world);
        let losing: BTreeSet<&AccountId> = free.plan.actions.iter()
            .filter(|planned| planned.reason == Reason::OutsideAudience)
            .filter_map(|planned| match &planned.action { Action::Revoke { accounts, .. } => Some(accounts), _ => None })
            .flatten().collect();
        let leaving: BTreeSet<_> = free.plan.actions.iter()
            .filter(|planned| oracle::removes(planned) && planned.reason != Reason::OutsideAudience)
            .map(|planned| (&planned.policy, &planned.release)).collect();
        let braked = case.plan.blocks.iter().filter(|block| matches!(block.kind, BlockKind::Brake { .. })).count();
        prop_assert!(braked <= 1);
        if losing.len() > accounts || leaving.len() > releases {
            prop_assert_eq!(braked, 1, "{}", case.plan);
        }
        if braked == 1 {
            // A target under which nobody stands takes nothing from anybody.
            let reaches = |planned: &&goldcast_planner::Planned| match &planned.action {
                Action::DropTargets { targets, .. } => {
                    targets.iter().any(|target| oracle::under(&case.world, target.as_str()).next().is_some())
                }
                _ => true,
            };
            let removal = case.plan.actions.iter().find(|planned| oracle::removes(planned) && reaches(planned));
            prop_assert!(removal.is_none(), "{:?}", removal.map(ToString::to_string));
        }
        // And everything else goes on, in its order.
        let mut rest = free.plan.actions.iter();
        for planned in &case.plan.actions {
            prop_assert!(rest.any(|other| other == planned), "{}", planned);
        }
        let kept: BTreeMap<_, _> = case.plan.actions.iter().map(|planned| (&planned.action, ())).collect();
        for planned in free.plan.actions.iter().filter(|planned| planned.action.name() == "grant" || planned.action.name() == "copy") {
            prop_assert!(kept.contains_key(&planned.action), "{}", planned);
        }
    }

    #[test]
    fn a_policy_that_rests_has_nothing_done_for_it_but_a_recall(seed in seeds()) {
        let mut seed = seed;
        seed.policies[0].push(Rule::Paused);
        let case = Case::of(&seed);
        for (planned, policy) in case.actions().filter(|(_, policy)| is_rested(&case, policy)) {
            let recall = matches!(planned.reason, Reason::SucceedsRecalled | Reason::Recalled { .. });
            prop_assert!(recall, "{} rests: {}", policy.name, planned);
        }
    }
}
