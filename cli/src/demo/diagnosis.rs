//! What is the case when something has not come true: its releases region by region, what the functions wait for or may
//! not do, and what the platform gave up.

use std::collections::BTreeMap;

use goldcast_emulator::world::World;
use serde_json::Value;

use super::picture::Part;
use crate::stage::deployed_name;

/// The function that looks at everything, again and again.
const SWEEP: &str = "sweep";
/// How the line begins that says what a look must wait for.
const WAITING: &str = "waiting: ";
/// How the line begins that a function logs after it has looked.
const LOOK_ENDED: &str = "looked at ";
/// Lines of the functions' logs that are worth showing.
const LOG_LINES_MAX: usize = 8;

/// The case, line by line: why the wait ended, how far each release is, what the functions say.
pub(super) fn case(world: &World, why: String, pictures: &[(&str, Vec<Part>)]) -> Vec<String> {
    let mut lines = vec![why];
    for (release, parts) in pictures {
        lines.extend(parts.iter().map(|part| format!("{release} in {}: {part}", part.region)));
    }
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

/// What the functions complained of when each looked last, each complaint once, oldest first.
fn complaints(world: &World) -> Vec<String> {
    let mut complaints = BTreeMap::new();
    for function in goldcast_functions::FUNCTIONS {
        let log = world.log(&deployed_name(function.name));
        // What is no JSON are the platform's markers.
        let records = log.iter().filter_map(|line| serde_json::from_str(&line.text).ok());
        // The others may have looked long ago. What is still waited for, the sweep says too.
        let is_current = |text: &str| function.name == SWEEP || !text.starts_with(WAITING);
        let said = of_the_last_look(records).into_iter();
        for (at, text) in said.filter(|(_, text)| is_current(text)) {
            complaints.insert(text, (at, function.name));
        }
    }
    let mut complaints: Vec<_> = complaints
        .into_iter()
        .map(|(text, (at, function))| (at, format!("{function}: {text}")))
        .collect();
    complaints.sort();
    let surplus = complaints.len().saturating_sub(LOG_LINES_MAX);
    complaints.into_iter().skip(surplus).map(|(_, text)| text).collect()
}

/// Time and text of the complaints of the last look that a function took to its end, and of what came after it.
fn of_the_last_look(records: impl Iterator<Item = Value>) -> Vec<(String, String)> {
    let (mut last, mut now) = (Vec::new(), Vec::new());
    for record in records {
        if let Some(text) = complaint(&record) {
            now.push((text_of(&record, "timestamp").to_owned(), text));
        }
        if text_of(&record, "message").starts_with(LOOK_ENDED) {
            last = std::mem::take(&mut now);
        }
    }
    last.extend(now);
    last
}

fn complaint(record: &Value) -> Option<String> {
    let message = text_of(record, "message");
    let is_bad = matches!(text_of(record, "level"), "WARN" | "ERROR");
    if !is_bad && !message.starts_with(WAITING) {
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

    #[test]
    fn what_an_earlier_look_waited_for_is_forgotten() {
        let line = |message: &str| json!({ "level": "INFO", "message": message });
        let log = [
            "waiting: a",
            "looked at everything",
            "waiting: b",
            "looked at everything",
        ];
        let texts = |lines: &[&str]| -> Vec<String> {
            let records = lines.iter().map(|message| line(message));
            of_the_last_look(records).into_iter().map(|(_, text)| text).collect()
        };
        assert_eq!(texts(&log), ["waiting: b"]);
        assert_eq!(
            texts(&[log.as_slice(), &["waiting: c"]].concat()),
            ["waiting: b", "waiting: c"]
        );
        assert!(texts(&[log.as_slice(), &["looked at everything"]].concat()).is_empty());
    }
}
