//! Values with functions in them. Not here: how they are read (see `reader`), what they come to (see `evaluation`) and
//! conditions (see `condition`).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::attribute::Source;

/// The functions that are read.
pub const FUNCTIONS: [&str; 13] = [
    "Fn::Add",
    "Fn::And",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::Join",
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
    /// Maps, of which a later one wins; the service adds numbers and lists too.
    Add(Vec<Expression>),
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

pub(crate) const PSEUDO: [(&str, Pseudo); 4] = [
    ("ALIYUN::Region", Pseudo::Region),
    ("ALIYUN::TenantId", Pseudo::TenantId),
    ("ALIYUN::StackName", Pseudo::StackName),
    ("ALIYUN::NoValue", Pseudo::NoValue),
];

impl Expression {
    /// Adds the resources that it refers to, in whatever branch.
    pub(crate) fn resources(&self, found: &mut BTreeSet<String>) {
        match self {
            Self::Literal(_) | Self::Parameter(_) | Self::Pseudo(_) => {}
            Self::Attribute { resource, .. } => {
                found.insert(resource.clone());
            }
            Self::List(items) | Self::Add(items) => items.iter().for_each(|item| item.resources(found)),
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
