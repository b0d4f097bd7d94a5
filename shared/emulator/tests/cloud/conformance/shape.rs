//! An answer against its documented shape: every member there, of its type, none besides, and no list left empty.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What differs: a finding such as `absent Images.Image[].Size`, and a detail for whoever reads it.
pub(super) fn compare(answer: &Value, shape: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut filled = BTreeSet::new();
    walk("", answer, shape, &mut found, &mut filled);
    for list in lists("", shape) {
        // A list inside an empty one is not a finding of its own.
        let above = list.trim_end_matches("[]").rfind("[]").map(|end| &list[..end + 2]);
        if !filled.contains(&list) && above.is_none_or(|above| filled.contains(above)) {
            found.insert(format!("empty {list}"), "the recipe should fill it".to_owned());
        }
    }
    found
}

fn walk(path: &str, value: &Value, shape: &Value, found: &mut BTreeMap<String, String>, filled: &mut BTreeSet<String>) {
    match (value, shape) {
        // A map whose keys are data.
        (Value::Object(members), Value::Object(documented)) if documented.contains_key("<key>") => {
            for (name, value) in members {
                walk(&join(path, name), value, &documented["<key>"], found, filled);
            }
        }
        (Value::Object(members), Value::Object(documented)) => {
            for (name, shape) in documented {
                let path = join(path, name);
                match members.get(name) {
                    Some(value) => walk(&path, value, shape, found, filled),
                    None => drop(found.insert(format!("absent {path}"), "documented".to_owned())),
                }
            }
            for (name, value) in members.iter().filter(|(name, _)| !documented.contains_key(*name)) {
                found.insert(format!("extra {}", join(path, name)), value.to_string());
            }
        }
        (Value::Array(items), Value::Array(shapes)) => {
            let path = format!("{path}[]");
            for item in items {
                filled.insert(path.clone());
                walk(&path, item, &shapes[0], found, filled);
            }
        }
        (value, Value::String(kind)) if is_a(value, kind) => {}
        (value, shape) => drop(found.insert(format!("mistyped {path}"), format!("{value} is not {shape}"))),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "any" => true,
        _ => false,
    }
}

/// The paths of all lists in a shape.
fn lists(path: &str, shape: &Value) -> Vec<String> {
    match shape {
        Value::Object(members) => {
            let members = members.iter();
            members
                .flat_map(|(name, shape)| lists(&join(path, name), shape))
                .collect()
        }
        Value::Array(shapes) => {
            let path = format!("{path}[]");
            let mut inner = lists(&path, &shapes[0]);
            inner.push(path);
            inner
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
