//! One `ActionTrail` record: who called what, where, and whether it worked. Not here: which image or account it is about.
//!
//! Fields: <https://www.alibabacloud.com/help/document_detail/28819.html>. `eventVersion`, a number or a text, and all
//! times are left alone.

use std::fmt;

use goldcast_domain::RegionId;
use serde_json::{Map, Value};

use super::fields::{self, Fields, REGION, is_blank};
use super::malformed::Malformed;

const WHAT: &str = "an audit record";

/// One `ActionTrail` record. It says that a call was accepted, not that its work is done.
#[derive(Clone, PartialEq, Eq)]
pub struct Audit {
    operation: String,
    record: Map<String, Value>,
    /// Where it came from, if it came in a CloudEvent.
    region: Option<RegionId>,
    /// Where it stood in the body, for errors.
    path: String,
}

impl Audit {
    pub(super) fn read(
        mut record: Map<String, Value>,
        region: Option<RegionId>,
        path: &str,
    ) -> Result<Self, Malformed> {
        let operation = Fields {
            what: WHAT,
            map: &record,
        }
        .required_text("eventName")?;
        complete_parameters(&mut record);
        Ok(Self {
            operation,
            record,
            region,
            path: path.to_owned(),
        })
    }

    /// The API operation, such as `CreateImage`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The error code of a call that failed. On success the field is absent, null or empty, depending on the producer.
    pub fn error_code(&self) -> Option<String> {
        let code = self.record.get("errorCode").filter(|code| !is_blank(code))?;
        Some(fields::text(code).map_or_else(|| "an unreadable code".to_owned(), std::borrow::Cow::into_owned))
    }

    /// Whether the call changed nothing.
    pub fn only_reads(&self) -> bool {
        self.fields()
            .text("eventRW")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("read"))
    }

    /// Account and name of the role that called, if it was one. `userName` of a role is `<role name>:<session name>`.
    pub fn assumed_role(&self) -> Option<(&str, &str)> {
        let identity = self.record.get("userIdentity")?;
        let field = |key: &str| identity.get(key).and_then(Value::as_str);
        let name = field("userName").filter(|_| field("type") == Some("assumed-role"))?;
        Some((field("accountId")?, name.split_once(':').map_or(name, |(role, _)| role)))
    }

    /// The region of the call: as the record says, else as its parameters say, else where the event came from.
    pub fn region(&self) -> Result<RegionId, Malformed> {
        for path in ["acsRegion", "requestParameters.RegionId"] {
            if let Some(region) = self.fields().region(path).map_err(|malformed| self.placed(malformed))? {
                return Ok(region);
            }
        }
        self.region
            .clone()
            .ok_or_else(|| self.placed(Malformed::new(WHAT, "acsRegion", REGION)))
    }

    pub(super) fn fields(&self) -> Fields<'_> {
        Fields {
            what: WHAT,
            map: &self.record,
        }
    }

    /// The ids of one type that the record refers to; several spellings of the type are in use.
    pub(super) fn referenced(&self, spellings: &[&str]) -> Option<&Value> {
        let resources = self.record.get("referencedResources")?;
        spellings.iter().find_map(|kind| resources.get(kind))
    }

    /// The same error, seen from the whole body.
    pub(super) fn placed(&self, malformed: Malformed) -> Malformed {
        malformed.within(&self.path)
    }
}

/// Without the record: parameters of other people's calls do not belong in a log.
impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit")
            .field("operation", &self.operation)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// The parameters come as an object, as JSON text, or both: the object wins, the text fills the gaps.
fn complete_parameters(record: &mut Map<String, Value>) {
    let Some(text) = record.get("requestParameterJson").and_then(Value::as_str) else {
        return;
    };
    let Ok(Value::Object(mut parameters)) = serde_json::from_slice(text.as_bytes()) else {
        return;
    };
    if let Some(Value::Object(said)) = record.remove("requestParameters") {
        parameters.extend(said);
    }
    record.insert("requestParameters".to_owned(), Value::Object(parameters));
}
