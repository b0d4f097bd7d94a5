//! What a call names: shares, resources and targets, and which of them are well-formed. Codes and messages are those of
//! <https://help.aliyun.com/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-errorcodes>.

use std::collections::BTreeMap;

use goldcast_domain::ImageId;

use super::share::{Entity, SharingTarget};
use super::{Sharing, Surroundings};
use crate::cloud::context::Context;
use crate::cloud::directory::RESOURCE_SHARING;
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Resources in one call, targets in one call, and share ids of one listing.
const NAMED_MAX: usize = 5;
/// Longest name of a share, in characters.
const NAME_CHARS_MAX: usize = 50;
/// Tags on one share.
pub(super) const TAGS_MAX: usize = 20;
/// The one resource type that is simulated.
pub(super) const IMAGE: &str = "Image";
/// The permission that every share of images has.
pub(super) const IMAGE_PERMISSION: &str = "AliyunRSDefaultPermissionImage";

/// `MissingParameter.<name>`.
pub(super) fn missing(name: &str) -> Refusal {
    Refusal::bad_request(format!("MissingParameter.{name}"), format!("You must specify {name}."))
}

/// `InvalidParameter.<name>`.
pub(super) fn invalid(name: &str) -> Refusal {
    Refusal::bad_request(format!("InvalidParameter.{name}"), format!("The {name} is invalid."))
}

/// The share that a call is about.
pub(super) fn share_id<'a>(context: &Context<'a>) -> Result<&'a str, Refusal> {
    let id = context.params.get("ResourceShareId");
    id.ok_or_else(|| missing("ResourceShareId"))
}

/// The shares that a listing is narrowed to.
pub(super) fn share_ids(params: &Params) -> Result<Vec<&str>, Refusal> {
    few(params, "ResourceShareIds")
}

/// The values of a list that holds five at most, each once.
pub(super) fn few<'a>(params: &'a Params, name: &str) -> Result<Vec<&'a str>, Refusal> {
    let values = params.list(name);
    check_few(&values, name)?;
    Ok(values)
}

/// Refuses a sixth value and one that is there twice.
fn check_few<T: Ord>(values: &[T], name: &str) -> Result<(), Refusal> {
    if values.len() > NAMED_MAX {
        let message = format!("The maximum number of {name} exceeds {NAMED_MAX}.");
        return Err(Refusal::bad_request(format!("InvalidParameter.{name}.Length"), message));
    }
    let distinct: std::collections::BTreeSet<&T> = values.iter().collect();
    if distinct.len() < values.len() {
        let message = format!("The {name} contains duplicate values.");
        return Err(Refusal::bad_request(
            format!("InvalidParameter.{name}.Duplicate"),
            message,
        ));
    }
    Ok(())
}

/// The name of a share: letters, digits, Chinese, `.`, `_` and `-`.
pub(super) fn share_name<'a>(context: &Context<'a>) -> Result<&'a str, Refusal> {
    let name = context.params.get("ResourceShareName");
    let name = name.ok_or_else(|| missing("ResourceShareName"))?;
    if name.chars().count() > NAME_CHARS_MAX {
        let message = format!("The maximum length of ResourceShareName exceeds {NAME_CHARS_MAX} characters.");
        return Err(Refusal::bad_request(
            "InvalidParameter.ResourceShareName.Length",
            message,
        ));
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c) || ('\u{4e00}'..='\u{9fff}').contains(&c);
    if name.chars().all(legal) {
        Ok(name)
    } else {
        Err(invalid("ResourceShareName"))
    }
}

/// The tags of a new share. Which code refuses a wrong one is not recorded, so it is the general one.
pub(super) fn tags(params: &Params) -> Result<BTreeMap<String, String>, Refusal> {
    let objects = params.objects("Tag");
    let mut tags = BTreeMap::new();
    for object in &objects {
        let text = |name: &str| object.get(name).copied().unwrap_or_default().to_owned();
        tags.insert(text("Key"), text("Value"));
    }
    if objects.len() > TAGS_MAX || tags.len() < objects.len() || tags.contains_key("") {
        let message = "The specified parameter is invalid.";
        return Err(Refusal::bad_request("InvalidParameter", message));
    }
    Ok(tags)
}

/// `PermissionNames`: there is one permission for images.
pub(super) fn check_permissions(params: &Params) -> Result<(), Refusal> {
    let names = few(params, "PermissionNames")?;
    if names.iter().all(|name| *name == IMAGE_PERMISSION) {
        return Ok(());
    }
    let message = "The resource share permission does not exist.";
    Err(Refusal::not_found("EntityNotExists.Permission", message))
}

/// Properties are for service targets and for other resource types than images.
pub(super) fn check_properties(params: &Params) -> Result<(), Refusal> {
    if !params.objects("TargetProperties").is_empty() {
        return Err(invalid("TargetProperties"));
    }
    if !params.objects("ResourceProperties").is_empty() {
        let message = "The resource type does not support resource property.";
        return Err(Refusal::bad_request("NotSupport.ResourceProperty", message));
    }
    Ok(())
}

