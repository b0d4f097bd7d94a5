//! Parameters: their types, their constraints, and the text that a person gives for one made into its value
//! (<https://help.aliyun.com/zh/ros/user-guide/parameters>). Not here: what a value is used for.

use std::fmt;

use regex_lite::Regex;
use serde_json::Value;

use crate::document::{ParameterText, Text};
use crate::error::{ParseError, Problem, nearest};
use crate::node::Node;

/// Something that is asked of whoever deploys.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parameter {
    /// What its value is.
    pub kind: ParameterKind,
    /// What it is for: in English if there are several languages.
    pub description: String,
    /// What a console calls it.
    pub label: Option<String>,
    /// Whether its value is a secret.
    pub no_echo: bool,
    /// What it is if nobody says; not checked against the constraints before it is used.
    pub default: Option<Value>,
    /// The values that it takes, if they are listed.
    pub allowed_values: Option<Vec<Value>>,
    /// What a text has to look like.
    pub allowed_pattern: Option<Regex>,
    /// What to say when a value does not fit.
    pub constraint_description: Option<String>,
    /// Least and most characters, or entries of a list.
    length: (Option<usize>, Option<usize>),
    /// Least and greatest number.
    range: (Option<f64>, Option<f64>),
}

/// What the value of a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A text.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Texts, given as one text with commas between them.
    CommaDelimitedList,
    /// A map or a list, given as JSON.
    Json,
}

/// Why a parameter does not take a value. A value of a secret parameter is never repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value} does not fit: {reason}{}", .advice.as_deref().map(|advice| format!(" ({advice})")).unwrap_or_default())]
pub struct Unfit {
    /// The value, or that it is a secret.
    pub value: String,
    /// The constraint.
    pub reason: String,
    /// What the template says about it.
    pub advice: Option<String>,
}

const KINDS: [(&str, ParameterKind); 5] = [
    ("String", ParameterKind::String),
    ("Number", ParameterKind::Number),
    ("Boolean", ParameterKind::Boolean),
    ("CommaDelimitedList", ParameterKind::CommaDelimitedList),
    ("Json", ParameterKind::Json),
];

impl fmt::Display for ParameterKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = KINDS.iter().find(|(_, kind)| kind == self);
        formatter.write_str(known.map_or("", |(name, _)| name))
    }
}

impl Parameter {
    pub(crate) fn of(name: &str, text: ParameterText) -> Result<Self, ParseError> {
        let problem = |problem| ParseError::At {
            line: text.default.as_ref().map_or(0, |node| node.line),
            path: format!("Parameters.{name}"),
            problem,
        };
        let kinds = KINDS.iter();
        let kind = kinds.clone().find(|(name, _)| *name == text.r#type).ok_or_else(|| {
            problem(Problem::UnknownName {
                kind: "type of parameter",
                name: text.r#type.clone(),
                near: nearest(&text.r#type, kinds.map(|(name, _)| *name)),
            })
        })?;
        let pattern = text.allowed_pattern.as_deref().map(Regex::new).transpose();
        let pattern = pattern.map_err(|error| problem(Problem::Pattern(error.to_string())))?;
        Ok(Self {
            kind: kind.1,
            description: text.description.map(Text::into_english).unwrap_or_default(),
            label: text.label.map(Text::into_english),
            no_echo: text.no_echo,
            default: text.default.as_ref().map(Node::value),
            allowed_values: text.allowed_values,
            allowed_pattern: pattern,
            constraint_description: text.constraint_description.map(Text::into_english),
            length: (text.min_length, text.max_length),
            range: (text.min_value, text.max_value),
        })
    }

    /// The value that a given text is. The service takes values of every type as text.
    pub fn read(&self, text: &str) -> Result<Value, Unfit> {
        let not = |what: &str| self.unfit(&text.into(), format!("{what} is wanted"));
        let value = match self.kind {
            ParameterKind::String => Value::from(text),
            ParameterKind::Number => number(text).ok_or_else(|| not("a number"))?,
            ParameterKind::Boolean => match text {
                "true" => true.into(),
                "false" => false.into(),
                _ => return Err(not("true or false")),
            },
            ParameterKind::CommaDelimitedList => list(text),
            ParameterKind::Json => {
                let value: Option<Value> = serde_json::from_str(text).ok();
                let value = value.filter(|value| value.is_object() || value.is_array());
                value.ok_or_else(|| not("a map or a list as JSON"))?
            }
        };
        self.check(&value)?;
        Ok(value)
    }

    /// The value if nobody gives one.
    pub(crate) fn fallback(&self) -> Option<Result<Value, Unfit>> {
        let default = self.default.as_ref()?;
        let value = match (self.kind, default) {
            (_, Value::String(text)) => return Some(self.read(text)),
            // The service takes scalars of other types for a text.
            (ParameterKind::String, Value::Bool(_) | Value::Number(_)) => default.to_string().into(),
            _ => default.clone(),
        };
        let fits = match self.kind {
            ParameterKind::String => value.is_string(),
            ParameterKind::Number => value.is_number(),
            ParameterKind::Boolean => value.is_boolean(),
            ParameterKind::CommaDelimitedList => value.is_array(),
            ParameterKind::Json => value.is_object() || value.is_array(),
        };
        if !fits {
            return Some(Err(self.unfit(&value, format!("a {} is wanted", self.kind))));
        }
        Some(self.check(&value).map(|()| value))
    }

    fn check(&self, value: &Value) -> Result<(), Unfit> {
        if let Some(allowed) = &self.allowed_values
            && !allowed.contains(value)
        {
            let allowed: Vec<String> = allowed.iter().map(shown).collect();
            return Err(self.unfit(value, format!("one of {} is wanted", allowed.join(", "))));
        }
        if let (Some(pattern), Some(text)) = (&self.allowed_pattern, value.as_str())
            && !pattern.is_match(text)
        {
            return Err(self.unfit(value, format!("{} is wanted", pattern.as_str())));
        }
        let length = match value {
            Value::String(text) => Some(text.chars().count()),
            Value::Array(items) => Some(items.len()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        };
        if let Some(length) = length {
            let (least, most) = self.length;
            if least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most) {
                return Err(self.unfit(value, format!("a length {} is wanted", bounds(least, most))));
            }
        }
        if let Some(number) = value.as_f64() {
            let (least, most) = self.range;
            if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
                return Err(self.unfit(value, format!("a number {} is wanted", bounds(least, most))));
            }
        }
        Ok(())
    }

    fn unfit(&self, value: &Value, reason: String) -> Unfit {
        Unfit {
            value: if self.no_echo {
                "its value".to_owned()
            } else {
                shown(value)
            },
            reason,
            advice: self.constraint_description.clone(),
        }
    }
}

fn bounds<T: fmt::Display>(least: Option<T>, most: Option<T>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("from {least} to {most}"),
        (Some(least), None) => format!("of at least {least}"),
        (None, Some(most)) => format!("of at most {most}"),
        (None, None) => String::new(),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn number(text: &str) -> Option<Value> {
    let value: Option<Value> = serde_json::from_str(text).ok();
    value.filter(Value::is_number)
}

/// An empty text is an empty list.
fn list(text: &str) -> Value {
    let entries = text.split(',').map(|entry| Value::from(entry.trim()));
    if text.is_empty() {
        Value::Array(Vec::new())
    } else {
        entries.collect()
    }
}
