//! Laws of knowing: what could not be read is unknown, an account has left only if the directory says so, and an event only
//! says where to look.

use std::collections::BTreeSet;

use crate::oracle::{self, Case};
use crate::organisation::{Dark, Quirk, cases, readable, seeds};
use goldcast_domain::{Member, Scope, Standing};
use goldcast_planner::{Action, BlockKind, Plan, Reading, Reason, plan};
use proptest::prelude::*;

/// What a plan does to each account and image, one by one, without copies: their slots depend on what else is in scope.
fn single_steps(plan: &Plan) -> BTreeSet<String> {
    let mut steps = BTreeSet::new();
    for planned in plan.actions.iter().filter(|planned| planned.action.name() != "copy") {
        match &planned.action {
            Action::Grant { image, accounts } | Action::Revoke { image, accounts } => {
                let name = planned.action.name();
                steps.extend(accounts.iter().map(|account| format!("{name} {image} {account}")));
            }
            Action::Park { image, .. } => drop(steps.insert(format!("park {image}"))),
            Action::PutOnShelf { shelf, images } => {
                steps.extend(images.iter().map(|image| format!("put {image} on {}", shelf.share)));
            }
            action => drop(steps.insert(format!("{action:?}"))),
        }
    }
    steps
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn nothing_is_done_to_what_could_not_be_read(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            let region = planned.action.region();
            let trust = matches!(planned.action, Action::RewriteTrust { .. });
            prop_assert!(trust || !case.world.dark_regions.contains(region), "{}", planned);
            for image in case.touched(&planned.action) {
                let unread = matches!(case.seen.grants.get(&image.at), Some(Reading::Unknown(_)));
                let shares = matches!(
                    planned.action,
                    Action::Grant { .. } | Action::Revoke { .. } | Action::Deprecate { .. } | Action::DeleteImage { .. }
                );
                prop_assert!(!(unread && shares), "{}", planned);
            }
            let on_shelf = matches!(
                planned.action,
                Action::PutOnShelf { .. } | Action::TakeOffShelf { .. } | Action::CreateShelf { .. }
                    | Action::AddTargets { .. } | Action::DropTargets { .. } | Action::DeleteShelf { .. }
            );
            prop_assert!(!(on_shelf && case.world.dark_shares.contains(region)), "{}", planned);
        }
    }

    #[test]
    fn a_region_that_did_not_answer_stops_retirement_and_commits_of_its_policies(seed in seeds(), dark in 0..5_usize) {
        let mut seed = seed;
        seed.dark.push(Dark::Region(dark));
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let unread = oracle::regions_of(&case.world, policy).any(|region| case.world.dark_regions.contains(region));
            let retires = matches!(planned.reason, Reason::Retired | Reason::RegionDropped | Reason::CopyTwice);
            // A snapshot that is tagged as a deleted image's is nobody's any more.
            let leftover = matches!(planned.action, Action::DeleteSnapshot { .. });
            prop_assert!(!(unread && retires && !leftover), "{}", planned);
            prop_assert!(!(unread && oracle::is_final(&planned.action) && !leftover), "{}", planned);
            prop_assert!(!(unread && planned.reason == Reason::StagedEverywhere), "{}", planned);
        }
    }

    #[test]
    fn a_region_that_did_not_answer_stops_no_copy_elsewhere(seed in readable(), dark in 1..5_usize) {
        let mut seed = seed;
        // Copies tell how far a release is, so what may be copied depends on them; new releases have none.
        seed.releases.iter_mut().for_each(|release| release.copies.clear());
        let copies = |case: &Case| -> BTreeSet<Action> {
            let region = crate::organisation::REGIONS[dark];
            let copies = case.plan.actions.iter().map(|planned| &planned.action);
            copies.filter(|action| action.name() == "copy" && action.region().as_str() != region).cloned().collect()
        };
        let light = copies(&Case::of(&seed));
        seed.dark.push(Dark::Region(dark));
        prop_assert_eq!(light, copies(&Case::of(&seed)));
    }

    #[test]
    fn a_directory_that_did_not_answer_takes_nothing_from_whom_it_may_bring(seed in seeds()) {
        let mut seed = seed;
        seed.dark.push(Dark::Directory);
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let asks = policy.share.directory || !policy.share.folders.is_empty();
            match &planned.action {
                Action::Revoke { accounts, .. } if planned.reason == Reason::OutsideAudience => {
                    for account in accounts {
                        prop_assert!(oracle::is_outside_by_policy(policy, account), "{}", planned);
                    }
                }
                Action::DropTargets { .. } => prop_assert!(false, "{}", planned),
                Action::SetFamily { .. } if planned.reason == Reason::StagedEverywhere => {
                    prop_assert!(!asks, "{}", planned);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn an_account_has_left_only_if_the_directory_said_so_when_asked_for_it(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions().filter(|(planned, _)| planned.reason == Reason::OutsideAudience) {
            let Action::Revoke { accounts, .. } = &planned.action else { continue };
            for account in accounts {
                let outside = match case.seen.standings.get(account) {
                    Some(Reading::Known(Standing::Gone)) => true,
                    Some(Reading::Known(Standing::Member(member))) => !oracle::brings(policy, member),
                    Some(Reading::Unknown(_)) | None => false,
                };
                let proved = outside && !policy.share.accounts.contains(account);
                prop_assert!(proved || oracle::is_outside_by_policy(policy, account), "{} {}", account, planned);
            }
        }
    }

    #[test]
    fn a_listing_that_has_shrunk_proves_nothing(seed in readable(), kept in 0..4_usize) {
        let Case { world, mut seen, .. } = Case::of(&seed);
        seen.standings.clear();
        if let Some(Reading::Known(directory)) = &mut seen.directory {
            let mut number = 0;
            directory.members.retain(|_, _| { number += 1; number % 4 < kept });
        }
        let plan = plan(&world.policy, &seen, world.time);
        for planned in &plan.actions {
            let policy = &world.policy.policies[&planned.policy];
            match &planned.action {
                Action::Revoke { accounts, .. } if planned.reason == Reason::OutsideAudience => {
                    for account in accounts {
                        prop_assert!(oracle::is_outside_by_policy(policy, account), "{}", planned);
                    }
                }
                Action::DropTargets { targets, .. } => {
                    let Some(Reading::Known(directory)) = &seen.directory else { panic!("{planned}") };
                    for target in targets {
                        let segment = |member: &&Member| member.path.split('/').any(|id| id == target.as_str());
                        let mut listed = directory.members.values().filter(segment);
                        let shown = listed.any(|member| {
                            !oracle::brings(policy, member) || policy.share.except.contains(&member.account)
                        });
                        let excepted = target.as_str().parse().is_ok_and(|id| oracle::is_outside_by_policy(policy, &id));
                        prop_assert!(shown || excepted, "{} may bring only insiders: {}", target, planned);
                    }
                }
                _ => {}
            }
        }
    }

    #[test]
    fn an_event_only_says_where_to_look(seed in seeds(), number in 0..24_usize, account in 0..12_usize) {
        let Case { world, seen, plan: whole } = Case::of(&seed);
        let Some(image) = world.all_images().nth(number).map(|image| image.at.clone()) else { return Ok(()) };
        let whole = single_steps(&whole);
        for scope in [Scope::Image(image), Scope::InFlight, Scope::Account(crate::building::numbered(account))] {
            let mut narrow = seen.clone();
            narrow.scope = scope;
            let steps = single_steps(&plan(&world.policy, &narrow, world.time));
            // With fewer images in scope a shelf can have room, and five at a time go on it.
            let more: Vec<_> = steps.difference(&whole).filter(|step| !step.starts_with("put ")).collect();
            prop_assert!(more.is_empty(), "{}: {:?}", narrow.scope, more);
        }
    }

    #[test]
    fn a_time_in_the_future_counts_as_now(seed in readable(), hours in 1..500_i64) {
        let mut seed = seed;
        // What the family resolves to is the cloud's to say, by its own clock.
        seed.strangers.clear();
        for release in &mut seed.releases {
            release.source.retain(|quirk| !matches!(quirk, Quirk::Family(_)));
            release.copies.clear();
        }
        let at_now = |seed: &crate::organisation::Seed, ahead: i64| {
            let mut seed = seed.clone();
            for release in &mut seed.releases {
                if release.minutes <= 0 {
                    release.minutes = -ahead;
                }
                for quirk in &mut release.source {
                    if let Quirk::Leaving(_, since) = quirk && *since <= 0 {
                        *since = -ahead;
                    }
                }
            }
            Case::of(&seed).plan
        };
        let (ahead, now) = (at_now(&seed, hours), at_now(&seed, 0));
        prop_assert_eq!(ahead.actions, now.actions);
        prop_assert_eq!(ahead.blocks, now.blocks);
    }

    #[test]
    fn what_a_race_left_is_repaired_by_the_next_look(seed in readable(), twice in 0..24_usize) {
        let mut world = seed.world();
        // Two runs at once: everything that one of them did is done again by nobody.
        let first = world.sweep();
        for planned in &first.actions {
            world.apply(&planned.action);
        }
        let again = world.sweep();
        let done: BTreeSet<&Action> = first.actions.iter().map(|planned| &planned.action).collect();
        for planned in again.actions.iter().take(twice) {
            prop_assert!(!done.contains(&planned.action), "{}", planned);
        }
    }

    #[test]
    fn a_share_that_does_not_show_yet_is_a_wait(seed in readable()) {
        let case = Case::of(&seed);
        for block in &case.plan.blocks {
            if let BlockKind::ShelfRefusesImage { image, .. } = &block.kind {
                let shares = &case.world.shares[&image.region];
                let failed = shares.iter().any(|share| {
                    matches!(share.images.get(&image.image), Some(goldcast_domain::Link::Failed(_)))
                });
                prop_assert!(failed, "{:?}", block);
            }
        }
    }
}