/// What a call puts onto a share or takes off it, resources first. Only the form is judged here.
pub(super) fn entities(around: Surroundings<'_>, context: &Context<'_>) -> Result<Vec<Entity>, Refusal> {
    let images = images(around, context)?.into_iter().map(Entity::Image);
    let targets = targets(context.params)?.into_iter().map(Entity::Target);
    Ok(images.chain(targets).collect())
}

/// Like [`entities`], and at least one.
pub(super) fn some_entities(around: Surroundings<'_>, context: &Context<'_>) -> Result<Vec<Entity>, Refusal> {
    let entities = entities(around, context)?;
    if entities.is_empty() {
        let message = "Either a resource or a shared target must be specified.";
        return Err(Refusal::bad_request("ResourceAndTargetBothEmpty", message));
    }
    Ok(entities)
}

fn images(around: Surroundings<'_>, context: &Context<'_>) -> Result<Vec<ImageId>, Refusal> {
    let params = context.params;
    let resources = params.objects("Resources");
    let arns = few(params, "ResourceArns")?;
    if !resources.is_empty() && !arns.is_empty() {
        let message = "Both Resources and ResourceArns cannot be specified simultaneously. Please provide only one of \
                       these parameters.";
        return Err(Refusal::bad_request("InvalidParameter.ResourceConflict", message));
    }
    check_few(&resources, "Resources")?;
    let by_id = resources.iter().map(resource);
    let by_arn = arns.iter().map(|arn| {
        let image = image_of_arn(arn, around, context);
        image.ok_or_else(|| invalid("ResourceArns"))
    });
    by_id.chain(by_arn).collect()
}

/// Id and type go in pairs.
fn resource(object: &BTreeMap<&str, &str>) -> Result<ImageId, Refusal> {
    let text = |name: &str| object.get(name).copied().filter(|text| !text.is_empty());
    let (Some(id), Some(kind)) = (text("ResourceId"), text("ResourceType")) else {
        return Err(invalid("Resources"));
    };
    check_type(kind)?;
    id.parse().map_err(|_| invalid("Resources"))
}

/// Other types are real, and the simulated cloud has nothing of them to share.
pub(super) fn check_type(kind: &str) -> Result<(), Refusal> {
    if kind == IMAGE {
        Ok(())
    } else {
        Err(invalid("ResourceType"))
    }
}

/// The image of an ARN, whose form follows that of other resources and is not published for images.
fn image_of_arn(arn: &str, around: Surroundings<'_>, context: &Context<'_>) -> Option<ImageId> {
    let prefix = format!("acs:ecs:{}:{}:image/", around.region, context.account());
    arn.strip_prefix(&prefix)?.parse().ok()
}

fn targets(params: &Params) -> Result<Vec<SharingTarget>, Refusal> {
    let targets = few(params, "Targets")?.into_iter();
    targets
        .map(|text| SharingTarget::named(text).ok_or_else(|| invalid("Targets")))
        .collect()
}

impl Sharing {
    /// Refuses targets that nothing can be shared with.
    pub(super) fn check_targets(
        &self,
        around: Surroundings<'_>,
        context: &Context<'_>,
        entities: &[Entity],
        external: bool,
    ) -> Result<(), Refusal> {
        let targets = entities.iter().filter_map(|entity| match entity {
            Entity::Target(target) => Some(target),
            Entity::Image(_) => None,
        });
        let directory = around.directory;
        for target in targets {
            if is_invitable(target, around, context, external)? {
                continue;
            }
            if !context.trusted.has(RESOURCE_SHARING) {
                let message = "You have not enabled sharing with your Resource Directory.";
                return Err(Refusal::conflict("NotEnableSharingWithResourceDirectory", message));
            }
            if !directory.has_account(context.account()) {
                let message = "The account is not a master or a member of a resource directory.";
                return Err(Refusal::conflict("AccountNotInResourceDirectory", message));
            }
            let exists = match target {
                SharingTarget::Directory(id) => id == directory.id(),
                SharingTarget::Folder(folder) => {
                    let root = directory.is_root(folder);
                    directory.has_folder(folder) && (!root || context.setup.switches.root_folder_is_target)
                }
                SharingTarget::Account(account) => directory.has_account(account),
            };
            if !exists {
                let message = "The shared target does not exist in the resource directory.";
                return Err(Refusal::bad_request("InvalidTarget", message));
            }
        }
        self.check_invitation_room(around, context, entities)
    }
}

/// Whether a target is an account that is invited rather than found in the directory.
fn is_invitable(
    target: &SharingTarget,
    around: Surroundings<'_>,
    context: &Context<'_>,
    external: bool,
) -> Result<bool, Refusal> {
    let SharingTarget::Account(account) = target else {
        return Ok(false);
    };
    if account == context.account() {
        let message = "You cannot share resources with yourself.";
        return Err(Refusal::conflict("ShareWithYourself", message));
    }
    let directory = around.directory;
    let inside = directory.has_account(account) && directory.has_account(context.account());
    if !external || inside || !context.accounts.exists(account) {
        return Ok(false);
    }
    if context.setup.switches.images_shareable_outside {
        return Ok(true);
    }
    let message = "The resource type cannot be shared with external targets.";
    Err(Refusal::conflict("ExternalTargetsNotAllowed.ResourceType", message))
}
