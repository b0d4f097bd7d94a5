//! The laws of planning: one observation has one plan; iterated on its own effects, planning ends and repeats nothing; a crash
//! after any action converges.

use std::collections::{BTreeMap, BTreeSet};

use crate::oracle::{self, Case};
use crate::organisation::{Quirk, Rule, Seed, cases, readable, seeds};
use crate::support::World;
use goldcast_domain::{Image, ImageRef, Link, MemberState, Scope, ShareStatus, ledger};
use goldcast_planner::{Action, BlockKind, Plan, Reading, Reason, plan};
use proptest::prelude::*;

/// Rounds after which planning must have ended: a release takes three attempts of a copy, sharing, committing, and its
/// predecessor's leaving step by step.
const ROUNDS_MAX: usize = 60;

/// What an action is, apart from when it was noted.
fn identity(action: &Action) -> Action {
    let mut action = action.clone();
    if let Action::RecordLeaving { value, .. } = &mut action {
        value.truncate(value.find(' ').unwrap_or(value.len()));
    }
    action
}

/// What is ordered by a time in the future is ordered anew as time passes; here everything has begun.
fn begun() -> impl Strategy<Value = Seed> {
    readable().prop_map(|mut seed| {
        seed.releases
            .iter_mut()
            .for_each(|release| release.minutes = release.minutes.max(1));
        // What someone put on a shelf that no policy wants is nobody's to find but the daily look's.
        seed.shelves
            .retain(|shelf| shelf.of.is_some() || shelf.images.is_empty());
        let encrypted = |position: usize| seed.policies[position % seed.policies.len()].contains(&Rule::Encrypted);
        for release in &mut seed.releases {
            // Nobody but us writes that all is gone, and at home there is a copy only under a key.
            let opted_in = seed.policies[release.policy % seed.policies.len()].contains(&Rule::Copied);
            release.source.retain(|quirk| {
                !matches!(quirk, Quirk::Leaving("gone", _)) && (opted_in || *quirk != Quirk::BuilderCopied)
            });
            release
                .copies
                .retain(|(region, _)| *region != 0 || encrypted(release.policy));
            // Copies that name two policies, or have another layout, are no business of one line alone.
            for (_, quirks) in &mut release.copies {
                quirks.retain(|quirk| {
                    !matches!(
                        quirk,
                        Quirk::Leaving("gone", _) | Quirk::PolicyGone | Quirk::OtherLayout
                    )
                });
            }
        }
        seed
    })
}

/// Runs sweeps until nothing happens any more, not even after weeks.
fn settle(world: &mut World, mut each: impl FnMut(&World, &Plan)) -> Result<Plan, Plan> {
    let mut quiet = 0;
    for _ in 0..ROUNDS_MAX {
        let plan = world.sweep();
        each(world, &plan);
        for planned in &plan.actions {
            world.apply(&planned.action);
        }
        if plan.actions.is_empty() && !is_moving(world) {
            quiet += 1;
        } else {
            quiet = 0;
        }
        match quiet {
            0 => world.time_passes(),
            1 => world.hours_pass(24 * 40),
            _ => return Ok(plan),
        }
    }
    Err(world.sweep())
}

