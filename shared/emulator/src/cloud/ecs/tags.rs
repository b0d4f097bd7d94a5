//! TagResources, `UntagResources` and `ListTagResources`, for images, snapshots, instances and disks
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-tagresources>).

use goldcast_domain::RegionId;
use serde_json::json;

use super::describe::tag_filter;
use super::{Ecs, IMAGE_TYPE, SNAPSHOT_TYPE, Tags, rules};
use crate::cloud::context::{Context, Done, Resource};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Resources in one call.
const RESOURCES_MAX: usize = 50;
/// Rows in one page of `ListTagResources`.
const ROWS_PER_PAGE: usize = 50;
/// What can be tagged in the real cloud; machines, disks, images and snapshots can be here.
const TAGGABLE: [&str; 19] = [
    "activation",
    "capacityreservation",
    "command",
    "ddh",
    "ddhcluster",
    "disk",
    "elasticityassurance",
    "eni",
    "image",
    "instance",
    "invocation",
    "keypair",
    "launchtemplate",
    "managedinstance",
    "reservedinstance",
    "securitygroup",
    "snapshot",
    "snapshotpolicy",
    "volume",
];

impl Ecs {
    pub(super) fn tag_resources(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let kind = resource_type(context.params)?;
        let added = rules::tags(context.params)?;
        if added.is_empty() {
            return Err(Refusal::not_found(
                "MissingParameter.Tags",
                "The parameter Tag.N is mandatory.",
            ));
        }
        let ids = resource_ids(context.params)?;
        self.change_tags(region, context, kind, &ids, |tags| rules::add_tags(tags, &added))
    }

    pub(super) fn untag_resources(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let kind = resource_type(context.params)?;
        let keys: Vec<String> = context.params.list("TagKey").into_iter().map(str::to_owned).collect();
        let all = keys.is_empty() && context.params.flag("All")? == Some(true);
        let ids = resource_ids(context.params)?;
        self.change_tags(region, context, kind, &ids, |tags| {
            tags.retain(|key, _| !all && !keys.contains(key));
            Ok(())
        })
    }

    pub(super) fn list_tag_resources(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let kind = resource_type(context.params)?;
        let ids = resource_ids(context.params)?;
        let wanted = tag_filter(context.params);
        let filters = value_filters(context.params);
        if ids.is_empty() && wanted.is_empty() && filters.is_empty() {
            return Err(Refusal::not_found(
                "MissingParameter.Tags",
                "ResourceId.N, Tag.N or TagFilter.N must be given.",
            ));
        }
        let mut rows = Vec::new();
        for (id, tags) in self.tagged(region, context, kind) {
            let fits =
                |(key, value): (&String, &String)| tags.get(key).is_some_and(|has| value.is_empty() || has == value);
            let passes = |(key, values): &(&str, Vec<&str>)| {
                let value = tags.get(*key);
                value.is_some_and(|value| values.is_empty() || values.contains(&value.as_str()))
            };
            let named = ids.is_empty() || ids.contains(&id);
            if named && wanted.iter().all(fits) && filters.iter().all(passes) {
                rows.extend(tags.iter().map(
                    |(key, value)| json!({ "ResourceId": id, "ResourceType": kind, "TagKey": key, "TagValue": value }),
                ));
            }
        }
        // The token is the number of rows already given.
        let token = context.params.get("NextToken").map_or(Ok(0), str::parse);
        let before: usize = token.map_err(|_| {
            let message = "The specified NextToken is not valid.";
            Refusal::bad_request("InvalidParameter", message)
        })?;
        let more = rows.len() > before.saturating_add(ROWS_PER_PAGE);
        let next = if more {
            before.saturating_add(ROWS_PER_PAGE).to_string()
        } else {
            String::new()
        };
        let page: Vec<_> = rows.into_iter().skip(before).take(ROWS_PER_PAGE).collect();
        Ok(Done::new(
            json!({ "NextToken": next, "TagResources": { "TagResource": page } }),
        ))
    }

    /// Changes the tags of all named resources, or of none.
    pub(super) fn change_tags(
        &mut self,
        region: &RegionId,
        context: &Context<'_>,
        kind: &str,
        ids: &[&str],
        change: impl Fn(&mut Tags) -> Result<(), Refusal>,
    ) -> Result<Done, Refusal> {
        if ids.is_empty() {
            return Err(Refusal::bad_request(
                "MissingParameter",
                "The parameter ResourceId.N is mandatory.",
            ));
        }
        let mut changed = Vec::new();
        for id in ids {
            let found = self.tags_mut(region, context, kind, id);
            let mut tags = found.cloned().ok_or_else(|| {
                Refusal::not_found(
                    "InvalidResourceId.NotFound",
                    format!("The specified ResourceId {id} does not exist."),
                )
            })?;
            change(&mut tags)?;
            changed.push((*id, tags));
        }
        for (id, tags) in changed {
            if let Some(place) = self.tags_mut(region, context, kind, id) {
                *place = tags;
            }
        }
        let about = ids
            .iter()
            .map(|id| -> Resource { (event_type(kind), (*id).to_owned()) });
        Ok(Done::empty().about(about))
    }

