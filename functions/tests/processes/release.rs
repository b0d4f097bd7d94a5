//! `image-created`, `copy-completed` and the sweep: an image is built, and people launch it everywhere.

use std::num::NonZeroU32;

use goldcast_cloud::Product;
use goldcast_emulator::cloud::Setup;
use goldcast_emulator::world::{AsyncReading, BusTricks};
use jiff::SignedDuration;
use serde_json::json;

use crate::scene::{INVENTORY, LONG, NAME, Plot, Scene, TEAM, audience};

#[tokio::test]
async fn a_golden_image_reaches_every_region_and_account_and_people_are_told_once() {
    let scene = Scene::open().await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene.world.read(|view| {
        for (region, image) in scene.resolved(view) {
            let accounts: Vec<_> = image.unwrap().shares.keys().cloned().collect();
            assert_eq!(accounts, audience().into_iter().collect::<Vec<_>>(), "{region}");
        }
    });
    // Many sweeps later nobody has heard it twice.
    scene.until("the team is told", |view| view.messages.len() >= 2).await;
    scene.world.run_for(SignedDuration::from_hours(1)).await;
    assert_eq!(scene.titles(TEAM).len(), 1, "{:?}", scene.titles(TEAM));
    assert_eq!(scene.titles(INVENTORY).len(), 1);
    assert!(scene.titles(TEAM)[0].contains(NAME), "{:?}", scene.titles(TEAM));
    assert_eq!(scene.count("CopyImage"), 3);
    assert!(
        scene.world.dead_letters().is_empty(),
        "{:?}",
        scene.world.dead_letters()
    );
}

#[tokio::test]
async fn from_the_last_copy_to_the_release_is_at_most_one_tick_of_the_timer() {
    let scene = Scene::open().await;
    scene.build(NAME).await;
    let copied = |view: &goldcast_emulator::world::View<'_>| {
        let regions = &scene.policy.policies["base-linux"].regions;
        regions.iter().all(|region| {
            view.cloud
                .images(&scene.policy.owner.account, region)
                .any(|image| image.is_copied && image.usable)
        })
    };
    scene.until("the copies are there", copied).await;
    let copied_at = scene.world.now();
    scene.release(NAME).await;
    let waited = scene.world.now().duration_since(copied_at);
    assert!(waited <= SignedDuration::from_secs(60), "{waited:?}");
}

#[tokio::test]
async fn a_pipelines_direct_call_starts_the_release_at_once() {
    let scene = Scene::open().await;
    let image = scene.build(NAME).await;
    let body = json!({ "regionId": "cn-hangzhou", "imageId": image.as_str() }).to_string();
    let answer = scene.world.invoke("goldcast-image-created", body).await.unwrap();
    assert_eq!(answer.error, None, "{}", scene.logs());
    assert!(answer.logged, "the log is complete before the answer");
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["done"]["copy"], 3, "{answer}");
    assert_eq!(scene.count("CopyImage"), 3);
}

#[tokio::test]
async fn a_direct_call_of_copy_completed_moves_on_without_waiting_for_the_timer() {
    let scene = Scene::open().await;
    let image = scene.build(NAME).await;
    let body = json!({ "regionId": "cn-hangzhou", "imageId": image.as_str() }).to_string();
    scene
        .world
        .invoke("goldcast-image-created", body.clone())
        .await
        .unwrap();
    let done = |view: &goldcast_emulator::world::View<'_>| {
        let regions = &scene.policy.policies["base-linux"].regions;
        regions.iter().all(|region| {
            view.cloud
                .images(&scene.policy.owner.account, region)
                .any(|image| image.usable)
        })
    };
    scene.until("the copies are there", done).await;
    let answer = scene.world.invoke("goldcast-copy-completed", body).await.unwrap();
    assert_eq!(answer.error, None);
    assert!(
        scene.world.read(|view| scene.is_released(view, NAME)),
        "{}",
        scene.logs()
    );
}

