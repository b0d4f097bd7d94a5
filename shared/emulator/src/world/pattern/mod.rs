//! Event patterns: which events a rule lets through. Not here: who publishes events and where they go.
//!
//! The language is that of <https://help.aliyun.com/zh/eventbridge/user-guide/event-patterns>, read as strictly as the
//! open-source core reads it
//! (<https://github.com/apache/rocketmq-eventbridge/tree/main/common/src/main/java/org/apache/rocketmq/eventbridge/tools/pattern>):
//! a pattern that the cloud might refuse is refused here. What the pages leave open about matching is as that core has
//! it: values are compared as texts, so that `["1"]` and `[1]` match alike and `1` is not `1.0`; an object in the event
//! matches nothing, not even `exists`.

mod cidr;
mod parse;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use cidr::Cidr;

/// A parsed event pattern. `{}` matches every event.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Pattern {
    fields: BTreeMap<String, Node>,
}

/// A pattern that the event bus would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event pattern at {path:?}: {problem}")]
pub struct PatternError {
    /// Where in the pattern, keys joined by dots; empty for the pattern itself.
    pub path: String,
    /// What is wrong there.
    pub problem: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Fields(BTreeMap<String, Node>),
    AnyOf(Vec<Condition>),
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    Exact(Value),
    Prefix(String),
    Suffix(String),
    Contains(String),
    NoneOf(Vec<Value>),
    NotPrefix(String),
    NotSuffix(String),
    Numeric(Vec<(Comparison, f64)>),
    Cidr(Cidr),
    Exists(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Above,
    Below,
    AtLeast,
    AtMost,
    Equal,
    Unequal,
}

impl Pattern {
    /// Whether `event`, a whole `CloudEvent`, gets through. A pattern with a `data` section never matches an event without.
    pub fn matches(&self, event: &Value) -> bool {
        self.fields.iter().all(|(key, node)| match (node, event.get(key)) {
            (Node::Fields(_), None) => false,
            (node, value) => node.matches(value),
        })
    }
}

impl Node {
    fn matches(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Fields(fields) => fields
                .iter()
                .all(|(key, node)| node.matches(value.and_then(|value| value.get(key)))),
            Self::AnyOf(conditions) => conditions.iter().any(|condition| condition.matches(value)),
        }
    }
}

impl Condition {
    /// A list in the event matches if one of its elements does. Objects, and lists with anything but plain values in
    /// them, match nothing.
    fn matches(&self, value: Option<&Value>) -> bool {
        match value {
            None => *self == Self::Exists(false),
            Some(Value::Object(_)) => false,
            Some(Value::Array(elements)) => {
                elements.iter().all(is_plain) && elements.iter().any(|element| self.holds(element))
            }
            Some(value) => self.holds(value),
        }
    }

    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Exact(wanted) => same(wanted, value),
            Self::Prefix(prefix) => value.as_str().is_some_and(|text| text.starts_with(prefix.as_str())),
            Self::Suffix(suffix) => value.as_str().is_some_and(|text| text.ends_with(suffix.as_str())),
            Self::Contains(part) => value.as_str().is_some_and(|text| text.contains(part.as_str())),
            Self::NoneOf(refused) => !refused.iter().any(|refused| same(refused, value)),
            Self::NotPrefix(prefix) => value.as_str().is_none_or(|text| !text.starts_with(prefix.as_str())),
            Self::NotSuffix(suffix) => value.as_str().is_none_or(|text| !text.ends_with(suffix.as_str())),
            Self::Numeric(bounds) => value.as_f64().is_some_and(|number| {
                bounds
                    .iter()
                    .all(|(comparison, bound)| comparison.holds(number, *bound))
            }),
            Self::Cidr(range) => value.as_str().is_some_and(|text| range.holds(text)),
            Self::Exists(wanted) => *wanted,
        }
    }
}

impl Comparison {
    fn holds(self, number: f64, bound: f64) -> bool {
        let Some(order) = number.partial_cmp(&bound) else {
            return false;
        };
        match self {
            Self::Above => order == Ordering::Greater,
            Self::Below => order == Ordering::Less,
            Self::AtLeast => order != Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::Equal => order == Ordering::Equal,
            Self::Unequal => order != Ordering::Equal,
        }
    }
}

