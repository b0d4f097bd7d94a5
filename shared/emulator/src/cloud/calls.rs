//! The log of every call, for tests, the demo and the curious. Secrets are never in it: the gateway takes them off.

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// One call, answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// When it came, in simulated time.
    pub at: Timestamp,
    /// Who called; `None` when the gateway could not tell.
    pub caller: Option<CallerName>,
    /// The region of the endpoint; `None` for the global one.
    pub region: Option<RegionId>,
    /// The product, such as `Ecs`; empty when the version is unknown.
    pub product: String,
    /// The operation, such as `CopyImage`; empty when none was named.
    pub action: String,
    /// The operation's parameters as sent, without those of the protocol.
    pub parameters: BTreeMap<String, String>,
    /// HTTP status of the answer as it reached the caller; 0 if none did.
    pub status: u16,
    /// Error code, if the call was refused with one.
    pub error_code: Option<String>,
    /// Request id of the answer.
    pub request_id: String,
    /// How long it took, in milliseconds of simulated time: nothing, unless a fault makes it slow.
    pub took_ms: u64,
    /// What was made to go wrong with it, if anything was.
    pub fault: Option<String>,
    /// The answer's body of a write or a refusal; credentials are left out. Null for reads, whose answers are long.
    pub result: Value,
}

impl Call {
    /// Calls that the log holds at most: enough for weeks of a simulated organisation, and bounded for a cloud that is
    /// left running.
    pub const KEPT: usize = 200_000;

    /// Whether the call was carried out.
    pub fn succeeded(&self) -> bool {
        self.status == StatusCode::OK.as_u16()
    }
}

/// Who made a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallerName {
    /// The account.
    pub account: AccountId,
    /// The identity, such as `acs:ram::<account>:assumed-role/<role>/<session>`.
    pub arn: String,
    /// The session name of an assumed role.
    pub session: Option<String>,
}
