//! How a function starts and what its log looks like.

use serde_json::Value;

use crate::scene::{NAME, Scene, deployed, program};

#[test]
fn a_function_that_finds_no_policy_says_where_it_looked() {
    let output = std::process::Command::new(program("image-created").path)
        .env_clear()
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(64), "{log}");
    assert!(
        log.contains("/code/policy.json") && log.contains("GOLDCAST_POLICY"),
        "{log}"
    );
}

#[tokio::test]
async fn every_line_of_the_log_is_a_marker_or_json_with_the_stable_names() {
    let scene = Scene::open().await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    let mut actions = 0;
    for function in goldcast_functions::FUNCTIONS {
        for line in scene.world.log(&deployed(function.name)) {
            if line.text.starts_with("FC Invoke ") {
                continue;
            }
            let record: Value = serde_json::from_str(&line.text).unwrap_or_else(|e| panic!("{e}: {}", line.text));
            let start = record["message"] == "listening";
            assert_eq!(record["function"], function.name, "{record}");
            assert!(start || record["request_id"].is_string(), "{record}");
            assert!(start || record["cold_start"].is_boolean(), "{record}");
            if record["action"].is_string() {
                actions += 1;
                assert!(record["region"].is_string() && record["reason"].is_string(), "{record}");
                assert!(record["release"].is_string(), "{record}");
            }
        }
    }
    assert!(actions >= 11, "a line per action: {actions}");
}
