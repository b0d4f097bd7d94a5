//! Values with functions in them, read from the text. Names are looked up here, so what is read leads somewhere. Not here:
//! what they come to (see `evaluation`) and conditions (see `condition`).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::attribute::{self, Source};
use crate::error::{ParseError, Problem, nearest};
use crate::node::{Content, Node};

/// The functions that are read.
pub const FUNCTIONS: [&str; 13] = [
    "Fn::And",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::Join",
    "Fn::MergeMap",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Ref",
];

/// A value with functions in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Literal(Value),
    List(Vec<Expression>),
    Map(Vec<(String, Expression)>),
    Parameter(String),
    Pseudo(Pseudo),
    Attribute {
        resource: String,
        source: Source,
        /// As written, for errors.
        name: String,
    },
    Sub(Vec<Piece>),
    Join {
        separator: String,
        items: Box<Expression>,
    },
    Split {
        separator: String,
        text: Box<Expression>,
    },
    Select {
        key: Box<Expression>,
        from: Box<Expression>,
        default: Option<Box<Expression>>,
    },
    FindInMap {
        map: String,
        keys: Box<[Expression; 2]>,
    },
    MergeMap(Vec<Expression>),
    If {
        condition: String,
        then: Box<Expression>,
        otherwise: Box<Expression>,
    },
}

/// A part of a text with variables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Variable(Expression),
}

/// A parameter that the service sets (<https://help.aliyun.com/zh/ros/user-guide/pseudo-parameters>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pseudo {
    Region,
    TenantId,
    StackName,
    /// Takes the property or the entry of a list away.
    NoValue,
}

const PSEUDO: [(&str, Pseudo); 4] = [
    ("ALIYUN::Region", Pseudo::Region),
    ("ALIYUN::TenantId", Pseudo::TenantId),
    ("ALIYUN::StackName", Pseudo::StackName),
    ("ALIYUN::NoValue", Pseudo::NoValue),
];

/// What a value can refer to.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) parameters: BTreeSet<String>,
    /// With their types.
    pub(crate) resources: BTreeMap<String, String>,
    pub(crate) conditions: BTreeSet<String>,
    pub(crate) mappings: BTreeSet<String>,
}

/// Reads the values of one place of a template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) names: &'a Names,
    /// Whether resources may be referred to: not in conditions, which are decided before there are any
    /// (<https://help.aliyun.com/en/ros/user-guide/conditions>).
    pub(crate) resources: bool,
}

/// A problem at a place.
pub(crate) fn at(node: &Node, path: &str, problem: Problem) -> ParseError {
    ParseError::At {
        line: node.line,
        path: path.to_owned(),
        problem,
    }
}

fn form(function: &str, expected: &'static str) -> Problem {
    Problem::Form {
        function: function.to_owned(),
        expected,
    }
}

/// The function that a map is, with its arguments; `None` for a plain map.
pub(crate) fn function<'n>(node: &'n Node, path: &str) -> Result<Option<(&'n str, &'n Node)>, ParseError> {
    let Content::Map(members) = &node.content else {
        return Ok(None);
    };
    let is_function = |name: &str| name == "Ref" || name.starts_with("Fn::");
    let Some((name, arguments)) = members.iter().find(|(name, _)| is_function(name)) else {
        return Ok(None);
    };
    if members.len() > 1 {
        let problem = Problem::Other(format!(
            "{name} stands beside other keys: a function is a map of its own"
        ));
        return Err(at(node, path, problem));
    }
    if FUNCTIONS.contains(&name.as_str()) {
        return Ok(Some((name, arguments)));
    }
    let problem = Problem::UnknownFunction {
        name: name.clone(),
        near: nearest(name, FUNCTIONS),
    };
    Err(at(arguments, path, problem))
}

