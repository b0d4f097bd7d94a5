//! Simulated time: what happens when, what follows from it, and that it repeats.

use std::num::NonZeroU32;

use crate::support::{HOME, OWNER, elapsed, events, function, http, setup, start, world};
use bytes::Bytes;
use goldcast_domain::RegionId;
use goldcast_emulator::cloud::{AccessKey, BusEvent, Call, Cloud, Organisation};
use goldcast_emulator::world::{BusTricks, FunctionError, LogLine, Pace, WallClock, Why, World};
use goldcast_signing::Key;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn home() -> RegionId {
    HOME.parse().unwrap()
}

fn timer(name: &str, every_seconds: u32, payload: &str) -> Value {
    json!({"kind": "timer", "name": name, "schedule": format!("@every {every_seconds}s"), "payload": payload})
}

fn image_events() -> Value {
    json!({"kind": "events", "name": "images", "pattern": {"source": ["acs.ecs"]}})
}

fn event(id: &str, region: &str) -> BusEvent {
    BusEvent {
        account: OWNER.parse().unwrap(),
        region: region.parse().unwrap(),
        body: json!({"id": id, "source": "acs.ecs", "specversion": "1.0", "data": {"eventName": "CreateImage"}}),
    }
}

#[tokio::test]
async fn timers_fire_at_their_simulated_times() {
    let triggers = json!({"triggers": [timer("slow", 90, "s"), timer("fast", 60, r#"{"task":"look"}"#)]});
    let world = world(vec![function("sweep", triggers)]).await;
    let mut moments = Vec::new();
    for _ in 0..4 {
        world.step().await.unwrap();
        moments.push(elapsed(&world));
    }
    assert_eq!(moments, [60, 90, 120, 180]);
    let fired: Vec<_> = events(&world, "sweep")
        .into_iter()
        .map(|event| event["triggerName"].clone())
        .collect();
    assert_eq!(fired, ["fast", "slow", "fast", "slow", "fast"]);
    let first = json!({
        "triggerTime": "2026-11-20T08:01:00Z", "triggerName": "fast", "payload": r#"{"task":"look"}"#
    });
    assert_eq!(events(&world, "sweep")[0], first);
}

#[tokio::test]
async fn a_wait_ends_at_its_condition_its_limit_or_when_nothing_is_left() {
    let ticking = world(vec![function("sweep", json!({"triggers": [timer("t", 600, "")]}))]).await;
    ticking
        .run_until(HOUR, |view| {
            view.now.duration_since(start()) >= SignedDuration::from_mins(10)
        })
        .await
        .unwrap();
    assert_eq!(elapsed(&ticking), 600);
    let timed_out = ticking
        .run_until(SignedDuration::from_secs(30), |_| false)
        .await
        .unwrap_err();
    assert_eq!((timed_out.why, elapsed(&ticking)), (Why::Limit, 630));
    let quiet = world(vec![function("sweep", json!({}))]).await;
    assert_eq!(quiet.run_until(HOUR, |_| false).await.unwrap_err().why, Why::Quiet);
    quiet.run_for(HOUR).await;
    assert_eq!(elapsed(&quiet), 3600);
}

#[tokio::test]
async fn a_bus_may_deliver_twice() {
    let mut setup = setup(vec![function("home", json!({"triggers": [image_events()]}))]);
    setup.bus = BusTricks {
        double_every: NonZeroU32::new(2),
        ..BusTricks::default()
    };
    let world = World::open(setup).await.unwrap();
    for id in ["1", "2", "3"] {
        world.deliver(&event(id, HOME));
    }
    world.run_until(HOUR, |view| view.waiting == 0).await.unwrap();
    let ids: Vec<_> = events(&world, "home")
        .into_iter()
        .map(|event| event["id"].clone())
        .collect();
    assert_eq!(ids, ["1", "2", "2", "3"]);
}

#[tokio::test]
async fn an_image_that_is_made_wakes_a_function_through_the_audit_trail() {
    let trigger = json!({
        "kind": "events", "name": "images",
        "pattern": {"source": ["acs.ecs"], "data": {"eventName": ["CreateImage"]}}
    });
    let mut setup = setup(vec![function("image-created", json!({"triggers": [trigger]}))]);
    setup.wall = WallClock::new(start);
    let world = World::open(setup).await.unwrap();
    let key = AccessKey::of(&OWNER.parse().unwrap());
    let key = Key {
        id: &key.id,
        secret: key.secret.expose_secret(),
        token: None,
    };
    let host = "ecs.cn-hangzhou.aliyuncs.com";
    let instance = Organisation::standard(OWNER.parse().unwrap(), "1000000000000001".parse().unwrap(), home())
        .instances
        .remove(0);
    let query = format!("RegionId={HOME}&InstanceId={}&ImageName=corp-linux-1", instance.id);
    let mut request = ::http::Request::post(format!("https://{host}/?{query}"))
        .header("x-acs-action", "CreateImage")
        .header("x-acs-version", "2014-05-26")
        .body(Bytes::new())
        .unwrap();
    goldcast_signing::v3::sign(&mut request, &key, start(), "a-nonce-of-its-own").unwrap();
    let answer = world.in_process().send(host, &request).unwrap();
    assert_eq!(answer.status(), 200, "{answer:?}");
    let made = |cloud: &Cloud| cloud.images(&OWNER.parse().unwrap(), &home()).any(|image| image.usable);
    world
        .run_until(HOUR, |view| view.waiting == 0 && made(view.cloud))
        .await
        .unwrap();
    let events = events(&world, "image-created");
    let [event] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(event["data"]["eventName"], "CreateImage");
}

#[tokio::test]
async fn a_failing_event_is_tried_again_later_and_then_given_up() {
    let world = world(vec![function(
        "sweep",
        json!({"retries": 2, "on_failure": "dead-sweeps"}),
    )])
    .await;
    let request_id = world.invoke_async("sweep", r#"{"do": "fail"}"#).unwrap();
    let mut moments = Vec::new();
    while world.step().await.is_some() {
        moments.push(elapsed(&world));
    }
    assert_eq!(moments, [0, 1, 3]);
    let letters = world.dead_letters();
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!(
        (letter.queue.as_deref(), &letter.error),
        (Some("dead-sweeps"), &FunctionError::Reported)
    );
    assert_eq!(letter.payload["requestContext"]["requestId"], request_id.as_str());
    assert_eq!(letter.payload["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(letter.payload["requestPayload"], r#"{"do": "fail"}"#);
}

#[tokio::test]
async fn a_crash_is_tried_again_like_any_failure() {
    let world = world(vec![function("sweep", json!({"retries": 1}))]).await;
    world.invoke_async("sweep", r#"{"do": "crash"}"#).unwrap();
    world
        .run_until(HOUR, |view| !view.dead_letters.is_empty())
        .await
        .unwrap();
    let letters = world.dead_letters();
    assert!(matches!(letters[0].error, FunctionError::Crashed { .. }), "{letters:?}");
    assert_eq!((letters[0].queue.as_deref(), events(&world, "sweep").len()), (None, 2));
}

#[tokio::test]
async fn a_success_is_told_to_the_next_function_with_request_and_answer() {
    let functions = vec![
        function("first", json!({"on_success": "second"})),
        function("second", json!({})),
    ];
    let world = world(functions).await;
    world
        .invoke_async("first", r#"{"do": "fail-until", "retries": 2}"#)
        .unwrap();
    world.run_until(HOUR, |view| view.waiting == 0).await.unwrap();
    let told = events(&world, "second");
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(
        told["requestContext"]["functionArn"],
        "acs:fc:cn-hangzhou:1234567890123456:functions/first"
    );
    assert_eq!(told["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(told["responseContext"]["statusCode"], 200);
    assert_eq!(told["requestPayload"], r#"{"do": "fail-until", "retries": 2}"#);
    let answer: Value = serde_json::from_str(told["responsePayload"].as_str().unwrap()).unwrap();
    assert_eq!(answer["headers"]["x-fc-retry-count"], "2");
    assert!(world.dead_letters().is_empty());
}

#[tokio::test]
async fn a_direct_call_is_neither_tried_again_nor_told_to_anyone() {
    let functions = vec![
        function("first", json!({"on_success": "second"})),
        function("second", json!({})),
    ];
    let world = world(functions).await;
    world.invoke("first", "{}").await.unwrap();
    world.invoke("first", r#"{"do": "fail"}"#).await.unwrap();
    assert_eq!(world.step().await, None);
    assert!(world.dead_letters().is_empty());
}

/// A morning in which functions are woken by timers and events and call the cloud.
async fn morning() -> (Timestamp, Vec<Call>, Vec<LogLine>) {
    let world = world(vec![
        function(
            "sweep",
            json!({"triggers": [timer("t", 300, "")], "on_success": "look"}),
        ),
        function(
            "look",
            json!({"role": "goldcast-copy-completed", "triggers": [image_events()]}),
        ),
    ])
    .await;
    let address = world.endpoints().endpoints[HOME].ecs.clone();
    world
        .set_environment([("FAKE_CALLS".to_owned(), address)].into())
        .unwrap();
    world.deliver(&event("1", HOME));
    world.run_for(HOUR).await;
    let logs = ["sweep", "look"].into_iter().flat_map(|name| world.log(name));
    let logs = logs.filter(|line| line.text.starts_with("FC Invoke")).collect();
    (world.now(), world.calls(), logs)
}

#[tokio::test]
async fn two_runs_with_one_seed_are_the_same_run() {
    let (first, second) = (morning().await, morning().await);
    assert_eq!((first.0, &first.2), (second.0, &second.2));
    for (call, again) in first.1.iter().zip(&second.1) {
        assert_eq!(call, again);
    }
    let (now, calls) = (first.0, &first.1);
    assert_eq!(now.duration_since(start()), HOUR);
    assert_eq!(calls.len(), 12 + 11 + 1);
    assert!(calls.iter().all(|call| call.status == 200), "{calls:?}");
}

#[tokio::test]
async fn a_flowing_clock_passes_what_is_due_on_its_way() {
    let mut setup = setup(vec![function("sweep", json!({"triggers": [timer("t", 600, "")]}))]);
    setup.pace = Pace::Speed(NonZeroU32::new(36_000).unwrap());
    let world = World::open(setup).await.unwrap();
    let noon = async {
        while world.now().duration_since(start()) < HOUR {
            tokio::task::yield_now().await;
        }
    };
    world.run_flowing(noon).await;
    let times: Vec<_> = events(&world, "sweep")
        .into_iter()
        .map(|event| event["triggerTime"].clone())
        .collect();
    assert_eq!(times[..2], ["2026-11-20T08:10:00Z", "2026-11-20T08:20:00Z"]);
}

#[tokio::test]
async fn an_unpaced_clock_flows_too_and_leaves_others_their_turn() {
    let world = world(vec![function("sweep", json!({}))]).await;
    let calls = async {
        let home = &world.endpoints().endpoints[HOME].ecs;
        for _ in 0..3 {
            assert_eq!(http("GET", &format!("http://{home}/"), &[], "").await.0, 400);
        }
        world.invoke_async("sweep", "{}").unwrap();
        while events(&world, "sweep").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    world.run_flowing(calls).await;
    let moves = async {
        while world.now() == start() {
            tokio::task::yield_now().await;
        }
    };
    world.run_flowing(moves).await;
}
