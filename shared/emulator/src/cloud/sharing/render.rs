//! Shares and associations as the API writes them. Fields that are documented for other resource types or for service
//! targets only are left out.

use serde_json::{Value, json};

use super::request::IMAGE;
use super::share::{Association, Entity, FailureReason, ResourceShare, SharingTarget};
use crate::cloud::time;

/// A share as `CreateResourceShare` gives it.
pub(super) fn share(share: &ResourceShare) -> Value {
    json!({
        "ResourceShareId": share.id,
        "ResourceShareName": share.name,
        "ResourceShareOwner": share.owner,
        "ResourceShareStatus": share.status.as_str(),
        "AllowExternalTargets": share.allow_external_targets,
        "CreateTime": time::wire_millis(share.created),
        "UpdateTime": time::wire_millis(share.updated),
    })
}

/// A row of `ListResourceShares`. Resource group and tags are the owner's: a recipient does not see them.
pub(super) fn share_row(listed: &ResourceShare, own: bool) -> Value {
    let mut value = share(listed);
    let tags = listed.tags.iter().filter(|_| own);
    let tags: Vec<_> = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    if let Some(members) = value.as_object_mut() {
        let group = if own { listed.resource_group.as_str() } else { "" };
        members.insert("ResourceGroupId".to_owned(), json!(group));
        members.insert("Tags".to_owned(), json!(tags));
    }
    value
}

/// An association as `AssociateResourceShare` gives it.
pub(super) fn association(share: &ResourceShare, entity: &Entity, association: &Association) -> Value {
    let mut value = json!({
        "ResourceShareId": share.id,
        "ResourceShareName": share.name,
        "AssociationType": match entity {
            Entity::Image(_) => "Resource",
            Entity::Target(_) => "Target",
        },
        "AssociationStatus": association.status().as_str(),
        "AssociationStatusMessage": association.failure().map_or("", FailureReason::description),
        "EntityId": entity.id(),
        // Folders and the directory are accounts in this field.
        "EntityType": match entity {
            Entity::Image(_) => IMAGE,
            Entity::Target(_) => "Account",
        },
        "CreateTime": time::wire_millis(association.created),
        "UpdateTime": time::wire_millis(association.updated),
    });
    if let (Some(members), Entity::Image(_)) = (value.as_object_mut(), entity) {
        members.insert("ResourceArn".to_owned(), json!(arn(share, entity.id())));
    }
    value
}

/// A row of `ListResourceShareAssociations`.
pub(super) fn association_row(share: &ResourceShare, entity: &Entity, listed: &Association) -> Value {
    let mut value = association(share, entity, listed);
    let details = listed.failure().map(|reason| failed(share, entity, reason));
    if let Some(members) = value.as_object_mut() {
        members.insert("External".to_owned(), json!(listed.external));
        members.insert(
            "AssociationFailedDetails".to_owned(),
            json!(details.unwrap_or_default()),
        );
    }
    value
}

/// One entry for each counterpart that the failed entity was not connected with.
fn failed(share: &ResourceShare, entity: &Entity, reason: FailureReason) -> Vec<Value> {
    let is_image = matches!(entity, Entity::Image(_));
    let counterparts = share.associations.keys();
    let counterparts: Vec<&Entity> = counterparts
        .filter(|other| matches!(other, Entity::Image(_)) != is_image)
        .collect();
    // A share may hold only one kind; the failure is told all the same.
    let named = if counterparts.is_empty() {
        vec![entity]
    } else {
        counterparts
    };
    let details = named.into_iter().map(|other| {
        let image = if is_image { entity } else { other };
        json!({
            "AssociateType": "",
            "EntityId": other.id(),
            "EntityType": entity_type(other),
            "FailureDescription": reason.description(),
            "FailureReason": reason.as_str(),
            "OperationType": "Associate",
            "ResourceArn": match image {
                Entity::Image(id) => arn(share, id.as_str()),
                Entity::Target(_) => String::new(),
            },
            "Status": "",
            "StatusMessage": "",
        })
    });
    details.collect()
}

fn entity_type(entity: &Entity) -> &'static str {
    match entity {
        Entity::Image(_) => IMAGE,
        Entity::Target(SharingTarget::Directory(_)) => "ResourceDirectory",
        Entity::Target(SharingTarget::Folder(_)) => "Folder",
        Entity::Target(SharingTarget::Account(_)) => "Account",
    }
}

/// The ARN of an image on a share. The form follows that of other resources and is not published for images.
pub(super) fn arn(share: &ResourceShare, image: &str) -> String {
    format!("acs:ecs:{}:{}:image/{image}", share.region, share.owner)
}
