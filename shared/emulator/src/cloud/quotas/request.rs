//! What a call names: a quota, its region, a page. Codes are those of
//! <https://www.alibabacloud.com/help/doc-detail/440570.html>, spelling mistakes included.

use goldcast_domain::RegionId;
use serde_json::{Value, json};

use super::{Place, Quota};
use crate::cloud::context::{Context, Done};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;
use crate::cloud::switches::Switches;

/// The one dimension that quotas have here.
pub(super) const REGION: &str = "regionId";
/// Rows on one page when `MaxResults` is absent.
const RESULTS_DEFAULT: usize = 30;

impl Place {
    /// `acs:quotas:<region>:<account>:quota/<product>/<code>`.
    pub(super) fn arn(&self, switches: &Switches) -> String {
        let region = self.region.as_ref().map_or("*", RegionId::as_str);
        let (account, product) = (&self.account, self.quota.product());
        format!(
            "acs:quotas:{region}:{account}:quota/{product}/{}",
            self.quota.code(switches)
        )
    }
}

/// Dimensions as answers have them.
pub(super) fn dimensions_value(place: &Place) -> Value {
    match &place.region {
        Some(region) => json!({ REGION: region }),
        None => json!({}),
    }
}

/// A parameter that must be there: `MissingProductCode` and the like.
pub(super) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, Refusal> {
    let missing = || Refusal::bad_request(format!("Missing{name}"), format!("{name} is missing"));
    params.get(name).ok_or_else(missing)
}

/// 400: the general code for a value that is wrong.
pub(super) fn illegal(name: &str) -> Refusal {
    let message = format!("The specified parameter {name} is invalid.");
    Refusal::bad_request("PARAMETER.ILLEGALL", message)
}

/// 400: there is no such quota.
pub(super) fn no_such_quota() -> Refusal {
    Refusal::bad_request("QUOTA.NOT.FOUND", "The quota does not exist.")
}

/// The product that `ProductCode` names.
pub(super) fn product(context: &Context<'_>) -> Result<&'static str, Refusal> {
    let named = required(context.params, "ProductCode")?;
    let mut products = Quota::ALL.into_iter().map(Quota::product);
    products.find(|product| *product == named).ok_or_else(no_such_quota)
}

/// The quota that `ProductCode` and `QuotaActionCode` name.
pub(super) fn quota(context: &Context<'_>) -> Result<Quota, Refusal> {
    let product = product(context)?;
    let code = required(context.params, "QuotaActionCode")?;
    let switches = &context.setup.switches;
    let mut quotas = Quota::ALL.into_iter();
    quotas
        .find(|quota| quota.product() == product && quota.code(switches) == code)
        .ok_or_else(no_such_quota)
}

/// Where the caller has the quota that the call names, region and all.
pub(super) fn place(context: &Context<'_>) -> Result<Place, Refusal> {
    let quota = quota(context)?;
    let region = region(context)?;
    match (quota.is_regional(&context.setup.switches), region) {
        (true, None) => {
            let message = "The entered quota dimension is incomplete,Please complete the dimension.";
            Err(Refusal::bad_request("QUOTA.DIMENSION.MISS", message))
        }
        (false, Some(_)) => Err(unsupported_dimension()),
        (_, region) => Ok(Place {
            quota,
            account: context.account().clone(),
            region,
        }),
    }
}

/// The region that `Dimensions` names, if it names any.
pub(super) fn region(context: &Context<'_>) -> Result<Option<RegionId>, Refusal> {
    let mut named = None;
    for dimension in context.params.objects("Dimensions") {
        if dimension.get("Key") != Some(&REGION) {
            return Err(unsupported_dimension());
        }
        let region = dimension.get("Value").and_then(|value| value.parse().ok());
        let known = region.filter(goldcast_domain::regions::is_known);
        named = Some(known.ok_or_else(|| {
            let message = "The entered quota dimension value is not supported.";
            Refusal::bad_request("QUOTA.DIMENSION.VALUE.UNSUPPORT", message)
        })?);
    }
    Ok(named)
}

pub(super) fn unsupported_dimension() -> Refusal {
    let message = "The entered quota dimension key is not supported.";
    Refusal::bad_request("QUOTA.DIMENSION.UNSUPPORT", message)
}

/// Answers with one page of the rows, under `list`. A token is the number of rows before the page, as in the published
/// samples; it is empty on the last page.
pub(super) fn page(rows: Vec<Value>, params: &Params, most: usize, list: &str) -> Result<Done, Refusal> {
    let size = params.number("MaxResults").map_err(|_| illegal("MaxResults"))?;
    let size = size.unwrap_or(RESULTS_DEFAULT);
    if size == 0 || size > most {
        return Err(illegal("MaxResults"));
    }
    let before = params.number("NextToken").map_err(|_| illegal("NextToken"))?;
    let before = before.unwrap_or_default();
    let total = rows.len();
    let end = before.saturating_add(size);
    let next = if end < total { end.to_string() } else { String::new() };
    let rows: Vec<Value> = rows.into_iter().skip(before).take(size).collect();
    Ok(Done::new(json!({
        "MaxResults": size,
        "NextToken": next,
        "TotalCount": total,
        list: rows,
    })))
}
