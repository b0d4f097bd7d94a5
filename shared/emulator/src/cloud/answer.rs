//! Answers on the wire: JSON with a request id, and errors in the documented shape
//! (<https://help.aliyun.com/en/document_detail/434846.html>).

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use jiff::SignedDuration;
use serde_json::json;

use super::body::Body;
use super::refusal::Refusal;

/// Content type of every answer, spelt as the cloud spells it.
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=utf-8");

/// The body of a refusal.
pub(super) fn refusal_body(refusal: &Refusal, host: &str, product: &str, request_id: &str) -> Body {
    let code = &refusal.code;
    let mut body = json!({
        "RequestId": request_id,
        "HostId": host,
        "Code": code,
        "Message": refusal.message,
        "Recommend":
            format!("https://api.aliyun.com/troubleshoot?q={code}&product={product}&requestId={request_id}"),
    });
    if let (Some(denied), Some(members)) = (&refusal.denied, body.as_object_mut()) {
        members.insert("AccessDeniedDetail".to_owned(), denied.as_ref().clone());
    }
    Body::from(body)
}

/// A whole answer.
pub(super) fn response(status: StatusCode, body: &Body, request_id: &str) -> Response<Bytes> {
    let mut response = Response::new(body.to_bytes());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-acs-request-id", id);
    }
    response
}

/// The answer to a read, to be written when nobody waits for the cloud any more.
#[derive(Debug, Clone)]
struct Unwritten {
    body: Body,
    request_id: String,
}

/// An answer still to be [completed]: writing a page of images down takes longer than anything else that a listing does.
pub(super) fn unwritten(status: StatusCode, body: Body, request_id: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response.extensions_mut().insert(Unwritten {
        body,
        request_id: request_id.to_owned(),
    });
    response
}

/// The whole answer.
pub(crate) fn completed(mut answer: Response<Bytes>) -> Response<Bytes> {
    match answer.extensions_mut().remove::<Unwritten>() {
        Some(Unwritten { body, request_id }) => response(answer.status(), &body, &request_id),
        None => answer,
    }
}

/// Says after how long another try may succeed: whole milliseconds, at least one.
pub(super) fn hint(response: &mut Response<Bytes>, wait: SignedDuration) {
    let millis = wait.as_millis().max(1);
    let value = u64::try_from(millis).map_or(HeaderValue::from(u64::MAX), HeaderValue::from);
    response.headers_mut().insert("x-acs-retry-after", value);
}
