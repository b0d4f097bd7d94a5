//! `AssociateResourceShare` and `DisassociateResourceShare`: both answer before the work is done
//! (<https://www.alibabacloud.com/help/en/resource-management/latest/api-resourcesharing-2020-01-10-associateresourceshare>).

use std::collections::VecDeque;

use goldcast_domain::AccountId;
use serde_json::json;

use super::share::{Association, Entity, FailureReason, Progress, ResourceShare, ShareStatus, SharingTarget};
use super::{SHARE_TYPE, Sharing, Surroundings, no_such_share, render, request, wrong_status};
use crate::cloud::context::{Context, Done};
use crate::cloud::ecs::ImageStatus;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

impl Sharing {
    pub(super) fn associate(&mut self, around: Surroundings<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
        request::share_id(context)?;
        request::check_permissions(context.params)?;
        request::check_properties(context.params)?;
        let entities = request::some_entities(around, context)?;
        let share = self.own(around.region, context)?;
        if share.status != ShareStatus::Active {
            return Err(wrong_status());
        }
        self.check_targets(around, context, &entities, share.allow_external_targets)?;
        for entity in &entities {
            check_associable(share, entity, context)?;
        }
        self.check_elsewhere_idle(around, context, Some(&share.id), &entities)?;
        self.check_resource_room(around, context, &entities)?;
        let id = share.id.clone();
        self.begin(around, context, &id, &entities);
        Ok(self.associations(around, id, &entities))
    }

    pub(super) fn disassociate(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        request::share_id(context)?;
        if context.params.get("ResourceOwner") == Some("OtherAccounts") {
            return self.leave(around, context);
        }
        let entities = request::some_entities(around, context)?;
        let share = self.own(around.region, context)?;
        if share.status != ShareStatus::Active {
            return Err(wrong_status());
        }
        for entity in &entities {
            check_dissociable(share, entity)?;
        }
        self.check_elsewhere_idle(around, context, Some(&share.id), &entities)?;
        let id = share.id.clone();
        Ok(self.end(around, context, &id, &entities))
    }

    /// Takes entities off a share, each in its own time; an invitation is taken back at once.
    fn end(&mut self, around: Surroundings<'_>, context: &Context<'_>, id: &str, entities: &[Entity]) -> Done {
        let moment = context.now.as_millisecond().to_string();
        for entity in entities {
            let draw = context.ids.fixed("disassociation", &[id, entity.id(), &moment]);
            let ends = time::after(context.now, draw.within(context.setup.sharing.disassociating));
            let share = self.share_mut(around.region, id);
            if let Some(association) = share.and_then(|share| share.associations.get_mut(entity)) {
                let invited = matches!(association.progress, Progress::Invited { .. });
                let ends = if invited { context.now } else { ends };
                association.progress = Progress::Disassociating { ends };
                association.updated = context.now;
            }
            if let Entity::Target(SharingTarget::Account(account)) = entity {
                self.cancel_invitations(id, Some(account));
            }
        }
        self.schedule(around.region, id);
        self.associations(around, id.to_owned(), entities)
    }

    /// Starts associations; those that there are already stay as they are. An account outside the directory is invited.
    pub(super) fn begin(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
        share: &str,
        entities: &[Entity],
    ) {
        let moment = context.now.as_millisecond().to_string();
        for entity in entities {
            let known = self.share(around.region, share);
            let known = known.and_then(|share| share.associations.get(entity));
            if known.is_some_and(|association| association.progress == Progress::Associated) {
                continue;
            }
            let outsider = outsider(entity, around, context);
            let progress = if let Some(account) = outsider {
                Progress::Invited {
                    until: self.invite(around, context, share, account),
                }
            } else {
                let doomed = self.doomed.get_mut(around.region).and_then(VecDeque::pop_front);
                let draw = context.ids.fixed("association", &[share, entity.id(), &moment]);
                Progress::Associating {
                    ends: time::after(context.now, draw.within(context.setup.sharing.associating)),
                    failure: doomed.or_else(|| flaw(entity, around, context)),
                }
            };
            let association = Association {
                created: context.now,
                updated: context.now,
                external: outsider.is_some(),
                progress,
            };
            if let Some(share) = self.share_mut(around.region, share) {
                share.has_permission |= matches!(entity, Entity::Image(_));
                share.associations.insert(entity.clone(), association);
            }
        }
        self.schedule(around.region, share);
    }

