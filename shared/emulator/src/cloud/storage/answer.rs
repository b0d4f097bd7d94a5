//! Answers of Object Storage Service on the wire: bytes and headers, and refusals in XML
//! (<https://www.alibabacloud.com/help/en/document_detail/32005.html>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, SERVER};
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use serde_json::{Value, json};

use super::ask::ObjectAsk;
use crate::cloud::refusal::Refusal;
use crate::cloud::xml;

/// Codes with their fine-grained ones, as far as a page of the documents has them; the first that fits counts.
const FINE_CODES: [(&str, &str); 9] = [
    ("AccessKeyIdAndSecurityTokenNotMatch", "0002-00000004"),
    ("FileAlreadyExists", "0026-00000002"),
    ("InvalidAccessKeyId", "0002-00000902"),
    ("InvalidSecurityToken", "0002-00000006"),
    ("NoSuchBucket", "0015-00000101"),
    ("NoSuchKey", "0026-00000001"),
    ("RequestTimeTooSkewed", "0002-00000504"),
    ("SecurityTokenExpired", "0002-00000007"),
    ("SignatureDoesNotMatch", "0002-00000040"),
];
/// The fine-grained codes of a refusal by policy.
const DENIED: &str = "0003-00000001";
const DENIED_EXPLICITLY: &str = "0003-00000201";

/// A success.
#[derive(Debug)]
pub(crate) struct ObjectAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) body: Bytes,
}

/// A success as it is sent.
pub(crate) fn response(answer: &ObjectAnswer, request_id: &str) -> Response<Bytes> {
    let mut response = Response::new(answer.body.clone());
    *response.status_mut() = answer.status;
    for (name, value) in &answer.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().append(name, value);
        }
    }
    common(&mut response, request_id);
    response
}

/// A refusal as it is sent. An answer to HEAD has no body, so that a header repeats it.
pub(crate) fn refused(refusal: &Refusal, ask: &ObjectAsk, host: &str, request_id: &str) -> Response<Bytes> {
    let fine = fine_code(refusal);
    let mut members = json!({
        "Code": refusal.code,
        "Message": refusal.message,
        "RequestId": request_id,
        "HostId": host,
    });
    if let Some(members) = members.as_object_mut() {
        if let Some(fine) = fine {
            members.insert("EC".to_owned(), fine.into());
            let page = format!("https://api.aliyun.com/troubleshoot?q={fine}");
            members.insert("RecommendDoc".to_owned(), page.into());
        }
        if let Some(denied) = &refusal.denied {
            members.insert("AccessDeniedDetail".to_owned(), denied.as_ref().clone());
        }
    }
    let document = xml::document("Error", &members);
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = refusal.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    if let Some(fine) = fine {
        headers.insert("x-oss-ec", HeaderValue::from_static(fine));
    }
    if ask.method == Method::HEAD {
        if let Ok(repeated) = HeaderValue::from_str(&STANDARD.encode(&document)) {
            headers.insert("x-oss-err", repeated);
        }
    } else {
        *response.body_mut() = Bytes::from(document);
    }
    common(&mut response, request_id);
    response
}

fn common(response: &mut Response<Bytes>, request_id: &str) {
    let headers = response.headers_mut();
    headers.insert(SERVER, HeaderValue::from_static("AliyunOSS"));
    headers.insert("x-oss-server-time", HeaderValue::from_static("1"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-oss-request-id", id);
    }
}

fn fine_code(refusal: &Refusal) -> Option<&'static str> {
    if let Some(denied) = &refusal.denied {
        let explicit = denied.get("NoPermissionType").and_then(Value::as_str) == Some("ExplicitDeny");
        return Some(if explicit { DENIED_EXPLICITLY } else { DENIED });
    }
    let known = FINE_CODES.iter().find(|(code, _)| *code == refusal.code);
    known.map(|(_, fine)| *fine)
}
