//! Encrypted images: what they are made under, how copies change that, and when they can be shared.

use goldcast_emulator::cloud::{DiskKey, KeyState, Role, Setup, Switches, Trust};
use serde_json::Value;

use crate::support::{
    AWAY, Answer, BUILDER, HOME, KEY, MEMBER, OUTSIDER, OWNER, SHARING, World, account, id_of, minutes, organisation,
    region, setup,
};

const ENCRYPTED: (&str, &str) = ("Encrypted", "true");
const KEYED: (&str, &str) = ("KMSKeyId", KEY);

/// A cloud whose builder's disks are encrypted.
fn with_builder(key: &DiskKey, data_disks: &[u32]) -> World {
    let mut organisation = organisation();
    for instance in &mut organisation.instances {
        instance.encryption = Some(key.clone());
        instance.data_disks_gib = data_disks.to_vec();
    }
    World::of(setup(), &organisation)
}

fn customer() -> DiskKey {
    DiskKey::Customer(KEY.to_owned())
}

/// Disables the owner's key in a region.
fn disable(world: &mut World, at: &str) {
    world.kms_as(OWNER, at, "DisableKey", &[("KeyId", KEY)]).ok();
}

/// The key of an image's system disk.
fn key_of(world: &World, at: &str, image: &str) -> Option<String> {
    world.kept(at, image).disks[0].kms_key.clone()
}

/// The service key of an account in a region.
fn service_key(world: &World, at: &str, owner: &str) -> Option<String> {
    let key = world.cloud.kms_key(&region(at), &account(owner), "alias/acs/ecs");
    key.map(|key| key.id)
}

/// Copies an image to [`SHARING`] and lets the copy end.
#[track_caller]
fn copied(world: &mut World, image: &str, params: &[(&str, &str)]) -> String {
    let to = [("ImageId", image), ("DestinationRegionId", SHARING)];
    let params: Vec<_> = to.into_iter().chain(params.iter().copied()).collect();
    let copy = id_of(&world.ecs("CopyImage", &params).ok());
    world.wait(minutes(240));
    copy
}

/// Lets ECS of these accounts assume the role that shares encrypted images.
fn trust(world: &mut World, accounts: &[&str]) {
    let accounts: Vec<_> = accounts.iter().map(|id| account(id)).collect();
    let role = Role::share_encrypted(&account(OWNER), &accounts);
    world.cloud.put_role(world.now, &role);
}

fn share(world: &mut World, image: &str, recipients: &[&str]) -> Answer {
    let names: Vec<String> = (1..=recipients.len()).map(|n| format!("AddAccount.{n}")).collect();
    let added = names.iter().map(String::as_str).zip(recipients.iter().copied());
    let params: Vec<_> = added.chain([("ImageId", image)]).collect();
    world.ecs_as(OWNER, SHARING, "ModifyImageSharePermission", &params)
}

#[test]
fn an_image_of_encrypted_disks_is_encrypted_under_their_key() {
    for (key, data_disks) in [(customer(), &[][..]), (DiskKey::Service, &[20])] {
        let mut world = with_builder(&key, data_disks);
        let image = world.image("golden-1");
        let expected = match &key {
            DiskKey::Service => service_key(&world, HOME, OWNER),
            DiskKey::Customer(id) => Some(id.clone()),
        };
        let disks = &world.kept(HOME, &image).disks;
        assert_eq!(disks.len(), data_disks.len() + 1);
        assert!(disks.iter().all(|disk| disk.encrypted && disk.kms_key == expected));
        let body = world.ecs("DescribeSnapshots", &[]).ok();
        for snapshot in body["Snapshots"]["Snapshot"].as_array().unwrap() {
            let seen = (&snapshot["Encrypted"], snapshot["KMSKeyId"].as_str());
            assert_eq!(seen, (&Value::Bool(true), expected.as_deref()), "{key:?}");
        }
    }
}

#[test]
fn an_image_cannot_be_made_under_a_disabled_key() {
    let mut world = with_builder(&customer(), &[]);
    disable(&mut world, HOME);
    let refused = world.ecs("CreateImage", &[("InstanceId", BUILDER)]);
    assert_eq!(refused.refusal(), (403, "InvalidParameter.KMSKeyId.CMKNotEnabled"));
}

