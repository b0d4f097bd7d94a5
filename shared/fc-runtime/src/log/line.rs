//! One log line: a flat JSON object, smaller than what the platform takes as one entry.

use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use crate::excerpt::excerpt;

/// The platform cuts an entry at 32 KB.
const LINE_BYTES_MAX: usize = 32_000;
/// The longest text in one field. JSON may double it, and the line holds several.
const FIELD_BYTES_MAX: usize = 10_000;
/// The longest text in one field of a line that would still be too long.
const SHORT_FIELD_BYTES_MAX: usize = 1_000;
/// What remains of a line that would still be too long.
const KEPT_FIELDS: [&str; 8] = [
    "cold_start",
    "error",
    "function",
    "level",
    "message",
    "request_id",
    "target",
    "timestamp",
];

/// Formats events as flat JSON: where two spans, or a span and the event, have a field of the same name, the outermost
/// span keeps it, and the event's becomes `event.<name>`.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = Map::new();
        for span in context.event_scope().into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>()
                && let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(fields.fields.as_bytes())
            {
                line.extend(
                    fields
                        .into_iter()
                        .map(|(name, value)| (name, bounded(value, FIELD_BYTES_MAX))),
                );
            }
        }
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        line.insert("timestamp".to_owned(), timestamp.into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("target".to_owned(), event.metadata().target().into());
        event.record(&mut Fields(&mut line));
        writeln!(writer, "{}", shortened(line))
    }
}

/// The line as text, without its less important fields if it is too long with them.
fn shortened(line: Map<String, Value>) -> String {
    let text = Value::Object(line.clone()).to_string();
    if text.len() <= LINE_BYTES_MAX {
        return text;
    }
    let kept = line
        .into_iter()
        .filter(|(name, _)| KEPT_FIELDS.contains(&name.as_str()));
    let mut kept: Map<String, Value> = kept
        .map(|(name, value)| (name, bounded(value, SHORT_FIELD_BYTES_MAX)))
        .collect();
    kept.insert("shortened_from_bytes".to_owned(), text.len().into());
    Value::Object(kept).to_string()
}

fn bounded(value: Value, bytes_max: usize) -> Value {
    match value.as_str() {
        Some(text) if text.len() > bytes_max => excerpt(text, bytes_max).into(),
        Some(_) | None => value,
    }
}

/// Writes an event's fields into the line.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        let name = field.name();
        let name = if self.0.contains_key(name) {
            format!("event.{name}")
        } else {
            name.to_owned()
        };
        self.0.insert(name, bounded(value, FIELD_BYTES_MAX));
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing::{info, info_span};
    use tracing_subscriber::fmt::format::JsonFields;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What `log` writes, without the time.
    fn written(log: impl FnOnce()) -> Map<String, Value> {
        let page = Page::default();
        let writer = page.clone();
        let layer = tracing_subscriber::fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(JsonLine)
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        let bytes = page.0.lock().unwrap().clone();
        assert!(bytes.len() <= LINE_BYTES_MAX + 1);
        assert_eq!(bytes.split(|byte| *byte == b'\n').count(), 2, "one event is one line");
        let mut line: Map<String, Value> = serde_json::from_slice(&bytes).unwrap();
        assert!(line.remove("timestamp").unwrap().as_str().unwrap().ends_with('Z'));
        line
    }

    #[test]
    fn a_line_has_the_fields_of_its_event_and_of_all_spans_at_the_top() {
        let line = written(|| {
            let _root = info_span!("invocation", request_id = "1-a", function = "f", cold_start = true).entered();
            let _child = info_span!("share", image.id = "m-1").entered();
            info!(count = 2, "shared\nit");
        });
        let expected = serde_json::json!({
            "level": "INFO", "target": "fc_runtime::log::line::tests", "message": "shared\nit", "count": 2,
            "request_id": "1-a", "function": "f", "cold_start": true, "image.id": "m-1",
        });
        assert_eq!(Value::Object(line), expected);
    }

    #[test]
    fn the_invocations_request_id_keeps_its_name() {
        let line = written(|| {
            let _root = info_span!("invocation", request_id = "1-a").entered();
            info!(request_id = "of-another-service", "called");
        });
        assert_eq!(line["request_id"], "1-a");
        assert_eq!(line["event.request_id"], "of-another-service");
    }

    #[test]
    fn a_line_is_never_longer_than_an_entry() {
        let line = written(|| {
            let long = "\"".repeat(100_000);
            info!(a = long, b = long, c = long, request_id = "1-a", "{long}");
        });
        assert_eq!(line["request_id"], "1-a");
        assert!(line.contains_key("shortened_from_bytes"));
        assert!(!line.contains_key("a"));
    }
}
