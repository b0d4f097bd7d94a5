//! Explaining: for every rule that can say no, the last fact of the chain and what would change it.

use crate::stage::{file, policy, put_into_family, released, rounds, staged};
use crate::support::{ALICE, BOB, CAROL, ENCRYPTED, FOLDER, HOME, NAMED, OWNER, SHANGHAI, SHELF, SINGAPORE, World, at};
use goldcast_domain::{ImageStatus, KeyState, MemberState, Scope, ledger};
use goldcast_planner::{Explanation, Question, Subject, explain};

fn ask(world: &World, account: &str, what: Subject, region: &str) -> Explanation {
    let question = Question {
        account: account.parse().unwrap(),
        what,
        region: region.parse().unwrap(),
    };
    let seen = world.observe(Scope::Everything);
    explain(&world.policy, &seen, world.time, &question)
}

fn family(world: &World, account: &str, region: &str) -> Explanation {
    ask(world, account, Subject::Family("corp-linux".parse().unwrap()), region)
}

/// What ends the chain: its last line before the verdict.
#[track_caller]
fn ends(explanation: &Explanation, expected: &str) {
    let text = explanation.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[lines.len() - 2], expected, "\n{text}");
    let (mark, _) = expected.split_at(3);
    assert!(lines[lines.len() - 1].starts_with(mark), "\n{text}");
}

/// One fact is unknown and none says no.
#[track_caller]
fn nobody_knows(explanation: &Explanation, expected: &str) {
    let text = explanation.to_string();
    assert_eq!(explanation.can_launch, None, "\n{text}");
    assert!(text.lines().any(|line| line == expected), "\n{text}");
}

/// A released image under this policy, changed.
fn changed(text: &str, change: impl FnOnce(&mut World)) -> World {
    let mut world = World::new(text);
    released(&mut world, "m-a", 60);
    change(&mut world);
    world
}

#[test]
fn the_whole_chain_of_a_yes() {
    let world = changed(NAMED, |_| ());
    let explanation = family(&world, ALICE, SHANGHAI);
    assert_eq!(explanation.can_launch, Some(true));
    insta::assert_snapshot!(explanation);
    insta::assert_json_snapshot!(explanation);
}

#[test]
fn the_whole_chain_of_a_no_and_of_nobody_knows() {
    let world = changed(NAMED, |world| world.grants.clear());
    insta::assert_snapshot!(family(&world, ALICE, SHANGHAI));
    let mut world = changed(FOLDER, |_| ());
    world.dark_directory = true;
    insta::assert_snapshot!(family(&world, ALICE, SHANGHAI));
}

#[test]
fn a_chain_over_shelves_and_one_over_keys() {
    let mut world = World::new(SHELF);
    staged(&mut world, "m-a", 60);
    world.member(ALICE, "fd-prod000001");
    rounds(&mut world, &Scope::Everything, 5, 1);
    insta::assert_snapshot!(family(&world, ALICE, HOME));
    let mut world = World::new(ENCRYPTED);
    world.source("m-a", "linux-1", 60);
    rounds(&mut world, &Scope::Everything, 5, 1);
    insta::assert_snapshot!(family(&world, ALICE, SINGAPORE));
}

