//! What becomes of each resource when one set takes the place of another.

use goldcast_template::{Resource, Stack};
use serde_json::Value;

/// What becomes of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Add,
    Modify { anew: bool },
    Remove,
    Nothing,
}

/// Types of which no property can be changed in place
/// (<https://www.alibabacloud.com/help/en/ros/developer-reference/aliyun-fc3-asyncinvokeconfig>).
const FIXED: [&str; 1] = ["ALIYUN::FC3::AsyncInvokeConfig"];
/// Properties that name a resource: another name is another resource.
pub(super) const NAMES: [&str; 8] = [
    "FunctionName",
    "TriggerName",
    "RuleName",
    "RoleName",
    "QueueName",
    "LogstoreName",
    "DomainName",
    "Name",
];

impl Action {
    /// As previews write it.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Add => "Add",
            Self::Modify { .. } => "Modify",
            Self::Remove => "Remove",
            Self::Nothing => "None",
        }
    }

    /// Beginning of the states of a resource to which it happens.
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Add => "CREATE",
            Self::Modify { .. } | Self::Nothing => "UPDATE",
            Self::Remove => "DELETE",
        }
    }
}

/// Every resource that there is or will be, in an order in which it can be done: what goes comes last.
pub(super) fn changes<'a>(before: Option<&'a Stack>, after: &'a Stack) -> Vec<(&'a Resource, Action)> {
    let old = |id: &str| before.and_then(|stack| stack.resource(id));
    let mut changes: Vec<_> = after
        .resources
        .iter()
        .map(|resource| {
            (
                resource,
                old(&resource.id).map_or(Action::Add, |old| change(old, resource)),
            )
        })
        .collect();
    let gone = before.into_iter().flat_map(|stack| stack.resources.iter().rev());
    let gone = gone.filter(|resource| after.resource(&resource.id).is_none());
    changes.extend(gone.map(|resource| (resource, Action::Remove)));
    changes
}

fn change(old: &Resource, new: &Resource) -> Action {
    if old == new {
        return Action::Nothing;
    }
    let named = |resource: &Resource| NAMES.map(|name| resource.properties.get(name).cloned().unwrap_or(Value::Null));
    let anew = old.kind != new.kind || FIXED.contains(&new.kind.as_str()) || named(old) != named(new);
    Action::Modify { anew }
}
