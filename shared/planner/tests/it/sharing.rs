//! Sharing: who gets an image, who loses it, and what is not concluded from silence.

use crate::support::{ALICE, BOB, CAROL, FOLDER, HOME, NAMED, OWNER, SHANGHAI, SINGAPORE, World, account, at};
use goldcast_domain::{MemberState, Scope, Shared};
use goldcast_planner::{ACCOUNTS_PER_CALL, Action, Plan};

fn changes(plan: &Plan, region: &str) -> Vec<(&'static str, Vec<String>)> {
    plan.actions
        .iter()
        .filter(|planned| planned.action.region().as_str() == region)
        .filter_map(|planned| match &planned.action {
            Action::Grant { accounts, .. } | Action::Revoke { accounts, .. } => Some((
                planned.action.name(),
                accounts.iter().map(ToString::to_string).collect(),
            )),
            _ => None,
        })
        .collect()
}

fn grants(ids: &[&str]) -> Vec<(&'static str, Vec<String>)> {
    vec![("grant", ids.iter().map(ToString::to_string).collect())]
}

fn folder_world() -> World {
    let mut world = World::new(FOLDER);
    world.source("m-a", "linux-1", 60);
    world.member(ALICE, "fd-prod000001");
    world.member(BOB, "fd-prod000001/fd-prodeu0001");
    world.member(CAROL, "fd-prod000001");
    world.member("2000000000000009", "fd-dev0000001");
    world
}

#[test]
fn a_folder_means_everyone_in_it_and_below_it_minus_the_exceptions() {
    assert_eq!(changes(&folder_world().sweep(), HOME), grants(&[ALICE, BOB]));
}

#[test]
fn the_owner_is_never_in_an_audience() {
    let mut world = folder_world();
    world.member(OWNER, "fd-prod000001");
    assert_eq!(changes(&world.sweep(), HOME), grants(&[ALICE, BOB]));
}

#[test]
fn an_account_that_is_closing_is_given_nothing_and_loses_nothing() {
    let mut world = folder_world();
    for id in [ALICE, BOB] {
        world.members.get_mut(&account(id)).unwrap().state = MemberState::Leaving;
    }
    world.grant(&at(HOME, "m-a"), &[BOB]);
    assert_eq!(changes(&world.sweep(), HOME), []);
}

#[test]
fn a_member_moved_out_of_the_folder_loses_every_image() {
    let mut world = folder_world();
    world.copy("m-a", "linux-1", SHANGHAI, 30);
    let copy = world.images[&crate::support::region(SHANGHAI)][0].at.clone();
    for image in [at(HOME, "m-a"), copy] {
        world.grant(&image, &[ALICE, BOB]);
    }
    world.member(BOB, "fd-dev0000001");
    for region in [HOME, SHANGHAI] {
        assert_eq!(changes(&world.sweep(), region), [("revoke", vec![BOB.to_owned()])]);
    }
}

#[test]
fn a_member_that_left_the_directory_loses_every_image() {
    let mut world = folder_world();
    world.grant(&at(HOME, "m-a"), &[ALICE, BOB]);
    world.members.remove(&account(BOB));
    assert_eq!(changes(&world.sweep(), HOME), [("revoke", vec![BOB.to_owned()])]);
}

#[test]
fn an_account_has_left_only_if_the_directory_says_so_for_that_account() {
    let mut world = folder_world();
    world.grant(&at(HOME, "m-a"), &[ALICE, BOB]);
    let mut seen = world.observe(Scope::Everything);
    // The listing shrank, but nobody asked for Bob.
    let Some(goldcast_planner::Reading::Known(directory)) = &mut seen.directory else {
        panic!()
    };
    directory.members.remove(&account(BOB));
    seen.standings.clear();
    let plan = goldcast_planner::plan(&world.policy, &seen, world.time);
    assert_eq!(changes(&plan, HOME), []);
    assert_eq!(
        goldcast_planner::questions(&world.policy, &seen, world.time).accounts,
        [account(BOB)].into()
    );
}

#[test]
fn a_directory_that_does_not_answer_takes_nothing_away_and_commits_nothing() {
    let mut world = folder_world();
    world.grant(&at(HOME, "m-a"), &[ALICE, BOB, "2000000000000009"]);
    world.dark_directory = true;
    let plan = world.sweep();
    assert_eq!(changes(&plan, HOME), []);
    assert!(!plan.actions.iter().any(|planned| planned.action.name() == "set-family"));
    assert!(
        plan.to_string().contains("the resource directory could not be read"),
        "{plan}"
    );
}

#[test]
fn a_grant_that_no_rule_explains_is_removed() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    world.grant(&at(HOME, "m-a"), &[ALICE, BOB]);
    assert_eq!(changes(&world.sweep(), HOME), [("revoke", vec![BOB.to_owned()])]);
}

