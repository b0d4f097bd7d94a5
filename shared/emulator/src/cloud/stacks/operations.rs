//! The operations on stacks (<https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-createstack> and
//! its siblings). Codes are those that tools of the vendor go by, or likenesses of them.

use goldcast_domain::RegionId;
use goldcast_template::{Place, Stack, Template, Values};
use http::StatusCode;
use serde_json::{Value, json};

use super::change::{Action, changes};
use super::kept::Kept;
use super::{Stacks, render};
use crate::cloud::context::{Context, Done, Kind};
use crate::cloud::refusal::Refusal;
use crate::cloud::storage::Storage;

/// Rows in one page when none is asked for.
const ROWS_DEFAULT: usize = 10;

/// An operation: what runs it, and whether it changes something.
pub(crate) type Operation = (
    fn(&mut Stacks, &Storage, &mut Context<'_>) -> Result<Done, Refusal>,
    Kind,
);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateStack" => (create_stack, Kind::Write),
        "GetStack" => (get_stack, Kind::Read),
        "GetTemplateEstimateCost" => (estimate_cost, Kind::Read),
        "ListStackEvents" => (list_events, Kind::Read),
        "ListStackResources" => (list_resources, Kind::Read),
        "ListStacks" => (list_stacks, Kind::Read),
        "PreviewStack" => (preview_stack, Kind::Read),
        "UpdateStack" => (update_stack, Kind::Write),
        _ => return None,
    })
}

fn create_stack(stacks: &mut Stacks, storage: &Storage, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let (account, region) = (context.account().clone(), region(context)?);
    let name = context.params.required("StackName")?.to_owned();
    let token = context.params.get("ClientToken").map(str::to_owned);
    let token = token.map(|token| (account.clone(), token));
    if let Some(id) = token.as_ref().and_then(|token| stacks.tokens.get(token)) {
        return Ok(Done::new(json!({ "StackId": id })));
    }
    if stacks.named(&account, &region, &name).is_some() {
        let message = format!("The Stack ({name}) already exists.");
        return Err(Refusal::conflict("StackExists", message));
    }
    let made = resolved(storage, context, &region, &name, Values::new())?;
    let id = context.ids.next("stack", &[region.as_str(), account.as_str(), &name]);
    let id = id.uuid().to_lowercase();
    let kept = Kept::new(id.clone(), (account, region, name), made, context.now);
    stacks.kept.insert(id.clone(), kept);
    if let Some(token) = token {
        stacks.tokens.insert(token, id.clone());
    }
    Ok(Done::new(json!({ "StackId": id })))
}

fn update_stack(stacks: &mut Stacks, storage: &Storage, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let found = found(stacks, context)?;
    let (id, name) = (found.id.clone(), found.name.clone());
    if found.is_busy() {
        let message = format!("Stack {name} already has an action in progress.");
        return Err(Refusal::conflict("ActionInProgress", message));
    }
    if found.status.starts_with("CREATE_ROLLBACK") {
        let message = format!("Stack {name} in the status {} cannot be updated.", found.status);
        return Err(Refusal::bad_request("NotSupported", message));
    }
    let region = found.region.clone();
    let kept_values = context.params.flag("UsePreviousParameters")? == Some(true);
    let values = if kept_values {
        found.values.clone()
    } else {
        Values::new()
    };
    let (stack, values) = resolved(storage, context, &region, &name, values)?;
    let now = context.now;
    let changed = stacks
        .kept
        .get_mut(&id)
        .is_some_and(|kept| kept.change(stack, values, now));
    if !changed {
        let message = format!("Update the completely same stack ({name}, {id}) is not supported.");
        return Err(Refusal::bad_request("NotSupported", message));
    }
    Ok(Done::new(json!({ "StackId": id })))
}

fn preview_stack(stacks: &mut Stacks, storage: &Storage, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let region = region(context)?;
    let before = match context.params.get("StackId") {
        Some(_) => Some(found(stacks, context)?),
        None => None,
    };
    let name = match before {
        Some(kept) => kept.name.clone(),
        None => context.params.required("StackName")?.to_owned(),
    };
    let (stack, _) = resolved(storage, context, &region, &name, Values::new())?;
    let resources: Vec<Value> = changes(before.map(|kept| &kept.stack), &stack)
        .into_iter()
        .map(|(resource, action)| {
            let mut row = json!({
                "LogicalResourceId": resource.id,
                "ResourceType": resource.kind,
                "Properties": resource.properties,
                "RequiredBy": [],
            });
            if before.is_some() {
                row["Action"] = action.text().into();
                let anew = action == Action::Modify { anew: true };
                row["Replacement"] = if anew { "True" } else { "False" }.into();
            }
            row
        })
        .collect();
    Ok(Done::new(json!({ "Stack": {
        "RegionId": region,
        "StackName": name,
        "DisableRollback": false,
        "Resources": resources,
    }})))
}

fn get_stack(stacks: &mut Stacks, _: &Storage, context: &mut Context<'_>) -> Result<Done, Refusal> {
    Ok(Done::new(render::whole(found(stacks, context)?)))
}

