//! `goldcast notify test`, and what `status` says of channels.

use serde_json::Value;

use crate::scene::{INVENTORY_SECRET, Scene};

#[tokio::test]
async fn a_channel_that_cannot_be_told_anything_is_shown_by_status() {
    let scene = Scene::open().await;
    let fresh = scene.goldcast("status --json").await.json();
    assert_eq!(fresh["channels"][0]["trouble"], Value::Null);
    scene.goldcast("apply --yes --tell").await;
    let said = scene.goldcast("status").await;
    let line = said
        .out
        .lines()
        .find(|line| line.starts_with("channel: inventory"))
        .unwrap();
    assert!(
        line.contains("since") && line.contains("the variable INVENTORY_URL is not set"),
        "{line}"
    );
    let channels = scene.goldcast("status --json").await.json()["channels"].clone();
    let inventory = channels
        .as_array()
        .unwrap()
        .iter()
        .find(|channel| channel["channel"] == "inventory");
    assert_eq!(inventory.unwrap()["may_pass"], Value::from(false));
}

#[tokio::test]
async fn a_test_that_not_every_channel_accepts_fails_and_says_why() {
    let scene = Scene::open().await;
    let said = scene.goldcast("notify test").await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.out.contains("platform-team  the variable DINGTALK_URL is not set"),
        "{said:?}"
    );
    assert!(said.out.contains("0 of 4 channels accepted it"), "{said:?}");
    let one = scene.goldcast("notify test --channel inventory --json").await;
    assert_eq!(one.code, Some(1));
    let channels = one.json()["channels"].clone();
    assert_eq!(channels.as_array().unwrap().len(), 1);
    assert_eq!(
        (&channels[0]["kind"], &channels[0]["accepted"]),
        (&"webhook".into(), &false.into())
    );
    let nobody = scene.goldcast("notify test --channel nobody").await;
    assert_eq!(nobody.code, Some(2));
    assert!(
        nobody
            .err
            .contains("to do: the policy has image-builders, inventory, platform-team, tokyo-office"),
        "{nobody:?}"
    );
}

#[tokio::test]
async fn a_test_that_is_accepted_arrives_and_is_no_message_that_a_channel_was_told() {
    let scene = Scene::open().await;
    let url = scene.world.webhook_url("inventory").unwrap();
    let variables = [
        ("INVENTORY_URL", url.as_str()),
        ("INVENTORY_SECRET", INVENTORY_SECRET),
        ("GOLDCAST_PRIVATE_WEBHOOKS", "allow"),
    ];
    let said = scene.goldcast_with("notify test --channel inventory", &variables).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("1 of 1 channel accepted it"), "{said:?}");
    assert_eq!(scene.world.messages().len(), 1);
    assert!(format!("{:?}", scene.world.messages()).contains("only a test"));
    let wrong = [variables[0], ("INVENTORY_SECRET", "whsec_not-base64"), variables[2]];
    let said = scene.goldcast_with("notify test --channel inventory", &wrong).await;
    assert!(said.code == Some(1) && !said.out.contains("not-base64"), "{said:?}");
}
