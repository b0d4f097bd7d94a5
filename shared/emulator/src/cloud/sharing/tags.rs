//! Tags and the resource group of a share. Which codes refuse wrong ones is not recorded, so they follow the product's
//! own pattern.

use serde_json::json;

use super::paging::{Row, page};
use super::request::{self, invalid, missing};
use super::{SHARE_TYPE, Sharing, Surroundings, no_such_share, request::TAGS_MAX};
use crate::cloud::context::{Context, Done};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// The one type of resource that has tags here.
const RESOURCE_SHARE: &str = "ResourceShare";
/// Shares in one call.
const SHARES_MAX: usize = 50;

impl Sharing {
    pub(super) fn tag_resources(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let ids = self.tagged_shares(around, context)?;
        let added = request::tags(context.params)?;
        if added.is_empty() {
            return Err(missing("Tag"));
        }
        for id in &ids {
            let share = self.share(around.region, id).ok_or_else(no_such_share)?;
            let new = added.keys().filter(|key| !share.tags.contains_key(*key)).count();
            if share.tags.len().saturating_add(new) > TAGS_MAX {
                return Err(invalid("Tag"));
            }
        }
        for id in &ids {
            if let Some(share) = self.share_mut(around.region, id) {
                share.tags.extend(added.clone());
            }
        }
        Ok(Done::empty().about(ids.into_iter().map(|id| (SHARE_TYPE, id))))
    }

    /// Keys go before `All`, which counts only without them.
    pub(super) fn untag_resources(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let ids = self.tagged_shares(around, context)?;
        let keys = context.params.list("TagKey");
        let all = context.params.flag("All")? == Some(true);
        if keys.is_empty() && !all {
            return Err(missing("TagKey"));
        }
        for id in &ids {
            if let Some(share) = self.share_mut(around.region, id) {
                share
                    .tags
                    .retain(|key, _| !(keys.is_empty() || keys.contains(&key.as_str())));
            }
        }
        Ok(Done::empty().about(ids.into_iter().map(|id| (SHARE_TYPE, id))))
    }

    pub(super) fn list_tag_resources(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        check_place(around, params)?;
        let ids = params.list("ResourceId");
        let wanted = request::tags(params)?;
        let own = self.shares(around.region).filter(|share| {
            share.owner == *context.account()
                && super::listing::is_among(&ids, &share.id)
                && wanted
                    .iter()
                    .all(|(key, value)| super::listing::has_tag(share, key, value))
        });
        let rows = own.flat_map(|share| {
            share.tags.iter().map(|(key, value)| {
                let row = json!({
                    "ResourceId": share.id,
                    "ResourceType": RESOURCE_SHARE,
                    "TagKey": key,
                    "TagValue": value,
                });
                (format!("{} {key}", share.id), row)
            })
        });
        let rows: Vec<Row> = rows.collect();
        let mut body = page(rows, params, "TagResource")?.body.into_value();
        if let Some(members) = body.as_object_mut() {
            let found = members.remove("TagResource").unwrap_or_default();
            members.insert("TagResources".to_owned(), json!({ "TagResource": found }));
        }
        Ok(Done::new(body))
    }

    pub(super) fn change_resource_group(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let required = |name: &str| params.get(name).ok_or_else(|| missing(name));
        let (group, id) = (required("ResourceGroupId")?, required("ResourceId")?);
        if required("ResourceRegionId")? != around.region.as_str() {
            return Err(invalid("ResourceRegionId"));
        }
        let groups = context.setup.switches.resource_groups.as_ref();
        if groups.is_some_and(|groups| !groups.contains(group)) {
            let message = "The resource group does not exist.";
            return Err(Refusal::not_found("EntityNotExists.ResourceGroup", message));
        }
        let share = self.share_mut(around.region, id);
        let share = share.filter(|share| share.owner == *context.account());
        let share = share.ok_or_else(no_such_share)?;
        group.clone_into(&mut share.resource_group);
        share.updated = context.now;
        Ok(Done::empty().about([(SHARE_TYPE, share.id.clone())]))
    }

    /// The caller's own shares that a call names.
    fn tagged_shares(&self, around: Surroundings<'_>, context: &Context<'_>) -> Result<Vec<String>, Refusal> {
        check_place(around, context.params)?;
        let ids = context.params.list("ResourceId");
        if ids.is_empty() {
            return Err(missing("ResourceId"));
        }
        if ids.len() > SHARES_MAX {
            return Err(invalid("ResourceId"));
        }
        let own = |id: &str| {
            let share = self.share(around.region, id);
            let share = share.filter(|share| share.owner == *context.account());
            share.map(|share| share.id.clone()).ok_or_else(no_such_share)
        };
        ids.into_iter().map(own).collect()
    }
}

/// `RegionId` is the endpoint's, and only shares have tags.
fn check_place(around: Surroundings<'_>, params: &Params) -> Result<(), Refusal> {
    let required = |name: &str| params.get(name).ok_or_else(|| missing(name));
    if required("RegionId")? != around.region.as_str() {
        return Err(invalid("RegionId"));
    }
    if required("ResourceType")?.eq_ignore_ascii_case(RESOURCE_SHARE) {
        Ok(())
    } else {
        Err(invalid("ResourceType"))
    }
}
