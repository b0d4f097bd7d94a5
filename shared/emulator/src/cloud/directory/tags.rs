//! Tags of members, folders and control policies
//! (<https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-tagresources>).
//! Which codes refuse wrong tags is not recorded, so they follow the directory's own pattern.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::AccountId;
use serde_json::{Value, json};

use super::{Directory, invalid, listing, missing, no_such_account};
use crate::cloud::context::{Context, Done};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Tags on one resource, and tags in one call.
const TAGS_MAX: usize = 20;
/// Characters of a key or a value.
const CHARS_MAX: usize = 128;
/// Resources in one call.
const RESOURCES_MAX: usize = 50;

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// What can have tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tagged {
    Account,
    Folder,
    Policy,
}

impl Tagged {
    const ALL: [Self; 3] = [Self::Account, Self::Folder, Self::Policy];

    /// `ResourceType`.
    fn as_str(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Folder => "Folder",
            Self::Policy => "Policy",
        }
    }

    /// Its type in audit events.
    fn audited(self) -> &'static str {
        match self {
            Self::Account => super::members::ACCOUNT_TYPE,
            Self::Folder => super::folders::FOLDER_TYPE,
            Self::Policy => super::control_policies::POLICY_TYPE,
        }
    }

    fn read(params: &Params) -> Result<Self, Refusal> {
        let word = params.get("ResourceType").ok_or_else(|| missing("ResourceType"))?;
        let mut kinds = Self::ALL.into_iter();
        kinds
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| invalid("ResourceType"))
    }
}

/// One tag of one resource.
struct Row<'a> {
    place: String,
    id: &'a str,
    key: &'a str,
    value: &'a str,
}

impl Directory {
    pub(super) fn tag_resources(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let (kind, ids) = self.named_resources(context)?;
        let added = tags(context.params)?;
        if added.is_empty() {
            return Err(missing("Tag"));
        }
        for id in &ids {
            let before = self.tags_of(kind, id);
            let new = added.keys().filter(|key| !before.contains_key(*key)).count();
            if before.len().saturating_add(new) > TAGS_MAX {
                let message = "The maximum number of tags on a resource is exceeded.";
                return Err(Refusal::conflict("LimitExceeded.Tag", message));
            }
        }
        for id in &ids {
            self.set_tags(kind, id, added.clone());
        }
        Ok(Done::empty().about(ids.into_iter().map(|id| (kind.audited(), id))))
    }

    pub(super) fn untag_resources(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let (kind, ids) = self.named_resources(context)?;
        let keys = context.params.list("TagKey");
        let all = context.params.flag("All")? == Some(true);
        if keys.is_empty() && !all {
            return Err(missing("TagKey"));
        }
        for id in &ids {
            if let Some(tags) = self.tags.get_mut(&(kind, id.clone())) {
                // Keys go before `All`, which counts only without them.
                tags.retain(|key, _| !(keys.is_empty() || keys.contains(&key.as_str())));
            }
        }
        Ok(Done::empty().about(ids.into_iter().map(|id| (kind.audited(), id))))
    }

    pub(super) fn list_tag_resources(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_reader(context)?;
        let kind = Tagged::read(context.params)?;
        let ids = context.params.list("ResourceId");
        let wanted = filter(context.params);
        let tagged = self.tags.iter().filter(|((one, id), tags)| {
            *one == kind && (ids.is_empty() || ids.contains(&id.as_str())) && fits(tags, &wanted)
        });
        let rows = tagged.flat_map(|((_, id), tags)| {
            tags.iter().map(move |(key, value)| Row {
                place: format!("{id}-{key}"),
                id,
                key,
                value,
            })
        });
        let (rows, next) = listing::token_page(rows.collect(), |row| row.place.as_str(), context)?;
        let rows = rows.into_iter().map(|row| {
            json!({
                "ResourceId": row.id,
                "ResourceType": kind.as_str(),
                "TagKey": row.key,
                "TagValue": row.value,
            })
        });
        Ok(Done::new(
            json!({ "NextToken": next, "TagResources": rows.collect::<Vec<_>>() }),
        ))
    }

    pub(super) fn list_tag_keys(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_reader(context)?;
        let kind = Tagged::read(context.params)?;
        let wanted = context.params.get("KeyFilter").unwrap_or_default();
        let keys = self.tags_of_kind(kind).map(|(key, _)| key);
        words(keys.filter(|key| key.contains(wanted)).collect(), "Key", context)
    }