impl Reader<'_> {
    pub(crate) fn read(&self, node: &Node, path: &str) -> Result<Expression, ParseError> {
        if let Some((name, arguments)) = function(node, path)? {
            let path = format!("{path}.{name}");
            return self.call(name, arguments, &path);
        }
        match &node.content {
            Content::Scalar(value) => Ok(Expression::Literal(value.clone())),
            Content::List(items) => self.list(items, path).map(Expression::List),
            Content::Map(members) => {
                let read =
                    |(name, node): &(String, Node)| Ok((name.clone(), self.read(node, &format!("{path}.{name}"))?));
                members.iter().map(read).collect::<Result<_, _>>().map(Expression::Map)
            }
        }
    }

    fn list(&self, items: &[Node], path: &str) -> Result<Vec<Expression>, ParseError> {
        let read = |(place, item)| self.read(item, &format!("{path}[{place}]"));
        items.iter().enumerate().map(read).collect()
    }

    fn boxed(&self, node: &Node, path: &str) -> Result<Box<Expression>, ParseError> {
        self.read(node, path).map(Box::new)
    }

    fn call(&self, name: &str, arguments: &Node, path: &str) -> Result<Expression, ParseError> {
        let wrong = |expected| at(arguments, path, form(name, expected));
        let items: &[Node] = match &arguments.content {
            Content::List(items) => items,
            Content::Scalar(_) | Content::Map(_) => &[],
        };
        match (name, items) {
            ("Ref", _) => {
                let name = arguments.text().ok_or_else(|| wrong("one name"))?;
                self.reference(name, arguments, path)
            }
            ("Fn::GetAtt", [resource, attribute]) => match (resource.text(), attribute.text()) {
                (Some(resource), Some(attribute)) => self.attribute(resource, attribute, arguments, path),
                _ => Err(wrong("[resource, attribute]")),
            },
            ("Fn::GetAtt", _) => Err(wrong("[resource, attribute]")),
            ("Fn::Sub", []) => {
                let text = arguments.text().ok_or_else(|| wrong("a text, or [text, map]"))?;
                self.substitute(text, &BTreeMap::new(), arguments, path)
            }
            ("Fn::Sub", [text, variables]) => {
                let variables = match &variables.content {
                    Content::Map(members) => members,
                    Content::Scalar(_) | Content::List(_) => return Err(wrong("a text, or [text, map]")),
                };
                let text = text.text().ok_or_else(|| wrong("a text, or [text, map]"))?;
                let read =
                    |(name, node): &(String, Node)| Ok((name.clone(), self.read(node, &format!("{path}.{name}"))?));
                let variables = variables.iter().map(read).collect::<Result<_, ParseError>>()?;
                self.substitute(text, &variables, arguments, path)
            }
            ("Fn::Sub", _) => Err(wrong("a text, or [text, map]")),
            ("Fn::Join" | "Fn::Split", [separator, of]) => {
                let separator = separator.text().ok_or_else(|| wrong("[separator, value]"))?.to_owned();
                let of = self.boxed(of, path)?;
                Ok(if name == "Fn::Join" {
                    Expression::Join { separator, items: of }
                } else {
                    Expression::Split { separator, text: of }
                })
            }
            ("Fn::Join" | "Fn::Split", _) => Err(wrong("[separator, value]")),
            ("Fn::Select", [key, from, default @ ..]) if default.len() <= 1 => Ok(Expression::Select {
                key: self.boxed(key, path)?,
                from: self.boxed(from, path)?,
                default: default.first().map(|node| self.boxed(node, path)).transpose()?,
            }),
            ("Fn::Select", _) => Err(wrong("[index or key, list or map], or with a default behind them")),
            ("Fn::FindInMap", [map, first, second]) => {
                let map = map.text().ok_or_else(|| wrong("[mapping, key, key]"))?;
                known("mapping", map, &self.names.mappings, arguments, path)?;
                Ok(Expression::FindInMap {
                    map: map.to_owned(),
                    keys: Box::new([self.read(first, path)?, self.read(second, path)?]),
                })
            }
            ("Fn::FindInMap", _) => Err(wrong("[mapping, key, key]")),
            ("Fn::MergeMap", [_, ..]) => self.list(items, path).map(Expression::MergeMap),
            ("Fn::MergeMap", []) => Err(wrong("a list of maps")),
            ("Fn::If", [condition, then, otherwise]) => {
                let condition = condition.text().ok_or_else(|| wrong("[condition, value, value]"))?;
                known("condition", condition, &self.names.conditions, arguments, path)?;
                Ok(Expression::If {
                    condition: condition.to_owned(),
                    then: self.boxed(then, path)?,
                    otherwise: self.boxed(otherwise, path)?,
                })
            }
            ("Fn::If", _) => Err(wrong("[condition, value, value]")),
            _ => Err(at(
                arguments,
                path,
                not_here(name, "a value: give it a name in Conditions and use Fn::If"),
            )),
        }
    }

    fn reference(&self, name: &str, node: &Node, path: &str) -> Result<Expression, ParseError> {
        if self.names.parameters.contains(name) {
            return Ok(Expression::Parameter(name.to_owned()));
        }
        if let Some((_, pseudo)) = PSEUDO.iter().find(|(known, _)| *known == name) {
            return Ok(Expression::Pseudo(*pseudo));
        }
        let problem = if self.names.resources.contains_key(name) {
            Problem::PhysicalId { name: name.to_owned() }
        } else if name == "ALIYUN::AccountId" {
            Problem::Executor
        } else {
            let parameters = self.names.parameters.iter().map(String::as_str);
            Problem::UnknownName {
                kind: "parameter",
                name: name.to_owned(),
                near: nearest(name, parameters.chain(PSEUDO.map(|(known, _)| known))),
            }
        };
        Err(at(node, path, problem))
    }

    fn attribute(&self, resource: &str, name: &str, node: &Node, path: &str) -> Result<Expression, ParseError> {
        if !self.resources {
            return Err(at(node, path, not_here("Fn::GetAtt", "a condition")));
        }
        let unknown = |kind, name: &str, names: Vec<&str>| Problem::UnknownName {
            kind,
            name: name.to_owned(),
            near: nearest(name, names),
        };
        let Some(kind) = self.names.resources.get(resource) else {
            let names = self.names.resources.keys().map(String::as_str).collect();
            return Err(at(node, path, unknown("resource", resource, names)));
        };
        let Some(attributes) = attribute::of(kind) else {
            let problem = Problem::Other(format!("the attributes of {kind} are not known here"));
            return Err(at(node, path, problem));
        };
        let Some(source) = attribute::source(kind, name) else {
            let names = attributes.iter().map(|(name, _)| *name).collect();
            return Err(at(node, path, unknown("attribute", name, names)));
        };
        Ok(Expression::Attribute {
            resource: resource.to_owned(),
            source,
            name: format!("{resource}.{name}"),
        })
    }

    /// Cuts a text at its variables. `${!Literal}` stays as `${Literal}`.
    fn substitute(
        &self,
        text: &str,
        variables: &BTreeMap<String, Expression>,
        node: &Node,
        path: &str,
    ) -> Result<Expression, ParseError> {
        if !self.resources {
            return Err(at(node, path, not_here("Fn::Sub", "a condition")));
        }
        let mut pieces = Vec::new();
        let mut used = BTreeSet::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, behind)) = after.split_once('}') else {
                return Err(at(
                    node,
                    path,
                    Problem::Other(format!("{text:?} has a ${{ without its }}")),
                ));
            };
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(if let Some(literal) = name.strip_prefix('!') {
                Piece::Text(format!("${{{literal}}}"))
            } else if let Some(variable) = variables.get(name) {
                used.insert(name);
                Piece::Variable(variable.clone())
            } else if let Some((resource, attribute)) = name.split_once('.') {
                Piece::Variable(self.attribute(resource, attribute, node, path)?)
            } else {
                Piece::Variable(self.reference(name, node, path)?)
            });
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        if let Some(unused) = variables.keys().find(|name| !used.contains(name.as_str())) {
            let problem = Problem::Other(format!("the variable {unused} is not in the text"));
            return Err(at(node, path, problem));
        }
        Ok(Expression::Sub(pieces))
    }
}

