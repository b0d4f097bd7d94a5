//! Another function's answer, as the platform hands it to an asynchronous destination
//! (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation>).

use goldcast_domain::Scope;
use serde_json::{Map, Value};

use super::call;
use super::fields::{Fields, object};
use super::malformed::Malformed;

/// What another function has answered.
///
/// The answer is JSON in a text: `{"wake": true, "scope": …}` or `{"wake": true, "scopes": […]}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Whether the function asks for a sweep. An answer that does not say so asks for none.
    pub wake: bool,
    /// Where the sweep is asked to look; everywhere if empty.
    pub scopes: Vec<Scope>,
}

impl Destination {
    pub(super) fn read(map: &Map<String, Value>) -> Result<Self, Malformed> {
        let outer = Fields {
            what: "another function's answer",
            map,
        };
        let unreadable = || outer.malformed("responsePayload", "a JSON object in a text");
        let answer = map.get("responsePayload").and_then(object).ok_or_else(unreadable)?;
        let fields = Fields { map: &answer, ..outer };
        let wake = match answer.get("wake") {
            None => false,
            Some(wake) => wake
                .as_bool()
                .ok_or_else(|| fields.malformed("responsePayload.wake", "true or false"))?,
        };
        let scopes = call::scopes(fields).map_err(|malformed| malformed.within("responsePayload"))?;
        Ok(Self { wake, scopes })
    }
}
