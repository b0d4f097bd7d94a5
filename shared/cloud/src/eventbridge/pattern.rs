//! Asks the cloud itself whether a pattern lets an event through. Changes nothing and delivers nothing.

use super::Said;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Compares an event with a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestEventPattern {
    /// The region that is asked.
    pub region_id: String,
    /// A whole event: JSON as text.
    pub event: String,
    /// The pattern: JSON as text.
    pub event_pattern: String,
}

/// Answer to [`TestEventPattern`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PatternVerdict {
    /// Whether the event gets through.
    pub result: bool,
}

impl FromJson for PatternVerdict {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            result: json.flag("Result")?,
        })
    }
}

impl Operation for TestEventPattern {
    type Answer = Said<PatternVerdict>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "TestEventPattern", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .param("Event", &self.event)
            .param("EventPattern", &self.event_pattern)
    }
}
