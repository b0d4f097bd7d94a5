//! Laws of sharing: who is given an image and how, who loses it, and what the quotas leave.

use std::collections::{BTreeMap, BTreeSet};

use crate::oracle::{self, Case};
use crate::organisation::{cases, readable, seeds};
use goldcast_domain::{AccountId, Image, ImageRef, KeyState, Link, MemberState};
use goldcast_planner::{ACCOUNTS_PER_CALL, Action, BlockKind, KeyName, Reason, SHELF_TAG};
use proptest::prelude::*;

fn granted(case: &Case, image: &ImageRef) -> BTreeSet<AccountId> {
    case.world.grants.get(image).cloned().unwrap_or_default()
}

fn key_of(case: &Case, image: &Image) -> Option<goldcast_domain::KeyId> {
    let id = image.disks.iter().find(|disk| disk.encrypted)?.snapshot.as_ref()?;
    case.world.snapshots[&image.at.region]
        .iter()
        .find(|snapshot| snapshot.id == *id)?
        .key
        .clone()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn only_what_is_available_and_usable_is_shared(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            if matches!(planned.action, Action::Grant { .. } | Action::PutOnShelf { .. }) {
                let ready = case.touched(&planned.action).into_iter().all(|image| image.is_ready() && !image.is_public);
                prop_assert!(ready, "{}", planned);
            }
        }
    }

    #[test]
    fn ten_accounts_a_call_and_each_of_them_new_to_the_image(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            match &planned.action {
                Action::Grant { image, accounts } => {
                    let before = granted(&case, image);
                    prop_assert!((1..=ACCOUNTS_PER_CALL).contains(&accounts.len()), "{}", planned);
                    prop_assert!(accounts.iter().all(|account| !before.contains(account)), "{}", planned);
                }
                Action::Revoke { image, accounts } => {
                    let before = granted(&case, image);
                    prop_assert!((1..=ACCOUNTS_PER_CALL).contains(&accounts.len()), "{}", planned);
                    prop_assert!(accounts.iter().all(|account| before.contains(account)), "{}", planned);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn nobody_but_the_audience_is_ever_given_an_image(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            if let Action::Grant { accounts, .. } = &planned.action {
                let inside = oracle::inside(&case.world, policy);
                // A directory that is not read says nothing of closing, so whom the policy names counts.
                let named = |account: &AccountId| case.seen.directory.as_ref().and_then(goldcast_planner::Reading::known).is_none() && policy.share.accounts.contains(account);
                let all = accounts.iter().all(|account| inside.contains(account) || named(account));
                prop_assert!(all, "{}", planned);
            }
        }
    }

    #[test]
    fn who_does_not_fit_is_blocked_by_name_and_everyone_else_goes_on(seed in readable()) {
        let case = Case::of(&seed);
        let limit = case.world.policy.limits.accounts_per_image;
        let mut after: BTreeMap<&ImageRef, BTreeSet<AccountId>> = BTreeMap::new();
        for planned in &case.plan.actions {
            if let Action::Grant { image, accounts } = &planned.action {
                after.entry(image).or_insert_with(|| granted(&case, image)).extend(accounts.iter().cloned());
            }
        }
        for planned in &case.plan.actions {
            if let Action::Revoke { image, accounts } = &planned.action && let Some(after) = after.get_mut(image) {
                for account in accounts {
                    assert!(after.remove(account) || limit > 0);
                }
            }
        }
        for (image, after) in &after {
            prop_assert!(after.len() <= limit, "{} {}", image, case.plan);
        }
        for block in &case.plan.blocks {
            let BlockKind::NoRoomForAccounts { image, accounts, .. } = &block.kind else { continue };
            let now = after.get(image).cloned().unwrap_or_else(|| granted(&case, image));
            prop_assert!(accounts.iter().all(|account| !now.contains(account)), "{:?}", block);
            let leaving = case.plan.actions.iter().filter_map(|planned| match &planned.action {
                Action::Revoke { image: of, accounts } if of == image => Some(accounts.len()),
                _ => None,
            });
            prop_assert!(now.len() >= limit || now.len() - leaving.sum::<usize>().min(now.len()) <= limit, "{:?}", block);
        }
    }

    #[test]
    fn a_shelf_never_brings_an_exception(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let (Action::CreateShelf { targets, .. } | Action::AddTargets { targets, .. }) = &planned.action else { continue };
            for target in targets {
                let mut members = oracle::under(&case.world, target.as_str());
                let excepted = members.find(|member| policy.share.except.contains(&member.account) && oracle::brings(policy, member));
                prop_assert!(excepted.is_none(), "{:?} by {}: {}", excepted, target, planned);
            }
        }
    }

    #[test]
    fn a_shelfs_target_brings_nobody_from_outside(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let (Action::CreateShelf { targets, .. } | Action::AddTargets { targets, .. }) = &planned.action else { continue };
            for target in targets {
                let outside = oracle::under(&case.world, target.as_str()).find(|member| !oracle::brings(policy, member));
                prop_assert!(outside.is_none(), "{:?}: {}", outside, planned);
            }
        }
    }

    #[test]
    fn shelves_keep_to_the_quotas_and_to_five_a_request(seed in seeds()) {
        let case = Case::of(&seed);
        let limits = &case.world.policy.limits;
        let mut created: BTreeMap<&goldcast_domain::RegionId, usize> = BTreeMap::new();
        for planned in &case.plan.actions {
            let region = planned.action.region();
            match &planned.action {
                Action::CreateShelf { targets, .. } => {
                    prop_assert!(targets.len() <= 5, "{}", planned);
                    *created.entry(region).or_default() += 1;
                }
                Action::AddTargets { targets, .. } | Action::DropTargets { targets, .. } => {
                    prop_assert!((1..=5).contains(&targets.len()), "{}", planned);
                }
                Action::PutOnShelf { images, .. } | Action::TakeOffShelf { images, .. } => {
                    prop_assert!((1..=5).contains(&images.len()), "{}", planned);
                }
                _ => {}
            }
        }
        for (region, created) in created {
            let there = case.world.shares.get(region).map_or(0, Vec::len);
            prop_assert!(there + created <= limits.shares, "{}", case.plan);
        }
        let mut put: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for planned in &case.plan.actions {
            if let Action::PutOnShelf { shelf, images } = &planned.action {
                put.entry(&shelf.region).or_default().extend(images);
            }
        }
        for (region, put) in put {
            let there = case.world.shares.get(region).into_iter().flatten().flat_map(|share| share.images.keys());
            let there: BTreeSet<_> = there.collect();
            let more = put.difference(&there).count();
            prop_assert!(more == 0 || there.len() + more <= limits.shared_resources, "{}", case.plan);
        }
    }

    #[test]
    fn an_image_keeps_its_way_for_life(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let brought = |account: &AccountId| {
                let member = case.world.members.get(account);
                member.is_some_and(|member| oracle::brings(policy, member)) && !policy.share.accounts.contains(account)
            };
            match &planned.action {
                Action::PutOnShelf { shelf, .. } => {
                    for image in case.touched(&planned.action) {
                        let on_one = case.world.shares[&shelf.region].iter().any(|share| {
                            share.tags.contains_key(SHELF_TAG)
                                && matches!(share.images.get(&image.at.image), Some(Link::Joined | Link::Joining | Link::Leaving))
                        });
                        let first = granted(&case, &image.at).into_iter().find(|account| brought(account));
                        prop_assert!(on_one || first.is_none(), "{:?} has it by grant: {}", first, planned);
                    }
                }
                Action::Grant { image, accounts } => {
                    let by_shelf = case.world.by_shelf(image);
                    let both = accounts.iter().find(|account| by_shelf.contains(*account));
                    prop_assert!(both.is_none(), "{:?} has it by shelf: {}", both, planned);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn encrypted_images_go_by_grant_only_and_only_where_and_to_whom_the_cloud_allows(seed in seeds()) {
        let case = Case::of(&seed);
        let file = &case.world.policy;
        for planned in &case.plan.actions {
            for image in case.touched(&planned.action).into_iter().filter(|image| image.is_encrypted()) {
                prop_assert!(!matches!(planned.action, Action::PutOnShelf { .. }), "{}", planned);
                let Action::Grant { accounts, .. } = &planned.action else { continue };
                prop_assert!(file.encryption.share_regions.contains(&image.at.region), "{}", planned);
                prop_assert_eq!(image.disks.len(), 1, "{}", planned);
                let trust = case.world.trust.clone().unwrap_or_default();
                let all = accounts.iter().all(|account| trust.contains(&format!("\"{account}@ecs.aliyuncs.com\"")));
                prop_assert!(all, "untrusted: {}", planned);
                let readable = !case.world.dark_keys && !case.world.dark_snapshots.contains(&image.at.region);
                if let Some(key) = key_of(&case, image).filter(|_| readable) {
                    let service = case.world.keys.get(&(image.at.region.clone(), KeyName::Service));
                    prop_assert!(service.is_none_or(|service| service.id != key), "{}", planned);
                    let known = case.world.keys.get(&(image.at.region.clone(), KeyName::Id(key)));
                    prop_assert!(known.is_some_and(|known| known.state == KeyState::Enabled), "{}", planned);
                }
            }
        }
    }

    #[test]
    fn the_trust_document_keeps_what_others_wrote_and_takes_nobody_in_the_audience_out(seed in seeds()) {
        let foreign = r#"{ "Effect" : "Allow", "Principal":{"Service":["ecs.aliyuncs.com"]},"Action":"sts:AssumeRole" }"#;
        let before = Case::of(&seed);
        let mut world = before.world.clone();
        let members: Vec<String> = (0..6).map(|number| crate::organisation::number(number * 3)).collect();
        world.trusts(&members.iter().map(String::as_str).collect::<Vec<_>>());
        let ours = world.trust.take().unwrap();
        world.trust = Some(ours.replace(r#""Statement":["#, &format!(r#""Statement":[{foreign},"#)));
        let case = Case::in_world(world);
        for planned in &case.plan.actions {
            let Action::RewriteTrust { document, .. } = &planned.action else { continue };
            prop_assert!(document.contains(foreign), "{}", document);
            for (at, accounts) in &case.world.grants {
                let encrypted = case.image(at).is_some_and(|image| image.is_encrypted() && image.disks.len() == 1 && oracle::is_true_copy(&case.world, image));
                let policies = case.world.policy.policies.values();
                let inside: BTreeSet<_> = policies.flat_map(|policy| oracle::inside(&case.world, policy)).collect();
                for account in accounts.iter().filter(|account| encrypted && inside.contains(*account)) {
                    let name = format!("\"{account}@ecs.aliyuncs.com\"");
                    let was = case.world.trust.as_ref().unwrap().contains(&name);
                    let policy = case.image(at).unwrap().tags.get(goldcast_domain::ledger::POLICY);
                    let of_policy = policy.and_then(|policy| case.world.policy.policies.get(policy.as_str()));
                    let should = of_policy.is_some_and(|policy| oracle::inside(&case.world, policy).contains(account));
                    prop_assert!(!was || !should || document.contains(&name), "{} loses {}: {}", account, at, document);
                }
            }
            prop_assert!(document.chars().count() <= case.world.policy.encryption.trust_document_chars);
        }
    }

    #[test]
    fn what_is_nobodys_business_is_never_touched(seed in seeds()) {
        let case = Case::of(&seed);
        for planned in &case.plan.actions {
            for image in case.touched(&planned.action) {
                prop_assert!(!image.name.starts_with("stranger"), "{}", planned);
            }
            if let Action::PutOnShelf { shelf, .. } | Action::TakeOffShelf { shelf, .. } | Action::AddTargets { shelf, .. }
                | Action::DropTargets { shelf, .. } | Action::DeleteShelf { shelf } = &planned.action
            {
                let share = case.world.shares[&shelf.region].iter().find(|share| share.id == shelf.share).unwrap();
                prop_assert!(share.tags.contains_key(SHELF_TAG), "{}", planned);
            }
        }
    }

    #[test]
    fn grants_that_no_rule_explains_are_removed_at_once(seed in readable()) {
        let case = Case::of(&seed);
        for (name, policy) in &case.world.policy.policies {
            let resting = policy.paused || case.plan.waits.iter().any(|wait| {
                wait.kind == goldcast_planner::WaitKind::Paused && wait.policy.as_ref() == Some(name)
            });
            let given: BTreeSet<&ImageRef> = case.plan.actions.iter()
                .filter(|planned| planned.policy == *name)
                .filter_map(|planned| match &planned.action { Action::Grant { image, .. } => Some(image), _ => None })
                .collect();
            for at in given.into_iter().filter(|_| !resting) {
                let removed: BTreeSet<AccountId> = case.plan.actions.iter().filter_map(|planned| match &planned.action {
                    Action::Revoke { image, accounts } if image == at => Some(accounts.clone()),
                    _ => None,
                }).flatten().collect();
                let inside = oracle::inside(&case.world, policy);
                for account in granted(&case, at) {
                    let closing = case.world.members.get(&account).is_some_and(|member| member.state == MemberState::Leaving);
                    prop_assert!(inside.contains(&account) || closing || removed.contains(&account), "{} keeps {}", account, at);
                }
            }
        }
    }

    #[test]
    fn losing_access_has_a_reason_that_says_so(seed in seeds()) {
        let case = Case::of(&seed);
        for (planned, policy) in case.actions() {
            let Action::Revoke { image, accounts } = &planned.action else { continue };
            match &planned.reason {
                Reason::OutsideAudience => {
                    let inside = oracle::inside(&case.world, policy);
                    let kept = accounts.iter().find(|account| inside.contains(*account));
                    prop_assert!(kept.is_none(), "{:?} is inside: {}", kept, planned);
                }
                Reason::ShelfIsEnough => {
                    let by_shelf = case.world.by_shelf(image);
                    prop_assert!(accounts.iter().all(|account| by_shelf.contains(account)), "{}", planned);
                }
                reason => {
                    let leaves = matches!(reason, Reason::Recalled { .. } | Reason::Retired | Reason::RegionDropped | Reason::CopyTwice);
                    prop_assert!(leaves, "{}", planned);
                }
            }
        }
    }
}
