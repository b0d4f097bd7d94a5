//! `goldcast notify` as a person and a script use it: the real program, without a cloud.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::process::{Command, Output};

use serde_json::Value;

fn notify(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goldcast"))
        .arg("notify")
        .args(arguments)
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn shown(arguments: &[&str]) -> String {
    let output = notify(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn preview_explains_itself_with_examples_and_exit_codes() {
    let help = shown(&["preview", "--help"]);
    assert!(help.contains("Example") && help.contains("Exit codes:"), "{help}");
    insta::assert_snapshot!("notify-preview", help);
}

#[test]
fn a_test_explains_itself_with_examples_and_exit_codes() {
    let help = shown(&["test", "--help"]);
    assert!(help.contains("Example") && help.contains("Exit codes:"), "{help}");
    insta::assert_snapshot!("notify-test", help);
}

#[test]
fn a_preview_is_text_to_read() {
    let chinese = [
        "preview",
        "--kind",
        "needs-you",
        "--lang",
        "zh",
        "--channel-kind",
        "dingtalk",
    ];
    insta::assert_snapshot!("a-preview", shown(&chinese));
}

#[test]
fn without_arguments_every_platform_shows_every_kind_in_plain_english() {
    let text = shown(&["preview"]);
    assert!(!text.contains('\u{1b}'), "colours although NO_COLOR is set");
    let headings: BTreeSet<_> = text.lines().filter(|line| line.ends_with(" · en")).collect();
    assert_eq!(headings.len(), 8 * 8, "eight kinds on eight platforms: {headings:?}");
}

#[test]
fn json_is_what_is_sent() {
    let text = shown(&["preview", "--kind", "digest", "--json"]);
    let previews: Vec<Value> = serde_json::from_str(&text).unwrap();
    let platforms: BTreeSet<_> = previews.iter().map(|it| it["channel_kind"].as_str().unwrap()).collect();
    assert_eq!(platforms.len(), 8);
    for preview in &previews {
        assert_eq!(preview["kind"], "digest");
        assert!(preview["payload"].is_object(), "{preview}");
    }
}

#[test]
fn a_kind_that_there_is_not_is_told_which_there_are() {
    let output = notify(&["preview", "--kind", "relased"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("released") && told.contains("needs-you"), "{told}");
}
