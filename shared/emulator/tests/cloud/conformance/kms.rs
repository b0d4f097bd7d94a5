//! KMS 2016-01-20.

use super::{Call, Exception, Product, Recipe};
use crate::support::{KEY, World};

const PRODUCT: Product = Product {
    version: "2016-01-20",
    description: include_str!("../../fixtures/openapi/kms-2016-01-20.json"),
    recipes: RECIPES,
    unsimulated: "Decrypt Encrypt GenerateDataKey ListKmsInstances",
    common_codes: &["InvalidParameter", "InvalidParameter.Format", "MissingParameter"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[];

const RECIPES: &[Recipe] = &[
    Recipe("CancelKeyDeletion", |world| {
        let params = [("KeyId", KEY), ("PendingWindowInDays", "7")];
        world.kms("ScheduleKeyDeletion", &params).ok();
        key()
    }),
    Recipe("CreateAlias", |_| {
        Call::home(&format!("KeyId={KEY} AliasName=alias/golden"))
    }),
    Recipe("CreateKey", |_| Call::home("")),
    Recipe("DeleteAlias", |world| {
        let params = [("KeyId", KEY), ("AliasName", "alias/golden")];
        world.kms("CreateAlias", &params).ok();
        Call::home("AliasName=alias/golden")
    }),
    Recipe("DescribeAccountKmsStatus", |_| Call::home("")),
    Recipe("DescribeRegions", |_| Call::home("")),
    Recipe("GetKeyPolicy", |_| key()),
    Recipe("ListResourceTags", |world| {
        tag(world);
        key()
    }),
    Recipe("ListTagResources", |world| {
        tag(world);
        Call::home(PLACE)
    }),
    Recipe("OpenKmsService", |_| Call::home("")),
    Recipe("SetKeyPolicy", |_| {
        key().with("Policy", r#"{"Version":"1","Statement":[]}"#)
    }),
    Recipe("TagResource", |_| key().with("Tags", TAGS)),
    Recipe("TagResources", |_| {
        Call::home(&format!("{PLACE} ResourceId.1={KEY} Tag.1.Key=team"))
    }),
    Recipe("UntagResource", |_| key().with("TagKeys", r#"["team"]"#)),
    Recipe("UntagResources", |_| {
        Call::home(&format!("{PLACE} ResourceId.1={KEY} TagKey.1=team"))
    }),
    Recipe("DescribeKey", |_| key()),
    Recipe("DisableKey", |_| key()),
    Recipe("EnableKey", |world| {
        world.kms("DisableKey", &[("KeyId", KEY)]).ok();
        key()
    }),
    Recipe("ListAliases", |_| Call::home("")),
    Recipe("ListAliasesByKeyId", |_| Call::home("KeyId=alias/acs/ecs")),
    Recipe("ListKeys", |_| Call::home("")),
    Recipe("ScheduleKeyDeletion", |_| {
        Call::home(&format!("KeyId={KEY} PendingWindowInDays=7"))
    }),
];

const PLACE: &str = "RegionId=cn-hangzhou ResourceType=key";
const TAGS: &str = r#"[{"TagKey":"team","TagValue":"blue"}]"#;

fn tag(world: &mut World) {
    world.kms("TagResource", &[("KeyId", KEY), ("Tags", TAGS)]).ok();
}

fn key() -> Call {
    Call::home(&format!("KeyId={KEY}"))
}

conforms!(PRODUCT);
