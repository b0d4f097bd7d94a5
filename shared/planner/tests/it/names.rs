//! Names and tags that no longer fit: policies that are gone or renamed, tags that lie, audiences that do not exist.

use crate::stage::{policy, released};
use crate::support::{ALICE, BOB, FOLDER, HOME, NAMED, SHANGHAI, SINGAPORE, World, account, at};
use goldcast_domain::{PolicyFile, Scope, ledger};

#[test]
fn a_renamed_policy_orphans_nothing_and_copies_nothing_again() {
    let mut world = World::new(NAMED);
    released(&mut world, "m-a", 60);
    let renamed = NAMED.replace(r#""base-linux""#, r#""linux", "formerly": ["base-linux"]"#);
    world.policy = PolicyFile::from_json(&renamed).unwrap();
    world.check("nothing to do: everything is as the policy wants it");
    world.policy = PolicyFile::from_json(&NAMED.replace(r#""base-linux""#, r#""linux""#)).unwrap();
    let plan = world.sweep();
    assert!(
        plan.actions.iter().all(|planned| planned.action.name() != "revoke"),
        "{plan}"
    );
}

#[test]
fn a_policy_that_is_gone_leaves_its_images_as_they_are_and_says_so() {
    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-a", 60);
    world.images.get_mut(HOME).unwrap().clear();
    let other = NAMED
        .replace(r#""base-linux""#, r#""other""#)
        .replace("corp-linux", "other-linux");
    world.policy = PolicyFile::from_json(&other.replace(r#""golden": "linux""#, r#""golden": "other""#)).unwrap();
    world.check("
         block  m-a-gc229058c723: m-copy0001 in ap-southeast-1 belongs to the policy base-linux, which the file no longer has. To do: put the policy back, or delete its images
        ");
    assert_eq!(world.grants[&images[1]], [account(ALICE)].into());
}

#[test]
fn an_image_whose_tags_lie_about_its_release_is_a_block_and_nothing_else() {
    let mut world = World::new(NAMED);
    released(&mut world, "m-a", 60);
    let liar = world.copy("m-a", "m-a", "cn-shanghai", 10);
    liar.name = "somebodys-image".into();
    world.check("
         block  somebodys-image: m-copy0003 in cn-shanghai says in its tags that it is our copy of m-a, and it is not. To do: take the goldcast:* tags off it: https://ecs.console.aliyun.com/image/region/cn-shanghai/imageList
        ");
    let mut world = World::new(NAMED);
    released(&mut world, "m-a", 60);
    let liar = world.copy("m-a", "m-a", "cn-shanghai", 10);
    liar.disks[0].size_gib = 80;
    world.check("
         block  m-a-gc229058c723: m-copy0003 in cn-shanghai says in its tags that it is our copy of m-a, and it is not. To do: take the goldcast:* tags off it: https://ecs.console.aliyun.com/image/region/cn-shanghai/imageList
        ");
}

#[test]
fn tags_that_make_no_sense_are_not_believed() {
    let mut world = World::new(NAMED);
    let images = released(&mut world, "m-a", 60);
    world.tag(&images[0], ledger::STATE, "sleeping since yesterday");
    world.tag(&images[0], ledger::ATTEMPTS, "cn-shanghai=many");
    world.tag(&images[0], ledger::PARENT, "m-a");
    world.check("nothing to do: everything is as the policy wants it");
    world.tag(&images[1], ledger::SOURCE, "not an id");
    world.check(
        "
         do     m-a: write the ledger's tags on m-copy0001 in ap-southeast-1 again, because it was changed by hand
        ",
    );
}

#[test]
fn a_folder_that_does_not_exist_is_a_block_and_the_others_get_their_images() {
    let mut world = World::new(&FOLDER.replace(r#"["fd-prod000001"]"#, r#"["fd-prod000001", "fd-gone000001"]"#));
    world.folders.clear();
    world.member(ALICE, "fd-prod000001");
    world.source("m-a", "linux-1", 60);
    world.check("
         do     linux-1: copy m-a in cn-hangzhou to cn-shanghai as linux-1-gc50c513af47, because the policy names the region and there is no copy
         do     linux-1: share m-a in cn-hangzhou with 2000000000000001, because they are in the audience, and it goes by grant since the policy says so
         block  linux-1: the resource directory has no folder fd-gone000001. To do: correct share.folders
        ");
}

#[test]
fn a_policy_that_contradicts_itself_is_not_even_read() {
    for (keys, complaint) in [
        (r#""keep": 0"#, "the current release always stays"),
        (r#""commit": {"when": {"quorum": 9}}"#, "can never be met"),
        (
            r#""encrypt": {"cn-beijing": "key-x0000001"}"#,
            "does not go to cn-beijing",
        ),
        (r#""formerly": ["base-linux"]"#, "the policy's name today"),
    ] {
        let error = PolicyFile::from_json(&policy(NAMED, keys)).unwrap_err().to_string();
        assert!(error.contains(complaint), "{keys}: {error}");
    }
}

#[test]
fn an_account_that_is_named_by_two_policies_has_each_policys_images() {
    let two = NAMED.replace(
        r#""policy": ["#,
        &format!(
            r#""policy": [{{"name": "windows", "family": "corp-windows", "select": {{"name": "windows-*"}},
                       "regions": ["cn-shanghai"], "share": {{"accounts": ["{ALICE}", "{BOB}"]}}}}, "#
        ),
    );
    let mut world = World::new(&two);
    world.source("m-w", "windows-1", 60).tags.clear();
    world.source("m-l", "linux-1", 60);
    world.check("
         do     linux-1: copy m-l in cn-hangzhou to ap-southeast-1 as linux-1-gc43b002f4e5, because the policy names the region and there is no copy
         do     linux-1: copy m-l in cn-hangzhou to cn-shanghai as linux-1-gc43b002f4e5, because the policy names the region and there is no copy
         do     windows-1: copy m-w in cn-hangzhou to cn-shanghai as windows-1-gc470abf856c, because the policy names the region and there is no copy
         do     linux-1: share m-l in cn-hangzhou with 2000000000000001, because the policy shares with them and they do not have it
         do     windows-1: share m-w in cn-hangzhou with 2000000000000001, 2000000000000002, because the policy shares with them and they do not have it
        ");
}

#[test]
fn an_image_of_nobodys_policy_is_never_touched() {
    let mut world = World::new(NAMED);
    released(&mut world, "m-a", 60);
    for region in [HOME, SHANGHAI, SINGAPORE] {
        let id = format!("m-other-{region}");
        let image = world.put(crate::support::blank(at(region, &id), &id, crate::support::now()));
        image.family = Some("theirs".parse().unwrap());
        let image = image.at.clone();
        world.grant(&image, &[BOB]);
    }
    for scope in [Scope::Everything, Scope::Everywhere, Scope::Account(account(BOB))] {
        let plan = world.plan(scope);
        assert_eq!(plan.actions, [], "{plan}");
    }
}
