//! Who is reached by what is on a share, and what that means for images in ECS.

use std::collections::BTreeSet;

use goldcast_domain::AccountId;
use goldcast_emulator::cloud::{DiskKey, Entity, FailureReason, Setup, Switches};

use crate::shelf::{DEV, DIRECTORY_ID, PROD, PROD_EU};
use crate::support::{
    AWAY, HOME, KEY, MANAGEMENT, MEMBER, OUTSIDER, OWNER, World, account, minutes, organisation, region, setup,
};

/// An invited member of `prod`, who can be removed.
const INVITED: &str = "2000000000000002";
const IN_DEV: &str = "2000000000000009";
const IN_PROD_EU: &str = "2000000000000007";

/// Members of the standard organisation by their last two digits.
fn members(numbers: impl IntoIterator<Item = u32>) -> BTreeSet<AccountId> {
    let numbers = numbers.into_iter();
    numbers
        .map(|number| account(&format!("20000000000000{number:02}")))
        .collect()
}

#[track_caller]
fn launchers(world: &World, image: &str) -> BTreeSet<AccountId> {
    world.cloud.launchers(&region(HOME), &image.parse().unwrap())
}

#[track_caller]
fn refused(world: &mut World, action: &str, params: &[(&str, &str)]) {
    assert_eq!(world.ecs(action, params).refusal(), (403, "ImageUseShared"), "{action}");
}

#[test]
fn a_target_reaches_the_members_in_it_and_below_it() {
    for (target, expected) in [
        (PROD, members(1..=8)),
        (PROD_EU, members(7..=8)),
        (DEV, members(9..=11)),
        (DIRECTORY_ID, members(1..=13)),
        (MEMBER, members([1])),
        (MANAGEMENT, BTreeSet::from([account(MANAGEMENT)])),
    ] {
        let mut world = World::new();
        let image = world.image("golden-1");
        let share = world.share("shelf", &[&image], &[target]);
        assert_eq!(launchers(&world, &image), expected, "{target}");
        world
            .change_share("DisassociateResourceShare", &share, &[], &[target])
            .ok();
        world.wait(minutes(1));
        assert_eq!(launchers(&world, &image), BTreeSet::new(), "{target} is off the share");
    }
}

#[test]
fn the_root_folder_is_a_target_only_if_the_switch_says_so() {
    for allowed in [true, false] {
        let switches = Switches {
            root_folder_is_target: allowed,
            ..Switches::default()
        };
        let mut world = World::with(Setup { switches, ..setup() });
        let image = world.image("golden-1");
        let share = world.start_share("shelf", &[&image], &[]);
        let answer = world.change_share("AssociateResourceShare", &share, &[], &["r-root01"]);
        if allowed {
            answer.ok();
            world.wait(minutes(1));
            assert_eq!(launchers(&world, &image), members(1..=13));
        } else {
            assert_eq!(answer.refusal(), (400, "InvalidTarget"));
        }
    }
}

#[test]
fn access_follows_who_joins_moves_and_leaves_without_a_call() {
    let mut world = World::new();
    let image = world.image("golden-1");
    world.share("shelf", &[&image], &[PROD]);
    let others = [("ImageOwnerAlias", "others")];
    let check = |world: &mut World, account_id: &str, sees: bool| {
        let listed = world.listed(account_id, HOME, &others);
        assert_eq!(listed == [image.as_str()], sees, "{account_id} lists {listed:?}");
        assert_eq!(
            launchers(world, &image).contains(&account(account_id)),
            sees,
            "{account_id}"
        );
    };
    for (account_id, sees) in [(MEMBER, true), (IN_PROD_EU, true), (IN_DEV, false), (OUTSIDER, false)] {
        check(&mut world, account_id, sees);
    }
    let moved = [("AccountId", IN_DEV), ("DestinationFolderId", PROD_EU)];
    world.directory("MoveAccount", &moved).ok();
    check(&mut world, IN_DEV, true);
    let moved = [("AccountId", MEMBER), ("DestinationFolderId", DEV)];
    world.directory("MoveAccount", &moved).ok();
    check(&mut world, MEMBER, false);
    world.directory("RemoveCloudAccount", &[("AccountId", INVITED)]).ok();
    check(&mut world, INVITED, false);
    let params = [("DisplayName", "newcomer"), ("ParentFolderId", PROD)];
    world.directory("CreateResourceAccount", &params).ok();
    assert_eq!(
        launchers(&world, &image).len(),
        8,
        "eight, one more, one in, one out, one gone"
    );
}

