//! Events that say when to look, but not at what: timers, snapshots, executions.

use goldcast_domain::Scope;
use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::malformed::Malformed;

/// A timer fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// The trigger's name.
    pub name: String,
    /// The trigger's free text; empty if there is none.
    pub payload: String,
}

impl Timer {
    pub(super) fn read(map: &Map<String, Value>) -> Result<Self, Malformed> {
        let fields = Fields { what: "a timer", map };
        let payload = map
            .get("payload")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Ok(Self {
            name: fields.required_text("triggerName")?,
            payload,
        })
    }
}

impl Timer {
    /// The scope in the trigger's text, if it holds one: `{"scope":"everywhere"}`.
    pub fn scope(&self) -> Option<Scope> {
        let text: Value = serde_json::from_slice(self.payload.as_bytes()).ok()?;
        Scope::deserialize(text.get("scope")?).ok()
    }
}

/// A snapshot was made, or could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// `user`, `timer`, `copied` or `imported`.
    pub kind: String,
}

impl Snapshot {
    pub(super) fn read(map: &Map<String, Value>) -> Result<Self, Malformed> {
        Fields {
            what: "a snapshot event",
            map,
        }
        .required_text("snapshotType")
        .map(|kind| Self { kind })
    }
}

/// An OOS execution changed its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// `Started`, `Success` or `Failed`.
    pub status: String,
}

impl Execution {
    pub(super) fn read(map: &Map<String, Value>) -> Result<Self, Malformed> {
        Fields {
            what: "an execution event",
            map,
        }
        .required_text("status")
        .map(|status| Self { status })
    }

    /// Whether the execution has ended well.
    pub fn succeeded(&self) -> bool {
        self.status == "Success"
    }
}
