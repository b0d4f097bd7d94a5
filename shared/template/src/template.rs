//! A template that was read, and how it comes out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::condition::{self, Condition};
use crate::document::{DeletionPolicy, Document, OutputText, ResourceText, Text};
use crate::error::{ParseError, Problem, ResolveError, nearest};
use crate::evaluation::{Lack, Mapping, Scope};
use crate::expression::Expression;
use crate::node::{Content, Node};
use crate::parameter::Parameter;
use crate::reader::{Names, Reader, at, known};
use crate::stack::{Output, Place, Resource, Stack, Values};
use crate::{attribute, order};

/// A template in which every name leads somewhere.
#[derive(Debug, Clone)]
pub struct Template {
    description: String,
    parameters: BTreeMap<String, Parameter>,
    mappings: BTreeMap<String, Mapping>,
    conditions: BTreeMap<String, Condition>,
    /// Names of conditions, each after those that it names.
    condition_order: Vec<String>,
    resources: BTreeMap<String, Declared>,
    /// Names of resources, each after those that it depends on.
    resource_order: Vec<String>,
    outputs: BTreeMap<String, DeclaredOutput>,
}

/// A resource as the template declares it.
#[derive(Debug, Clone)]
struct Declared {
    kind: String,
    condition: Option<String>,
    properties: Expression,
    needs: BTreeSet<String>,
    retained: bool,
}

#[derive(Debug, Clone)]
struct DeclaredOutput {
    value: Expression,
    condition: Option<String>,
    description: String,
}

impl Template {
    /// Reads a template from its text.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let document = Document::read(text)?;
        let names = Names {
            parameters: document.parameters.keys().cloned().collect(),
            resources: document
                .resources
                .iter()
                .map(|(name, resource)| (name.clone(), resource.r#type.clone()))
                .collect(),
            conditions: document.conditions.keys().cloned().collect(),
            mappings: document.mappings.keys().cloned().collect(),
        };
        let conditions = read_conditions(&document.conditions, &names)?;
        let resources = document.resources.into_iter().map(|(name, text)| {
            let declared = Declared::read(&name, text, &names)?;
            Ok((name, declared))
        });
        let resources: BTreeMap<_, _> = resources.collect::<Result<_, ParseError>>()?;
        let outputs = document.outputs.into_iter().map(|(name, text)| {
            let declared = DeclaredOutput::read(&name, text, &names)?;
            Ok((name, declared))
        });
        let parameters = document.parameters.into_iter().map(|(name, text)| {
            let parameter = Parameter::of(&name, text)?;
            Ok((name, parameter))
        });
        let edges = resources
            .iter()
            .map(|(name, declared)| (name.clone(), declared.needs.clone()));
        Ok(Self {
            description: document.description.map(Text::into_english).unwrap_or_default(),
            parameters: parameters.collect::<Result<_, ParseError>>()?,
            mappings: document
                .mappings
                .into_iter()
                .map(|(name, mapping)| (name, values(mapping)))
                .collect(),
            condition_order: condition::ordered(&conditions)?,
            conditions,
            resource_order: order::ordered(&edges.collect())?,
            resources,
            outputs: outputs.collect::<Result<_, ParseError>>()?,
        })
    }

    /// What it is for: in English if there are several languages.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What it asks of whoever deploys it, by name.
    pub fn parameters(&self) -> &BTreeMap<String, Parameter> {
        &self.parameters
    }

    /// Works out what it deploys there under these values. Parameters without a value take their default.
    pub fn resolve(&self, place: &Place, values: &Values) -> Result<Stack, ResolveError> {
        let mut scope = Scope {
            place,
            mappings: &self.mappings,
            parameters: self.given(values)?,
            conditions: BTreeMap::new(),
            resources: BTreeMap::new(),
        };
        condition::decide(&self.condition_order, &self.conditions, &mut scope)?;
        let holds = |scope: &Scope<'_>, condition: &Option<String>| {
            let mut condition = condition.iter();
            condition.all(|name| scope.conditions.get(name).copied().unwrap_or(false))
        };
        let mut resources = Vec::new();
        for (name, declared) in self.in_order() {
            if !holds(&scope, &declared.condition) {
                continue;
            }
            let path = format!("Resources.{name}.Properties");
            let value = scope.evaluate(&declared.properties, &path);
            let properties = value.map_err(|lack| lack.into_error(&path))?.unwrap_or_default();
            let needs = declared.needs.iter();
            let created = |need: &&String| scope.resources.contains_key(*need);
            resources.push(Resource {
                id: name.clone(),
                kind: declared.kind.clone(),
                depends_on: needs.filter(created).cloned().collect(),
                properties: properties.clone(),
                retained: declared.retained,
            });
            scope.resources.insert(name.clone(), properties);
        }
        let mut outputs = BTreeMap::new();
        for (name, declared) in &self.outputs {
            if !holds(&scope, &declared.condition) {
                continue;
            }
            let value = match scope.evaluate(&declared.value, &format!("Outputs.{name}")) {
                Ok(value) => value,
                Err(Lack::Deployed(_)) => None,
                Err(Lack::Wrong(error)) => return Err(error),
            };
            let description = declared.description.clone();
            outputs.insert(name.clone(), Output { value, description });
        }
        Ok(Stack { resources, outputs })
    }

