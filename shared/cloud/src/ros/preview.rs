//! What a stack would become, without making it.
//! <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-previewstack>

use super::change::{StackParameter, TemplateSource, check_parameters, with_parameters};
use crate::product::Product;
use crate::rpc::{Effect, Operation, OverLimit, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// What is looked at ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preview {
    /// A stack that there is not yet, by its name.
    New(String),
    /// A change of the stack of this id.
    Change(String),
}

/// Works out what a stack would become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewStack {
    /// The region of the stack.
    pub region_id: String,
    /// The stack.
    pub stack: Preview,
    /// What it would be made from.
    pub template: TemplateSource,
    /// Values of the template's parameters.
    pub parameters: Vec<StackParameter>,
}

/// Answer to [`PreviewStack`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreviewAnswer {
    /// Every resource that the stack has or would have.
    pub resources: Vec<PreviewedResource>,
}

/// A resource, and what would become of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreviewedResource {
    /// Its name in the template.
    pub logical_resource_id: String,
    /// Its type.
    pub resource_type: String,
    /// `Add`, `Modify`, `Remove` or `None`; empty in previews of new stacks.
    pub action: String,
    /// Whether a change makes it anew: `True`, `False` or `Conditional`.
    pub replacement: String,
}

impl FromJson for PreviewedResource {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            logical_resource_id: json.required_text("LogicalResourceId")?,
            resource_type: json.text("ResourceType")?,
            action: json.text("Action")?,
            replacement: json.text("Replacement")?,
        })
    }
}

/// The stack of an answer.
struct Stack(Vec<PreviewedResource>);

impl FromJson for Stack {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self(json.list("Resources")?))
    }
}

impl FromJson for PreviewAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        let Stack(resources) = json.part("Stack")?;
        Ok(Self { resources })
    }
}

impl Operation for PreviewStack {
    type Answer = PreviewAnswer;

    fn check(&self) -> Result<(), OverLimit> {
        check_parameters(&self.parameters)
    }

    fn rpc(&self) -> Rpc {
        let rpc = Rpc::new(Product::Ros, "PreviewStack", Effect::Read).param("RegionId", &self.region_id);
        let rpc = match &self.stack {
            Preview::New(name) => rpc.about(name).param("StackName", name),
            Preview::Change(id) => rpc.about(id).param("StackId", id),
        };
        with_parameters(self.template.add_to(rpc), &self.parameters)
    }
}
