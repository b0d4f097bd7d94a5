//! Invitations: the management account invites, and the invited account accepts with its own key.

use goldcast_domain::{AccountId, FolderId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::members::{ACCOUNT_TYPE, Membership, Standing};
use super::{Directory, no_such_account};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// How long an invitation lives (<https://www.alibabacloud.com/help/en/resource-management/latest/limits>).
const LIFETIME: SignedDuration = SignedDuration::from_hours(14 * 24);

/// An invitation.
#[derive(Debug, Clone)]
pub(super) struct Handshake {
    id: String,
    target: AccountId,
    folder: FolderId,
    note: String,
    created: Timestamp,
    modified: Timestamp,
    accepted: bool,
}

impl Directory {
    pub(super) fn invite_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let target = context.params.required("TargetEntity")?;
        if context.params.required("TargetType")? != "Account" {
            let message = "Only TargetType Account is simulated.";
            return Err(Refusal::bad_request("InvalidParameter.TargetType", message));
        }
        let target = target.parse().ok().filter(|account| context.accounts.exists(account));
        let target: AccountId = target.ok_or_else(no_such_account)?;
        if self.members.contains_key(&target) || target == self.management {
            let message = "The account is already in a resource directory.";
            return Err(Refusal::conflict("EntityAlreadyExists.Account", message));
        }
        let folder = self.parent_folder(context)?;
        self.check_member_room(context)?;
        let handshake = Handshake {
            id: format!("h-{}", context.ids.next("handshake", &[target.as_str()]).text(16)),
            target,
            folder,
            note: context.params.get("Note").unwrap_or_default().to_owned(),
            created: context.now,
            modified: context.now,
            accepted: false,
        };
        let value = self.handshake_value(&handshake, context);
        self.handshakes.insert(handshake.id.clone(), handshake);
        Ok(Done::new(json!({ "Handshake": value })))
    }

    pub(super) fn accept_handshake(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let id = context.params.required("HandshakeId")?;
        let meant = self
            .handshakes
            .get(id)
            .filter(|handshake| handshake.target == *context.account());
        let mut handshake = meant
            .cloned()
            .ok_or_else(|| Refusal::not_found("EntityNotExists.Handshake", "The invitation does not exist."))?;
        if handshake.accepted || context.now >= time::after(handshake.created, LIFETIME) {
            let message = "The status of the invitation does not support this operation.";
            return Err(Refusal::conflict("HandshakeStatusMismatch", message));
        }
        if self.members.contains_key(&handshake.target) {
            let message = "The account is already in a resource directory.";
            return Err(Refusal::conflict("EntityAlreadyExists.Account", message));
        }
        self.check_member_room(context)?;
        // The folder may have gone since; the root never goes.
        let folder = Some(&handshake.folder)
            .filter(|id| self.folders.contains_key(*id))
            .unwrap_or(&self.root)
            .clone();
        let account = handshake.target.clone();
        let member = Membership {
            account: account.clone(),
            name: context.accounts.name(&account).to_owned(),
            folder,
            invited: true,
            joined: context.now,
            modified: context.now,
            standing: Standing::Active,
        };
        self.members.insert(account.clone(), member);
        handshake.accepted = true;
        handshake.modified = context.now;
        let value = self.handshake_value(&handshake, context);
        self.handshakes.insert(handshake.id.clone(), handshake);
        Ok(Done::new(json!({ "Handshake": value })).about([(ACCOUNT_TYPE, account.to_string())]))
    }

    fn handshake_value(&self, handshake: &Handshake, context: &Context<'_>) -> Value {
        json!({
            "HandshakeId": handshake.id,
            "MasterAccountId": self.management,
            "MasterAccountName": context.accounts.name(&self.management),
            "ResourceDirectoryId": self.id,
            "TargetEntity": handshake.target,
            "TargetType": "Account",
            "Note": handshake.note,
            "Status": if handshake.accepted { "Accepted" } else { "Pending" },
            "CreateTime": time::wire_millis(handshake.created),
            "ModifyTime": time::wire_millis(handshake.modified),
            "ExpireTime": time::wire_millis(time::after(handshake.created, LIFETIME)),
        })
    }
}