    fn tags_mut(&mut self, region: &RegionId, context: &Context<'_>, kind: &str, id: &str) -> Option<&mut Tags> {
        let account = context.account();
        match kind {
            "image" => {
                let image = self.image_mut(region, &id.parse().ok()?)?;
                image.belongs_to(account).then_some(&mut image.tags)
            }
            "snapshot" => {
                let snapshot = self.regions.get_mut(region)?.snapshots.get_mut(id)?;
                (snapshot.owner == *account).then_some(&mut snapshot.tags)
            }
            "instance" | "disk" => {
                let machines = self.machine_ids(region, context, kind);
                let known = machines.iter().any(|machine| machine == id);
                known.then(|| self.machine_tags.entry(id.to_owned()).or_default())
            }
            _ => None,
        }
    }

    /// The caller's resources of a type that can carry tags, with those they carry.
    pub(super) fn tagged(&self, region: &RegionId, context: &Context<'_>, kind: &str) -> Vec<(&str, &Tags)> {
        let account = context.account();
        match kind {
            "image" => {
                let own = self.images(region).filter(|image| image.belongs_to(account));
                let mut own: Vec<_> = own.map(|image| (image.id.as_str(), &image.tags)).collect();
                own.sort_unstable_by_key(|(id, _)| *id);
                own
            }
            "snapshot" => {
                let own = self.snapshots(region).filter(|snapshot| snapshot.owner == *account);
                own.map(|snapshot| (snapshot.id.as_str(), &snapshot.tags)).collect()
            }
            "instance" | "disk" => {
                let ids = self.machine_ids(region, context, kind).into_iter();
                let tagged = ids.filter_map(|id| self.machine_tags.get_key_value(&id));
                tagged.map(|(id, tags)| (id.as_str(), tags)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The ids of the caller's instances or disks.
    fn machine_ids(&self, region: &RegionId, context: &Context<'_>, kind: &str) -> Vec<String> {
        if kind == "disk" {
            self.own_disks(region, context)
                .into_iter()
                .map(|disk| disk.id)
                .collect()
        } else {
            let own = self.own_instances(region, context.account());
            own.map(|instance| instance.id.clone()).collect()
        }
    }
}

/// Whether a resource carries all wanted tags; one without a value asks for the key alone.
pub(super) fn has_tags(tags: &Tags, wanted: &Tags) -> bool {
    let has = |(key, wanted): (&String, &String)| {
        let value = tags.get(key);
        value.is_some_and(|value| wanted.is_empty() || value == wanted)
    };
    wanted.iter().all(has)
}

/// `TagFilter.N.TagKey` with any of `TagFilter.N.TagValues.M`; without values the key alone is asked for.
fn value_filters(params: &Params) -> Vec<(&str, Vec<&str>)> {
    let objects = params.objects("TagFilter").into_iter();
    let filters = objects.map(|object| {
        let key = object.get("TagKey").copied().unwrap_or_default();
        let values = object.iter().filter(|(member, _)| member.starts_with("TagValues."));
        (key, values.map(|(_, value)| *value).collect())
    });
    filters.filter(|(key, _)| !key.is_empty()).collect()
}

fn resource_type(params: &Params) -> Result<&str, Refusal> {
    let Some(kind) = params.get("ResourceType") else {
        return Err(Refusal::not_found(
            "MissingParameter.ResourceType",
            "The parameter ResourceType is mandatory.",
        ));
    };
    fits_type(kind)
}

/// Refuses a type that nothing taggable has.
pub(super) fn fits_type(kind: &str) -> Result<&str, Refusal> {
    if TAGGABLE.contains(&kind) {
        return Ok(kind);
    }
    let message = format!("The specified ResourceType \"{kind}\" does not exist.");
    Err(Refusal::not_found("InvalidResourceType.NotFound", message))
}

fn resource_ids(params: &Params) -> Result<Vec<&str>, Refusal> {
    let ids = params.list("ResourceId");
    if ids.len() > RESOURCES_MAX {
        let message = format!("The maximum number of ResourceIds is exceeded. The maximum is {RESOURCES_MAX}.");
        return Err(Refusal::bad_request("NumberExceed.ResourceIds", message));
    }
    Ok(ids)
}

fn event_type(kind: &str) -> &'static str {
    match kind {
        "snapshot" => SNAPSHOT_TYPE,
        "instance" => "ACS::ECS::Instance",
        "disk" => "ACS::ECS::Disk",
        _ => IMAGE_TYPE,
    }
}
