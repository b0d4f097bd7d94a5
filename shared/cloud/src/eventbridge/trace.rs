//! What passed through a bus lately. Not here: the events themselves.

use super::{ROWS_MAX, Said};
use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Lists events of a bus, newest first, at most 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryTracedEvents {
    /// The region of the bus.
    pub region_id: String,
    /// The bus.
    pub event_bus_name: String,
    /// From when on, in milliseconds of the Unix epoch.
    pub start_time: i64,
    /// Until when, in milliseconds of the Unix epoch.
    pub end_time: i64,
    /// Only those of this source.
    pub event_source: Option<String>,
}

/// Answer to [`QueryTracedEvents`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TracedEvents {
    /// The events.
    pub events: Vec<TracedEvent>,
    /// How many there are in all.
    pub total: Option<u64>,
}

impl FromJson for TracedEvents {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            events: json.list("Events")?,
            total: json.optional_number("Total")?,
        })
    }
}

/// An event that passed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TracedEvent {
    /// Its id.
    pub event_id: String,
    /// `acs.ecs` and the like.
    pub event_source: String,
    /// `ecs:ActionTrail:ApiCall` and the like.
    pub event_type: String,
    /// When the bus got it, in milliseconds of the Unix epoch.
    pub event_received_time: Option<u64>,
}

impl FromJson for TracedEvent {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            event_id: json.text("EventId")?,
            event_source: json.text("EventSource")?,
            event_type: json.text("EventType")?,
            event_received_time: json.optional_number("EventReceivedTime")?,
        })
    }
}

impl Operation for QueryTracedEvents {
    type Answer = Said<TracedEvents>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "QueryTracedEvents", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .about(&self.event_bus_name)
            .param("EventBusName", &self.event_bus_name)
            .param("StartTime", self.start_time)
            .param("EndTime", self.end_time)
            .param("Limit", ROWS_MAX)
            .param_if("EventSource", self.event_source.as_ref())
    }
}
