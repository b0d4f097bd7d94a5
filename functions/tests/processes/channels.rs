//! Channels that lie, hang or are misconfigured: nothing else notices, and what they missed is told when they are back.

use goldcast_emulator::planted;
use goldcast_emulator::world::Misbehaviour;
use jiff::SignedDuration;

use crate::scene::{INVENTORY, NAME, Plot, Scene, TEAM, example};

#[tokio::test]
async fn a_channel_that_answers_200_with_an_error_code_has_not_been_told() {
    let scene = Scene::open().await;
    assert!(scene.world.misbehave(TEAM, Some(Misbehaviour::ErrorCode(310_000))));
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene
        .until("the other channel is told", |view| {
            view.messages.iter().any(|m| m.channel == INVENTORY)
        })
        .await;
    scene.world.run_for(SignedDuration::from_mins(20)).await;
    assert!(scene.titles(TEAM).is_empty());
    assert!(
        scene.logs().contains("310000"),
        "the log says what the platform answered"
    );
    scene.world.misbehave(TEAM, None);
    scene
        .until("it is told when it is back", |view| {
            view.messages.iter().any(|m| m.channel == TEAM)
        })
        .await;
    scene.world.run_for(SignedDuration::from_hours(1)).await;
    assert_eq!((scene.titles(TEAM).len(), scene.titles(INVENTORY).len()), (1, 1));
}

#[tokio::test]
async fn a_channel_that_hangs_delays_no_image_and_no_other_channel() {
    let scene = Scene::open().await;
    scene.world.misbehave(TEAM, Some(Misbehaviour::Hang));
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene
        .until("the other channel is told", |view| {
            view.messages.iter().any(|m| m.channel == INVENTORY)
        })
        .await;
    assert!(scene.world.dead_letters().is_empty());
}

#[tokio::test]
async fn a_channel_without_its_secret_is_reported_and_left_out() {
    let policy = example().replace("\"DINGTALK_SECRET\"", "\"NOT_SET\"");
    let scene = Scene::with(Plot {
        policy,
        ..Plot::default()
    })
    .await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene
        .until("the other channel is told", |view| {
            view.messages.iter().any(|m| m.channel == INVENTORY)
        })
        .await;
    assert!(scene.logs().contains("the variable NOT_SET is not set"));
}

#[tokio::test]
async fn no_secret_is_ever_logged_or_told() {
    let scene = Scene::open().await;
    scene.world.misbehave(TEAM, Some(Misbehaviour::ErrorCode(310_000)));
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene
        .until("the other channel is told", |view| {
            view.messages.iter().any(|m| m.channel == INVENTORY)
        })
        .await;
    assert!(scene.logs().contains("310000"), "there is a log to look into");
    assert_eq!(scene.world.leaks(), Vec::<String>::new());
}

#[tokio::test]
async fn an_address_that_is_none_is_reported_without_being_shown() {
    let scene = Scene::open().await;
    let address = planted::secret("https://oapi.dingtalk.com:nowhere/robot/send?access_token=");
    scene.set("DINGTALK_URL", &address);
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene
        .until("the other channel is told", |view| {
            view.messages.iter().any(|m| m.channel == INVENTORY)
        })
        .await;
    assert!(scene.logs().contains("platform-team"), "the log says which channel");
}
