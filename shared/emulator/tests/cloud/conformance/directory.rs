//! The resource directory, as `ResourceDirectoryMaster` 2022-04-19 and as the older `ResourceManager` 2020-03-31.

use goldcast_emulator::cloud::Endpoint;

use super::{Call, Exception, Product, Recipe};
use crate::support::{MANAGEMENT, MEMBER, OUTSIDER, World};

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
    AddMessageContact AssociateMembers AttachControlPolicy BindSecureMobilePhone CancelChangeAccountEmail \
    CancelHandshake CancelMessageContactUpdate ChangeAccountEmail CheckAccountDelete CreateControlPolicy \
    DeclineHandshake DeleteControlPolicy DeleteFolder DeleteMessageContact DeregisterDelegatedAdministrator \
    DestroyResourceDirectory DetachControlPolicy DisableControlPolicy DisassociateMembers EnableControlPolicy \
    EnableResourceDirectory GetAccountDeletionCheckResult GetControlPolicy GetControlPolicyEnablementStatus \
    GetHandshake GetMessageContact GetMessageContactDeletionStatus GetPayerForAccount ListAuthorizedAccounts \
    ListAuthorizedFolders ListControlPolicies ListControlPolicyAttachmentsForTarget \
    ListDelegatedAdministrators ListDelegatedServicesForAccount ListHandshakesForAccount \
    ListHandshakesForResourceDirectory ListMessageContactVerifications ListMessageContacts ListTagKeys \
    ListTagResources ListTagValues ListTargetAttachmentsForControlPolicy ListTrustedServiceStatus \
    PrecheckForConsolidatedBillingAccount RegisterDelegatedAdministrator RetryChangeAccountEmail \
    SendEmailVerificationForMessageContact SendPhoneVerificationForMessageContact \
    SendVerificationCodeForBindSecureMobilePhone SendVerificationCodeForEnableRD SetMemberDeletionPermission \
    SetMemberDisplayNameSyncStatus TagResources UntagResources UpdateAccount UpdateControlPolicy UpdateFolder \
    UpdateMessageContact UpdatePayerForAccount";

const MANAGER_UNSIMULATED: &str = "\
    CancelHandshake CheckAccountDelete CreateCloudAccount DeclineHandshake DeleteFolder \
    DeregisterDelegatedAdministrator EnableResourceDirectory GetHandshake GetResourceGroup \
    InitResourceDirectory ListDelegatedAdministrators ListDelegatedServicesForAccount ListHandshakesForAccount \
    ListHandshakesForResourceDirectory ListResourceGroups ListResources ListTagKeys ListTagResources \
    ListTagValues ListTrustedServiceStatus MoveResources PromoteResourceAccount RegisterDelegatedAdministrator \
    TagResources UntagResources UpdateAccount UpdateFolder";

const EXCEPTIONS: &[Exception] = &[
    Exception(
        "GetAccount",
        "empty Account.Tags[]",
        "members and folders have no tags yet",
    ),
    Exception(
        "ListAccounts",
        "absent Accounts.Account[].Tags",
        "only with IncludeTags",
    ),
    Exception(
        "ListAccounts",
        "empty Accounts.Account[].Tags.Tag[]",
        "members and folders have no tags yet",
    ),
    Exception(
        "ListAccountsForParent",
        "absent Accounts.Account[].Tags",
        "only with IncludeTags",
    ),
    Exception(
        "ListAccountsForParent",
        "empty Accounts.Account[].Tags.Tag[]",
        "members and folders have no tags yet",
    ),
    Exception(
        "GetAccountDeletionStatus",
        "empty RdAccountDeletionStatus.FailReasonList[]",
        "no deletion fails here",
    ),
    Exception("GetAccount", "overlooks IncludeTags", "read as text"),
    Exception(
        "ListFoldersForParent",
        "empty Folders.Folder[].Tags.Tag[]",
        "members and folders have no tags yet",
    ),
    Exception(
        "ListAccounts",
        "absent Accounts.Account[].DeletionStatus",
        "only of a member that is being deleted",
    ),
    Exception(
        "ListAccountsForParent",
        "absent Accounts.Account[].DeletionStatus",
        "only of a member that is being deleted",
    ),
];

