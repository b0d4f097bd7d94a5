//! `member-added`, `member-removed` and the sweep: accounts join, move and leave, with every directory event switched off.

use goldcast_cloud::Product;
use goldcast_domain::AccountId;
use jiff::SignedDuration;
use serde_json::json;

use crate::scene::{NAME, Scene, TEAM};

/// The sweep's timer, and a moment for the invocation itself.
const ONE_SWEEP: SignedDuration = SignedDuration::from_secs(301);
const REGIONS: usize = 4;

async fn released() -> Scene {
    let scene = Scene::open().await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene.until("the team is told", |view| view.messages.len() >= 2).await;
    scene
}

async fn create(scene: &Scene, folder: &str) -> AccountId {
    let params = [("DisplayName", "payments"), ("ParentFolderId", folder)];
    let answer = scene
        .call(Product::ResourceDirectory, "CreateResourceAccount", &params)
        .await;
    answer["Account"]["AccountId"].as_str().unwrap().parse().unwrap()
}

fn regions_with(scene: &Scene, account: &AccountId) -> usize {
    scene.world.read(|view| scene.regions_with(view, account))
}

#[tokio::test]
async fn an_account_that_joins_has_every_image_within_one_sweep() {
    let scene = released().await;
    let joined = create(&scene, "fd-prodeu0001").await;
    scene.world.run_for(ONE_SWEEP).await;
    assert_eq!(regions_with(&scene, &joined), REGIONS);
    // Whoever else joins meanwhile is told of in the same message.
    scene.world.run_for(ONE_SWEEP).await;
    let titles = scene.titles(TEAM);
    assert_eq!(titles.len(), 2, "released, and onboarded: {titles:?}");
}

#[tokio::test]
async fn an_account_factory_calls_member_added_and_does_not_wait_for_the_sweep() {
    let scene = released().await;
    let joined = create(&scene, "fd-dev0000001").await;
    let body = json!({ "accountId": joined.as_str() }).to_string();
    // As the platform does it, so that the destination wakes the sweep, which alone speaks.
    scene.world.invoke_async("goldcast-member-added", body).unwrap();
    scene
        .until("it has everything", |view| scene.regions_with(view, &joined) == REGIONS)
        .await;
    scene.until("people are told", |view| view.messages.len() >= 4).await;
    scene.world.run_for(SignedDuration::from_hours(1)).await;
    assert_eq!(scene.titles(TEAM).len(), 2, "told once: {:?}", scene.titles(TEAM));
}

#[tokio::test]
async fn an_account_outside_the_audience_is_given_nothing() {
    let scene = released().await;
    let joined = create(&scene, "fd-sandbox001").await;
    let body = json!({ "accountId": joined.as_str() }).to_string();
    let answer = scene.world.invoke("goldcast-member-added", body).await.unwrap();
    assert_eq!(answer.error, None);
    scene.world.run_for(ONE_SWEEP).await;
    assert_eq!(regions_with(&scene, &joined), 0);
}

#[tokio::test]
async fn a_removed_account_loses_every_image_within_one_sweep() {
    let scene = released().await;
    let joined = create(&scene, "fd-prod000001").await;
    scene.world.run_for(ONE_SWEEP).await;
    assert_eq!(regions_with(&scene, &joined), REGIONS);
    scene
        .call(
            Product::ResourceDirectory,
            "DeleteAccount",
            &[("AccountId", joined.as_str())],
        )
        .await;
    let gone = |view: &goldcast_emulator::world::View<'_>| !view.cloud.members().any(|member| member.account == joined);
    scene.until("the directory has let it go", gone).await;
    scene.world.run_for(ONE_SWEEP).await;
    assert_eq!(regions_with(&scene, &joined), 0, "{}", scene.logs());
}

#[tokio::test]
async fn member_removed_takes_the_images_away_at_once() {
    let scene = released().await;
    let leaver: AccountId = "2000000000000003".parse().unwrap();
    assert_eq!(regions_with(&scene, &leaver), REGIONS);
    let params = [("AccountId", leaver.as_str()), ("DestinationFolderId", "fd-sandbox001")];
    scene.call(Product::ResourceDirectory, "MoveAccount", &params).await;
    let body = json!({ "accountId": leaver.as_str() }).to_string();
    let answer = scene.world.invoke("goldcast-member-removed", body).await.unwrap();
    assert_eq!(answer.error, None, "{}", scene.logs());
    assert_eq!(regions_with(&scene, &leaver), 0);
}

#[tokio::test]
async fn a_direct_call_of_the_sweep_compares_everything() {
    let scene = released().await;
    let joined = create(&scene, "fd-prod000001").await;
    let answer = scene.world.invoke("goldcast-sweep", "{}").await.unwrap();
    assert_eq!(answer.error, None, "{}", scene.logs());
    assert_eq!(regions_with(&scene, &joined), REGIONS);
}
