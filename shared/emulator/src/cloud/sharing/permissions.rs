//! Permissions: what recipients may do with what is on a share
//! (<https://alibabacloud.com/help/en/resource-management/resource-sharing/user-guide/permissions-for-resource-sharing>).
//! There is one for images; with it they can be seen, launched and copied within the region.

use serde_json::{Value, json};

use super::listing::Side;
use super::paging::{Row, page};
use super::request::{self, IMAGE, IMAGE_PERMISSION, missing};
use super::share::{Entity, ResourceShare};
use super::{SHARE_TYPE, Sharing, Surroundings, no_such_share, wrong_status};
use crate::cloud::context::{Context, Done};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// The one version that the permission has.
const VERSION: &str = "v1";
/// When it came to be. Not published.
const CREATED: &str = "2022-01-01T00:00:00.000Z";
/// What it allows. Not published either; this is what recipients can do here.
const DOCUMENT: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["ecs:DescribeImages","ecs:DescribeImageFromFamily","ecs:CopyImage","ecs:RunInstances"],"Resource":"*"}]}"#;

pub(super) fn list_permissions(
    _: &mut Sharing,
    _: Surroundings<'_>,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let params = context.params;
    params.get("ResourceType").map_or(Ok(()), request::check_type)?;
    page(rows(), params, "Permissions")
}

pub(super) fn list_permission_versions(
    _: &mut Sharing,
    _: Surroundings<'_>,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    check_named(context.params)?;
    page(rows(), context.params, "Permissions")
}

pub(super) fn get_permission(_: &mut Sharing, _: Surroundings<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    check_named(context.params)?;
    let version = context.params.get("PermissionVersion");
    if version.is_some_and(|version| version != VERSION) {
        return Err(no_such_permission());
    }
    let mut value = permission();
    if let Some(members) = value.as_object_mut() {
        members.insert("Permission".to_owned(), json!(DOCUMENT));
    }
    Ok(Done::new(json!({ "Permission": value })))
}

impl Sharing {
    /// For the owner of a share and for those who get what is on it.
    pub(super) fn list_share_permissions(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let side = Side::read(context.params)?;
        let id = request::share_id(context)?;
        let share = self.share(around.region, id).ok_or_else(no_such_share)?;
        if !side.has(share, around, context) {
            return Err(no_such_share());
        }
        let there = if share.has_permission { rows() } else { Vec::new() };
        page(there, context.params, "Permissions")
    }

    pub(super) fn associate_permission(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        request::share_id(context)?;
        check_named(context.params)?;
        context.params.flag("Replace")?;
        let share = self.own_mut(around.region, context)?;
        share.has_permission = true;
        share.updated = context.now;
        Ok(Done::empty().about([(SHARE_TYPE, share.id.clone())]))
    }

    /// Not while images are on the share. Which code refuses that is not recorded.
    pub(super) fn disassociate_permission(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        request::share_id(context)?;
        check_named(context.params)?;
        let share = self.own_mut(around.region, context)?;
        if holds_images(share) {
            return Err(wrong_status());
        }
        if !share.has_permission {
            return Err(no_such_permission());
        }
        share.has_permission = false;
        share.updated = context.now;
        Ok(Done::empty().about([(SHARE_TYPE, share.id.clone())]))
    }
}

fn holds_images(share: &ResourceShare) -> bool {
    share.associations.iter().any(|(entity, association)| {
        matches!(entity, Entity::Image(_)) && (association.is_in_force() || association.is_busy())
    })
}

/// Every permission there is.
fn rows() -> Vec<Row> {
    vec![(IMAGE_PERMISSION.to_owned(), permission())]
}

fn permission() -> Value {
    json!({
        "CreateTime": CREATED,
        "DefaultPermission": true,
        "DefaultVersion": true,
        "PermissionName": IMAGE_PERMISSION,
        "PermissionVersion": VERSION,
        "ResourceType": IMAGE,
        "UpdateTime": CREATED,
    })
}

fn check_named(params: &Params) -> Result<(), Refusal> {
    match params.get("PermissionName") {
        None => Err(missing("PermissionName")),
        Some(IMAGE_PERMISSION) => Ok(()),
        Some(_) => Err(no_such_permission()),
    }
}

fn no_such_permission() -> Refusal {
    let message = "The resource share permission does not exist.";
    Refusal::not_found("EntityNotExists.Permission", message)
}
