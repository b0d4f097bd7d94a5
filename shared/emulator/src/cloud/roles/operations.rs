//! The operations on roles (<https://www.alibabacloud.com/help/doc-detail/28710.htm> and its siblings).

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Kept, Role, Trust, trust};
use crate::cloud::context::{Context, Done, Kind};
use crate::cloud::gateway::role_id;
use crate::cloud::params::Params;
use crate::cloud::policies::{self, Holder, HolderKind};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Type of a role in audit events.
const ROLE_TYPE: &str = "ACS::RAM::Role";
/// Longest name of a role, in characters (<https://www.alibabacloud.com/help/en/ram/product-overview/limits>).
const NAME_CHARS_MAX: usize = 64;
/// Roles of one account (same page).
const ROLES_MAX: usize = 1000;
/// Longest session that a role may be given, in seconds.
const SESSION_SECONDS: std::ops::RangeInclusive<usize> = 3600..=43_200;
/// Longest session when none is asked for, in seconds.
const SESSION_SECONDS_DEFAULT: usize = 3600;
/// Roles in one page of `ListRoles` when none is asked for, and at most.
const ITEMS_DEFAULT: usize = 100;
const ITEMS_MAX: usize = 1000;

/// An operation of RAM: what runs it, and whether it changes something.
pub(crate) type Operation = (fn(&mut Context<'_>) -> Result<Done, Refusal>, Kind);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateRole" => (create_role, Kind::Write),
        "CreateServiceLinkedRole" => (create_service_linked_role, Kind::Write),
        "DeleteRole" => (delete_role, Kind::Write),
        "GetRole" => (get_role, Kind::Read),
        "ListRoles" => (list_roles, Kind::Read),
        "UpdateRole" => (update_role, Kind::Write),
        _ => return policies::operation(action),
    })
}

fn get_role(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = role_name(context.params)?;
    let kept = context.roles.get(context.account(), name).ok_or_else(no_such_role)?;
    Ok(Done::new(json!({ "Role": rendered(kept) })))
}

fn list_roles(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let items = context.params.number("MaxItems")?.unwrap_or(ITEMS_DEFAULT);
    if items == 0 || items > ITEMS_MAX {
        let message = format!("The parameter - \"MaxItems\" must be from 1 to {ITEMS_MAX}.");
        return Err(Refusal::bad_request("InvalidParameter.MaxItems", message));
    }
    // The marker is the last name already given.
    let marker = context.params.get("Marker");
    let mut left = context
        .roles
        .of(context.account())
        .filter(|kept| marker.is_none_or(|marker| kept.role.name.as_str() > marker))
        .peekable();
    let mut roles = Vec::new();
    let mut last = String::new();
    while let Some(kept) = left.next_if(|_| roles.len() < items) {
        last.clone_from(&kept.role.name);
        roles.push(without_document(rendered(kept)));
    }
    let truncated = left.peek().is_some();
    Ok(Done::new(json!({
        "IsTruncated": truncated,
        "Marker": if truncated { last } else { String::new() },
        "Roles": { "Role": roles },
    })))
}

fn create_role(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = role_name(context.params)?.to_owned();
    let document = document(context, "AssumeRolePolicyDocument")?
        .ok_or_else(|| missing("AssumeRolePolicyDocument"))?
        .to_owned();
    let max_session = session(context.params, "MaxSessionDuration")?;
    let account = context.account().clone();
    if context.roles.get(&account, &name).is_some() {
        return Err(Refusal::conflict(
            "EntityAlreadyExists.Role",
            "The role does already exist.",
        ));
    }
    if context.roles.of(&account).count() >= ROLES_MAX {
        let message = "The count of roles beyond the current limits.";
        return Err(Refusal::conflict("LimitExceeded.Role", message));
    }
    let role = Role {
        account,
        name,
        trust: Trust::Document(document),
        max_session: max_session.unwrap_or_else(|| seconds(SESSION_SECONDS_DEFAULT)),
        policies: Vec::new(),
    };
    context.roles.put(&role, context.now);
    let description = context.params.get("Description").unwrap_or_default();
    answer(context, &role.name, |kept| {
        description.clone_into(&mut kept.description);
    })
}

/// Services that have a role here, and its name.
const SERVICE_ROLES: [(&str, &str); 1] = [("fc.aliyuncs.com", "AliyunServiceRoleForFC")];

/// The role of a service; what it may do is the service's business.
fn create_service_linked_role(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let service = context.params.required("ServiceName")?;
    let known = SERVICE_ROLES.iter().find(|(known, _)| *known == service);
    let Some((service, name)) = known else {
        let message = format!("The service {service} has no role in the simulated cloud.");
        return Err(Refusal::bad_request("InvalidParameter.ServiceName", message));
    };
    let account = context.account().clone();
    if context.roles.get(&account, name).is_some() {
        let message = "The role does already exist.";
        return Err(Refusal::conflict("EntityAlreadyExists.Role", message));
    }
    let role = Role {
        account: account.clone(),
        name: (*name).to_owned(),
        trust: Trust::Service((*service).to_owned()),
        max_session: seconds(SESSION_SECONDS_DEFAULT),
        policies: Vec::new(),
    };
    context.roles.put(&role, context.now);
    let kept = context.roles.get(&account, name).ok_or_else(no_such_role)?;
    let mut shown = rendered(kept);
    if let Some(members) = shown.as_object_mut() {
        members.insert("IsServiceLinkedRole".to_owned(), true.into());
    }
    Ok(Done::new(json!({ "Role": shown })))
}

