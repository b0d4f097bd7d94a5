//! What can be done with an invitation besides accepting it: looking, listing, taking it back, saying no
//! (<https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-declinehandshake>).

use serde_json::json;

use super::invitations::{Answer, Handshake};
use super::{Directory, invalid, listing, missing};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// Type of an invitation in audit events.
const HANDSHAKE_TYPE: &str = "ACS::ResourceManager::Handshake";

impl Directory {
    pub(super) fn cancel_handshake(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let handshake = self.named_handshake(context)?.clone();
        self.answer_handshake(handshake, Answer::Cancelled, context)
    }

    pub(super) fn decline_handshake(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let handshake = self.received_handshake(context)?.clone();
        self.answer_handshake(handshake, Answer::Declined, context)
    }

    /// For both sides of the invitation.
    pub(super) fn get_handshake(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let handshake = self.named_handshake(context)?;
        if ![&self.management, &handshake.target].contains(&context.account()) {
            return Err(no_such_handshake());
        }
        let mut value = self.handshake_value(handshake, context);
        if let Some(members) = value.as_object_mut() {
            members.insert("InvitedAccountRealName".to_owned(), json!(""));
            members.insert("MasterAccountRealName".to_owned(), json!(""));
        }
        Ok(Done::new(json!({ "Handshake": value })))
    }

    pub(super) fn list_handshakes_for_resource_directory(
        &mut self,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        self.check_management(context)?;
        self.list_handshakes(context, |_| true)
    }

    /// The invitations that the caller got, whatever became of them.
    pub(super) fn list_handshakes_for_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let account = context.account().clone();
        self.list_handshakes(context, |handshake| handshake.target == account)
    }

    fn list_handshakes(&self, context: &Context<'_>, meant: impl Fn(&Handshake) -> bool) -> Result<Done, Refusal> {
        let mut found: Vec<&Handshake> = self.handshakes.values().filter(|one| meant(one)).collect();
        found.sort_by_key(|handshake| handshake.created);
        let rows = found.into_iter().map(|one| self.handshake_value(one, context));
        listing::paged(context, "Handshakes", "Handshake", rows.collect())
    }

    /// The invitation that `HandshakeId` names.
    pub(super) fn named_handshake(&self, context: &Context<'_>) -> Result<&Handshake, Refusal> {
        let id = context.params.get("HandshakeId");
        let id = id.ok_or_else(|| missing("HandshakeId"))?;
        if !id.starts_with("h-") {
            return Err(invalid("HandshakeId"));
        }
        self.handshakes.get(id).ok_or_else(no_such_handshake)
    }

    /// Like [`Directory::named_handshake`], if the caller is the one who is invited.
    pub(super) fn received_handshake(&self, context: &Context<'_>) -> Result<&Handshake, Refusal> {
        let handshake = self.named_handshake(context)?;
        if handshake.target == *context.account() {
            Ok(handshake)
        } else {
            Err(no_such_handshake())
        }
    }

    /// Ends an invitation that is still open.
    fn answer_handshake(
        &mut self,
        mut handshake: Handshake,
        answer: Answer,
        context: &Context<'_>,
    ) -> Result<Done, Refusal> {
        handshake.check_open(context.now)?;
        handshake.answer = Some(answer);
        handshake.modified = context.now;
        let value = self.handshake_value(&handshake, context);
        let id = handshake.id.clone();
        self.handshakes.insert(id.clone(), handshake);
        Ok(Done::new(json!({ "Handshake": value })).about([(HANDSHAKE_TYPE, id)]))
    }
}

fn no_such_handshake() -> Refusal {
    Refusal::not_found("EntityNotExists.Handshake", "The specified handshake does not exist.")
}
