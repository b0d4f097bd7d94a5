//! The service itself: whether an account has it, and where it is. Here every account has it from the start.

use goldcast_domain::RegionId;
use serde_json::json;

use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
pub(super) fn describe_account_kms_status(_: &RegionId, _: &mut Context<'_>) -> Result<Done, Refusal> {
    Ok(Done::new(json!({ "AccountStatus": "Enabled" })))
}

/// Opening it again changes nothing.
#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
pub(super) fn open_kms_service(_: &RegionId, _: &mut Context<'_>) -> Result<Done, Refusal> {
    Ok(Done::empty())
}

#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
pub(super) fn describe_regions(_: &RegionId, _: &mut Context<'_>) -> Result<Done, Refusal> {
    let regions = goldcast_domain::regions::KNOWN.iter();
    let regions: Vec<_> = regions.map(|region| json!({ "RegionId": region })).collect();
    Ok(Done::new(json!({ "Regions": { "Region": regions } })))
}