#[test]
fn except_wins_over_every_include() {
    let mut world = folder_world();
    world.grant(&at(HOME, "m-a"), &[ALICE, BOB, CAROL]);
    assert_eq!(changes(&world.sweep(), HOME), [("revoke", vec![CAROL.to_owned()])]);
}

#[test]
fn grants_go_out_ten_at_a_time() {
    let mut world = World::new(FOLDER);
    world.source("m-a", "linux-1", 60);
    for n in 0..23 {
        world.member(&format!("21000000000000{n:02}"), "fd-prod000001");
    }
    let sizes: Vec<_> = changes(&world.sweep(), HOME)
        .iter()
        .map(|(_, accounts)| accounts.len())
        .collect();
    assert_eq!(sizes, [ACCOUNTS_PER_CALL, ACCOUNTS_PER_CALL, 3]);
}

#[test]
fn who_does_not_fit_is_blocked_by_name_and_whom_the_policy_names_goes_first() {
    let limited = FOLDER
        .replace(r#""policy":"#, r#""limits": {"accounts-per-image": 2}, "policy":"#)
        .replace(r#""share": {"#, r#""share": {"accounts": ["2900000000000001"], "#);
    let mut world = World::new(&limited);
    world.source("m-a", "linux-1", 60);
    world.member(ALICE, "fd-prod000001");
    world.member(BOB, "fd-prod000001");
    let plan = world.sweep();
    assert_eq!(changes(&plan, HOME), grants(&["2900000000000001", ALICE]));
    assert!(plan.to_string().contains(&format!("which leaves out {BOB}")), "{plan}");
}

#[test]
fn an_image_is_shared_only_when_it_can_be_launched() {
    let mut world = folder_world();
    world.image_mut(&at(HOME, "m-a")).usable = false;
    assert_eq!(changes(&world.sweep(), HOME), []);
}

#[test]
fn an_accounts_run_asks_for_that_account_and_changes_nothing_for_others() {
    let mut world = folder_world();
    world.grant(&at(HOME, "m-a"), &["2000000000000009"]);
    let seen = world.observe(Scope::Account(account(BOB)));
    assert!(
        seen.directory.is_none(),
        "the whole directory is not read for one account"
    );
    assert_eq!(seen.standings.keys().collect::<Vec<_>>(), [&account(BOB)]);
    let plan = goldcast_planner::plan(&world.policy, &seen, world.time);
    assert_eq!(changes(&plan, HOME), grants(&[BOB]));
}

#[test]
fn images_that_are_not_shared_are_not_asked_for_their_grants() {
    let mut world = folder_world();
    world.copy("m-a", "linux-1", SHANGHAI, 30);
    let asked = world.observe(Scope::Everything).grants;
    assert!(asked.is_empty());
    world.grant(&at(HOME, "m-a"), &[ALICE]);
    let seen = world.observe(Scope::Everything);
    assert_eq!(seen.grants.keys().collect::<Vec<_>>(), [&at(HOME, "m-a")]);
    assert_eq!(
        seen.images_in(&crate::support::region(SHANGHAI)).unwrap()[0].shared,
        Shared::No
    );
}

#[test]
fn an_account_that_the_cloud_refused_is_a_block_and_holds_nobody_up() {
    let mut world =
        World::new(&NAMED.replace(r#"["2000000000000001"]"#, r#"["2000000000000001", "2000000000000002"]"#));
    world.source("m-a", "linux-1", 60);
    let mut seen = world.observe(Scope::Everything);
    seen.refused.insert(account(BOB), "InvalidAccount.NotFound".into());
    let plan = goldcast_planner::plan(&world.policy, &seen, world.time);
    assert_eq!(changes(&plan, HOME), grants(&[ALICE]));
    assert_eq!(plan.blocks[0].kind.name(), "account-refused");
}

#[test]
fn two_copies_in_one_region_are_one_release_and_the_one_in_the_family_stays() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    world.copy("m-a", "linux-1", SINGAPORE, 40);
    let kept = world.copy("m-a", "linux-1", SINGAPORE, 20);
    kept.family = Some("corp-linux".parse().unwrap());
    let kept = kept.at.clone();
    let plan = world.sweep();
    let in_singapore = |planned: &&goldcast_planner::Planned| planned.action.region().as_str() == SINGAPORE;
    let shared: Vec<_> = plan
        .actions
        .iter()
        .filter(in_singapore)
        .map(|planned| &planned.action)
        .collect();
    let expected = Action::Grant {
        image: kept,
        accounts: vec![account(ALICE)],
    };
    assert_eq!(shared, [&expected]);
}
