//! The operations that read, those that make what a stack cannot make, and the one that compares an event with a pattern
//! (<https://www.alibabacloud.com/help/en/eventbridge/developer-reference/api-eventbridge-2020-04-01-getrule> and its
//! siblings). A bus or rule that is not there is answered with status 200 and `"Success": false`, as the Terraform provider of
//! the vendor reads it (<https://github.com/aliyun/terraform-provider-alicloud>).

use goldcast_domain::RegionId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::rule::RulePlace;
use super::{DEFAULT, EventBridge, catalogue, trace};
use crate::cloud::context::{Context, Done, Kind};
use crate::cloud::refusal::Refusal;
use crate::world::Pattern;

/// Rows in one page when none is asked for, and at most.
const ROWS_DEFAULT: usize = 10;
const ROWS_MAX: usize = 100;

/// An operation: what runs it, and whether it changes something.
pub(crate) type Operation = (
    fn(&mut EventBridge, &RegionId, &mut Context<'_>) -> Result<Done, Refusal>,
    Kind,
);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CheckServiceLinkedRoleForProduct" => (check_role, Kind::Read),
        "CreateEventBus" => (create_bus, Kind::Write),
        "CreateServiceLinkedRoleForProduct" => (create_role, Kind::Write),
        "GetEventBus" => (get_bus, Kind::Read),
        "GetRule" => (get_rule, Kind::Read),
        "ListAliyunOfficialEventSources" => (list_sources, Kind::Read),
        "ListEventBuses" => (list_buses, Kind::Read),
        "ListRules" => (list_rules, Kind::Read),
        "QueryTracedEvents" => (query_traced_events, Kind::Read),
        "TestEventPattern" => (test_pattern, Kind::Read),
        _ => return None,
    })
}

/// An answer with something in it.
fn said(data: &Value) -> Done {
    Done::new(json!({ "Success": true, "Code": "Success", "Message": "", "Data": data }))
}

/// No, with status 200.
fn said_no(code: &str, message: &str) -> Done {
    Done::new(json!({ "Success": false, "Code": code, "Message": message }))
}

fn get_bus(eventbridge: &mut EventBridge, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = context.params.required("EventBusName")?;
    if !eventbridge.has_bus(context.account(), region, name) {
        return Ok(no_bus());
    }
    Ok(said(&bus(name, region, context)))
}

/// Codes and limits are guesses, likenesses of [`no_bus`].
fn create_bus(eventbridge: &mut EventBridge, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = context.params.required("EventBusName")?;
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !(2..=127).contains(&name.len()) || !name.chars().all(legal) {
        return Err(Refusal::format("EventBusName"));
    }
    if eventbridge.has_bus(context.account(), region, name) {
        return Ok(said_no("EventBusExist", "The event bus already exists!"));
    }
    eventbridge.put_bus(context.account(), region, name);
    let arn = format!("acs:eventbridge:{region}:{}:eventbus/{name}", context.account());
    Ok(said(&json!({ "EventBusARN": arn })))
}

/// A role that is there stays as it is.
fn create_role(eventbridge: &mut EventBridge, _: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = context.params.required("ProductName")?;
    if !name.starts_with("AliyunServiceRoleForEventBridge") {
        return Err(Refusal::format("ProductName"));
    }
    eventbridge.put_role(context.account(), name);
    Ok(said(&json!({ "StsRoleName": name })))
}

fn no_bus() -> Done {
    said_no("EventBusNotExist", "The event bus not existed!")
}

fn bus(name: &str, region: &RegionId, context: &Context<'_>) -> Value {
    json!({
        "EventBusName": name,
        "EventBusARN": format!("acs:eventbridge:{region}:{}:eventbus/{name}", context.account()),
        "Description": "",
        "CreateTimestamp": 0,
    })
}

fn list_buses(eventbridge: &mut EventBridge, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let account = context.account();
    let custom = eventbridge
        .buses
        .iter()
        .filter(|(owner, at, _)| owner == account && at == region)
        .map(|(_, _, name)| name.as_str());
    let rows = std::iter::once(DEFAULT)
        .chain(custom)
        .map(|name| bus(name, region, context));
    page("EventBuses", rows.collect(), "NamePrefix", "EventBusName", context)
}

fn get_rule(eventbridge: &mut EventBridge, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let (bus, name) = (
        context.params.required("EventBusName")?,
        context.params.required("RuleName")?,
    );
    if !eventbridge.has_bus(context.account(), region, bus) {
        return Ok(no_bus());
    }
    let place = RulePlace {
        account: context.account().clone(),
        region: region.clone(),
        bus: bus.to_owned(),
        name: name.to_owned(),
    };
    let rule = eventbridge.rules.get(&place);
    Ok(rule.map_or_else(
        || said_no("EventRuleNotExisted", "The event rule not existed!"),
        |rule| said(&rule.value()),
    ))
}

