//! What the resources of a template would cost, as far as the service knows.
//! <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-gettemplateestimatecost>

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{StackParameter, TemplateSource, check_parameters, with_parameters};
use crate::product::Product;
use crate::rpc::{Effect, Operation, OverLimit, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Asks what a template would cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetTemplateEstimateCost {
    /// The region of the stack.
    pub region_id: String,
    /// The template.
    pub template: TemplateSource,
    /// Values of the template's parameters.
    pub parameters: Vec<StackParameter>,
}

/// Answer to [`GetTemplateEstimateCost`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateCosts {
    /// Prices by the resource's name in the template; resources that it has no price for are left out.
    pub resources: BTreeMap<String, EstimatedCost>,
}

/// What one resource would cost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EstimatedCost {
    /// The amount after discounts, as the service wrote it.
    pub amount: String,
    /// `CNY` or `USD`.
    pub currency: String,
    /// What it is for: `Month`, `Hour` and others; empty if it did not say.
    pub period: String,
}

impl FromJson for TemplateCosts {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        let resources: Option<Value> = json.optional_part("Resources")?;
        let resources = resources.as_ref().and_then(Value::as_object).into_iter().flatten();
        let priced = resources.filter_map(|(name, resource)| {
            let text = |pointer: &str| match resource.pointer(pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                None | Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => String::new(),
            };
            let cost = EstimatedCost {
                amount: text("/Result/Order/TradeAmount"),
                currency: text("/Result/Order/Currency"),
                period: text("/Result/OrderSupplement/PeriodUnit"),
            };
            (!cost.amount.is_empty()).then(|| (name.clone(), cost))
        });
        Ok(Self {
            resources: priced.collect(),
        })
    }
}

impl Operation for GetTemplateEstimateCost {
    type Answer = TemplateCosts;

    fn check(&self) -> Result<(), OverLimit> {
        check_parameters(&self.parameters)
    }

    fn rpc(&self) -> Rpc {
        let rpc = Rpc::new(Product::Ros, "GetTemplateEstimateCost", Effect::Read).param("RegionId", &self.region_id);
        with_parameters(self.template.add_to(rpc), &self.parameters)
    }
}
