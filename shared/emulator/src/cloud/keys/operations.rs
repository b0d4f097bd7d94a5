//! The operations on keys. What each state allows stands in one published table
//! (<https://www.alibabacloud.com/help/en/doc-detail/44211.htm>).

use goldcast_domain::RegionId;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::key::{KeyState, KmsKey};
use super::{aliases, policies, service, tags};
use crate::cloud::context::{Context, Done, Kind};
use crate::cloud::paging::Page;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Type of a key in audit events.
pub(super) const KEY_TYPE: &str = "ACS::KMS::Key";
/// Days from `ScheduleKeyDeletion` until the key is gone.
const PENDING_DAYS: std::ops::RangeInclusive<usize> = 7..=366;

/// An operation of KMS: what runs it, and whether it changes something.
pub(crate) type Operation = (fn(&RegionId, &mut Context<'_>) -> Result<Done, Refusal>, Kind);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CancelKeyDeletion" => (cancel_key_deletion, Kind::Write),
        "CreateAlias" => (aliases::create_alias, Kind::Write),
        "CreateKey" => (create_key, Kind::Write),
        "DeleteAlias" => (aliases::delete_alias, Kind::Write),
        "DescribeAccountKmsStatus" => (service::describe_account_kms_status, Kind::Read),
        "DescribeKey" => (describe_key, Kind::Read),
        "DescribeRegions" => (service::describe_regions, Kind::Read),
        "DisableKey" => (disable_key, Kind::Write),
        "EnableKey" => (enable_key, Kind::Write),
        "GetKeyPolicy" => (policies::get_key_policy, Kind::Read),
        "ListAliases" => (list_aliases, Kind::Read),
        "ListAliasesByKeyId" => (list_aliases_by_key_id, Kind::Read),
        "ListKeys" => (list_keys, Kind::Read),
        "ListResourceTags" => (tags::list_resource_tags, Kind::Read),
        "ListTagResources" => (tags::list_tag_resources, Kind::Read),
        "OpenKmsService" => (service::open_kms_service, Kind::Write),
        "ScheduleKeyDeletion" => (schedule_key_deletion, Kind::Write),
        "SetKeyPolicy" => (policies::set_key_policy, Kind::Write),
        "TagResource" => (tags::tag_resource, Kind::Write),
        "TagResources" => (tags::tag_resources, Kind::Write),
        "UntagResource" => (tags::untag_resource, Kind::Write),
        "UntagResources" => (tags::untag_resources, Kind::Write),
        _ => return None,
    })
}

fn describe_key(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let key = named_key(region, context)?;
    Ok(Done::new(json!({ "KeyMetadata": metadata(&key) })))
}

fn list_keys(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let keys = context.kms.of(region, context.account());
    let keys = keys
        .iter()
        .map(|key| json!({ "KeyId": key.id, "KeyArn": key.arn() }))
        .collect();
    paged(context, "Keys", "Key", keys)
}

fn list_aliases(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let keys = context.kms.of(region, context.account());
    paged(context, "Aliases", "Alias", keys.iter().flat_map(aliases_of).collect())
}

fn list_aliases_by_key_id(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let key = named_key(region, context)?;
    paged(context, "Aliases", "Alias", aliases_of(&key))
}

fn create_key(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    if context
        .params
        .get("Origin")
        .is_some_and(|origin| origin != "Aliyun_KMS")
    {
        // Keys whose material is imported are not simulated.
        return Err(invalid("Origin"));
    }
    // Keys do not rotate here.
    context.params.flag("EnableAutomaticRotation")?;
    let (tags, policy) = (tags::written(context)?, policies::written(context)?);
    let account = context.account().clone();
    let draw = context.ids.next("kms-key", &[account.as_str(), region.as_str()]);
    let id = format!("key-{}", draw.text(20));
    let mut key = KmsKey::new(&account, region, &id, context.now);
    context
        .params
        .get("Description")
        .unwrap_or_default()
        .clone_into(&mut key.description);
    (key.tags, key.policy) = (tags, policy);
    let mut metadata = metadata(&key);
    if let Some(members) = metadata.as_object_mut() {
        members.remove("DeletionProtection");
        members.remove("DeletionProtectionDescription");
    }
    let body = json!({ "KeyMetadata": metadata });
    context.kms.put(key);
    Ok(Done::new(body).about([(KEY_TYPE, id)]))
}

fn enable_key(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    change(region, context, |key| match key.state {
        KeyState::Enabled | KeyState::Disabled => {
            key.state = KeyState::Enabled;
            true
        }
        KeyState::PendingDeletion => false,
    })
}

