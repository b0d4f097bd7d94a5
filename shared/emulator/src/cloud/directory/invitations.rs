//! Invitations: the management account invites, and the invited account accepts with its own key.

use goldcast_domain::{AccountId, FolderId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::members::{ACCOUNT_TYPE, Membership, Standing};
use super::tags::{self, Tagged, Tags};
use super::{Directory, no_such_account};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// How long an invitation lives (<https://www.alibabacloud.com/help/en/resource-management/latest/limits>).
const LIFETIME: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How an invitation ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted,
    Cancelled,
    Declined,
}

/// An invitation.
#[derive(Debug, Clone)]
pub(super) struct Handshake {
    pub(super) id: String,
    pub(super) target: AccountId,
    folder: FolderId,
    note: String,
    tags: Tags,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    pub(super) answer: Option<Answer>,
}

impl Handshake {
    /// `Status`.
    fn status(&self, now: Timestamp) -> &'static str {
        match self.answer {
            Some(Answer::Accepted) => "Accepted",
            Some(Answer::Cancelled) => "Cancelled",
            Some(Answer::Declined) => "Declined",
            None if now >= time::after(self.created, LIFETIME) => "Expired",
            None => "Pending",
        }
    }

    /// Refuses an invitation that has ended.
    pub(super) fn check_open(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.status(now) == "Pending" {
            return Ok(());
        }
        Err(Refusal::conflict(
            "HandshakeStatusMismatch",
            "The invitation is invalid.",
        ))
    }
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
            tags: tags::tags(context.params)?,
            created: context.now,
            modified: context.now,
            answer: None,
        };
        let value = self.handshake_value(&handshake, context);
        self.handshakes.insert(handshake.id.clone(), handshake);
        Ok(Done::new(json!({ "Handshake": value })))
    }

    pub(super) fn accept_handshake(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let mut handshake = self.received_handshake(context)?.clone();
        handshake.check_open(context.now)?;
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
            login: context.accounts.name(&account).to_owned(),
            switched: false,
            joined: context.now,
            modified: context.now,
            standing: Standing::Active,
        };
        self.members.insert(account.clone(), member);
        self.set_tags(Tagged::Account, account.as_str(), handshake.tags.clone());
        handshake.answer = Some(Answer::Accepted);
        handshake.modified = context.now;
        let value = self.handshake_value(&handshake, context);
        self.handshakes.insert(handshake.id.clone(), handshake);
        Ok(Done::new(json!({ "Handshake": value })).about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn handshake_value(&self, handshake: &Handshake, context: &Context<'_>) -> Value {
        json!({
            "HandshakeId": handshake.id,
            "MasterAccountId": self.management,
            "MasterAccountName": context.accounts.name(&self.management),
            "ResourceDirectoryId": self.id,
            "TargetEntity": handshake.target,
            "TargetType": "Account",
            "Note": handshake.note,
            "Status": handshake.status(context.now),
            "CreateTime": time::wire_millis(handshake.created),
            "ModifyTime": time::wire_millis(handshake.modified),
            "ExpireTime": time::wire_millis(time::after(handshake.created, LIFETIME)),
        })
    }
}