#[test]
fn a_member_named_itself_loses_access_when_it_leaves_the_directory() {
    let mut world = World::new();
    let image = world.image("golden-1");
    world.share("shelf", &[&image], &[INVITED]);
    assert_eq!(launchers(&world, &image), members([2]));
    world.directory("RemoveCloudAccount", &[("AccountId", INVITED)]).ok();
    assert_eq!(launchers(&world, &image), BTreeSet::new());
}

#[test]
fn access_begins_and_ends_with_the_task_and_not_with_the_call() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let share = world.start_share("shelf", &[&image], &[PROD]);
    assert_eq!(launchers(&world, &image).len(), 0);
    world.wait(minutes(1));
    assert_eq!(launchers(&world, &image).len(), 8);
    world
        .change_share("DisassociateResourceShare", &share, &[&image], &[])
        .ok();
    assert_eq!(launchers(&world, &image).len(), 8);
    world.wait(minutes(1));
    assert_eq!(launchers(&world, &image).len(), 0);
}

#[test]
fn both_ways_at_once_is_found() {
    let mut world = World::new();
    let image = world.image("golden-1");
    world.share("shelf", &[&image], &[PROD]);
    let both = |world: &World| world.cloud.is_shared_both_ways(&region(HOME), &image.parse().unwrap());
    let grant = |account| [("ImageId", image.as_str()), ("AddAccount.1", account)];
    world.ecs("ModifyImageSharePermission", &grant(IN_DEV)).ok();
    assert!(!both(&world));
    let mut expected = members(1..=8);
    expected.insert(account(IN_DEV));
    assert_eq!(launchers(&world, &image), expected);
    world
        .directory("MoveAccount", &[("AccountId", IN_DEV), ("DestinationFolderId", PROD)])
        .ok();
    assert!(both(&world));
    assert_eq!(launchers(&world, &image), expected, "once is enough");
}

#[test]
fn a_shared_image_can_be_neither_deleted_nor_deprecated_until_it_is_off_the_share() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let id = ("ImageId", image.as_str());
    let deprecate = [id, ("Status", "Deprecated")];
    let share = world.start_share("shelf", &[&image], &[]);
    for step in ["on its way", "on the share", "on its way off"] {
        refused(&mut world, "DeleteImage", &[id]);
        refused(&mut world, "ModifyImageAttribute", &deprecate);
        if step == "on the share" {
            world
                .change_share("DisassociateResourceShare", &share, &[&image], &[])
                .ok();
        } else {
            world.wait(minutes(1));
        }
    }
    world.ecs("ModifyImageAttribute", &deprecate).ok();
    world.ecs("DeleteImage", &[id]).ok();
}

#[test]
fn a_recipient_launches_by_family_and_copies_within_the_region() {
    let mut world = World::new();
    let image = world.start_image(&[("ImageName", "golden-1"), ("ImageFamily", "corp")]);
    world.wait(minutes(10));
    world.share("shelf", &[&image], &[PROD]);
    let family = format!("acs:{OWNER}:corp");
    let resolved = |world: &mut World, account_id: &str| {
        let params = [("ImageFamily", family.as_str())];
        let body = world.ecs_as(account_id, HOME, "DescribeImageFromFamily", &params).ok();
        let kept = world.cloud.resolve_family(&region(HOME), &account(account_id), &family);
        assert_eq!(kept.is_some(), body["Image"]["ImageId"].is_string());
        body["Image"]["ImageId"].as_str().map(str::to_owned)
    };
    assert_eq!(resolved(&mut world, MEMBER), Some(image.clone()));
    assert_eq!(resolved(&mut world, IN_DEV), None);
    let copy = [("ImageId", image.as_str()), ("DestinationImageName", "mine")];
    world.ecs_as(MEMBER, HOME, "CopyImage", &copy).ok();
    let refused = world.ecs_as(IN_DEV, HOME, "CopyImage", &copy);
    assert_eq!(refused.refusal(), (404, "InvalidImageId.NotFound"));
}

