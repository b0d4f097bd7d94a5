//! The resource directory: `ResourceDirectoryMaster` 2022-04-19, and the same operations of `ResourceManager`
//! 2020-03-31. This file holds the state and finds the operation. Not here: accounts outside the directory.

mod control_policies;
mod deletion;
mod folders;
mod handshakes;
mod invitations;
mod listing;
mod members;
mod needs;
mod reach;
mod render;
mod settings;
mod tags;
mod trusted;
mod updates;

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, FolderId};
use jiff::Timestamp;

pub use members::{Membership, Standing};
pub(crate) use needs::needs;
pub(crate) use trusted::{RESOURCE_SHARING, TrustedServices};

use self::control_policies::ControlPolicies;
use self::deletion::Check;
use self::folders::FolderEntry;
use self::invitations::Handshake;
use self::tags::{Tagged, Tags};
use self::trusted::Delegations;
use super::context::{Context, Done, Kind};
use super::organisation::Organisation;
use super::refusal::Refusal;

/// An operation of the directory: what runs it, and whether it changes something.
pub(crate) type Operation = (Run, Kind);

type Run = fn(&mut Directory, &mut Context<'_>) -> Result<Done, Refusal>;

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    reading(action)
        .map(|run| (run, Kind::Read))
        .or_else(|| writing(action).map(|run| (run, Kind::Write)))
}

fn reading(action: &str) -> Option<Run> {
    Some(match action {
        "GetAccount" => Directory::get_account,
        "GetAccountDeletionCheckResult" => Directory::get_account_deletion_check_result,
        "GetAccountDeletionStatus" => Directory::get_account_deletion_status,
        "GetControlPolicy" => Directory::get_control_policy,
        "GetControlPolicyEnablementStatus" => Directory::get_control_policy_enablement_status,
        "GetFolder" => Directory::get_folder,
        "GetHandshake" => Directory::get_handshake,
        "GetPayerForAccount" => Directory::get_payer_for_account,
        "GetResourceDirectory" => Directory::get_resource_directory,
        "ListAccounts" => Directory::list_accounts,
        "ListAccountsForParent" => Directory::list_accounts_for_parent,
        "ListAncestors" => Directory::list_ancestors,
        "ListControlPolicies" => Directory::list_control_policies,
        "ListControlPolicyAttachmentsForTarget" => Directory::list_control_policy_attachments,
        "ListDelegatedAdministrators" => Directory::list_delegated_administrators,
        "ListDelegatedServicesForAccount" => Directory::list_delegated_services_for_account,
        "ListFoldersForParent" => Directory::list_folders_for_parent,
        "ListHandshakesForAccount" => Directory::list_handshakes_for_account,
        "ListHandshakesForResourceDirectory" => Directory::list_handshakes_for_resource_directory,
        "ListTagKeys" => Directory::list_tag_keys,
        "ListTagResources" => Directory::list_tag_resources,
        "ListTagValues" => Directory::list_tag_values,
        "ListTargetAttachmentsForControlPolicy" => Directory::list_target_attachments,
        "ListTrustedServiceStatus" => Directory::list_trusted_service_status,
        _ => return None,
    })
}

fn writing(action: &str) -> Option<Run> {
    Some(match action {
        "AcceptHandshake" => Directory::accept_handshake,
        "AttachControlPolicy" => Directory::attach_control_policy,
        "CancelHandshake" => Directory::cancel_handshake,
        "CheckAccountDelete" => Directory::check_account_delete,
        "CreateControlPolicy" => Directory::create_control_policy,
        "CreateFolder" => Directory::create_folder,
        "CreateResourceAccount" => Directory::create_resource_account,
        "DeclineHandshake" => Directory::decline_handshake,
        "DeleteAccount" => Directory::delete_account,
        "DeleteControlPolicy" => Directory::delete_control_policy,
        "DeleteFolder" => Directory::delete_folder,
        "DeregisterDelegatedAdministrator" => Directory::deregister_delegated_administrator,
        "DetachControlPolicy" => Directory::detach_control_policy,
        "DisableControlPolicy" => Directory::disable_control_policy,
        "EnableControlPolicy" => Directory::enable_control_policy,
        "EnableResourceDirectory" => Directory::enable_resource_directory,
        "InviteAccountToResourceDirectory" => Directory::invite_account,
        "MoveAccount" => Directory::move_account,
        "RegisterDelegatedAdministrator" => Directory::register_delegated_administrator,
        "RemoveCloudAccount" => Directory::remove_cloud_account,
        "SetMemberDeletionPermission" => Directory::set_member_deletion_permission,
        "SetMemberDisplayNameSyncStatus" => Directory::set_member_display_name_sync_status,
        "TagResources" => Directory::tag_resources,
        "UntagResources" => Directory::untag_resources,
        "UpdateAccount" => Directory::update_account,
        "UpdateFolder" => Directory::update_folder,
        _ => return None,
    })
}