/// There is no version to check: of two callers at once, the later one wins.
fn update_role(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = role_name(context.params)?.to_owned();
    let document = document(context, "NewAssumeRolePolicyDocument")?;
    let max_session = session(context.params, "NewMaxSessionDuration")?;
    let description = context.params.get("NewDescription");
    let now = context.now;
    answer(context, &name, |kept| {
        if let Some(document) = document {
            document.clone_into(&mut kept.document);
            kept.role.trust = Trust::Document(document.to_owned());
        }
        if let Some(max_session) = max_session {
            kept.role.max_session = max_session;
        }
        if let Some(description) = description {
            description.clone_into(&mut kept.description);
        }
        kept.updated = now;
    })
}

fn delete_role(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = role_name(context.params)?.to_owned();
    let key = (context.account().clone(), name);
    let holder = Holder {
        account: &key.0,
        kind: HolderKind::Role,
        name: &key.1,
    };
    if context.policies.has_any(holder) {
        let message = "The role CAN NOT been attached to any policy while deleting the role.";
        return Err(Refusal::conflict("DeleteConflict.Role.Policy", message));
    }
    context.roles.0.remove(&key).ok_or_else(no_such_role)?;
    context.policies.forget_holder(holder);
    Ok(Done::empty().about([(ROLE_TYPE, key.1)]))
}

/// Changes a role and answers with it.
fn answer(context: &mut Context<'_>, name: &str, change: impl FnOnce(&mut Kept)) -> Result<Done, Refusal> {
    let account = context.account().clone();
    let kept = context.roles.get_mut(&account, name).ok_or_else(no_such_role)?;
    change(kept);
    Ok(Done::new(json!({ "Role": rendered(kept) })).about([(ROLE_TYPE, name.to_owned())]))
}

pub(crate) fn role_name(params: &Params) -> Result<&str, Refusal> {
    let name = params.get("RoleName").ok_or_else(|| missing("RoleName"))?;
    if name.chars().count() > NAME_CHARS_MAX {
        let message = "The parameter - \"RoleName\" beyond the length limit.";
        return Err(Refusal::bad_request("InvalidParameter.RoleName.Length", message));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || ".@-".contains(c)) {
        let message = "The parameter - \"RoleName\" contains invalid chars.";
        return Err(Refusal::bad_request("InvalidParameter.RoleName.InvalidChars", message));
    }
    Ok(name)
}

/// A trust document that is short enough and well formed. How long one may be is a switch.
fn document<'a>(context: &Context<'a>, parameter: &str) -> Result<Option<&'a str>, Refusal> {
    let Some(text) = context.params.get(parameter) else {
        return Ok(None);
    };
    if text.chars().count() > context.setup.switches.trust_document_chars_max {
        let message = format!("The parameter - \"{parameter}\" beyond the length limit.");
        return Err(Refusal::bad_request(
            format!("InvalidParameter.{parameter}.Length"),
            message,
        ));
    }
    trust::check(text).map_err(|wrong| Refusal::bad_request("MalformedPolicyDocument", wrong))?;
    Ok(Some(text))
}

fn session(params: &Params, parameter: &str) -> Result<Option<SignedDuration>, Refusal> {
    let Some(asked) = params.number(parameter)? else {
        return Ok(None);
    };
    if !SESSION_SECONDS.contains(&asked) {
        let message = format!("The parameter - \"{parameter}\" is out of range.");
        return Err(Refusal::bad_request(format!("InvalidParameter.{parameter}"), message));
    }
    Ok(Some(seconds(asked)))
}

fn seconds(seconds: usize) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn missing(parameter: &str) -> Refusal {
    Refusal::bad_request(
        "MissingParameter",
        format!("The parameter - \"{parameter}\" is mandatory."),
    )
}

pub(crate) fn no_such_role() -> Refusal {
    Refusal::not_found("EntityNotExist.Role", "The role does not exist.")
}

fn rendered(kept: &Kept) -> Value {
    let Role {
        account,
        name,
        max_session,
        ..
    } = &kept.role;
    let arn = kept.role.arn();
    json!({
        "RoleId": role_id(&arn),
        "RoleName": name,
        "Arn": arn,
        "RolePrincipalName": format!("{name}@role.{account}.onaliyunservice.com"),
        "Description": kept.description,
        "AssumeRolePolicyDocument": kept.document,
        "MaxSessionDuration": max_session.as_secs(),
        "AllowConsoleLogin": true,
        "IsServiceLinkedRole": false,
        "LatestDeletionTask": { "CreateDate": "", "DeletionTaskId": "" },
        "CreateDate": time::wire(kept.created),
        "UpdateDate": time::wire(kept.updated),
    })
}

/// Listings leave the documents out.
fn without_document(mut role: Value) -> Value {
    if let Some(members) = role.as_object_mut() {
        for member in [
            "AssumeRolePolicyDocument",
            "IsServiceLinkedRole",
            "LatestDeletionTask",
            "RolePrincipalName",
        ] {
            members.remove(member);
        }
        members.insert("Tags".to_owned(), json!({ "Tag": [] }));
    }
    role
}
