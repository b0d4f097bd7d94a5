//! Which events there are, and what is in them, is documented least of all. Each question answered the other way, alone: a
//! release and a new account end as ever, whatever is heard of them. Switches that no event shows are in `tests/it/switches.rs`.

use goldcast_cloud::Product;
use goldcast_domain::AccountId;
use goldcast_emulator::cloud::{Setup, Switches};
use goldcast_emulator::world::{AsyncReading, WorldSetup};
use jiff::SignedDuration;

use crate::scene::{NAME, Plot, Scene, TEAM};

const REGIONS: usize = 4;

async fn check(turn: fn(&mut Switches)) {
    check_on(turn, |_| {}).await;
}

/// The same where the account or the platform is another.
async fn check_on(turn: fn(&mut Switches), change: fn(&mut WorldSetup)) {
    let mut setup = Setup::with_seed(7);
    turn(&mut setup.switches);
    let scene = Scene::with(Plot {
        setup,
        change,
        ..Plot::default()
    })
    .await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene.until("the team is told", |view| view.messages.len() >= 2).await;
    let params = [("DisplayName", "payments"), ("ParentFolderId", "fd-prodeu0001")];
    let answer = scene
        .call(Product::ResourceDirectory, "CreateResourceAccount", &params)
        .await;
    let joined: AccountId = answer["Account"]["AccountId"].as_str().unwrap().parse().unwrap();
    scene
        .until("who joined has everything", |view| {
            scene.regions_with(view, &joined) == REGIONS
        })
        .await;
    scene
        .until("and people are told", |view| view.messages.len() >= 4)
        .await;
    scene.world.run_for(SignedDuration::from_hours(1)).await;
    assert_eq!(scene.count("CopyImage"), 3, "no copy is made twice");
    assert_eq!(
        scene.titles(TEAM).len(),
        2,
        "nothing is told twice: {:?}",
        scene.titles(TEAM)
    );
    assert!(
        scene.world.dead_letters().is_empty(),
        "{:?}",
        scene.world.dead_letters()
    );
}

#[tokio::test]
async fn events_of_the_directory_only_make_it_quicker() {
    check(|switches| switches.directory_events = true).await;
}

#[tokio::test]
async fn events_of_the_directory_may_appear_in_a_region_of_their_own() {
    check(|switches| {
        (switches.directory_events, switches.directory_event_region) = (true, "ap-southeast-1".parse().ok());
    })
    .await;
}

#[tokio::test]
async fn the_bus_may_wait_for_every_function_that_it_calls() {
    check_on(
        |switches| switches.directory_events = true,
        |setup| setup.platform.async_invocation_type = AsyncReading::Synchronous,
    )
    .await;
}

#[tokio::test]
async fn an_account_without_the_roles_for_events_is_served_by_timers() {
    check_on(
        |switches| switches.directory_events = true,
        |setup| {
            let roles = &mut setup.platform.service_roles;
            roles.retain(|role| role.ends_with("FCTriggerEventBridge"));
        },
    )
    .await;
}

#[tokio::test]
async fn events_of_resource_sharing_disturb_nobody() {
    check(|switches| (switches.sharing_events, switches.association_events) = (true, true)).await;
}

#[tokio::test]
async fn audit_events_need_not_say_what_was_answered() {
    check(|switches| switches.audit_response_elements = false).await;
}

#[tokio::test]
async fn lists_in_audit_events_may_be_lists() {
    check(|switches| switches.audit_dotted_lists = !switches.audit_dotted_lists).await;
}

#[tokio::test]
async fn snapshots_may_tell_of_everything_or_of_nothing() {
    check(|switches| {
        switches.copy_completed_events = !switches.copy_completed_events;
        switches.import_completed_events = !switches.import_completed_events;
        switches.build_snapshot_events = !switches.build_snapshot_events;
        switches.undescribed_snapshot_events = !switches.undescribed_snapshot_events;
    })
    .await;
}
