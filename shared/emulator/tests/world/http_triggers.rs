//! HTTP triggers: who gets through, what reaches the function, and what of its answer goes back.

use bytes::Bytes;
use goldcast_emulator::world::{CustomDomain, InvokeError, World};
use serde_json::{Value, json};

use crate::support::{function, http, setup, world};

/// A token as the platform takes it.
const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz012345";

/// A world with one function that answers on the web.
async fn on_the_web() -> World {
    world(vec![
        function("status", json!({"triggers": [trigger("anonymous", None, false)]})),
        function("sweep", json!({})),
    ])
    .await
}

#[tokio::test]
async fn a_request_reaches_a_function_as_it_came_and_its_answer_goes_back() {
    let world = on_the_web().await;
    let url = format!("{}releases?family=corp", world.function_url("status").unwrap());
    let headers = [("x-mine", "1"), ("x-fc-region", "forged")];
    let (status, body) = http("POST", &url, &headers, "hello").await;
    let seen: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &seen["body"]), (201, &json!("hello")));
    assert_eq!(seen["line"], "POST /releases?family=corp HTTP/1.1");
    for (header, wanted) in [
        ("x-mine", "1"),
        ("x-fc-region", "cn-hangzhou"),
        ("x-fc-control-path", "/http-invoke"),
    ] {
        assert_eq!(seen["headers"][header], wanted, "{header}");
    }
    let request = ::http::Request::get("/").body(Bytes::new()).unwrap();
    let answer = world.request("status", request).await.unwrap();
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(header("x-own").as_deref(), Some("1"));
    assert_eq!(header("content-disposition").as_deref(), Some("attachment"));
    assert!(header("x-fc-request-id").is_some());
    for own in ["server", "x-fc-own", "content-length"] {
        assert_eq!(header(own), None, "{own}");
    }
}

#[tokio::test]
async fn what_a_trigger_does_not_take_never_reaches_the_function() {
    let world = on_the_web().await;
    let long = "x".repeat(4096);
    let target = format!("/{long}");
    let get = || ::http::Request::get("/");
    for (request, wanted) in [
        (::http::Request::delete("/"), (405, "MethodNotAllowed")),
        (::http::Request::get(target), (400, "InvalidArgument")),
        (get().header("a", &long).header("b", &long), (400, "InvalidArgument")),
    ] {
        let request = request.body(Bytes::new()).unwrap();
        let answer = world.request("status", request).await.unwrap();
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!((answer.status().as_u16(), body["errorCode"].as_str().unwrap()), wanted);
    }
    assert!(world.log("status").is_empty());
    let request = get().body(Bytes::new()).unwrap();
    let error = world.request("sweep", request).await.unwrap_err();
    assert!(matches!(error, InvokeError::NoHttpTrigger { .. }), "{error}");
    assert_eq!(world.function_url("sweep"), None);
}

fn trigger(auth_type: &str, auth_config: Option<&str>, only_by_domain: bool) -> Value {
    json!({
        "kind": "http", "name": "web", "methods": ["GET", "POST"], "only_by_domain": only_by_domain,
        "auth": {"authType": auth_type, "authConfig": auth_config},
    })
}

fn tokens() -> String {
    json!({"tokens": [{"enable": true, "tokenName": "board", "tokenData": TOKEN}]}).to_string()
}

fn domain(domain: &str, function: &str) -> CustomDomain {
    serde_json::from_value(json!({"domain": domain, "function": function, "auth": {"authType": "anonymous"}})).unwrap()
}

/// A world whose function asks for a token, and has a domain of its own.
async fn with_a_domain(only_by_domain: bool) -> World {
    let trigger = trigger("bearer", Some(&tokens()), only_by_domain);
    let mut setup = setup(vec![function("status", json!({"triggers": [trigger]}))]);
    setup.deployment.domains = vec![domain("status.corp.example", "status")];
    World::open(setup).await.unwrap()
}

/// Asks for the status, with what the platform says in case it refuses.
async fn ask(world: &World, headers: &[(&str, &str)]) -> (u16, String, Option<String>) {
    let mut request = ::http::Request::get("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = world
        .request("status", request.body(Bytes::new()).unwrap())
        .await
        .unwrap();
    let said: Value = serde_json::from_slice(answer.body()).unwrap();
    let disposition = answer.headers().get("content-disposition");
    (
        answer.status().as_u16(),
        said["errorMessage"].as_str().unwrap_or_default().to_owned(),
        disposition.map(|value| value.to_str().unwrap().to_owned()),
    )
}

#[tokio::test]
async fn whoever_shows_no_token_never_reaches_the_function() {
    let world = with_a_domain(false).await;
    let nothing = ask(&world, &[]).await;
    assert_eq!(
        (nothing.0, nothing.1.as_str()),
        (401, "Authorization header is expected but missing")
    );
    let wrong = ask(&world, &[("authorization", "Bearer 0123456789abcdef0123456789abcdef")]).await;
    assert_eq!(
        (wrong.0, wrong.1.as_str()),
        (403, "access denied due to invalid bearer token")
    );
    assert!(world.log("status").is_empty(), "no instance was started");
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(ask(&world, &[("authorization", &bearer)]).await.0, 201);
}

#[tokio::test]
async fn a_domain_of_ones_own_shows_what_the_platforms_makes_a_browser_save() {
    let bearer = format!("Bearer {TOKEN}");
    let authorised = ("authorization", bearer.as_str());
    let by_domain = [("host", "status.corp.example"), authorised];
    let world = with_a_domain(false).await;
    assert_eq!(ask(&world, &[authorised]).await.2.as_deref(), Some("attachment"));
    assert_eq!(ask(&world, &by_domain).await, (201, String::new(), None));
    // The trigger's own question is asked there too.
    assert_eq!(ask(&world, &by_domain[..1]).await.0, 401);

    let world = with_a_domain(true).await;
    assert_eq!(ask(&world, &by_domain).await.0, 201);
    let elsewhere = ask(&world, &[authorised]).await;
    assert_eq!(
        (elsewhere.0, elsewhere.1.as_str()),
        (403, "access denied due to function internet URL is disable")
    );
}

#[test]
fn a_domain_leads_to_a_function_that_has_an_address() {
    for (domains, problem) in [
        (vec![domain("status", "status")], "is no domain"),
        (vec![domain("status.corp.example", "status"); 2], "taken twice"),
        (
            vec![domain("status.corp.example", "sweep")],
            "\"sweep\" has no HTTP trigger",
        ),
    ] {
        let trigger = trigger("anonymous", None, false);
        let functions = vec![
            function("status", json!({"triggers": [trigger]})),
            function("sweep", json!({})),
        ];
        let mut deployment = setup(functions).deployment;
        deployment.domains = domains;
        let error = deployment.check().unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}