fn is_moving(world: &World) -> bool {
    let shares = world.shares.values().flatten();
    let links = shares
        .clone()
        .flat_map(|share| share.images.values().chain(share.targets.values()));
    world.all_images().any(Image::is_being_made)
        || links
            .into_iter()
            .any(|link| matches!(link, Link::Joining | Link::Leaving))
        || shares.into_iter().any(|share| share.status != ShareStatus::Active)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn one_observation_has_one_plan(seed in seeds()) {
        let Case { world, seen, plan: first } = Case::of(&seed);
        let mut shuffled = seen.clone();
        for images in shuffled.images.values_mut() {
            if let Reading::Known(images) = images { images.reverse(); }
        }
        for shares in shuffled.shares.values_mut() {
            if let Reading::Known(shares) = shares { shares.reverse(); }
        }
        for snapshots in shuffled.snapshots.values_mut() {
            if let Reading::Known(snapshots) = snapshots { snapshots.reverse(); }
        }
        prop_assert_eq!(&first, &plan(&world.policy, &seen, world.time));
        prop_assert_eq!(&first, &plan(&world.policy, &shuffled, world.time));
    }

    #[test]
    fn iterated_on_its_own_effects_planning_ends_and_repeats_nothing(seed in begun()) {
        let mut world = seed.world();
        let mut done: BTreeMap<Action, usize> = BTreeMap::new();
        let (mut round, mut twice) = (0, None);
        let end = settle(&mut world, |_, plan| {
            // What was held until its commit may be parked once more when it is retired.
            let held = |planned: &&goldcast_planner::Planned| planned.reason == Reason::HeldUntilCommit;
            for planned in plan.actions.iter().filter(|planned| !held(planned)) {
                if let Some(before) = done.insert(identity(&planned.action), round) {
                    twice = twice.take().or(Some(format!("in rounds {before} and {round}: {planned}")));
                }
            }
            round += 1;
        });
        prop_assert!(twice.is_none(), "planned twice {}", twice.unwrap());
        prop_assert!(end.is_ok(), "still planning:\n{}", end.unwrap_err());
    }

    #[test]
    fn once_settled_the_audience_has_what_is_launched_and_nobody_else_has_it(seed in begun()) {
        let mut world = seed.world();
        let Ok(end) = settle(&mut world, |_, _| {}) else { return Ok(()) };
        for policy in world.policy.policies.values() {
            let rests = end.waits.iter().any(|wait| wait.policy.as_ref() == Some(&policy.name) && wait.release.is_none());
            if rests || policy.drift == goldcast_domain::policy::DriftRule::Report {
                continue;
            }
            let inside = oracle::inside(&world, policy);
            for image in world.all_images().filter(|image| is_managed(&world, policy, image)) {
                let holders = world.holders(&image.at);
                let by_shelf = world.by_shelf(&image.at);
                let granted = world.grants.get(&image.at).cloned().unwrap_or_default();
                for account in holders.difference(&inside) {
                    let closing = world.members.get(account).is_some_and(|member| member.state == MemberState::Leaving);
                    prop_assert!(closing, "{} outside has {}:\n{}", account, image.at, end);
                }
                let both: Vec<_> = granted.intersection(&by_shelf).collect();
                prop_assert!(both.is_empty(), "{:?} both ways: {}\n{}", both, image.at, end);
                let excused = end.blocks.iter().any(|block| block.policy.is_none() || block.policy.as_ref() == Some(&policy.name));
                let here = oracle::regions_of(&world, policy).any(|region| *region == image.at.region);
                if oracle::is_launched(policy, image) && here && !excused {
                    prop_assert!(inside.is_subset(&holders), "{:?} lack {}:\n{}", inside.difference(&holders), image.at, end);
                }
            }
        }
    }

    #[test]
    fn once_settled_the_family_resolves_to_one_release_or_says_why_not(seed in begun()) {
        let mut seed = seed;
        // Without its source a release has nothing at home, where people go on launching the one before.
        seed.releases.iter_mut().for_each(|release| release.source.retain(|quirk| !matches!(quirk, Quirk::Gone | Quirk::BuilderCopied)));
        seed.strangers.clear();
        let mut world = seed.world();
        let Ok(end) = settle(&mut world, |_, _| {}) else { return Ok(()) };
        for policy in world.policy.policies.values() {
            let excused = end.blocks.iter().any(|block| block.policy.is_none() || block.policy.as_ref() == Some(&policy.name))
                || end.waits.iter().any(|wait| wait.policy.as_ref() == Some(&policy.name))
                || policy.drift == goldcast_domain::policy::DriftRule::Report
                || policy.commit != goldcast_domain::policy::Commit::default();
            if excused {
                continue;
            }
            let resolved: BTreeSet<String> = oracle::regions_of(&world, policy)
                .filter_map(|region| {
                    let image = world.resolve(region, &policy.family)?;
                    Some(oracle::source_of(&world, world.image(&ImageRef { region: region.clone(), image })))
                })
                .collect();
            prop_assert!(resolved.len() <= 1, "{} resolves to {:?}:\n{}", policy.family, resolved, end);
        }
    }

    #[test]
    fn a_crash_after_any_action_leaves_a_state_that_converges(seed in begun(), crash in 0..12_usize) {
        // A rival of somebody else's holds up what is not committed yet, and only that.
        let mut seed = seed;
        // Whether a policy rests when its source becomes usable is a matter of time.
        seed.releases.iter_mut().for_each(|release| release.source.retain(|quirk| *quirk != Quirk::Paused));
        // So is who comes first where there is room for one, and what is left out after a while.
        for policy in &mut seed.policies {
            policy.retain(|rule| !matches!(rule, Rule::GiveUpAfter(_)));
        }
        seed.limits.clear();
        // What can never be shared holds up its region, and how far it got before is a matter of time as well.
        seed.releases.iter_mut().for_each(|release| {
            release.source.retain(|quirk| !matches!(quirk, Quirk::ServiceKey | Quirk::PolicyKey | Quirk::TwoDisks));
        });
        seed.strangers.clear();
        let mut crashed = seed.world();
        let mut whole = crashed.clone();
        let actions = crashed.sweep().actions;
        for planned in actions.iter().take(crash) {
            crashed.apply(&planned.action);
        }
        let ended = [settle(&mut crashed, |_, _| {}), settle(&mut whole, |_, _| {})];
        if ended.iter().any(Result::is_err) {
            return Ok(());
        }
        let outcome = |world: &World| -> BTreeSet<(String, String)> {
            let launched = world.policy.policies.values().flat_map(|policy| {
                let regions = oracle::regions_of(world, policy);
                regions.filter_map(|region| {
                    let image = world.resolve(region, &policy.family)?;
                    let image = world.image(&ImageRef { region: region.clone(), image });
                    Some((format!("{} in {region}", policy.name), oracle::source_of(world, image)))
                })
            });
            launched.collect()
        };
        prop_assert_eq!(outcome(&crashed), outcome(&whole));
    }

    #[test]
    fn a_run_that_looks_everywhere_asks_for_nothing_the_cloud_refuses(seed in readable()) {
        let mut world = seed.world();
        world.other_regions.insert("eu-central-1".parse().unwrap());
        for planned in world.plan(Scope::Everywhere).actions {
            world.apply(&planned.action);
        }
    }

    #[test]
    fn the_questions_end_and_a_settled_organisation_is_still(seed in seeds()) {
        let world = seed.world();
        // `observe` fails where questions never end.
        let seen = world.observe(Scope::Everything);
        let empty = plan(&world.policy, &seen, world.time).actions.is_empty();
        prop_assert!(!(seed.releases.is_empty() && seed.shelves.is_empty() && !seed.policies.is_empty()) || empty);
    }

    #[test]
    fn the_generated_policies_pass_the_checks(seed in seeds()) {
        let file = crate::organisation::policy_file(&seed);
        let text = serde_json::to_string(&file).unwrap();
        let quorum = seed.policies.iter().flatten().any(|rule| matches!(rule, Rule::Quorum(_)));
        let read = goldcast_domain::PolicyFile::from_json(&text);
        prop_assert!(quorum || read.is_ok(), "{:?}", read);
    }
}

