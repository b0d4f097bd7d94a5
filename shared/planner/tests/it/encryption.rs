//! Encryption: which key a copy is made under, what cannot be shared, and whom the share role trusts.

use crate::stage::{carry_out, file, policy, rounds};
use crate::support::{ALICE, BOB, ENCRYPTED, HOME, NAMED, SHANGHAI, SINGAPORE, World, account, at};
use goldcast_domain::{Disk, KeyState, Scope};
use goldcast_planner::{Action, KeyName, Reading};

/// A release whose encrypted copies are in place.
fn encrypted() -> World {
    let mut world = World::new(ENCRYPTED);
    world.source("m-a", "linux-1", 60);
    world.encrypted_copy("m-a", "linux-1", SHANGHAI, "key-home0001");
    world.encrypted_copy("m-a", "linux-1", SINGAPORE, "key-away0001");
    world
}

#[test]
fn every_region_gets_a_copy_under_its_own_key_then_trust_then_grants_then_the_family() {
    let mut world = World::new(ENCRYPTED);
    world.source("m-a", "linux-1", 60);
    let plan = world.sweep();
    let keys: Vec<_> = plan
        .actions
        .iter()
        .filter_map(|planned| {
            let Action::Copy { to, key, .. } = &planned.action else {
                return None;
            };
            Some((to.as_str(), key.as_ref().unwrap().as_str()))
        })
        .collect();
    assert_eq!(keys, [(SINGAPORE, "key-away0001"), (SHANGHAI, "key-home0001")]);
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 5, 1),
        ["2 copy", "1 rewrite-trust", "2 grant", "2 set-family", ""]
    );
    assert_eq!(
        world.image(&at(SHANGHAI, "m-a")).family,
        None,
        "nobody launches the plain source"
    );
}

