//! Answers in the platform's own terms.
//!
//! A failure is status 404 with `x-fc-status: 404`, success is 200 with `x-fc-status: 200`; without that header every
//! answer counts as success. See <https://help.aliyun.com/zh/functioncompute/fc/web-functions>.

use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, DATE, SERVER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

use crate::diagnostic::Report;

/// An answer on its way out.
pub(crate) type Answer = Response<Full<Bytes>>;

const STATUS_HEADER: HeaderName = HeaderName::from_static("x-fc-status");
/// What only the platform or the connection may set in an answer, besides `x-fc-*`, see
/// <https://help.aliyun.com/zh/functioncompute/fc/user-guide/http-triggers-overview>.
const RESERVED: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    CONTENT_LENGTH,
    DATE,
    SERVER,
    UPGRADE,
    CONTENT_DISPOSITION,
    TRANSFER_ENCODING,
];

/// The body of a failure, in the manner of the platform's own runtimes, without a stack.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    error_type: &'a str,
    error_message: &'a str,
}

/// The invocation succeeded with this JSON.
pub(crate) fn done(json: Bytes) -> Answer {
    answer(StatusCode::OK, 200, json)
}

/// The event cannot be handled, and a retry cannot help: told as an error, counted as done.
pub(crate) fn refused(report: &Report) -> Answer {
    answer(StatusCode::OK, 200, error_body(report))
}

/// The invocation failed.
pub(crate) fn failed(report: &Report) -> Answer {
    answer(StatusCode::NOT_FOUND, 404, error_body(report))
}

/// The request of an HTTP trigger is too large to be handled, which is the caller's mistake and nobody's failure.
pub(crate) fn http_refused(report: &Report) -> Answer {
    answer(StatusCode::PAYLOAD_TOO_LARGE, 200, error_body(report))
}

/// A request of an HTTP trigger failed: the platform is told the same, the person at the other end that it is not their
/// mistake, and whether the process that comes next can do better.
pub(crate) fn http_failed(report: &Report) -> Answer {
    let status = if report.restart {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    };
    answer(status, 404, error_body(report))
}

/// The answer of a handler for HTTP triggers, without headers that are not its own to set.
pub(crate) fn http_done(response: Response<Bytes>) -> Answer {
    let (mut parts, body) = response.into_parts();
    remove_reserved(&mut parts.headers);
    parts.headers.insert(STATUS_HEADER, HeaderValue::from(200_u16));
    Response::from_parts(parts, Full::new(body))
}

/// Takes out the headers that are the platform's to set.
pub(crate) fn remove_reserved(headers: &mut HeaderMap) {
    let reserved = |name: &&HeaderName| RESERVED.contains(name) || name.as_str().starts_with("x-fc-");
    let reserved: Vec<HeaderName> = headers.keys().filter(reserved).cloned().collect();
    for name in reserved {
        headers.remove(name);
    }
}

/// Asks the platform not to send anything more over this connection.
pub(crate) fn closing(mut answer: Answer) -> Answer {
    answer
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

fn answer(status: StatusCode, fc_status: u16, json: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(json));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(STATUS_HEADER, HeaderValue::from(fc_status));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn error_body(report: &Report) -> Bytes {
    let body = ErrorBody {
        error_type: &report.error_type,
        error_message: &report.message,
    };
    serde_json::to_vec(&body).unwrap_or_default().into() // two strings always serialise
}
