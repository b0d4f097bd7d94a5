//! The status function over HTTP: who gets an answer, what is in it, and that nothing is changed by asking.

use bytes::Bytes;
use goldcast_cloud::{HttpTransport, Transport as _};
use goldcast_emulator::planted;
use http::{Request, Response};
use serde_json::{Value, json};

use crate::scene::{NAME, Plot, Scene, deployed};

/// What opens the address in these tests, as the platform takes it.
const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz012345";
/// An address that nobody listens at.
const NOWHERE: &str = "127.0.0.1:1";

/// A world in which the status function has an address.
async fn open() -> Scene {
    Scene::with(Plot {
        parameters: &[("StatusToken", TOKEN)],
        ..Plot::default()
    })
    .await
}

/// Sends a request as anybody would, over a socket.
async fn ask(scene: &Scene, method: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    let url = scene.world.function_url(&deployed("status")).unwrap();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::new()).unwrap();
    HttpTransport::new().unwrap().send(request).await.unwrap()
}

/// Asks with the token.
async fn get(scene: &Scene) -> (u16, Value) {
    let answer = ask(scene, "GET", &[("authorization", &format!("Bearer {TOKEN}"))]).await;
    let body = String::from_utf8(answer.body().to_vec()).unwrap();
    assert_eq!(planted::leaks(&body), Vec::<String>::new(), "secrets show");
    (answer.status().as_u16(), serde_json::from_str(&body).unwrap())
}

/// Operations that the status function called, all of them under its own role.
fn calls(scene: &Scene) -> Vec<String> {
    let session = format!(":assumed-role/{}/", deployed("status"));
    let calls = scene.world.calls().into_iter();
    calls
        .filter(|call| call.caller.as_ref().is_some_and(|caller| caller.arn.contains(&session)))
        .map(|call| call.action)
        .collect()
}

/// The object with every value replaced by its kind, and every list by its first entry: what a reader may rely on.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        Value::Array(entries) => entries.iter().take(1).map(shape).collect(),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("yes or no"),
        Value::Null => json!(null),
    }
}

#[tokio::test]
async fn whoever_has_no_token_gets_no_answer_and_wakes_nobody() {
    let scene = open().await;
    assert_eq!(ask(&scene, "GET", &[]).await.status(), 401);
    let wrong = [("authorization", "Bearer 0123456789abcdef0123456789abcdef")];
    assert_eq!(ask(&scene, "GET", &wrong).await.status(), 403);
    assert!(scene.world.log(&deployed("status")).is_empty());
    assert_eq!(calls(&scene), Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_says_everything_changes_nothing_and_is_given_again_while_it_is_fresh() {
    let scene = open().await;
    scene.build(NAME).await;
    scene.release(NAME).await;
    let bearer = format!("Bearer {TOKEN}");
    let authorised = [("authorization", bearer.as_str())];
    let answer = ask(&scene, "GET", &authorised).await;
    assert_eq!(answer.status(), 200);
    for (header, wanted) in [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        // The platform's own domain makes a browser save it.
        ("content-disposition", "attachment"),
    ] {
        assert_eq!(answer.headers()[header], wanted, "{header}");
    }
    let told: Value = serde_json::from_slice(answer.body()).unwrap();
    let release = &told["policies"][0]["releases"][0];
    assert_eq!(
        (&release["release"], &release["standing"]),
        (&json!(NAME), &json!("current"))
    );
    assert_eq!(told["policies"][0]["audience"], 11);
    for region in release["regions"].as_array().unwrap() {
        assert_eq!(
            (&region["state"], &region["accounts"]),
            (&json!("in-family"), &json!(11)),
            "{region}"
        );
        let holders = &told["policies"][0]["holders"][region["region"].as_str().unwrap()];
        assert_eq!(holders[0], region["image"], "the family resolves to it");
    }
    assert_eq!((&told["whole"], &told["writes"]), (&json!(true), &json!(0)));
    insta::assert_json_snapshot!(shape(&told));

    let made = calls(&scene);
    let reads = |action: &String| ["Describe", "List", "Get"].iter().any(|verb| action.starts_with(verb));
    assert!(
        !made.is_empty() && made.iter().all(|action| reads(action) || action == "AssumeRole"),
        "{made:?}"
    );

    let (again, later) = get(&scene).await;
    assert_eq!((again, &later["looked_at"]), (200, &told["looked_at"]));
    let head = ask(&scene, "HEAD", &authorised).await;
    assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
    assert_eq!(ask(&scene, "POST", &authorised).await.status(), 405);
    assert_eq!(calls(&scene), made, "nothing was asked of the cloud again");

    let called = scene.world.invoke(&deployed("status"), "{}").await.unwrap();
    let called: Value = serde_json::from_slice(&called.body).unwrap();
    assert_eq!(called["looked_at"], told["looked_at"]);
    let timer = r#"{"triggerTime":"2026-03-02T08:00:00Z","triggerName":"t","payload":""}"#;
    let woken = scene.world.invoke(&deployed("status"), timer).await.unwrap();
    assert!(String::from_utf8_lossy(&woken.body).contains("no business of this function"));
}

#[tokio::test]
async fn a_release_on_its_way_shows_how_far_it_is_and_a_block_what_to_do() {
    let policy = crate::scene::example().replace("[policy.share]", "require-tags = [\"sanitized\"]\n[policy.share]");
    let scene = Scene::with(Plot {
        policy,
        parameters: &[("StatusToken", TOKEN)],
        ..Plot::default()
    })
    .await;
    scene.build(NAME).await;
    let (status, told) = get(&scene).await;
    assert_eq!(status, 200);
    assert_eq!(told["policies"][0]["releases"][0]["standing"], "blocked", "{told}");
    let block = &told["blocks"][0];
    assert_eq!(block["block"], "tags-missing");
    assert!(block["says"].as_str().unwrap().contains("lacks tags"), "{block}");
    assert!(block["to_do"].is_string(), "{block}");
}

#[tokio::test]
async fn what_cannot_be_read_is_unknown_and_if_nothing_can_be_the_answer_is_503() {
    let scene = open().await;
    let mut endpoints = serde_json::to_value(scene.world.endpoints()).unwrap();
    let dark = |endpoints: &mut Value, region: &str| {
        for host in endpoints["endpoints"][region].as_object_mut().unwrap().values_mut() {
            *host = json!(NOWHERE);
        }
    };
    dark(&mut endpoints, "cn-shanghai");
    scene.set("GOLDCAST_ENDPOINTS", &endpoints.to_string());
    scene.build(NAME).await;
    let (status, told) = get(&scene).await;
    assert_eq!((status, &told["whole"]), (200, &json!(false)), "{told}");
    assert_eq!(told["policies"][0]["holders"]["cn-shanghai"], json!(null));
    assert_eq!(told["failures"][0]["region"], "cn-shanghai");

    let regions: Vec<String> = endpoints["endpoints"].as_object().unwrap().keys().cloned().collect();
    for region in regions {
        dark(&mut endpoints, &region);
    }
    let scene = open().await;
    scene.set("GOLDCAST_ENDPOINTS", &endpoints.to_string());
    let (status, told) = get(&scene).await;
    assert_eq!((status, &told["errorCode"]), (503, &json!("no-answer")), "{told}");
    assert!(told["errorMessage"].as_str().unwrap().contains("To do: "), "{told}");
}
