//! The policy in object storage, under the roles that are deployed with it: what is pushed rules from the next run on, and what
//! is no good is told once and rules nothing.

use goldcast_domain::AccountId;
use goldcast_domain::policy::authoring;
use goldcast_emulator::world::View;
use jiff::SignedDuration;

use crate::scene::{NAME, Plot, Scene, TEAM, example};

const BUCKET: &str = "corp-goldcast";
const KEY: &str = "prod/policy.json";
const ACCEPTED: &str = "prod/policy.accepted.json";
/// Named by no policy but the one that is pushed.
const NEWCOMER: &str = "2000000000000013";

/// The example policy with a serial, and with the newcomer or without.
fn edition(serial: u64, with_newcomer: bool) -> String {
    let accounts = if with_newcomer {
        format!("accounts = [\"{NEWCOMER}\", ")
    } else {
        "accounts = [".to_owned()
    };
    let text = format!(
        "serial = {serial}\n{}",
        example().replacen("accounts = [", &accounts, 1)
    );
    serde_json::to_string(&authoring::read(&text).unwrap()).unwrap()
}

fn push(scene: &Scene, body: String) {
    let written = scene
        .world
        .with_cloud(|cloud, moment| cloud.write_object(moment.now, BUCKET, KEY, body));
    assert!(written);
}

fn accepted(view: &View<'_>) -> Option<String> {
    let found = view.cloud.objects(BUCKET).find(|(key, _)| *key == ACCEPTED);
    found.map(|(_, object)| String::from_utf8(object.body.to_vec()).unwrap())
}

#[tokio::test]
async fn what_is_pushed_rules_from_the_next_run_on_and_what_is_no_good_is_told_once() {
    let scene = Scene::with(Plot {
        parameters: &[("PolicyBucket", BUCKET), ("PolicyKey", "prod/policy")],
        ..Plot::default()
    })
    .await;
    let newcomer: AccountId = NEWCOMER.parse().unwrap();
    push(&scene, edition(1, true));
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene
        .until("the newcomer has it", |view| scene.regions_with(view, &newcomer) == 4)
        .await;

    push(
        &scene,
        edition(2, false).replace("1234567890123456", "3234567890123456"),
    );
    scene.world.run_for(SignedDuration::from_hours(1)).await;
    let titles = scene.titles(TEAM);
    let refusals = titles.iter().filter(|title| title.contains("policy refused"));
    assert_eq!(refusals.count(), 1, "{titles:?}");
    scene.world.read(|view| {
        assert_eq!(scene.regions_with(view, &newcomer), 4, "serial 1 stays in force");
        assert_eq!(accepted(view), Some(edition(1, true)));
    });

    push(&scene, edition(2, false));
    scene
        .until("the newcomer has it no more", |view| {
            scene.regions_with(view, &newcomer) == 0
        })
        .await;
    scene
        .until("the new one is kept", |view| accepted(view) == Some(edition(2, false)))
        .await;
    assert!(
        scene.world.dead_letters().is_empty(),
        "{:?}",
        scene.world.dead_letters()
    );
}