#[test]
fn an_image_on_a_share_is_listed_as_shared_only_if_the_switch_says_so() {
    for shown in [true, false] {
        let switches = Switches {
            shelves_show_as_self_shared: shown,
            ..Switches::default()
        };
        let mut world = World::with(Setup { switches, ..setup() });
        let image = world.image("golden-1");
        world.share("shelf", &[&image], &[PROD]);
        let body = world.ecs("DescribeImages", &[("ImageId", &image)]).ok();
        let listed = &body["Images"]["Image"][0]["IsSelfShared"];
        assert_eq!(listed, if shown { "True" } else { "False" });
    }
}

#[test]
fn an_encrypted_image_gets_onto_a_share_only_if_the_switch_says_so() {
    for allowed in [true, false] {
        let switches = Switches {
            encrypted_images_on_shelves: allowed,
            ..Switches::default()
        };
        let mut organisation = organisation();
        for instance in &mut organisation.instances {
            instance.encryption = Some(DiskKey::Customer(KEY.to_owned()));
        }
        let mut world = World::of(Setup { switches, ..setup() }, &organisation);
        let image = world.image("golden-1");
        let share = world.share("shelf", &[&image], &[PROD]);
        let kept = world
            .cloud
            .resource_shares(&region(HOME))
            .find(|kept| kept.id == share)
            .unwrap();
        let association = &kept.associations[&Entity::Image(image.parse().unwrap())];
        let failure = (!allowed).then_some(FailureReason::UnsupportedOperation);
        assert_eq!(association.failure(), failure);
        assert_eq!(launchers(&world, &image).is_empty(), !allowed);
    }
}

#[test]
fn a_share_is_of_one_region() {
    let mut world = World::new();
    let image = world.image("golden-1");
    world.share("shelf", &[&image], &[PROD]);
    let rows = world.sharing_as(OWNER, AWAY, "ListResourceShares", &[("ResourceOwner", "Self")]);
    assert_eq!(rows.ok()["ResourceShares"].as_array().unwrap().len(), 0);
    assert!(world.cloud.launchers(&region(AWAY), &image.parse().unwrap()).is_empty());
}

#[test]
fn sharing_is_enabled_once_by_the_management_account() {
    let mut organisation = organisation();
    organisation.sharing_enabled = false;
    let mut world = World::of(setup(), &organisation);
    let enabled = |world: &mut World| {
        let body = world.sharing("CheckSharingWithResourceDirectoryStatus", &[]).ok();
        body["EnableSharingWithRd"].as_bool().unwrap()
    };
    let share = world.start_share("shelf", &[], &[]);
    let answer = world.change_share("AssociateResourceShare", &share, &[], &[PROD]);
    assert_eq!(answer.refusal(), (409, "NotEnableSharingWithResourceDirectory"));
    assert!(!enabled(&mut world));
    let action = "EnableSharingWithResourceDirectory";
    assert_eq!(world.sharing(action, &[]).refusal(), (409, "ActionNotPermitted"));
    world.sharing_as(MANAGEMENT, HOME, action, &[]).ok();
    assert!(enabled(&mut world));
    let again = world.sharing_as(MANAGEMENT, HOME, action, &[]);
    assert_eq!(again.refusal(), (409, "AlreadyEnabled"));
    world.change_share("AssociateResourceShare", &share, &[], &[PROD]).ok();
}
