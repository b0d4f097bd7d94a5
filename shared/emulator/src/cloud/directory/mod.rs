//! The resource directory: `ResourceDirectoryMaster` 2022-04-19, and the same operations of `ResourceManager`
//! 2020-03-31. This file holds the state and finds the operation. Not here: accounts outside the directory.

mod deletion;
mod folders;
mod invitations;
mod listing;
mod members;
mod needs;
mod reach;
mod render;

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, FolderId};
use jiff::Timestamp;

pub use members::{Membership, Standing};
pub(crate) use needs::needs;

use self::folders::FolderEntry;
use self::invitations::Handshake;
use super::context::{Context, Done, Kind};
use super::organisation::Organisation;
use super::refusal::Refusal;

/// An operation of the directory: what runs it, and whether it changes something.
pub(crate) type Operation = (fn(&mut Directory, &mut Context<'_>) -> Result<Done, Refusal>, Kind);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "AcceptHandshake" => (Directory::accept_handshake, Kind::Write),
        "CreateFolder" => (Directory::create_folder, Kind::Write),
        "CreateResourceAccount" => (Directory::create_resource_account, Kind::Write),
        "DeleteAccount" => (Directory::delete_account, Kind::Write),
        "GetAccount" => (Directory::get_account, Kind::Read),
        "GetAccountDeletionStatus" => (Directory::get_account_deletion_status, Kind::Read),
        "GetFolder" => (Directory::get_folder, Kind::Read),
        "GetResourceDirectory" => (Directory::get_resource_directory, Kind::Read),
        "InviteAccountToResourceDirectory" => (Directory::invite_account, Kind::Write),
        "ListAccounts" => (Directory::list_accounts, Kind::Read),
        "ListAccountsForParent" => (Directory::list_accounts_for_parent, Kind::Read),
        "ListAncestors" => (Directory::list_ancestors, Kind::Read),
        "ListFoldersForParent" => (Directory::list_folders_for_parent, Kind::Read),
        "MoveAccount" => (Directory::move_account, Kind::Write),
        "RemoveCloudAccount" => (Directory::remove_cloud_account, Kind::Write),
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

    /// The member that `AccountId` names.
    fn member(&self, context: &Context<'_>) -> Result<&Membership, Refusal> {
        let account = named_account(context)?;
        self.members.get(&account).ok_or_else(no_such_account)
    }
}

/// The account that `AccountId` names.
fn named_account(context: &Context<'_>) -> Result<AccountId, Refusal> {
    let Some(text) = context.params.get("AccountId") else {
        return Err(Refusal::bad_request(
            "MissingParameter.AccountId",
            "You must specify AccountId.",
        ));
    };
    text.parse()
        .map_err(|_| Refusal::bad_request("InvalidParameter.AccountId", "The AccountId is invalid."))
}

fn no_such_account() -> Refusal {
    Refusal::not_found(
        "EntityNotExists.Account",
        "The account does not exist in the resource directory.",
    )
}
