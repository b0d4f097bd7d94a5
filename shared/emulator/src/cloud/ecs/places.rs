//! `DescribeRegions`.

use goldcast_domain::RegionId;
use serde_json::json;

use super::Ecs;
use super::catalogue::check_language;
use crate::cloud::context::{Context, Done};
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
        check_language(context)?;
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
}
