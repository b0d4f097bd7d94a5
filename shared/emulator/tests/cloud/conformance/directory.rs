//! The resource directory, as `ResourceDirectoryMaster` 2022-04-19 and as the older `ResourceManager` 2020-03-31.

use goldcast_emulator::cloud::Endpoint;

use super::{Call, Exception, Product, Recipe};
use crate::support::{MANAGEMENT, MEMBER, OUTSIDER, World, minutes};

const MASTER: Product = Product {
    version: "2022-04-19",
    description: include_str!("../../fixtures/openapi/resourcedirectorymaster-2022-04-19.json"),
    recipes: RECIPES,
    unsimulated: UNSIMULATED,
    common_codes: &["InvalidParameter.*", "MissingParameter"],
    exceptions: EXCEPTIONS,
};

const MANAGER: Product = Product {
    version: "2020-03-31",
    description: include_str!("../../fixtures/openapi/resourcemanager-2020-03-31.json"),
    recipes: RECIPES,
    unsimulated: MANAGER_UNSIMULATED,
    common_codes: &["InvalidParameter.*", "MissingParameter"],
    exceptions: MANAGER_EXCEPTIONS,
};

const UNSIMULATED: &str = "\
    AddMessageContact AssociateMembers BindSecureMobilePhone CancelChangeAccountEmail CancelMessageContactUpdate \
    ChangeAccountEmail DeleteMessageContact DestroyResourceDirectory DisassociateMembers GetMessageContact \
    GetMessageContactDeletionStatus ListAuthorizedAccounts ListAuthorizedFolders ListMessageContactVerifications \
    ListMessageContacts PrecheckForConsolidatedBillingAccount RetryChangeAccountEmail \
    SendEmailVerificationForMessageContact SendPhoneVerificationForMessageContact \
    SendVerificationCodeForBindSecureMobilePhone SendVerificationCodeForEnableRD UpdateControlPolicy \
    UpdateMessageContact UpdatePayerForAccount";

const MANAGER_UNSIMULATED: &str = "\
    CreateCloudAccount GetResourceGroup InitResourceDirectory ListResourceGroups ListResources MoveResources \
    PromoteResourceAccount";

const EXCEPTIONS: &[Exception] = &[
    Exception(
        "GetAccountDeletionStatus",
        "empty RdAccountDeletionStatus.FailReasonList[]",
        "no deletion fails here",
    ),
    Exception(
        "GetAccountDeletionCheckResult",
        "empty AccountDeletionCheckResultInfo.AbandonableChecks[]",
        "no check can be passed over here",
    ),
    Exception(
        "UpdateAccount",
        "refuses NewAccountType",
        "one of the two is the type it has",
    ),
    Exception(
        "EnableResourceDirectory",
        "cooked",
        "the one directory is enabled from the start",
    ),
];

const MANAGER_EXCEPTIONS: &[Exception] = &[
    Exception("*", "stranger", "the recipes are those of the newer product"),
    Exception(
        "GetAccountDeletionStatus",
        "empty RdAccountDeletionStatus.FailReasonList[]",
        "no deletion fails here",
    ),
    Exception(
        "UpdateAccount",
        "refuses NewAccountType",
        "one of the two is the type it has",
    ),
    Exception(
        "EnableResourceDirectory",
        "cooked",
        "the one directory is enabled from the start",
    ),
    Exception("*", "extra *", "the older product answers with the newer one's fields"),
];

const PROD: &str = "fd-prod000001";
/// A member that was invited.
const INVITED: &str = "2000000000000002";
const SERVICE: &str = "ServicePrincipal=cloudfw.aliyuncs.com";
const DOCUMENT: &str = r#"{"Version":"1","Statement":[]}"#;

