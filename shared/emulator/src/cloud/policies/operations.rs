//! The operations on policies (<https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-createpolicy>
//! and its siblings). Not here: users and groups, which are not simulated.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::document::PolicyDocument;
use super::store::{Attachment, Holder, HolderKind, Policy, PolicyType, Version};
use crate::cloud::context::{Context, Done, Kind};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;
use crate::cloud::roles::{Operation, no_such_role, role_name};
use crate::cloud::time;

/// Type of a policy in audit events.
const POLICY_TYPE: &str = "ACS::RAM::Policy";
/// Longest name of a policy, in characters (<https://www.alibabacloud.com/help/en/ram/product-overview/limits>).
const NAME_CHARS_MAX: usize = 128;
/// Longest document of a custom policy, in characters (same page).
const DOCUMENT_CHARS_MAX: usize = 6144;
/// Custom policies of one account (same page).
const POLICIES_MAX: usize = 1500;
/// Versions of one policy (same page).
const VERSIONS_MAX: usize = 5;
/// System policies and custom policies that one role can have
/// (<https://help.aliyun.com/zh/ros/developer-reference/aliyun-ram-role>).
const SYSTEM_PER_ROLE_MAX: usize = 20;
const CUSTOM_PER_ROLE_MAX: usize = 5;
/// Policies in one page of `ListPolicies` when none is asked for, and at most.
const ITEMS_DEFAULT: usize = 100;
const ITEMS_MAX: usize = 1000;

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "AttachPolicyToRole" => (attach_to_role, Kind::Write),
        "CreatePolicy" => (create, Kind::Write),
        "CreatePolicyVersion" => (create_version, Kind::Write),
        "DecodeDiagnosticMessage" => (decode_diagnostic_message, Kind::Read),
        "DeletePolicy" => (delete, Kind::Write),
        "DetachPolicyFromRole" => (detach_from_role, Kind::Write),
        "GetPolicy" => (get, Kind::Read),
        "GetPolicyVersion" => (get_version, Kind::Read),
        "ListPolicies" => (list, Kind::Read),
        "ListPoliciesForRole" => (list_for_role, Kind::Read),
        _ => return None,
    })
}

fn create(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = policy_name(context.params)?.to_owned();
    let document = document(context.params)?;
    let description = context.params.get("Description").unwrap_or_default().to_owned();
    let (account, now) = (context.account().clone(), context.now);
    let policies = context.policies.custom_mut(&account);
    if policies.contains_key(&name) {
        return Err(Refusal::conflict(
            "EntityAlreadyExists.Policy",
            "The policy does already exist.",
        ));
    }
    if policies.len() >= POLICIES_MAX {
        let message = "The count of policies beyond the current limits.";
        return Err(Refusal::conflict("LimitExceeded.Policy", message));
    }
    let policy = Policy {
        description,
        ..Policy::new(PolicyType::Custom, &name, document, now)
    };
    let answer = json!({ "Policy": {
        "PolicyName": policy.name,
        "PolicyType": policy.kind.name(),
        "Description": policy.description,
        "DefaultVersion": version_id(policy.default),
        "CreateDate": time::wire(policy.created),
    } });
    policies.insert(name.clone(), policy);
    Ok(Done::new(answer).about([(POLICY_TYPE, name)]))
}

fn get(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let policy = named(context)?;
    let version = policy.in_force().ok_or_else(no_such_version)?;
    let mut rendered = rendered(context, policy);
    if let Some(members) = rendered.as_object_mut() {
        members.insert("PolicyDocument".to_owned(), json!(version.document.text()));
    }
    Ok(Done::new(json!({
        "Policy": rendered,
        "DefaultPolicyVersion": rendered_version(policy, version),
    })))
}

fn get_version(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let policy = named(context)?;
    let id = context.params.get("VersionId").ok_or_else(|| missing("VersionId"))?;
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    let version = number.and_then(|number| policy.version(number));
    let version = version.ok_or_else(no_such_version)?;
    Ok(Done::new(json!({ "PolicyVersion": rendered_version(policy, version) })))
}

fn create_version(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = policy_name(context.params)?.to_owned();
    let document = document(context.params)?;
    let as_default = context.params.flag("SetAsDefault")? == Some(true);
    let rotates = match context.params.get("RotateStrategy") {
        None | Some("None") => false,
        Some("DeleteOldestNonDefaultVersionWhenLimitExceeded") => true,
        Some(_) => return Err(Refusal::format("RotateStrategy")),
    };
    let (account, now) = (context.account().clone(), context.now);
    let policy = context
        .policies
        .custom_mut(&account)
        .get_mut(&name)
        .ok_or_else(no_such_policy)?;
    if policy.versions.len() >= VERSIONS_MAX {
        let default = policy.default;
        let oldest = policy.versions.iter().position(|version| version.number != default);
        let Some(oldest) = oldest.filter(|_| rotates) else {
            let message = "The count of policy versions beyond the current limits.";
            return Err(Refusal::conflict("LimitExceeded.Policy.Version", message));
        };
        drop(policy.versions.remove(oldest));
    }
    let number = policy.add_version(document, now);
    if as_default {
        policy.default = number;
    }
    let version = policy.version(number).ok_or_else(no_such_version)?;
    let answer = json!({ "PolicyVersion": rendered_version(policy, version) });
    Ok(Done::new(answer).about([(POLICY_TYPE, name)]))
}

