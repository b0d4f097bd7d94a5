//! One CloudEvent of the event bus (<https://help.aliyun.com/zh/eventbridge/user-guide/event-overview>): what its type
//! says it holds. Not here: the payloads. Times are not read at all: their spelling varies and nothing hangs on them.

use goldcast_domain::RegionId;
use serde_json::{Map, Value};

use super::fields::{Fields, region};
use super::malformed::{Malformed, join};
use super::sort::Reader;
use super::{AccountItem, Association, Audit, Destination, Envelope, Execution, Snapshot};

const WHAT: &str = "a CloudEvent";

/// Reads the event at `path`, with `depth` envelopes around it.
pub(super) fn read(reader: &mut Reader, mut event: Map<String, Value>, path: &str, depth: usize) {
    let kind = match (Fields {
        what: WHAT,
        map: &event,
    })
    .required_text("type")
    {
        Ok(kind) => kind,
        Err(malformed) => return reader.malformed(malformed.within(path)),
    };
    let region = region_of_bus(&event);
    let place = join(path, "data");
    let data = event.remove("data");
    if kind == "mns:Queue:SendMessage" {
        // The message's text is an event of its own (https://help.aliyun.com/zh/functioncompute/fc/user-guide/mns-queue-triggers).
        let body = data.and_then(|mut data| data.get_mut("messageBody").map(Value::take));
        return match body {
            Some(body) => reader.value(body, &join(&place, "messageBody"), depth + 1),
            None => reader.malformed(Malformed::new("a queue message", join(&place, "messageBody"), "a text")),
        };
    }
    let Some(payload) = data.and_then(into_object) else {
        return if is_followed(&kind) {
            reader.malformed(Malformed::new(WHAT, place, "an object"));
        } else {
            reader.push(other(&kind));
        };
    };
    let read = if kind.contains(":ActionTrail:") {
        Audit::read(payload, region, &place).map(Envelope::Audit)
    } else if is_snapshot(&kind) {
        Snapshot::read(&payload).map(Envelope::Snapshot)
    } else if is_execution(&kind) {
        Execution::read(&payload).map(Envelope::Execution)
    } else if is_association(&kind) {
        Association::read(&payload).map(Envelope::Association)
    } else if is_configuration(&kind) && AccountItem::is_one(&payload) {
        AccountItem::read(&payload).map(Envelope::AccountItem)
    } else if is_answer(&kind) {
        Destination::read(&payload).map(Envelope::Destination)
    } else if payload.contains_key("event") || payload.contains_key("eventName") {
        // An event stream from a log store wraps the audit record in an event of its own type.
        return reader.value(Value::Object(payload), &place, depth + 1);
    } else {
        Ok(other(&kind))
    };
    reader.result(read, &place);
}

fn is_followed(kind: &str) -> bool {
    kind.contains(":ActionTrail:")
        || is_snapshot(kind)
        || is_execution(kind)
        || is_association(kind)
        || is_configuration(kind)
        || is_answer(kind)
}

fn is_snapshot(kind: &str) -> bool {
    kind == "ecs:Snapshot:CreateSnapshotCompleted"
}

/// The brackets of `Execution[StatusChange]` are part of the type, and the name is also written without them.
fn is_execution(kind: &str) -> bool {
    kind.starts_with("oos:CloudMonitor:Execution")
}

fn is_association(kind: &str) -> bool {
    kind == "resourcemanager:ResourceSharing:AssociationStatusChange"
}

fn is_configuration(kind: &str) -> bool {
    kind.ends_with(":Config:ConfigurationItemChangeNotification")
}

fn is_answer(kind: &str) -> bool {
    kind.starts_with("fc:AsyncInvoke:")
}

fn other(kind: &str) -> Envelope {
    Envelope::Other {
        what: format!("an event of type {kind}"),
    }
}

fn into_object(data: Value) -> Option<Map<String, Value>> {
    match data {
        Value::Object(map) => Some(map),
        Value::String(text) => serde_json::from_slice(text.as_bytes()).ok(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

/// Where the event happened, as far as the envelope knows. The subject knows better: `aliyunregionid` is the region of the
/// bus, which is another one after routing (<https://help.aliyun.com/zh/eventbridge/user-guide/event-overview>).
fn region_of_bus(event: &Map<String, Value>) -> Option<RegionId> {
    let fields = Fields { what: WHAT, map: event };
    let subject = fields.text("subject");
    let of_subject = subject
        .as_deref()
        .and_then(|arn| arn.split(':').nth(2))
        .and_then(region);
    of_subject.or_else(|| fields.text("aliyunregionid").as_deref().and_then(region))
}
