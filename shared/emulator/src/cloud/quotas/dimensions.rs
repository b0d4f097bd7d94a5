//! `ListProductQuotaDimensions` and `GetProductQuotaDimension`: the one dimension that there is here is the region.

use serde_json::{Value, json};

use super::request::{self, REGION, illegal, page, unsupported_dimension};
use super::{Quota, Usage};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// Dimensions on one page at most.
const DIMENSIONS_MAX: usize = 200;

pub(super) fn list_product_quota_dimensions(usage: Usage<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let product = request::product(context)?;
    let category = context.params.get("QuotaCategory").unwrap_or("CommonQuota");
    if !["CommonQuota", "FlowControl"].contains(&category) {
        return Err(illegal("QuotaCategory"));
    }
    let there = category == "CommonQuota" && has_regions(product, context);
    let rows = there.then(|| {
        let mut value = dimension(usage);
        if let Some(members) = value.as_object_mut() {
            members.insert("Requisite".to_owned(), json!(true));
            if let Some(details) = members.get_mut("DimensionValueDetail").and_then(Value::as_array_mut) {
                for detail in details.iter_mut().filter_map(Value::as_object_mut) {
                    detail.insert("DependentDimensions".to_owned(), json!([]));
                }
            }
        }
        value
    });
    page(
        rows.into_iter().collect(),
        context.params,
        DIMENSIONS_MAX,
        "QuotaDimensions",
    )
}

pub(super) fn get_product_quota_dimension(usage: Usage<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let product = request::product(context)?;
    let key = context.params.get("DimensionKey").unwrap_or(REGION);
    if key != REGION || !has_regions(product, context) {
        return Err(unsupported_dimension());
    }
    Ok(Done::new(json!({ "QuotaDimension": dimension(usage) })))
}

/// Whether a product has quotas that count in each region.
fn has_regions(product: &str, context: &Context<'_>) -> bool {
    let switches = &context.setup.switches;
    let mut quotas = Quota::ALL.into_iter().filter(|quota| quota.product() == product);
    quotas.any(|quota| quota.is_regional(switches))
}

fn dimension(usage: Usage<'_>) -> Value {
    let regions: Vec<_> = usage.ecs.all_regions().collect();
    let details = regions.iter().map(|region| json!({ "Name": region, "Value": region }));
    let details: Vec<_> = details.collect();
    json!({
        "DependentDimensions": [],
        "DimensionKey": REGION,
        "DimensionValueDetail": details,
        "DimensionValues": regions,
        "Name": "Region",
    })
}
