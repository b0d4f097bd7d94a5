//! Reading a pattern, as strictly as the open-source core does.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::cidr::Cidr;
use super::{Comparison, Condition, Node, Pattern, PatternError};

/// Attributes that may stand at the top of a pattern, next to `data`.
const ATTRIBUTES: [&str; 14] = [
    "id",
    "source",
    "specversion",
    "type",
    "datacontenttype",
    "dataschema",
    "subject",
    "time",
    "aliyunaccountid",
    "aliyunpublishtime",
    "aliyuneventbusname",
    "aliyunregionid",
    "aliyunpublishaddr",
    "aliyunoriginalaccountid",
];

/// Largest absolute value of a `numeric` condition.
const NUMERIC_MAX: f64 = 1e9;

/// Expressions on one field. Plain values are believed not to count
/// (<https://help.aliyun.com/document_detail/163289.htm>).
const EXPRESSIONS_MAX: usize = 5;

impl TryFrom<Value> for Pattern {
    type Error = PatternError;

    fn try_from(pattern: Value) -> Result<Self, PatternError> {
        let Value::Object(members) = pattern else {
            return Err(refused("", "expected an object"));
        };
        let mut fields = BTreeMap::new();
        for (key, value) in members {
            let node = if key == "data" {
                parse_fields(&key, &value)?
            } else if ATTRIBUTES.contains(&key.as_str()) {
                parse_conditions(&key, &value)?
            } else {
                return Err(refused(&key, "not an attribute of an event, and not data"));
            };
            fields.insert(key, node);
        }
        Ok(Self { fields })
    }
}

impl Comparison {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            ">" => Self::Above,
            "<" => Self::Below,
            ">=" => Self::AtLeast,
            "<=" => Self::AtMost,
            "=" => Self::Equal,
            "!=" => Self::Unequal,
            _ => return None,
        })
    }
}

fn refused(path: &str, problem: impl Into<String>) -> PatternError {
    PatternError {
        path: path.to_owned(),
        problem: problem.into(),
    }
}

fn parse_fields(path: &str, value: &Value) -> Result<Node, PatternError> {
    let Value::Object(members) = value else {
        return Err(refused(path, "data must be an object"));
    };
    if members.is_empty() {
        return Err(refused(path, "there is no key"));
    }
    let mut fields = BTreeMap::new();
    for (key, value) in members {
        let path = format!("{path}.{key}");
        if key.contains('.') {
            return Err(refused(&path, "a key that holds a dot cannot be addressed"));
        }
        let node = if value.is_object() {
            parse_fields(&path, value)?
        } else {
            parse_conditions(&path, value)?
        };
        fields.insert(key.clone(), node);
    }
    Ok(Node::Fields(fields))
}

fn parse_conditions(path: &str, value: &Value) -> Result<Node, PatternError> {
    let conditions = value.as_array().filter(|conditions| !conditions.is_empty());
    let conditions = conditions.ok_or_else(|| refused(path, "expected a list with at least one condition"))?;
    if conditions.iter().filter(|condition| condition.is_object()).count() > EXPRESSIONS_MAX {
        let problem = format!("at most {EXPRESSIONS_MAX} expressions are taken, besides plain values");
        return Err(refused(path, problem));
    }
    let conditions = conditions.iter().map(|condition| parse_condition(path, condition));
    Ok(Node::AnyOf(conditions.collect::<Result<_, _>>()?))
}

fn parse_condition(path: &str, condition: &Value) -> Result<Condition, PatternError> {
    if let Some(members) = condition.as_object() {
        let (operator, operand) = only_member(path, members)?;
        parse_operator(path, operator, operand)
    } else if condition.is_array() {
        Err(refused(path, "lists cannot be nested"))
    } else {
        Ok(Condition::Exact(condition.clone()))
    }
}

fn only_member<'a>(path: &str, members: &'a Map<String, Value>) -> Result<(&'a str, &'a Value), PatternError> {
    let mut members = members.iter();
    match (members.next(), members.next()) {
        (Some((operator, operand)), None) => Ok((operator, operand)),
        _ => Err(refused(path, "a condition holds exactly one operator")),
    }
}

fn parse_operator(path: &str, operator: &str, operand: &Value) -> Result<Condition, PatternError> {
    match operator {
        "prefix" => Ok(Condition::Prefix(text(path, operator, operand)?)),
        "suffix" => Ok(Condition::Suffix(text(path, operator, operand)?)),
        // Newer pages have it, the open-source core has not.
        "contains" => Ok(Condition::Contains(text(path, operator, operand)?)),
        "cidr" => {
            let range = operand.as_str().and_then(Cidr::parse);
            range
                .map(Condition::Cidr)
                .ok_or_else(|| refused(path, "cidr takes an address range such as \"10.0.0.0/24\""))
        }
        "exists" => {
            let wanted = operand
                .as_bool()
                .ok_or_else(|| refused(path, "exists takes true or false"))?;
            Ok(Condition::Exists(wanted))
        }
        "numeric" => parse_numeric(path, operand),
        "anything-but" => parse_anything_but(path, operand),
        _ => Err(refused(path, format!("unknown operator {operator:?}"))),
    }
}

fn parse_anything_but(path: &str, operand: &Value) -> Result<Condition, PatternError> {
    if let Some(members) = operand.as_object() {
        let (operator, operand) = only_member(path, members)?;
        return match operator {
            "prefix" => Ok(Condition::NotPrefix(text(path, operator, operand)?)),
            "suffix" => Ok(Condition::NotSuffix(text(path, operator, operand)?)),
            _ => Err(refused(
                path,
                format!("anything-but takes prefix or suffix, not {operator:?}"),
            )),
        };
    }
    let values = operand.as_array().cloned().unwrap_or_else(|| vec![operand.clone()]);
    if values.is_empty() || values.iter().any(|value| value.is_array() || value.is_object()) {
        return Err(refused(path, "anything-but takes plain values"));
    }
    Ok(Condition::NoneOf(values))
}

fn text(path: &str, operator: &str, operand: &Value) -> Result<String, PatternError> {
    let text = operand.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned)
        .ok_or_else(|| refused(path, format!("{operator} takes a text that is not empty")))
}

fn parse_numeric(path: &str, operand: &Value) -> Result<Condition, PatternError> {
    let wrong = || {
        refused(
            path,
            "numeric takes one or two pairs of comparison and number within ±1e9",
        )
    };
    let parts = operand.as_array().ok_or_else(wrong)?;
    if parts.len() != 2 && parts.len() != 4 {
        return Err(wrong());
    }
    let bounds = parts.chunks_exact(2).map(|pair| {
        let [comparison, bound] = pair else {
            return Err(wrong());
        };
        let comparison = comparison.as_str().and_then(Comparison::parse).ok_or_else(wrong)?;
        let bound = bound
            .as_f64()
            .filter(|bound| bound.abs() <= NUMERIC_MAX)
            .ok_or_else(wrong)?;
        Ok((comparison, bound))
    });
    Ok(Condition::Numeric(bounds.collect::<Result<_, _>>()?))
}