fn list_stacks(stacks: &mut Stacks, _: &Storage, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let region = region(context)?;
    let names = context.params.list("StackName");
    let rows: Vec<Value> = stacks
        .kept
        .values()
        .filter(|kept| kept.account == *context.account() && kept.region == region)
        .filter(|kept| names.is_empty() || names.contains(&kept.name.as_str()))
        .map(render::brief)
        .collect();
    let total = rows.len();
    let (size, number) = page(context)?;
    let shown: Vec<Value> = rows.into_iter().skip((number - 1) * size).take(size).collect();
    Ok(Done::new(
        json!({ "Stacks": shown, "TotalCount": total, "PageSize": size, "PageNumber": number }),
    ))
}

fn list_resources(stacks: &mut Stacks, _: &Storage, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let kept = found(stacks, context)?;
    let rows: Vec<Value> = kept.rows.values().map(|row| render::row(kept, row)).collect();
    Ok(Done::new(json!({ "Resources": rows })))
}

fn list_events(stacks: &mut Stacks, _: &Storage, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let kept = found(stacks, context)?;
    let (size, number) = page(context)?;
    let rows = kept.events.iter().rev().skip((number - 1) * size).take(size);
    let rows: Vec<Value> = rows
        .map(|event| {
            let mut row = render::row(kept, &event.row);
            row["EventId"] = event.id.as_str().into();
            row
        })
        .collect();
    Ok(Done::new(json!({
        "Events": rows,
        "TotalCount": kept.events.len(),
        "PageSize": size,
        "PageNumber": number,
    })))
}

/// Nothing of what is deployed here is on the list of what the service knows prices of
/// (<https://www.alibabacloud.com/help/en/ros/user-guide/estimate-resource-prices>).
fn estimate_cost(_: &mut Stacks, storage: &Storage, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let region = region(context)?;
    resolved(storage, context, &region, "estimate", Values::new())?;
    Ok(Done::new(json!({ "Resources": {} })))
}

fn page(context: &Context<'_>) -> Result<(usize, usize), Refusal> {
    let size = context.params.number("PageSize")?.unwrap_or(ROWS_DEFAULT);
    let number = context.params.number("PageNumber")?.unwrap_or(1);
    Ok((size.max(1), number.max(1)))
}

fn region(context: &Context<'_>) -> Result<RegionId, Refusal> {
    let region = context.params.required("RegionId")?;
    let known = region.parse().ok().filter(goldcast_domain::regions::is_known);
    known.ok_or_else(|| Refusal::bad_request("InvalidRegionId", format!("The region {region} does not exist.")))
}

/// The caller's stack of the id that is asked for.
fn found<'a>(stacks: &'a Stacks, context: &Context<'_>) -> Result<&'a Kept, Refusal> {
    let id = context.params.required("StackId")?;
    let kept = stacks.kept.get(id).filter(|kept| kept.account == *context.account());
    kept.ok_or_else(|| {
        let message = format!("The Stack ({id}) could not be found.");
        Refusal::not_found("StackNotFound", message)
    })
}

/// The template of a call, worked out under its parameters, and all values that were given.
fn resolved(
    storage: &Storage,
    context: &Context<'_>,
    region: &RegionId,
    name: &str,
    mut values: Values,
) -> Result<(Stack, Values), Refusal> {
    for parameter in context.params.objects("Parameters") {
        let member = |name: &str| parameter.get(name).copied().unwrap_or_default().to_owned();
        values.insert(member("ParameterKey"), member("ParameterValue"));
    }
    let text = match (context.params.get("TemplateBody"), context.params.get("TemplateURL")) {
        (Some(body), None) => body.to_owned(),
        (None, Some(url)) => object(storage, url)?,
        _ => {
            let message = "One and only one of TemplateBody, TemplateURL and TemplateId must be specified.";
            return Err(Refusal::bad_request("InvalidParameter", message));
        }
    };
    let invalid = |code: &'static str, message: String| Refusal::new(StatusCode::BAD_REQUEST, code, message);
    let template = Template::parse(&text).map_err(|error| invalid("InvalidTemplate", error.to_string()))?;
    let place = Place {
        account: context.account().clone(),
        region: region.clone(),
        stack: name.to_owned(),
    };
    let stack = template.resolve(&place, &values);
    let stack = stack.map_err(|error| invalid("StackValidationFailed", error.to_string()))?;
    Ok((stack, values))
}

/// `oss://bucket/key`, with or without a region behind it.
fn object(storage: &Storage, url: &str) -> Result<String, Refusal> {
    let place = url.strip_prefix("oss://").and_then(|rest| rest.split_once('/'));
    let body = place.and_then(|(bucket, key)| {
        let key = key.split_once('?').map_or(key, |(key, _)| key);
        let (_, object) = storage.objects(bucket).find(|(known, _)| *known == key)?;
        String::from_utf8(object.body.to_vec()).ok()
    });
    body.ok_or_else(|| {
        let message = format!("The template {url} could not be read.");
        Refusal::bad_request("TemplateNotFound", message)
    })
}
