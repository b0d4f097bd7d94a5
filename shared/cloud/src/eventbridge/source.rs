//! Which events cloud services publish, as the account sees it.

use super::Said;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Lists the event sources of Alibaba Cloud and their event types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAliyunOfficialEventSources {
    /// The region that is asked.
    pub region_id: String,
}

/// Answer to [`ListAliyunOfficialEventSources`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventSources {
    /// The sources.
    pub event_source_list: Vec<EventSource>,
}

impl FromJson for EventSources {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            event_source_list: json.list("EventSourceList")?,
        })
    }
}

/// A cloud service that publishes events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventSource {
    /// `acs.ecs` and the like.
    pub name: String,
    /// What it publishes.
    pub event_types: Vec<EventType>,
}

impl FromJson for EventSource {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            name: json.text("Name")?,
            event_types: json.list("EventTypes")?,
        })
    }
}

/// A type of event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventType {
    /// `ecs:Snapshot:CreateSnapshotCompleted` and the like.
    pub name: String,
}

impl FromJson for EventType {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            name: json.text("Name")?,
        })
    }
}

impl Operation for ListAliyunOfficialEventSources {
    type Answer = Said<EventSources>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "ListAliyunOfficialEventSources", Effect::Read).at_endpoint_of(&self.region_id)
    }
}
