//! What the platform does in a function's name, it does under the function's role: without a permission the log line, the
//! success and the failure record do not arrive, and that is noted.

use goldcast_emulator::world::{Logs, Withheld, World};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{HOME, OWNER, events, function, role, setup};

/// A time that no test reaches, simulated.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A function that tells another of its successes and sends what it gives up to a queue, under a role that allows these
/// actions.
async fn world(actions: &Value) -> World {
    let changes = json!({
        "role": "worker", "on_success": "listener", "on_failure": "failures", "retries": 0
    });
    let mut setup = setup(vec![function("worker", changes), function("listener", json!({}))]);
    setup.deployment.roles.push(role("worker", actions));
    setup.deployment.logs = Some(Logs {
        project: "p".to_owned(),
        logstore: "l".to_owned(),
    });
    World::open(setup).await.unwrap()
}

/// Invokes the function as an event does, and lets everything happen that follows.
async fn invoke(world: &World, body: &Value) {
    world.invoke_async("worker", body.to_string()).unwrap();
    world.run_until(HOUR, |view| view.waiting == 0).await.unwrap();
}

fn withheld(world: &World) -> Vec<(String, String)> {
    world.read(|view| {
        let notes = view.withheld.iter();
        notes
            .map(|Withheld { action, resource, .. }| (action.clone(), resource.clone()))
            .collect()
    })
}

fn note(action: &str, service: &str, id: &str) -> (String, String) {
    (action.to_owned(), format!("acs:{service}:{HOME}:{OWNER}:{id}"))
}

#[tokio::test]
async fn with_its_permissions_everything_arrives() {
    let world = world(&json!(["log:PostLogStoreLogs", "fc:InvokeFunction", "mns:SendMessage"])).await;
    invoke(&world, &json!({})).await;
    invoke(&world, &json!({ "do": "fail" })).await;
    assert_eq!(withheld(&world), []);
    assert_eq!(events(&world, "worker").len(), 2);
    assert_eq!(events(&world, "listener").len(), 1);
    assert_eq!(world.dead_letters()[0].queue.as_deref(), Some("failures"));
}

#[tokio::test]
async fn a_log_that_may_not_be_shipped_is_empty() {
    let world = world(&json!(["fc:InvokeFunction", "mns:SendMessage"])).await;
    let ended = world.invoke("worker", "{}").await.unwrap();
    assert!(ended.logged, "the function printed it all the same");
    assert_eq!(world.log("worker"), []);
    let expected = note("log:PostLogStoreLogs", "log", "project/p/logstore/l");
    assert_eq!(withheld(&world), [expected]);
}

#[tokio::test]
async fn nobody_hears_of_a_success_that_may_not_be_told() {
    let world = world(&json!(["log:PostLogStoreLogs", "mns:SendMessage"])).await;
    invoke(&world, &json!({})).await;
    assert_eq!(events(&world, "listener").len(), 0);
    let expected = note("fc:InvokeFunction", "fc", "functions/listener");
    assert_eq!(withheld(&world), [expected]);
}

#[tokio::test]
async fn a_failure_that_may_not_be_sent_reaches_no_queue() {
    let world = world(&json!(["log:PostLogStoreLogs", "fc:InvokeFunction"])).await;
    invoke(&world, &json!({ "do": "fail" })).await;
    let letters = world.dead_letters();
    assert_eq!((letters.len(), letters[0].queue.as_deref()), (1, None));
    let expected = note("mns:SendMessage", "mns", "/queues/failures/messages");
    assert_eq!(withheld(&world), [expected]);
}

#[tokio::test]
async fn a_function_without_a_role_is_served_by_the_platforms_own() {
    let mut setup = setup(vec![function(
        "worker",
        json!({ "role": null, "on_failure": "failures", "retries": 0 }),
    )]);
    setup.deployment.logs = Some(Logs {
        project: "p".to_owned(),
        logstore: "l".to_owned(),
    });
    let world = World::open(setup).await.unwrap();
    invoke(&world, &json!({ "do": "fail" })).await;
    assert_eq!(withheld(&world), []);
    assert_eq!(world.dead_letters()[0].queue.as_deref(), Some("failures"));
}