/// The one directory of the simulated cloud.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    id: String,
    management: AccountId,
    root: FolderId,
    created: Timestamp,
    folders: BTreeMap<FolderId, FolderEntry>,
    members: BTreeMap<AccountId, Membership>,
    handshakes: BTreeMap<String, Handshake>,
    /// Deletions under way, by when they end.
    deletions: BTreeSet<(Timestamp, AccountId)>,
    /// Accounts that were deleted, and when that was asked for and done.
    deleted: BTreeMap<AccountId, (Timestamp, Timestamp)>,
    /// The last check of each account before its deletion.
    checks: BTreeMap<AccountId, Check>,
    /// Who pays for a member, where its creation said so.
    payers: BTreeMap<AccountId, AccountId>,
    tags: BTreeMap<(Tagged, String), Tags>,
    delegations: Delegations,
    control_policies: ControlPolicies,
    deletion_enabled: bool,
    name_sync_enabled: bool,
}

impl Directory {
    pub(crate) fn new(organisation: &Organisation) -> Self {
        let created = organisation.founded;
        let root = FolderEntry {
            name: "root".to_owned(),
            parent: None,
            created,
        };
        let folders = organisation.folders.iter().map(|folder| {
            let entry = FolderEntry {
                name: folder.name.clone(),
                parent: Some(folder.parent.clone()),
                created,
            };
            (folder.id.clone(), entry)
        });
        let members = organisation
            .members
            .iter()
            .map(|member| (member.account.clone(), Membership::of(member, created)));
        Self {
            id: organisation.directory_id.clone(),
            management: organisation.management.clone(),
            root: organisation.root.clone(),
            created,
            folders: folders.chain([(organisation.root.clone(), root)]).collect(),
            members: members.collect(),
            handshakes: BTreeMap::new(),
            deletions: BTreeSet::new(),
            deleted: BTreeMap::new(),
            checks: BTreeMap::new(),
            payers: BTreeMap::new(),
            tags: BTreeMap::new(),
            delegations: Delegations::default(),
            control_policies: ControlPolicies::new(created),
            deletion_enabled: true,
            name_sync_enabled: false,
        }
    }

    /// The members, in order of account id.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Membership> {
        self.members.values()
    }

    /// Refuses everybody but the management account, as an account that has enabled no directory is refused.
    fn check_management(&self, context: &Context<'_>) -> Result<(), Refusal> {
        if *context.account() == self.management {
            return Ok(());
        }
        let message = "The resource directory for the account is not enabled.";
        Err(Refusal::not_found("EntityNotExists.ResourceDirectory", message))
    }

    /// Lets a delegated administrator look too: it reads members and folders like the management account
    /// (<https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-registerdelegatedadministrator>).
    fn check_reader(&self, context: &Context<'_>) -> Result<(), Refusal> {
        if self.delegations.include(context.account()) {
            Ok(())
        } else {
            self.check_management(context)
        }
    }

    /// Takes a member out, with all that hangs on it.
    fn forget(&mut self, account: &AccountId) {
        self.members.remove(account);
        self.payers.remove(account);
        self.checks.remove(account);
        self.delegations.forget(account);
        self.forget_tags(Tagged::Account, account.as_str());
        self.control_policies.forget(account.as_str());
    }

    /// The member that `AccountId` names.
    fn member(&self, context: &Context<'_>) -> Result<&Membership, Refusal> {
        let account = named_account(context)?;
        self.members.get(&account).ok_or_else(no_such_account)
    }
}

/// The account that `AccountId` names.
fn named_account(context: &Context<'_>) -> Result<AccountId, Refusal> {
    let text = context.params.get("AccountId").ok_or_else(|| missing("AccountId"))?;
    text.parse().map_err(|_| invalid("AccountId"))
}

/// `MissingParameter.<name>`.
fn missing(name: &str) -> Refusal {
    Refusal::bad_request(format!("MissingParameter.{name}"), format!("You must specify {name}."))
}

/// `InvalidParameter.<name>`.
fn invalid(name: &str) -> Refusal {
    Refusal::bad_request(format!("InvalidParameter.{name}"), format!("The {name} is invalid."))
}

fn no_such_account() -> Refusal {
    Refusal::not_found(
        "EntityNotExists.Account",
        "The account does not exist in the resource directory.",
    )
}
