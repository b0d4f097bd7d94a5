//! STS 2015-04-01.

use super::{Call, Exception, Product, Recipe};
use crate::support::MANAGEMENT;

const PRODUCT: Product = Product {
    version: "2015-04-01",
    description: include_str!("../../fixtures/openapi/sts-2015-04-01.json"),
    recipes: RECIPES,
    unsimulated: "\
    AssumeRoleWithOIDC AssumeRoleWithSAML",
    common_codes: &["InvalidParameter", "InvalidParameter.Format", "MissingParameter"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[];

/// What limits the session.
const POLICY: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

const RECIPES: &[Recipe] = &[
    Recipe("AssumeRole", |_| {
        Call::central(&format!(
            "RoleArn=acs:ram::{MANAGEMENT}:role/goldcast-directory-reader RoleSessionName=sweep"
        ))
        .with("Policy", POLICY)
    }),
    Recipe("GetCallerIdentity", |_| Call::central("")),
];

conforms!(PRODUCT);
