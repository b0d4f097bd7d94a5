//! `plan`, `status` and `explain` look, tell, and change nothing.

use crate::scene::Scene;

#[tokio::test]
async fn a_plan_says_what_would_be_done_and_writes_nothing() {
    let scene = Scene::open().await;
    let nothing = scene.goldcast("plan").await;
    assert_eq!(nothing.code, Some(0), "{nothing:?}");
    assert!(nothing.out.contains("Nothing to do"), "{nothing:?}");

    scene.build("corp-linux-2026.03").await;
    let before = scene.writes();
    let said = scene.goldcast("plan").await;
    assert_eq!(said.code, Some(3), "{said:?}");
    for part in [
        "To do (",
        "corp-linux-2026.03: copy ",
        "to cn-shanghai",
        "because ",
        "and 0 writes",
    ] {
        assert!(said.out.contains(part), "{part:?} is missing in {said:?}");
    }
    let read = scene.goldcast("plan --json").await;
    assert_eq!(
        read.members(),
        ["actions", "blocks", "failures", "reads", "scope", "waits", "writes"]
    );
    assert_eq!(read.json()["actions"][0]["action"], "copy");
    assert_eq!(scene.writes(), before);
}

#[tokio::test]
async fn a_plan_looks_where_it_is_told_to() {
    let scene = Scene::open().await;
    let image = scene.release("corp-linux-2026.03").await;
    for (scope, said) in [
        (
            format!("--image cn-hangzhou/{image}"),
            serde_json::json!({"image": {"region": "cn-hangzhou", "image": image}}),
        ),
        (
            "--account 2000000000000007".to_owned(),
            serde_json::json!({"account": "2000000000000007"}),
        ),
        ("--everywhere".to_owned(), serde_json::json!("everywhere")),
    ] {
        let read = scene.goldcast(&format!("plan --json {scope}")).await;
        assert_eq!(read.json()["scope"], said, "{read:?}");
    }
    let both = scene.goldcast("plan --everywhere --account 2000000000000007").await;
    assert_eq!(both.code, Some(2), "{both:?}");
}

#[tokio::test]
async fn a_status_shows_every_release_region_by_region() {
    let scene = Scene::open().await;
    scene.release("corp-linux-2026.03").await;
    scene.build("corp-linux-2026.04").await;
    let before = scene.writes();
    let said = scene.goldcast("status").await;
    assert_eq!(said.code, Some(0), "{said:?}");
    for part in [
        "base-linux  launched by acs:1234567890123456:corp-linux",
        "corp-linux-2026.03",
        "current",
        "corp-linux-2026.04",
        "on its way",
        "in the family",
        "11 accounts",
        "goldcast plan shows them",
    ] {
        assert!(said.out.contains(part), "{part:?} is missing in {}", said.out);
    }
    let read = scene.goldcast("status corp-linux --json").await;
    assert_eq!(
        read.members(),
        [
            "blocks",
            "channels",
            "due",
            "failures",
            "looked_at",
            "policies",
            "reads",
            "serial",
            "version",
            "waits",
            "whole",
            "writes"
        ]
    );
    assert_eq!(read.json()["whole"], true);
    assert_eq!(read.json()["policies"][0]["audience"], 11);
    let holders = read.json()["policies"][0]["holders"].clone();
    assert_eq!(holders.as_object().unwrap().len(), 4);
    let releases = read.json()["policies"][0]["releases"].clone();
    assert_eq!(releases[0]["standing"], "current");
    assert_eq!(releases[0]["regions"][3]["state"], "in-family");
    assert_eq!(releases[0]["regions"][0]["accounts"], 11);
    assert_eq!(releases[1]["standing"], "on-its-way");
    assert_eq!(releases[1]["regions"][1]["state"], "absent");

    let one = scene.goldcast("status corp-linux-2026.04 --json").await.json();
    assert_eq!(one["policies"][0]["releases"].as_array().unwrap().len(), 1);
    let none = scene.goldcast("status corp-windows").await;
    assert_eq!(none.code, Some(2));
    assert!(
        none.err
            .contains("to do: there is corp-linux-2026.04, corp-linux-2026.03"),
        "{none:?}"
    );
    assert_eq!(scene.writes(), before);
}

#[tokio::test]
async fn an_explanation_ends_in_yes_or_in_the_first_fact_that_says_no() {
    let scene = Scene::open().await;
    let image = scene.release("corp-linux-2026.03").await;
    for (question, code, says) in [
        (
            "--account 2000000000000007 --region eu-central-1".to_owned(),
            0,
            "can launch corp-linux in eu-central-1",
        ),
        (
            format!("--account 2000000000000001 --image cn-hangzhou/{image}"),
            0,
            "can launch",
        ),
        (
            "--account 2000000000000011 --family corp-linux".to_owned(),
            4,
            "cannot launch",
        ),
        ("--account 2000000000000013".to_owned(), 4, "To change it: "),
        (
            "--account 2000000000000007 --family corp-windows".to_owned(),
            4,
            "no policy releases into the family",
        ),
    ] {
        let said = scene.goldcast(&format!("explain {question}")).await;
        assert_eq!(said.code, Some(code), "{question}: {said:?}");
        assert!(said.out.contains(says), "{question}: {said:?}");
    }
    let read = scene.goldcast("explain --account 2000000000000007 --json").await;
    assert_eq!(read.members(), ["can_launch", "failures", "question", "reads", "steps"]);
    assert_eq!(read.json()["can_launch"], true);
}

#[tokio::test]
async fn keys_of_another_account_are_refused_before_anything_is_concluded() {
    let scene = Scene::open().await;
    let other = "2000000000000001".parse().unwrap();
    scene.write("world.json", &scene.described(&other).to_string());
    for arguments in ["plan", "status", "recall m-1 --reason x --yes"] {
        let said = scene.goldcast(arguments).await;
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(
            said.err.contains("the keys belong to the account 2000000000000001"),
            "{said:?}"
        );
    }
    let read = scene.goldcast("plan --json").await;
    assert_eq!(read.members(), ["error", "to_do"]);
}

#[tokio::test]
async fn what_is_no_policy_is_told_with_its_line_and_nothing_is_called() {
    let scene = Scene::open().await;
    scene.rewrite_policy("home-region", "home-regio");
    let calls = scene.world.calls().len();
    let said = scene.goldcast("plan").await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err.contains("goldcast.toml:") && said.err.contains("home-region"),
        "{said:?}"
    );
    assert_eq!(scene.world.calls().len(), calls);
}

#[tokio::test]
async fn the_policy_that_functions_carry_is_read_as_well() {
    let scene = Scene::open().await;
    let text = include_str!("../../../goldcast.toml");
    let policy = goldcast_domain::policy::authoring::read(text).unwrap();
    scene.write("policy.json", &serde_json::to_string(&policy).unwrap());
    let said = scene.goldcast("plan --policy policy.json").await;
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[tokio::test]
async fn a_secret_is_never_repeated() {
    let scene = Scene::open().await;
    let mut world = scene.described(&"1234567890123456".parse().unwrap());
    world["credentials"]["owner"]["access_key_secret"] = "a-wrong-secret".into();
    scene.write("world.json", &world.to_string());
    let said = scene.goldcast("plan").await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("to do: "), "{said:?}");
    assert!(
        !said.err.contains("a-wrong-secret") && !said.out.contains("a-wrong-secret"),
        "{said:?}"
    );
}