/// An image that a policy's line looks after: a true copy, of a source that is there with the same layout and carries no
/// other policy's name.
fn is_managed(world: &World, policy: &goldcast_domain::Policy, image: &Image) -> bool {
    let named = image.tags.get(ledger::POLICY).map(String::as_str) == Some(policy.name.as_str());
    let home = &world.policy.owner.home_region;
    let source = ImageRef {
        region: home.clone(),
        image: oracle::source_of(world, image).parse().unwrap(),
    };
    let sources = world.images.get(home).into_iter().flatten();
    let source = sources.into_iter().find(|other| other.at == source);
    let alike = source.is_some_and(|source| source.layout() == image.layout());
    let gone = source.is_some_and(|source| {
        source
            .tags
            .get(ledger::STATE)
            .is_some_and(|state| state.starts_with("gone"))
    });
    let listed = world.policy.all_regions().contains(&image.at.region);
    // At home people launch the source, unless the policy wants it under a key.
    let launched = image.at.region != *home || policy.encrypt.contains_key(home);
    oracle::is_true_copy(world, image) && named && alike && !gone && listed && launched && image.is_ready()
}

#[test]
fn the_generated_organisations_are_not_all_trivial() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut names: BTreeMap<&'static str, usize> = BTreeMap::new();
    for _ in 0..500 {
        let seed: Seed = begun().new_tree(&mut runner).unwrap().current();
        let counted = settle(&mut seed.world(), |_, plan| {
            for name in World::action_names(plan) {
                *names.entry(name).or_default() += 1;
            }
        });
        assert!(counted.is_ok(), "{seed:#?}\n{}", counted.unwrap_err());
    }
    let blocks = BlockKind::Public {
        image: crate::support::at("cn-hangzhou", "m-1"),
    };
    assert_eq!(blocks.name(), "public");
    // Nearly every kind of action is planned somewhere.
    assert!(names.len() >= 20, "{names:?}");
}
