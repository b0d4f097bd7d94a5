//! `policy push` writes a policy where the functions read it, unless they would refuse it; `status` shows what was refused.

use crate::scene::Scene;

const OBJECT: &str = "oss://corp-goldcast/prod/policy.json";

/// The example policy under a serial, as a file of the scene.
fn write(scene: &Scene, name: &str, serial: u64, from: &str, to: &str) {
    let text = std::fs::read_to_string(scene.folder.path().join("goldcast.toml")).unwrap();
    assert!(text.contains(from), "{from}");
    scene.write(name, &format!("serial = {serial}\n{}", text.replacen(from, to, 1)));
}

#[tokio::test]
async fn a_policy_is_pushed_after_saying_what_it_changes() {
    let scene = Scene::open().await;
    let unserialed = scene
        .goldcast(&format!("policy push goldcast.toml {OBJECT} --yes"))
        .await;
    assert_eq!(unserialed.code, Some(4), "{unserialed:?}");
    assert!(
        unserialed.err.contains("say serial = 1 at the top of the file"),
        "{unserialed:?}"
    );

    write(&scene, "one.toml", 1, "eu-central-1", "eu-central-1");
    let unasked = scene.goldcast(&format!("policy push one.toml {OBJECT}")).await;
    assert_eq!(unasked.code, Some(2), "{unasked:?}");
    assert_eq!(scene.writes(), 0);
    let first = scene.goldcast(&format!("policy push one.toml {OBJECT} --yes")).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(scene.writes(), 1);

    write(&scene, "two.toml", 2, "eu-central-1", "eu-west-1");
    let second = scene
        .goldcast(&format!("policy push two.toml {OBJECT} --yes --json"))
        .await;
    assert_eq!(second.code, Some(0), "{second:?}");
    assert_eq!(second.members(), ["before", "changes", "object", "serial", "written"]);
    let object = second.json();
    assert_eq!(
        object["changes"],
        serde_json::json!([
            "- policy base-linux regions eu-central-1",
            "+ policy base-linux regions eu-west-1",
            "~ serial: 1 → 2",
        ])
    );

    let again = scene.goldcast(&format!("policy push two.toml {OBJECT} --yes")).await;
    assert!(again.out.contains("says the same already"), "{again:?}");
    let older = scene.goldcast(&format!("policy push one.toml {OBJECT} --yes")).await;
    assert_eq!(older.code, Some(4), "{older:?}");
    assert!(older.err.contains("say serial = 3"), "{older:?}");
    assert_eq!(scene.writes(), 2);
}

#[tokio::test]
async fn the_verbs_go_by_what_is_there_and_status_shows_what_was_refused() {
    let scene = Scene::open().await;
    write(&scene, "one.toml", 1, "eu-central-1", "eu-west-1");
    let pushed = scene.goldcast(&format!("policy push one.toml {OBJECT} --yes")).await;
    assert_eq!(pushed.code, Some(0), "{pushed:?}");
    scene.build("corp-linux-2026.03").await;
    let plan = scene.goldcast(&format!("plan --policy-object {OBJECT}")).await;
    assert!(
        plan.out.contains("eu-west-1") && !plan.out.contains("eu-central-1"),
        "{plan:?}"
    );
    let status = scene
        .goldcast("status --policy-object oss://corp-goldcast/prod/other.json")
        .await;
    assert!(
        status
            .out
            .contains("blocked: the policy in oss://corp-goldcast/prod/other.json is refused: there is no such object"),
        "{status:?}"
    );
    let nowhere = scene.goldcast("status --policy-object corp-goldcast/policy.json").await;
    assert_eq!(nowhere.code, Some(2), "{nowhere:?}");
}
