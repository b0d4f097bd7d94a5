//! KMS 2016-01-20.

use super::{Call, Exception, Product, Recipe};
use crate::support::KEY;

const PRODUCT: Product = Product {
    version: "2016-01-20",
    description: include_str!("../../fixtures/openapi/kms-2016-01-20.json"),
    recipes: RECIPES,
    unsimulated: "\
    CreateAlias Decrypt DeleteAlias DescribeAccountKmsStatus DescribeRegions Encrypt GenerateDataKey GetKeyPolicy \
    ListKmsInstances ListResourceTags ListTagResources OpenKmsService SetKeyPolicy TagResource TagResources \
    UntagResource UntagResources",
    common_codes: &["InvalidParameter", "InvalidParameter.Format", "MissingParameter"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[
    Exception("CreateKey", "extra KeyMetadata.*", "the answer is DescribeKey's"),
    Exception("CreateKey", "overlooks EnableAutomaticRotation", "keys do not rotate"),
];

const RECIPES: &[Recipe] = &[
    Recipe("CancelKeyDeletion", |world| {
        let params = [("KeyId", KEY), ("PendingWindowInDays", "7")];
        world.kms("ScheduleKeyDeletion", &params).ok();
        key()
    }),
    Recipe("CreateKey", |_| Call::home("")),
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

fn key() -> Call {
    Call::home(&format!("KeyId={KEY}"))
}

conforms!(PRODUCT);
