//! Tags of keys, one key at a time with JSON in the parameters, or many as other products do it.

use std::collections::BTreeMap;

use goldcast_domain::RegionId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::key::KmsKey;
use super::operations::{KEY_TYPE, change, invalid, named_key};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// Tags on one key.
const TAGS_MAX: usize = 20;
/// Keys in one call.
const KEYS_MAX: usize = 50;
/// Characters of a key or a value.
const CHARS_MAX: usize = 128;

/// Tags by key.
type Tags = BTreeMap<String, String>;

/// A tag in the JSON of `Tags`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    tag_key: String,
    tag_value: String,
}

/// The tags that `Tags` holds as JSON, if it is there.
pub(super) fn written(context: &Context<'_>) -> Result<Tags, Refusal> {
    let text = context.params.get("Tags").unwrap_or("[]");
    let list: Vec<Tag> = serde_json::from_str(text).map_err(|_| invalid("Tags"))?;
    checked(list.into_iter().map(|tag| (tag.tag_key, tag.tag_value)))
}

pub(super) fn tag_resource(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    context.params.required("Tags")?;
    let added = written(context)?;
    check_room(&named_key(region, context)?, &added)?;
    change(region, context, |key| {
        key.tags.extend(added);
        true
    })
}

pub(super) fn untag_resource(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let text = context.params.required("TagKeys")?;
    let keys: Vec<String> = serde_json::from_str(text).map_err(|_| invalid("TagKeys"))?;
    change(region, context, |key| {
        key.tags.retain(|tag, _| !keys.contains(tag));
        true
    })
}

pub(super) fn list_resource_tags(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let key = named_key(region, context)?;
    let tags = key
        .tags
        .iter()
        .map(|(tag, value)| json!({ "KeyId": key.id, "TagKey": tag, "TagValue": value }));
    Ok(Done::new(json!({ "Tags": { "Tag": tags.collect::<Vec<_>>() } })))
}

pub(super) fn tag_resources(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let keys = named_keys(region, context)?;
    let objects = context.params.objects("Tag");
    if objects.is_empty() {
        context.params.required("Tag")?;
    }
    let text = |object: &BTreeMap<&str, &str>, name: &str| object.get(name).copied().unwrap_or_default().to_owned();
    let added = checked(
        objects
            .iter()
            .map(|object| (text(object, "Key"), text(object, "Value"))),
    )?;
    for key in &keys {
        check_room(key, &added)?;
    }
    Ok(put_all(context, keys, |key| key.tags.extend(added.clone())))
}

/// Keys go before `All`, which counts only without them.
pub(super) fn untag_resources(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let keys = named_keys(region, context)?;
    let tags: Vec<String> = context.params.list("TagKey").into_iter().map(str::to_owned).collect();
    let all = context.params.flag("All")? == Some(true);
    if tags.is_empty() && !all {
        context.params.required("TagKey")?;
    }
    Ok(put_all(context, keys, |key| {
        key.tags.retain(|tag, _| !(tags.is_empty() || tags.contains(tag)));
    }))
}

/// All tags on one page.
pub(super) fn list_tag_resources(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    check_place(region, context)?;
    let ids = context.params.list("ResourceId");
    let wanted = context.params.objects("Tag");
    let fits = |key: &KmsKey| {
        wanted.iter().all(|tag| {
            let found = tag.get("Key").and_then(|name| key.tags.get(*name));
            let value = tag.get("Value").copied().unwrap_or_default();
            found.is_some_and(|found| value.is_empty() || found == value)
        })
    };
    let keys = context.kms.of(region, context.account());
    let meant = keys
        .iter()
        .filter(|key| (ids.is_empty() || ids.contains(&key.id.as_str())) && fits(key));
    let rows = meant.flat_map(|key| {
        key.tags.iter().map(
            |(tag, value)| json!({ "ResourceId": key.id, "ResourceType": "key", "TagKey": tag, "TagValue": value }),
        )
    });
    let rows: Vec<Value> = rows.collect();
    Ok(Done::new(
        json!({ "NextToken": "", "TagResources": { "TagResource": rows } }),
    ))
}

/// Refuses tags that cannot be; each key is there once.
fn checked(tags: impl Iterator<Item = (String, String)>) -> Result<Tags, Refusal> {
    let mut all = Tags::new();
    for (key, value) in tags {
        let legal = |text: &str| text.chars().count() <= CHARS_MAX && !text.starts_with("acs:");
        let reserved = key.is_empty() || key.starts_with("aliyun");
        if reserved || !legal(&key) || !legal(&value) || all.insert(key, value).is_some() {
            return Err(invalid("Tags"));
        }
    }
    Ok(all)
}

fn check_room(key: &KmsKey, added: &Tags) -> Result<(), Refusal> {
    let new = added.keys().filter(|tag| !key.tags.contains_key(*tag)).count();
    if key.tags.len().saturating_add(new) <= TAGS_MAX {
        return Ok(());
    }
    let message = "The request was rejected because user create resource limit was exceeded.";
    Err(Refusal::bad_request("Rejected.LimitExceeded", message))
}

/// `RegionId` is the endpoint's, and of what has tags only keys are simulated.
fn check_place(region: &RegionId, context: &Context<'_>) -> Result<(), Refusal> {
    if context.params.required("RegionId")? != region.as_str() {
        return Err(invalid("RegionId"));
    }
    match context.params.required("ResourceType")? {
        "key" => Ok(()),
        _ => Err(invalid("ResourceType")),
    }
}

/// The caller's own keys that `ResourceId` lists.
fn named_keys(region: &RegionId, context: &Context<'_>) -> Result<Vec<KmsKey>, Refusal> {
    check_place(region, context)?;
    let ids = context.params.list("ResourceId");
    if ids.is_empty() {
        context.params.required("ResourceId")?;
    }
    if ids.len() > KEYS_MAX {
        return Err(invalid("ResourceId"));
    }
    let key = |id: &str| {
        let key = context.kms.find(region, context.account(), id);
        let key = key.filter(|key| !key.is_service_key());
        key.ok_or_else(|| Refusal::not_found("Forbidden.KeyNotFound", "The specified Key is not found."))
    };
    ids.into_iter().map(key).collect()
}

fn put_all(context: &mut Context<'_>, keys: Vec<KmsKey>, mut edit: impl FnMut(&mut KmsKey)) -> Done {
    let mut done = Done::empty();
    for mut key in keys {
        edit(&mut key);
        done = done.about([(KEY_TYPE, key.id.clone())]);
        context.kms.put(key);
    }
    done
}
