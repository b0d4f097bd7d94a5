//! Laws of identity: what is a golden source, what is a copy, and by which names and tags they are known.

use std::collections::BTreeMap;

use crate::oracle::{self, Case};
use crate::organisation::{Quirk, cases, readable, seeds};
use goldcast_domain::{Image, ImageId, ImageRef, KeyId, Policy, ledger};
use goldcast_planner::{Action, BlockKind, client_token, copy_name};
use proptest::prelude::*;

/// Whether an image at home may begin a release of this policy.
fn is_golden(policy: &Policy, case: &Case, image: &Image) -> bool {
    let selects = |policy: &&Policy| {
        policy
            .select
            .tags
            .iter()
            .all(|(key, value)| image.tags.get(key) == Some(value))
    };
    let selecting: Vec<&Policy> = case.world.policy.policies.values().filter(selects).collect();
    let ours = image
        .owner
        .as_ref()
        .is_none_or(|owner| *owner == case.world.policy.owner.account);
    let alone = selecting
        .iter()
        .filter(|policy| policy.select.copied || !image.is_copied)
        .count()
        == 1;
    let gated = policy.require_tags.iter().all(|key| image.tags.contains_key(key));
    ours && !image.is_public && alone && gated && selects(&policy) && (!image.is_copied || policy.select.copied)
}

