//! What the descriptions in `fixtures/openapi` say about an operation.

use serde_json::Value;

/// A documented operation.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) parameters: Vec<Parameter>,
    /// The answer: member names with types, nested as on the wire.
    pub(super) response: Value,
    /// Status and code.
    pub(super) errors: Vec<(u16, String)>,
}

/// A documented parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    /// Without the numbers and members behind it.
    pub(super) name: String,
    pub(super) required: bool,
    /// Names on the wire, and the scalar type behind each.
    leaves: Vec<(String, String)>,
    values: Vec<String>,
    default: Option<String>,
    range: Option<(i64, i64)>,
    max_items: Option<usize>,
}

/// All operations of a file.
pub(super) fn operations(text: &str) -> Vec<Operation> {
    let file: Value = serde_json::from_str(text).unwrap();
    let operations = file["operations"].as_object().unwrap().iter();
    operations.map(|(name, operation)| read(name, operation)).collect()
}

fn read(name: &str, operation: &Value) -> Operation {
    let parameters = operation["params"].as_array().into_iter().flatten();
    // `meta_only` repeats the first items of a list that the SDKs have as a list.
    let parameters = parameters.filter(|parameter| parameter["meta_only"] != true);
    let errors = operation["errors"].as_array().into_iter().flatten();
    let error = |error: &Value| {
        let status = error[0].as_u64().unwrap().try_into().unwrap();
        (status, error[1].as_str().unwrap().to_owned())
    };
    Operation {
        name: name.to_owned(),
        parameters: parameters.map(parameter).collect(),
        response: operation["response"].clone(),
        errors: errors.map(error).collect(),
    }
}

fn parameter(described: &Value) -> Parameter {
    let name = text(&described["n"]);
    let mut leaves = Vec::new();
    // A value in a style of its own is one piece of text, whatever it means.
    if described["style"].is_string() {
        leaves.push((name.clone(), "string".to_owned()));
    } else {
        collect(&name, &described["t"], &mut leaves);
    }
    let values = described["enum"].as_array().into_iter().flatten();
    let bound = |index: usize| described["range"].get(index).and_then(Value::as_i64);
    let is_list = described["t"].is_array();
    Parameter {
        required: described["req"] == true,
        leaves,
        values: values.map(text).collect(),
        default: described["default"].as_str().map(str::to_owned),
        // The range of a list is about how many there are.
        range: bound(0).zip(bound(1)).filter(|_| !is_list),
        max_items: described["max_items"].as_u64().and_then(|max| max.try_into().ok()),
        name,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The names on the wire under `name`: `Tag.1.Key` for a list of objects.
fn collect(name: &str, kind: &Value, leaves: &mut Vec<(String, String)>) {
    match kind {
        Value::Array(items) => collect(&format!("{name}.1"), &items[0], leaves),
        Value::Object(members) => {
            for (member, kind) in members {
                collect(&format!("{name}.{member}"), kind, leaves);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            leaves.push((name.to_owned(), text(kind)));
        }
    }
}

impl Operation {
    /// The documented codes that are about this parameter's value.
    pub(super) fn codes_for(&self, parameter: &str) -> impl Iterator<Item = &str> {
        let codes = self.errors.iter().map(|(_, code)| code.as_str());
        codes.filter(move |code| {
            let rest = code
                .strip_prefix("Invalid")
                .and_then(|code| code.strip_prefix(parameter));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

impl Parameter {
    /// Ways to give the parameter: one for each value that is documented.
    pub(super) fn samples(&self) -> Vec<Vec<(String, String)>> {
        let given = |value: &str| vec![(self.leaves[0].0.clone(), value.to_owned())];
        if !self.values.is_empty() {
            return self.values.iter().map(|value| given(value)).collect();
        }
        if let [(_, _)] = self.leaves.as_slice()
            && let Some(value) = self.default.clone().or(self.range.map(|(least, _)| least.to_string()))
        {
            return vec![given(&value)];
        }
        let sample = |(name, kind): &(String, String)| {
            let value = match kind.as_str() {
                "boolean" => "true",
                "integer" | "number" => "1",
                _ if name.ends_with("Time") => "2026-01-01T00:00Z",
                // Lists that stand in one text are JSON.
                _ if name.ends_with("Ids") => r#"["sample"]"#,
                _ => "sample",
            };
            (name.clone(), value.to_owned())
        };
        vec![self.leaves.iter().map(sample).collect()]
    }

    /// Values of the wrong type.
    pub(super) fn mistyped(&self) -> Vec<Vec<(String, String)>> {
        let wrong = |(name, kind): &(String, String)| {
            let value = match kind.as_str() {
                "boolean" => "perhaps",
                "integer" | "number" => "seven",
                _ => return None,
            };
            Some(vec![(name.clone(), value.to_owned())])
        };
        self.leaves.iter().filter_map(wrong).collect()
    }

    /// Values that the description excludes: none of the listed ones, out of range, one too many.
    pub(super) fn strange(&self) -> Vec<Vec<(String, String)>> {
        let mut strange = Vec::new();
        let (name, kind) = &self.leaves[0];
        if !self.values.is_empty() && kind == "string" {
            strange.push(vec![(name.clone(), "sample".to_owned())]);
        }
        if let Some((least, most)) = self.range.filter(|_| kind == "integer") {
            for value in [least - 1, most + 1] {
                strange.push(vec![(name.clone(), value.to_string())]);
            }
        }
        if let Some(max) = self.max_items.filter(|_| name.starts_with(&format!("{}.1", self.name))) {
            let rest = name.strip_prefix(&format!("{}.1", self.name)).unwrap();
            let many = (0..=max).map(|index| (format!("{}.{}{rest}", self.name, index + 1), format!("sample-{index}")));
            strange.push(many.collect());
        }
        strange
    }
}
