//! An HTTP request that comes as an event, at `POST /invoke`: how the platform calls functions of its own runtimes
//! (<https://help.aliyun.com/zh/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function>).
//!
//! Functions of custom runtimes get requests as they came, by the same page. A handler for HTTP triggers is called either way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::answer;

/// The members of such an event that a request is made of.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HttpEvent {
    /// The path, percent-encoded.
    raw_path: String,
    request_context: RequestContext,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    query_parameters: Map<String, Value>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
struct RequestContext {
    http: Line,
}

#[derive(Deserialize)]
struct Line {
    method: String,
}

/// The request in an event; nothing if the event is no request, which is the rule.
pub(crate) fn request(payload: &[u8]) -> Option<Request<Bytes>> {
    let event: HttpEvent = serde_json::from_slice(payload).ok()?;
    let mut request = Request::new(body(&event)?);
    *request.method_mut() = Method::from_bytes(event.request_context.http.method.as_bytes()).ok()?;
    *request.uri_mut() = uri(&event)?;
    for (name, value) in &event.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok();
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        if let (Some(name), Some(value)) = (name, value) {
            request.headers_mut().insert(name, value);
        }
    }
    Some(request)
}

/// An answer in the form that becomes an HTTP answer again.
pub(crate) fn answer(response: Response<Bytes>) -> Bytes {
    let (mut parts, body) = response.into_parts();
    answer::remove_reserved(&mut parts.headers);
    let (body, is_base64_encoded) = match std::str::from_utf8(&body) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (STANDARD.encode(&body), true),
    };
    let answer = json!({
        "statusCode": parts.status.as_u16(),
        "headers": texts(&parts.headers),
        "isBase64Encoded": is_base64_encoded,
        "body": body,
    });
    serde_json::to_vec(&answer).unwrap_or_default().into() // values always serialise
}

fn body(event: &HttpEvent) -> Option<Bytes> {
    if event.is_base64_encoded {
        return Some(STANDARD.decode(&event.body).ok()?.into());
    }
    Some(event.body.clone().into())
}

/// Parameters come decoded, and only those that can stand in a query as they are go back into it.
fn uri(event: &HttpEvent) -> Option<Uri> {
    let plain = |text: &&str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte))
    };
    let mut target = event.raw_path.clone();
    let mut between = '?';
    for (name, value) in &event.query_parameters {
        if let Some(value) = value.as_str().filter(plain)
            && plain(&name.as_str())
        {
            target.extend([between.to_string().as_str(), name, "=", value]);
            between = '&';
        }
    }
    target.parse().ok()
}

fn texts(headers: &HeaderMap) -> Map<String, Value> {
    let texts = headers.iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.into()))
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_is_no_request_is_left_alone() {
        for payload in [
            "",
            "{}",
            "[]",
            r#"{"rawPath":"/"}"#,
            r#"{"rawPath":"/","requestContext":{"http":{"method":"no method"}}}"#,
            r#"{"rawPath":"not a path","requestContext":{"http":{"method":"GET"}}}"#,
        ] {
            assert!(request(payload.as_bytes()).is_none(), "{payload}");
        }
    }

    #[test]
    fn a_request_comes_out_as_it_went_in() {
        let payload = json!({
            "version": "v1", "rawPath": "/a%20b", "body": "aGk=", "isBase64Encoded": true,
            "headers": {"Accept": "text/html", "odd name": "x"},
            "queryParameters": {"family": "corp-linux", "q": "a b"},
            "requestContext": {"http": {"method": "PUT", "path": "/a b"}, "requestId": "1-a"},
        });
        let request = request(payload.to_string().as_bytes()).unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().to_string().as_str()),
            ("PUT", "/a%20b?family=corp-linux")
        );
        assert_eq!(request.headers().get("accept").unwrap(), "text/html");
        assert_eq!(request.body(), "hi");
    }

    #[test]
    fn an_answer_that_is_no_text_is_encoded() {
        let answer = answer(Response::new(Bytes::from_static(&[0xff])));
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(
            (&answer["body"], &answer["isBase64Encoded"]),
            (&json!("/w=="), &json!(true))
        );
    }
}
