//! Invitations to accounts outside the directory
//! (<https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcesharing-2020-01-10-acceptresourceshareinvitation>):
//! what is on a share reaches them only after they accept. Inside the directory nobody is asked.

use goldcast_domain::{AccountId, RegionId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::paging::{Row, page, place};
use super::request::{self, invalid, missing};
use super::share::{Entity, Progress, SharingTarget};
use super::{SHARE_TYPE, Sharing, Surroundings};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// How long an invitation waits for an answer (the same page).
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How an invitation ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted,
    Rejected,
    Cancelled,
}

/// An invitation to take what is on a share.
#[derive(Debug, Clone)]
pub(super) struct Invitation {
    pub(super) id: String,
    pub(super) region: RegionId,
    pub(super) share: String,
    pub(super) share_name: String,
    pub(super) sender: AccountId,
    pub(super) receiver: AccountId,
    pub(super) created: Timestamp,
    pub(super) answer: Option<Answer>,
}

impl Invitation {
    /// `Status`.
    fn status(&self, now: Timestamp) -> &'static str {
        match self.answer {
            Some(Answer::Accepted) => "Accepted",
            Some(Answer::Rejected) => "Rejected",
            Some(Answer::Cancelled) => "Cancelled",
            None if now >= time::after(self.created, LIFETIME) => "Expired",
            None => "Pending",
        }
    }

    /// Whether it waits for an answer.
    pub(super) fn is_pending(&self, now: Timestamp) -> bool {
        self.status(now) == "Pending"
    }

    /// Refuses one that has ended.
    fn check_open(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.status(now) {
            "Pending" => Ok(()),
            "Accepted" => Err(Refusal::conflict(
                "InvitationStatus.AlreadyAccepted",
                "The resource share invitation status is alredy accepted.",
            )),
            "Rejected" => Err(Refusal::conflict(
                "InvitationStatus.AlreadyRejected",
                "The resource share invitation status is rejected.",
            )),
            // A cancelled one has no code of its own.
            _ => Err(Refusal::conflict(
                "InvitationStatus.Expired",
                "The resource share invitation status is expired.",
            )),
        }
    }

    fn value(&self, now: Timestamp) -> Value {
        json!({
            "CreateTime": time::wire_millis(self.created),
            "ReceiverAccountId": self.receiver,
            "ResourceShareId": self.share,
            "ResourceShareInvitationId": self.id,
            "ResourceShareName": self.share_name,
            "SenderAccountId": self.sender,
            "Status": self.status(now),
        })
    }

    /// With a list that tells what failed; nothing fails here.
    fn with_failures(&self, now: Timestamp, list: &str) -> Value {
        let mut value = self.value(now);
        if let Some(members) = value.as_object_mut() {
            members.insert(list.to_owned(), json!([]));
        }
        value
    }
}

impl Sharing {
    pub(super) fn list_invitations(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let shares = request::share_ids(params)?;
        let ids = request::few(params, "ResourceShareInvitationIds")?;
        let received = self.invitations.values().filter(|one| {
            one.receiver == *context.account()
                && one.region == *around.region
                && super::listing::is_among(&shares, &one.share)
                && super::listing::is_among(&ids, &one.id)
        });
        let rows: Vec<Row> = received
            .map(|one| {
                let value = one.with_failures(context.now, "InvitationFailedDetails");
                (place(one.created, &one.share, &one.id), value)
            })
            .collect();
        page(rows, params, "ResourceShareInvitations")
    }

    pub(super) fn accept_invitation(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let mut invitation = self.received(around, context)?;
        let draw = context.ids.fixed("invitation-accepted", &[&invitation.id]);
        let ends = time::after(context.now, draw.within(context.setup.sharing.associating));
        let progress = Progress::Associating { ends, failure: None };
        self.progress(&invitation, progress, context.now);
        invitation.answer = Some(Answer::Accepted);
        let value = invitation.with_failures(context.now, "AcceptInvitationFailedDetails");
        Ok(self.answered(invitation, value))
    }

    pub(super) fn reject_invitation(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let mut invitation = self.received(around, context)?;
        // It is over at once; the record stays a while, as every other.
        let progress = Progress::Disassociating { ends: context.now };
        self.progress(&invitation, progress, context.now);
        invitation.answer = Some(Answer::Rejected);
        let value = invitation.value(context.now);
        Ok(self.answered(invitation, value))
    }

    /// Invites an account outside the directory; gives until when it can answer.
    pub(super) fn invite(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
        share: &str,
        receiver: &AccountId,
    ) -> Timestamp {
        let draw = context.ids.next("invitation", &[share, receiver.as_str()]);
        let name = self.share(around.region, share).map(|share| share.name.clone());
        let invitation = Invitation {
            id: format!("i-{}", draw.text(16)),
            region: around.region.clone(),
            share: share.to_owned(),
            share_name: name.unwrap_or_default(),
            sender: context.account().clone(),
            receiver: receiver.clone(),
            created: context.now,
            answer: None,
        };
        let until = time::after(invitation.created, LIFETIME);
        self.invitations.insert(invitation.id.clone(), invitation);
        until
    }

    /// Takes back the invitations to a share that nobody has answered: all, or one account's.
    pub(super) fn cancel_invitations(&mut self, share: &str, receiver: Option<&AccountId>) {
        let invitations = self.invitations.values_mut();
        let meant = invitations.filter(|one| {
            one.share == share && one.answer.is_none() && receiver.is_none_or(|account| one.receiver == *account)
        });
        for invitation in meant {
            invitation.answer = Some(Answer::Cancelled);
        }
    }

    /// An account's own invitations that wait for an answer, in a region or in all.
    pub(crate) fn pending_invitations(&self, account: &AccountId, region: Option<&RegionId>, now: Timestamp) -> usize {
        let own = self.invitations.values().filter(|one| one.sender == *account);
        let here = own.filter(|one| region.is_none_or(|region| one.region == *region));
        here.filter(|one| one.is_pending(now)).count()
    }

    /// The open invitation that the call names, if the caller got it here.
    fn received(&self, around: Surroundings<'_>, context: &Context<'_>) -> Result<Invitation, Refusal> {
        const ID: &str = "ResourceShareInvitationId";
        let id = context.params.get(ID).ok_or_else(|| missing(ID))?;
        if !id.starts_with("i-") {
            return Err(invalid(ID));
        }
        let found = self.invitations.get(id);
        let meant = found.filter(|one| one.receiver == *context.account() && one.region == *around.region);
        let invitation = meant.cloned().ok_or_else(|| {
            let message = "The resource share invitation does not exist in the current account.";
            Refusal::conflict("EntityNotExists.ResourceShareInvitation", message)
        })?;
        invitation.check_open(context.now)?;
        Ok(invitation)
    }

    /// Moves the association that an invitation is about.
    fn progress(&mut self, invitation: &Invitation, progress: Progress, now: Timestamp) {
        let entity = Entity::Target(SharingTarget::Account(invitation.receiver.clone()));
        let share = self.share_mut(&invitation.region, &invitation.share);
        if let Some(association) = share.and_then(|share| share.associations.get_mut(&entity)) {
            association.progress = progress;
            association.updated = now;
        }
        self.schedule(&invitation.region, &invitation.share);
    }

    fn answered(&mut self, invitation: Invitation, value: Value) -> Done {
        let about = (SHARE_TYPE, invitation.share.clone());
        self.invitations.insert(invitation.id.clone(), invitation);
        Done::new(json!({ "ResourceShareInvitation": value })).about([about])
    }
}
