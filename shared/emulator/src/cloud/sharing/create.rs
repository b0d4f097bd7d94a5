//! `CreateResourceShare`, `UpdateResourceShare` and `DeleteResourceShare`. Names may repeat: two shares of one name are
//! two shares
//! (<https://www.alibabacloud.com/help/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-createresourceshare>).

use std::collections::BTreeMap;

use serde_json::json;

use super::share::{Association, Progress, ResourceShare, ShareStatus};
use super::{SHARE_TYPE, Sharing, Surroundings, render, request, wrong_status};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

impl Sharing {
    pub(super) fn create(&mut self, around: Surroundings<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let name = request::share_name(context)?;
        let external = context.params.flag("AllowExternalTargets")? == Some(true);
        request::check_permissions(context.params)?;
        request::check_properties(context.params)?;
        let tags = request::tags(context.params)?;
        let entities = request::entities(around, context)?;
        self.check_targets(around, context, &entities, external)?;
        self.check_share_room(around, context)?;
        self.check_resource_room(around, context, &entities)?;
        self.check_elsewhere_idle(around, context, None, &entities)?;

        let draw = context.ids.next(
            "resource-share",
            &[around.region.as_str(), context.caller.account.as_str(), name],
        );
        let id = format!("rs-{}", draw.text(12));
        let activation = draw.within(context.setup.sharing.activation);
        let waits = !activation.is_zero();
        let share = ResourceShare {
            id: id.clone(),
            region: around.region.clone(),
            owner: context.account().clone(),
            name: name.to_owned(),
            status: if waits {
                ShareStatus::Pending
            } else {
                ShareStatus::Active
            },
            allow_external_targets: external,
            resource_group: context.params.get("ResourceGroupId").unwrap_or_default().to_owned(),
            tags,
            has_permission: !context.params.list("PermissionNames").is_empty(),
            created: context.now,
            updated: context.now,
            associations: BTreeMap::new(),
            due: waits.then(|| time::after(context.now, activation)),
        };
        let value = render::share(&share);
        self.shares
            .entry(around.region.clone())
            .or_default()
            .insert(id.clone(), share);
        self.begin(around, context, &id, &entities);
        self.schedule(around.region, &id);
        Ok(Done::new(json!({ "ResourceShare": value })).about([(SHARE_TYPE, id)]))
    }

    pub(super) fn update(&mut self, around: Surroundings<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
        request::share_id(context)?;
        let name = request::share_name(context)?;
        let external = context.params.flag("AllowExternalTargets")?;
        let share = self.own_mut(around.region, context)?;
        if share.status != ShareStatus::Active {
            return Err(wrong_status());
        }
        name.clone_into(&mut share.name);
        share.allow_external_targets = external.unwrap_or(share.allow_external_targets);
        share.updated = context.now;
        let about = (SHARE_TYPE, share.id.clone());
        Ok(Done::new(json!({ "ResourceShare": render::share(share) })).about([about]))
    }

    /// Everything on the share goes off it within the same time. Images and accounts themselves are not touched.
    pub(super) fn delete(&mut self, around: Surroundings<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let share = self.own_mut(around.region, context)?;
        if !matches!(share.status, ShareStatus::Pending | ShareStatus::Active) {
            return Err(wrong_status());
        }
        if share.associations.values().any(Association::is_busy) {
            let message = "You cannot delete a resource share while there are unfinished tasks.";
            return Err(Refusal::conflict("DeleteResourceShareConflict", message));
        }
        let draw = context.ids.fixed("resource-share-deletion", &[&share.id]);
        let ends = time::after(context.now, draw.within(context.setup.sharing.deleting));
        share.status = ShareStatus::Deleting;
        share.updated = context.now;
        share.due = Some(ends);
        for association in share.associations.values_mut() {
            if matches!(association.progress, Progress::Associated | Progress::Invited { .. }) {
                association.progress = Progress::Disassociating { ends };
                association.updated = context.now;
            }
        }
        let id = share.id.clone();
        self.cancel_invitations(&id, None);
        self.schedule(around.region, &id);
        Ok(Done::empty().about([(SHARE_TYPE, id)]))
    }
}
