//! `recall` takes a release back in every region in one call; `cancel` stops one that nobody launches yet.

use crate::scene::Scene;

#[tokio::test]
async fn a_recall_parks_the_release_in_every_region_in_one_call() {
    let scene = Scene::open().await;
    scene.release("corp-linux-2026.03").await;
    let bad = scene.release("corp-linux-2026.04").await;
    assert!(scene.is_released("corp-linux-2026.04"), "{:?}", scene.resolved());

    let unasked = scene.goldcast("recall corp-linux-2026.04 --reason broken_sshd").await;
    assert_eq!(unasked.code, Some(2), "{unasked:?}");
    assert!(scene.is_released("corp-linux-2026.04"), "nobody said yes");

    let said = scene
        .goldcast("recall corp-linux-2026.04 --reason broken_sshd --yes")
        .await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(scene.is_released("corp-linux-2026.03"), "{:?}", scene.resolved());
    for part in [
        "✓ park ",
        "parked",
        "Nobody launches corp-linux-2026.04 by corp-linux any more; it resolves to corp-linux-2026.03.",
        "To undo: goldcast recall cn-hangzhou/",
    ] {
        assert!(said.out.contains(part), "{part:?} is missing in {}", said.out);
    }
    let status = scene.goldcast("status").await;
    assert!(status.out.contains("recalled: broken sshd"), "{}", status.out);

    scene.settle().await;
    let back = scene.goldcast(&format!("recall cn-hangzhou/{bad} --undo --yes")).await;
    assert!(matches!(back.code, Some(0 | 3)), "{back:?}");
    scene.settle().await;
    assert!(scene.is_released("corp-linux-2026.04"), "{:?}", scene.resolved());
}

#[tokio::test]
async fn a_recall_is_one_object_for_a_machine() {
    let scene = Scene::open().await;
    let bad = scene.release("corp-linux-2026.03").await;
    let read = scene
        .goldcast(&format!("recall {bad} --reason leaked_key --yes --json"))
        .await;
    assert_eq!(read.code, Some(0), "{read:?}");
    assert_eq!(
        read.members(),
        [
            "blocks", "done", "failures", "family", "image", "instead", "out", "policy", "reads", "reason", "regions",
            "release", "tried", "undo", "waits", "writes"
        ]
    );
    let object = read.json();
    assert_eq!(
        (&object["out"], &object["instead"]),
        (&true.into(), &serde_json::Value::Null)
    );
    assert_eq!(object["blocks"][0]["block"], "family-empty");
    let regions = object["regions"].as_array().unwrap();
    assert_eq!(regions.len(), 4);
    assert!(regions.iter().all(|region| region["state"] == "parked"), "{object}");
}

#[tokio::test]
async fn a_reason_that_no_tag_can_hold_is_refused_before_any_call() {
    let scene = Scene::open().await;
    let long = "x".repeat(129);
    for (reason, why) in [
        ("see_https://tickets.example/7", "has a URL in it"),
        (long.as_str(), "has 129 characters, and a tag holds 128"),
        ("_", "is empty"),
    ] {
        let said = scene.goldcast(&format!("recall m-1 --yes --reason {reason}")).await;
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(why), "{said:?}");
    }
    assert!(scene.world.calls().is_empty());
}

#[tokio::test]
async fn the_tag_alone_leaves_the_rest_to_the_functions() {
    let scene = Scene::open().await;
    scene.release("corp-linux-2026.03").await;
    let before = scene.writes();
    let said = scene
        .goldcast("recall corp-linux-2026.03 --reason broken --yes --tag-only")
        .await;
    assert_eq!(said.code, Some(3), "{said:?}");
    assert_eq!(scene.writes(), before + 1);
    assert!(scene.is_released("corp-linux-2026.03"));
}

#[tokio::test]
async fn a_cancel_stops_running_copies_and_can_be_undone() {
    let scene = Scene::open().await;
    scene.release("corp-linux-2026.03").await;
    scene.build("corp-linux-2026.04").await;
    assert_eq!(scene.goldcast("apply --yes").await.code, Some(3));
    let said = scene
        .goldcast("cancel corp-linux-2026.04 --reason wrong_kernel --yes")
        .await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.out.contains("✓ cancel the copy ") && said.out.contains("cancelled: wrong kernel"),
        "{said:?}"
    );
    scene.pass_long().await;
    scene.settle().await;
    assert!(scene.is_released("corp-linux-2026.03"), "{:?}", scene.resolved());

    let back = scene.goldcast("cancel corp-linux-2026.04 --undo --yes").await;
    assert_eq!(back.code, Some(3), "{back:?}");
    assert!(back.out.contains("✓ copy "), "{back:?}");
    let again = scene.goldcast("cancel corp-linux-2026.04 --undo --yes").await;
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.err.contains("is not recalled"), "{again:?}");
}

#[tokio::test]
async fn what_people_launch_is_recalled_and_not_cancelled() {
    let scene = Scene::open().await;
    scene.release("corp-linux-2026.03").await;
    let before = scene.writes();
    let said = scene.goldcast("cancel corp-linux-2026.03 --yes").await;
    assert_eq!(said.code, Some(4), "{said:?}");
    assert!(said.err.contains("goldcast recall cn-hangzhou/"), "{said:?}");
    assert_eq!(scene.writes(), before);
}
