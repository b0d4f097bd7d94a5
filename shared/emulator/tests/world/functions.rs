//! Functions in the simulated world: what an instance is told, how its end is judged, and how many there are.

use std::collections::BTreeSet;

use crate::support::{events, fake_function, function, seen, setup, world};
use goldcast_emulator::world::{FunctionError, InvokeError, Launch, Overlap, Program, World};
use jiff::SignedDuration;
use serde_json::json;

/// A time that no test reaches, simulated.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn a_function_gets_the_event_untouched_and_what_the_platform_says_about_it() {
    let world = world(vec![function("sweep", json!({"memory_mb": 256}))]).await;
    let ended = world.invoke("sweep", r#"{"a": 1}"#).await.unwrap();
    assert_eq!(
        (ended.status, ended.error.clone(), ended.logged),
        (Some(200), None, true)
    );
    let seen = seen(&ended);
    assert_eq!(seen["event"], json!({"a": 1}));
    for (header, wanted) in [
        ("x-fc-request-id", ended.request_id.as_str()),
        ("x-fc-control-path", "/invoke"),
        ("x-fc-function-name", "sweep"),
        ("x-fc-function-memory", "256"),
        ("x-fc-function-timeout", "60"),
        ("x-fc-retry-count", "0"),
        ("x-fc-service-name", ""),
        ("x-fc-qualifier", "LATEST"),
        ("x-fc-version-id", "LATEST"),
        ("x-fc-region", "cn-hangzhou"),
        ("x-fc-account-id", "1234567890123456"),
        ("content-type", "application/octet-stream"),
    ] {
        assert_eq!(seen["headers"][header], wanted, "{header}");
    }
}

#[tokio::test]
async fn nothing_of_this_environment_reaches_a_function() {
    let world = world(vec![function("sweep", json!({}))]).await;
    world
        .set_environment([("GOLDCAST_POLICY".to_owned(), "policy.toml".to_owned())].into())
        .unwrap();
    let seen = seen(&world.invoke("sweep", "{}").await.unwrap());
    let environment = seen["environment"].as_object().unwrap();
    assert_eq!(environment["GOLDCAST_POLICY"], "policy.toml");
    assert_eq!(environment["FC_FUNCTION_NAME"], "sweep");
    assert_eq!(environment["FC_FUNCTION_MEMORY_SIZE"], "128");
    let foreign = |name: &&String| {
        !["FC_", "ALIBABA_CLOUD_", "GOLDCAST_"]
            .iter()
            .any(|own| name.starts_with(own))
    };
    assert_eq!(environment.keys().find(foreign), None);
    let error = world
        .set_environment([("FC_REGION".to_owned(), String::new())].into())
        .unwrap_err();
    assert!(error.to_string().contains("FC_REGION"), "{error}");
}

