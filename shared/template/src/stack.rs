//! What a template deploys, evaluated: the answer of [`Template::resolve`](crate::Template::resolve).

use std::collections::BTreeMap;
use std::fmt;

use goldcast_domain::{AccountId, RegionId};
use serde_json::Value;

/// Values of parameters by name, each as the text that a person gives.
pub type Values = BTreeMap<String, String>;

/// Where a stack is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The account whose stack it is (`ALIYUN::TenantId`).
    pub account: AccountId,
    /// The region of the stack (`ALIYUN::Region`).
    pub region: RegionId,
    /// The name of the stack (`ALIYUN::StackName`).
    pub stack: String,
}

/// Everything that a template deploys.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// In an order in which they can be created: each after those that it depends on.
    pub resources: Vec<Resource>,
    /// What the stack tells, by name.
    pub outputs: BTreeMap<String, Output>,
}

/// One resource.
#[derive(Clone, PartialEq)]
pub struct Resource {
    /// Its name in the template.
    pub id: String,
    /// Its type, as `ALIYUN::FC3::Function`.
    pub kind: String,
    /// Its properties: a map, fully evaluated. They may hold secrets.
    pub properties: Value,
    /// The resources of the stack that have to be there before it, in the order of their names.
    pub depends_on: Vec<String>,
    /// Whether it stays when the stack is deleted.
    pub retained: bool,
}

/// Something that a stack tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Its value; `None` if only the deployed resources know it, as the address of a trigger.
    pub value: Option<Value>,
    /// What it is.
    pub description: String,
}

impl Stack {
    /// A resource by its name in the template.
    pub fn resource(&self, id: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.id == id)
    }

    /// The resources of a type, in order.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }
}

/// Without the properties, which may hold secrets.
impl fmt::Debug for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Resource")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("depends_on", &self.depends_on)
            .finish_non_exhaustive()
    }
}