fn disable_key(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    change(region, context, |key| match key.state {
        KeyState::Enabled | KeyState::Disabled => {
            key.state = KeyState::Disabled;
            true
        }
        KeyState::PendingDeletion => false,
    })
}

fn schedule_key_deletion(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    context.params.required("PendingWindowInDays")?;
    let days = context.params.number("PendingWindowInDays")?.unwrap_or_default();
    if !PENDING_DAYS.contains(&days) {
        return Err(invalid("PendingWindowInDays"));
    }
    let hours = i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(24);
    let gone = time::after(context.now, SignedDuration::from_hours(hours));
    change(region, context, |key| {
        let possible = key.state != KeyState::PendingDeletion;
        if possible {
            key.state = KeyState::PendingDeletion;
            key.delete_at = Some(gone);
        }
        possible
    })
}

/// The key is enabled again, and not as it was before.
fn cancel_key_deletion(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    change(region, context, |key| {
        let possible = key.state == KeyState::PendingDeletion;
        if possible {
            key.state = KeyState::Enabled;
            key.delete_at = None;
        }
        possible
    })
}

/// Changes a customer's key; `false` from `attempt` says that its state does not allow it.
pub(super) fn change(
    region: &RegionId,
    context: &mut Context<'_>,
    attempt: impl FnOnce(&mut KmsKey) -> bool,
) -> Result<Done, Refusal> {
    let mut key = named_key(region, context)?;
    if key.is_service_key() {
        // Which code a service key gives is a guess.
        return Err(Refusal::bad_request(
            "Rejected.UnsupportedOperation",
            "Unsupported operation.",
        ));
    }
    if !attempt(&mut key) {
        let message = "The request was rejected because the key state is not valid for this operation.";
        return Err(Refusal::conflict("Rejected.StateModifiedFailed", message));
    }
    let id = key.id.clone();
    context.kms.put(key);
    Ok(Done::empty().about([(KEY_TYPE, id)]))
}

/// The caller's key that `KeyId` names. A key of another region or account is not found.
pub(super) fn named_key(region: &RegionId, context: &Context<'_>) -> Result<KmsKey, Refusal> {
    let name = context.params.required("KeyId")?;
    context.kms.find(region, context.account(), name).ok_or_else(|| {
        if name.contains("alias/") {
            Refusal::not_found("Forbidden.AliasNotFound", "The specified Alias is not found.")
        } else {
            Refusal::not_found("Forbidden.KeyNotFound", "The specified Key is not found.")
        }
    })
}

/// 400: a value that is wrong.
pub(super) fn invalid(name: &str) -> Refusal {
    let message = format!("The specified parameter \"{name}\" is not valid.");
    Refusal::bad_request("InvalidParameter", message)
}

fn paged(context: &Context<'_>, list: &str, item: &str, items: Vec<Value>) -> Result<Done, Refusal> {
    let page = Page::read(context.params, "InvalidParameter")?;
    let total = items.len();
    Ok(Done::new(json!({
        "PageNumber": page.number,
        "PageSize": page.size,
        "TotalCount": total,
        list: { item: page.cut(items) },
    })))
}

fn aliases_of(key: &KmsKey) -> Vec<Value> {
    let alias = |name: &String| {
        json!({
            "AliasName": name,
            "AliasArn": format!("{}:{name}", key.arn_prefix()),
            "KeyId": key.id,
        })
    };
    key.aliases.iter().map(alias).collect()
}

fn metadata(key: &KmsKey) -> Value {
    json!({
        "KeyId": key.id,
        "Arn": key.arn(),
        "KeyState": key.state.as_str(),
        "Creator": key.creator,
        "Description": key.description,
        "CreationDate": time::wire(key.created),
        "DeleteDate": key.delete_at.map(time::wire).unwrap_or_default(),
        "KeySpec": "Aliyun_AES_256",
        "KeyUsage": "ENCRYPT/DECRYPT",
        "Origin": "Aliyun_KMS",
        "ProtectionLevel": "SOFTWARE",
        "AutomaticRotation": "Disabled",
        "RotationInterval": "",
        "NextRotationDate": "",
        "LastRotationDate": time::wire(key.created),
        "MaterialExpireTime": "",
        "PrimaryKeyVersion": "",
        "DKMSInstanceId": "",
        "DeletionProtection": "Disabled",
        "DeletionProtectionDescription": "",
    })
}
