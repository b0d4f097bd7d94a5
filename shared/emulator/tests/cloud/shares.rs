//! Sharing by account id.

use goldcast_emulator::cloud::{MemberAccount, MemberKind, Setup, Switches};
use serde_json::Value;

use crate::support::{AWAY, HOME, MEMBER, OUTSIDER, OWNER, World, account, minutes, organisation, setup};

/// A cloud with sixty more members.
fn crowd() -> (World, Vec<String>) {
    let mut organisation = organisation();
    let ids: Vec<String> = (0..60).map(|n| format!("50000000000000{n:02}")).collect();
    for id in &ids {
        let (account, folder) = (account(id), organisation.root.clone());
        organisation.members.push(MemberAccount {
            account,
            name: id.clone(),
            folder,
            kind: MemberKind::Created,
        });
    }
    (World::of(setup(), &organisation), ids)
}

/// Shares an image with accounts, in one call.
fn share(world: &mut World, image: &str, accounts: &[&str]) -> crate::support::Answer {
    let names: Vec<String> = (1..=accounts.len())
        .map(|number| format!("AddAccount.{number}"))
        .collect();
    let added = names.iter().map(String::as_str).zip(accounts.iter().copied());
    let params: Vec<_> = added.chain([("ImageId", image)]).collect();
    world.ecs("ModifyImageSharePermission", &params)
}

#[test]
fn who_is_shared_with_sees_the_image_and_nobody_else_does() {
    let mut world = World::new();
    let id = world.start_image(&[("ImageName", "golden-1"), ("Tag.1.Key", "secret")]);
    world.wait(minutes(10));
    let others = [("ImageOwnerAlias", "others")];
    assert_eq!(world.listed(MEMBER, HOME, &others), [""; 0]);
    share(&mut world, &id, &[MEMBER]).ok();
    assert_eq!(world.listed(MEMBER, HOME, &others), [id.as_str()]);
    assert_eq!(world.listed(OUTSIDER, HOME, &others), [""; 0]);
    assert_eq!(world.listed(MEMBER, AWAY, &others), [""; 0]);
    let seen = |world: &mut World, account: &str| -> Value {
        let body = world.ecs_as(account, HOME, "DescribeImages", &[("ImageId", &id)]).ok();
        body["Images"]["Image"][0].clone()
    };
    let received = seen(&mut world, MEMBER);
    assert_eq!(received["ImageOwnerId"], OWNER.parse::<u64>().unwrap());
    assert_eq!(
        received["Tags"]["Tag"].as_array().unwrap().len(),
        0,
        "tags are the owner's"
    );
    assert_eq!(seen(&mut world, OWNER)["IsSelfShared"], "True");
    let revoke = [("ImageId", id.as_str()), ("RemoveAccount.1", MEMBER)];
    world.ecs("ModifyImageSharePermission", &revoke).ok();
    assert_eq!(world.listed(MEMBER, HOME, &others), [""; 0]);
    assert_eq!(seen(&mut world, OWNER)["IsSelfShared"], "False");
}

#[test]
fn ids_beyond_the_tenth_are_dropped_without_a_word() {
    let (mut world, ids) = crowd();
    let image = world.image("golden-1");
    let twelve: Vec<&str> = ids.iter().take(12).map(String::as_str).collect();
    share(&mut world, &image, &twelve).ok();
    assert_eq!(world.shared_with(&image), twelve[..10]);
}

#[test]
fn an_image_is_shared_with_fifty_accounts_at_most() {
    let (mut world, ids) = crowd();
    let image = world.image("golden-1");
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for ten in ids[..50].chunks(10) {
        share(&mut world, &image, ten).ok();
    }
    assert_eq!(
        share(&mut world, &image, &ids[50..51]).refusal(),
        (403, "QuotaExceed.ShareImageUser")
    );
    let swap = [
        ("ImageId", image.as_str()),
        ("RemoveAccount.1", ids[0]),
        ("AddAccount.1", ids[50]),
    ];
    world.ecs("ModifyImageSharePermission", &swap).ok();
    assert_eq!(world.shared_with(&image).len(), 50);
}