const RECIPES: &[Recipe] = &[
    Recipe("AcceptHandshake", |world| {
        let handshake = invite(world);
        Call::by(OUTSIDER, Endpoint::Global, &handshake)
    }),
    Recipe("AttachControlPolicy", |world| {
        let policy = policy(world);
        management(&format!("{policy} TargetId={PROD}"))
    }),
    Recipe("CancelHandshake", |world| {
        let handshake = invite(world);
        management(&handshake)
    }),
    Recipe("CheckAccountDelete", |_| member("")),
    Recipe("CreateControlPolicy", |_| {
        management("PolicyName=keep-images EffectScope=RAM").with("PolicyDocument", DOCUMENT)
    }),
    Recipe("CreateFolder", |_| management("FolderName=labs")),
    Recipe("CreateResourceAccount", |_| management("DisplayName=labs-01")),
    Recipe("DeclineHandshake", |world| {
        let handshake = invite(world);
        Call::by(OUTSIDER, Endpoint::Global, &handshake)
    }),
    Recipe("DeleteAccount", |_| member("")),
    Recipe("DeleteControlPolicy", |world| {
        let policy = policy(world);
        management(&policy)
    }),
    Recipe("DeleteFolder", |world| {
        let body = world.directory("CreateFolder", &[("FolderName", "labs")]).ok();
        let id = body["Folder"]["FolderId"].as_str().unwrap();
        management(&format!("FolderId={id}"))
    }),
    Recipe("DeregisterDelegatedAdministrator", |world| {
        delegate(world);
        member(SERVICE)
    }),
    Recipe("DetachControlPolicy", |world| {
        let policy = attached(world);
        management(&format!("{policy} TargetId={PROD}"))
    }),
    Recipe("DisableControlPolicy", |_| management("")),
    Recipe("EnableControlPolicy", |_| management("")),
    Recipe("GetAccount", |world| {
        tag(world, "Account", MEMBER);
        member("IncludeTags=true")
    }),
    Recipe("GetAccountDeletionCheckResult", |world| {
        world.directory("CheckAccountDelete", &[("AccountId", INVITED)]).ok();
        world.wait(minutes(1));
        management(&format!("AccountId={INVITED}"))
    }),
    Recipe("GetAccountDeletionStatus", |world| {
        world.directory("DeleteAccount", &[("AccountId", MEMBER)]).ok();
        member("")
    }),
    Recipe("GetControlPolicy", |world| {
        let policy = policy(world);
        management(&policy)
    }),
    Recipe("GetControlPolicyEnablementStatus", |_| management("")),
    Recipe("GetFolder", |_| management(&format!("FolderId={PROD}"))),
    Recipe("GetHandshake", |world| {
        let handshake = invite(world);
        management(&handshake)
    }),
    Recipe("GetPayerForAccount", |_| member("")),
    Recipe("GetResourceDirectory", |_| management("")),
    Recipe("InviteAccountToResourceDirectory", |_| {
        management(&format!("TargetType=Account TargetEntity={OUTSIDER}"))
    }),
    Recipe("ListAccounts", |world| {
        leaving(world);
        management(&format!("IncludeTags=true QueryKeyword={MEMBER}"))
    }),
    Recipe("ListAccountsForParent", |world| {
        leaving(world);
        management(&format!("ParentFolderId={PROD} IncludeTags=true QueryKeyword={MEMBER}"))
    }),
    Recipe("ListAncestors", |_| management("ChildId=fd-prodeu0001")),
    Recipe("ListControlPolicies", |world| {
        policy(world);
        management("")
    }),
    Recipe("ListControlPolicyAttachmentsForTarget", |_| {
        management(&format!("TargetId={PROD}"))
    }),
    Recipe("ListDelegatedAdministrators", |world| {
        delegate(world);
        management("")
    }),
    Recipe("ListDelegatedServicesForAccount", |world| {
        delegate(world);
        member("")
    }),
    Recipe("ListFoldersForParent", |world| {
        tag(world, "Folder", "fd-prodeu0001");
        management(&format!("ParentFolderId={PROD}"))
    }),
    Recipe("ListHandshakesForAccount", |world| {
        invite(world);
        Call::by(OUTSIDER, Endpoint::Global, "")
    }),
    Recipe("ListHandshakesForResourceDirectory", |world| {
        invite(world);
        management("")
    }),
    Recipe("ListTagKeys", |world| {
        tag(world, "Account", MEMBER);
        management("ResourceType=Account")
    }),
    Recipe("ListTagResources", |world| {
        tag(world, "Account", MEMBER);
        management("ResourceType=Account")
    }),
    Recipe("ListTagValues", |world| {
        tag(world, "Account", MEMBER);
        management("ResourceType=Account TagKey=team")
    }),
    Recipe("ListTargetAttachmentsForControlPolicy", |world| {
        let policy = attached(world);
        management(&policy)
    }),
    Recipe("ListTrustedServiceStatus", |_| management("")),
    Recipe("MoveAccount", |_| member("DestinationFolderId=fd-dev0000001")),
    Recipe("RegisterDelegatedAdministrator", |_| member(SERVICE)),
    Recipe("RemoveCloudAccount", |_| management(&format!("AccountId={INVITED}"))),
    Recipe("SetMemberDeletionPermission", |_| management("Status=Disabled")),
    Recipe("SetMemberDisplayNameSyncStatus", |_| management("Status=Enabled")),
    Recipe("TagResources", |_| {
        management(&format!(
            "ResourceType=Account ResourceId.1={MEMBER} Tag.1.Key=team Tag.1.Value=blue"
        ))
    }),
    Recipe("UntagResources", |world| {
        tag(world, "Account", MEMBER);
        management(&format!("ResourceType=Account ResourceId.1={MEMBER} TagKey.1=team"))
    }),
    Recipe("UpdateAccount", |_| member("NewDisplayName=labs-01")),
    Recipe("UpdateFolder", |_| {
        management(&format!("FolderId={PROD} NewFolderName=labs"))
    }),
];

