//! Deleting a resource account: it is `Deleting` for a while, then gone from the directory and from the cloud.

use goldcast_domain::AccountId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::members::{ACCOUNT_TYPE, Standing};
use super::{Directory, named_account, no_such_account};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// A check of a member before its deletion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check {
    ends: Timestamp,
    /// Why the member cannot be deleted, if it cannot.
    obstacle: Option<Obstacle>,
}

/// Why a member cannot be deleted. The ids of the checks are not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    Type,
    TrustedService,
}

impl Obstacle {
    fn value(self) -> Value {
        let (id, name, description) = match self {
            Self::Type => ("NON_SP_type", "Account type", "Only a resource account can be deleted."),
            Self::TrustedService => (
                "NON_SP_delegated",
                "Delegated administrator",
                "The member administers a trusted service.",
            ),
        };
        json!({ "CheckId": id, "CheckName": name, "Description": description })
    }
}

impl Directory {
    pub(super) fn check_account_delete(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let member = self.member(context)?;
        let account = member.account.clone();
        let obstacle = if member.is_cloud_account() {
            Some(Obstacle::Type)
        } else {
            let denied = self.check_administers_nothing(&account, context);
            denied.is_err().then_some(Obstacle::TrustedService)
        };
        let moment = context.now.as_millisecond().to_string();
        let draw = context.ids.fixed("deletion-check", &[account.as_str(), &moment]);
        let ends = time::after(context.now, draw.within(context.setup.deletion_check));
        self.checks.insert(account.clone(), Check { ends, obstacle });
        Ok(Done::empty().about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn get_account_deletion_check_result(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let account = self.member(context)?.account.clone();
        // Which code tells that no check was asked for is not published.
        let check = self.checks.get(&account).ok_or_else(no_such_account)?;
        let done = context.now >= check.ends;
        let obstacle = check.obstacle.filter(|_| done).map(Obstacle::value);
        Ok(Done::new(json!({
            "AccountDeletionCheckResultInfo": {
                "AbandonableChecks": [],
                "AllowDelete": if done && obstacle.is_none() { "true" } else { "false" },
                "NotAllowReason": obstacle.into_iter().collect::<Vec<_>>(),
                "Status": if done { "PreCheckComplete" } else { "PreChecking" },
            }
        })))
    }

    pub(super) fn delete_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let member = self.member(context)?;
        // Which code refuses while deletion is switched off is not published.
        if member.is_cloud_account() || member.standing != Standing::Active || !self.deletion_enabled {
            let message = "The account type or status does not support this operation.";
            return Err(Refusal::conflict("AccountTypeOrStatusMismatch", message));
        }
        let account = member.account.clone();
        self.check_administers_nothing(&account, context)?;
        if self.checks.get(&account).is_some_and(|check| context.now < check.ends) {
            let message = "The member is being checked before its deletion.";
            return Err(Refusal::conflict("NotSupportedOperation.PreCheckingAccount", message));
        }
        let ends = time::after(context.now, context.setup.account_deletion);
        if let Some(member) = self.members.get_mut(&account) {
            member.standing = Standing::Deleting;
            member.modified = context.now;
        }
        self.deletions.insert((ends, account.clone()));
        self.deleted.insert(account.clone(), (context.now, ends));
        // 0: deleted directly, without a silence period.
        Ok(Done::new(json!({ "DeletionType": "0" })).about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn get_account_deletion_status(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let account = named_account(context)?;
        let (asked, ends) = *self.deleted.get(&account).ok_or_else(no_such_account)?;
        let done = context.now >= ends;
        Ok(Done::new(json!({
            "RdAccountDeletionStatus": {
                "AccountId": account,
                "CreateTime": time::wire_millis(asked),
                "DeletionTime": if done { time::wire_millis(ends) } else { String::new() },
                "DeletionType": "0",
                "Status": if done { "Success" } else { "Deleting" },
                "FailReasonList": [],
            }
        })))
    }

    /// When the next account goes.
    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        self.deletions.first().map(|(ends, _)| *ends)
    }

    /// Takes out the accounts whose deletion has ended, and gives them.
    pub(crate) fn settle(&mut self, now: Timestamp) -> Vec<AccountId> {
        let mut gone = Vec::new();
        while self.next_change().is_some_and(|ends| ends <= now) {
            if let Some((_, account)) = self.deletions.pop_first() {
                self.forget(&account);
                gone.push(account);
            }
        }
        gone
    }
}