#[test]
fn sharing_twice_and_revoking_what_is_absent_both_succeed() {
    let mut world = World::new();
    let image = world.image("golden-1");
    share(&mut world, &image, &[MEMBER]).ok();
    share(&mut world, &image, &[MEMBER]).ok();
    assert_eq!(world.shared_with(&image), [MEMBER]);
    let revoke = [("ImageId", image.as_str()), ("RemoveAccount.1", MEMBER)];
    world.ecs("ModifyImageSharePermission", &revoke).ok();
    world.ecs("ModifyImageSharePermission", &revoke).ok();
    assert_eq!(world.shared_with(&image), [""; 0]);
}

#[test]
fn a_share_that_cannot_be_is_refused_and_changes_nothing() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let creating = world.start_image(&[("ImageName", "golden-2")]);
    for (accounts, expected) in [
        (vec![OWNER], (404, "InvalidAccount.Forbbiden")),
        (vec![MEMBER, "9999999999999999"], (404, "InvalidAccount.NotFound")),
        (vec!["me"], (404, "InvalidAccount.NotFound")),
        (vec![], (400, "MissingParameter")),
    ] {
        assert_eq!(share(&mut world, &image, &accounts).refusal(), expected, "{accounts:?}");
        assert_eq!(world.shared_with(&image), [""; 0]);
    }
    let refused = share(&mut world, &creating, &[MEMBER]);
    assert_eq!(refused.refusal(), (403, "OperationDenied.InvalidImageStatus"));
    assert_eq!(
        share(&mut world, "m-nobody", &[MEMBER]).refusal(),
        (404, "InvalidImageId.NotFound")
    );
}

#[test]
fn an_unknown_account_is_named_unless_the_switch_forbids_it() {
    for named in [true, false] {
        let switches = Switches {
            unknown_accounts_named: named,
            ..Switches::default()
        };
        let mut world = World::with(Setup { switches, ..setup() });
        let image = world.image("golden-1");
        let answer = share(&mut world, &image, &[MEMBER, "9999999999999999"]);
        assert_eq!(
            answer.body["Message"].as_str().unwrap().contains("9999999999999999"),
            named
        );
    }
}

#[test]
fn account_ids_can_come_as_numbers() {
    let switches = Switches {
        account_numbers: true,
        ..Switches::default()
    };
    let mut world = World::with(Setup { switches, ..setup() });
    let image = world.image("golden-1");
    share(&mut world, &image, &[MEMBER]).ok();
    let body = world.ecs("DescribeImageSharePermission", &[("ImageId", &image)]).ok();
    assert_eq!(
        body["Accounts"]["Account"][0]["AliyunId"],
        MEMBER.parse::<u64>().unwrap()
    );
}

#[test]
fn a_received_image_cannot_be_shared_on_or_deleted() {
    let mut world = World::new();
    let image = world.image("golden-1");
    share(&mut world, &image, &[MEMBER]).ok();
    let onwards = [("ImageId", image.as_str()), ("AddAccount.1", OUTSIDER)];
    for (action, params) in [
        ("ModifyImageSharePermission", &onwards[..]),
        ("DeleteImage", &onwards[..1]),
    ] {
        assert_eq!(
            world.ecs_as(MEMBER, HOME, action, params).refusal(),
            (404, "InvalidImageId.NotFound")
        );
    }
}

#[test]
fn a_shared_image_is_neither_deleted_nor_deprecated() {
    let mut world = World::new();
    let image = world.image("golden-1");
    share(&mut world, &image, &[MEMBER]).ok();
    let id = ("ImageId", image.as_str());
    assert_eq!(world.ecs("DeleteImage", &[id]).refusal(), (403, "ImageUseShared"));
    let deprecate = world.ecs("ModifyImageAttribute", &[id, ("Status", "Deprecated")]);
    assert_eq!(deprecate.refusal(), (403, "ImageUseShared"));
}

