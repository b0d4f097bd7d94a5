//! Waiting for a stack, and what is told when it is through.

use std::time::Duration;

use goldcast_cloud::ros::{GetStack, ListStackEvents, StackDescription, StackEvent};
use goldcast_cloud::{Client, Deadline, HttpTransport};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::target::Target;
use crate::exit::Exit;
use crate::ink::{BAD, GOOD, SOFT, paint};
use crate::verbs::teller::Teller;
use crate::verbs::trouble::Trouble;

/// One line of the wait.
const TEMPLATE: &str = "  {spinner} {msg} {bar:24.yellow/dim} {pos:>3} %";
/// How often the stack is looked at.
const PAUSE: Duration = Duration::from_secs(2);
/// How often the line moves.
const REDRAW: Duration = Duration::from_millis(100);
/// Longest wait: what the service takes at most, and a little for the last look.
const WAIT_MAX: Duration = Duration::from_mins(32);

/// What the products say, and what helps.
const ADVICE: [(&str, &str); 4] = [
    (
        "OSS object",
        "pack again and deploy with the same --packages: the packages are not where the stack looks",
    ),
    ("EventBusNotExist", "deploy again: the bus is made before the stack"),
    (
        "EntityAlreadyExists",
        "choose another --parameters NamePrefix=…, or remove what has this name already",
    ),
    (
        "NoPermission",
        "grant what is missing to whoever deploys: docs/deploy.md lists it",
    ),
];

/// Waits until nothing is in progress.
pub(super) async fn wait(
    teller: &Teller,
    client: &Client<HttpTransport>,
    target: &Target,
    id: &str,
) -> Result<StackDescription, Trouble> {
    let bar = teller.is_live().then(|| {
        let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(100).with_style(style.progress_chars("━━─"));
        bar.enable_steady_tick(REDRAW);
        bar
    });
    let get = GetStack {
        region_id: target.region().to_string(),
        stack_id: id.to_owned(),
    };
    let deadline = Deadline::after(WAIT_MAX);
    loop {
        let stack = client.send(&get, deadline).await?;
        if let Some(bar) = &bar {
            bar.set_message(stack.status.clone());
            bar.set_position(stack.progress.unwrap_or_default());
        }
        if !stack.status.ends_with("_IN_PROGRESS") {
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
            return Ok(stack);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Tells what came of it: what the stack tells, or what failed and what helps.
pub(super) async fn tell_end(
    teller: &Teller,
    client: &Client<HttpTransport>,
    target: &Target,
    stack: &StackDescription,
) -> Result<Exit, Trouble> {
    let outputs: serde_json::Map<String, serde_json::Value> = stack
        .outputs
        .iter()
        .map(|output| (output.key.clone(), json!(output.value)))
        .collect();
    let done = ["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(&stack.status.as_str());
    if done {
        teller.line(format_args!(
            "  {} stack {} is deployed",
            paint(GOOD, "✓"),
            stack.stack_name
        ));
        teller.line("");
        for output in &stack.outputs {
            teller.line(format_args!("{}  {}", output.key, output.value));
            teller.line(paint(SOFT, format_args!("  {}", output.description)));
        }
        teller.result(&json!({ "stack": stack.stack_id, "status": stack.status, "outputs": outputs, "failures": [] }));
        return Ok(Exit::Done);
    }
    let events = ListStackEvents {
        region_id: target.region().to_string(),
        stack_id: stack.stack_id.clone(),
    };
    let events = client.send(&events, Deadline::after(PAUSE * 15)).await?.events;
    let failed: Vec<StackEvent> = events
        .into_iter()
        .filter(|event| event.status.ends_with("_FAILED"))
        .collect();
    teller.line(format_args!(
        "  {} stack {} is not deployed ({}), and what was begun is taken back",
        paint(BAD, "✗"),
        stack.stack_name,
        stack.status
    ));
    for event in &failed {
        teller.line(format_args!(
            "    {} ({}): {}",
            event.logical_resource_id, event.resource_type, event.status_reason
        ));
        teller.line(format_args!("      to do: {}", advice(event, target, stack)));
    }
    let failures: Vec<_> = failed
        .iter()
        .map(|event| {
            json!({
                "resource": event.logical_resource_id,
                "type": event.resource_type,
                "why": event.status_reason,
                "to_do": advice(event, target, stack),
            })
        })
        .collect();
    teller.result(&json!({ "stack": stack.stack_id, "status": stack.status, "outputs": {}, "failures": failures }));
    Ok(Exit::Failed)
}

fn advice(event: &StackEvent, target: &Target, stack: &StackDescription) -> String {
    let known = ADVICE.iter().find(|(said, _)| event.status_reason.contains(said));
    match known {
        Some((_, advice)) => (*advice).to_owned(),
        None => format!(
            "read on: aliyun ros ListStackEvents --region {} --StackId {}",
            target.region(),
            stack.stack_id
        ),
    }
}
