//! What the tests of the world share: a world to test with and the fake function's answers.

use std::path::PathBuf;

use goldcast_emulator::cloud::{Cloud, Organisation, Setup};
use goldcast_emulator::world::{DeployedRole, Deployment, Function, Invocation, Launch, World, WorldSetup};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The account that the functions run in.
pub(crate) const OWNER: &str = "1234567890123456";
/// The region that they run in.
pub(crate) const HOME: &str = "cn-hangzhou";

/// Roles that functions run under here; they may do anything.
const ROLES: [&str; 2] = ["goldcast-sweep", "goldcast-copy-completed"];

/// When every world starts.
pub(crate) fn start() -> Timestamp {
    "2026-11-20T08:00:00Z".parse().unwrap()
}

/// The example that plays the functions. Cargo builds it with all tests of the package, next to them; not
/// with one test target alone.
pub(crate) fn fake_function() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let program = folder.join("examples").join("fake_function");
    assert!(
        program.exists(),
        "{} is missing: run `cargo build -p goldcast-emulator --examples`",
        program.display()
    );
    program
}

/// A function with a timeout that no test waits for, changed by `changes`.
pub(crate) fn function(name: &str, changes: Value) -> Function {
    let mut function = json!({ "name": name, "timeout_seconds": 60, "memory_mb": 128, "role": "goldcast-sweep" });
    if let (Some(function), Value::Object(changes)) = (function.as_object_mut(), changes) {
        function.extend(changes);
    }
    serde_json::from_value(function).unwrap()
}

/// A role of functions that allows these actions on everything.
pub(crate) fn role(name: &str, actions: &Value) -> DeployedRole {
    let trust =
        json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": ["fc.aliyuncs.com"] } });
    let policy = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
    let document = |statement: Value| json!({ "Version": "1", "Statement": [statement] });
    DeployedRole {
        name: name.to_owned(),
        trust: document(trust),
        policies: [(name.to_owned(), document(policy))].into(),
    }
}

/// A world in which these functions are deployed.
pub(crate) fn setup(functions: Vec<Function>) -> WorldSetup {
    let organisation = Organisation::standard(
        OWNER.parse().unwrap(),
        "1000000000000001".parse().unwrap(),
        HOME.parse().unwrap(),
    );
    let cloud = Cloud::new(Setup::with_seed(7), &organisation);
    WorldSetup {
        seed: 7,
        deployment: Deployment {
            roles: ROLES.iter().map(|name| role(name, &json!(["*"]))).collect(),
            functions,
            ..Deployment::default()
        },
        launch: Launch::always(fake_function()),
        ..WorldSetup::new(cloud, organisation.owner.clone(), organisation.home.clone(), start())
    }
}

/// Opens [`setup`].
pub(crate) async fn world(functions: Vec<Function>) -> World {
    World::open(setup(functions)).await.unwrap()
}

/// What the fake function saw.
pub(crate) fn seen(invocation: &Invocation) -> Value {
    serde_json::from_slice(&invocation.body).unwrap()
}

/// Simulated seconds since the start.
pub(crate) fn elapsed(world: &World) -> i64 {
    world.now().duration_since(start()).as_secs()
}

/// The events that a function was invoked with, in order.
pub(crate) fn events(world: &World, function: &str) -> Vec<Value> {
    let lines = world.log(function).into_iter();
    lines
        .filter_map(|line| Some(serde_json::from_str(line.text.strip_prefix("event ")?).unwrap()))
        .collect()
}

/// One HTTP request, by hand. Gives status and body.
pub(crate) async fn http(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let (address, target) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let first = format!("{method} /{target} HTTP/1.1\r\nhost: {address}\r\n");
    exchange(address, first, headers, body).await
}

/// One HTTP request by way of a proxy, as a client sends it that knows nothing but the proxy's address.
pub(crate) async fn proxied(proxy: &str, url: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let (host, _) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let first = format!("POST {url} HTTP/1.1\r\nhost: {host}\r\n");
    exchange(proxy, first, headers, "").await
}

async fn exchange(address: &str, first: String, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head = first + "connection: close\r\n";
    for (name, value) in headers {
        head.extend([*name, ": ", *value, "\r\n"]);
    }
    let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