#[test]
fn a_copy_is_under_the_key_that_was_asked_for() {
    let arn = format!("acs:kms:{SHARING}:{OWNER}:key/{KEY}");
    let (plain, service, custom) = (None, Some(""), Some(KEY));
    for (builder, params, expected) in [
        (None, vec![], plain),
        (None, vec![("Encrypted", "false")], plain),
        (None, vec![ENCRYPTED], service),
        (None, vec![ENCRYPTED, KEYED], custom),
        (None, vec![ENCRYPTED, ("KMSKeyId", arn.as_str())], custom),
        (Some(customer()), vec![], service),
        (Some(customer()), vec![ENCRYPTED], service),
        (Some(DiskKey::Service), vec![ENCRYPTED, KEYED], custom),
    ] {
        let mut organisation = organisation();
        organisation.instances[0].encryption.clone_from(&builder);
        let mut world = World::of(setup(), &organisation);
        let image = world.image("golden-1");
        let copy = copied(&mut world, &image, &params);
        let expected = match expected {
            Some("") => service_key(&world, SHARING, OWNER),
            key => key.map(str::to_owned),
        };
        assert_eq!(key_of(&world, SHARING, &copy), expected, "{builder:?} {params:?}");
        assert_eq!(world.kept(SHARING, &copy).is_encrypted(), expected.is_some());
        let body = world.ecs_as(OWNER, SHARING, "DescribeSnapshots", &[]).ok();
        let snapshot = &body["Snapshots"]["Snapshot"][0];
        assert_eq!(snapshot["KMSKeyId"], expected.unwrap_or_default());
    }
}

#[test]
fn a_copy_within_a_region_changes_the_key() {
    let mut world = with_builder(&DiskKey::Service, &[]);
    let image = world.image("golden-1");
    for to in [vec![], vec![("DestinationRegionId", HOME)]] {
        let params: Vec<_> = to
            .into_iter()
            .chain([("ImageId", image.as_str()), ENCRYPTED, KEYED])
            .collect();
        let copy = id_of(&world.ecs("CopyImage", &params).ok());
        assert_eq!(key_of(&world, HOME, &copy).as_deref(), Some(KEY));
    }
}

#[test]
fn a_copy_with_the_wrong_encryption_is_refused_with_the_documented_code() {
    let mut world = with_builder(&customer(), &[]);
    let image = world.image("golden-1");
    disable(&mut world, AWAY);
    let id = ("ImageId", image.as_str());
    let (disabled, far) = (("DestinationRegionId", AWAY), ("DestinationRegionId", "eu-west-1"));
    let elsewhere = format!("acs:kms:{HOME}:{OWNER}:key/{KEY}");
    for (params, expected) in [
        (vec![id, KEYED], (400, "InvalidEncrypted.NotMatchKmsKeyId")),
        (
            vec![id, KEYED, ("Encrypted", "false")],
            (400, "InvalidEncrypted.NotMatchKmsKeyId"),
        ),
        (
            vec![id, ("Encrypted", "False")],
            (400, "InvalidParameter.EncryptedIllegal"),
        ),
        (
            vec![id, ENCRYPTED, KEYED, far],
            (404, "InvalidParameter.KMSKeyId.NotFound"),
        ),
        (
            vec![id, ENCRYPTED, ("KMSKeyId", &elsewhere), far],
            (404, "InvalidParameter.KMSKeyId.NotFound"),
        ),
        (
            vec![id, ENCRYPTED, KEYED, disabled],
            (403, "InvalidParameter.KMSKeyId.CMKNotEnabled"),
        ),
    ] {
        assert_eq!(world.ecs("CopyImage", &params).refusal(), expected, "{params:?}");
    }
    disable(&mut world, HOME);
    let source_disabled = world.ecs("CopyImage", &[id, ENCRYPTED]);
    assert_eq!(
        source_disabled.refusal(),
        (403, "InvalidParameter.KMSKeyId.CMKNotEnabled")
    );
}

#[test]
fn a_copy_goes_into_the_resource_group_it_is_given() {
    let mut world = World::with(Setup {
        switches: Switches {
            resource_groups: Some(["rg-golden".to_owned()].into()),
            ..Switches::default()
        },
        ..setup()
    });
    let image = world.image("golden-1");
    let (id, to) = (("ImageId", image.as_str()), ("DestinationRegionId", AWAY));
    let unknown = world.ecs("CopyImage", &[id, to, ("ResourceGroupId", "rg-nobody")]);
    assert_eq!(unknown.refusal(), (404, "InvalidResourceGroup.NotFound"));
    let described = ("DestinationDescription", "golden everywhere");
    let copy = world
        .ecs("CopyImage", &[id, to, described, ("ResourceGroupId", "rg-golden")])
        .ok();
    let copy = world.kept(AWAY, &id_of(&copy)).clone();
    assert_eq!(
        (copy.resource_group.as_str(), copy.description.as_str()),
        ("rg-golden", "golden everywhere")
    );
}

