//! `goldcast demo` as people run it: the real program, its exit code, and what it prints.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use goldcast_emulator::planted;
use serde_json::Value;

const EXAMPLE: &str = include_str!("../../goldcast.toml");

/// The demo as fast as the machine can, in a folder that holds nothing but the given policy.
fn demo(arguments: &[&str], folder: &Path) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_goldcast"))
        .args(["demo", "--speed", "100000"])
        .args(arguments)
        .current_dir(folder)
        .env("TMPDIR", folder)
        .output()
        .unwrap();
    for told in [&output.stdout, &output.stderr] {
        assert_eq!(planted::leaks(&text(told)), Vec::<String>::new(), "secrets show");
    }
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_story_ends_as_it_should_and_a_seed_repeats_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut outcomes = Vec::new();
    for _ in 0..2 {
        let output = demo(&["--json", "--seed", "7"], folder.path());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let mut outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(outcome["released"], true);
        assert!(outcome["regions"].as_array().unwrap().len() >= 4, "{outcome}");
        assert!(outcome["accounts"].as_u64().unwrap() >= 10, "{outcome}");
        assert!(outcome["messages"].as_u64().unwrap() >= 8, "{outcome}");
        let recall = &outcome["recall"];
        assert_eq!(recall["release"], "corp-linux-2026.04");
        assert_eq!(recall["resolves_to"], "corp-linux-2026.03");
        assert_eq!((&recall["accounts"], &recall["messages"]), (&0.into(), &4.into()));
        assert!(recall["parked_after"].as_u64().unwrap() <= 60, "{outcome}");
        assert!(outcome["seconds"].is_f64(), "{outcome}");
        outcome["seconds"] = Value::Null;
        outcomes.push((outcome, text(&output.stderr)));
    }
    let [(outcome, story), (again, retold)] = outcomes.try_into().unwrap();
    assert_eq!(outcome, again);
    let timeless = |story: &str| {
        story
            .lines()
            .filter(|line| !line.contains("s real"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(timeless(&story), timeless(&retold));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "files are left behind: {left:?}");
}

#[test]
fn the_story_is_plain_lines_where_nobody_watches_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let output = demo(&[], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let story = text(&output.stdout);
    assert!(!story.contains('\u{1b}'), "no colours and no bars in a pipe: {story}");
    for part in [
        "1. The stage",
        "2. A pipeline builds an image",
        "3. goldcast takes it everywhere",
        "4. A member joins",
        "5. A member leaves",
        "11 accounts can launch acs:1234567890123456:corp-linux in 4 regions",
        "6. The next release",
        "7. The recall",
        "acs:1234567890123456:corp-linux launches corp-linux-2026.03 again in 4 regions",
        "nobody can launch corp-linux-2026.04 any more",
        "corp-linux-2026.03 is released in 4 regions",
        "corp-linux-2026.04 is released in 4 regions",
        "corp-linux-2026.04 was recalled",
        "Why it was recalled: sshd accepts every key",
        "simulated seconds after the tag; corp-linux launches corp-linux-2026.03, 4 messages",
        "1 account can now launch family corp-linux",
        "payments (joined)",
        "(left)",
        "What to try next",
    ] {
        assert!(story.contains(part), "{part:?} is missing in {story}");
    }
}

#[test]
fn the_story_ends_as_it_should_whatever_goes_wrong() {
    // Side by side: most of the time is spent waiting for another try.
    std::thread::scope(|scope| {
        for chaos in ["rough", "storm", "forgetful", "liar", "deaf"] {
            scope.spawn(move || {
                let folder = tempfile::tempdir().unwrap();
                let output = demo(&["--json", "--chaos", chaos], folder.path());
                let told = text(&output.stderr);
                assert_eq!(output.status.code(), Some(0), "{chaos}: {told}");
                let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
                assert_eq!(
                    (&outcome["released"], &outcome["accounts"]),
                    (&true.into(), &11.into()),
                    "{chaos}: {told}"
                );
            });
        }
    });
}

#[test]
fn another_policy_is_played_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let policy = EXAMPLE
        .replace(
            "select = { tags = { golden = \"corp-linux\" } }",
            "select = { name = \"*-web\" }",
        )
        .replace(
            "\"cn-shanghai\", \"ap-southeast-1\", \"eu-central-1\"",
            "\"cn-beijing\"",
        )
        .replace("fd-prod000001", "fd-elsewhere1");
    std::fs::write(folder.path().join("goldcast.toml"), policy).unwrap();
    let output = demo(&["--json"], folder.path());
    let story = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{story}");
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["regions"], serde_json::json!(["cn-beijing", "cn-hangzhou"]));
    // Two of the folder dev, and one of the sandbox by name.
    assert_eq!(outcome["accounts"], 3, "{story}");
    assert_eq!(outcome["recall"]["resolves_to"], "golden-2026.03-web", "{story}");
    assert!(
        story.contains("no folder fd-elsewhere1; it has fd-prod000001 (prod)"),
        "{story}"
    );
}

