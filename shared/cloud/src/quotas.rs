//! Quota Center: what an account may have, and what it has. Not here: applying for more.
//! <https://www.alibabacloud.com/help/en/quota-center/developer-reference/api-quotas-2020-05-10-listproductquotas>

use std::borrow::Cow;

use crate::paging::Page;
use crate::product::Product;
use crate::rpc::{Effect, Listing, Paging, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Lists the quotas of a product in a region. The ids of quotas are not published, so they are found by a word of their name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListProductQuotas {
    /// The product as Quota Center names it, such as `ecs`.
    pub product_code: String,
    /// A word of the name.
    pub key_word: Option<String>,
    /// The region, for quotas that every region has of its own.
    pub region_id: Option<String>,
}

/// A quota.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quota {
    /// Its id.
    pub quota_action_code: String,
    /// Its name, in the language of the account.
    pub quota_name: String,
    /// How much there may be. Quotas may be fractions; they are rounded down.
    pub total_quota: Option<u64>,
    /// How much there is, where that is known.
    pub total_usage: Option<u64>,
    /// Whether one can apply for more.
    pub adjustable: bool,
    /// The region; empty if it counts everywhere.
    pub region_id: String,
}

impl FromJson for Quota {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            quota_action_code: json.text("QuotaActionCode")?,
            quota_name: json.text("QuotaName")?,
            total_quota: whole(json, "TotalQuota")?,
            total_usage: whole(json, "TotalUsage")?,
            adjustable: json.flag("Adjustable")?,
            region_id: json
                .optional_part::<Dimensions>("Dimensions")?
                .map(|dimensions| dimensions.region_id)
                .unwrap_or_default(),
        })
    }
}

/// What a quota counts for.
struct Dimensions {
    region_id: String,
}

impl FromJson for Dimensions {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            region_id: json.text("regionId")?,
        })
    }
}

/// Numbers come as `50`, `50.0` or text.
fn whole(json: &Json<'_>, name: &str) -> Result<Option<u64>, Misread> {
    let text = json.text(name)?;
    Ok(text.split('.').next().and_then(|whole| whole.parse().ok()))
}

/// One page of [`ListProductQuotas`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaPage {
    quotas: Vec<Quota>,
    total_count: Option<u64>,
    next_token: Option<String>,
}

impl FromJson for QuotaPage {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            quotas: json.required_list("Quotas")?,
            total_count: json.optional_number("TotalCount")?,
            next_token: json.optional_text("NextToken")?,
        })
    }
}

impl Listing for ListProductQuotas {
    type Answer = QuotaPage;
    type Item = Quota;
    const PAGING: Paging = Paging::Token;

    fn rpc(&self) -> Rpc {
        let rpc = Rpc::new(Product::Quotas, "ListProductQuotas", Effect::Read)
            .about(&self.product_code)
            .param("ProductCode", &self.product_code)
            .param_if("KeyWord", self.key_word.as_ref());
        match &self.region_id {
            Some(region) => rpc
                .param("Dimensions.1.Key", "regionId")
                .param("Dimensions.1.Value", region),
            None => rpc,
        }
    }

    fn page(answer: QuotaPage) -> Page<Quota> {
        Page {
            items: answer.quotas,
            total: answer.total_count,
            next_token: answer.next_token,
        }
    }

    fn key(item: &Quota) -> Cow<'_, str> {
        format!("{} {}", item.quota_action_code, item.region_id).into()
    }
}