#[tokio::test]
async fn events_that_come_twice_late_or_not_at_all_change_nothing_but_the_time() {
    let tricks: [fn(&mut goldcast_emulator::world::WorldSetup); 3] = [
        |setup| setup.bus.double_every = NonZeroU32::new(1),
        |setup| setup.bus.lose_every = NonZeroU32::new(1),
        |setup| {
            setup.bus = BusTricks {
                late_every: NonZeroU32::new(2),
                late_by: SignedDuration::from_mins(20),
                ..BusTricks::default()
            };
        },
    ];
    for change in tricks {
        let scene = Scene::with(Plot {
            change,
            ..Plot::default()
        })
        .await;
        scene.build(NAME).await;
        scene.release(NAME).await;
        scene.world.run_for(SignedDuration::from_hours(1)).await;
        assert_eq!(scene.count("CopyImage"), 3, "no copy is made twice");
        assert_eq!(scene.titles(TEAM).len(), 1);
    }
}

#[tokio::test]
async fn completion_events_only_make_it_quicker() {
    let mut setup = Setup::with_seed(7);
    setup.switches.copy_completed_events = true;
    let scene = Scene::with(Plot {
        setup,
        ..Plot::default()
    })
    .await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    assert_eq!(scene.count("CopyImage"), 3);
}

#[tokio::test]
async fn both_kinds_of_runtime_give_the_functions_their_keys() {
    const OLDER: &[(&str, &str)] = &[("Runtime", "custom.debian10")];
    const NEWER: &[(&str, &str)] = &[("Runtime", "custom.debian12")];
    for parameters in [OLDER, NEWER] {
        let scene = Scene::with(Plot {
            parameters,
            ..Plot::default()
        })
        .await;
        scene.build(NAME).await;
        scene.release(NAME).await;
    }
}

#[tokio::test]
async fn our_own_calls_wake_nobody_who_then_calls_the_cloud() {
    let scene = Scene::open().await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    // Audit events come up to a minute late.
    scene.world.run_for(SignedDuration::from_mins(5)).await;
    let dropped = scene
        .world
        .log("goldcast-image-created")
        .iter()
        .filter(|line| line.text.contains("our own role"))
        .count();
    assert!(dropped > 0, "our own audit events arrive and are dropped");
}

#[tokio::test]
async fn one_seed_tells_one_story() {
    let mut stories = Vec::new();
    for _ in 0..2 {
        let scene = Scene::open().await;
        scene.build(NAME).await;
        scene.release(NAME).await;
        scene
            .world
            .run_until(LONG, |view| view.messages.len() >= 2)
            .await
            .unwrap();
        let images: Vec<String> = scene.world.read(|view| {
            scene
                .resolved(view)
                .into_values()
                .flatten()
                .map(|image| format!("{} {}", image.id, image.created))
                .collect()
        });
        stories.push((images, scene.world.calls().len(), scene.world.now(), scene.titles(TEAM)));
    }
    assert_eq!(stories[0], stories[1]);
}

#[tokio::test]
async fn a_tag_on_a_copy_in_another_region_comes_home_by_bus_and_queue() {
    a_tag_elsewhere_wakes_image_created(Plot::default()).await;
}

/// The documents contradict each other on whether `true` means that the bus waits for the function's answer.
#[tokio::test]
async fn a_release_travels_and_events_come_home_whatever_the_invocation_type_means() {
    a_tag_elsewhere_wakes_image_created(Plot {
        change: |setup| setup.platform.async_invocation_type = AsyncReading::Synchronous,
        ..Plot::default()
    })
    .await;
}

async fn a_tag_elsewhere_wakes_image_created(plot: Plot) {
    let scene = Scene::with(plot).await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene.world.run_for(SignedDuration::from_mins(10)).await;
    let woken = || {
        let lines = scene.world.log("goldcast-image-created").into_iter();
        lines.filter(|line| line.text.starts_with("FC Invoke Start")).count()
    };
    let before = woken();
    let copy = scene.world.read(|view| {
        let region = "cn-shanghai".parse().unwrap();
        let mut images = view.cloud.images(&scene.policy.owner.account, &region);
        images.next().unwrap().id.to_string()
    });
    let tag = [
        ("ResourceType", "image"),
        ("ResourceId.1", copy.as_str()),
        ("Tag.1.Key", "looked-at"),
        ("Tag.1.Value", "yes"),
    ];
    scene.call_in("cn-shanghai", Product::Ecs, "TagResources", &tag).await;
    // An audit event takes a minute, forwarding a few seconds.
    scene.world.run_for(SignedDuration::from_mins(2)).await;
    assert_eq!(woken(), before + 1, "{}", scene.logs());
    assert!(scene.world.dead_letters().is_empty());
}
