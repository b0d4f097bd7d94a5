//! Findings for people and for machines.

use std::collections::BTreeMap;

use goldcast_cloud::CallCounts;
use serde_json::{Value, json};

use super::finding::{Finding, Findings, Group, Severity};
use crate::ink::{BAD, CAREFUL, GOOD, SOFT, count, paint};
use crate::verbs::report::calls_in_words;
use crate::verbs::teller::Teller;

/// Width of the column that says how bad it is.
const WIDTH: usize = 8;

/// One object for a machine.
pub(super) fn as_json(findings: &Findings, calls: &CallCounts) -> Value {
    json!({
        "worst": findings.worst(),
        "findings": findings.all,
        "reads": calls.reads(),
        "writes": calls.writes(),
    })
}

/// Part by part; what is as it should be is counted, unless everything is to be shown.
pub(super) fn tell(teller: &Teller, findings: &Findings, everything: bool, calls: &CallCounts) {
    let mut groups: BTreeMap<Group, Vec<&Finding>> = BTreeMap::new();
    for finding in &findings.all {
        groups.entry(finding.group).or_default().push(finding);
    }
    for (group, members) in groups {
        teller.heading(group.title());
        let (well, other): (Vec<&Finding>, Vec<&Finding>) =
            members.iter().partition(|finding| finding.severity == Severity::Ok);
        if everything {
            for finding in &well {
                line(teller, finding);
            }
        } else if !well.is_empty() {
            let word = paint(GOOD, format_args!("{:<WIDTH$}", "ok"));
            teller.line(format_args!("  {word} {}", count(well.len(), "check")));
        }
        for finding in other {
            line(teller, finding);
            below(teller, "why", finding.why);
            below(teller, "to do", finding.to_do.as_deref().unwrap_or_default());
        }
        teller.line("");
    }
    teller.line(sum(findings));
    teller.line(paint(SOFT, calls_in_words(calls.reads(), "read")));
}

fn line(teller: &Teller, finding: &Finding) {
    let (word, style) = match finding.severity {
        Severity::Ok => ("ok", GOOD),
        Severity::Note => ("note", SOFT),
        Severity::Warning => ("warning", CAREFUL),
        Severity::Unknown => ("unknown", CAREFUL),
        Severity::Error => ("error", BAD),
    };
    let word = paint(style, format_args!("{word:<WIDTH$}"));
    let about = finding
        .about
        .as_deref()
        .map(|about| format!(" {about}"))
        .unwrap_or_default();
    let id = paint(SOFT, finding.id());
    teller.line(format_args!("  {word} {id}{about}: {}", finding.seen));
}

fn below(teller: &Teller, label: &str, text: &str) {
    if !text.is_empty() {
        teller.line(format_args!("  {:WIDTH$} {label}: {text}", ""));
    }
}

fn sum(findings: &Findings) -> String {
    let of = |severity| {
        findings
            .all
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    match findings.worst() {
        Severity::Ok | Severity::Note => paint(
            GOOD,
            format_args!("All is well ({}).", count(of(Severity::Ok), "check")),
        ),
        Severity::Warning | Severity::Unknown | Severity::Error => {
            let style = if findings.worst() == Severity::Error {
                BAD
            } else {
                CAREFUL
            };
            let text = format!(
                "{}, {}, {} not looked at.",
                count(of(Severity::Error), "error"),
                count(of(Severity::Warning), "warning"),
                count(of(Severity::Unknown), "thing")
            );
            paint(style, text)
        }
    }
}
