//! What values come to, once parameters are given and the resources before them are worked out.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::attribute::{self, Found};
use crate::error::ResolveError;
use crate::expression::{Expression, Piece, Pseudo};
use crate::stack::Place;

/// Two levels of keys, then values.
pub(crate) type Mapping = BTreeMap<String, BTreeMap<String, Value>>;

/// What values are worked out from.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) place: &'a Place,
    pub(crate) mappings: &'a BTreeMap<String, Mapping>,
    pub(crate) parameters: BTreeMap<String, Value>,
    pub(crate) conditions: BTreeMap<String, bool>,
    /// Properties of the resources that are worked out.
    pub(crate) resources: BTreeMap<String, Value>,
}

/// Why there is no value.
#[derive(Debug)]
pub(crate) enum Lack {
    /// Only the deployed resource knows it.
    Deployed(String),
    /// It came out wrong.
    Wrong(ResolveError),
}

impl Lack {
    /// As an error, where the value is needed before the deployment.
    pub(crate) fn into_error(self, path: &str) -> ResolveError {
        match self {
            Self::Wrong(error) => error,
            Self::Deployed(name) => ResolveError::At {
                path: path.to_owned(),
                problem: format!("{name} is known only once the resource is deployed"),
            },
        }
    }
}

fn wrong(path: &str, problem: impl Into<String>) -> Lack {
    Lack::Wrong(ResolveError::At {
        path: path.to_owned(),
        problem: problem.into(),
    })
}