#[test]
fn a_policy_without_exceptions_is_played_by_shelf() {
    let folder = tempfile::tempdir().unwrap();
    let lines = EXAMPLE.lines().filter(|line| !line.starts_with("except = "));
    let policy: Vec<&str> = lines.collect();
    std::fs::write(folder.path().join("goldcast.toml"), policy.join("\n")).unwrap();
    let output = demo(&["--json"], folder.path());
    let story = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{story}");
    assert!(story.contains("its folder gets what stands on the shelf"), "{story}");
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["accounts"], 12, "{story}");
    assert_eq!(outcome["recall"]["accounts"], 0, "{story}");
}

#[test]
fn a_policy_with_one_name_has_one_release_and_its_recall_empties_the_family() {
    let folder = tempfile::tempdir().unwrap();
    let policy = EXAMPLE.replace("tags = { golden = \"corp-linux\" }", "name = \"corp-linux\"");
    std::fs::write(folder.path().join("goldcast.toml"), policy).unwrap();
    let output = demo(&["--json"], folder.path());
    let story = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{story}");
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["recall"]["release"], "corp-linux");
    assert_eq!(outcome["recall"]["resolves_to"], Value::Null, "{story}");
    assert!(story.contains("launches nothing any more"), "{story}");
}

#[test]
fn a_recall_that_the_brake_stops_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let policy = EXAMPLE.replace("[[policy]]", "[brakes]\nreleases = 0\n\n[[policy]]");
    std::fs::write(folder.path().join("goldcast.toml"), policy).unwrap();
    let output = demo(&["--json"], folder.path());
    let story = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{story}");
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["released"], true);
    assert_eq!(
        outcome["recall"]["resolves_to"], "corp-linux-2026.03",
        "parking is not braked: {story}"
    );
    for part in [
        "This did not come true: nobody has the recalled images any more",
        "corp-linux-2026.04 in cn-hangzhou: parked, shared with 11 accounts",
        "corp-linux-2026.03 in cn-hangzhou: shared with 11 accounts, launched by the family",
        "blocked: ",
    ] {
        assert!(story.contains(part), "{part:?} is missing in {story}");
    }
}

#[test]
fn a_story_that_does_not_come_true_says_what_was_expected_and_what_is_the_case() {
    let folder = tempfile::tempdir().unwrap();
    // The quota leaves room for one account only, and the policy forbids shelves, which need none.
    let policy = EXAMPLE
        .replace("[[policy]]", "[limits]\naccounts-per-image = 1\n\n[[policy]]")
        .replace("[policy.share]", "[policy.share]\nby = \"grant\"");
    std::fs::write(folder.path().join("goldcast.toml"), policy).unwrap();
    let output = demo(&["--json"], folder.path());
    let story = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{story}");
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["released"], false);
    assert!(
        story.contains("This did not come true: everyone in the audience can launch it in every region"),
        "{story}"
    );
    assert!(
        story.contains("blocked: ") && story.contains("can be shared with 1 account,"),
        "{story}"
    );
}

#[cfg(unix)]
#[test]
fn an_interrupted_story_says_so_and_leaves_nothing_behind() {
    use std::io::{BufRead as _, BufReader, Read as _};

    use rustix::process::{Pid, Signal, kill_process};

    let folder = tempfile::tempdir().unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_goldcast"))
        .args(["demo", "--speed", "1"])
        .current_dir(folder.path())
        .env("TMPDIR", folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut story = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    story.read_line(&mut line).unwrap();
    let id = i32::try_from(process.id()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::INT).unwrap();
    let mut told = String::new();
    process.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(process.wait().unwrap().code(), Some(130));
    assert_eq!(told, "error: interrupted\n");
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn a_policy_that_is_none_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "serial = 7\n").unwrap();
    for (file, code) in [("missing.toml", 2), ("wrong.toml", 1)] {
        let output = demo(&["--policy", file], folder.path());
        assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty() && text(&output.stderr).contains(file));
    }
}