#[test]
fn a_deprecated_image_is_neither_shared_nor_copied() {
    let mut world = World::new();
    let image = world.image("golden-1");
    world
        .ecs("ModifyImageAttribute", &[("ImageId", &image), ("Status", "Deprecated")])
        .ok();
    assert_eq!(
        share(&mut world, &image, &[MEMBER]).refusal(),
        (403, "OperationDenied.InvalidImageStatus")
    );
    assert_eq!(
        world.copy(&image, AWAY, "copy").refusal(),
        (400, "IncorrectImageStatus")
    );
}

#[test]
fn shares_come_in_pages() {
    let (mut world, ids) = crowd();
    let image = world.image("golden-1");
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    share(&mut world, &image, &ids[..10]).ok();
    share(&mut world, &image, &ids[10..12]).ok();
    let params = [("ImageId", image.as_str()), ("PageNumber", "2")];
    let page = world.ecs("DescribeImageSharePermission", &params).ok();
    assert_eq!(page["TotalCount"], 12);
    assert_eq!(page["Accounts"]["Account"].as_array().unwrap().len(), 2);
}

#[test]
fn whether_one_bad_account_spoils_its_ten_is_a_switch() {
    for (atomic, expected) in [(true, 0), (false, 1)] {
        let mut world = World::with(Setup {
            switches: Switches {
                batch_of_ten_is_atomic: atomic,
                ..Switches::default()
            },
            ..setup()
        });
        let image = world.image("golden-1");
        let refused = share(&mut world, &image, &[MEMBER, "4000000000000001"]);
        assert_eq!(refused.refusal(), (404, "InvalidAccount.NotFound"));
        assert_eq!(world.shared_with(&image).len(), expected, "{atomic}");
    }
}

#[test]
fn whether_an_account_can_be_given_an_image_twice_is_a_switch() {
    let mut world = World::with(Setup {
        switches: Switches {
            adding_a_shared_account_again: false,
            ..Switches::default()
        },
        ..setup()
    });
    let image = world.image("golden-1");
    share(&mut world, &image, &[MEMBER]).ok();
    let again = share(&mut world, &image, &[MEMBER]);
    assert_eq!(again.refusal(), (404, "InvalidAccount.Forbbiden"));
    assert_eq!(world.shared_with(&image), [MEMBER]);
}

#[test]
fn an_image_is_published_once_the_agreement_is_signed() {
    let mut world = World::with(Setup {
        switches: Switches {
            public_image_agreement: true,
            ..Switches::default()
        },
        ..setup()
    });
    let image = world.image("golden-1");
    let named = ("ImageId", image.as_str());
    let change = |world: &mut World, action: &str, param| world.ecs(action, &[named, param]);
    change(&mut world, "ModifyImageShareGroupPermission", ("AddGroup.1", "all")).ok();
    let again = change(&mut world, "ModifyImageSharePermission", ("IsPublic", "true"));
    assert_eq!(again.refusal(), (403, "Image.Public"));
    let community = [("ImageOwnerAlias", "others"), ("IsPublic", "true")];
    assert_eq!(world.listed(MEMBER, HOME, &community), [image.as_str()]);
    change(&mut world, "ModifyImageShareGroupPermission", ("RemoveGroup.1", "all")).ok();
    assert_eq!(world.listed(MEMBER, HOME, &community), [""; 0]);
    for (param, expected) in [
        (("RemoveGroup.1", "all"), (403, "Image.NotPublic")),
        (("AddGroup.1", "some"), (400, "InvalidGroup.Malformed")),
        (("DryRun", "true"), (400, "MissingParameter")),
    ] {
        let refused = change(&mut world, "ModifyImageShareGroupPermission", param);
        assert_eq!(refused.refusal(), expected, "{param:?}");
    }
}
