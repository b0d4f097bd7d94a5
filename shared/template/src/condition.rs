//! Conditions (<https://help.aliyun.com/en/ros/user-guide/conditions>): decided from the parameters, before anything else.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{ParseError, Problem, ResolveError};
use crate::evaluation::Scope;
use crate::expression::Expression;
use crate::node::{Content, Node};
use crate::reader::{Reader, at, function, known, not_here};

/// Something that holds or not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    /// Another one by its name.
    Named(String),
    Equals(Box<[Expression; 2]>),
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
}

impl Condition {
    pub(crate) fn read(reader: &Reader<'_>, node: &Node, path: &str) -> Result<Self, ParseError> {
        let wrong = |function: &str, expected| {
            let function = function.to_owned();
            at(node, path, Problem::Form { function, expected })
        };
        if let Some(name) = node.text() {
            known("condition", name, &reader.names.conditions, node, path)?;
            return Ok(Self::Named(name.to_owned()));
        }
        let Some((name, arguments)) = function(node, path)? else {
            return Err(wrong(
                "a condition",
                "Fn::Equals, Fn::Not, Fn::And, Fn::Or or the name of another one",
            ));
        };
        let path = format!("{path}.{name}");
        let items: &[Node] = match &arguments.content {
            Content::List(items) => items,
            Content::Scalar(_) | Content::Map(_) => &[],
        };
        let several = || {
            items
                .iter()
                .map(|item| Self::read(reader, item, &path))
                .collect::<Result<Vec<_>, _>>()
        };
        match (name, items) {
            ("Fn::Equals", [one, other]) => {
                let pair = [reader.read(one, &path)?, reader.read(other, &path)?];
                Ok(Self::Equals(Box::new(pair)))
            }
            ("Fn::Equals", _) => Err(wrong(name, "[value, value]")),
            // The service's own page gives it one condition and no list; a list of one is often seen.
            ("Fn::Not", [one]) => Self::read(reader, one, &path).map(|one| Self::Not(Box::new(one))),
            ("Fn::Not", []) => Self::read(reader, arguments, &path).map(|one| Self::Not(Box::new(one))),
            ("Fn::And", [_, _, ..]) => several().map(Self::And),
            ("Fn::Or", [_, _, ..]) => several().map(Self::Or),
            ("Fn::Not" | "Fn::And" | "Fn::Or", _) => {
                Err(wrong(name, "conditions: Fn::Not one, the others at least two"))
            }
            _ => Err(at(
                arguments,
                &path,
                not_here(name, "a condition: compare it with Fn::Equals"),
            )),
        }
    }

    /// Adds the conditions that it names.
    fn names<'a>(&'a self, found: &mut BTreeSet<&'a str>) {
        match self {
            Self::Named(name) => {
                found.insert(name);
            }
            Self::Equals(_) => {}
            Self::Not(one) => one.names(found),
            Self::And(all) | Self::Or(all) => all.iter().for_each(|one| one.names(found)),
        }
    }

    fn holds(&self, path: &str, scope: &Scope<'_>) -> Result<bool, ResolveError> {
        match self {
            Self::Named(name) => Ok(scope.conditions.get(name).copied().unwrap_or(false)),
            Self::Equals(pair) => scope.equal(&pair[0], &pair[1], path),
            Self::Not(one) => one.holds(path, scope).map(|holds| !holds),
            Self::And(all) => {
                let mut holds = true;
                for one in all {
                    holds &= one.holds(path, scope)?;
                }
                Ok(holds)
            }
            Self::Or(all) => {
                let mut holds = false;
                for one in all {
                    holds |= one.holds(path, scope)?;
                }
                Ok(holds)
            }
        }
    }
}

/// An order in which every condition comes after those that it names.
pub(crate) fn ordered(conditions: &BTreeMap<String, Condition>) -> Result<Vec<String>, ParseError> {
    let edges = conditions.iter().map(|(name, condition)| {
        let mut names = BTreeSet::new();
        condition.names(&mut names);
        (name.clone(), names.into_iter().map(str::to_owned).collect())
    });
    crate::order::ordered(&edges.collect())
}

/// Decides them all, in their order.
pub(crate) fn decide(
    order: &[String],
    conditions: &BTreeMap<String, Condition>,
    scope: &mut Scope<'_>,
) -> Result<(), ResolveError> {
    for name in order {
        if let Some(condition) = conditions.get(name) {
            let holds = condition.holds(&format!("Conditions.{name}"), scope)?;
            scope.conditions.insert(name.clone(), holds);
        }
    }
    Ok(())
}