#[test]
fn an_encrypted_image_waits_until_the_role_trusts_the_recipients() {
    let mut world = encrypted();
    world.check("
         do     AliyunECSShareEncryptImageDefaultRole: rewrite whom the role AliyunECSShareEncryptImageDefaultRole trusts, because the audience of encrypted images changed: 1 more, 0 less
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0002 in ap-southeast-1
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0001 in cn-shanghai
        ");
    world.trusts(&[ALICE]);
    world.check("
         do     linux-1: share m-copy0002 in ap-southeast-1 with 2000000000000001, because the policy shares with them and they do not have it
         do     linux-1: share m-copy0001 in cn-shanghai with 2000000000000001, because the policy shares with them and they do not have it
        ");
}

#[test]
fn an_encrypted_source_without_a_key_for_a_region_is_a_block() {
    let mut world = World::new(NAMED);
    world.source("m-a", "linux-1", 60);
    world.encrypt(&at(HOME, "m-a"), "key-builder1");
    world.check("
         block  linux-1: m-a in cn-hangzhou is encrypted, and the policy gives no key for its copy in ap-southeast-1. To do: name one: encrypt.ap-southeast-1 = \"key-…\"
         block  linux-1: m-a in cn-hangzhou is encrypted, and the policy gives no key for its copy in cn-shanghai. To do: name one: encrypt.cn-shanghai = \"key-…\"
         block  linux-1: m-a in cn-hangzhou is encrypted, and encrypted images cannot be shared in its region. To do: take cn-hangzhou out of the policy, or leave the image unencrypted there
        ");
}

#[test]
fn a_key_that_is_disabled_or_of_another_region_is_a_block_and_one_that_does_not_answer_a_wait() {
    let mut world = World::new(ENCRYPTED);
    world.source("m-a", "linux-1", 60);
    world.key(SINGAPORE, "key-away0001", KeyState::Disabled);
    world
        .keys
        .remove(&(SHANGHAI.parse().unwrap(), KeyName::Id("key-home0001".parse().unwrap())));
    world.check("
         block  linux-1: the key key-away0001 in ap-southeast-1 is disabled. To do: enable the key
         block  linux-1: there is no key key-home0001 in cn-shanghai. To do: name a key of cn-shanghai; a key serves one region
        ");
    world.dark_keys = true;
    world.check(
        "
         wait   linux-1: the key key-away0001 in ap-southeast-1 could not be read: no answer
         wait   linux-1: the key key-home0001 in cn-shanghai could not be read: no answer
        ",
    );
}

#[test]
fn a_key_that_is_disabled_later_is_said_for_what_people_launch() {
    let mut world = encrypted();
    world.trusts(&[ALICE]);
    rounds(&mut world, &Scope::Everything, 3, 1);
    world.check("nothing to do: everything is as the policy wants it");
    world.key(SINGAPORE, "key-away0001", KeyState::Disabled);
    world.check("block  linux-1: the key key-away0001 in ap-southeast-1 is disabled. To do: enable the key");
}

#[test]
fn what_the_service_key_encrypts_is_copied_under_a_customer_key_first() {
    let source = |text: &str| {
        let mut world = World::new(text);
        world.source("m-a", "linux-1", 60);
        world.encrypt(&at(SHANGHAI, "m-a"), "key-service1");
        world.service_key(SHANGHAI, "key-service1");
        world
    };
    source(&ENCRYPTED.replace(r#""cn-shanghai": "key-home0001", "#, "")).check("
         do     linux-1: copy m-a in cn-shanghai to ap-southeast-1 as linux-1-gc5068d2ed43, encrypted with key-away0001, because the policy names the region and there is no copy
         block  linux-1: m-a in cn-shanghai is encrypted with the service key, and what that encrypts cannot be shared. To do: let a copy be made under a customer key: encrypt.cn-shanghai = \"key-…\"
        ");
    let mut world = source(ENCRYPTED);
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 5, 1),
        ["1 rewrite-trust, 2 copy", "2 grant", "2 set-family", "", ""]
    );
}

#[test]
fn a_source_under_the_policys_own_key_needs_no_copy_at_home() {
    let mut world = World::new(ENCRYPTED);
    world.source("m-a", "linux-1", 60);
    world.encrypt(&at(SHANGHAI, "m-a"), "key-home0001");
    let plan = world.sweep();
    let copies: Vec<_> = plan
        .actions
        .iter()
        .filter(|planned| planned.action.name() == "copy")
        .collect();
    assert_eq!(copies.len(), 1, "{plan}");
    assert_eq!(copies[0].action.region().as_str(), SINGAPORE);
}

#[test]
fn several_encrypted_disks_are_a_block() {
    let mut world = encrypted();
    world.trusts(&[ALICE]);
    let data = |disk: &Disk| Disk {
        device: "/dev/xvdb".into(),
        kind: "data".into(),
        ..disk.clone()
    };
    for image in world.images.values_mut().flatten() {
        let second = data(&image.disks[0]);
        image.disks.push(second);
    }
    world.check("
         block  linux-1: m-copy0002 in ap-southeast-1 is encrypted and has 2 disks, and only one disk can be shared encrypted. To do: build the golden image with its system disk alone
         block  linux-1: m-copy0001 in cn-shanghai is encrypted and has 2 disks, and only one disk can be shared encrypted. To do: build the golden image with its system disk alone
        ");
}

#[test]
fn the_trust_list_follows_the_audience_and_keeps_what_others_wrote() {
    let mut world = encrypted();
    let foreign = r#"{ "Effect":"Allow", "Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]} }"#;
    world.trust = Some(format!(r#"{{"Version":"1","Statement":[{foreign}]}}"#));
    let plan = world.sweep();
    carry_out(&mut world, &plan);
    let document = world.trust.clone().unwrap();
    assert!(
        document.contains(foreign) && document.contains(&format!("{ALICE}@ecs.aliyuncs.com")),
        "{document}"
    );
    world.trusts(&[ALICE, BOB]);
    world.check("
         do     AliyunECSShareEncryptImageDefaultRole: rewrite whom the role AliyunECSShareEncryptImageDefaultRole trusts, because the audience of encrypted images changed: 0 more, 1 less
         do     linux-1: share m-copy0002 in ap-southeast-1 with 2000000000000001, because the policy shares with them and they do not have it
         do     linux-1: share m-copy0001 in cn-shanghai with 2000000000000001, because the policy shares with them and they do not have it
        ");
    world.trusts(&[BOB]);
    world.policy.brakes.accounts = goldcast_domain::policy::Brake::Count(0);
    world.check("
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0002 in ap-southeast-1
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0001 in cn-shanghai
         block  the brake holds: 1 account would lose access and 0 releases would leave, and a run may take 0 and 2. To do: look at it with goldcast plan; if it is right, goldcast apply --allow-removals 1
        ");
}

#[test]
fn a_trust_document_that_is_broken_full_or_gone_is_a_block_and_the_rest_goes_on() {
    let mut world = encrypted();
    world.trust = Some("{".to_owned());
    world.check("
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0002 in ap-southeast-1
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0001 in cn-shanghai
         block  the trust document of AliyunECSShareEncryptImageDefaultRole cannot be used: EOF while parsing an object at line 1 column 1. To do: create or repair the role AliyunECSShareEncryptImageDefaultRole so that ecs.aliyuncs.com can assume it; the rest is done here
        ");
    world.trust = None;
    world.check("
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0002 in ap-southeast-1
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0001 in cn-shanghai
         block  the trust document of AliyunECSShareEncryptImageDefaultRole cannot be used: there is no such role. To do: create or repair the role AliyunECSShareEncryptImageDefaultRole so that ecs.aliyuncs.com can assume it; the rest is done here
        ");
    world.trust = Some(r#"{"Version":"1","Statement":[]}"#.to_owned());
    world.policy.encryption.trust_document_chars = 100;
    world.check("
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0002 in ap-southeast-1
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0001 in cn-shanghai
         block  the trust document of AliyunECSShareEncryptImageDefaultRole would have 172 characters, and 100 fit. To do: share encrypted images with fewer accounts, or raise encryption.trust-document-chars if RAM takes more
        ");
    world.dark_trust = true;
    world.check(
        "
         wait   the share role could not be read: no answer
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0002 in ap-southeast-1
         wait   linux-1: the share role must trust 2000000000000001 before they get m-copy0001 in cn-shanghai
        ",
    );
}

#[test]
fn only_a_sweep_that_knows_the_whole_audience_rewrites_the_trust_document() {
    let world = encrypted();
    let image = world.images[SINGAPORE][0].at.clone();
    for scope in [Scope::Image(image), Scope::InFlight, Scope::Account(account(ALICE))] {
        let plan = world.plan(scope);
        assert_eq!(World::action_names(&plan), [].into(), "{plan}");
    }
}

#[test]
fn encrypted_images_are_shared_only_where_the_cloud_allows_it() {
    let mut world = World::new(
        &NAMED
            .replace("cn-hangzhou", "cn-shenzhen")
            .replace(r#""cn-shanghai", "#, ""),
    );
    world.source("m-a", "linux-1", 60);
    world.encrypt(&at("cn-shenzhen", "m-a"), "key-builder1");
    let plan = world.sweep();
    let blocks: Vec<_> = plan.blocks.iter().map(|block| block.kind.name()).collect();
    assert_eq!(blocks, ["no-key", "encrypted-not-shared"], "{plan}");
    let wrong = policy(
        &file(NAMED, r#""encryption": {"share-regions": ["cn-beijing"]}"#),
        r#""encrypt": {"cn-shanghai": "key-x0000001"}"#,
    );
    let error = goldcast_domain::PolicyFile::from_json(&wrong).unwrap_err().to_string();
    assert!(
        error.contains("encrypted images cannot be shared in cn-shanghai"),
        "{error}"
    );
}

#[test]
fn snapshots_that_do_not_answer_hold_nothing_up_where_the_copys_name_tells_its_key() {
    let mut world = encrypted();
    world.trusts(&[ALICE]);
    world.dark_snapshots.insert(SINGAPORE.parse().unwrap());
    assert!(matches!(
        world.observe(Scope::Everything).snapshots[SINGAPORE],
        Reading::Unknown(_)
    ));
    assert_eq!(
        rounds(&mut world, &Scope::Everything, 3, 1),
        ["2 grant", "2 set-family", ""]
    );
}