fn list_rules(eventbridge: &mut EventBridge, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = context.params.required("EventBusName")?;
    let account = context.account();
    if !eventbridge.has_bus(account, region, name) {
        return Ok(no_bus());
    }
    let here = eventbridge.rules.values().filter(|rule| {
        let place = &rule.place;
        place.account == *account && place.region == *region && place.bus == name
    });
    let rows = here.map(super::Rule::brief).collect();
    page("Rules", rows, "RuleNamePrefix", "RuleName", context)
}

/// One page; the token is the number of rows already given.
fn page(member: &str, rows: Vec<Value>, prefix: &str, name: &str, context: &Context<'_>) -> Result<Done, Refusal> {
    let params = context.params;
    let limit = limit(context)?;
    let prefix = params.get(prefix).unwrap_or_default();
    let begins = |row: &Value| {
        row.get(name)
            .and_then(Value::as_str)
            .is_some_and(|name| name.starts_with(prefix))
    };
    let rows: Vec<Value> = rows.into_iter().filter(begins).collect();
    let from = params
        .number("NextToken")
        .map_err(|_| invalid("NextToken"))?
        .unwrap_or_default();
    let total = rows.len();
    let shown: Vec<Value> = rows.into_iter().skip(from).take(limit).collect();
    let next = from.saturating_add(shown.len());
    let mut data = json!({ member: shown, "Total": total });
    if next < total
        && let Some(members) = data.as_object_mut()
    {
        members.insert("NextToken".to_owned(), json!(next.to_string()));
    }
    Ok(said(&data))
}

fn limit(context: &Context<'_>) -> Result<usize, Refusal> {
    let limit = context.params.number("Limit")?.unwrap_or(ROWS_DEFAULT);
    if limit == 0 || limit > ROWS_MAX {
        return Err(invalid("Limit"));
    }
    Ok(limit)
}

fn invalid(name: &str) -> Refusal {
    Refusal::bad_request("InvalidArgument", format!("Specified parameter {name} is not valid."))
}

fn check_role(eventbridge: &mut EventBridge, _: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let name = context.params.required("ProductName")?;
    let there = eventbridge.has_role(context.account(), name);
    Ok(said(&json!({ "StsRoleName": name, "CheckPass": there })))
}

#[expect(clippy::unnecessary_wraps, reason = "every operation has this shape")]
fn list_sources(_: &mut EventBridge, _: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    Ok(said(
        &json!({ "EventSourceList": catalogue::sources(&context.setup.switches) }),
    ))
}

fn query_traced_events(
    eventbridge: &mut EventBridge,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let params = context.params;
    let name = params.required("EventBusName")?;
    let account = context.account();
    if !eventbridge.has_bus(account, region, name) {
        return Ok(no_bus());
    }
    let (from, until) = (moment(context, "StartTime")?, moment(context, "EndTime")?);
    let source = params.get("EventSource");
    let kind = params.get("EventType");
    let is = |event: &Value, name: &str, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| event.get(name).and_then(Value::as_str) == Some(wanted))
    };
    let passed = eventbridge.traces.all().filter(|(at, event)| {
        event.account == *account
            && event.region == *region
            && name == DEFAULT
            && (from..=until).contains(at)
            && is(&event.body, "source", source)
            && is(&event.body, "type", kind)
    });
    let rows: Vec<Value> = passed.map(|(at, event)| trace::row(at, event)).collect();
    let total = rows.len();
    let shown: Vec<Value> = rows.into_iter().take(limit(context)?).collect();
    Ok(said(&json!({ "Events": shown, "Total": total })))
}

/// Milliseconds of the Unix epoch.
fn moment(context: &Context<'_>, name: &str) -> Result<Timestamp, Refusal> {
    let millis = context.params.required(name)?.parse().ok();
    millis
        .and_then(|millis| Timestamp::from_millisecond(millis).ok())
        .ok_or_else(|| Refusal::format(name))
}

fn test_pattern(_: &mut EventBridge, _: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let read = |name: &str| {
        let text = context.params.required(name)?;
        serde_json::from_str::<Value>(text).map_err(|_| Refusal::format(name))
    };
    let (event, pattern) = (read("Event")?, read("EventPattern")?);
    let Ok(pattern) = Pattern::try_from(pattern) else {
        return Ok(said_no("EventPatternInvalid", "The event pattern is not valid."));
    };
    Ok(said(&json!({ "Result": pattern.matches(&event) })))
}