    fn in_order(&self) -> impl Iterator<Item = (&String, &Declared)> {
        let order = self.resource_order.iter();
        order.filter_map(|name| self.resources.get_key_value(name))
    }

    /// The value of every parameter.
    fn given(&self, values: &Values) -> Result<BTreeMap<String, Value>, ResolveError> {
        if let Some(name) = values.keys().find(|name| !self.parameters.contains_key(*name)) {
            return Err(ResolveError::UnknownParameter {
                name: name.clone(),
                near: nearest(name, self.parameters.keys().map(String::as_str)),
            });
        }
        let mut given = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, parameter) in &self.parameters {
            let value = values.get(name).map(|text| parameter.read(text));
            match value.or_else(|| parameter.fallback()) {
                Some(Ok(value)) => {
                    given.insert(name.clone(), value);
                }
                Some(Err(unfit)) => {
                    let name = name.clone();
                    return Err(ResolveError::Unfit { name, unfit });
                }
                None => missing.push(name.clone()),
            }
        }
        if missing.is_empty() {
            Ok(given)
        } else {
            Err(ResolveError::Missing(missing))
        }
    }
}

impl Declared {
    fn read(name: &str, text: ResourceText, names: &Names) -> Result<Self, ParseError> {
        let path = format!("Resources.{name}");
        let reader = Reader { names, resources: true };
        let start = text.properties.as_ref().or(text.depends_on.as_ref());
        let nowhere = Node {
            line: start.map_or(0, |node| node.line),
            content: Content::Map(Vec::new()),
        };
        if attribute::of(&text.r#type).is_none() && !text.r#type.starts_with("ALIYUN::") {
            let problem = Problem::Other(format!(
                "{} is not a type of resource: they start with ALIYUN::",
                text.r#type
            ));
            return Err(at(&nowhere, &path, problem));
        }
        if let Some(condition) = &text.condition {
            known("condition", condition, &names.conditions, &nowhere, &path)?;
        }
        let properties = text.properties.as_ref().unwrap_or(&nowhere);
        let properties = reader.read(properties, &format!("{path}.Properties"))?;
        let mut needs = BTreeSet::new();
        properties.resources(&mut needs);
        for need in text.depends_on.iter().flat_map(named) {
            let all = names.resources.keys().cloned().collect();
            let need_name = need.text().unwrap_or_default();
            known("resource", need_name, &all, need, &format!("{path}.DependsOn"))?;
            needs.insert(need_name.to_owned());
        }
        Ok(Self {
            kind: text.r#type,
            condition: text.condition,
            properties,
            needs,
            retained: text.deletion_policy == Some(DeletionPolicy::Retain),
        })
    }
}

/// One name or a list of them.
fn named(node: &Node) -> Vec<&Node> {
    match &node.content {
        Content::List(items) => items.iter().collect(),
        Content::Scalar(_) | Content::Map(_) => vec![node],
    }
}

impl DeclaredOutput {
    fn read(name: &str, text: OutputText, names: &Names) -> Result<Self, ParseError> {
        let path = format!("Outputs.{name}");
        let reader = Reader { names, resources: true };
        if let Some(condition) = &text.condition {
            known("condition", condition, &names.conditions, &text.value, &path)?;
        }
        Ok(Self {
            value: reader.read(&text.value, &format!("{path}.Value"))?,
            condition: text.condition,
            description: text.description.map(Text::into_english).unwrap_or_default(),
        })
    }
}

fn read_conditions(texts: &BTreeMap<String, Node>, names: &Names) -> Result<BTreeMap<String, Condition>, ParseError> {
    let reader = Reader {
        names,
        resources: false,
    };
    let read = |(name, node): (&String, &Node)| {
        let condition = Condition::read(&reader, node, &format!("Conditions.{name}"))?;
        Ok((name.clone(), condition))
    };
    texts.iter().map(read).collect()
}

fn values(mapping: BTreeMap<String, BTreeMap<String, Node>>) -> Mapping {
    let inner = |nodes: BTreeMap<String, Node>| nodes.iter().map(|(name, node)| (name.clone(), node.value())).collect();
    mapping.into_iter().map(|(name, nodes)| (name, inner(nodes))).collect()
}
