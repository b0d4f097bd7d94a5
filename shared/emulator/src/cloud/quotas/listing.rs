//! `ListProducts`, `ListProductQuotas` and `GetProductQuota`
//! (<https://www.alibabacloud.com/help/en/quota-center/developer-reference/api-quotas-2020-05-10-listproductquotas>).

use std::collections::BTreeSet;

use goldcast_domain::RegionId;
use serde_json::{Value, json};

use super::request::{self, dimensions_value, illegal, page};
use super::{Place, Quota, Usage};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// `QuotaUnit` of everything that is counted.
pub(super) const UNIT: &str = "Count";
/// Quotas on one page at most.
const QUOTAS_MAX: usize = 100;
/// Products on one page at most.
const PRODUCTS_MAX: usize = 200;
/// What can be asked for as `QuotaCategory`.
pub(super) const CATEGORIES: [&str; 3] = ["CommonQuota", "FlowControl", "WhiteListLabel"];

/// The products that have quotas here, as people call them.
const PRODUCTS: [(&str, &str); 3] = [
    ("ecs", "Elastic Compute Service"),
    ("resourcemanager", "Resource Management"),
    ("resourcesharing", "Resource Sharing"),
];

pub(super) fn list_products(_: Usage<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let row = |(code, name): (&str, &str)| {
        json!({
            "CommonQuotaSupport": "support",
            "Dynamic": false,
            "FlowControlSupport": "unsupport",
            "ProductCode": code,
            "ProductName": name,
            "ProductNameEn": name,
            "SecondCategoryId": 0,
            "SecondCategoryName": "",
            "SecondCategoryNameEn": "",
            "WhiteListLabelQuotaSupport": "unsupport",
        })
    };
    let rows = PRODUCTS.into_iter().map(row).collect();
    page(rows, context.params, PRODUCTS_MAX, "ProductInfo")
}

pub(super) fn get_product_quota(usage: Usage<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let place = request::place(context)?;
    Ok(Done::new(json!({ "Quota": value(&place, usage, context) })))
}

/// A regional quota has one row for each region that is meant: the one that is named, else all.
pub(super) fn list_product_quotas(usage: Usage<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let product = request::product(context)?;
    let params = context.params;
    let category = params.get("QuotaCategory").unwrap_or("CommonQuota");
    if !CATEGORIES.contains(&category) {
        return Err(illegal("QuotaCategory"));
    }
    for (name, words) in [
        ("SortField", ["TOTAL", "TIME", "RESERVED"].as_slice()),
        ("SortOrder", &["Descending", "Ascending"]),
    ] {
        if params.get(name).is_some_and(|word| !words.contains(&word)) {
            return Err(illegal(name));
        }
    }
    let named = request::region(context)?;
    let regions = match &named {
        Some(region) => BTreeSet::from([region.clone()]),
        None => usage.ecs.all_regions().cloned().collect(),
    };
    let switches = &context.setup.switches;
    let code = params.get("QuotaActionCode");
    let keyword = params.get("KeyWord").unwrap_or_default();
    let wanted = Quota::ALL.into_iter().filter(|quota| {
        let texts = [quota.code(switches), quota.name(switches), quota.description()];
        category == "CommonQuota"
            && quota.product() == product
            && code.is_none_or(|code| quota.code(switches) == code)
            && texts.iter().any(|text| text.contains(keyword))
    });
    let rows = wanted.flat_map(|quota| places(quota, &regions, context));
    let rows: Vec<Value> = rows.map(|place| value(&place, usage, context)).collect();
    page(rows, params, QUOTAS_MAX, "Quotas")
}

/// Where the caller has a quota: once, or in each of these regions.
fn places(quota: Quota, regions: &BTreeSet<RegionId>, context: &Context<'_>) -> Vec<Place> {
    let account = context.account();
    let switches = &context.setup.switches;
    if !quota.is_regional(switches) {
        return vec![Place::global(quota, account)];
    }
    let place = |region| Place::new(quota, account, region, switches);
    regions.iter().map(place).collect()
}

/// A quota as the caller has it now.
fn value(place: &Place, usage: Usage<'_>, context: &Context<'_>) -> Value {
    let quota = place.quota;
    let switches = &context.setup.switches;
    let total = context.quotas.limit(place, context.now, context.setup);
    let most = quota.ceiling(switches);
    let obstacle = obstacle(place, total, context);
    json!({
        "Adjustable": obstacle.is_empty(),
        "ApplicableRange": [total.saturating_add(1).min(most), most],
        "ApplicableType": "continuous",
        "ApplyReasonTips": "",
        "Consumable": true,
        "Dimensions": dimensions_value(place),
        "EffectiveTime": "",
        "ExpireTime": "",
        "GlobalQuota": place.region.is_none(),
        // Only flow control has a period.
        "Period": { "PeriodUnit": "", "PeriodValue": 0 },
        "ProductCode": quota.product(),
        "QuotaActionCode": quota.code(switches),
        "QuotaArn": place.arn(switches),
        "QuotaCategory": "CommonQuota",
        "QuotaDescription": quota.description(),
        "QuotaItems": [],
        "QuotaName": quota.name(switches),
        "QuotaType": "normal",
        "QuotaUnit": UNIT,
        "SupportedRange": [0, most],
        "TotalQuota": total,
        "TotalUsage": usage.of(place, context.now),
        "UnadjustableDetail": obstacle,
        "UsageMetric": { "MetricDimensions": {}, "MetricName": "", "MetricNamespace": "" },
    })
}

/// `UnadjustableDetail`: why nobody can apply for more now; empty when one can.
pub(super) fn obstacle(place: &Place, total: usize, context: &Context<'_>) -> &'static str {
    if !place.quota.is_adjustable() {
        "supportTicketRequired"
    } else if context.quotas.has_pending(place, context.now) {
        "applicationProcess"
    } else if total >= place.quota.ceiling(&context.setup.switches) {
        "limitReached"
    } else {
        ""
    }
}