/// Makes sure that a name is one of those that there are.
pub(crate) fn known(
    kind: &'static str,
    name: &str,
    names: &BTreeSet<String>,
    node: &Node,
    path: &str,
) -> Result<(), ParseError> {
    if names.contains(name) {
        return Ok(());
    }
    let problem = Problem::UnknownName {
        kind,
        name: name.to_owned(),
        near: nearest(name, names.iter().map(String::as_str)),
    };
    Err(at(node, path, problem))
}

pub(crate) fn not_here(function: &str, place: &'static str) -> Problem {
    Problem::NotHere {
        function: function.to_owned(),
        place,
    }
}

impl Expression {
    /// Adds the resources that it refers to, in whatever branch.
    pub(crate) fn resources(&self, found: &mut BTreeSet<String>) {
        match self {
            Self::Literal(_) | Self::Parameter(_) | Self::Pseudo(_) => {}
            Self::Attribute { resource, .. } => {
                found.insert(resource.clone());
            }
            Self::List(items) | Self::MergeMap(items) => items.iter().for_each(|item| item.resources(found)),
            Self::Map(members) => members.iter().for_each(|(_, member)| member.resources(found)),
            Self::Sub(pieces) => {
                for piece in pieces {
                    if let Piece::Variable(variable) = piece {
                        variable.resources(found);
                    }
                }
            }
            Self::Join { items: one, .. } | Self::Split { text: one, .. } => one.resources(found),
            Self::Select { key, from, default } => {
                key.resources(found);
                from.resources(found);
                if let Some(default) = default {
                    default.resources(found);
                }
            }
            Self::FindInMap { keys, .. } => keys.iter().for_each(|key| key.resources(found)),
            Self::If { then, otherwise, .. } => {
                then.resources(found);
                otherwise.resources(found);
            }
        }
    }
}
