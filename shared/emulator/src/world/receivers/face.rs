//! The HTTP side of the receivers: one socket for all channels, told apart by path and token.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use tokio::time::sleep;

use super::reply::{Arrived, Reply};
use crate::world::shared::Shared;

/// Largest body that is read, in bytes: far over every channel's own limit, so that the channel can say so itself.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How long a hanging receiver keeps a connection. Every sender must have given up long before.
const HANG: Duration = Duration::from_mins(2);

pub(crate) fn router(shared: &Shared) -> Router {
    Router::new().fallback(receive).with_state(shared.clone())
}

async fn receive(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let wall = shared.wall.now();
    let reply = {
        let mut state = shared.lock();
        let now = state.now;
        state.receivers.receive(&Arrived {
            parts: &parts,
            body: &body,
            now,
            wall,
        })
    };
    respond(reply).await
}

async fn respond(reply: Reply) -> Response {
    match reply {
        Reply::Late(delay, reply) => {
            sleep(delay).await;
            Box::pin(respond(*reply)).await
        }
        Reply::Json(status, json) => {
            let mut response = Response::new(Body::from(json.to_string()));
            *response.status_mut() = status;
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(http::header::CONTENT_TYPE, json);
            response
        }
        Reply::Text(status, text) => (status, text).into_response(),
        Reply::Empty(status) => status.into_response(),
        Reply::With(reply, headers) => {
            let mut response = Box::pin(respond(*reply)).await;
            for (name, value) in headers {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    response.headers_mut().insert(name, value);
                }
            }
            response
        }
        Reply::Redirect(to) => match HeaderValue::from_str(&to) {
            Ok(to) => (StatusCode::FOUND, [(LOCATION, to)]).into_response(),
            Err(_) => StatusCode::FOUND.into_response(),
        },
        Reply::Hang => {
            sleep(HANG).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
    }
}
