//! JSON as people read it: titles first, runs of text joined, what only lays out left out.

use serde_json::{Map, Value};

/// Members that are shown before the others: what a platform shows first.
const FIRST: [&str; 3] = ["type", "header", "title"];

/// Members that only say how something is laid out.
const LAYOUT: [&str; 10] = [
    "$schema", "config", "emoji", "size", "spacing", "style", "tag", "type", "weight", "wrap",
];

/// Members that need no name where they are alone: the thing itself.
const TRANSPARENT: [&str; 5] = ["content", "elements", "inlines", "items", "text"];

/// A JSON body as an indented outline: a line per member, texts of several lines below their name.
pub fn readable(body: &[u8]) -> String {
    let lines = match serde_json::from_slice(body) {
        Ok(value) => lines(&value),
        Err(_) => vec![String::from_utf8_lossy(body).into_owned()],
    };
    let lines = lines.iter().map(|line| line.trim_end());
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => of_members(members),
        Value::Array(items) => match joined(items) {
            Some(line) => vec![line],
            None => items.iter().flat_map(item).collect(),
        },
        Value::String(text) => text.lines().map(str::to_owned).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
    }
}

fn of_members(members: &Map<String, Value>) -> Vec<String> {
    let shown: Vec<(&String, &Value)> = members.iter().filter(|(name, value)| !is_layout(name, value)).collect();
    if let [(name, only)] = shown.as_slice()
        && TRANSPARENT.contains(&name.as_str())
    {
        return lines(only);
    }
    let is_first = |name: &str| FIRST.contains(&name);
    let first = shown.iter().filter(|(name, _)| is_first(name));
    let others = shown.iter().filter(|(name, _)| !is_first(name));
    first
        .chain(others)
        .flat_map(|(name, value)| member(name, value))
        .collect()
}

/// A machine's type has a dot and is a fact; a platform's has none.
fn is_layout(name: &str, value: &Value) -> bool {
    LAYOUT.contains(&name) && !value.as_str().is_some_and(|text| text.starts_with("goldcast."))
}

fn member(name: &str, value: &Value) -> Vec<String> {
    let lines = lines(value);
    match lines.as_slice() {
        [] => Vec::new(),
        [only] if !value.is_object() => vec![format!("{name}: {only}")],
        several => {
            let below = several.iter().map(|line| format!("  {line}"));
            std::iter::once(format!("{name}:")).chain(below).collect()
        }
    }
}

/// One thing of a list: what takes several lines gets a dash.
fn item(value: &Value) -> Vec<String> {
    let lines = lines(value);
    if lines.len() < 2 {
        return lines;
    }
    let marked = lines.iter().enumerate();
    marked
        .map(|(number, line)| format!("{}{line}", if number == 0 { "- " } else { "  " }))
        .collect()
}

/// Runs of text as one line, with asterisks around what stands out.
fn joined(items: &[Value]) -> Option<String> {
    let runs = items.iter().map(|item| {
        let kind = item.get("type")?.as_str()?;
        let text = item.get("text").or_else(|| item.get("url"))?.as_str()?;
        let is_bold = item.pointer("/style/bold").is_some() || item.get("weight").is_some();
        let is_run = ["text", "link", "TextRun"].contains(&kind);
        is_run.then(|| {
            if is_bold {
                format!("**{text}**")
            } else {
                text.to_owned()
            }
        })
    });
    if items.is_empty() { None } else { runs.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_an_outline_with_the_title_first() {
        #[track_caller]
        fn check(body: &str, expected: &[&str]) {
            assert_eq!(
                readable(body.as_bytes()).lines().collect::<Vec<_>>(),
                expected,
                "{body}"
            );
        }
        check("not json", &["not json"]);
        check(
            r#"{"msgtype":"markdown","at":{"all":false},"markdown":{"text":"a\n\n- b","title":"T"}}"#,
            &[
                "at:",
                "  all: false",
                "markdown:",
                "  title: T",
                "  text:",
                "    a",
                "",
                "    - b",
                "msgtype: markdown",
            ],
        );
        check(
            r#"{"blocks":[{"type":"header","text":{"type":"plain_text","text":"T"}},
                {"elements":[{"type":"text","text":"a "},{"type":"text","text":"b","style":{"bold":true}}]}]}"#,
            &["blocks:", "  T", "  a **b**"],
        );
        check(
            r#"{"type":"goldcast.released","rows":[{"x":1,"y":2},"z"]}"#,
            &["type: goldcast.released", "rows:", "  - x: 1", "    y: 2", "  z"],
        );
    }
}
