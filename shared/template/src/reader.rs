//! Reads values with functions in them from the text. Names are looked up here, so what is read leads somewhere. Not here:
//! what they come to (see `evaluation`) and conditions (see `condition`).

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute;
use crate::error::{ParseError, Problem, nearest};
use crate::expression::{Expression, FUNCTIONS, PSEUDO, Piece};
use crate::node::{Content, Node};

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
            ("Fn::GetAtt", _) => match items {
                [resource, attribute] => match (resource.text(), attribute.text()) {
                    (Some(resource), Some(attribute)) => self.attribute(resource, attribute, arguments, path),
                    _ => Err(wrong("[resource, attribute]")),
                },
                _ => Err(wrong("[resource, attribute]")),
            },
            ("Fn::Sub", _) => self
                .sub(arguments, items, path)?
                .ok_or_else(|| wrong("a text, or [text, map]")),
            ("Fn::Join" | "Fn::Split", _) => self
                .separated(name, items, path)?
                .ok_or_else(|| wrong("[separator, value]")),
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
            ("Fn::Add", [_, ..]) => self.list(items, path).map(Expression::Add),
            ("Fn::Add", []) => Err(wrong("a list of maps")),
            ("Fn::If", _) => self
                .branches(arguments, items, path)?
                .ok_or_else(|| wrong("[condition, value, value]")),
            _ => {
                let place = "a value: give it a name in Conditions and use Fn::If";
                Err(at(arguments, path, not_here(name, place)))
            }
        }
    }

    /// `Fn::Sub` in both its forms; nothing if it has neither.
    fn sub(&self, arguments: &Node, items: &[Node], path: &str) -> Result<Option<Expression>, ParseError> {
        if let Some(text) = arguments.text() {
            return self.substitute(text, &BTreeMap::new(), arguments, path).map(Some);
        }
        let [text, variables] = items else {
            return Ok(None);
        };
        let (Some(text), Content::Map(variables)) = (text.text(), &variables.content) else {
            return Ok(None);
        };
        let read = |(name, node): &(String, Node)| Ok((name.clone(), self.read(node, &format!("{path}.{name}"))?));
        let variables = variables.iter().map(read).collect::<Result<_, ParseError>>()?;
        self.substitute(text, &variables, arguments, path).map(Some)
    }

    /// `Fn::Join` or `Fn::Split`; nothing if it has another form.
    fn separated(&self, name: &str, items: &[Node], path: &str) -> Result<Option<Expression>, ParseError> {
        let [separator, of] = items else {
            return Ok(None);
        };
        let Some(separator) = separator.text().map(str::to_owned) else {
            return Ok(None);
        };
        let of = self.boxed(of, path)?;
        Ok(Some(if name == "Fn::Join" {
            Expression::Join { separator, items: of }
        } else {
            Expression::Split { separator, text: of }
        }))
    }

    /// `Fn::If`; nothing if it has another form.
    fn branches(&self, arguments: &Node, items: &[Node], path: &str) -> Result<Option<Expression>, ParseError> {
        let [condition, then, otherwise] = items else {
            return Ok(None);
        };
        let Some(condition) = condition.text() else {
            return Ok(None);
        };
        known("condition", condition, &self.names.conditions, arguments, path)?;
        Ok(Some(Expression::If {
            condition: condition.to_owned(),
            then: self.boxed(then, path)?,
            otherwise: self.boxed(otherwise, path)?,
        }))
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
