//! Telling the shapes apart and unwrapping those that hold others. Not here: the fields of each shape.

use serde_json::{Map, Value};

use super::call::Call;
use super::destination::Destination;
use super::malformed::{Malformed, join};
use super::signals::Timer;
use super::{Audit, Envelope, cloud_event};

/// Largest body. The platform sends up to 32 MiB, but a parsed body takes many times its text, and a function has
/// 128 MB (<https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage>).
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Most events of one body. What is beyond is left to the sweep.
const EVENTS_MAX: usize = 128;

/// Most envelopes inside each other: an array of queue messages that hold an array of events takes three.
const DEPTH_MAX: usize = 4;

/// Reads any body.
pub(super) fn read(body: &[u8]) -> Envelope {
    if body.len() > BODY_BYTES_MAX {
        return Envelope::Malformed(Malformed::new("the body", "", "at most 2 MiB"));
    }
    if body.trim_ascii().is_empty() {
        return Envelope::Call(Call::Scopes(Vec::new()));
    }
    match serde_json::from_slice(body) {
        Err(_) => Envelope::Malformed(Malformed::new("the body", "", "JSON")),
        Ok(value) => {
            let mut reader = Reader {
                found: Vec::new(),
                full: false,
            };
            reader.value(value, "", 0);
            reader.finish()
        }
    }
}

/// Collects the events of one body, however deep they are wrapped.
pub(super) struct Reader {
    found: Vec<Envelope>,
    full: bool,
}

impl Reader {
    fn finish(mut self) -> Envelope {
        match self.found.pop() {
            Some(only) if self.found.is_empty() => only,
            Some(last) => {
                self.found.push(last);
                Envelope::Batch(self.found)
            }
            None => Envelope::Batch(Vec::new()),
        }
    }

    /// Reads one value at `path`; `depth` envelopes are around it.
    pub(super) fn value(&mut self, value: Value, path: &str, depth: usize) {
        if depth > DEPTH_MAX {
            return self.malformed(Malformed::new(
                "an event",
                path,
                "at most four envelopes inside each other",
            ));
        }
        match value {
            Value::Array(items) => self.items(items, path, depth),
            Value::Object(map) => self.object(map, path, depth),
            Value::String(text) => match serde_json::from_slice(text.as_bytes()) {
                Ok(value) => self.value(value, path, depth + 1),
                Err(_) => self.malformed(Malformed::new("an event", path, "JSON in the text")),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                self.malformed(Malformed::new("an event", path, "an object or a list of objects"));
            }
        }
    }

    fn items(&mut self, items: Vec<Value>, path: &str, depth: usize) {
        for (number, item) in items.into_iter().enumerate() {
            if self.full {
                return;
            }
            self.value(item, &format!("{path}[{number}]"), depth + 1);
        }
    }

    /// Tells the shapes apart. The order matters: a CloudEvent may hold any other shape, and an SLS trigger has a
    /// `source` too.
    fn object(&mut self, mut map: Map<String, Value>, path: &str, depth: usize) {
        let has = |key: &str| map.contains_key(key);
        if has("triggerTime") && has("triggerName") {
            self.result(Timer::read(&map).map(Envelope::Timer), path);
        } else if has("specversion") || (is_text(&map, "source") && is_text(&map, "type")) {
            cloud_event::read(self, map, path, depth);
        } else if has("requestContext") && has("responsePayload") {
            self.result(Destination::read(&map).map(Envelope::Destination), path);
        } else if has("jobName") && has("taskId") && has("source") {
            // It carries cursors instead of records; an event stream is the way to get log records here.
            self.push(Envelope::Other {
                what: "the position of a log trigger in its log store".to_owned(),
            });
        } else if has("eventName") {
            self.result(Audit::read(map, None, path).map(Envelope::Audit), path);
        } else if let Some(record) = map.remove("event") {
            self.value(record, &join(path, "event"), depth + 1);
        } else {
            self.result(Call::read(&map).map(Envelope::Call), path);
        }
    }

    pub(super) fn result(&mut self, read: Result<Envelope, Malformed>, path: &str) {
        match read {
            Ok(envelope) => self.push(envelope),
            Err(malformed) => self.malformed(malformed.within(path)),
        }
    }

    pub(super) fn malformed(&mut self, malformed: Malformed) {
        self.push(Envelope::Malformed(malformed));
    }

    pub(super) fn push(&mut self, envelope: Envelope) {
        if self.found.len() < EVENTS_MAX {
            self.found.push(envelope);
        } else if !self.full {
            self.full = true;
            self.found.push(Envelope::Malformed(Malformed::new(
                "the body",
                "",
                "at most 128 events",
            )));
        }
    }
}

fn is_text(map: &Map<String, Value>, key: &str) -> bool {
    map.get(key).is_some_and(Value::is_string)
}
