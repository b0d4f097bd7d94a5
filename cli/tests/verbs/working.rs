//! `apply` does what the plan says, once, and only when a person said so.

use crate::scene::Scene;

#[tokio::test]
async fn apply_asks_first_and_without_a_terminal_needs_a_yes() {
    let scene = Scene::open().await;
    scene.build("corp-linux-2026.03").await;
    let before = scene.writes();
    let said = scene.goldcast("apply").await;
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.out.contains("To do (") && said.err.contains("--yes"), "{said:?}");
    assert_eq!(scene.writes(), before);
}

#[tokio::test]
async fn apply_does_what_the_plan_says_until_a_release_is_everywhere() {
    let scene = Scene::open().await;
    scene.build("corp-linux-2026.03").await;
    let said = scene.goldcast("apply --yes").await;
    assert_eq!(said.code, Some(3), "copies are under way: {said:?}");
    for part in ["✓ copy ", "✓ share ", "Waiting (", "under way", "actions done"] {
        assert!(said.out.contains(part), "{part:?} is missing in {}", said.out);
    }
    scene.pass_long().await;
    let read = scene.goldcast("apply --yes --json").await;
    assert_eq!(read.code, Some(0), "{read:?}");
    assert_eq!(
        read.members(),
        [
            "actions",
            "blocks",
            "done",
            "failures",
            "reads",
            "scope",
            "stopped_early",
            "told",
            "tried",
            "untold",
            "waits",
            "writes"
        ]
    );
    assert_eq!(read.json()["done"]["set-family"], 4);
    assert!(scene.is_released("corp-linux-2026.03"), "{:?}", scene.resolved());
    let before = scene.writes();
    assert_eq!(
        scene.goldcast("apply").await.code,
        Some(0),
        "nothing to do needs no yes"
    );
    assert_eq!(scene.writes(), before);
}

#[tokio::test]
async fn the_brake_holds_until_a_person_lets_it_go() {
    let scene = Scene::open().await;
    scene.release("corp-linux-2026.03").await;
    scene.rewrite_policy(
        "folders = [\"fd-prod000001\", \"fd-dev0000001\"]",
        "folders = [\"fd-dev0000001\"]",
    );
    let held = scene.goldcast("plan").await;
    assert_eq!(held.code, Some(4), "{held:?}");
    assert!(
        held.out.contains("the brake holds") && held.out.contains("--allow-removals"),
        "{held:?}"
    );
    let few = scene.goldcast("apply --yes --allow-removals 3").await;
    assert_eq!(few.code, Some(4), "{few:?}");
    let said = scene.goldcast("apply --yes --allow-removals 40").await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("✓ stop sharing "), "{said:?}");
    let no = scene.goldcast("explain --account 2000000000000007").await;
    assert_eq!(no.code, Some(4), "{no:?}");
}

#[tokio::test]
async fn apply_tells_nobody_unless_told_to() {
    let scene = Scene::open().await;
    scene.build("corp-linux-2026.03").await;
    let read = scene.goldcast("apply --yes --tell --json").await.json();
    let untold = read["untold"].as_array().unwrap();
    assert!(
        untold.iter().any(|why| why.as_str().unwrap().contains("DINGTALK_URL")),
        "{read}"
    );
    let quiet = scene.goldcast("apply --yes --json").await.json();
    assert_eq!(quiet["untold"], serde_json::json!([]));
}
