//! `DescribeRegions`, and as much of `DescribeInstances` as finds the machine that images are built from.

use goldcast_domain::{AccountId, RegionId};
use serde_json::json;

use super::Ecs;
use crate::cloud::context::{Context, Done};
use crate::cloud::organisation::Instance;
use crate::cloud::paging::Page;
use crate::cloud::refusal::Refusal;

impl Ecs {
    pub(super) fn describe_regions(&mut self, _: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let types = ["instance", "disk", "reservedinstance", "scu"];
        if context
            .params
            .get("ResourceType")
            .is_some_and(|kind| !types.contains(&kind))
        {
            let message = "The specified ResourceType does not exist.";
            return Err(Refusal::not_found("InvalidResourceType.NotFound", message));
        }
        let languages = ["zh-CN", "zh-TW", "en-US", "ja", "fr", "de", "ko"];
        if context
            .params
            .get("AcceptLanguage")
            .is_some_and(|language| !languages.contains(&language))
        {
            let message = "The specified AcceptLanguage does not exist.";
            return Err(Refusal::not_found("InvalidAcceptLanguage.NotFound", message));
        }
        let visible = |region: &&RegionId| self.visible.as_ref().is_none_or(|visible| visible.contains(*region));
        let regions = self.regions.keys().filter(visible).map(|region| {
            json!({
                "RegionId": region,
                "LocalName": region,
                "RegionEndpoint": format!("ecs.{region}.aliyuncs.com"),
                "Status": "available",
            })
        });
        Ok(Done::new(
            json!({ "Regions": { "Region": regions.collect::<Vec<_>>() } }),
        ))
    }

    pub(super) fn describe_instances(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let page = Page::read(context.params, "InvalidParameter")?;
        let found: Vec<&Instance> = self.own_instances(region, context.account()).collect();
        let total = found.len();
        let instances = page.cut(found).into_iter().map(|instance| {
            json!({
                "InstanceId": instance.id,
                "InstanceName": instance.name,
                "RegionId": instance.region,
                "Status": "Running",
                "OSType": "linux",
                "Tags": { "Tag": [] },
            })
        });
        Ok(Done::new(json!({
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
            "NextToken": "",
            "Instances": { "Instance": instances.collect::<Vec<_>>() },
        })))
    }

    /// The account's instances in a region.
    pub(super) fn own_instances(&self, region: &RegionId, account: &AccountId) -> impl Iterator<Item = &Instance> {
        let instances = self.instances.iter();
        instances.filter(move |instance| instance.account == *account && instance.region == *region)
    }
}
