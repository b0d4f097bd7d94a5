//! Rules of a bus, as they are. Not here: making them.

use super::{ROWS_MAX, Said};
use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Describes a rule with its targets; one that does not exist is refused with [`NO_RULE`](super::NO_RULE).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetRule {
    /// The region of the bus.
    pub region_id: String,
    /// The bus.
    pub event_bus_name: String,
    /// The rule.
    pub rule_name: String,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// Its name.
    pub rule_name: String,
    /// The bus it belongs to.
    pub event_bus_name: String,
    /// `ENABLE` or `DISABLE`.
    pub status: String,
    /// Which events it lets through: JSON as text.
    pub filter_pattern: String,
    /// Where they go.
    pub targets: Vec<RuleTarget>,
}

impl FromJson for Rule {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            rule_name: json.text("RuleName")?,
            event_bus_name: json.text("EventBusName")?,
            status: json.text("Status")?,
            filter_pattern: json.text("FilterPattern")?,
            targets: json.list("Targets")?,
        })
    }
}

/// Where the events of a rule go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleTarget {
    /// Its id within the rule.
    pub id: String,
    /// `acs.fc.function`, `acs.mns.queue`, `acs.eventbridge` and others.
    pub kind: String,
    /// Its ARN or address.
    pub endpoint: String,
    /// `ALL` or `NONE`.
    pub errors_tolerance: String,
    /// `BACKOFF_RETRY` or `EXPONENTIAL_DECAY_RETRY`; only [`GetRule`] says it.
    pub push_retry_strategy: String,
}

impl FromJson for RuleTarget {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            id: json.text("Id")?,
            kind: json.text("Type")?,
            endpoint: json.text("Endpoint")?,
            errors_tolerance: json.text("ErrorsTolerance")?,
            push_retry_strategy: json.text("PushRetryStrategy")?,
        })
    }
}

impl Operation for GetRule {
    type Answer = Said<Rule>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "GetRule", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .about(&self.rule_name)
            .param("EventBusName", &self.event_bus_name)
            .param("RuleName", &self.rule_name)
    }
}

/// Lists the rules of a bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRules {
    /// The region of the bus.
    pub region_id: String,
    /// The bus.
    pub event_bus_name: String,
}

/// Answer to [`ListRules`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// The rules.
    pub rules: Vec<Rule>,
}

impl FromJson for Rules {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            rules: json.list("Rules")?,
        })
    }
}

impl Operation for ListRules {
    type Answer = Said<Rules>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "ListRules", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .about(&self.event_bus_name)
            .param("EventBusName", &self.event_bus_name)
            .param("Limit", ROWS_MAX)
    }
}
