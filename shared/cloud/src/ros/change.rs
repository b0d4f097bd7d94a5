//! Making and changing stacks. What comes of it is asked for later: both answers only say that it has begun.

use crate::product::Product;
use crate::rpc::{Effect, Operation, OverLimit, Repeat, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Most parameters of one stack.
const PARAMETERS_MAX: usize = 200;

/// Where a template is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateSource {
    /// From the call itself.
    Body(String),
    /// From an object: `oss://bucket/key`, in the stack's region.
    Object(String),
}

impl TemplateSource {
    pub(super) fn add_to(&self, rpc: Rpc) -> Rpc {
        match self {
            Self::Body(text) => rpc.param("TemplateBody", text),
            Self::Object(url) => rpc.param("TemplateURL", url),
        }
    }
}

/// A value of a template's parameter.
#[derive(Clone, PartialEq, Eq)]
pub struct StackParameter {
    /// The parameter.
    pub key: String,
    /// Its value as text.
    pub value: String,
}

impl std::fmt::Debug for StackParameter {
    /// Some values are secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StackParameter")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

pub(super) fn with_parameters(rpc: Rpc, parameters: &[StackParameter]) -> Rpc {
    parameters.iter().zip(1_u32..).fold(rpc, |rpc, (parameter, n)| {
        rpc.param(format!("Parameters.{n}.ParameterKey"), &parameter.key)
            .param(format!("Parameters.{n}.ParameterValue"), &parameter.value)
    })
}

pub(super) fn check_parameters(parameters: &[StackParameter]) -> Result<(), OverLimit> {
    OverLimit::check("Parameters", parameters.len(), PARAMETERS_MAX)
}

/// Begins to make a stack; everything is taken back if a part of it fails.
/// <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-createstack>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateStack {
    /// The region of the stack.
    pub region_id: String,
    /// Its name: a letter, then up to 254 letters, digits, `-` and `_`.
    pub stack_name: String,
    /// What it is made from.
    pub template: TemplateSource,
    /// Values of the template's parameters.
    pub parameters: Vec<StackParameter>,
    /// After how many minutes the service gives up: 10 to 1440.
    pub timeout_in_minutes: u32,
    /// Makes a repeated call the same call.
    pub client_token: String,
}

/// Answer to [`CreateStack`] and [`UpdateStack`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackChanged {
    /// The stack.
    pub stack_id: String,
}

impl FromJson for StackChanged {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            stack_id: json.required_text("StackId")?,
        })
    }
}

impl Operation for CreateStack {
    type Answer = StackChanged;

    fn check(&self) -> Result<(), OverLimit> {
        check_parameters(&self.parameters)
    }

    fn rpc(&self) -> Rpc {
        let rpc = Rpc::new(Product::Ros, "CreateStack", Effect::Write(Repeat::Safe))
            .about(&self.stack_name)
            .param("RegionId", &self.region_id)
            .param("StackName", &self.stack_name)
            .param("TimeoutInMinutes", self.timeout_in_minutes)
            .param("ClientToken", &self.client_token);
        with_parameters(self.template.add_to(rpc), &self.parameters)
    }
}

/// Begins to change a stack; everything is put back if a part of it fails. One that would stay as it is is refused with
/// [`NOT_SUPPORTED`](super::NOT_SUPPORTED).
/// <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-updatestack>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateStack {
    /// The region of the stack.
    pub region_id: String,
    /// The stack.
    pub stack_id: String,
    /// What it is to be made from.
    pub template: TemplateSource,
    /// Values of the template's parameters. What is left out keeps its value.
    pub parameters: Vec<StackParameter>,
    /// After how many minutes the service gives up: 10 to 1440.
    pub timeout_in_minutes: u32,
    /// Makes a repeated call the same call.
    pub client_token: String,
}

impl Operation for UpdateStack {
    type Answer = StackChanged;

    fn check(&self) -> Result<(), OverLimit> {
        check_parameters(&self.parameters)
    }

    fn rpc(&self) -> Rpc {
        let rpc = Rpc::new(Product::Ros, "UpdateStack", Effect::Write(Repeat::Safe))
            .about(&self.stack_id)
            .param("RegionId", &self.region_id)
            .param("StackId", &self.stack_id)
            .param("UsePreviousParameters", true)
            .param("TimeoutInMinutes", self.timeout_in_minutes)
            .param("ClientToken", &self.client_token);
        with_parameters(self.template.add_to(rpc), &self.parameters)
    }
}
