//! Whole processes: the examples, started as the platform starts a `bootstrap`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::client::Client;

struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(example: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(path(example))
            .env_clear()
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn line(&mut self) -> String {
        self.lines.next_line().await.unwrap().unwrap()
    }

    async fn json(&mut self) -> Value {
        serde_json::from_str(&self.line().await).unwrap()
    }

    /// Reads the first line, which says on which port it listens.
    async fn address(&mut self) -> SocketAddr {
        let line = self.json().await;
        assert_eq!(line["message"], "listening");
        let address: SocketAddr = line["address"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            address.ip(),
            Ipv4Addr::UNSPECIFIED,
            "the health check does not reach 127.0.0.1"
        );
        (Ipv4Addr::LOCALHOST, address.port()).into()
    }

    async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().await.unwrap();
        assert!(sent.success());
    }

    /// Its exit code and what it wrote to standard error.
    async fn end(mut self) -> (Option<i32>, String) {
        let mut stderr = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .await
            .unwrap();
        (self.child.wait().await.unwrap().code(), stderr)
    }
}

/// Examples are built next to the tests by `cargo test`.
fn path(example: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("examples").join(example);
    assert!(
        path.exists(),
        "{} is missing: run `cargo test` without `--test`",
        path.display()
    );
    path
}

#[tokio::test]
async fn a_process_writes_markers_and_flat_json_to_standard_output() {
    let variables = [("FC_CUSTOM_LISTEN_PORT", "0"), ("FC_FUNCTION_NAME", "greeter")];
    let mut process = Process::start("hello", &variables);
    let mut client = Client::connect(process.address().await).await;
    let answer = client
        .ask("POST /invoke", &[("x-fc-request-id", "1-a")], br#"{"name":"Ada"}"#)
        .await;
    assert_eq!(answer.json(), "Hello, Ada!");
    assert_eq!(process.line().await, "FC Invoke Start RequestId: 1-a");
    let line = process.json().await;
    let pick = |name: &str| line[name].clone();
    assert_eq!(pick("request_id"), "1-a");
    assert_eq!(pick("function"), "greeter");
    assert_eq!(pick("cold_start"), true);
    assert_eq!(pick("message"), "greeting");
    assert_eq!(pick("name"), "Ada");
    assert_eq!(pick("level"), "INFO");
    assert_eq!(process.line().await, "FC Invoke End RequestId: 1-a");
}

#[tokio::test]
async fn sigterm_and_sigint_end_a_process_properly() {
    for signal in ["TERM", "INT"] {
        let mut process = Process::start("hello", &[("FC_CUSTOM_LISTEN_PORT", "0")]);
        let mut client = Client::connect(process.address().await).await;
        client.ask("POST /invoke", &[], br#"{"name":"Ada"}"#).await;
        process.signal(signal).await;
        assert!(client.is_closed().await);
        let (code, stderr) = process.end().await;
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "SIG{signal}");
    }
}

#[tokio::test]
async fn a_panic_goes_to_the_log_with_its_place_and_not_to_standard_error() {
    let mut process = Process::start("divide", &[("FC_CUSTOM_LISTEN_PORT", "0")]);
    let mut client = Client::connect(process.address().await).await;
    let panicked = client
        .ask(
            "POST /invoke",
            &[("x-fc-request-id", "1-a")],
            br#"{"dividend":1,"divisor":0}"#,
        )
        .await;
    assert_eq!(panicked.error_type(), "Panic");
    let after = client.ask("POST /invoke", &[], br#"{"dividend":7,"divisor":2}"#).await;
    assert_eq!(after.json(), 3);
    process.line().await;
    let line = process.json().await;
    let error = line["error"].as_str().unwrap();
    assert!(
        error.contains("divide.rs:") && error.ends_with("attempt to divide by zero"),
        "{error}"
    );
    assert_eq!(line["level"], "ERROR");
    process.signal("TERM").await;
    assert_eq!(process.end().await, (Some(0), String::new()));
}

#[tokio::test]
async fn a_wrong_configuration_ends_with_64_and_names_variable_and_value() {
    for (example, name, value) in [
        ("hello", "FC_CUSTOM_LISTEN_PORT", "http"),
        ("hello", "FC_SERVER_PORT", "70000"),
        ("hello", "FUNCTION_TIMEOUT_SECONDS", "soon"),
        ("hello", "RUST_LOG", "hello=loud"),
        ("divide", "DIVISOR_MAX", "many"),
    ] {
        let mut process = Process::start(example, &[(name, value)]);
        let line = process.json().await;
        assert_eq!(line["message"], "the configuration is wrong");
        let error = line["error"].as_str().unwrap();
        assert!(error.contains(value), "{error}");
        assert!(error.contains(name) || name == "RUST_LOG", "{error}");
        assert_eq!(process.end().await, (Some(64), String::new()));
    }
}

#[tokio::test]
async fn a_port_that_is_taken_ends_with_71() {
    let mut first = Process::start("hello", &[("FC_CUSTOM_LISTEN_PORT", "0")]);
    let port = first.address().await.port().to_string();
    let mut second = Process::start("hello", &[("FC_CUSTOM_LISTEN_PORT", &port)]);
    let error = second.json().await;
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .starts_with(&format!("cannot listen on 0.0.0.0:{port}: "))
    );
    assert_eq!(second.end().await.0, Some(71));
}
