//! Members: joining by creation, moving, being removed. Not here: invitations and deletion, which take time.

use goldcast_domain::{AccountId, FolderId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::tags::{self, Tagged};
use super::{Directory, invalid, named_account, no_such_account};
use crate::cloud::context::{Context, Done};
use crate::cloud::organisation::{MemberAccount, MemberKind};
use crate::cloud::quotas::Quota;
use crate::cloud::refusal::Refusal;

/// Type of an account in audit events.
pub(super) const ACCOUNT_TYPE: &str = "ACS::ResourceManager::Account";

/// Whether a member is about to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Standing {
    /// It stays.
    Active,
    /// It is being deleted, and is still listed.
    Deleting,
}

/// A member of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// Its account.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// What its login name begins with; it keeps it when people call it something else.
    pub login: String,
    /// The folder it is in.
    pub folder: FolderId,
    /// Whether it was invited (`CloudAccount`); otherwise the directory created it (`ResourceAccount`).
    pub invited: bool,
    /// Whether its type was changed to the other one since it joined.
    pub switched: bool,
    /// When it joined.
    pub joined: Timestamp,
    /// When it was changed last.
    pub modified: Timestamp,
    /// Whether it is about to go.
    pub standing: Standing,
}

impl Membership {
    pub(super) fn of(member: &MemberAccount, joined: Timestamp) -> Self {
        Self {
            account: member.account.clone(),
            name: member.name.clone(),
            login: member.name.clone(),
            folder: member.folder.clone(),
            invited: member.kind == MemberKind::Invited,
            switched: false,
            joined,
            modified: joined,
            standing: Standing::Active,
        }
    }

    /// Whether it is a `CloudAccount`, which can be removed; otherwise a `ResourceAccount`, which can be deleted.
    pub fn is_cloud_account(&self) -> bool {
        self.invited != self.switched
    }
}

impl Directory {
    pub(super) fn create_resource_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let name = context.params.required("DisplayName")?.to_owned();
        let folder = self.parent_folder(context)?;
        self.check_member_room(context)?;
        let tags = tags::tags(context.params)?;
        let payer = context.params.get("PayerAccountId");
        let payer: Option<AccountId> = payer
            .map(|id| id.parse().map_err(|_| invalid("PayerAccountId")))
            .transpose()?;
        let login = context.params.get("AccountNamePrefix").unwrap_or(&name).to_owned();
        context.stop_dry_run()?;
        let draw = context.ids.next("account", &[&name]);
        let account: AccountId = format!("4{}", draw.digits(15)).parse().map_err(|_| no_such_account())?;
        context.accounts.add(account.clone(), name.clone());
        let member = Membership {
            account: account.clone(),
            name,
            login,
            folder,
            invited: false,
            switched: false,
            joined: context.now,
            modified: context.now,
            standing: Standing::Active,
        };
        let mut value = self.member_value(&member);
        if let Some(fields) = value.as_object_mut() {
            fields.remove("DeletionStatus");
        }
        self.members.insert(account.clone(), member);
        self.set_tags(Tagged::Account, account.as_str(), tags);
        self.payers.extend(payer.map(|payer| (account.clone(), payer)));
        Ok(Done::new(json!({ "Account": value })).about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn move_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let account = self.member(context)?.account.clone();
        let Some(destination) = context.params.get("DestinationFolderId") else {
            let message = "You must specify DestinationFolderId.";
            return Err(Refusal::bad_request("MissingParameter.DestinationFolderId", message));
        };
        let (folder, _) = self.folder(destination, "InvalidParameter.DestinationFolderId")?;
        if let Some(member) = self.members.get_mut(&account) {
            member.folder = folder;
            member.modified = context.now;
        }
        Ok(Done::empty().about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn remove_cloud_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let member = self.member(context)?;
        if !member.is_cloud_account() || member.standing != Standing::Active {
            let message = "The account type or status does not support this operation.";
            return Err(Refusal::conflict("AccountTypeOrStatusMismatch", message));
        }
        let account = member.account.clone();
        self.check_administers_nothing(&account, context)?;
        // The account itself lives on outside.
        self.forget(&account);
        Ok(Done::empty().about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn get_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_reader(context)?;
        let account = named_account(context)?;
        let member = self.members.get(&account).ok_or_else(no_such_account)?;
        let tags = context.params.flag("IncludeTags")? == Some(true);
        Ok(Done::new(json!({ "Account": self.account_value(member, tags) })))
    }

    /// Refuses to let a member go that administers a trusted service.
    pub(super) fn check_administers_nothing(&self, account: &AccountId, context: &Context<'_>) -> Result<(), Refusal> {
        let removable = context.setup.switches.delegated_administrators_removable;
        if removable || !self.delegations.include(account) {
            return Ok(());
        }
        let message = "A trusted service depends on the member.";
        Err(Refusal::conflict("Deny.TrustedService", message))
    }

    /// Refuses one more member in a full directory.
    pub(super) fn check_member_room(&self, context: &Context<'_>) -> Result<(), Refusal> {
        if self.members.len() < context.limit_of(&self.management, Quota::Members) {
            return Ok(());
        }
        let message = "The maximum number of members in the resource directory is exceeded.";
        Err(Refusal::conflict("LimitExceeded.Account", message))
    }
}
