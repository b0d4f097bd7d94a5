//! Stacks as the API shows them. Times have no zone.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::change::NAMES;
use super::kept::{Kept, Row};

pub(super) fn brief(kept: &Kept) -> Value {
    json!({
        "StackId": kept.id,
        "StackName": kept.name,
        "RegionId": kept.region,
        "Status": kept.status,
        "StatusReason": kept.reason,
        "CreateTime": time(kept.created),
        "StackType": "ROS",
        "DisableRollback": false,
        "DeletionProtection": "Disabled",
    })
}

pub(super) fn whole(kept: &Kept) -> Value {
    let mut stack = brief(kept);
    let outputs: Vec<Value> = kept
        .stack
        .outputs
        .iter()
        .map(|(name, output)| {
            let value = output.value.clone().unwrap_or_else(|| json!("known when deployed"));
            json!({ "OutputKey": name, "OutputValue": value, "Description": output.description })
        })
        .collect();
    let parameters: Vec<Value> = kept
        .values
        .iter()
        .map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value }))
        .collect();
    let done = kept.steps_total.saturating_sub(kept.steps_left());
    let percent = (done * 100).checked_div(kept.steps_total).unwrap_or(100);
    stack["Outputs"] = if kept.is_busy() { json!([]) } else { json!(outputs) };
    stack["Parameters"] = json!(parameters);
    stack["ResourceProgress"] = json!({ "StackActionProgress": percent, "StackOperationProgress": percent });
    stack
}

pub(super) fn row(kept: &Kept, row: &Row) -> Value {
    json!({
        "StackId": kept.id,
        "StackName": kept.name,
        "LogicalResourceId": row.resource.id,
        "PhysicalResourceId": physical_id(row),
        "ResourceType": row.resource.kind,
        "Status": row.status,
        "StatusReason": row.reason,
        "CreateTime": time(row.at),
        "UpdateTime": time(row.at),
    })
}

/// What it is called in its product.
fn physical_id(row: &Row) -> &str {
    let named = NAMES.iter().find_map(|name| row.resource.properties[*name].as_str());
    named.unwrap_or(&row.resource.id)
}

fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
