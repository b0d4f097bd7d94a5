//! Deliveries of the event bus: from which regions, how often, and what becomes of those that fail.

use std::num::NonZeroU32;

use crate::support::{HOME, OWNER, elapsed, events, function, setup, world};
use goldcast_emulator::cloud::{BusEvent, Span};
use goldcast_emulator::world::{BusTricks, Forwarding, FunctionError, World, WorldSetup};
use jiff::SignedDuration;
use serde_json::{Value, json};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// A region whose events have to be forwarded.
const AWAY: &str = "cn-shanghai";

/// An event of ECS; `more` is put into it, such as what the function shall do.
fn event(id: &str, region: &str, more: Value) -> BusEvent {
    let mut body = json!({
        "id": id, "source": "acs.ecs", "specversion": "1.0", "aliyunaccountid": OWNER, "aliyunregionid": region,
        "aliyuneventbusname": "default", "aliyunpublishtime": "2026-11-20T08:00:00Z", "data": {"eventName": "CreateImage"}
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    BusEvent {
        account: OWNER.parse().unwrap(),
        region: region.parse().unwrap(),
        body,
    }
}

fn trigger(more: Value) -> Value {
    let mut trigger = json!({"kind": "events", "name": "images", "pattern": {"source": ["acs.ecs"]}});
    if let (Some(trigger), Value::Object(more)) = (trigger.as_object_mut(), more) {
        trigger.extend(more);
    }
    trigger
}

/// A function that hears of events, by a trigger with these changes.
fn listening(more: Value) -> Vec<goldcast_emulator::world::Function> {
    vec![function(
        "look",
        json!({"triggers": [trigger(more)], "retries": 1, "on_failure": "dead-calls"}),
    )]
}

/// Ids of the events that the function was called with, in order.
fn ids(world: &World) -> Vec<String> {
    let events = events(world, "look").into_iter();
    events.map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

async fn quiet(world: &World) {
    world.run_until(HOUR * 48, |view| view.waiting == 0).await.unwrap();
}

/// Simulated seconds of every step until nothing is left to happen.
async fn moments(world: &World) -> Vec<i64> {
    let mut moments = Vec::new();
    while world.step().await.is_some() {
        moments.push(elapsed(world));
    }
    moments
}

/// A world in which events of ECS come home from other regions within two seconds.
fn forwarding(delivery: Value) -> WorldSetup {
    let away = trigger(json!({"kind": "forwarded", "name": "elsewhere", "queue": "look-elsewhere"}));
    let triggers = json!({"triggers": [trigger(json!({})), away]});
    let mut setup = setup(vec![function("look", triggers)]);
    setup.deployment.forwarding = Some(Forwarding {
        bus: "regions".to_owned(),
        patterns: vec![json!({"source": ["acs.ecs"]}).try_into().unwrap()],
        delivery: serde_json::from_value(delivery).unwrap(),
        regions: None,
    });
    setup.forwarding_delay = Span::seconds(2, 2);
    setup
}

#[tokio::test]
async fn an_event_of_the_home_region_reaches_a_trigger_as_it_was_published() {
    let world = World::open(forwarding(json!({}))).await.unwrap();
    world.deliver(&event("1", HOME, json!({})));
    assert_eq!(moments(&world).await, [0]);
    assert_eq!(events(&world, "look"), [event("1", HOME, json!({})).body]);
}

#[tokio::test]
async fn an_event_of_another_region_comes_by_a_bus_and_a_queue_and_keeps_its_id() {
    let world = World::open(forwarding(json!({}))).await.unwrap();
    world.deliver(&event("1", AWAY, json!({})));
    assert_eq!(moments(&world).await, [2]);
    let events = events(&world, "look");
    let [Value::Array(messages)] = events.as_slice() else {
        panic!("{events:?}")
    };
    let [message] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    assert_eq!(message["type"], "mns:Queue:SendMessage");
    assert_eq!(message["source"], "look-elsewhere");
    let body: Value = serde_json::from_str(message["data"]["messageBody"].as_str().unwrap()).unwrap();
    let mut wanted = event("1", AWAY, json!({})).body;
    wanted["aliyunregionid"] = json!(HOME);
    wanted["aliyuneventbusname"] = json!("regions");
    wanted["aliyunoriginalaccountid"] = json!(OWNER);
    wanted["aliyunpublishtime"] = json!("2026-11-20T08:00:02.000Z");
    assert_eq!(body, wanted);
}

#[tokio::test]
async fn other_regions_are_silent_unless_somebody_forwards_their_events() {
    let silent = world(listening(json!({}))).await;
    silent.deliver(&event("1", AWAY, json!({})));
    let forwarded = World::open(forwarding(json!({}))).await.unwrap();
    // This region has no event bus at all.
    forwarded.deliver(&event("1", "cn-nanjing", json!({})));
    for world in [silent, forwarded] {
        assert!(moments(&world).await.is_empty());
    }
}

#[tokio::test]
async fn forwarding_has_retries_of_its_own() {
    let delivery = json!({"retry": "EXPONENTIAL_DECAY_RETRY", "tolerance": "ALL"});
    let mut setup = forwarding(delivery);
    setup.bus.refuse_every = NonZeroU32::new(1);
    let world = World::open(setup).await.unwrap();
    world.deliver(&event("1", AWAY, json!({})));
    for wanted in [2, 3, 5, 9, 17, 33] {
        world.step().await.unwrap();
        assert_eq!(elapsed(&world), wanted);
    }
    quiet(&world).await;
    let letters = world.dead_letters();
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!((letter.function.as_str(), &letter.queue), ("regions", &None));
    assert_eq!(letter.error, FunctionError::Refused { status: 503 });
    assert_eq!(letter.payload, event("1", AWAY, json!({})).body);
}

#[tokio::test]
async fn the_bus_waits_for_a_function_and_tries_again_with_the_very_same_event() {
    let delivery = json!({"retry": "BACKOFF_RETRY", "tolerance": "ALL", "dead_letter_queue": "dead-events"});
    let world = world(listening(json!({"delivery": delivery}))).await;
    world.deliver(&event("1", HOME, json!({"do": "fail"})));
    let moments = moments(&world).await;
    assert_eq!(ids(&world), ["1"; 4]);
    assert_eq!((moments.len(), moments[0]), (4, 0));
    for pair in moments.windows(2) {
        assert!((9..=21).contains(&(pair[1] - pair[0])), "{moments:?}");
    }
    let letters = world.dead_letters();
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!(
        letter.queue.as_deref(),
        Some("dead-events"),
        "the function's own queue hears of nothing"
    );
    assert_eq!(letter.error, FunctionError::Reported);
    assert_eq!(letter.payload["id"], "1");
}

#[tokio::test]
async fn what_the_platform_took_is_tried_again_by_the_functions_own_settings() {
    let delivery = json!({"tolerance": "ALL", "dead_letter_queue": "dead-events"});
    let world = world(listening(json!({"invocation": "async", "delivery": delivery}))).await;
    world.deliver(&event("1", HOME, json!({"do": "fail"})));
    assert_eq!(moments(&world).await, [0, 1]);
    assert_eq!(ids(&world), ["1", "1"]);
    let letters = world.dead_letters();
    let [letter] = letters.as_slice() else {
        panic!("{letters:?}")
    };
    assert_eq!(letter.queue.as_deref(), Some("dead-calls"));
    assert_eq!(letter.payload["requestContext"]["approximateInvokeCount"], 2);
}

#[tokio::test]
async fn a_target_that_is_out_of_order_for_a_moment_loses_nothing() {
    for invocation in ["sync", "async"] {
        let delivery = json!({"tolerance": "ALL"});
        let mut setup = setup(listening(json!({"invocation": invocation, "delivery": delivery})));
        setup.bus = BusTricks {
            refuse_every: NonZeroU32::new(2),
            ..BusTricks::default()
        };
        let world = World::open(setup).await.unwrap();
        for id in ["1", "2", "3"] {
            world.deliver(&event(id, HOME, json!({})));
        }
        quiet(&world).await;
        let mut ids = ids(&world);
        assert_eq!(ids[0], "1", "{invocation}");
        ids.sort();
        assert_eq!(ids, ["1", "2", "3"], "{invocation}");
        assert!(world.dead_letters().is_empty());
    }
}

#[tokio::test]
async fn without_tolerance_the_next_event_waits_for_the_one_that_fails() {
    let world = world(listening(json!({"delivery": {"tolerance": "NONE"}}))).await;
    world.deliver(&event("1", HOME, json!({"do": "fail-times", "times": 6})));
    world.deliver(&event("2", HOME, json!({})));
    quiet(&world).await;
    let ids = ids(&world);
    assert_eq!(ids.last().map(String::as_str), Some("2"));
    assert_eq!(ids.len(), 8, "{ids:?}");
    assert!(world.dead_letters().is_empty());
}

#[tokio::test]
async fn what_is_too_large_for_the_next_hop_ends_there() {
    let filler = |kilobytes: usize| json!({"data": {"filler": "x".repeat(kilobytes * 1024)}});
    let all = json!({"tolerance": "ALL"});
    // Kilobytes, region, how the function is called; whether it is, and whether something is left to be noted.
    for (kilobytes, region, invocation, called, noted) in [
        (100, HOME, "async", true, false),
        (130, HOME, "async", false, true),
        (130, HOME, "sync", true, false),
        (260, HOME, "sync", false, false),
        (60, AWAY, "sync", true, false),
        (70, AWAY, "sync", false, true),
    ] {
        let mut setup = forwarding(all.clone());
        let changes = json!({"invocation": invocation, "delivery": all});
        let mut away = trigger(changes.clone());
        let (kind, queue) = (json!("forwarded"), json!("look-elsewhere"));
        (away["kind"], away["name"], away["queue"]) = (kind, json!("elsewhere"), queue);
        away["arrival"] = all.clone();
        let triggers = json!({"triggers": [trigger(changes), away]});
        setup.deployment.functions = vec![function("look", triggers)];
        let world = World::open(setup).await.unwrap();
        world.deliver(&event("1", region, filler(kilobytes)));
        quiet(&world).await;
        let was_called = world
            .log("look")
            .iter()
            .any(|line| line.text.starts_with("FC Invoke Start"));
        let case = format!("{kilobytes} KB, {region}, {invocation}");
        assert_eq!(was_called, called, "{case}");
        assert_eq!(!world.dead_letters().is_empty(), noted, "{case}");
    }
}
