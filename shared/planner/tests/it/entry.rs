//! Entry: which images are golden, and what is said about those that are not.

use crate::support::{ALICE, HOME, NAMED, SHANGHAI, World, at};
use goldcast_domain::{ImageStatus, Scope, ledger};

#[test]
fn an_image_that_no_policy_selects_is_left_alone() {
    let mut world = World::new(NAMED);
    world.source("m-a", "something-else", 60).tags.clear();
    world.check("nothing to do: everything is as the policy wants it");
}

#[test]
fn a_copy_is_never_taken_for_a_source() {
    let mut world = World::new(NAMED);
    let image = world.source("m-a", "linux-1", 60);
    image.is_copied = true;
    world.check("nothing to do: everything is as the policy wants it");
}

#[test]
fn an_image_of_another_account_is_never_a_source() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60).owner = Some(crate::support::account(ALICE));
    world.check(
        "block  linux-1: m-a in cn-hangzhou belongs to the account 2000000000000001. \
         To do: copy the image to this account, or take the tag that selects it off",
    );
    world.image_mut(&at(HOME, "m-a")).tags.clear();
    world.check("nothing to do: everything is as the policy wants it");
}

#[test]
fn two_policies_that_select_one_image_are_a_block_that_names_both() {
    let twice = NAMED.replace(
        r#""policy": ["#,
        r#""policy": [{"name": "other", "family": "other-linux", "select": {"name": "linux-*"},
                       "regions": ["cn-shanghai"], "share": {"accounts": ["2000000000000001"]}}, "#,
    );
    let mut world = World::new(&twice);
    world.source("m-a", "linux-1", 60);
    world.check(
        "block  linux-1: m-a in cn-hangzhou is selected by more than one policy: base-linux, other. \
         To do: make the selectors of the policies exclude each other",
    );
}

#[test]
fn a_golden_image_that_cannot_be_released_says_why() {
    let gated = NAMED.replace(r#""regions""#, r#""require-tags": ["sanitized"], "regions""#);
    let mut world = World::new(&gated);
    world.source("m-gate", "gate", 60);
    world.source("m-public", "public", 50).is_public = true;
    world.source("m-failed", "failed", 40).status = ImageStatus::CreateFailed;
    let sanitized = |world: &mut World, id: &str| {
        world
            .image_mut(&at(HOME, id))
            .tags
            .insert("sanitized".into(), "yes".into());
    };
    world.source("m-large", "large", 30).disks[0].size_gib = 2049;
    sanitized(&mut world, "m-large");
    world.source("m-secret", "secret", 20).disks[0].encrypted = true;
    sanitized(&mut world, "m-secret");
    let crowded = world.source("m-crowded", "crowded", 10);
    crowded.tags.extend((0..14).map(|n| (format!("tag{n}"), String::new())));
    sanitized(&mut world, "m-crowded");
    let plan = world.sweep();
    assert!(plan.actions.is_empty(), "{plan}");
    let said: Vec<_> = plan
        .blocks
        .iter()
        .map(|block| (block.release.as_deref().unwrap(), block.kind.name()))
        .collect();
    assert_eq!(
        said,
        [
            ("crowded", "no-room-for-tags"),
            ("failed", "source-failed"),
            ("gate", "tags-missing"),
            ("large", "too-large"),
            ("public", "public"),
            ("secret", "no-key"),
            ("secret", "no-key"),
            ("secret", "encrypted-not-shared"),
        ]
    );
}

#[test]
fn a_source_that_is_still_being_built_is_waited_for() {
    let mut world = World::new(NAMED);
    let image = world.source("m-a", "linux-1", 1);
    (image.status, image.usable, image.progress_percent) = (ImageStatus::Creating, false, Some(35));
    world.check("wait   linux-1: m-a in cn-hangzhou is still being built (35 %)");
    world.image_mut(&at(HOME, "m-a")).status = ImageStatus::Available;
    world.check("wait   linux-1: m-a in cn-hangzhou cannot be launched yet");
}

#[test]
fn a_release_that_has_copies_stays_one_when_its_source_loses_the_tag() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60).tags.clear();
    world.copy("m-a", "linux-1", SHANGHAI, 30);
    let actions = world.sweep().actions;
    assert!(
        actions.iter().any(|planned| planned.action.name() == "copy"),
        "the other region is still served"
    );
}

#[test]
fn a_release_keeps_its_name_when_its_source_is_renamed() {
    let mut world = World::new(NAMED);
    world.source("m-a", "renamed", 60);
    world.copy("m-a", "linux-1", SHANGHAI, 30);
    let plan = world.sweep();
    assert!(
        plan.actions.iter().all(|planned| planned.release == "linux-1"),
        "{plan}"
    );
    assert!(
        !plan
            .actions
            .iter()
            .any(|p| p.action.name() == "copy" && p.action.region().as_str() == SHANGHAI),
        "{plan}"
    );
}

#[test]
fn images_of_a_policy_that_is_gone_are_reported_and_kept() {
    let mut world = World::new(NAMED);
    let copy = world.copy("m-gone", "old", SHANGHAI, 30);
    copy.tags.insert(ledger::POLICY.into(), "retired-policy".into());
    let copy = copy.at.clone();
    world.grant(&copy, &[ALICE]);
    let plan = world.sweep();
    assert!(plan.actions.is_empty(), "{plan}");
    assert_eq!(plan.blocks[0].kind.name(), "policy-gone");
}

#[test]
fn a_scope_of_one_image_says_nothing_about_others() {
    let mut world = World::new(NAMED);
    world.source("m-bad", "bad", 60).is_public = true;
    world.source("m-good", "good", 30);
    let plan = world.plan(Scope::Image(at(HOME, "m-good")));
    assert!(plan.blocks.is_empty(), "{plan}");
    assert_eq!(world.plan(Scope::Image(at(HOME, "m-bad"))).blocks.len(), 1);
}