#[tokio::test]
async fn only_the_older_runtime_sends_the_token_with_every_request() {
    for (runtime, token_header) in [("custom.debian10", true), ("custom.debian11", false)] {
        let world = world(vec![function("sweep", json!({"runtime": runtime}))]).await;
        let seen = seen(&world.invoke("sweep", "{}").await.unwrap());
        let (headers, environment) = (&seen["headers"], &seen["environment"]);
        assert_eq!(headers.get("x-fc-security-token").is_some(), token_header, "{runtime}");
        assert_eq!(
            headers["x-fc-access-key-id"], environment["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            "{runtime}"
        );
        assert!(environment.get("ALIBABA_CLOUD_SECURITY_TOKEN").is_some(), "{runtime}");
    }
}

#[tokio::test]
async fn a_function_without_a_role_gets_no_credentials() {
    let world = world(vec![function("sweep", json!({"role": null}))]).await;
    let seen = seen(&world.invoke("sweep", "{}").await.unwrap());
    assert_eq!(seen["headers"].get("x-fc-access-key-id"), None);
    assert_eq!(seen["environment"].get("ALIBABA_CLOUD_ACCESS_KEY_ID"), None);
}

#[tokio::test]
async fn a_role_that_does_not_trust_function_compute_keeps_a_function_from_starting() {
    let mut setup = setup(vec![function("sweep", json!({}))]);
    let trust = setup.deployment.roles[0].trust.to_string();
    setup.deployment.roles[0].trust = serde_json::from_str(&trust.replace("fc.", "ecs.")).unwrap();
    let world = World::open(setup).await.unwrap();
    let ended = world.invoke("sweep", "{}").await.unwrap();
    assert!(
        matches!(ended.error, Some(FunctionError::NotStarted { .. })),
        "{ended:?}"
    );
}

#[tokio::test]
async fn only_x_fc_status_decides_between_success_and_failure() {
    let world = world(vec![function("sweep", json!({}))]).await;
    for (action, status, error) in [
        ("echo", 200, None),
        ("fail", 404, Some(FunctionError::Reported)),
        ("plain-500", 500, None),
    ] {
        let ended = world.invoke("sweep", json!({"do": action}).to_string()).await.unwrap();
        assert_eq!((ended.status, ended.error), (Some(status), error), "{action}");
    }
}

#[tokio::test]
async fn an_answer_before_the_end_of_its_log_is_noticed() {
    let world = world(vec![function("sweep", json!({}))]).await;
    let ended = world.invoke("sweep", r#"{"do": "unmarked"}"#).await.unwrap();
    assert!(!ended.logged);
    let begin = format!("FC Invoke Start RequestId: {}", ended.request_id);
    assert!(world.log("sweep").iter().any(|line| line.text == begin));
}

#[tokio::test]
async fn an_instance_serves_again_and_one_that_crashed_is_replaced() {
    let world = world(vec![function("sweep", json!({}))]).await;
    for served in [1, 2] {
        assert_eq!(seen(&world.invoke("sweep", "{}").await.unwrap())["served"], served);
    }
    let ended = world.invoke("sweep", r#"{"do": "crash"}"#).await.unwrap();
    assert!(matches!(ended.error, Some(FunctionError::Crashed { .. })), "{ended:?}");
    assert_eq!(seen(&world.invoke("sweep", "{}").await.unwrap())["served"], 1);
}

#[tokio::test]
async fn an_instance_that_does_not_answer_in_time_is_killed_and_replaced() {
    let world = world(vec![function("sweep", json!({"timeout_seconds": 1}))]).await;
    let ended = world.invoke("sweep", r#"{"do": "hang"}"#).await.unwrap();
    assert_eq!(ended.error, Some(FunctionError::TimedOut { seconds: 1 }));
    assert_eq!(seen(&world.invoke("sweep", "{}").await.unwrap())["served"], 1);
}

#[tokio::test]
async fn a_program_that_does_not_start_is_a_failure_that_says_why() {
    let mut setup = setup(vec![function("sweep", json!({})), function("nothing", json!({}))]);
    setup.launch = Launch::new(|name| {
        let path = if name == "sweep" {
            fake_function()
        } else {
            "/nowhere/nothing".into()
        };
        Program {
            path,
            arguments: Vec::new(),
        }
    });
    let world = World::open(setup).await.unwrap();
    world
        .set_environment([("FAKE_REFUSES_TO_START".to_owned(), "1".to_owned())].into())
        .unwrap();
    for (name, why) in [("sweep", "ended before it listened"), ("nothing", "/nowhere/nothing")] {
        let ended = world.invoke(name, "{}").await.unwrap();
        let Some(FunctionError::NotStarted { detail }) = ended.error else {
            panic!("{ended:?}")
        };
        assert!(detail.contains(why), "{detail}");
    }
    assert!(world.log("sweep").iter().any(|line| line.text == "refusing to start"));
}

#[tokio::test]
async fn invocations_beyond_the_reserved_concurrency_are_refused_and_tried_again() {
    for (reserved, instances) in [(json!(null), 3), (json!(1), 1), (json!(2), 2)] {
        let mut setup = setup(vec![function("sweep", json!({"reserved_concurrency": reserved}))]);
        setup.overlap = Overlap::SideBySide;
        let world = World::open(setup).await.unwrap();
        for number in 0..5 {
            world
                .invoke_async("sweep", json!({"number": number}).to_string())
                .unwrap();
        }
        world.step().await;
        let refused = world.read(|view| view.waiting);
        assert_eq!(refused, 5 - instances, "reserved {reserved}");
        world.run_until(HOUR, |view| view.waiting == 0).await.unwrap();
        let used: BTreeSet<String> = world.log("sweep").into_iter().map(|line| line.instance).collect();
        assert_eq!(used.len(), instances, "reserved {reserved}");
        assert_eq!(events(&world, "sweep").len(), 5);
    }
}

#[tokio::test]
async fn an_instance_stands_still_between_its_invocations() {
    let world = world(vec![function("sweep", json!({}))]).await;
    for served in [1, 2, 3] {
        let seen = seen(&world.invoke("sweep", "{}").await.unwrap());
        assert_eq!(seen["served"], served);
        if cfg!(target_os = "linux") {
            // A signal takes its time to arrive.
            let still = async {
                let stat = || std::fs::read_to_string(format!("/proc/{}/stat", seen["process"])).unwrap();
                while !stat().contains(") T ") {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(std::time::Duration::from_secs(10), still)
                .await
                .unwrap();
        }
    }
    world.shutdown().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_instance_that_uses_more_memory_than_its_function_has_is_killed() {
    let world = world(vec![function("sweep", json!({}))]).await;
    world
        .invoke("sweep", r#"{"do": "grow", "megabytes": 1}"#)
        .await
        .unwrap();
    let ended = world
        .invoke("sweep", r#"{"do": "grow", "megabytes": 160}"#)
        .await
        .unwrap();
    let Some(FunctionError::OutOfMemory { peak_kib, memory_mb }) = ended.error else {
        panic!("{ended:?}")
    };
    assert!(memory_mb == 128 && peak_kib > 128 * 1024, "{peak_kib}");
    let end = format!("FC Invoke End RequestId: {}, Error: Process exited", ended.request_id);
    assert!(world.log("sweep").iter().any(|line| line.text.starts_with(&end)));
    assert_eq!(seen(&world.invoke("sweep", "{}").await.unwrap())["served"], 1);
}

#[tokio::test]
async fn an_instance_that_is_idle_for_too_long_is_told_and_replaced() {
    let hook = json!({"timeout_seconds": 10});
    let world = world(vec![function("sweep", json!({"pre_stop": hook}))]).await;
    for (minutes, served) in [(0, 1), (5, 2), (6, 1)] {
        world.run_for(SignedDuration::from_mins(minutes)).await;
        assert_eq!(
            seen(&world.invoke("sweep", "{}").await.unwrap())["served"],
            served,
            "{minutes}"
        );
    }
    let told = |world: &World| {
        let lines = world.log("sweep").into_iter();
        lines.filter(|line| line.text.starts_with("FC PreStop End")).count()
    };
    assert_eq!(told(&world), 1);
}

#[tokio::test]
async fn an_instance_is_initialised_once_and_before_anything_else() {
    let hook = json!({"timeout_seconds": 10});
    let world = world(vec![function("sweep", json!({"initializer": hook}))]).await;
    for served in [2, 3] {
        let seen = seen(&world.invoke("sweep", "{}").await.unwrap());
        assert_eq!(seen["served"], served, "the initializer was the first");
        assert_eq!(seen["headers"]["x-fc-initialization-timeout"], "10");
    }
    let lines = world.log("sweep");
    let initialised: Vec<_> = lines
        .iter()
        .filter(|line| line.text.starts_with("FC Initialize Start"))
        .collect();
    let [line] = initialised.as_slice() else {
        panic!("{lines:?}")
    };
    let id = line.text.rsplit(' ').next().unwrap();
    let parts: Vec<_> = id.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12], "hooks have UUIDs: {id}");
}

#[tokio::test]
async fn an_initializer_that_fails_is_an_error_of_its_own() {
    // How often it is asked: a refusal again by the same instance, a break-down by another instance.
    for (status, asked) in [("404", 6), ("500", 2)] {
        let hook = json!({"timeout_seconds": 10});
        let world = world(vec![function("sweep", json!({"initializer": hook, "retries": 0}))]).await;
        world
            .set_environment([("FAKE_INITIALIZE".to_owned(), status.to_owned())].into())
            .unwrap();
        world.invoke_async("sweep", "{}").unwrap();
        world.step().await;
        let letters = world.dead_letters();
        let [letter] = letters.as_slice() else {
            panic!("{letters:?}")
        };
        assert!(
            matches!(letter.error, FunctionError::NotInitialised { .. }),
            "{letter:?}"
        );
        assert_eq!(
            letter.payload["responseContext"]["functionError"],
            "InitializationError"
        );
        let lines = world.log("sweep").into_iter();
        let lines = lines.filter(|line| line.text.starts_with("FC Initialize Start"));
        assert_eq!(lines.count(), asked, "{status}");
    }
}

#[tokio::test]
async fn the_log_of_an_invocation_that_was_killed_is_ended_by_the_platform() {
    let world = world(vec![function("sweep", json!({"timeout_seconds": 1}))]).await;
    let ended = world.invoke("sweep", r#"{"do": "hang"}"#).await.unwrap();
    let last = world.log("sweep").pop().unwrap();
    let wanted = "Error: Function time out after 1 seconds (duration: 1000ms, maxMemoryUsage: 0.00MB)";
    assert_eq!(
        last.text,
        format!("FC Invoke End RequestId: {}, {wanted}", ended.request_id)
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn no_process_outlives_its_world() {
    let world = world(vec![function("sweep", json!({}))]).await;
    let process = seen(&world.invoke("sweep", "{}").await.unwrap())["process"]
        .as_u64()
        .unwrap();
    let folder = std::path::PathBuf::from(format!("/proc/{process}"));
    assert!(folder.exists());
    world.shutdown().await;
    assert!(!folder.exists());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn no_process_outlives_a_program_that_was_killed() {
    use tokio::io::{AsyncBufReadExt as _, BufReader};

    let mut program = tokio::process::Command::new(fake_function().with_file_name("abandoned_world"))
        .arg(fake_function())
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let process = lines.next_line().await.unwrap().unwrap();
    assert!(lives(&process));
    // SIGKILL: the program can do nothing about its functions any more.
    program.kill().await.unwrap();
    let gone = async {
        while lives(&process) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone)
        .await
        .unwrap();
}

/// Whether a process runs; one that was killed but not yet waited for still has an entry.
#[cfg(target_os = "linux")]
fn lives(process: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_world_that_is_dropped_kills_its_processes() {
    let world = world(vec![function("sweep", json!({}))]).await;
    let process = seen(&world.invoke("sweep", "{}").await.unwrap())["process"]
        .as_u64()
        .unwrap();
    drop(world);
    let process = process.to_string();
    let gone = async {
        while lives(&process) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone)
        .await
        .unwrap();
}

#[test]
fn a_world_may_be_driven_from_any_thread() {
    fn sendable<T: Send>(_: impl FnOnce(&'static World) -> T) {}
    fn shareable<T: Send + Sync>() {}
    shareable::<World>();
    sendable(World::step);
    sendable(|world| world.run_until(HOUR, |_| true));
    sendable(|world| world.run_flowing(std::future::ready(())));
    sendable(|world| world.invoke("sweep", "{}"));
}

#[tokio::test]
async fn what_cannot_be_invoked_is_refused_by_name_and_size() {
    let world = world(vec![function("sweep", json!({}))]).await;
    assert!(matches!(
        world.invoke("swept", "").await,
        Err(InvokeError::UnknownFunction { .. })
    ));
    assert!(matches!(
        world.invoke_async("swept", ""),
        Err(InvokeError::UnknownFunction { .. })
    ));
    let body = vec![0; 128 * 1024];
    assert!(world.invoke_async("sweep", body.clone()).is_ok());
    let error = world.invoke_async("sweep", [body, vec![0]].concat()).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"invoking "sweep": a body of 131073 bytes is over the limit of 131072"#
    );
}
