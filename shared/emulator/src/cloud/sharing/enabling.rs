//! Sharing with the directory is switched on once, by the management account, and never off again
//! (<https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcesharing-2020-01-10-enablesharingwithresourcedirectory>).
//! And the regions that there are. The service-linked role that enabling creates is not simulated.

use serde_json::json;

use super::{SERVED, Sharing, Surroundings};
use crate::cloud::context::{Context, Done};
use crate::cloud::directory::RESOURCE_SHARING;
use crate::cloud::refusal::Refusal;

pub(super) fn enable(_: &mut Sharing, around: Surroundings<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    if !around.directory.is_management(context.account()) {
        let message = "The caller must be the master account for the Resource Directory.";
        return Err(Refusal::conflict("ActionNotPermitted", message));
    }
    if context.trusted.has(RESOURCE_SHARING) {
        let message = "You have already enabled sharing with the Resource Directory.";
        return Err(Refusal::conflict("AlreadyEnabled", message));
    }
    context.trusted.trust(RESOURCE_SHARING, context.now);
    Ok(Done::empty())
}

/// No error is documented for other accounts, so members are told too, and accounts outside that it is off.
#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
pub(super) fn check_enabled(
    _: &mut Sharing,
    around: Surroundings<'_>,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let enabled = context.trusted.has(RESOURCE_SHARING) && around.directory.has_account(context.account());
    Ok(Done::new(json!({ "EnableSharingWithRd": enabled })))
}

#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
pub(super) fn describe_regions(_: &mut Sharing, _: Surroundings<'_>, _: &mut Context<'_>) -> Result<Done, Refusal> {
    let regions = SERVED.map(|region| {
        json!({
            "RegionId": region,
            "LocalName": region,
            "RegionEndpoint": format!("resourcesharing.{region}.aliyuncs.com"),
        })
    });
    Ok(Done::new(json!({ "Regions": regions })))
}
