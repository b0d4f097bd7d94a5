//! `goldcast dev` as scripts use it: the line that describes the world, and an end that leaves nothing behind.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Real time for anything that must come; nothing here takes a second.
const PATIENCE: Duration = Duration::from_mins(1);

/// A world that runs as a child of the test.
struct World {
    process: Child,
    description: Value,
    /// Kept open: a world whose reader went away has nobody to tell.
    output: BufReader<std::process::ChildStdout>,
}

impl World {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    fn start_with(folder: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_goldcast"))
            .args(["dev", "--json", "--speed", "1000"])
            .args(arguments)
            .current_dir(folder)
            .env("TMPDIR", folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        Self {
            process,
            description: serde_json::from_str(&line).unwrap(),
            output,
        }
    }

    fn id(&self) -> i32 {
        i32::try_from(self.process.id()).unwrap()
    }

    /// The processes of the functions, once there are any: the timers start them.
    fn functions(&self) -> Vec<PathBuf> {
        let id = self.id();
        let children = format!("/proc/{id}/task/{id}/children");
        let give_up = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap() + PATIENCE;
        while std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap() < give_up {
            let children = std::fs::read_to_string(&children).unwrap();
            if !children.is_empty() {
                return children
                    .split_whitespace()
                    .map(|id| Path::new("/proc").join(id))
                    .collect();
            }
            std::thread::yield_now();
        }
        Vec::new()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_first_line_describes_the_world_and_its_sockets_are_open() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::start(folder.path());
    let description = world.description.as_object().unwrap();
    let fields: Vec<&str> = description.keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        [
            "channels",
            "credentials",
            "endpoints",
            "global",
            "instance_id",
            "policy",
            "status",
            "web"
        ]
    );
    let regional = description["endpoints"].as_object().unwrap();
    assert_eq!(regional.len(), 4);
    let regional = regional.values().flat_map(|hosts| hosts.as_object().unwrap().values());
    for host in regional.chain(description["global"].as_object().unwrap().values()) {
        TcpStream::connect(host.as_str().unwrap()).unwrap();
    }
    for who in ["owner", "management"] {
        let key = description["credentials"][who].as_object().unwrap();
        let fields: Vec<&str> = key.keys().map(String::as_str).collect();
        assert_eq!(fields, ["access_key_id", "access_key_secret", "account"]);
    }
    let policy = Path::new(description["policy"].as_str().unwrap());
    assert!(policy.is_absolute());
    goldcast_domain::policy::authoring::read(&std::fs::read_to_string(policy).unwrap()).unwrap();
}

#[test]
fn the_verbs_work_on_a_world_by_its_first_line() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::start(folder.path());
    std::fs::write(folder.path().join("line.json"), world.description.to_string()).unwrap();
    let policy = world.description["policy"].as_str().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_goldcast"))
        .args(["plan", "--endpoints", "line.json", "--policy", policy])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("Nothing to do"), "{told}");
}

#[test]
fn every_call_is_told_and_recorded_with_what_was_made_to_go_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    let mut world = World::start_with(
        folder.path(),
        &["--calls", "--record", file.to_str().unwrap(), "--chaos", "forgetful"],
    );
    // The timers wake functions, and the functions look.
    let mut told = Vec::new();
    while told.len() < 5 {
        let mut line = String::new();
        assert_ne!(world.output.read_line(&mut line).unwrap(), 0, "the world ended");
        let line: Value = serde_json::from_str(&line).unwrap();
        if line["kind"] == "call" {
            told.push(line);
        }
    }
    kill_process(Pid::from_raw(world.id()).unwrap(), Signal::TERM).unwrap();
    assert_eq!(world.process.wait().unwrap().code(), Some(0));
    let text = std::fs::read_to_string(&file).unwrap();
    let recorded: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (mut told, recorded) in told.into_iter().zip(&recorded) {
        told.as_object_mut().unwrap().remove("kind");
        assert_eq!(told, *recorded);
        let fields: Vec<&str> = recorded.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            fields,
            [
                "action",
                "at",
                "caller",
                "error_code",
                "fault",
                "parameters",
                "product",
                "region",
                "request_id",
                "result",
                "status",
                "took_ms"
            ]
        );
        if recorded["action"] == "DescribeImages" {
            assert!(recorded["fault"].as_str().unwrap().contains("any-order"), "{recorded}");
        }
    }
    let secret = world.description["credentials"]["owner"]["access_key_secret"]
        .as_str()
        .unwrap();
    assert!(!text.contains(secret) && !text.contains("Signature"), "{text}");
}

#[test]
fn ctrl_c_and_sigterm_leave_no_process_and_no_file_behind() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let folder = tempfile::tempdir().unwrap();
        let mut world = World::start(folder.path());
        let functions = world.functions();
        assert!(!functions.is_empty(), "the timers wake functions");
        kill_process(Pid::from_raw(world.id()).unwrap(), signal).unwrap();
        let status = world.process.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{signal:?}");
        let alive: Vec<_> = functions.iter().filter(|process| is_goldcast(process)).collect();
        assert!(alive.is_empty(), "{signal:?} left {alive:?}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert!(left.is_empty(), "{signal:?} left {left:?}");
    }
}

/// Whether the process is there and is one of ours: ids are given out again.
fn is_goldcast(process: &Path) -> bool {
    std::fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim() == "goldcast")
}
