//! Event buses: looked at, and made. Not here: their rules.

use super::{ROWS_MAX, Said};
use crate::product::Product;
use crate::rpc::{Effect, Operation, Repeat, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Describes a bus; one that does not exist is refused with [`NO_BUS`](super::NO_BUS).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetEventBus {
    /// The region of the bus.
    pub region_id: String,
    /// Its name.
    pub event_bus_name: String,
}

/// A bus.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventBus {
    /// Its name.
    pub event_bus_name: String,
    /// Its ARN.
    pub event_bus_arn: String,
}

impl FromJson for EventBus {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            event_bus_name: json.text("EventBusName")?,
            event_bus_arn: json.text("EventBusARN")?,
        })
    }
}

impl Operation for GetEventBus {
    type Answer = Said<EventBus>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "GetEventBus", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .about(&self.event_bus_name)
            .param("EventBusName", &self.event_bus_name)
    }
}

/// Lists the buses of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEventBuses {
    /// The region.
    pub region_id: String,
}

/// Answer to [`ListEventBuses`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventBuses {
    /// The buses.
    pub event_buses: Vec<EventBus>,
}

impl FromJson for EventBuses {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            event_buses: json.list("EventBuses")?,
        })
    }
}

impl Operation for ListEventBuses {
    type Answer = Said<EventBuses>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "ListEventBuses", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .param("Limit", ROWS_MAX)
    }
}

/// Makes a bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateEventBus {
    /// The region of the bus.
    pub region_id: String,
    /// Its name: 2 to 127 letters, digits and `-`.
    pub event_bus_name: String,
    /// What it is for.
    pub description: String,
}

/// Answer to [`CreateEventBus`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CreatedBus {
    /// The bus's ARN.
    pub event_bus_arn: String,
}

impl FromJson for CreatedBus {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            event_bus_arn: json.text("EventBusARN")?,
        })
    }
}

impl Operation for CreateEventBus {
    type Answer = Said<CreatedBus>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "CreateEventBus", Effect::Write(Repeat::Safe))
            .at_endpoint_of(&self.region_id)
            .about(&self.event_bus_name)
            .param("EventBusName", &self.event_bus_name)
            .param("Description", &self.description)
    }
}