#[test]
fn an_encrypted_image_is_shared_once_the_role_trusts_the_recipient() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let copy = copied(&mut world, &image, &[ENCRYPTED, KEYED]);
    let refused = share(&mut world, &copy, &[MEMBER]);
    assert_eq!(refused.refusal(), (403, "AssumeRoleError"), "there is no role");
    trust(&mut world, &[OUTSIDER]);
    assert_eq!(share(&mut world, &copy, &[MEMBER]).refusal(), (403, "AssumeRoleError"));
    trust(&mut world, &[MEMBER]);
    assert_eq!(
        share(&mut world, &copy, &[MEMBER, OUTSIDER]).refusal(),
        (403, "AssumeRoleError"),
        "one of them is not trusted"
    );
    share(&mut world, &copy, &[MEMBER]).ok();
    let role = Role {
        policies: Vec::new(),
        trust: Trust::Document("{".to_owned()),
        ..Role::share_encrypted(&account(OWNER), &[])
    };
    world.cloud.put_role(world.now, &role);
    assert_eq!(share(&mut world, &copy, &[MEMBER]).refusal(), (403, "AssumeRoleError"));
    let params = [("ImageId", copy.as_str()), ("RemoveAccount.1", MEMBER)];
    world.ecs_as(OWNER, SHARING, "ModifyImageSharePermission", &params).ok();
}

/// Everything is wrong with the image at first; what is put right shows what the cloud looks at next.
#[test]
fn the_checks_on_an_encrypted_image_come_in_order() {
    let mut world = with_builder(&DiskKey::Service, &[20]);
    let image = world.image("golden-1");
    let in_home = world.ecs(
        "ModifyImageSharePermission",
        &[("ImageId", &image), ("AddAccount.1", MEMBER)],
    );
    assert_eq!(
        in_home.refusal(),
        (403, "OperationDeined.EncryptedSnapshot"),
        "not in this region"
    );

    let copy = copied(&mut world, &image, &[ENCRYPTED]);
    let service = "InvalidOperation.ServiceKeyEncryptedImageUnsupported";
    assert_eq!(share(&mut world, &copy, &[MEMBER]).refusal(), (403, service));

    let copy = copied(&mut world, &image, &[ENCRYPTED, KEYED]);
    disable(&mut world, SHARING);
    assert_eq!(
        share(&mut world, &copy, &[MEMBER]).refusal(),
        (403, "OperationDeined.FullImage")
    );

    let id = copy.parse().unwrap();
    assert!(
        world
            .cloud
            .edit_image(&region(SHARING), &id, |image| image.disks.truncate(1))
    );
    assert_eq!(share(&mut world, &copy, &[MEMBER]).refusal(), (403, "AssumeRoleError"));

    trust(&mut world, &[MEMBER]);
    let disabled = share(&mut world, &copy, &[MEMBER]);
    assert_eq!(disabled.refusal(), (403, "InvalidParameter.KMSKeyId.CMKNotEnabled"));

    world.kms_as(OWNER, SHARING, "EnableKey", &[("KeyId", KEY)]).ok();
    share(&mut world, &copy, &[MEMBER]).ok();
}

#[test]
fn which_regions_share_encrypted_images_is_a_switch() {
    let mut world = World::with(Setup {
        switches: Switches {
            encrypted_share_regions: [region(HOME)].into(),
            ..Switches::default()
        },
        ..setup()
    });
    trust(&mut world, &[MEMBER]);
    let image = world.image("golden-1");
    let away = copied(&mut world, &image, &[ENCRYPTED, KEYED]);
    let refused = share(&mut world, &away, &[MEMBER]);
    assert_eq!(refused.refusal(), (403, "OperationDeined.EncryptedSnapshot"));
    let home = id_of(&world.ecs("CopyImage", &[("ImageId", &image), ENCRYPTED, KEYED]).ok());
    world.wait(minutes(60));
    let params = [("ImageId", home.as_str()), ("AddAccount.1", MEMBER)];
    world.ecs("ModifyImageSharePermission", &params).ok();
}

#[test]
fn a_recipients_copy_ends_under_the_recipients_service_key() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let shared = copied(&mut world, &image, &[ENCRYPTED, KEYED]);
    trust(&mut world, &[MEMBER]);
    share(&mut world, &shared, &[MEMBER]).ok();
    let id = ("ImageId", shared.as_str());
    let silent = world.ecs_as(MEMBER, SHARING, "CopyImage", &[id]);
    assert_eq!(silent.refusal(), (400, "InvalidParameter.EncryptedIllegal"));
    let copy = id_of(&world.ecs_as(MEMBER, SHARING, "CopyImage", &[id, ENCRYPTED]).ok());
    assert_eq!(key_of(&world, SHARING, &copy), service_key(&world, SHARING, MEMBER));
    let mut key = world.cloud.kms_key(&region(SHARING), &account(OWNER), KEY).unwrap();
    key.state = KeyState::PendingDeletion;
    world.cloud.put_kms_key(key);
    let unusable = world.ecs_as(MEMBER, SHARING, "CopyImage", &[id, ENCRYPTED]);
    assert_eq!(unusable.refusal(), (403, "InvalidParameter.KMSKeyId.CMKNotEnabled"));
}