fn gives(action: &Action) -> bool {
    matches!(
        action,
        Action::Copy { .. } | Action::Grant { .. } | Action::PutOnShelf { .. } | Action::SetFamily { .. }
    )
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_source_is_golden_only_if_it_is_ours_no_copy_not_public_and_selected_once(seed in seeds()) {
        let case = Case::of(&seed);
        // Images of several policies can stand on one shelf.
        let golden = |image: &Image| case.world.policy.policies.values().any(|policy| is_golden(policy, &case, image));
        for (planned, _) in case.actions().filter(|(planned, _)| gives(&planned.action)) {
            for image in case.touched(&planned.action) {
                let entered = oracle::copies_of(&case.world, image).next().is_some();
                let copy = oracle::is_true_copy(&case.world, image) || image.tags.contains_key(ledger::SOURCE);
                let untagged = image.is_copied && image.name.contains("-gc");
                prop_assert!(golden(image) || entered || copy || untagged, "{}", planned);
                prop_assert!(!image.is_public, "public: {}", planned);
            }
        }
    }

    #[test]
    fn an_image_that_two_policies_select_is_a_block_that_names_both(seed in readable()) {
        let case = Case::of(&seed);
        let home = case.world.images.get(&case.world.policy.owner.home_region).into_iter().flatten();
        for image in home.filter(|image| !image.is_copied) {
            let selects = |policy: &&Policy| policy.select.tags.keys().all(|key| image.tags.contains_key(key));
            let names: Vec<_> = case.world.policy.policies.values().filter(selects).map(|policy| policy.name.clone()).collect();
            let entered = oracle::copies_of(&case.world, image).next().is_some();
            let leaves = image.tags.contains_key(ledger::STATE);
            if names.len() < 2 || entered || leaves {
                continue;
            }
            let kind = BlockKind::SelectedTwice { image: image.at.clone(), policies: names };
            prop_assert!(case.plan.blocks.iter().any(|block| block.kind == kind), "{}", case.plan);
        }
    }

    #[test]
    fn selection_and_gates_are_judged_at_entry(seed in readable()) {
        let mut seed = seed;
        // Without its tags a source has room for the ledger again.
        seed.releases.iter_mut().for_each(|release| release.source.retain(|quirk| *quirk != Quirk::Crowded));
        let case = Case::of(&seed);
        let mut later = case.world.clone();
        let home = later.policy.owner.home_region.clone();
        let entered: Vec<ImageRef> = case.world.images.get(&home).into_iter().flatten()
            .filter(|image| {
                let named = |copy: &Image| copy.tags[ledger::POLICY] != "not-there";
                let seen = |copy: &Image| case.world.policy.all_regions().contains(&copy.at.region) && named(copy);
                let settled = !image.tags.contains_key(ledger::STATE);
                !image.is_copied && settled && oracle::copies_of(&case.world, image).any(seen) && oracle::copies_of(&case.world, image).all(named)
            })
            .map(|image| image.at.clone())
            .collect();
        for at in &entered {
            let tags = &mut later.image_mut(at).tags;
            tags.retain(|key, _| !key.starts_with("golden-") && key != "tested");
        }
        let later = Case::in_world(later);
        prop_assert_eq!(&case.plan.actions, &later.plan.actions);
    }

    #[test]
    fn a_policy_gone_from_the_file_takes_nothing_away(seed in readable()) {
        let mut world = seed.world();
        let Some(gone) = world.policy.policies.keys().nth(1).cloned() else { return Ok(()) };
        world.policy.policies.remove(&gone);
        let case = Case::in_world(world);
        for planned in &case.plan.actions {
            for image in case.touched(&planned.action) {
                let orphan = oracle::is_true_copy(&case.world, image)
                    && image.tags.get(ledger::POLICY).map(String::as_str) == Some(gone.as_str());
                let source = image.tags.get(ledger::SOURCE).cloned().unwrap_or_default();
                let at_home = case.world.images.get(&case.world.policy.owner.home_region).into_iter().flatten();
                let of_another = at_home.into_iter().any(|other| {
                    other.at.image.as_str() == source && other.tags.keys().any(|key| key.starts_with("golden-"))
                });
                let others = case.world.all_images().any(|other| {
                    oracle::source_of(&case.world, other) == source
                        && other.tags.get(ledger::POLICY).is_some_and(|policy| *policy != gone.as_str())
                });
                let left = match &planned.action {
                    // Who left the directory loses it all the same.
                    Action::Revoke { accounts, .. } => {
                        accounts.iter().all(|account| !case.world.members.contains_key(account))
                    }
                    _ => false,
                };
                prop_assert!(!orphan || of_another || others || left, "{}", planned);
            }
        }
    }

    #[test]
    fn renaming_a_policy_orphans_nothing(seed in readable()) {
        let case = Case::of(&seed);
        let mut world = case.world.clone();
        let policies = std::mem::take(&mut world.policy.policies);
        for (name, mut policy) in policies {
            policy.name = format!("{name}-renamed").parse().unwrap();
            policy.formerly = [name].into();
            world.policy.policies.insert(policy.name.clone(), policy);
        }
        let renamed = Case::in_world(world);
        let steps = |case: &Case| -> Vec<Action> {
            let mut actions: Vec<Action> = case.plan.actions.iter().map(|planned| planned.action.clone()).collect();
            for action in &mut actions {
                match action {
                    // The ledger says today's name, and so does the request.
                    Action::Copy { tags, client_token, .. } => {
                        tags.retain(|(key, _)| key != ledger::POLICY);
                        client_token.clear();
                    }
                    Action::Retag { tags, .. } => tags.retain(|(key, _)| key != ledger::POLICY),
                    _ => {}
                }
            }
            actions
        };
        prop_assert_eq!(steps(&case), steps(&renamed));
    }

    #[test]
    fn a_copys_name_is_legal_and_never_cut_into_a_collision(
        release in "\\PC{0,200}", other in "\\PC{0,200}", key in 0..3_u8,
    ) {
        let source = |number: u8| -> ImageId { format!("m-{number}0").parse().unwrap() };
        let key_of = |number: u8| -> Option<KeyId> { (number > 0).then(|| format!("key-{number}").parse().unwrap()) };
        let name = copy_name(&release, &source(0), None);
        let starts = |c: char| c.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fff}').contains(&c);
        let legal = |c: char| starts(c) || c.is_ascii_digit() || ".:_-".contains(c);
        prop_assert!((2..=128).contains(&name.chars().count()));
        prop_assert!(name.starts_with(starts) && name.chars().all(legal), "{}", name);
        prop_assert!(!name.starts_with("aliyun") && !name.starts_with("acs:") && !name.contains("http://"));
        let same = release == other && key == 0;
        prop_assert_eq!(name == copy_name(&other, &source(0), key_of(key).as_ref()), same);
        prop_assert_ne!(name.clone(), copy_name(&release, &source(1), None));
    }

    #[test]
    fn a_name_that_another_image_holds_is_never_asked_for(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            let Action::Copy { to, name, .. } = &planned.action else { continue };
            let taken = case.world.images.get(to).into_iter().flatten().any(|image| image.name == *name);
            prop_assert!(!taken, "{}", planned);
        }
    }

    #[test]
    fn a_token_is_a_function_of_everything_in_the_request_and_of_the_attempt(seed in readable(), attempt in 1..4_u32) {
        let case = Case::of(&seed);
        let mut by_token: BTreeMap<String, Action> = BTreeMap::new();
        let mut changed = case.world.clone();
        for policy in changed.policy.policies.values_mut() {
            policy.copy.description = Some("another description".to_owned());
        }
        let changed = Case::in_world(changed);
        for planned in case.plan.actions.iter().chain(&changed.plan.actions) {
            let Action::Copy { client_token, .. } = &planned.action else { continue };
            let same = by_token.insert(client_token.clone(), planned.action.clone());
            prop_assert!(same.is_none_or(|other| other == planned.action), "{}", planned);
            prop_assert_eq!(client_token.len(), 64);
        }
        prop_assert_ne!(client_token(&["a"], attempt), client_token(&["a"], attempt + 1));
    }

    #[test]
    fn the_attempt_stands_on_the_source_before_the_dead_copy_goes(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            let Action::DeleteFailedCopy { copy } = &planned.action else { continue };
            let image = case.image(copy).unwrap();
            let made: u32 = image.tags.get("goldcast:attempt").map_or(1, |value| value.parse().unwrap());
            let source = planned.source.as_ref().and_then(|source| case.image(source)).unwrap();
            let noted = source.tags.get(ledger::ATTEMPTS).cloned().unwrap_or_default();
            let noted = ledger::Attempts::parse(&noted).of(&copy.region);
            prop_assert!(noted > made, "{}", planned);
        }
    }

    #[test]
    fn a_copy_in_any_state_exists(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            let Action::Copy { to, tags, .. } = &planned.action else { continue };
            let source = &tags.iter().find(|(key, _)| key == ledger::SOURCE).unwrap().1;
            let there = case.world.images.get(to).into_iter().flatten();
            let mut copies = there.filter(|image| {
                oracle::is_true_copy(&case.world, image)
                    && image.tags.get(ledger::SOURCE) == Some(source)
                    && case.image(&ImageRef { region: case.world.policy.owner.home_region.clone(), image: source.parse().unwrap() })
                        .is_none_or(|source| source.layout() == image.layout())
            });
            let copy = copies.next().map(|copy| copy.at.clone());
            prop_assert!(copy.is_none(), "{:?} exists: {}", copy, planned);
        }
    }

    #[test]
    fn tags_alone_convince_nobody(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            for image in case.touched(&planned.action) {
                let claims = image.tags.contains_key(ledger::SOURCE);
                let lies = claims && !oracle::is_true_copy(&case.world, image);
                // What a person put on a shelf of ours is only ever taken off again.
                let off = matches!(planned.action, Action::TakeOffShelf { .. });
                prop_assert!(!lies || off || golden_again(&case, image), "{}", planned);
            }
        }
    }

    #[test]
    fn of_two_copies_in_a_region_the_one_in_the_family_stays_else_the_oldest(seed in readable()) {
        let mut world = seed.world();
        let home = world.policy.owner.home_region.clone();
        let Some(copy) = world.all_images().find(|image| oracle::is_true_copy(&world, image) && image.is_ready()).cloned() else {
            return Ok(());
        };
        let mut twin = copy.clone();
        twin.at.image = "m-twin".parse().unwrap();
        twin.created += jiff::SignedDuration::from_mins(1);
        twin.family = None;
        world.put(twin.clone());
        let case = Case::in_world(world);
        for (planned, _) in case.actions() {
            let of_twins = planned.action.image() == Some(&copy.at);
            let strays = planned.reason == goldcast_planner::Reason::CopyTwice;
            prop_assert!(!(of_twins && strays), "{} {}", home, planned);
        }
    }

    #[test]
    fn a_resource_holds_twenty_tags_and_we_keep_to_six(seed in seeds()) {
        let mut seed = seed;
        seed.releases.iter_mut().for_each(|release| release.source.retain(|quirk| *quirk != Quirk::Gone));
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            let Action::Copy { from, tags, .. } = &planned.action else { continue };
            let mut all = case.image(from).unwrap().tags.clone();
            all.extend(tags.iter().cloned());
            prop_assert!(all.len() <= ledger::TAGS_MAX, "{}", planned);
            let ours = tags.iter().filter(|(key, _)| key.starts_with(ledger::PREFIX)).count();
            prop_assert!(ours <= ledger::OWN_TAGS_MAX, "{}", planned);
        }
    }
}

/// An image at home that is no copy begins a release of its own, whatever else is written on it.
fn golden_again(case: &Case, image: &Image) -> bool {
    !image.is_copied && image.at.region == case.world.policy.owner.home_region
}
