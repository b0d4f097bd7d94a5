//! `AddTags`, `RemoveTags`, `DescribeTags` and `DescribeResourceByTags`: the older operations about tags, one resource a
//! call (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-addtags>).

use std::collections::BTreeMap;

use goldcast_domain::RegionId;
use serde_json::{Value, json};

use super::describe::tag_filter;
use super::tags::{fits_type, has_tags};
use super::{Ecs, Tags, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::Page;
use crate::cloud::refusal::Refusal;

/// Rows in one page when none is asked for.
const ROWS_DEFAULT: usize = 50;
/// What can be tagged here, as the older operations name it.
const TYPES: [&str; 4] = ["disk", "image", "instance", "snapshot"];
/// How many resources of each type carry a tag, as `DescribeTags` names the types.
const COUNTED: [(&str, &str); 12] = [
    ("ddh", "Ddh"),
    ("disk", "Disk"),
    ("eni", "Eni"),
    ("image", "Image"),
    ("instance", "Instance"),
    ("keypair", "KeyPair"),
    ("launchtemplate", "LaunchTemplate"),
    ("reservedinstance", "ReservedInstance"),
    ("securitygroup", "Securitygroup"),
    ("snapshot", "Snapshot"),
    ("snapshotpolicy", "SnapshotPolicy"),
    ("volume", "Volume"),
];

impl Ecs {
    pub(super) fn add_tags(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let (kind, id) = legacy_resource(context)?;
        let added = rules::tags(context.params)?;
        if added.is_empty() {
            return Err(Refusal::missing("Tag"));
        }
        self.change_tags(region, context, kind, &[id], |tags| rules::add_tags(tags, &added))
    }

    /// Takes off the named tags, one with a value only if it has that value, or all where none is named.
    pub(super) fn remove_tags(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let (kind, id) = legacy_resource(context)?;
        let removed = tag_filter(context.params);
        self.change_tags(region, context, kind, &[id], |tags| {
            let named = |key: &str, value: &str| {
                let wanted = removed.get(key);
                removed.is_empty() || wanted.is_some_and(|wanted| wanted.is_empty() || wanted == value)
            };
            tags.retain(|key, value| !named(key, value));
            Ok(())
        })
    }

    pub(super) fn describe_tags(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let params = context.params;
        let wanted = tag_filter(params);
        let kind = params.get("ResourceType").map(fits_type).transpose()?;
        let mut counts: BTreeMap<(&str, &str), BTreeMap<&str, u64>> = BTreeMap::new();
        for each in TYPES.into_iter().filter(|each| kind.is_none_or(|kind| kind == *each)) {
            for (id, tags) in self.tagged(region, context, each) {
                if params.get("ResourceId").is_some_and(|wanted| wanted != id) {
                    continue;
                }
                for (key, value) in tags {
                    let fits = |wanted: &String| wanted.is_empty() || wanted == value;
                    if wanted.is_empty() || wanted.get(key).is_some_and(fits) {
                        *counts.entry((key, value)).or_default().entry(each).or_default() += 1;
                    }
                }
            }
        }
        let page = Page::sized(params, "InvalidParameter", ROWS_DEFAULT)?;
        let total = counts.len();
        let rows = page.cut(counts).into_iter().map(|((key, value), counts)| {
            let count = |(kind, name): &(&str, &str)| ((*name).to_owned(), json!(counts.get(kind).unwrap_or(&0)));
            let counts: serde_json::Map<String, Value> = COUNTED.iter().map(count).collect();
            json!({ "TagKey": key, "TagValue": value, "ResourceTypeCount": counts })
        });
        Ok(Done::new(json!({
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
            "Tags": { "Tag": rows.collect::<Vec<_>>() },
        })))
    }

    pub(super) fn describe_resource_by_tags(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let wanted: Tags = tag_filter(params);
        let kind = params.get("ResourceType").map(fits_type).transpose()?;
        let mut found = Vec::new();
        for each in TYPES.into_iter().filter(|each| kind.is_none_or(|kind| kind == *each)) {
            let tagged = self.tagged(region, context, each).into_iter();
            let fitting = tagged.filter(|(_, tags)| !tags.is_empty() && has_tags(tags, &wanted));
            found.extend(fitting.map(|(id, _)| (each, id)));
        }
        let page = Page::sized(params, "InvalidParameter", ROWS_DEFAULT)?;
        let total = found.len();
        let rows = page.cut(found).into_iter();
        let rows = rows.map(|(kind, id)| json!({ "RegionId": region, "ResourceId": id, "ResourceType": kind }));
        Ok(Done::new(json!({
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
            "Resources": { "Resource": rows.collect::<Vec<_>>() },
        })))
    }
}

/// The one resource that an older operation is about.
fn legacy_resource<'a>(context: &Context<'a>) -> Result<(&'a str, &'a str), Refusal> {
    let kind = fits_type(context.params.required("ResourceType")?)?;
    Ok((kind, context.params.required("ResourceId")?))
}
