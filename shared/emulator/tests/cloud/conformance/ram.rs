//! RAM 2015-05-01.

use goldcast_emulator::cloud::{Attached, Endpoint};

use super::{Call, Exception, Product, Recipe};
use crate::support::{HOME, OWNER, Signer, World, account, region};

const PRODUCT: Product = Product {
    version: "2015-05-01",
    description: include_str!("../../fixtures/openapi/ram-2015-05-01.json"),
    recipes: RECIPES,
    unsimulated: "GetAccountAlias",
    common_codes: &["InvalidParameter.*", "MissingParameter"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[
    Exception("CreateRole", "extra Role.*", "the answer is GetRole's"),
    Exception("UpdateRole", "extra Role.*", "the answer is GetRole's"),
    Exception("CreateServiceLinkedRole", "extra Role.*", "the answer is GetRole's"),
    Exception("CreateRole", "overlooks AllowConsoleLogin", "there is no console"),
    Exception("UpdateRole", "overlooks NewAllowConsoleLogin", "there is no console"),
    Exception(
        "DecodeDiagnosticMessage",
        "empty DecodedDiagnosticMessage.MatchedPolicies[]",
        "which statements spoke is not told",
    ),
    Exception(
        "ListPolicies",
        "empty Policies.Policy[].Tags.Tag[]",
        "policies have no tags yet",
    ),
    Exception("ListRoles", "empty Roles.Role[].Tags.Tag[]", "roles have no tags yet"),
];

/// A trust document.
const TRUST: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}}]}"#;

/// A policy document.
const POLICY: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:Describe*","Resource":"*"}]}"#;

const RECIPES: &[Recipe] = &[
    Recipe("AttachPolicyToRole", |world| {
        create_policy(world);
        sweep().with("PolicyName", "readers").with("PolicyType", "Custom")
    }),
    Recipe("CreatePolicy", |_| {
        Call::central("PolicyName=readers Description=looks").with("PolicyDocument", POLICY)
    }),
    Recipe("CreatePolicyVersion", |world| {
        create_policy(world).with("PolicyDocument", POLICY)
    }),
    Recipe("DecodeDiagnosticMessage", |world| {
        Call::central("").with("EncodedDiagnosticMessage", &diagnostic_message(world))
    }),
    Recipe("DeletePolicy", create_policy),
    Recipe("DetachPolicyFromRole", |_| {
        sweep()
            .with("PolicyName", "AdministratorAccess")
            .with("PolicyType", "System")
    }),
    Recipe("GetPolicy", |world| create_policy(world).with("PolicyType", "Custom")),
    Recipe("GetPolicyVersion", |world| {
        create_policy(world)
            .with("PolicyType", "Custom")
            .with("VersionId", "v1")
    }),
    Recipe("ListPolicies", |_| Call::central("")),
    Recipe("ListPoliciesForRole", |_| sweep()),
    Recipe("CreateRole", |_| {
        Call::central("RoleName=reader").with("AssumeRolePolicyDocument", TRUST)
    }),
    Recipe("CreateServiceLinkedRole", |_| {
        Call::central("ServiceName=fc.aliyuncs.com")
    }),
    Recipe("DeleteRole", |world| {
        let params = [("RoleName", "reader"), ("AssumeRolePolicyDocument", TRUST)];
        world.ram("CreateRole", &params).ok();
        Call::central("RoleName=reader")
    }),
    Recipe("GetRole", |_| sweep()),
    Recipe("ListRoles", |_| Call::central("")),
    Recipe("UpdateRole", |_| sweep().with("NewAssumeRolePolicyDocument", TRUST)),
];

/// A role that is there from the start.
fn sweep() -> Call {
    Call::central("RoleName=goldcast-sweep")
}

/// Makes a policy, and names it.
fn create_policy(world: &mut World) -> Call {
    let params = [("PolicyName", "readers"), ("PolicyDocument", POLICY)];
    world.ram("CreatePolicy", &params).ok();
    Call::central("PolicyName=readers")
}

/// What a refusal of a call that conditions can ask about leaves behind.
fn diagnostic_message(world: &mut World) -> String {
    let attached = |name: &str| [Attached::System(name.to_owned())];
    let (owner, now) = (account(OWNER), world.now);
    world
        .cloud
        .put_user(now, &owner, "operator", &attached("AliyunRAMReadOnlyAccess"));
    let endpoint = Endpoint::Region(region(HOME));
    let params = [("ResourceShareName", "shelf")];
    let refused = world.call(
        &Signer::of(OWNER),
        &endpoint,
        "2020-01-10",
        "CreateResourceShare",
        &params,
    );
    world
        .cloud
        .put_user(now, &owner, "operator", &attached("AdministratorAccess"));
    let message = &refused.body["AccessDeniedDetail"]["EncodedDiagnosticMessage"];
    message.as_str().unwrap().to_owned()
}

conforms!(PRODUCT);
