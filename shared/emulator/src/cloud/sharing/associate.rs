//! `AssociateResourceShare` and `DisassociateResourceShare`: both answer before the work is done
//! (<https://www.alibabacloud.com/help/en/resource-management/latest/api-resourcesharing-2020-01-10-associateresourceshare>).

use std::collections::VecDeque;

use serde_json::json;

use super::share::{Association, Entity, FailureReason, Progress, ResourceShare, ShareStatus};
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
        self.associations(around, id, &entities)
    }

    pub(super) fn disassociate(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        request::share_id(context)?;
        if context.params.get("ResourceOwner") == Some("OtherAccounts") {
            return Err(self.cannot_leave(around, context));
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
        for entity in &entities {
            let moment = context.now.as_millisecond().to_string();
            let draw = context.ids.fixed("disassociation", &[&id, entity.id(), &moment]);
            let ends = time::after(context.now, draw.within(context.setup.sharing.disassociating));
            let share = self.share_mut(around.region, &id);
            if let Some(association) = share.and_then(|share| share.associations.get_mut(entity)) {
                association.progress = Progress::Disassociating { ends };
                association.updated = context.now;
            }
        }
        self.schedule(around.region, &id);
        self.associations(around, id, &entities)
    }

    /// Starts associations; those that there are already stay as they are.
    pub(super) fn begin(&mut self, around: Surroundings<'_>, context: &Context<'_>, share: &str, entities: &[Entity]) {
        let moment = context.now.as_millisecond().to_string();
        for entity in entities {
            let known = self.share(around.region, share);
            let known = known.and_then(|share| share.associations.get(entity));
            if known.is_some_and(|association| association.progress == Progress::Associated) {
                continue;
            }
            let doomed = self.doomed.get_mut(around.region).and_then(VecDeque::pop_front);
            let draw = context.ids.fixed("association", &[share, entity.id(), &moment]);
            let association = Association {
                created: context.now,
                updated: context.now,
                progress: Progress::Associating {
                    ends: time::after(context.now, draw.within(context.setup.sharing.associating)),
                    failure: doomed.or_else(|| flaw(entity, around, context)),
                },
            };
            if let Some(share) = self.share_mut(around.region, share) {
                share.associations.insert(entity.clone(), association);
            }
        }
        self.schedule(around.region, share);
    }

    /// The answer of both operations: the associations that the call was about.
    fn associations(&self, around: Surroundings<'_>, id: String, entities: &[Entity]) -> Result<Done, Refusal> {
        let share = self.share(around.region, &id).ok_or_else(no_such_share)?;
        let values = entities.iter().filter_map(|entity| {
            let association = share.associations.get(entity)?;
            Some(render::association(share, entity, association))
        });
        let body = json!({ "ResourceShareAssociations": values.collect::<Vec<_>>() });
        Ok(Done::new(body).about([(SHARE_TYPE, id)]))
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

    /// Members are on a share by the directory's doing, so they cannot leave it themselves.
    fn cannot_leave(&self, around: Surroundings<'_>, context: &Context<'_>) -> Refusal {
        let share = context.params.get("ResourceShareId");
        let share = share.and_then(|id| self.share(around.region, id));
        if !share.is_some_and(|share| share.reaches(context.account(), around.directory)) {
            return no_such_share();
        }
        let message = "The account was added to the resource share automatically by resoucre directory.";
        Refusal::conflict("LeavingFailed.Account", message)
    }
}

fn check_associable(share: &ResourceShare, entity: &Entity, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(association) = share.associations.get(entity) else {
        return Ok(());
    };
    match association.progress {
        Progress::Associating { .. } => Err(concurrent()),
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
        Some(Progress::Associated) => Ok(()),
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