#[test]
fn what_is_no_release() {
    let world = changed(NAMED, |world| {
        world.source("m-none", "none", 60).tags.clear();
        world.source("m-public", "public", 50).is_public = true;
        world.source("m-new", "new", 1).status = ImageStatus::Creating;
    });
    let unknown = ask(&world, ALICE, Subject::Family("corp-windows".parse().unwrap()), HOME);
    ends(
        &unknown,
        "no   no policy releases into the family corp-windows. To change it: name the family in a policy",
    );
    let image = |id: &str| ask(&world, ALICE, Subject::Image(at(HOME, id)), HOME);
    ends(&image("m-gone"), "no   there is no image m-gone in cn-hangzhou");
    ends(
        &image("m-none"),
        "no   no policy selects m-none in cn-hangzhou, and it is no copy of ours. To change it: give it the tags and the name that a policy selects",
    );
    ends(
        &image("m-public"),
        "no   m-public in cn-hangzhou is public, and a golden image never is. To change it: withdraw it from the public: https://ecs.console.aliyun.com/image/region/cn-hangzhou/imageList",
    );
    ends(
        &image("m-new"),
        "no   m-new in cn-hangzhou is still being built. To change it: wait; it passes by itself",
    );
    ends(
        &family(&World::new(NAMED), ALICE, HOME),
        "no   there is no image that the policy base-linux selects. To change it: build an image with the tags and the name that it selects",
    );
    let mut world = World::new(&policy(NAMED, r#""require-tags": ["sanitized"]"#));
    world.source("m-a", "linux-1", 60);
    ends(
        &family(&world, ALICE, HOME),
        "no   m-a in cn-hangzhou lacks tags that the policy requires: sanitized. To change it: tag the image once it passed: sanitized",
    );
}

#[test]
fn what_is_taken_back() {
    let mut world = changed(NAMED, |_| ());
    world.tag(&at(HOME, "m-a"), ledger::RECALL, "CVE-2026-0001");
    ends(
        &family(&world, ALICE, HOME),
        "no   m-a was recalled: CVE-2026-0001. To change it: take the tag goldcast:recall off its images",
    );
    let mut world = World::new(&policy(NAMED, r#""keep": 1"#));
    released(&mut world, "m-old", 600);
    released(&mut world, "m-new", 60);
    let by_id = ask(&world, ALICE, Subject::Image(at(HOME, "m-old")), HOME);
    assert_eq!(
        by_id.can_launch,
        Some(true),
        "until it is withdrawn, its id launches: {by_id}"
    );
    assert!(by_id.to_string().contains("m-old is retired"), "{by_id}");
    assert!(family(&world, ALICE, HOME).to_string().contains("resolves to m-new"));
}

#[test]
fn what_is_not_in_the_region() {
    let world = changed(NAMED, |_| ());
    ends(
        &family(&world, ALICE, "cn-beijing"),
        "no   the policy base-linux does not go to cn-beijing. To change it: add cn-beijing to regions in the policy",
    );
    let world = changed(NAMED, |world| world.images.get_mut(SHANGHAI).unwrap().clear());
    ends(
        &family(&world, ALICE, SHANGHAI),
        "no   m-a has no image in cn-shanghai. To change it: wait for the next run, which will copy m-a in cn-hangzhou to cn-shanghai as m-a-gc229058c723",
    );
    let text = policy(NAMED, r#""paused": true"#);
    let world = changed(&text, |world| world.images.get_mut(SHANGHAI).unwrap().clear());
    ends(
        &family(&world, ALICE, SHANGHAI),
        "no   m-a has no image in cn-shanghai. To change it: let the policy base-linux go on: paused = false, or take the tag goldcast:paused off its sources",
    );
    let world = changed(NAMED, |world| {
        let copy = world.images[SHANGHAI][0].at.clone();
        let image = world.image_mut(&copy);
        (image.tags, image.is_copied) = (std::collections::BTreeMap::new(), false);
    });
    ends(
        &family(&world, ALICE, SHANGHAI),
        "no   the name m-a-gc229058c723 is taken by m-copy0002 in cn-shanghai, which is not our copy. To change it: rename or delete that image: https://ecs.console.aliyun.com/image/region/cn-shanghai/imageList",
    );
    let mut world = changed(NAMED, |_| ());
    world.dark_regions.insert(SHANGHAI.parse().unwrap());
    ends(
        &family(&world, ALICE, SHANGHAI),
        "?    the images in cn-shanghai could not be read: no answer",
    );
}

#[test]
fn what_is_not_ready() {
    let copy_is = |status: ImageStatus| {
        let world = changed(NAMED, |world| {
            let copy = world.images[SHANGHAI][0].at.clone();
            let image = world.image_mut(&copy);
            (image.status, image.usable) = (status, false);
        });
        family(&world, ALICE, SHANGHAI)
    };
    ends(
        &copy_is(ImageStatus::Available),
        "no   m-copy0002 in cn-shanghai cannot be launched yet. To change it: wait; it passes by itself",
    );
    ends(
        &copy_is(ImageStatus::Creating),
        "no   the copy m-copy0002 in cn-shanghai is under way. To change it: wait; it passes by itself",
    );
    ends(
        &copy_is(ImageStatus::CreateFailed),
        "no   m-copy0002 in cn-shanghai could not be made. To change it: wait for the next run, which will note the attempts \"cn-shanghai=2\" on m-a in cn-hangzhou",
    );
    ends(
        &copy_is(ImageStatus::Deprecated),
        "no   m-copy0002 in cn-shanghai is deprecated or withdrawn. To change it: wait for the next run, which will make m-copy0002 in cn-shanghai available again",
    );
}

#[test]
fn what_a_key_keeps_closed() {
    let mut world = World::new(ENCRYPTED);
    world.source("m-a", "linux-1", 60);
    world.encrypted_copy("m-a", "linux-1", SINGAPORE, "key-away0001");
    ends(
        &family(&world, ALICE, SINGAPORE),
        "no   the role AliyunECSShareEncryptImageDefaultRole does not trust account 2000000000000001 with the key. To change it: wait for the next run, which will rewrite whom the role AliyunECSShareEncryptImageDefaultRole trusts",
    );
    world.trust = None;
    ends(
        &family(&world, ALICE, SINGAPORE),
        "no   the trust document of AliyunECSShareEncryptImageDefaultRole cannot be used: there is no such role. To change it: create or repair the role AliyunECSShareEncryptImageDefaultRole so that ecs.aliyuncs.com can assume it; the rest is done here",
    );
    world.key(SINGAPORE, "key-away0001", KeyState::Disabled);
    ends(
        &family(&world, ALICE, SINGAPORE),
        "no   the key key-away0001 in ap-southeast-1 is disabled. To change it: enable the key",
    );
    world.key(SHANGHAI, "key-home0001", KeyState::Disabled);
    ends(
        &family(&world, ALICE, SHANGHAI),
        "no   the key key-home0001 in cn-shanghai is disabled. To change it: enable the key",
    );
}

#[test]
fn who_is_not_in_the_audience() {
    let world = changed(NAMED, |_| ());
    ends(
        &family(&world, BOB, HOME),
        "no   no rule of the policy includes account 2000000000000002. To change it: name it in share.accounts, or move it into a folder of share.folders",
    );
    assert_eq!(
        family(&world, OWNER, HOME).can_launch,
        Some(true),
        "the owner has its own images"
    );
    let world = changed(FOLDER, |world| {
        world.member(ALICE, "fd-dev0000001");
        world.member(CAROL, "fd-prod000001");
        world.member(BOB, "fd-prod000001");
        world.members.get_mut(BOB).unwrap().state = MemberState::Leaving;
    });
    ends(
        &family(&world, ALICE, HOME),
        "no   no rule of the policy includes account 2000000000000001, which stands at rd-gold01/r-root01/fd-dev0000001/2000000000000001. To change it: name it in share.accounts, or move it into a folder of share.folders",
    );
    ends(
        &family(&world, CAROL, HOME),
        "no   the policy excepts account 2000000000000003. To change it: take it out of share.except",
    );
    ends(
        &family(&world, BOB, HOME),
        "no   account 2000000000000002 is being closed: it is given nothing and loses nothing",
    );
    ends(
        &family(&world, "2000000000000009", HOME),
        "no   no rule of the policy includes account 2000000000000009. To change it: name it in share.accounts, or move it into a folder of share.folders",
    );
}

#[test]
fn what_is_not_shared() {
    let world = changed(NAMED, |world| world.grants.clear());
    ends(
        &family(&world, ALICE, HOME),
        "no   m-a in cn-hangzhou is not shared with account 2000000000000001. To change it: wait for the next run, which will share m-a in cn-hangzhou with 2000000000000001",
    );
    let mut world = changed(&file(FOLDER, r#""limits": {"accounts-per-image": 1}"#), |_| ());
    world.member(ALICE, "fd-prod000001");
    world.member(BOB, "fd-prod000001");
    ends(
        &family(&world, BOB, HOME),
        "no   m-a in cn-hangzhou can be shared with 1 account, which leaves out 2000000000000002. To change it: raise the quota of users per custom image in the Quota Center, then limits.accounts-per-image",
    );
    let mut world = changed(NAMED, |_| ());
    world.dark_grants.insert(at(HOME, "m-a"));
    nobody_knows(
        &family(&world, ALICE, HOME),
        "?    who has m-a in cn-hangzhou could not be read: no answer",
    );
    let mut world = changed(SHELF, |_| ());
    world.member(ALICE, "fd-prod000001");
    ends(
        &family(&world, ALICE, HOME),
        "no   m-a in cn-hangzhou is not shared with account 2000000000000001. To change it: wait for the next run, which will create the shelf goldcast-89db34899f6e in cn-hangzhou for fd-prod000001",
    );
    world.dark_shares.insert(HOME.parse().unwrap());
    nobody_knows(
        &family(&world, ALICE, HOME),
        "?    the resource shares in cn-hangzhou could not be read: no answer",
    );
}

#[test]
fn what_the_family_does_not_resolve_to() {
    let mut world = World::new(NAMED);
    let images = staged(&mut world, "m-a", 60);
    ends(
        &family(&world, ALICE, HOME),
        "no   m-a in cn-hangzhou is not in the family corp-linux. To change it: wait for the next run, which will put m-a in cn-hangzhou into the family corp-linux",
    );
    world.image_mut(&images[1]).usable = false;
    ends(
        &family(&world, ALICE, HOME),
        "no   staged, waiting for ap-southeast-1. To change it: wait; it passes by itself",
    );
    put_into_family(&mut world, &images[..1], "goldcast-parked-1");
    ends(
        &family(&world, ALICE, HOME),
        "no   staged, waiting for ap-southeast-1. To change it: wait; it passes by itself",
    );
    let world = changed(NAMED, |world| {
        let foreign = world.source("m-foreign", "by-hand", 1);
        foreign.tags.clear();
        foreign.family = Some("corp-linux".parse().unwrap());
    });
    ends(
        &family(&world, ALICE, HOME),
        "no   the family corp-linux resolves to m-foreign in cn-hangzhou, which is younger than m-a in cn-hangzhou. To change it: take it out of the family or delete it: https://ecs.console.aliyun.com/image/region/cn-hangzhou/imageList",
    );
}

#[test]
fn what_takes_nothing_away_is_said_all_the_same() {
    let world = changed(&policy(NAMED, r#""paused": true"#), |world| {
        world.image_mut(&at(HOME, "m-a")).is_paid = true;
    });
    let explanation = family(&world, ALICE, HOME);
    assert_eq!(explanation.can_launch, Some(true));
    let text = explanation.to_string();
    for said in ["is a paid image", "is paused, which takes nothing away"] {
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn an_image_asked_about_in_another_region_is_its_release_there() {
    let world = changed(NAMED, |_| ());
    let explanation = ask(&world, ALICE, Subject::Image(at(HOME, "m-a")), SHANGHAI);
    insta::assert_snapshot!(explanation);
}
