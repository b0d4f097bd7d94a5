//! From an HTTP answer to a typed one, or to the refusal it holds.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use crate::credentials::Credentials;
use crate::error::Cause;
use crate::refusal::{AccessDenied, Refusal};
use crate::wire::{FromJson, Json, Misread};
use crate::xml;

/// Longest text of a refusal that is kept, in characters: messages reach people, and lines of a log have limits.
const TEXT_CHARS_MAX: usize = 1000;

/// Longest diagnostic text that is kept, in characters; a cut one cannot be decoded.
const DIAGNOSTIC_CHARS_MAX: usize = 8192;

/// Codes whose message repeats the request as the server saw it, security token included.
const REPEATS_THE_REQUEST: [&str; 2] = ["IncompleteSignature", "SignatureDoesNotMatch"];

#[derive(Default)]
struct ErrorBody {
    code: String,
    message: String,
    request_id: String,
    recommend: Option<String>,
    access_denied_detail: Option<AccessDenied>,
}

impl FromJson for ErrorBody {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            code: json.text("Code")?,
            message: json.text("Message")?,
            request_id: json.text("RequestId")?,
            recommend: json.optional_text("Recommend")?,
            access_denied_detail: json.optional_part("AccessDeniedDetail")?,
        })
    }
}

/// Reads the body of an answer.
pub(crate) fn parse<A: FromJson>(response: &Response<Bytes>) -> Result<A, Cause> {
    let members = object(response)?;
    A::from_json(&Json::new(&members)).map_err(|misread| unreadable(response.status(), &format!(": {misread}")))
}

/// The body, which in every answer is an object. The parser's own message repeats values, and an answer of STS holds secrets, so
/// only the place is kept.
fn object(response: &Response<Bytes>) -> Result<Map<String, Value>, Cause> {
    match serde_json::from_slice(response.body()) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(unreadable(response.status(), "")),
        Err(error) => {
            let place = format!(" at line {} column {}", error.line(), error.column());
            Err(unreadable(response.status(), &place))
        }
    }
}

fn unreadable(status: StatusCode, place: &str) -> Cause {
    Cause::Unreadable {
        status,
        place: place.to_owned(),
    }
}

/// What an answer that is no success says. Its request was signed with `credentials`, which are not repeated.
pub(crate) fn refusal(response: &Response<Bytes>, credentials: &Credentials) -> Cause {
    let status = response.status();
    let body = if response.body().starts_with(b"<") {
        refusal_in_xml(response.body())
    } else {
        parse(response).unwrap_or_default()
    };
    if body.code.is_empty() {
        return unreadable(status, "");
    }
    let message = if REPEATS_THE_REQUEST.contains(&body.code.as_str()) {
        "the message repeats the request and is withheld".to_owned()
    } else {
        shown(&body.message, TEXT_CHARS_MAX, credentials)
    };
    let shown = |text: &str| shown(text, TEXT_CHARS_MAX, credentials);
    Cause::Refused(Box::new(Refusal {
        status,
        code: shown(&body.code),
        message,
        request_id: shown(&body.request_id),
        recommend: body.recommend.map(|page| shown(&page)),
        access_denied: body
            .access_denied_detail
            .map(|denied| shown_denial(&denied, credentials)),
        retry_after: retry_after(response),
    }))
}

/// A refusal of Object Storage Service (<https://www.alibabacloud.com/help/en/document_detail/32005.html>).
fn refusal_in_xml(body: &[u8]) -> ErrorBody {
    let text = String::from_utf8_lossy(body);
    let of = |name: &str| xml::text_of(&text, name).unwrap_or_default();
    let denied = || AccessDenied {
        auth_action: of("AuthAction"),
        auth_principal_type: of("AuthPrincipalType"),
        auth_principal_owner_id: of("AuthPrincipalOwnerId"),
        auth_principal_display_name: of("AuthPrincipalDisplayName"),
        no_permission_type: of("NoPermissionType"),
        policy_type: of("PolicyType"),
        encoded_diagnostic_message: of("EncodedDiagnosticMessage"),
    };
    ErrorBody {
        code: of("Code"),
        message: of("Message"),
        request_id: of("RequestId"),
        recommend: xml::text_of(&text, "RecommendDoc"),
        access_denied_detail: text.contains("<AccessDeniedDetail>").then(denied),
    }
}

fn shown_denial(denied: &AccessDenied, credentials: &Credentials) -> AccessDenied {
    let diagnostic = &denied.encoded_diagnostic_message;
    let encoded_diagnostic_message = shown(diagnostic, DIAGNOSTIC_CHARS_MAX, credentials);
    let shown = |text: &str| shown(text, TEXT_CHARS_MAX, credentials);
    AccessDenied {
        auth_action: shown(&denied.auth_action),
        auth_principal_type: shown(&denied.auth_principal_type),
        auth_principal_owner_id: shown(&denied.auth_principal_owner_id),
        auth_principal_display_name: shown(&denied.auth_principal_display_name),
        no_permission_type: shown(&denied.no_permission_type),
        policy_type: shown(&denied.policy_type),
        encoded_diagnostic_message,
    }
}

/// Without our secrets, without line breaks, and not endless.
fn shown(text: &str, chars_max: usize, credentials: &Credentials) -> String {
    credentials
        .withheld_from(text)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(chars_max)
        .collect()
}

/// The wait that a throttled answer asks for. The header holds positive milliseconds.
fn retry_after(response: &Response<Bytes>) -> Option<Duration> {
    let millis = response
        .headers()
        .get("x-acs-retry-after")?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_millis(millis)).filter(|wait| !wait.is_zero())
}
