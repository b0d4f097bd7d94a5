//! A plan and what a run did, for people and for machines. The words of every line are the planner's.

use goldcast_cloud::CallCounts;
use goldcast_domain::Scope;
use goldcast_engine::{Failure, Report};
use goldcast_planner::Plan;
use serde::Serialize;
use serde_json::{Value, json};

use super::teller::Teller;
use crate::exit::Exit;
use crate::ink::{BAD, CAREFUL, GOOD, SOFT, count, paint};

/// A plan as one object: the members are an interface.
#[derive(Debug, Serialize)]
struct Planned<'a> {
    scope: &'a Scope,
    #[serde(flatten)]
    plan: &'a Plan,
}

/// A plan, and what it took to make it, as one object.
pub(super) fn plan_as_json(scope: &Scope, plan: &Plan, failures: &[Failure], calls: &CallCounts) -> Value {
    let planned = Planned { scope, plan };
    let mut object = serde_json::to_value(&planned).unwrap_or_default();
    if let Value::Object(members) = &mut object {
        members.insert("failures".to_owned(), json!(failures));
        members.insert("reads".to_owned(), json!(calls.reads()));
        members.insert("writes".to_owned(), json!(calls.writes()));
    }
    object
}

/// Tells a plan, grouped by whose move it is.
pub(super) fn tell_plan(teller: &Teller, plan: &Plan) {
    if plan.is_settled() && plan.blocks.is_empty() {
        teller.line(paint(GOOD, "Nothing to do: everything is as the policy wants it."));
        return;
    }
    let groups: [(&str, Vec<String>); 3] = [
        ("To do", plan.actions.iter().map(ToString::to_string).collect()),
        ("Waiting", plan.waits.iter().map(ToString::to_string).collect()),
        ("Blocked", plan.blocks.iter().map(ToString::to_string).collect()),
    ];
    for (title, lines) in groups.iter().filter(|(_, lines)| !lines.is_empty()) {
        teller.heading(format_args!("{title} ({})", lines.len()));
        for line in lines {
            teller.line(format_args!("  {line}"));
        }
        teller.line("");
    }
}

/// Tells what could not be read or done.
pub(super) fn tell_failures(teller: &Teller, failures: &[Failure]) {
    for failure in failures {
        let mark = if failure.retry {
            paint(CAREFUL, "not yet:")
        } else {
            paint(BAD, "failed:")
        };
        teller.line(format_args!("{mark} {}: {}", failure.what, failure.why));
        teller.line(format_args!("  to do: {}", failure.advice));
    }
}

/// Tells how much there is of everything, and what it took.
pub(super) fn tell_counts(teller: &Teller, plan: &Plan, calls: &CallCounts) {
    let text = format!(
        "{}, {}, {}; {} and {}",
        count(plan.actions.len(), "action"),
        count(plan.waits.len(), "wait"),
        count(plan.blocks.len(), "block"),
        calls_in_words(calls.reads(), "read"),
        calls_in_words(calls.writes(), "write"),
    );
    teller.line(paint(SOFT, text));
}

/// `1 read`, `2 reads`.
pub(super) fn calls_in_words(calls: u64, what: &str) -> String {
    count(usize::try_from(calls).unwrap_or(usize::MAX), what)
}

/// How a command ends whose result is this plan.
pub(super) fn exit(plan: &Plan, report: &Report) -> Exit {
    if !report.failures.is_empty() {
        Exit::Failed
    } else if !plan.blocks.is_empty() {
        Exit::Forbidden
    } else if plan.is_settled() {
        Exit::Done
    } else {
        Exit::Pending
    }
}
