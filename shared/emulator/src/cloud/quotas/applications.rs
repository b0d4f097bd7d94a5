//! `CreateQuotaApplication`, `GetQuotaApplication` and `ListQuotaApplications`
//! (<https://www.alibabacloud.com/help/en/quota-center/developer-reference/api-quotas-2020-05-10-createquotaapplication>).
//! Nobody reviews here: the outcome is a switch, and the time it takes is drawn.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::application::Application;
use super::listing::{CATEGORIES, obstacle};
use super::request::{self, illegal, no_such_quota, page, required};
use super::{Place, Usage};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Type of a quota in audit events.
const QUOTA_TYPE: &str = "ACS::Quotas::Quota";
/// Applications on one page at most.
const APPLICATIONS_MAX: usize = 200;
/// What `NoticeType` can be: nobody is told, or whoever applied.
const NOTICES: [usize; 2] = [0, 3];
/// What `Status` can be asked for.
const STATUSES: [&str; 4] = ["Disagree", "Agree", "Process", "Cancel"];

pub(super) fn create(_: Usage<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let place = request::place(context)?;
    let params = context.params;
    let desired = required(params, "DesireValue")?;
    let reason = required(params, "Reason")?.to_owned();
    check_words(context)?;
    let notice = params.number("NoticeType").map_err(|_| illegal("NoticeType"))?;
    let notice = notice.unwrap_or_default();
    if !NOTICES.contains(&notice) {
        return Err(illegal("NoticeType"));
    }
    let desired = desired_value(desired, &place, context)?;
    let (account, code) = (place.account.clone(), place.arn(&context.setup.switches));
    let draw = context.ids.next("quota-application", &[&code, &desired.to_string()]);
    let application = Application {
        id: draw.uuid().to_lowercase(),
        place,
        desired,
        reason,
        notice,
        applied: context.now,
        decided: time::after(context.now, draw.within(context.setup.quota_review)),
        agreed: context.setup.switches.quota_applications_agreed,
        effective: moment(context, "EffectiveTime")?,
        expires: moment(context, "ExpireTime")?,
    };
    let mut value = application.value(context.now, &context.setup.switches);
    if let Some(members) = value.as_object_mut() {
        members.remove("QuotaCategory");
    }
    context
        .quotas
        .applications
        .entry(account)
        .or_default()
        .push(application);
    Ok(Done::new(value).about([(QUOTA_TYPE, code)]))
}

/// A whole number above what is in force and not above the ceiling, for a quota that can be applied for now.
fn desired_value(text: &str, place: &Place, context: &Context<'_>) -> Result<usize, Refusal> {
    let total = context.quotas.limit(place, context.now, context.setup);
    // Numbers come with decimals from some clients.
    let whole = text.strip_suffix(".0").unwrap_or(text).parse().ok();
    let range = total.saturating_add(1)..=place.quota.ceiling(&context.setup.switches);
    let value = whole.filter(|value| range.contains(value)).ok_or_else(|| {
        let message = "The applied quota value is invalid.";
        Refusal::bad_request("QUOTA.DESIREVALUE.ILLEGAL", message)
    })?;
    if obstacle(place, total, context).is_empty() {
        Ok(value)
    } else {
        // Which code refuses a second application is not published.
        Err(illegal("QuotaActionCode"))
    }
}

fn check_words(context: &Context<'_>) -> Result<(), Refusal> {
    for (name, words) in [
        ("AuditMode", ["Async", "Sync"].as_slice()),
        ("EnvLanguage", &["en", "zh"]),
        ("QuotaCategory", &CATEGORIES),
    ] {
        if context.params.get(name).is_some_and(|word| !words.contains(&word)) {
            return Err(illegal(name));
        }
    }
    match context.params.get("QuotaCategory") {
        None | Some("CommonQuota") => Ok(()),
        Some(_) => Err(no_such_quota()),
    }
}

fn moment(context: &Context<'_>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let text = context.params.get(name);
    text.map(|text| time::parse_wire(text).ok_or_else(|| illegal(name)))
        .transpose()
}

pub(super) fn get(_: Usage<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let id = required(context.params, "ApplicationId")?;
    let mut own = own(context);
    let found = own.find(|application| application.id == id).ok_or_else(no_such_quota)?;
    let value = found.value(context.now, &context.setup.switches);
    Ok(Done::new(json!({ "QuotaApplication": value })))
}

/// Newest first.
pub(super) fn list(_: Usage<'_>, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let params = context.params;
    let (now, switches) = (context.now, &context.setup.switches);
    for (name, words) in [("Status", STATUSES.as_slice()), ("QuotaCategory", &CATEGORIES)] {
        if params.get(name).is_some_and(|word| !words.contains(&word)) {
            return Err(illegal(name));
        }
    }
    let region = request::region(context)?;
    let is = |name: &str, value: &str| params.get(name).is_none_or(|wanted| wanted == value);
    let keyword = params.get("KeyWord").unwrap_or_default();
    let wanted = own(context).filter(|one| {
        let quota = one.place.quota;
        is("ProductCode", quota.product())
            && is("QuotaActionCode", quota.code(switches))
            && is("QuotaCategory", "CommonQuota")
            && is("Status", one.status(now))
            && (region.is_none() || one.place.region == region)
            && (quota.name(switches).contains(keyword) || quota.code(switches).contains(keyword))
    });
    let mut rows: Vec<Value> = wanted.map(|one| row(one, now, context)).collect();
    rows.reverse();
    page(rows, params, APPLICATIONS_MAX, "QuotaApplications")
}

/// The caller's applications, oldest first.
fn own<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a Application> {
    let own = context.quotas.applications.get(context.account());
    own.into_iter().flatten()
}

fn row(application: &Application, now: Timestamp, context: &Context<'_>) -> Value {
    let mut value = application.value(now, &context.setup.switches);
    if let Some(members) = value.as_object_mut() {
        members.insert("Comment".to_owned(), json!(""));
        members.insert("Period".to_owned(), json!({ "PeriodUnit": "", "PeriodValue": 0 }));
    }
    value
}
