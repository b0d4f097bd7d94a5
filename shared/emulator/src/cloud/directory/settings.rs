//! Settings of the whole directory, enabling it, and who pays for a member.

use serde_json::json;

use super::{Directory, invalid, missing, named_account, no_such_account};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

impl Directory {
    pub(super) fn set_member_deletion_permission(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_not_member(context)?;
        self.check_management(context)?;
        self.deletion_enabled = switched_on(context)?;
        Ok(Done::new(json!({
            "ManagementAccountId": self.management,
            "MemberDeletionStatus": word(self.deletion_enabled),
            "ResourceDirectoryId": self.id,
        })))
    }

    /// The names that people see are not simulated, so the setting is kept and changes nothing.
    pub(super) fn set_member_display_name_sync_status(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_not_member(context)?;
        self.check_management(context)?;
        self.name_sync_enabled = switched_on(context)?;
        let status = word(self.name_sync_enabled);
        Ok(Done::new(json!({ "MemberAccountDisplayNameSyncStatus": status })))
    }

    /// There is one directory and it is enabled; a second one is not simulated.
    pub(super) fn enable_resource_directory(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let mode = context.params.get("EnableMode").ok_or_else(|| missing("EnableMode"))?;
        if !["CurrentAccount", "NewManagementAccount"].contains(&mode) {
            return Err(invalid("EnableMode"));
        }
        if self.has_account(context.account()) {
            let message = "This account is a master account or a member account in another resource directory.";
            return Err(Refusal::conflict("AccountInAnotherResourceDir", message));
        }
        Err(Refusal::not_simulated())
    }

    /// A member that the directory created is paid for by whom its creation named, else by the management account; an
    /// invited one pays for itself.
    pub(super) fn get_payer_for_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let account = named_account(context)?;
        let member = self.members.get(&account).ok_or_else(no_such_account)?;
        let usual = if member.invited { &account } else { &self.management };
        let payer = self.payers.get(&account).unwrap_or(usual);
        Ok(Done::new(json!({
            "PayerAccountId": payer,
            "PayerAccountName": context.accounts.name(payer),
        })))
    }

    /// 403 for a member, as the documents of the settings have it.
    fn check_not_member(&self, context: &Context<'_>) -> Result<(), Refusal> {
        if !self.is_member(context.account()) {
            return Ok(());
        }
        let message = "The member account is not allowed to perform the operation.";
        Err(Refusal::forbidden("MemberAccountAccessDenied", message))
    }
}

/// `Enabled` or `Disabled`.
pub(super) fn word(enabled: bool) -> &'static str {
    if enabled { "Enabled" } else { "Disabled" }
}

fn switched_on(context: &Context<'_>) -> Result<bool, Refusal> {
    match context.params.get("Status") {
        None => Err(missing("Status")),
        Some("Enabled") => Ok(true),
        Some("Disabled") => Ok(false),
        Some(_) => Err(invalid("Status")),
    }
}
