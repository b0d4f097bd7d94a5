//! Stacks as they are: their state, their resources, what happened to them, what they tell.

use super::call;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Rows of one listing. A name is asked for, or the newest events, so no second page is read.
const ROWS_MAX: u32 = 50;

/// Lists the stacks of a name; there is at most one that is not deleted.
/// <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-liststacks>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStacks {
    /// The region.
    pub region_id: String,
    /// The name.
    pub stack_name: String,
}

/// Answer to [`ListStacks`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackList {
    /// The stacks, with neither outputs nor progress.
    pub stacks: Vec<StackDescription>,
}

impl FromJson for StackList {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            stacks: json.list("Stacks")?,
        })
    }
}

impl Operation for ListStacks {
    type Answer = StackList;

    fn rpc(&self) -> Rpc {
        call("ListStacks", Effect::Read, &self.region_id)
            .about(&self.stack_name)
            .param("PageSize", ROWS_MAX)
            .list("StackName", [&self.stack_name])
    }
}

/// Describes a stack; one that does not exist is refused with [`NO_STACK`](super::NO_STACK).
/// <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-getstack>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetStack {
    /// The region of the stack.
    pub region_id: String,
    /// The stack.
    pub stack_id: String,
}

/// A stack. Texts that the cloud left out are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackDescription {
    /// Its id.
    pub stack_id: String,
    /// Its name.
    pub stack_name: String,
    /// `CREATE_IN_PROGRESS`, `UPDATE_COMPLETE` and so on.
    pub status: String,
    /// Why it is in this state.
    pub status_reason: String,
    /// What it tells.
    pub outputs: Vec<StackOutput>,
    /// How far the running operation is, in percent.
    pub progress: Option<u64>,
}

/// Something that a stack tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackOutput {
    /// Its name.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// What it is.
    pub description: String,
}

impl FromJson for StackOutput {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            key: json.text("OutputKey")?,
            value: json.text("OutputValue")?,
            description: json.text("Description")?,
        })
    }
}

struct Progress(Option<u64>);

impl FromJson for Progress {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        let text = json.text("StackActionProgress")?;
        // Described as a number; samples have fractions.
        let whole = text.split('.').next().and_then(|whole| whole.parse().ok());
        Ok(Self(whole))
    }
}

impl FromJson for StackDescription {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        let progress: Option<Progress> = json.optional_part("ResourceProgress")?;
        Ok(Self {
            stack_id: json.required_text("StackId")?,
            stack_name: json.text("StackName")?,
            status: json.required_text("Status")?,
            status_reason: json.text("StatusReason")?,
            outputs: json.list("Outputs")?,
            progress: progress.and_then(|progress| progress.0),
        })
    }
}

impl Operation for GetStack {
    type Answer = StackDescription;

    fn rpc(&self) -> Rpc {
        call("GetStack", Effect::Read, &self.region_id)
            .about(&self.stack_id)
            .param("StackId", &self.stack_id)
            .param("ShowResourceProgress", "PercentageOnly")
    }
}

/// Lists the resources of a stack.
/// <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-liststackresources>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStackResources {
    /// The region of the stack.
    pub region_id: String,
    /// The stack.
    pub stack_id: String,
}

/// Answer to [`ListStackResources`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackResources {
    /// The resources.
    pub resources: Vec<StackResource>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_resource_id: String,
    /// What it is called in its product.
    pub physical_resource_id: String,
    /// Its type.
    pub resource_type: String,
    /// `CREATE_COMPLETE` and so on.
    pub status: String,
    /// Why it is in this state.
    pub status_reason: String,
}

impl FromJson for StackResource {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            logical_resource_id: json.required_text("LogicalResourceId")?,
            physical_resource_id: json.text("PhysicalResourceId")?,
            resource_type: json.text("ResourceType")?,
            status: json.text("Status")?,
            status_reason: json.text("StatusReason")?,
        })
    }
}

impl FromJson for StackResources {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            resources: json.list("Resources")?,
        })
    }
}

impl Operation for ListStackResources {
    type Answer = StackResources;

    fn rpc(&self) -> Rpc {
        call("ListStackResources", Effect::Read, &self.region_id)
            .about(&self.stack_id)
            .param("StackId", &self.stack_id)
    }
}

/// Lists what happened to a stack lately, newest first.
/// <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-liststackevents>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStackEvents {
    /// The region of the stack.
    pub region_id: String,
    /// The stack.
    pub stack_id: String,
}

/// Answer to [`ListStackEvents`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackEvents {
    /// The events.
    pub events: Vec<StackEvent>,
}

/// Something that happened to a resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackEvent {
    /// The resource's name in the template.
    pub logical_resource_id: String,
    /// The resource's type.
    pub resource_type: String,
    /// `CREATE_FAILED` and so on.
    pub status: String,
    /// What the product said.
    pub status_reason: String,
}

impl FromJson for StackEvent {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            logical_resource_id: json.text("LogicalResourceId")?,
            resource_type: json.text("ResourceType")?,
            status: json.text("Status")?,
            status_reason: json.text("StatusReason")?,
        })
    }
}

impl FromJson for StackEvents {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            events: json.list("Events")?,
        })
    }
}

impl Operation for ListStackEvents {
    type Answer = StackEvents;

    fn rpc(&self) -> Rpc {
        call("ListStackEvents", Effect::Read, &self.region_id)
            .about(&self.stack_id)
            .param("StackId", &self.stack_id)
            .param("PageSize", ROWS_MAX)
    }
}
