//! What is the case when something has not come true: the release region by region, what the functions wait for or may
//! not do, and what the platform gave up.

use std::collections::BTreeMap;

use goldcast_emulator::world::World;
use serde_json::Value;

use super::picture::Part;

/// Lines of the functions' logs that are worth showing.
const LOG_LINES_MAX: usize = 8;

/// The case, line by line: why the wait ended, how far the release is, what the functions say.
pub(super) fn case(world: &World, why: String, parts: &[Part]) -> Vec<String> {
    let mut lines = vec![why];
    lines.extend(parts.iter().map(|part| format!("{}: {part}", part.region)));
    let complaints = complaints(world);
    if complaints.is_empty() {
        lines.push("the functions wait for nothing and complain of nothing".to_owned());
    }
    lines.extend(complaints);
    if let Some(letter) = world.dead_letters().last() {
        lines.push(format!("{} was given up: {}", letter.function, letter.error));
    }
    lines
}

/// What the functions logged last about waits, blocks and errors, each once, oldest first.
fn complaints(world: &World) -> Vec<String> {
    let mut latest = BTreeMap::new();
    for function in goldcast_functions::FUNCTIONS {
        for line in world.log(function.name) {
            // What is no JSON are the platform's markers.
            let Ok(record) = serde_json::from_str::<Value>(&line.text) else {
                continue;
            };
            if let Some(text) = complaint(&record) {
                let at = text_of(&record, "timestamp").to_owned();
                latest.insert(format!("{}: {text}", function.name), at);
            }
        }
    }
    let mut complaints: Vec<(String, String)> = latest.into_iter().map(|(text, at)| (at, text)).collect();
    complaints.sort();
    let surplus = complaints.len().saturating_sub(LOG_LINES_MAX);
    complaints.into_iter().skip(surplus).map(|(_, text)| text).collect()
}

fn complaint(record: &Value) -> Option<String> {
    let message = text_of(record, "message");
    let is_bad = matches!(text_of(record, "level"), "WARN" | "ERROR");
    if !is_bad && !message.starts_with("waiting: ") {
        return None;
    }
    let detail = ["error", "reason"]
        .iter()
        .map(|member| text_of(record, member))
        .find(|text| !text.is_empty());
    Some(match detail.filter(|_| !message.contains(": ")) {
        Some(detail) => format!("{message}: {detail}"),
        None => message.to_owned(),
    })
}

fn text_of<'a>(record: &'a Value, member: &str) -> &'a str {
    record.get(member).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn waits_and_warnings_are_complaints_and_nothing_else_is() {
        for (record, said) in [
            (json!({"level": "INFO", "message": "listening"}), None),
            (
                json!({"level": "INFO", "message": "waiting: m-1 is still being built"}),
                Some("waiting: m-1 is still being built"),
            ),
            (
                json!({"level": "WARN", "message": "blocked: m-1 is public", "reason": "public"}),
                Some("blocked: m-1 is public"),
            ),
            (
                json!({"level": "ERROR", "message": "the panic", "error": "at line 3"}),
                Some("the panic: at line 3"),
            ),
        ] {
            assert_eq!(complaint(&record).as_deref(), said, "{record}");
        }
    }
}
