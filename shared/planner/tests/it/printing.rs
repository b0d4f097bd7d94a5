//! Printing: a plan as text that a person reads aloud, and as JSON that a machine compares.

use crate::every_line::every_line;
use goldcast_planner::{Plan, Wait, WaitKind};

#[test]
fn every_line_as_people_read_it() {
    insta::assert_snapshot!(every_line());
}

#[test]
fn every_line_as_machines_compare_it() {
    insta::assert_json_snapshot!(every_line());
}

#[test]
fn a_plan_without_lines_says_so_and_is_empty_json() {
    let plan = Plan::default();
    assert_eq!(
        plan.to_string(),
        "nothing to do: everything is as the policy wants it\n"
    );
    assert_eq!(
        serde_json::to_string(&plan).unwrap(),
        r#"{"actions":[],"waits":[],"blocks":[]}"#
    );
}

#[test]
fn a_line_without_a_release_names_its_policy_and_one_without_a_policy_nobody() {
    let wait = |policy: Option<&str>| Wait {
        kind: WaitKind::Paused,
        policy: policy.map(|name| name.parse().unwrap()),
        release: None,
    };
    assert_eq!(wait(Some("base-linux")).to_string(), "base-linux: the policy is paused");
    assert_eq!(wait(None).to_string(), "the policy is paused");
}
