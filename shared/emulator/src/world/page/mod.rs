//! The world's web page: what people were told, channel by channel, as a chat shows it; the owner's images; the members;
//! and the same as JSON. It needs no script to be read, its one script keeps it up to date, and nothing on it comes from
//! another host. Everything from outside is escaped. Not here: goldcast's own status page.

mod bubble;
mod cloud;
mod frame;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};
use maud::Markup;
use serde::Serialize;

use self::cloud::{ImageRow, MemberRow, Snapshot};
use self::frame::{Frame, Place};
use super::receivers::Received;
use super::shared::Shared;

/// Rows and messages shown of each list, the latest of them; the JSON holds the rest.
const ROWS_MAX: usize = 200;

/// Only what the page brings along itself may be loaded, and nothing in it may run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const ICON: &str = include_str!("icon.svg");

pub(super) fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/", get(chat))
        .route("/channels/{channel}", get(channel))
        .route("/images", get(images))
        .route("/members", get(members))
        .route("/page.css", get(|| asset("text/css; charset=utf-8", STYLE)))
        .route("/page.js", get(|| asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/icon.svg", get(|| asset("image/svg+xml", ICON)))
        .route("/state.json", get(state))
        .route("/calls.json", get(calls))
        .route("/messages.json", get(messages))
        .with_state(shared.clone())
}

async fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

fn html(page: Markup) -> Response {
    let mut response = page.into_string().into_response();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn chat(State(shared): State<Shared>) -> Response {
    let (frame, messages) = {
        let state = shared.lock();
        (Frame::of(&state), latest(state.receivers.messages().iter()))
    };
    html(frame.around(&Place::Everything, &bubble::thread(&messages, true)))
}

async fn channel(State(shared): State<Shared>, Path(channel): Path<String>) -> Response {
    let (frame, messages) = {
        let state = shared.lock();
        let all = state.receivers.messages().iter();
        (
            Frame::of(&state),
            latest(all.filter(|message| message.channel == channel)),
        )
    };
    if !frame.has(&channel) {
        return StatusCode::NOT_FOUND.into_response();
    }
    html(frame.around(&Place::Channel(channel), &bubble::thread(&messages, false)))
}

/// The latest of these, oldest first.
fn latest<'a>(messages: impl DoubleEndedIterator<Item = &'a Received>) -> Vec<Received> {
    let mut latest: Vec<Received> = messages.rev().take(ROWS_MAX).cloned().collect();
    latest.reverse();
    latest
}

async fn images(State(shared): State<Shared>) -> Response {
    let (frame, rows) = {
        let state = shared.lock();
        (Frame::of(&state), ImageRow::all(&state.cloud, &shared.place))
    };
    html(frame.around(&Place::Images, &cloud::images(&rows)))
}

async fn members(State(shared): State<Shared>) -> Response {
    let (frame, rows) = {
        let state = shared.lock();
        (Frame::of(&state), MemberRow::all(&state.cloud))
    };
    html(frame.around(&Place::Members, &cloud::members(&rows)))
}

async fn state(State(shared): State<Shared>) -> Response {
    json_of(&Snapshot::of(&shared))
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
