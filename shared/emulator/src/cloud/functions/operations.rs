//! The operations that read
//! (<https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-getfunction> and its
//! siblings). The codes are those that the Terraform provider of the vendor expects
//! (<https://github.com/aliyun/terraform-provider-alicloud>).

use goldcast_domain::RegionId;
use serde_json::{Value, json};

use super::{Functions, Kept};
use crate::cloud::context::{Context, Done, Kind};
use crate::cloud::refusal::Refusal;

/// Rows in one page when none is asked for, and at most.
const ROWS_DEFAULT: usize = 20;
const ROWS_MAX: usize = 100;

/// An operation: what runs it, and whether it changes something.
pub(crate) type Operation = (
    fn(&Functions, &RegionId, &mut Context<'_>) -> Result<Done, Refusal>,
    Kind,
);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "GetAsyncInvokeConfig" => (get_async_invoke_config, Kind::Read),
        "GetConcurrencyConfig" => (get_concurrency_config, Kind::Read),
        "GetFunction" => (get_function, Kind::Read),
        "GetTrigger" => (get_trigger, Kind::Read),
        "ListFunctions" => (list_functions, Kind::Read),
        "ListTriggers" => (list_triggers, Kind::Read),
        _ => return None,
    })
}

fn get_function(functions: &Functions, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    Ok(Done::new(named(functions, region, context)?.function.clone()))
}

fn get_async_invoke_config(
    functions: &Functions,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let config = named(functions, region, context)?.async_config.clone();
    let config = config.ok_or_else(|| Refusal::not_found("AsyncConfigNotExists", "async config does not exist"))?;
    Ok(Done::new(config))
}

fn get_concurrency_config(
    functions: &Functions,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let config = named(functions, region, context)?.concurrency.clone();
    let missing = || Refusal::not_found("OnDemandConfigNotFound", "on-demand config does not exist");
    Ok(Done::new(config.ok_or_else(missing)?))
}

fn get_trigger(functions: &Functions, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let kept = named(functions, region, context)?;
    let name = context.params.required("triggerName")?;
    let missing = || Refusal::not_found("TriggerNotFound", format!("trigger '{name}' does not exist"));
    Ok(Done::new(kept.triggers.get(name).ok_or_else(missing)?.clone()))
}

fn list_triggers(functions: &Functions, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let kept = named(functions, region, context)?;
    page("triggers", kept.triggers.iter(), context)
}

fn list_functions(functions: &Functions, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let here = functions
        .0
        .iter()
        .filter(|((account, at, _), _)| account == context.account() && at == region);
    page(
        "functions",
        here.map(|((_, _, name), kept)| (name, &kept.function)),
        context,
    )
}

/// One page by name; the token is the last name already given.
fn page<'a>(
    member: &str,
    rows: impl Iterator<Item = (&'a String, &'a Value)>,
    context: &Context<'_>,
) -> Result<Done, Refusal> {
    let params = context.params;
    let limit = params.number("limit")?.unwrap_or(ROWS_DEFAULT);
    if limit == 0 || limit > ROWS_MAX {
        return Err(Refusal::bad_request(
            "InvalidArgument",
            format!("limit is not 1 to {ROWS_MAX}"),
        ));
    }
    let after = params.get("nextToken").unwrap_or_default();
    let prefix = params.get("prefix").unwrap_or_default();
    let mut rows = rows
        .filter(|(name, _)| name.as_str() > after && name.starts_with(prefix))
        .peekable();
    let mut shown = Vec::new();
    let mut last = "";
    while let Some((name, row)) = rows.next_if(|_| shown.len() < limit) {
        last = name;
        shown.push(row.clone());
    }
    let mut body = json!({ member: shown });
    if rows.peek().is_some()
        && let Some(members) = body.as_object_mut()
    {
        members.insert("nextToken".to_owned(), json!(last));
    }
    Ok(Done::new(body))
}

fn named<'a>(functions: &'a Functions, region: &RegionId, context: &Context<'_>) -> Result<&'a Kept, Refusal> {
    let name = context.params.required("functionName")?;
    let place = (context.account().clone(), region.clone(), name.to_owned());
    functions
        .0
        .get(&place)
        .ok_or_else(|| Refusal::not_found("FunctionNotFound", format!("function '{name}' does not exist")))
}
