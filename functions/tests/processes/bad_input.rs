//! Bad input: a clear line in the log, an answer that asks for no retry, and no effect on anything else.

use goldcast_cloud::Product;
use goldcast_domain::PolicyFile;
use serde_json::{Value, json};

use crate::scene::{NAME, Plot, Scene, deployed, example, program};

/// Every function answers this body as done, logs these words, and writes nothing.
async fn check(scene: &Scene, body: Vec<u8>, words: &str) {
    for function in ["image-created", "copy-completed", "member-added", "member-removed"] {
        let before = scene.writes();
        let answer = scene.world.invoke(&deployed(function), body.clone()).await.unwrap();
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        assert_eq!((answer.status, answer.error), (Some(200), None), "{function}: {shown}");
        let log: String = scene
            .world
            .log(&deployed(function))
            .into_iter()
            .map(|line| line.text + "\n")
            .collect();
        assert!(
            log.contains(words),
            "{function} does not say {words:?} about {shown}:\n{log}"
        );
        assert_eq!(scene.writes(), before, "{function}: {shown}");
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_answered_as_done() {
    let scene = Scene::open().await;
    check(&scene, b"{not json".to_vec(), "cannot be read").await;
    check(&scene, Vec::new(), "cannot be read").await;
    check(&scene, vec![0xff, 0xfe], "cannot be read").await;
    let no_data = json!({"id": "1", "source": "acs.ecs", "specversion": "1.0", "type": "ecs:ActionTrail:ApiCall"});
    check(&scene, no_data.to_string().into_bytes(), "data").await;
}

#[tokio::test]
async fn a_body_of_ten_mebibytes_is_answered_without_being_read_whole() {
    let scene = Scene::open().await;
    let body = format!("{{\"padding\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    check(&scene, body.into_bytes(), "cannot be read").await;
}

#[tokio::test]
async fn an_event_for_an_unknown_region_or_a_deleted_image_does_nothing() {
    let scene = Scene::open().await;
    for (region, image) in [
        ("cn-atlantis", "m-bp1gold0001"),
        ("us-west-1", "m-bp1gold0001"),
        ("cn-hangzhou", "m-gone"),
    ] {
        for function in ["image-created", "copy-completed"] {
            let body = json!({ "regionId": region, "imageId": image }).to_string();
            let answer = scene.world.invoke(&deployed(function), body).await.unwrap();
            assert_eq!(answer.error, None, "{function} {region}: {}", scene.logs());
        }
    }
    assert_eq!(scene.writes(), 0);
}

#[tokio::test]
async fn an_image_that_could_not_be_built_is_said_and_holds_up_nothing() {
    let scene = Scene::open().await;
    let tags = [("Tag.1.Key", "golden"), ("Tag.1.Value", "corp-linux")];
    let params = [
        &[("InstanceId", scene.instance()), ("ImageName", "corp-linux-broken")],
        tags.as_slice(),
    ]
    .concat();
    let answer = scene.call(Product::Ecs, "CreateImage", &params).await;
    let broken = answer["ImageId"].as_str().unwrap().parse().unwrap();
    let home = scene.policy.owner.home_region.clone();
    assert!(
        scene
            .world
            .with_cloud(|cloud, moment| cloud.fail_making(moment.now, &home, &broken))
    );
    scene.build(NAME).await;
    scene.release(NAME).await;
    scene
        .until("people hear of it", |view| {
            view.messages.iter().any(|m| m.text.contains("could not be built"))
        })
        .await;
}

#[tokio::test]
async fn a_function_without_credentials_says_so_and_its_event_is_kept() {
    let scene = Scene::with(Plot {
        changed: |stacks| {
            let functions = stacks.home.resources.iter_mut();
            for function in functions.filter(|resource| resource.kind == "ALIYUN::FC3::Function") {
                function.properties.as_object_mut().unwrap().remove("Role");
            }
        },
        ..Plot::default()
    })
    .await;
    scene
        .world
        .invoke_async(
            "goldcast-image-created",
            r#"{"regionId":"cn-hangzhou","imageId":"m-1a"}"#,
        )
        .unwrap();
    scene
        .until("the platform gives up", |view| !view.dead_letters.is_empty())
        .await;
    assert!(scene.logs().contains("give the function a role"), "{}", scene.logs());
    let kept = scene.world.dead_letters()[0].payload["requestPayload"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(kept.contains("m-1a"));
}

#[tokio::test]
async fn a_tag_that_is_missing_is_told_once_and_setting_it_releases_the_image() {
    let policy = example().replace("# require-tags", "require-tags");
    let scene = Scene::with(Plot {
        policy,
        ..Plot::default()
    })
    .await;
    let params = [
        ("InstanceId", scene.instance()),
        ("ImageName", NAME),
        ("Tag.1.Key", "golden"),
        ("Tag.1.Value", "corp-linux"),
    ];
    let answer = scene.call(Product::Ecs, "CreateImage", &params).await;
    let image = answer["ImageId"].as_str().unwrap().to_owned();
    scene
        .until("people hear of it", |view| {
            view.messages.iter().any(|m| m.text.contains("sanitized"))
        })
        .await;
    scene.world.run_for(jiff::SignedDuration::from_hours(1)).await;
    assert_eq!(scene.world.messages().len(), 1, "once: {:?}", scene.world.messages());
    let tag = [
        ("ResourceType", "image"),
        ("ResourceId.1", &image),
        ("Tag.1.Key", "sanitized"),
        ("Tag.1.Value", "yes"),
    ];
    scene.call(Product::Ecs, "TagResources", &tag).await;
    scene.release(NAME).await;
}

#[test]
fn a_policy_with_a_mistake_stops_the_function_before_it_listens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    let good: Value = json!({
        "owner": {"account": "1234567890123456", "home-region": "cn-hangzhou"},
        "policy": [{"name": "a", "family": "corp", "select": {"name": "x"}, "regions": ["cn-shanghai"],
                    "share": {"accounts": ["2000000000000001"]}}]
    });
    PolicyFile::from_json(&good.to_string()).unwrap();
    for (from, to, words) in [
        ("\"regions\"", "\"regoins\"", "regoins"),
        ("cn-shanghai", "cn-shangai", "there is no region cn-shangai"),
        ("\"2000000000000001\"", "\"alice\"", "is not an account id"),
    ] {
        std::fs::write(&path, good.to_string().replace(from, to)).unwrap();
        let output = std::process::Command::new(program("sweep").path)
            .env_clear()
            .env("GOLDCAST_POLICY", &path)
            .env("FC_CUSTOM_LISTEN_PORT", "0")
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(64), "{log}");
        assert!(log.contains(words) && log.contains("policy.json"), "{words}: {log}");
        assert!(!log.contains("listening"), "{log}");
    }
}
