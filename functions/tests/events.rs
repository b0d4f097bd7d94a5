//! What every function does with every event: one table over the samples in `fixtures/events`, and the bounds that no
//! sample shows.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fmt::Write as _;
use std::path::Path;

use goldcast_functions::{Envelope, FUNCTIONS, Function, Look, Reason, Settings};
use serde_json::{Value, json};

fn settings() -> Settings {
    Settings::new("1234567890123456".parse().unwrap(), "cn-hangzhou".parse().unwrap())
}

fn look(function: &str, body: &[u8]) -> Look {
    (Function::by_name(function).unwrap().look)(&Envelope::parse(body), &settings())
}

#[track_caller]
fn check(function: &str, body: Value, wanted: &str) {
    assert_eq!(
        look(function, body.to_string().as_bytes()).to_string(),
        wanted,
        "{body}"
    );
}

/// Functions that do the same stand on one line.
fn rows(body: &[u8]) -> String {
    let mut rows: Vec<(Vec<&str>, String)> = Vec::new();
    for function in FUNCTIONS {
        let outcome = look(function.name, body).to_string();
        match rows.iter_mut().find(|(_, known)| *known == outcome) {
            Some((names, _)) => names.push(function.name),
            None => rows.push((vec![function.name], outcome)),
        }
    }
    let mut text = String::new();
    for (names, outcome) in rows {
        let names = if names.len() == FUNCTIONS.len() {
            "all".to_owned()
        } else {
            names.join(", ")
        };
        writeln!(text, "  {names}: {outcome}").unwrap();
    }
    text
}

#[test]
fn every_function_meets_every_event() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/events");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut table = String::new();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        write!(table, "{name}\n{}\n", rows(&std::fs::read(file).unwrap())).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn an_empty_body_is_an_empty_call() {
    assert_eq!(look("sweep", b" \n").to_string(), "everything");
    assert_eq!(look("sweep", b"").to_string(), "everything");
}

#[test]
fn a_huge_batch_is_read_up_to_a_bound_and_the_rest_is_malformed() {
    let body = json!(vec![json!({"accountId": "2234567890123456"}); 5000]).to_string();
    let envelope = Envelope::parse(body.as_bytes());
    assert_eq!(envelope.hints().len(), 129);
    assert_eq!(envelope.malformed().count(), 1);
    assert_eq!(
        look("member-added", body.as_bytes()).to_string(),
        "account 2234567890123456"
    );
}

#[test]
fn a_huge_body_is_not_read() {
    let body = format!("[{}]", "{},".repeat(1024 * 1024));
    assert_eq!(
        look("sweep", body.as_bytes()).to_string(),
        "nothing: cannot read the body: expected at most 2 MiB"
    );
}

#[test]
fn a_deep_body_is_not_read() {
    let body = "[".repeat(100_000);
    assert_eq!(
        look("sweep", body.as_bytes()).to_string(),
        "nothing: cannot read the body: expected JSON"
    );
}

#[test]
fn fifty_tagged_images_are_looked_at_one_by_one_and_more_places_as_everything() {
    let tag = |from: usize, count: usize| {
        let ids: Vec<_> = (from..from + count).map(|number| format!("m-{number}")).collect();
        json!({
            "eventName": "TagResources", "acsRegion": "cn-hangzhou",
            "requestParameters": {"ResourceType": "image", "ResourceId": ids},
        })
    };
    let places = |body: Value| match look("image-created", body.to_string().as_bytes()) {
        Look::At(scopes) => scopes.len(),
        Look::Nothing { .. } => 0,
    };
    assert_eq!(places(tag(0, 50)), 50);
    assert_eq!(places(tag(0, 60)), 50, "a call tags at most fifty");
    assert_eq!(places(json!([tag(0, 50), tag(0, 50)])), 50, "each place once");
    check("image-created", json!([tag(0, 50), tag(50, 50)]), "everything");
}

#[test]
fn a_batch_with_nothing_to_do_gives_its_reasons_once() {
    let event = |operation: &str| json!({"eventName": operation, "errorCode": "Throttling"});
    check(
        "image-created",
        json!([event("CreateImage"), event("CreateImage"), event("ImportImage")]),
        "nothing: the call CreateImage failed with Throttling; the call ImportImage failed with Throttling",
    );
}

#[test]
fn the_prefix_of_our_roles_is_configurable_and_an_empty_one_drops_nothing() {
    let body = json!({
        "eventName": "CreateImage", "acsRegion": "cn-hangzhou", "responseElements": {"ImageId": "m-1"},
        "userIdentity": {"type": "assumed-role", "accountId": "1234567890123456", "userName": "acme-golden-sweep:fc"},
    });
    let envelope = Envelope::parse(body.to_string().as_bytes());
    for (prefix, dropped) in [
        ("goldcast-", false),
        ("acme-golden-", true),
        ("acme-golden-sweep", true),
        ("", false),
    ] {
        let settings = Settings {
            role_prefix: prefix.to_owned(),
            ..settings()
        };
        let look = (Function::by_name("image-created").unwrap().look)(&envelope, &settings);
        let own = matches!(
            look,
            Look::Nothing {
                reason: Reason::OwnRole { .. }
            }
        );
        assert_eq!(own, dropped, "{prefix:?}: {look}");
    }
}

#[test]
fn what_cannot_be_read_says_where() {
    check(
        "sweep",
        json!([{"accountId": "12345"}, {"event": {"accountId": "me"}}]),
        "account 12345",
    );
    let body = json!([{"event": {"eventName": "CreateImage", "acsRegion": "Hangzhou"}}]);
    let wanted = "nothing: cannot read an audit record at [0].event.acsRegion: \
                  expected a region that is known, such as cn-hangzhou";
    check("image-created", body, wanted);
}

#[test]
fn the_parameters_of_a_call_are_not_printed() {
    let body = json!({"eventName": "CreateImage", "requestParameters": {"Password": "hunter2"}}).to_string();
    let printed = format!("{:?}", Envelope::parse(body.as_bytes()));
    assert!(
        printed.contains("CreateImage") && !printed.contains("hunter2"),
        "{printed}"
    );
}