fn is_plain(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// Compares as texts, except that null is not the text "null".
fn same(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (wanted, value) => text(wanted) == text(value),
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    value
        .as_str()
        .map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event() -> Value {
        json!({
            "id": "1", "source": "acs.ecs", "type": "ecs:ActionTrail:ApiCall", "subject": "",
            "data": {
                "eventName": "CreateImage", "errorCode": null, "size": 40, "ratio": 1.0, "ok": true,
                "eventVersion": "1", "tags": ["a", "b"], "odd": [{"a": 1}, "b"], "sourceIpAddress": "10.0.0.17", "requestParameters": { "RegionId": "cn-hangzhou", "SystemDisk.Size": 40 }
            }
        })
    }

    #[track_caller]
    fn check(pattern: Value, wanted: bool) {
        let parsed = Pattern::try_from(pattern.clone()).unwrap();
        assert_eq!(parsed.matches(&event()), wanted, "{pattern}");
    }

    #[test]
    fn a_pattern_lets_through_what_it_describes() {
        for (pattern, wanted) in [
            (json!({}), true),
            (json!({"source": ["acs.ecs"]}), true),
            (json!({"source": ["ACS.ECS"]}), false),
            (
                json!({"source": ["acs.oos", "acs.ecs"], "type": [{"prefix": "ecs:"}]}),
                true,
            ),
            (json!({"source": ["acs.ecs"], "type": ["other"]}), false),
            (json!({"type": [{"suffix": ":ApiCall"}]}), true),
            (json!({"type": [{"suffix": ":Api"}]}), false),
            (json!({"subject": [""]}), true),
            (json!({"dataschema": [{"exists": false}]}), true),
            (json!({"dataschema": [{"exists": true}]}), false),
            (json!({"dataschema": [null]}), false),
            (json!({"data": {"errorCode": [null]}}), true),
            (json!({"data": {"eventName": [null]}}), false),
            (json!({"data": {"eventName": [{"anything-but": "CopyImage"}]}}), true),
            (
                json!({"data": {"eventName": [{"anything-but": ["CreateImage", "x"]}]}}),
                false,
            ),
            (
                json!({"data": {"eventName": [{"anything-but": {"prefix": "Create"}}]}}),
                false,
            ),
            (
                json!({"data": {"eventName": [{"anything-but": {"suffix": "x"}}]}}),
                true,
            ),
            (json!({"data": {"missing": [{"anything-but": "x"}]}}), false),
            (json!({"data": {"size": [{"numeric": [">", 0, "<=", 40]}]}}), true),
            (json!({"data": {"size": [{"numeric": ["!=", 40]}]}}), false),
            (json!({"data": {"size": [{"numeric": [">=", 41]}]}}), false),
            (json!({"data": {"eventName": [{"numeric": ["=", 0]}]}}), false),
            (json!({"data": {"ratio": [1.0]}}), true),
            (json!({"data": {"ratio": [1]}}), false),
            (json!({"data": {"ratio": [{"numeric": ["=", 1]}]}}), true),
            (json!({"data": {"eventVersion": [1]}}), true),
            (json!({"data": {"eventVersion": [{"numeric": ["=", 1]}]}}), false),
            (json!({"data": {"ok": [true]}}), true),
            (json!({"data": {"ok": ["true"]}}), true),
            (json!({"data": {"ok": [false]}}), false),
            (json!({"data": {"errorCode": ["null"]}}), false),
            (json!({"data": {"errorCode": [{"exists": true}]}}), true),
            (json!({"data": {"errorCode": [{"anything-but": "x"}]}}), true),
            (json!({"data": {"size": [{"anything-but": {"prefix": "4"}}]}}), true),
            (json!({"data": {"eventName": [{"contains": "teIm"}]}}), true),
            (json!({"data": {"eventName": [{"contains": "image"}]}}), false),
            (json!({"data": {"sourceIpAddress": [{"cidr": "10.0.0.0/24"}]}}), true),
            (json!({"data": {"sourceIpAddress": [{"cidr": "10.0.1.0/24"}]}}), false),
            (json!({"data": {"eventName": [{"cidr": "10.0.0.0/24"}]}}), false),
            (json!({"data": {"odd": ["b"]}}), false),
            (json!({"data": {"requestParameters": [{"exists": true}]}}), false),
            (json!({"data": {"requestParameters": [{"exists": false}]}}), false),
            (
                json!({"data": {"size": [1, {"numeric": ["<", 0]}, {"exists": true}]}}),
                true,
            ),
            (json!({"data": {"tags": ["b"]}}), true),
            (json!({"data": {"tags": ["c"]}}), false),
            (
                json!({"data": {"requestParameters": {"RegionId": [{"prefix": "cn-"}]}}}),
                true,
            ),
            (
                json!({"data": {"requestParameters": {"SystemDisk": {"Size": [40]}}}}),
                false,
            ),
        ] {
            check(pattern, wanted);
        }
    }

    #[test]
    fn a_data_section_never_matches_an_event_without_data() {
        let pattern = Pattern::try_from(json!({"data": {"x": [{"exists": false}]}})).unwrap();
        assert!(!pattern.matches(&json!({"source": "acs.ecs"})));
        assert!(pattern.matches(&json!({"data": {}})));
    }

    #[test]
    fn a_pattern_the_bus_might_refuse_is_refused() {
        for (pattern, path, problem) in [
            (json!([]), "", "an object"),
            (json!({"detail": ["x"]}), "detail", "not an attribute"),
            (json!({"source": "acs.ecs"}), "source", "a list"),
            (json!({"source": []}), "source", "at least one"),
            (json!({"source": [["acs.ecs"]]}), "source", "nested"),
            (
                json!({"source": [{"prefix": "a", "suffix": "b"}]}),
                "source",
                "exactly one",
            ),
            (json!({"source": [{}]}), "source", "exactly one"),
            (json!({"source": [{"wildcard": "a*"}]}), "source", "unknown operator"),
            (json!({"source": [{"contains": ""}]}), "source", "not empty"),
            (json!({"source": [{"ip": "10.0.0.0/8"}]}), "source", "unknown operator"),
            (json!({"source": [{"cidr": "10.0.0.0/33"}]}), "source", "cidr"),
            (json!({"source": [{"cidr": 10}]}), "source", "cidr"),
            (
                json!({"source": [{"anything-but": [{"prefix": "a"}]}]}),
                "source",
                "plain values",
            ),
            (
                json!({"source": [{"anything-but": {"prefix": "a", "suffix": "b"}}]}),
                "source",
                "exactly one",
            ),
            (
                json!({"source": vec![json!({"prefix": "a"}); 6]}),
                "source",
                "at most 5",
            ),
            (json!({"data": {}}), "data", "no key"),
            (json!({"data": {"a": {}}}), "data.a", "no key"),
            (json!({"source": [{"prefix": ""}]}), "source", "not empty"),
            (json!({"source": [{"exists": "yes"}]}), "source", "true or false"),
            (
                json!({"source": [{"anything-but": {"numeric": [">", 1]}}]}),
                "source",
                "prefix or suffix",
            ),
            (json!({"source": [{"anything-but": []}]}), "source", "plain values"),
            (json!({"data": ["x"]}), "data", "an object"),
            (json!({"data": {"a.b": ["x"]}}), "data.a.b", "dot"),
            (json!({"data": {"a": "x"}}), "data.a", "a list"),
            (json!({"data": {"a": [{"numeric": [">"]}]}}), "data.a", "numeric"),
            (json!({"data": {"a": [{"numeric": ["~", 1]}]}}), "data.a", "numeric"),
            (json!({"data": {"a": [{"numeric": ["<", 1e10]}]}}), "data.a", "numeric"),
        ] {
            let error = Pattern::try_from(pattern.clone()).unwrap_err();
            assert_eq!(error.path, path, "{pattern}");
            assert!(error.problem.contains(problem), "{pattern}: {error}");
        }
    }
}
