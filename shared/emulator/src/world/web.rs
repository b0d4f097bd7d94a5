//! HTTP triggers: what comes to a function's own address and goes back, within the platform's limits
//! (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/http-triggers-overview>,
//! <https://help.aliyun.com/zh/functioncompute/fc/web-functions>). Not here: the instance that answers (see `host`).

use std::sync::{Arc, Weak};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_DISPOSITION, CONTENT_LENGTH, DATE, HOST, SERVER, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::json;

use super::custom_domain::CustomDomain;
use super::deployed_function::Function;
use super::host::Host;
use super::invocation::{FunctionError, SYNC_BODY_BYTES_MAX};
use super::shared::Shared;
use super::trigger::Trigger;
use super::trigger_auth::TriggerAuth;

/// Longest path with its query, in bytes.
const TARGET_BYTES_MAX: usize = 4 * 1024;
/// All headers of a request or of an answer together, in bytes.
const HEADERS_BYTES_MAX: usize = 8 * 1024;
/// Beginning of the names that only the platform may send.
const RESERVED: &str = "x-fc-";
/// Headers of an answer that the platform writes itself.
const OWN_HEADERS: [HeaderName; 6] = [CONNECTION, CONTENT_LENGTH, DATE, SERVER, UPGRADE, CONTENT_DISPOSITION];

/// Whether a function has an HTTP trigger.
pub(super) fn has_address(function: &Function) -> bool {
    gate(function).is_some()
}

/// What a function's HTTP trigger lets through.
struct Gate<'a> {
    methods: &'a [String],
    auth: &'a TriggerAuth,
    only_by_domain: bool,
}

fn gate(function: &Function) -> Option<Gate<'_>> {
    function.triggers.iter().find_map(|trigger| match trigger {
        Trigger::Http {
            methods,
            auth,
            only_by_domain,
            ..
        } => Some(Gate {
            methods,
            auth,
            only_by_domain: *only_by_domain,
        }),
        Trigger::Events { .. } | Trigger::Forwarded { .. } | Trigger::Timer { .. } => None,
    })
}

/// The face of one function's trigger. It does not keep the host alive.
pub(super) fn router(shared: &Shared, host: &Arc<Host>, function: &str) -> Router {
    let state = (shared.clone(), Arc::downgrade(host), function.to_owned());
    Router::new().fallback(face).with_state(state)
}

async fn face(
    State((shared, host, function)): State<(Shared, Weak<Host>, String)>,
    request: axum::extract::Request,
) -> Response<Body> {
    let Some(host) = host.upgrade() else {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            "the host has stopped",
        )
        .map(Body::from);
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, SYNC_BODY_BYTES_MAX).await else {
        let message = format!("payload size exceeds maximum allowed size ({SYNC_BODY_BYTES_MAX} bytes)");
        return problem(StatusCode::BAD_REQUEST, "EntityTooLarge", &message).map(Body::from);
    };
    answer(&host, &shared, &function, Request::from_parts(parts, body))
        .await
        .map(Body::from)
}

/// Answers one request as the platform does.
pub(super) async fn answer(host: &Host, shared: &Shared, function: &str, request: Request<Bytes>) -> Response<Bytes> {
    let request_id = shared.lock().request_id();
    let asked = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let domain = asked.and_then(|asked| host.domain(function, asked));
    let mut response = match refusal(host, function, domain, &request) {
        Some(refusal) => refusal,
        None => match host.http(shared, function, &request_id, request).await {
            Ok(response) => outgoing(response, domain.is_some()),
            Err(error) => failed(&error),
        },
    };
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-fc-request-id", id);
    }
    response
}

/// What the platform does not let through to the function.
fn refusal(
    host: &Host,
    function: &str,
    domain: Option<&CustomDomain>,
    request: &Request<Bytes>,
) -> Option<Response<Bytes>> {
    let argument = |message: &str| Some(problem(StatusCode::BAD_REQUEST, "InvalidArgument", message));
    let denied = |status, message: &str| Some(problem(status, "AccessDenied", message));
    let gate = host.function(function).ok().and_then(gate)?;
    if gate.only_by_domain && domain.is_none() {
        return denied(
            StatusCode::FORBIDDEN,
            "access denied due to function internet URL is disable",
        );
    }
    for auth in domain.map(|domain| &domain.auth).into_iter().chain([gate.auth]) {
        if let Err(refused) = auth.admit(request.headers()) {
            return denied(refused.status, refused.message);
        }
    }
    if !gate.methods.iter().any(|method| method == request.method().as_str()) {
        let message = format!("the method {} is not allowed by the trigger", request.method());
        return Some(problem(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &message));
    }
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > TARGET_BYTES_MAX {
        return argument("the path with its query is over 4 KB");
    }
    if size(request.headers()) > HEADERS_BYTES_MAX {
        return argument("the headers are over 8 KB");
    }
    if request.body().len() > SYNC_BODY_BYTES_MAX {
        let message = format!("payload size exceeds maximum allowed size ({SYNC_BODY_BYTES_MAX} bytes)");
        return Some(problem(StatusCode::BAD_REQUEST, "EntityTooLarge", &message));
    }
    None
}

/// An answer on its way out: the platform's own headers are not the function's to set, and a browser downloads what the
/// default address serves, but not what a domain of one's own does.
fn outgoing(mut response: Response<Bytes>, by_domain: bool) -> Response<Bytes> {
    if size(response.headers()) > HEADERS_BYTES_MAX {
        return problem(
            StatusCode::BAD_GATEWAY,
            "BadResponse",
            "the headers of the answer are over 8 KB",
        );
    }
    let headers = response.headers_mut();
    let names: Vec<HeaderName> = headers.keys().cloned().collect();
    for name in names {
        if OWN_HEADERS.contains(&name) || name.as_str().starts_with(RESERVED) {
            headers.remove(name);
        }
    }
    if !by_domain {
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    response
}

/// The status of a function that gave no answer is not published; 502 is what it is elsewhere.
fn failed(error: &FunctionError) -> Response<Bytes> {
    let status = if *error == FunctionError::Throttled {
        StatusCode::TOO_MANY_REQUESTS
    } else {
        StatusCode::BAD_GATEWAY
    };
    let mut response = problem(status, error.kind(), &error.message());
    let kind = HeaderValue::from_static(error.kind());
    response.headers_mut().insert("x-fc-error-type", kind);
    response
}

fn problem(status: StatusCode, code: &str, message: &str) -> Response<Bytes> {
    let body = json!({ "errorCode": code, "errorMessage": message }).to_string();
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response
}

fn size(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}