    /// The answer of both operations: the associations that the call was about.
    fn associations(&self, around: Surroundings<'_>, id: String, entities: &[Entity]) -> Done {
        let share = self.share(around.region, &id);
        let values = entities.iter().filter_map(|entity| {
            let share = share?;
            let association = share.associations.get(entity)?;
            Some(render::association(share, entity, association))
        });
        let body = json!({ "ResourceShareAssociations": values.collect::<Vec<_>>() });
        Done::new(body).about([(SHARE_TYPE, id)])
    }

    /// Refuses an image that a task on another share of the caller is about.
    pub(super) fn check_elsewhere_idle(
        &self,
        around: Surroundings<'_>,
        context: &Context<'_>,
        share: Option<&str>,
        entities: &[Entity],
    ) -> Result<(), Refusal> {
        let others = self
            .shares(around.region)
            .filter(|other| other.owner == *context.account() && Some(other.id.as_str()) != share);
        let mut busy = others.flat_map(|other| other.associations.iter().filter(|(_, one)| one.is_busy()));
        let images = |entity: &&Entity| matches!(entity, Entity::Image(_));
        if busy.any(|(entity, _)| entities.iter().filter(images).any(|wanted| wanted == entity)) {
            return Err(concurrent());
        }
        Ok(())
    }

    /// An account outside the directory leaves by itself. Members are on a share by the directory's doing, so they
    /// cannot.
    fn leave(&mut self, around: Surroundings<'_>, context: &Context<'_>) -> Result<Done, Refusal> {
        let id = request::share_id(context)?.to_owned();
        let share = self.share(around.region, &id);
        let share = share.filter(|share| share.reaches(context.account(), around.directory));
        let share = share.ok_or_else(no_such_share)?;
        let itself = Entity::Target(SharingTarget::Account(context.account().clone()));
        let own = share.associations.get(&itself);
        if own.is_some_and(|association| association.external) {
            return Ok(self.end(around, context, &id, &[itself]));
        }
        let message = "The account was added to the resource share automatically by resoucre directory.";
        Err(Refusal::conflict("LeavingFailed.Account", message))
    }
}

/// The account that an entity is, if it has to be invited: one of both sides is outside the directory.
fn outsider<'a>(entity: &'a Entity, around: Surroundings<'_>, context: &Context<'_>) -> Option<&'a AccountId> {
    let Entity::Target(SharingTarget::Account(account)) = entity else {
        return None;
    };
    let inside = around.directory.has_account(account) && around.directory.has_account(context.account());
    (!inside).then_some(account)
}

fn check_associable(share: &ResourceShare, entity: &Entity, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(association) = share.associations.get(entity) else {
        return Ok(());
    };
    match association.progress {
        Progress::Invited { .. } | Progress::Associating { .. } => Err(concurrent()),
        Progress::Disassociating { .. } => {
            let message = "You cannot perform the operation while disassociation operation is being performed.";
            Err(Refusal::conflict("AssociateConflict", message))
        }
        Progress::Associated if !context.setup.switches.associating_again_accepted => {
            let list = match entity {
                Entity::Image(_) => "Resources",
                Entity::Target(_) => "Targets",
            };
            Err(request::invalid(list))
        }
        Progress::Associated | Progress::Failed { .. } | Progress::Disassociated { .. } => Ok(()),
    }
}

fn check_dissociable(share: &ResourceShare, entity: &Entity) -> Result<(), Refusal> {
    match share.associations.get(entity).map(|association| association.progress) {
        Some(Progress::Associated | Progress::Invited { .. }) => Ok(()),
        Some(Progress::Associating { .. }) => {
            let message = "You cannot perform the operation while association is already in progress.";
            Err(Refusal::conflict("DisassociateConflict", message))
        }
        Some(Progress::Disassociating { .. }) => Err(concurrent()),
        None | Some(Progress::Failed { .. } | Progress::Disassociated { .. }) => {
            let message = "You can not disassociate unassociated resource or target.";
            Err(Refusal::bad_request("DisassociateInvalid", message))
        }
    }
}

fn concurrent() -> Refusal {
    let message = "The operation could not be completed because another process is currently accessing the same \
                   resource.";
    Refusal::conflict("ConcurrentExecutionError", message)
}

/// Why an association cannot get through. The call itself is accepted; only its end tells.
fn flaw(entity: &Entity, around: Surroundings<'_>, context: &Context<'_>) -> Option<FailureReason> {
    let Entity::Image(id) = entity else { return None };
    let image = around.ecs.image(around.region, id);
    let own = image.filter(|image| image.belongs_to(context.account()));
    let Some(image) = own.filter(|image| image.status == ImageStatus::Available) else {
        return Some(FailureReason::Unavailable);
    };
    let refused = image.is_encrypted() && !context.setup.switches.encrypted_images_on_shelves;
    refused.then_some(FailureReason::UnsupportedOperation)
}