fn list(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let items = context.params.number("MaxItems")?.unwrap_or(ITEMS_DEFAULT);
    if items == 0 || items > ITEMS_MAX {
        let message = format!("The parameter - \"MaxItems\" must be from 1 to {ITEMS_MAX}.");
        return Err(Refusal::bad_request("InvalidParameter.MaxItems", message));
    }
    let kind = context.params.get("PolicyType").map(policy_type).transpose()?;
    // The marker is the last policy already given.
    let marker = context.params.get("Marker").unwrap_or_default();
    let place = |policy: &Policy| format!("{}:{}", policy.kind.name(), policy.name);
    let all = context.policies.all(context.account());
    let mut left = all
        .filter(|policy| kind.is_none_or(|kind| kind == policy.kind))
        .filter(|policy| place(policy).as_str() > marker)
        .peekable();
    let (mut policies, mut last) = (Vec::new(), String::new());
    while let Some(policy) = left.next_if(|_| policies.len() < items) {
        last = place(policy);
        let mut rendered = rendered(context, policy);
        if let Some(members) = rendered.as_object_mut() {
            members.insert("Tags".to_owned(), json!({ "Tag": [] }));
        }
        policies.push(rendered);
    }
    let truncated = left.peek().is_some();
    Ok(Done::new(json!({
        "IsTruncated": truncated,
        "Marker": if truncated { last } else { String::new() },
        "Policies": { "Policy": policies },
    })))
}

fn delete(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = policy_name(context.params)?.to_owned();
    let cascading = context.params.flag("CascadingDelete")? == Some(true);
    let account = context.account().clone();
    let policy = context.policies.policy(&account, PolicyType::Custom, &name);
    let policy = policy.ok_or_else(no_such_policy)?;
    if context.policies.holders_of(&account, PolicyType::Custom, &name) > 0 {
        let message = "The policy CAN NOT been attached to any role while deleting the policy.";
        return Err(Refusal::conflict("DeleteConflict.Role.Policy", message));
    }
    if policy.versions.len() > 1 && !cascading {
        let message = "The policy CAN NOT has any versions except the default version while deleting the policy.";
        return Err(Refusal::conflict("DeleteConflict.Policy.Version", message));
    }
    context.policies.custom_mut(&account).remove(&name);
    Ok(Done::empty().about([(POLICY_TYPE, name)]))
}

fn attach_to_role(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let (role, kind, policy) = role_and_policy(context)?;
    let (account, at) = (context.account().clone(), context.now);
    context
        .policies
        .policy(&account, kind, &policy)
        .ok_or_else(no_such_policy)?;
    let held = context.policies.attachments_mut(role_of(&account, &role));
    if held
        .iter()
        .any(|attachment| attachment.kind == kind && attachment.policy == policy)
    {
        let message = "The policy has already been attached to the role.";
        return Err(Refusal::conflict("EntityAlreadyExists.Role.Policy", message));
    }
    let limit = match kind {
        PolicyType::Custom => CUSTOM_PER_ROLE_MAX,
        PolicyType::System => SYSTEM_PER_ROLE_MAX,
    };
    if held.iter().filter(|attachment| attachment.kind == kind).count() >= limit {
        let message = "The count of policies attached to the role beyond the current limits.";
        return Err(Refusal::conflict("LimitExceeded.Role.Policy", message));
    }
    held.push(Attachment {
        kind,
        policy: policy.clone(),
        at,
    });
    Ok(Done::empty().about([(POLICY_TYPE, policy)]))
}

fn detach_from_role(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let (role, kind, policy) = role_and_policy(context)?;
    let account = context.account().clone();
    let held = context.policies.attachments_mut(role_of(&account, &role));
    let before = held.len();
    held.retain(|attachment| attachment.kind != kind || attachment.policy != policy);
    if held.len() == before {
        let message = "The policy is not attached to the role.";
        return Err(Refusal::not_found("EntityNotExist.Role.Policy", message));
    }
    Ok(Done::empty().about([(POLICY_TYPE, policy)]))
}

fn list_for_role(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let role = existing_role(context)?;
    let account = context.account();
    let held = context
        .policies
        .attachments(role_of(account, &role))
        .unwrap_or_default();
    let policies = held.iter().filter_map(|attachment| {
        let policy = context.policies.policy(account, attachment.kind, &attachment.policy)?;
        Some(json!({
            "PolicyName": policy.name,
            "PolicyType": policy.kind.name(),
            "Description": policy.description,
            "DefaultVersion": version_id(policy.default),
            "AttachDate": time::wire(attachment.at),
        }))
    });
    let policies: Vec<Value> = policies.collect();
    Ok(Done::new(json!({ "Policies": { "Policy": policies } })))
}