fn management(line: &str) -> Call {
    Call::by(MANAGEMENT, Endpoint::Global, line)
}

/// A call by the management account about a member.
fn member(line: &str) -> Call {
    management(&format!("AccountId={MEMBER} {line}"))
}

/// Invites an account from outside, and gives the parameter that names the invitation.
fn invite(world: &mut World) -> String {
    let params = [("TargetType", "Account"), ("TargetEntity", OUTSIDER)];
    let body = world.directory("InviteAccountToResourceDirectory", &params).ok();
    format!("HandshakeId={}", body["Handshake"]["HandshakeId"].as_str().unwrap())
}

fn tag(world: &mut World, kind: &str, id: &str) {
    let params = [
        ("ResourceType", kind),
        ("ResourceId.1", id),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "blue"),
    ];
    world.directory("TagResources", &params).ok();
}

/// A member with tags that is being deleted.
fn leaving(world: &mut World) {
    tag(world, "Account", MEMBER);
    world.directory("DeleteAccount", &[("AccountId", MEMBER)]).ok();
}

/// Lets a member administer a service.
fn delegate(world: &mut World) {
    let params = [("AccountId", MEMBER), ("ServicePrincipal", "cloudfw.aliyuncs.com")];
    world.directory("RegisterDelegatedAdministrator", &params).ok();
}

/// Creates a control policy with a tag, and gives the parameter that names it.
fn policy(world: &mut World) -> String {
    let params = [
        ("PolicyName", "keep-images"),
        ("EffectScope", "RAM"),
        ("PolicyDocument", DOCUMENT),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "blue"),
    ];
    let body = world.directory("CreateControlPolicy", &params).ok();
    format!("PolicyId={}", body["ControlPolicy"]["PolicyId"].as_str().unwrap())
}

/// The same, attached to a folder.
fn attached(world: &mut World) -> String {
    let policy = policy(world);
    let id = policy.strip_prefix("PolicyId=").unwrap();
    let params = [("PolicyId", id), ("TargetId", PROD)];
    world.directory("AttachControlPolicy", &params).ok();
    policy
}

mod master {
    conforms!(super::MASTER);
}

mod manager {
    conforms!(super::MANAGER);
}
