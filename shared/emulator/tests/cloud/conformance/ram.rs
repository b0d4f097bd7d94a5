//! RAM 2015-05-01.

use super::{Call, Exception, Product, Recipe};

const PRODUCT: Product = Product {
    version: "2015-05-01",
    description: include_str!("../../fixtures/openapi/ram-2015-05-01.json"),
    recipes: RECIPES,
    unsimulated: "\
    AttachPolicyToRole CreatePolicy CreatePolicyVersion CreateServiceLinkedRole DecodeDiagnosticMessage \
    DeletePolicy DetachPolicyFromRole GetAccountAlias GetPolicy GetPolicyVersion ListPolicies ListPoliciesForRole",
    common_codes: &["InvalidParameter.*", "MissingParameter"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[
    Exception("CreateRole", "extra Role.*", "the answer is GetRole's"),
    Exception("UpdateRole", "extra Role.*", "the answer is GetRole's"),
    Exception("CreateRole", "overlooks AllowConsoleLogin", "there is no console"),
    Exception("UpdateRole", "overlooks NewAllowConsoleLogin", "there is no console"),
    Exception("ListRoles", "empty Roles.Role[].Tags.Tag[]", "roles have no tags yet"),
];

/// A trust document.
const TRUST: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}}]}"#;

const RECIPES: &[Recipe] = &[
    Recipe("CreateRole", |_| {
        Call::central("RoleName=reader").with("AssumeRolePolicyDocument", TRUST)
    }),
    Recipe("DeleteRole", |_| sweep()),
    Recipe("GetRole", |_| sweep()),
    Recipe("ListRoles", |_| Call::central("")),
    Recipe("UpdateRole", |_| sweep().with("NewAssumeRolePolicyDocument", TRUST)),
];

/// A role that is there from the start.
fn sweep() -> Call {
    Call::central("RoleName=goldcast-sweep")
}

conforms!(PRODUCT);