    pub(super) fn list_tag_values(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_reader(context)?;
        let kind = Tagged::read(context.params)?;
        let key = context.params.get("TagKey").ok_or_else(|| missing("TagKey"))?;
        let wanted = context.params.get("ValueFilter").unwrap_or_default();
        let values = self.tags_of_kind(kind).filter(|(one, _)| *one == key);
        let values = values.map(|(_, value)| value).filter(|value| value.contains(wanted));
        words(values.collect(), "Value", context)
    }

    /// The tags of a resource, in order of key.
    pub(super) fn tags_of(&self, kind: Tagged, id: &str) -> Tags {
        self.tags.get(&(kind, id.to_owned())).cloned().unwrap_or_default()
    }

    /// Adds tags to a resource; those of the same key are replaced.
    pub(super) fn set_tags(&mut self, kind: Tagged, id: &str, added: Tags) {
        self.tags.entry((kind, id.to_owned())).or_default().extend(added);
    }

    /// Forgets the tags of a resource that is gone.
    pub(super) fn forget_tags(&mut self, kind: Tagged, id: &str) {
        self.tags.remove(&(kind, id.to_owned()));
    }

    fn tags_of_kind(&self, kind: Tagged) -> impl Iterator<Item = (&str, &str)> {
        let tagged = self.tags.iter().filter(move |((one, _), _)| *one == kind);
        tagged.flat_map(|(_, tags)| tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }

    /// What a call tags: all of it exists.
    fn named_resources(&self, context: &Context<'_>) -> Result<(Tagged, Vec<String>), Refusal> {
        let kind = Tagged::read(context.params)?;
        let ids = context.params.list("ResourceId");
        if ids.is_empty() {
            return Err(missing("ResourceId"));
        }
        if ids.len() > RESOURCES_MAX {
            return Err(invalid("ResourceId"));
        }
        for id in &ids {
            match kind {
                Tagged::Account => {
                    let member = id.parse().is_ok_and(|id: AccountId| self.members.contains_key(&id));
                    member.then_some(()).ok_or_else(no_such_account)?;
                }
                Tagged::Folder => {
                    self.folder(id, "InvalidParameter.ResourceId")?;
                }
                Tagged::Policy => {
                    self.control_policies.find(id)?;
                }
            }
        }
        Ok((kind, ids.into_iter().map(str::to_owned).collect()))
    }
}

/// The tags that a call sets.
pub(super) fn tags(params: &Params) -> Result<Tags, Refusal> {
    let objects = params.objects("Tag");
    let mut tags = Tags::new();
    for object in &objects {
        let text = |name: &str| object.get(name).copied().unwrap_or_default().to_owned();
        let (key, value) = (text("Key"), text("Value"));
        let legal = |text: &str| text.chars().count() <= CHARS_MAX && !text.starts_with("acs:");
        if key.is_empty() || key.starts_with("aliyun") || !legal(&key) {
            return Err(invalid("TagKey"));
        }
        if !legal(&value) {
            return Err(invalid("TagValue"));
        }
        if tags.insert(key, value).is_some() {
            return Err(invalid("Tag"));
        }
    }
    if objects.len() > TAGS_MAX {
        return Err(invalid("Tag"));
    }
    Ok(tags)
}

/// The tags that a listing asks for; one without a value asks for the key alone.
pub(super) fn filter(params: &Params) -> Vec<(String, String)> {
    params.tags().collect()
}

/// Whether a resource has all the tags that are asked for.
pub(super) fn fits(tags: &Tags, wanted: &[(String, String)]) -> bool {
    wanted.iter().all(|(key, value)| {
        let found = tags.get(key);
        found.is_some_and(|found| value.is_empty() || found == value)
    })
}

/// Tags as lists of key and value.
pub(super) fn value(tags: &Tags) -> Value {
    let tags = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
    tags.collect()
}

/// A page of keys or of values, each once.
fn words(words: BTreeSet<&str>, name: &str, context: &Context<'_>) -> Result<Done, Refusal> {
    let (words, next) = listing::token_page(words.into_iter().collect(), |word| word, context)?;
    let rows: Vec<Value> = words.into_iter().map(|word| json!({ name: word })).collect();
    Ok(Done::new(json!({ "NextToken": next, "Tags": rows })))
}
