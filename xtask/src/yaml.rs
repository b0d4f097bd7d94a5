//! JSON values as YAML that people read: blocks, plain texts where no reader takes them for something else. Not here:
//! reading.

use serde_json::{Map, Value};

/// Names that come first, in this order; all others follow by the alphabet.
const FIRST: [&str; 20] = [
    "component",
    "props",
    "region",
    "functionName",
    "description",
    "runtime",
    "handler",
    "code",
    "customRuntimeConfig",
    "cpu",
    "memorySize",
    "diskSize",
    "timeout",
    "instanceConcurrency",
    "internetAccess",
    "role",
    "triggerName",
    "triggerType",
    "qualifier",
    "prefix",
];
/// Plain words that some readers take for something else.
const WORDS: [&str; 9] = ["false", "n", "no", "null", "off", "on", "true", "y", "yes"];

/// A member of a map that stands so many levels deep.
pub(crate) fn member(name: &str, value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    format!("{indent}{name}:{}", after_colon(value, depth))
}

/// What stands behind the colon, up to the end of its last line.
fn after_colon(value: &Value, depth: usize) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => format!("\n{}", block(members, depth + 1)),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let items = items.iter().map(|item| listed(item, depth + 1));
            format!("\n{}", items.collect::<String>())
        }
        Value::Array(items) => format!(" [{}]\n", items.iter().map(scalar).collect::<Vec<_>>().join(", ")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            format!(" {}\n", scalar(value))
        }
    }
}

fn block(members: &Map<String, Value>, depth: usize) -> String {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| {
        let place = FIRST.iter().position(|first| first == name);
        (place.unwrap_or(FIRST.len()), *name)
    });
    members.iter().map(|(name, value)| member(name, value, depth)).collect()
}

/// A map of a list: its first line begins with a dash.
fn listed(item: &Value, depth: usize) -> String {
    let text = match item {
        Value::Object(members) => block(members, depth + 1),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            format!("{}{}\n", "  ".repeat(depth + 1), scalar(item))
        }
    };
    format!("{}- {}", "  ".repeat(depth), text.trim_start())
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) if text.contains('\'') && !text.contains(['"', '\\']) => format!("\"{text}\""),
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Whether a text cannot be taken for anything but a text.
fn is_plain(text: &str) -> bool {
    let begins = |first: char| first.is_ascii_alphabetic() || first == '/' || first == '$' || first == '.';
    let legal = |c: char| c.is_ascii_alphanumeric() || " _./${}-:".contains(c);
    text.starts_with(begins)
        && text.chars().all(legal)
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_written_as_a_person_would() {
        let value = json!({
            "timeout": 300,
            "functionName": "${vars.prefix}-sweep",
            "triggers": [{"triggerName": "a", "config": {"on": true, "every": "@every 1m"}}, {"triggerName": "b"}],
            "command": ["/code/bootstrap"],
            "empty": {},
            "text": "it's: so",
            "word": "yes",
        });
        let expected = r#"props:
  functionName: ${vars.prefix}-sweep
  timeout: 300
  command: [/code/bootstrap]
  empty: {}
  text: "it's: so"
  triggers:
    - triggerName: a
      config:
        every: '@every 1m'
        on: true
    - triggerName: b
  word: 'yes'
"#;
        assert_eq!(member("props", &value, 0), expected);
    }
}