/// What kind of value it is, without the value, which may be a secret.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// A scalar as it stands in a text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl Scope<'_> {
    /// Whether two values are the same. Comparing a text with a number says a mistake, not a difference.
    pub(crate) fn equal(&self, one: &Expression, other: &Expression, path: &str) -> Result<bool, ResolveError> {
        let value = |side| self.needed(side, path).map_err(|lack| lack.into_error(path));
        let (one, other) = (value(one)?, value(other)?);
        if kind(&one) == kind(&other) {
            return Ok(one == other);
        }
        let problem = format!("{} is compared with {}: they are never equal", kind(&one), kind(&other));
        Err(ResolveError::At {
            path: path.to_owned(),
            problem,
        })
    }

    /// A value; nothing for `ALIYUN::NoValue`.
    pub(crate) fn evaluate(&self, expression: &Expression, path: &str) -> Result<Option<Value>, Lack> {
        Ok(Some(match expression {
            Expression::Literal(value) => value.clone(),
            Expression::List(items) => {
                let mut list = Vec::new();
                for (place, item) in items.iter().enumerate() {
                    list.extend(self.evaluate(item, &format!("{path}[{place}]"))?);
                }
                Value::Array(list)
            }
            Expression::Map(members) => {
                let mut map = Map::new();
                for (name, member) in members {
                    if let Some(value) = self.evaluate(member, &format!("{path}.{name}"))? {
                        map.insert(name.clone(), value);
                    }
                }
                Value::Object(map)
            }
            Expression::Parameter(name) => self.parameters.get(name).cloned().unwrap_or_default(),
            Expression::Pseudo(Pseudo::NoValue) => return Ok(None),
            Expression::Pseudo(Pseudo::Region) => self.place.region.as_str().into(),
            Expression::Pseudo(Pseudo::TenantId) => self.place.account.as_str().into(),
            Expression::Pseudo(Pseudo::StackName) => self.place.stack.as_str().into(),
            Expression::Attribute { resource, source, name } => self.attribute(resource, *source, name, path)?,
            Expression::Sub(pieces) => self.filled(pieces, path)?,
            Expression::Join { separator, items } => self.joined(separator, items, path)?,
            Expression::Split { separator, text } => {
                let whole = self.needed(text, path)?;
                let whole = whole.as_str().ok_or_else(|| wrong(path, "Fn::Split needs a text"))?;
                whole.split(separator.as_str()).map(Value::from).collect()
            }
            Expression::Select { key, from, default } => {
                let found = select(&self.needed(key, path)?, &self.needed(from, path)?, path)?;
                match (found, default) {
                    (Some(value), _) => value,
                    (None, Some(default)) => return self.evaluate(default, path),
                    // The service gives an empty text, which hides a mistake.
                    (None, None) => return Err(wrong(path, "Fn::Select finds nothing there and has no default")),
                }
            }
            Expression::FindInMap { map, keys } => self.mapped(map, keys, path)?,
            Expression::Add(maps) => {
                let mut merged = Map::new();
                for map in maps {
                    match self.evaluate(map, path)? {
                        Some(Value::Object(members)) => merged.extend(members),
                        None => {}
                        Some(other) => {
                            return Err(wrong(path, format!("Fn::Add takes maps, not {}", kind(&other))));
                        }
                    }
                }
                Value::Object(merged)
            }
            Expression::If {
                condition,
                then,
                otherwise,
            } => {
                let holds = self.conditions.get(condition).copied().unwrap_or(false);
                return self.evaluate(if holds { then } else { otherwise }, path);
            }
        }))
    }

    /// A value that cannot be left out.
    fn needed(&self, expression: &Expression, path: &str) -> Result<Value, Lack> {
        let value = self.evaluate(expression, path)?;
        value.ok_or_else(|| {
            wrong(
                path,
                "ALIYUN::NoValue can be a property or an entry of a list, nothing else",
            )
        })
    }

    fn attribute(&self, resource: &str, source: attribute::Source, name: &str, path: &str) -> Result<Value, Lack> {
        let Some(properties) = self.resources.get(resource) else {
            return Err(wrong(
                path,
                format!("{name} is needed, but {resource} is not created: its condition does not hold"),
            ));
        };
        match attribute::find(source, properties, self.place) {
            Found::Value(value) => Ok(value),
            Found::Deployed => Err(Lack::Deployed(name.to_owned())),
            Found::Unset(property) => Err(wrong(
                path,
                format!("{name} is needed, but {resource} has no {property}"),
            )),
        }
    }

    fn filled(&self, pieces: &[Piece], path: &str) -> Result<Value, Lack> {
        let mut filled = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(piece) => filled.push_str(piece),
                Piece::Variable(variable) => {
                    let value = self.needed(variable, path)?;
                    let problem = || wrong(path, format!("Fn::Sub cannot put {} into a text", kind(&value)));
                    filled.push_str(&text(&value).ok_or_else(problem)?);
                }
            }
        }
        Ok(filled.into())
    }

    fn joined(&self, separator: &str, items: &Expression, path: &str) -> Result<Value, Lack> {
        let list = self.needed(items, path)?;
        let list = list.as_array().ok_or_else(|| wrong(path, "Fn::Join needs a list"))?;
        let texts = list.iter().map(|item| {
            let problem = || wrong(path, format!("Fn::Join cannot put {} into a text", kind(item)));
            text(item).ok_or_else(problem)
        });
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        Ok(texts.join(separator).into())
    }

    fn mapped(&self, map: &str, keys: &[Expression; 2], path: &str) -> Result<Value, Lack> {
        let [first, second] = keys;
        let key = |key| {
            let value = self.needed(key, path)?;
            text(&value).ok_or_else(|| wrong(path, "Fn::FindInMap needs keys that are texts"))
        };
        let (first, second) = (key(first)?, key(second)?);
        let values = self.mappings.get(map).and_then(|mapping| mapping.get(&first));
        let value = values.and_then(|values| values.get(&second)).cloned();
        value.ok_or_else(|| wrong(path, format!("the mapping {map} has nothing at {first}, {second}")))
    }
}

/// An entry of a list by its place, from the end if negative, or of a map by its key.
fn select(key: &Value, from: &Value, path: &str) -> Result<Option<Value>, Lack> {
    let key = text(key).unwrap_or_default();
    match from {
        Value::Object(members) => Ok(members.get(&key).cloned()),
        Value::Array(items) => {
            let place: i64 = key
                .parse()
                .map_err(|_| wrong(path, "Fn::Select takes one whole number for a list"))?;
            let place = usize::try_from(place).ok().or_else(|| {
                let back = usize::try_from(place.unsigned_abs()).ok()?;
                items.len().checked_sub(back)
            });
            Ok(place.and_then(|place| items.get(place)).cloned())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(wrong(
            path,
            format!("Fn::Select takes a list or a map, not {}", kind(from)),
        )),
    }
}
