//! What one edition of the policy says otherwise than another, a line each. Not here: whether it may.

use std::collections::BTreeMap;

use serde_json::Value;

/// Lines that a person reads; a machine gets the same.
pub(super) fn changes(before: &Value, after: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare(&[], before, after, &mut lines);
    lines
}

fn compare(path: &[&str], before: &Value, after: &Value, lines: &mut Vec<String>) {
    if before == after {
        return;
    }
    match (members(before), members(after)) {
        (Some(before), Some(after)) => {
            let names = before
                .keys()
                .chain(after.keys().filter(|name| !before.contains_key(*name)));
            for name in names {
                let path = [path, &[name.as_str()]].concat();
                match (before.get(name), after.get(name)) {
                    (Some(before), Some(after)) => compare(&path, before, after, lines),
                    (Some(gone), None) => lines.push(format!("- {}{}", path.join(" "), said(gone))),
                    (None, Some(come)) => lines.push(format!("+ {}{}", path.join(" "), said(come))),
                    (None, None) => {}
                }
            }
        }
        (_, _) => lines.push(format!("~ {}: {} → {}", path.join(" "), text(before), text(after))),
    }
}

/// What a value is made of: an object of its keys, a list of named parts of those, a list of texts of itself.
fn members(value: &Value) -> Option<BTreeMap<String, Value>> {
    match value {
        Value::Object(members) => Some(members.clone().into_iter().collect()),
        Value::Array(items) => Some(
            items
                .iter()
                .map(|item| match item.get("name") {
                    Some(name) => (text(name), item.clone()),
                    None => (text(item), Value::Null),
                })
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// What stands behind the path of something that comes or goes: nothing where the path says it all.
fn said(value: &Value) -> String {
    if value.is_null() || value.get("name").is_some() {
        String::new()
    } else {
        format!(": {}", text(value))
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_what_comes_what_goes_and_what_is_otherwise() {
        let before = serde_json::json!({
            "serial": 6,
            "policy": [
                { "name": "base", "regions": ["cn-shanghai", "cn-beijing"], "share": { "accounts": ["1"] } },
                { "name": "old", "regions": ["cn-shanghai"] },
            ],
        });
        let after = serde_json::json!({
            "serial": 7,
            "policy": [
                { "name": "base", "regions": ["cn-beijing", "eu-central-1"], "share": { "accounts": ["1"] }, "keep": 3 },
                { "name": "new", "regions": ["cn-shanghai"] },
            ],
        });
        assert_eq!(
            changes(&before, &after),
            [
                "- policy base regions cn-shanghai",
                "+ policy base regions eu-central-1",
                "+ policy base keep: 3",
                "- policy old",
                "+ policy new",
                "~ serial: 6 → 7",
            ]
        );
        assert!(changes(&after, &after).is_empty());
    }
}
