//! What the program says of itself. The snapshots are what people read; a change here is a change for them.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::process::{Command, Output};

fn goldcast(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goldcast"))
        .args(arguments)
        .env("COLUMNS", "100")
        .output()
        .unwrap()
}

#[test]
fn every_command_explains_itself_with_examples_and_exit_codes() {
    for command in [
        "apply", "cancel", "demo", "deploy", "dev", "doctor", "explain", "function", "package", "plan", "recall",
        "status",
    ] {
        let output = goldcast(&[command, "--help"]);
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains("Example") && help.contains("Exit codes:"), "{help}");
        insta::assert_snapshot!(command, help);
    }
}

#[test]
fn an_unknown_function_is_told_which_there_are() {
    let output = goldcast(&["function", "image-deleted"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    for function in goldcast_functions::FUNCTIONS {
        assert!(told.contains(function.name), "{told}");
    }
}