const MANAGER_EXCEPTIONS: &[Exception] = &[
    Exception(
        "GetAccount",
        "empty Account.Tags[]",
        "members and folders have no tags yet",
    ),
    Exception(
        "ListAccounts",
        "absent Accounts.Account[].Tags",
        "only with IncludeTags",
    ),
    Exception(
        "ListAccounts",
        "empty Accounts.Account[].Tags.Tag[]",
        "members and folders have no tags yet",
    ),
    Exception(
        "ListAccountsForParent",
        "absent Accounts.Account[].Tags",
        "only with IncludeTags",
    ),
    Exception(
        "ListAccountsForParent",
        "empty Accounts.Account[].Tags.Tag[]",
        "members and folders have no tags yet",
    ),
    Exception(
        "GetAccountDeletionStatus",
        "empty RdAccountDeletionStatus.FailReasonList[]",
        "no deletion fails here",
    ),
    Exception("GetAccount", "overlooks IncludeTags", "read as text"),
    Exception(
        "GetAccount",
        "extra Account.HasSecureMobilePhone",
        "the older product answers with the newer one's fields",
    ),
    Exception(
        "GetAccount",
        "extra Account.SecureMobilePhone",
        "the older product answers with the newer one's fields",
    ),
    Exception(
        "GetResourceDirectory",
        "extra ResourceDirectory.MemberAccountDisplayNameSyncStatus",
        "the older product answers with the newer one's fields",
    ),
    Exception(
        "ListAccounts",
        "extra *",
        "the older product answers with the newer one's fields",
    ),
    Exception(
        "ListAccountsForParent",
        "extra *",
        "the older product answers with the newer one's fields",
    ),
    Exception(
        "ListFoldersForParent",
        "extra *",
        "the older product answers with the newer one's fields",
    ),
];

const PROD: &str = "fd-prod000001";

const RECIPES: &[Recipe] = &[
    Recipe("AcceptHandshake", |world| {
        let handshake = invite(world);
        Call::by(OUTSIDER, Endpoint::Global, &format!("HandshakeId={handshake}"))
    }),
    Recipe("CreateFolder", |_| management("FolderName=labs")),
    Recipe("CreateResourceAccount", |_| management("DisplayName=labs-01")),
    Recipe("DeleteAccount", |_| management(&format!("AccountId={MEMBER}"))),
    Recipe("GetAccount", |_| management(&format!("AccountId={MEMBER}"))),
    Recipe("GetAccountDeletionStatus", |world| {
        world.directory("DeleteAccount", &[("AccountId", MEMBER)]).ok();
        management(&format!("AccountId={MEMBER}"))
    }),
    Recipe("GetFolder", |_| management(&format!("FolderId={PROD}"))),
    Recipe("GetResourceDirectory", |_| management("")),
    Recipe("InviteAccountToResourceDirectory", |_| {
        management(&format!("TargetType=Account TargetEntity={OUTSIDER}"))
    }),
    Recipe("ListAccounts", |_| management("")),
    Recipe("ListAccountsForParent", |_| {
        management(&format!("ParentFolderId={PROD}"))
    }),
    Recipe("ListAncestors", |_| management("ChildId=fd-prodeu0001")),
    Recipe("ListFoldersForParent", |_| {
        management(&format!("ParentFolderId={PROD}"))
    }),
    Recipe("MoveAccount", |_| {
        management(&format!("AccountId={MEMBER} DestinationFolderId=fd-dev0000001"))
    }),
    Recipe("RemoveCloudAccount", |_| management("AccountId=2000000000000002")),
];

fn management(line: &str) -> Call {
    Call::by(MANAGEMENT, Endpoint::Global, line)
}

/// Invites an account from outside, and gives the handshake's id.
fn invite(world: &mut World) -> String {
    let params = [("TargetType", "Account"), ("TargetEntity", OUTSIDER)];
    let body = world.directory("InviteAccountToResourceDirectory", &params).ok();
    body["Handshake"]["HandshakeId"].as_str().unwrap().to_owned()
}

mod master {
    conforms!(super::MASTER);
}

mod manager {
    conforms!(super::MANAGER);
}
