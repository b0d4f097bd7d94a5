//! Deleting a resource account: it is `Deleting` for a while, then gone from the directory and from the cloud.

use goldcast_domain::AccountId;
use jiff::Timestamp;
use serde_json::json;

use super::members::{ACCOUNT_TYPE, Standing};
use super::{Directory, named_account, no_such_account};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

impl Directory {
    pub(super) fn delete_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let member = self.member(context)?;
        if member.invited || member.standing != Standing::Active {
            let message = "The account type or status does not support this operation.";
            return Err(Refusal::conflict("AccountTypeOrStatusMismatch", message));
        }
        let account = member.account.clone();
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
                self.members.remove(&account);
                gone.push(account);
            }
        }
        gone
    }
}
