//! What passed through the default buses lately.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cloud::audit::BusEvent;

/// Events remembered; older ones make room.
const EVENTS_MAX: usize = 1000;

/// Events that passed, oldest first, with when.
#[derive(Debug, Default)]
pub(crate) struct Traces(VecDeque<(Timestamp, BusEvent)>);

impl Traces {
    pub(crate) fn note(&mut self, now: Timestamp, events: &[BusEvent]) {
        for event in events {
            if self.0.len() == EVENTS_MAX {
                self.0.pop_front();
            }
            self.0.push_back((now, event.clone()));
        }
    }

    /// Newest first.
    pub(super) fn all(&self) -> impl Iterator<Item = (Timestamp, &BusEvent)> {
        self.0.iter().rev().map(|(at, event)| (*at, event))
    }
}

/// A row of the answer.
pub(super) fn row(at: Timestamp, event: &BusEvent) -> Value {
    let of = |name: &str| event.body.get(name).cloned().unwrap_or_default();
    json!({
        "EventId": of("id"),
        "EventBusName": super::DEFAULT,
        "EventReceivedTime": at.as_millisecond(),
        "EventSource": of("source"),
        "EventType": of("type"),
    })
}