/// Reads back what a refusal's `EncodedDiagnosticMessage` holds. Anybody may who has the message: it is not encrypted here.
fn decode_diagnostic_message(context: &mut Context<'_>) -> Result<Done, Refusal> {
    let parameter = "EncodedDiagnosticMessage";
    let encoded = context.params.get(parameter).ok_or_else(|| missing(parameter))?;
    let decoded = STANDARD.decode(encoded).ok();
    let decoded = decoded.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let decoded = decoded.filter(Value::is_object).ok_or_else(|| {
        let message = "The EncodedDiagnosticMessage is invalid.";
        Refusal::bad_request("InvalidParameter.EncodedDiagnosticMessage", message)
    })?;
    Ok(Done::new(json!({ "DecodedDiagnosticMessage": decoded })))
}

fn role_and_policy(context: &Context<'_>) -> Result<(String, PolicyType, String), Refusal> {
    let kind = policy_type(context.params.get("PolicyType").ok_or_else(|| missing("PolicyType"))?)?;
    let policy = policy_name(context.params)?.to_owned();
    Ok((existing_role(context)?, kind, policy))
}

fn existing_role(context: &Context<'_>) -> Result<String, Refusal> {
    let name = role_name(context.params)?;
    context.roles.get(context.account(), name).ok_or_else(no_such_role)?;
    Ok(name.to_owned())
}

fn role_of<'a>(account: &'a goldcast_domain::AccountId, name: &'a str) -> Holder<'a> {
    Holder {
        account,
        kind: HolderKind::Role,
        name,
    }
}

/// The policy that `PolicyType` and `PolicyName` name.
fn named<'a>(context: &'a Context<'_>) -> Result<&'a Policy, Refusal> {
    let kind = policy_type(context.params.get("PolicyType").ok_or_else(|| missing("PolicyType"))?)?;
    let name = policy_name(context.params)?;
    let policy = context.policies.policy(context.account(), kind, name);
    policy.ok_or_else(no_such_policy)
}

fn policy_type(name: &str) -> Result<PolicyType, Refusal> {
    PolicyType::named(name).ok_or_else(|| {
        let message = "The parameter - \"PolicyType\" must be Custom or System.";
        Refusal::bad_request("InvalidParameter.PolicyType", message)
    })
}

fn policy_name(params: &Params) -> Result<&str, Refusal> {
    let name = params.get("PolicyName").ok_or_else(|| missing("PolicyName"))?;
    if name.chars().count() > NAME_CHARS_MAX {
        let message = "The parameter - \"PolicyName\" beyond the length limit.";
        return Err(Refusal::bad_request("InvalidParameter.PolicyName.Length", message));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        let message = "The parameter - \"PolicyName\" contains invalid chars.";
        return Err(Refusal::bad_request(
            "InvalidParameter.PolicyName.InvalidChars",
            message,
        ));
    }
    Ok(name)
}

fn document(params: &Params) -> Result<PolicyDocument, Refusal> {
    let text = params.get("PolicyDocument").ok_or_else(|| missing("PolicyDocument"))?;
    if text.chars().count() > DOCUMENT_CHARS_MAX {
        let message = "The parameter - \"PolicyDocument\" beyond the length limit.";
        return Err(Refusal::bad_request("InvalidParameter.PolicyDocument.Length", message));
    }
    text.parse()
        .map_err(|error: super::MalformedPolicy| Refusal::bad_request("MalformedPolicyDocument", error.to_string()))
}

fn version_id(number: u32) -> String {
    format!("v{number}")
}

fn rendered(context: &Context<'_>, policy: &Policy) -> Value {
    let holders = context
        .policies
        .holders_of(context.account(), policy.kind, &policy.name);
    json!({
        "PolicyName": policy.name,
        "PolicyType": policy.kind.name(),
        "Description": policy.description,
        "DefaultVersion": version_id(policy.default),
        "AttachmentCount": holders,
        "CreateDate": time::wire(policy.created),
        "UpdateDate": time::wire(policy.updated),
    })
}

fn rendered_version(policy: &Policy, version: &Version) -> Value {
    json!({
        "VersionId": version_id(version.number),
        "IsDefaultVersion": version.number == policy.default,
        "PolicyDocument": version.document.text(),
        "CreateDate": time::wire(version.created),
    })
}

fn missing(parameter: &str) -> Refusal {
    Refusal::bad_request(
        "MissingParameter",
        format!("The parameter - \"{parameter}\" is mandatory."),
    )
}

fn no_such_policy() -> Refusal {
    Refusal::not_found("EntityNotExist.Policy", "The policy does not exist.")
}

fn no_such_version() -> Refusal {
    Refusal::not_found("EntityNotExist.Policy.Version", "The policy version does not exist.")
}
