//! The world's web page: members, images per region and what people were told, as a chat shows it; and the same as
//! JSON. Everything from outside is escaped. Not here: goldcast's own status page.

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use http::StatusCode;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;
use serde_json::{Value, json};

use super::host::Place;
use super::receivers::Received;
use super::shared::Shared;
use crate::cloud::{Cloud, Image, ImageStatus};

const STYLE: &str = "
:root { color-scheme: light dark; --line: light-dark(#ddd, #333); --soft: light-dark(#f6f6f6, #1c1c1c); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } time, .soft { opacity: .65; font-size: .85em; }
article { background: var(--soft); border-radius: .6rem; padding: .6rem 1rem; margin: .6rem 0; max-width: 46rem; }
article pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .3rem 0 0; }
.wide { overflow-x: auto; }
";

/// Rows shown of each list; the JSON holds the rest.
const ROWS_MAX: usize = 200;

/// One member account.
#[derive(Debug, Serialize)]
struct MemberRow {
    account: String,
    name: String,
    folder: String,
}

/// One image in one region.
#[derive(Debug, Serialize)]
struct ImageRow {
    region: String,
    image: String,
    name: String,
    family: String,
    status: String,
    shares: String,
}

#[derive(Debug, Serialize)]
struct Snapshot {
    now: Timestamp,
    members: Vec<MemberRow>,
    images: Vec<ImageRow>,
    messages: Vec<Received>,
    dead_letters: Vec<Value>,
    calls: usize,
    waiting: usize,
}

pub(super) fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/state.json", get(state))
        .route("/calls.json", get(calls))
        .route("/messages.json", get(messages))
        .with_state(shared.clone())
}

async fn page(State(shared): State<Shared>) -> Html<String> {
    Html(render(&snapshot(&shared)).into_string())
}

async fn state(State(shared): State<Shared>) -> Response {
    json_of(&snapshot(&shared))
}

async fn calls(State(shared): State<Shared>) -> Response {
    let calls = shared.lock().cloud.calls().to_vec();
    json_of(&calls)
}

async fn messages(State(shared): State<Shared>) -> Response {
    let messages = shared.lock().receivers.messages().to_vec();
    json_of(&messages)
}

fn json_of(value: &impl Serialize) -> Response {
    match serde_json::to_value(value) {
        Ok(value) => Json(value).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn snapshot(shared: &Shared) -> Snapshot {
    let state = shared.lock();
    Snapshot {
        now: state.now,
        members: members(&state.cloud),
        images: images(&state.cloud, &shared.place),
        messages: state.receivers.messages().to_vec(),
        dead_letters: state.dead_letters.iter().map(|letter| json!(letter)).collect(),
        calls: state.cloud.calls().len(),
        waiting: state.agenda.waiting(),
    }
}

fn members(cloud: &Cloud) -> Vec<MemberRow> {
    let members = cloud.members().map(|member| MemberRow {
        account: member.account.to_string(),
        name: member.name.clone(),
        folder: member.folder.to_string(),
    });
    members.collect()
}

/// The owner's images: goldcast makes no others.
fn images(cloud: &Cloud, place: &Place) -> Vec<ImageRow> {
    let mut rows = Vec::new();
    for region in &place.regions {
        rows.extend(cloud.images(&place.account, region).map(|image| ImageRow {
            region: region.to_string(),
            image: image.id.to_string(),
            name: image.name.clone(),
            family: image.family.clone().unwrap_or_default(),
            status: status(image).to_owned(),
            shares: cloud.launchers(region, &image.id).len().to_string(),
        }));
    }
    rows
}

/// `Available` is not enough: whether an image can be launched shows a little later.
fn status(image: &Image) -> &'static str {
    if image.status == ImageStatus::Available && !image.usable {
        "Available, not usable yet"
    } else {
        image.status.as_str()
    }
}

fn render(world: &Snapshot) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Simulated cloud" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Simulated cloud" }
                p.soft {
                    "It is " time { (world.now) } " here. " (world.calls) " calls answered, "
                    (world.waiting) " invocations waiting, " (world.dead_letters.len()) " given up. As JSON: "
                    a href="/state.json" { "state" } ", " a href="/calls.json" { "calls" } ", "
                    a href="/messages.json" { "messages" } "."
                }
                h2 { "Messages (" (world.messages.len()) ")" }
                @for message in world.messages.iter().rev().take(ROWS_MAX) { (bubble(message)) }
                h2 { "Images (" (world.images.len()) ")" }
                (table(&["Region", "Image", "Name", "Family", "Status", "Shared with"], world.images.iter().map(|row| {
                    [&row.region, &row.image, &row.name, &row.family, &row.status, &row.shares]
                })))
                h2 { "Members (" (world.members.len()) ")" }
                (table(&["Account", "Name", "Folder"], world.members.iter().map(|row| {
                    [&row.account, &row.name, &row.folder]
                })))
            }
        }
    }
}

fn bubble(message: &Received) -> Markup {
    html! {
        article {
            strong { (message.channel) } " " time { (message.at) }
            @if !message.title.is_empty() { div { (message.title) } }
            pre { (message.text) }
        }
    }
}

fn table<'a, const N: usize>(heads: &[&str; N], rows: impl Iterator<Item = [&'a String; N]>) -> Markup {
    html! {
        div.wide {
            table {
                tr { @for head in heads { th { (head) } } }
                @for row in rows.take(ROWS_MAX) { tr { @for cell in row { td { (cell) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_escaped() {
        let message = Received {
            channel: "ops".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            id: None,
            kind: "markdown".to_owned(),
            title: "<script>alert(1)</script>".to_owned(),
            text: "<img src=x>".to_owned(),
            body: Value::Null,
        };
        let world = Snapshot {
            now: Timestamp::UNIX_EPOCH,
            members: Vec::new(),
            images: Vec::new(),
            messages: vec![message],
            dead_letters: Vec::new(),
            calls: 0,
            waiting: 0,
        };
        let page = render(&world).into_string();
        assert!(page.contains("&lt;script&gt;") && page.contains("&lt;img"), "{page}");
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    }
}
