//! KMS: keys, their states and the service key of ECS.

use goldcast_emulator::cloud::{Endpoint, KeyState, KmsKey};
use serde_json::{Value, json};

use crate::shapes::check_shape;
use crate::support::{AWAY, HOME, KEY, KMS, MEMBER, OWNER, Signer, World, account, minutes, region};

fn described(world: &mut World, key: &str) -> Value {
    world.kms("DescribeKey", &[("KeyId", key)]).ok()["KeyMetadata"].clone()
}

fn state(world: &mut World) -> String {
    described(world, KEY)["KeyState"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_is_found_by_id_arn_and_alias() {
    let mut world = World::new();
    let mut key = world.cloud.kms_key(&region(HOME), &account(OWNER), KEY).unwrap();
    key.aliases.insert("alias/golden".to_owned());
    world.cloud.put_kms_key(key);
    let place = format!("acs:kms:{HOME}:{OWNER}");
    for name in [
        KEY.to_owned(),
        format!("{place}:key/{KEY}"),
        "alias/golden".to_owned(),
        format!("{place}:alias/golden"),
    ] {
        let found = described(&mut world, &name);
        assert_eq!(
            (&found["KeyId"], &found["Arn"], &found["Creator"]),
            (&json!(KEY), &json!(format!("{place}:key/{KEY}")), &json!(OWNER)),
            "{name}"
        );
    }
}

#[test]
fn a_key_of_another_region_or_account_is_not_found() {
    let mut world = World::new();
    let far = region("eu-west-1");
    let arn = format!("acs:kms:{AWAY}:{OWNER}:key/{KEY}");
    for (who, at, key, code) in [
        (OWNER, far.as_str(), KEY, "Forbidden.KeyNotFound"),
        (MEMBER, HOME, KEY, "Forbidden.KeyNotFound"),
        (OWNER, HOME, arn.as_str(), "Forbidden.KeyNotFound"),
        (OWNER, HOME, "alias/nobody", "Forbidden.AliasNotFound"),
    ] {
        let refused = world.kms_as(who, at, "DescribeKey", &[("KeyId", key)]);
        assert_eq!(refused.refusal(), (404, code), "{who} {at} {key}");
    }
    assert_eq!(world.kms("DescribeKey", &[]).refusal(), (400, "MissingParameter"));
}

#[test]
fn ecs_has_a_key_of_its_own_in_every_account_and_region() {
    let mut world = World::new();
    let mut ids = Vec::new();
    for (who, at) in [(OWNER, HOME), (OWNER, "eu-west-1"), (MEMBER, HOME)] {
        let found = world.kms_as(who, at, "DescribeKey", &[("KeyId", "alias/acs/ecs")]).ok();
        let id = found["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
        let aliases = world.kms_as(who, at, "ListAliasesByKeyId", &[("KeyId", &id)]).ok();
        assert_eq!(
            aliases["Aliases"]["Alias"],
            json!([{
                "AliasName": "alias/acs/ecs",
                "AliasArn": format!("acs:kms:{at}:{who}:alias/acs/ecs"),
                "KeyId": id,
            }])
        );
        ids.push(id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let disabled = world.kms("DisableKey", &[("KeyId", "alias/acs/ecs")]);
    assert_eq!(disabled.refusal(), (400, "Rejected.UnsupportedOperation"));
}

#[test]
fn a_key_is_disabled_and_enabled_and_its_end_is_called_off() {
    let mut world = World::new();
    let key = ("KeyId", KEY);
    let days = ("PendingWindowInDays", "7");
    for (action, params, expected) in [
        ("DisableKey", vec![key], "Disabled"),
        ("DisableKey", vec![key], "Disabled"),
        ("EnableKey", vec![key], "Enabled"),
        ("ScheduleKeyDeletion", vec![key, days], "PendingDeletion"),
        ("CancelKeyDeletion", vec![key], "Enabled"),
    ] {
        world.kms(action, &params).ok();
        assert_eq!(state(&mut world), expected, "{action}");
    }
    let enabled = world.kms("CancelKeyDeletion", &[key]);
    assert_eq!(enabled.refusal(), (409, "Rejected.StateModifiedFailed"));
    world.kms("ScheduleKeyDeletion", &[key, days]).ok();
    for action in ["EnableKey", "DisableKey"] {
        let refused = world.kms(action, &[key]);
        assert_eq!(refused.refusal(), (409, "Rejected.StateModifiedFailed"), "{action}");
    }
    assert!(
        described(&mut world, KEY)["DeleteDate"]
            .as_str()
            .unwrap()
            .starts_with("2026-03-09")
    );
    world.wait(minutes(7 * 24 * 60));
    let gone = world.kms("DescribeKey", &[key]);
    assert_eq!(gone.refusal(), (404, "Forbidden.KeyNotFound"));
}

#[test]
fn a_window_of_deletion_is_a_week_to_a_year() {
    let mut world = World::new();
    for (days, expected) in [
        ("6", "InvalidParameter"),
        ("367", "InvalidParameter"),
        ("", "MissingParameter"),
    ] {
        let refused = world.kms("ScheduleKeyDeletion", &[("KeyId", KEY), ("PendingWindowInDays", days)]);
        assert_eq!(refused.refusal(), (400, expected), "{days}");
    }
}

#[test]
fn new_and_declared_keys_are_listed_in_pages() {
    let mut world = World::new();
    let made = world.kms("CreateKey", &[("Description", "golden images")]).ok();
    let id = made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    assert_eq!(described(&mut world, &id)["Description"], "golden images");
    let listed = world.kms("ListKeys", &[]).ok();
    assert_eq!(
        listed["TotalCount"], 3,
        "the new one, the declared one and the service key"
    );
    let page = world.kms("ListKeys", &[("PageSize", "2"), ("PageNumber", "2")]).ok();
    assert_eq!(page["Keys"]["Key"].as_array().unwrap().len(), 1);
    let aliases = world.kms("ListAliases", &[]).ok();
    assert_eq!(aliases["Aliases"]["Alias"][0]["AliasName"], "alias/acs/ecs");
    let imported = world.kms("CreateKey", &[("Origin", "EXTERNAL")]);
    assert_eq!(imported.refusal(), (400, "InvalidParameter"));
}

#[test]
fn a_key_that_a_test_puts_is_there_at_once() {
    let mut world = World::new();
    let (home, owner) = (region(HOME), account(OWNER));
    let key = KmsKey {
        state: KeyState::Disabled,
        ..KmsKey::new(&owner, &home, "key-other", world.now)
    };
    world.cloud.put_kms_key(key.clone());
    assert_eq!(world.cloud.kms_key(&home, &owner, &key.arn()), Some(key));
    assert_eq!(described(&mut world, "key-other")["KeyState"], "Disabled");
}

#[test]
fn answers_about_keys_are_whole() {
    let shapes: Value = serde_json::from_str(include_str!("../fixtures/key-and-role-responses.json")).unwrap();
    let mut world = World::new();
    for action in [
        "DescribeKey",
        "ListKeys",
        "ListAliases",
        "ListAliasesByKeyId",
        "CreateKey",
    ] {
        let body = world.kms(action, &[("KeyId", "alias/acs/ecs")]).ok();
        check_shape(action, &body, &shapes[action]);
    }
}

#[test]
fn kms_is_regional_and_its_writes_are_told_on_the_bus() {
    let mut world = World::new();
    let global = world.call(&Signer::of(OWNER), &Endpoint::Global, KMS, "ListKeys", &[]);
    assert_eq!(global.refusal(), (404, "InvalidProduct.NotFound"));
    world.kms_as(OWNER, AWAY, "DisableKey", &[("KeyId", KEY)]).ok();
    world.kms("ListKeys", &[]).ok();
    world.wait(minutes(2));
    assert_eq!(world.events.len(), 1);
    let event = &world.events[0];
    assert_eq!(event.region.as_str(), AWAY);
    assert_eq!(event.body["type"], "kms:ActionTrail:ApiCall");
    assert_eq!(event.body["subject"], format!("acs:kms:{AWAY}:{OWNER}:key/{KEY}"));
}

#[test]
fn an_alias_stands_for_one_key_until_it_is_deleted() {
    let mut world = World::new();
    let alias = ("AliasName", "alias/golden");
    world.kms("CreateAlias", &[("KeyId", KEY), alias]).ok();
    assert_eq!(described(&mut world, "alias/golden")["KeyId"], KEY);
    let again = world.kms("CreateAlias", &[("KeyId", KEY), alias]);
    assert_eq!(again.refusal(), (400, "AliasAlreadyExists"));
    let other = world.kms(
        "CreateAlias",
        &[("KeyId", "alias/golden"), ("AliasName", "alias/other")],
    );
    assert_eq!(other.refusal(), (400, "Unsupported.Alias"));
    world.kms("DeleteAlias", &[alias]).ok();
    let gone = world.kms("DescribeKey", &[("KeyId", "alias/golden")]);
    assert_eq!(gone.refusal(), (404, "Forbidden.AliasNotFound"));
    let gone = world.kms("DeleteAlias", &[alias]);
    assert_eq!(gone.refusal(), (404, "Forbidden.AliasNotFound"));
}

#[test]
fn the_clouds_own_aliases_stay_as_they_are() {
    let mut world = World::new();
    let new = world.kms("CreateAlias", &[("KeyId", KEY), ("AliasName", "alias/acs/mine")]);
    assert_eq!(new.refusal(), (400, "InvalidParameter"));
    let old = world.kms("DeleteAlias", &[("AliasName", "alias/acs/ecs")]);
    assert_eq!(old.refusal(), (400, "InvalidParameter"));
}

#[test]
fn keys_are_tagged_one_at_a_time_and_many_at_once() {
    let mut world = World::new();
    let id = ("KeyId", KEY);
    let tags = r#"[{"TagKey":"team","TagValue":"blue"},{"TagKey":"cost","TagValue":"7"}]"#;
    world.kms("TagResource", &[id, ("Tags", tags)]).ok();
    let listed = world.kms("ListResourceTags", &[id]).ok();
    assert_eq!(listed["Tags"]["Tag"].as_array().unwrap().len(), 2);
    world.kms("UntagResource", &[id, ("TagKeys", r#"["cost"]"#)]).ok();
    let place = [("RegionId", HOME), ("ResourceType", "key")];
    let rows = world.kms("ListTagResources", &place).ok();
    assert_eq!(
        rows["TagResources"]["TagResource"],
        json!([{ "ResourceId": KEY, "ResourceType": "key", "TagKey": "team", "TagValue": "blue" }])
    );
    let more = [
        place[0],
        place[1],
        ("ResourceId.1", KEY),
        ("Tag.1.Key", "stage"),
        ("Tag.1.Value", "prod"),
    ];
    world.kms("TagResources", &more).ok();
    let wanted = [place[0], place[1], ("Tag.1.Key", "stage"), ("Tag.1.Value", "prod")];
    let rows = world.kms("ListTagResources", &wanted).ok();
    assert_eq!(rows["TagResources"]["TagResource"].as_array().unwrap().len(), 2);
    let all = [place[0], place[1], ("ResourceId.1", KEY), ("All", "true")];
    world.kms("UntagResources", &all).ok();
    let rows = world.kms("ListTagResources", &place).ok();
    assert_eq!(rows["TagResources"]["TagResource"], json!([]));
}

#[test]
fn a_key_can_be_made_with_tags_and_a_policy() {
    let mut world = World::new();
    let policy = r#"{"Version":"1","Statement":[]}"#;
    let params = [("Tags", r#"[{"TagKey":"team","TagValue":"blue"}]"#), ("Policy", policy)];
    let made = world.kms("CreateKey", &params).ok();
    let id = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let tags = world.kms("ListResourceTags", &[("KeyId", id)]).ok();
    assert_eq!(tags["Tags"]["Tag"][0]["TagValue"], "blue");
    assert_eq!(world.kms("GetKeyPolicy", &[("KeyId", id)]).ok()["Policy"], policy);
}

#[test]
fn the_policy_of_a_key_is_its_accounts_own_until_it_is_set() {
    let mut world = World::new();
    let id = ("KeyId", KEY);
    let first = world.kms("GetKeyPolicy", &[id]).ok();
    assert!(first["Policy"].as_str().unwrap().contains(OWNER));
    let policy = r#"{"Version":"1","Statement":[]}"#;
    world.kms("SetKeyPolicy", &[id, ("Policy", policy)]).ok();
    assert_eq!(world.kms("GetKeyPolicy", &[id]).ok()["Policy"], policy);
}

#[test]
fn the_service_is_open_in_every_region() {
    let mut world = World::new();
    world.kms("OpenKmsService", &[]).ok();
    let status = world.kms("DescribeAccountKmsStatus", &[]).ok();
    assert_eq!(status["AccountStatus"], "Enabled");
    let regions = world.kms("DescribeRegions", &[]).ok();
    assert_eq!(regions["Regions"]["Region"].as_array().unwrap().len(), 41);
}

#[test]
fn what_is_wrong_about_a_key_is_refused_with_its_code() {
    let mut world = World::new();
    let id = ("KeyId", KEY);
    let place = [("RegionId", HOME), ("ResourceType", "key")];
    let many: Vec<_> = (0..21)
        .map(|number| json!({ "TagKey": format!("k{number}"), "TagValue": "" }))
        .collect();
    let many = Value::from(many).to_string();
    for (action, params, expected) in [
        ("CreateAlias", vec![id], (400, "MissingParameter")),
        (
            "CreateAlias",
            vec![id, ("AliasName", "golden")],
            (400, "InvalidParameter"),
        ),
        (
            "CreateAlias",
            vec![("KeyId", "key-nobody"), ("AliasName", "alias/golden")],
            (404, "Forbidden.KeyNotFound"),
        ),
        ("TagResource", vec![id], (400, "MissingParameter")),
        ("TagResource", vec![id, ("Tags", "team")], (400, "InvalidParameter")),
        (
            "TagResource",
            vec![id, ("Tags", many.as_str())],
            (400, "Rejected.LimitExceeded"),
        ),
        (
            "UntagResource",
            vec![id, ("TagKeys", "team")],
            (400, "InvalidParameter"),
        ),
        ("TagResources", vec![], (400, "MissingParameter")),
        ("TagResources", vec![("RegionId", AWAY)], (400, "InvalidParameter")),
        (
            "TagResources",
            vec![place[0], ("ResourceType", "secret")],
            (400, "InvalidParameter"),
        ),
        ("TagResources", place.to_vec(), (400, "MissingParameter")),
        (
            "TagResources",
            vec![place[0], place[1], ("ResourceId.1", "key-nobody")],
            (404, "Forbidden.KeyNotFound"),
        ),
        (
            "UntagResources",
            vec![place[0], place[1], ("ResourceId.1", KEY)],
            (400, "MissingParameter"),
        ),
        (
            "GetKeyPolicy",
            vec![id, ("PolicyName", "other")],
            (400, "InvalidParameter"),
        ),
        ("SetKeyPolicy", vec![id], (400, "MissingParameter")),
        ("SetKeyPolicy", vec![id, ("Policy", "{}")], (400, "InvalidParameter")),
        ("CreateKey", vec![("Policy", "none")], (400, "InvalidParameter")),
    ] {
        let refused = world.kms(action, &params);
        assert_eq!(refused.refusal(), expected, "{action} {params:?}");
    }
}
