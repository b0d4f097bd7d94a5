//! What is said about trouble: what a person must solve, and what is not as it should be.

use super::book::{Arg, Book};
use crate::message::{Drift, NeedsYou};
use crate::outline::{Line, Outline};
use crate::untrusted::{one_line, shorten};

/// What stands between the parts of a place.
const BETWEEN: &str = " · ";

/// Longest subject, in bytes: it is the push banner.
const MAX_SUBJECT_BYTES: usize = 200;

/// Longest reason, in bytes: an error text may be endless, the way out must still fit below it.
const MAX_REASON_BYTES: usize = 4_000;

pub(super) fn needs_you(book: Book, needs_you: &NeedsYou) -> Outline {
    let subject = shorten(&one_line(&needs_you.subject), MAX_SUBJECT_BYTES);
    let reason = shorten(&one_line(&needs_you.reason), MAX_REASON_BYTES);
    let args = [
        ("subject", heading(book, &subject)),
        ("policy", Arg::Value(&needs_you.policy)),
        ("reason", Arg::Value(&reason)),
    ];
    let lead = if needs_you.policy.is_empty() {
        "needs-you.lead.general"
    } else {
        "needs-you.lead"
    };
    let facts = [
        ("fact.release", &needs_you.release),
        ("fact.image", &needs_you.image),
        ("fact.region", &needs_you.region),
        ("fact.account", &needs_you.account),
    ];
    Outline {
        title: book.line("needs-you.title", &args),
        lead: book.line(lead, &args),
        facts: labelled(book, &facts),
        todo: step(&needs_you.fix),
        ..Outline::default()
    }
}

/// What a trouble is called in this language, if it is one that goldcast itself named; else as it is called.
pub(super) fn heading(book: Book, subject: &str) -> Arg<'_> {
    match book.text(&["trouble.", &subject.replace(' ', "-")].concat()) {
        "" => Arg::Value(subject),
        words => Arg::Words(words),
    }
}

pub(super) fn drift(book: Book, drift: &Drift) -> Outline {
    let place = [drift.release.as_deref(), drift.region.as_deref()];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    let subject = if place.is_empty() {
        &drift.policy
    } else {
        &place.join(BETWEEN)
    };
    let what = shorten(&one_line(&drift.what), MAX_REASON_BYTES);
    let args = [
        ("subject", Arg::Value(subject)),
        ("policy", Arg::Value(&drift.policy)),
        ("what", Arg::Value(&what)),
    ];
    let facts = [
        ("fact.release", &drift.release),
        ("fact.image", &drift.image),
        ("fact.region", &drift.region),
    ];
    let mut facts = labelled(book, &facts);
    let repair = if drift.is_repaired {
        "drift.repaired"
    } else {
        "drift.left"
    };
    facts.push(book.line(repair, &[]));
    Outline {
        title: book.line("drift.title", &args),
        lead: book.line("drift.lead", &args),
        facts,
        todo: step(&drift.fix),
        ..Outline::default()
    }
}

/// What is known of where it is, each with its label.
fn labelled(book: Book, facts: &[(&str, &Option<String>)]) -> Vec<Line> {
    let known = facts
        .iter()
        .filter_map(|(key, value)| value.as_deref().map(|value| (key, value)));
    known
        .map(|(key, value)| book.line(key, &[("value", Arg::Value(value))]))
        .collect()
}

fn step(fix: &str) -> Vec<Line> {
    if fix.is_empty() {
        return Vec::new();
    }
    vec![Line::default().value(fix)]
}
