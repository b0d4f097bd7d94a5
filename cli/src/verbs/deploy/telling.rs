//! A plan of a deployment in words, and as an object.

use serde_json::{Value, json};

use super::bootstrap::State;
use super::commands::commands;
use super::plan::{Fate, Plan};
use super::target::Target;
use crate::ink::{BAD, CAREFUL, GOOD, SOFT, count, paint};
use crate::verbs::teller::Teller;

/// Tells a plan.
pub(super) fn tell(teller: &Teller, plan: &Plan, target: &Target) {
    let place = &target.place;
    teller.heading(format_args!(
        "{} in {}, account {}",
        place.stack, place.region, place.account
    ));
    if !plan.asked {
        teller.line(paint(
            CAREFUL,
            "There are no keys: this is what the template says, not what is there.",
        ));
    }
    if plan.is_done() {
        teller.line(paint(GOOD, "Nothing to do: everything is as it should be."));
        return;
    }
    tell_bootstrap(teller, plan);
    tell_code(teller, plan, target);
    tell_changes(teller, plan);
    tell_costs(teller, plan);
    teller.line("");
    teller.heading("Commands");
    for command in commands(plan, target) {
        teller.line(format_args!("  {command}"));
    }
    teller.line("");
}

fn tell_bootstrap(teller: &Teller, plan: &Plan) {
    teller.line("");
    teller.heading("What a stack cannot make");
    for step in &plan.bootstrap {
        let what = &step.what;
        match &step.state {
            State::There => teller.line(format_args!("  {} {what} is there", paint(GOOD, "✓"))),
            State::Missing => teller.line(format_args!("  {} {what} would be made", paint(CAREFUL, "+"))),
            State::Unknown(why) => teller.line(format_args!(
                "  {} {what} would be made if it is missing {}",
                paint(CAREFUL, "?"),
                paint(SOFT, format_args!("({why})"))
            )),
        }
    }
}

fn tell_code(teller: &Teller, plan: &Plan, target: &Target) {
    let Some(bucket) = target.bucket().filter(|_| !target.packages.is_empty()) else {
        return;
    };
    let place = format!("oss://{bucket}/{}", target.prefix());
    let packages = count(target.packages.len(), "package");
    teller.line("");
    teller.heading("Code");
    if plan.code_is_there {
        teller.line(format_args!("  {} {packages} in {place}", paint(GOOD, "✓")));
    } else {
        teller.line(format_args!("  {} {packages} to {place}", paint(CAREFUL, "+")));
    }
}

fn tell_changes(teller: &Teller, plan: &Plan) {
    teller.line("");
    match &plan.existing {
        Some(stack) => teller.heading(format_args!("Stack, {}", stack.status)),
        None => teller.heading("Stack, new"),
    }
    for change in &plan.changes {
        let (sign, words) = match change.fate {
            Fate::Added => (paint(GOOD, "+"), ""),
            Fate::Changed => (paint(CAREFUL, "~"), ""),
            Fate::Replaced => (paint(BAD, "±"), "  removed and made anew"),
            Fate::Removed => (paint(BAD, "-"), "  removed"),
            Fate::Kept => continue,
        };
        teller.line(format_args!(
            "  {sign} {}  {}{words}",
            change.id,
            paint(SOFT, &change.kind)
        ));
    }
    let fates = [
        (Fate::Added, "added"),
        (Fate::Changed, "changed"),
        (Fate::Replaced, "made anew"),
        (Fate::Removed, "removed"),
        (Fate::Kept, "kept"),
    ];
    let counts: Vec<String> = fates
        .iter()
        .filter(|(fate, _)| plan.count(*fate) > 0)
        .map(|(fate, word)| format!("{} {word}", plan.count(*fate)))
        .collect();
    teller.line(format_args!("  {}", counts.join(", ")));
}

fn tell_costs(teller: &Teller, plan: &Plan) {
    teller.line("");
    teller.heading("Costs of the timers, a month");
    let width = plan
        .costs
        .iter()
        .map(|cost| cost.function.len())
        .max()
        .unwrap_or_default();
    for cost in &plan.costs {
        teller.line(format_args!(
            "  {:<width$}  {:>6} calls  {:>6.2} CNY  {}",
            cost.function,
            cost.calls,
            cost.billed_cny,
            paint(
                SOFT,
                format_args!("{:.2} by use, the rest is the minimum per hour", cost.usage_cny)
            )
        ));
    }
    for (resource, cost) in &plan.quoted.resources {
        teller.line(format_args!(
            "  {resource}  {} {} a {}",
            cost.amount, cost.currency, cost.period
        ));
    }
    let total: f64 = plan.costs.iter().map(|cost| cost.billed_cny).sum();
    teller.line(format_args!("  about {total:.2} CNY if nothing happens"));
    let left_out = "An hour with an event costs 0.01 CNY per function it wakes; logs, queues, snapshots of copies and traffic \
        are billed by their products. List prices of the China site.";
    teller.line(paint(SOFT, format_args!("  {left_out}")));
}

/// The same for machines.
pub(super) fn as_json(plan: &Plan, target: &Target) -> Value {
    let bootstrap = plan.bootstrap.iter().map(|step| {
        let (state, why) = match &step.state {
            State::There => ("there", None),
            State::Missing => ("missing", None),
            State::Unknown(why) => ("unknown", Some(why)),
        };
        json!({ "what": step.what, "state": state, "why": why, "command": step.command(target) })
    });
    let changes = plan
        .changes
        .iter()
        .map(|change| json!({ "resource": change.id, "type": change.kind, "action": change.fate.word() }));
    let costs = plan.costs.iter().map(|cost| {
        json!({
            "function": cost.function,
            "calls": cost.calls,
            "usage_cny": cost.usage_cny,
            "billed_cny": cost.billed_cny,
        })
    });
    json!({
        "account": target.place.account,
        "region": target.place.region,
        "asked": plan.asked,
        "bootstrap": bootstrap.collect::<Vec<_>>(),
        "code": { "bucket": target.bucket(), "prefix": target.prefix(), "there": plan.code_is_there },
        "stack": {
            "name": target.place.stack,
            "id": plan.existing.as_ref().map(|stack| &stack.stack_id),
            "status": plan.existing.as_ref().map(|stack| &stack.status),
        },
        "changes": changes.collect::<Vec<_>>(),
        "costs": costs.collect::<Vec<_>>(),
        "commands": commands(plan, target),
    })
}
