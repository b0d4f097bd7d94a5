//! An endpoint after Standard Webhooks 1.0 (<https://www.standardwebhooks.com>): 204 for a message whose signature is
//! right and whose date is near the wall clock, 401 for any other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::platform::Platform;
use super::reply::{Arrived, Content, Reply, Verdict};
use crate::world::reading::{Line, Look};

/// How far a message's date may be off: the default of the standard's own libraries.
const DATE_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// One endpoint with its key. Without a readable key nothing verifies.
#[derive(Debug)]
pub(super) struct Endpoint {
    path: String,
    key: Option<SecretSlice<u8>>,
}

impl Endpoint {
    pub(super) fn new(channel: &str, secret: &SecretString) -> Self {
        Self {
            path: format!("/webhooks/{channel}"),
            key: key(secret),
        }
    }
}

impl Platform for Endpoint {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn path(&self) -> String {
        self.path.clone()
    }

    fn is_addressed(&self, parts: &Parts) -> bool {
        parts.uri.path() == self.path
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        if arrived.parts.method != Method::POST {
            return Err(Reply::Empty(StatusCode::METHOD_NOT_ALLOWED));
        }
        let id = verify(self.key.as_ref(), arrived).ok_or(Reply::Empty(StatusCode::UNAUTHORIZED))?;
        let body: Value =
            serde_json::from_slice(arrived.body).map_err(|_| Reply::Empty(StatusCode::UNSUPPORTED_MEDIA_TYPE))?;
        let kind = body.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let data = body.get("data").unwrap_or(&body);
        let text = serde_json::to_string_pretty(data).unwrap_or_default();
        let mut lines = Line::each(Look::Heading, &kind);
        lines.extend(Line::each(Look::Code, &text));
        Ok(Content {
            id: Some(id),
            title: kind.clone(),
            kind,
            lines,
            text,
            body,
        })
    }

    fn thanks(&mut self, _: &Arrived<'_>) -> Reply {
        Reply::Empty(StatusCode::NO_CONTENT)
    }

    fn failure(&self, code: i64) -> Reply {
        Reply::Json(StatusCode::OK, json!({ "errcode": code }))
    }
}

/// The bytes of a `whsec_…` secret.
pub(super) fn key(secret: &SecretString) -> Option<SecretSlice<u8>> {
    let text = secret.expose_secret().strip_prefix("whsec_")?;
    STANDARD.decode(text).ok().map(SecretSlice::from)
}

/// The message's id, if one of its signatures is right and its date near.
pub(super) fn verify(key: Option<&SecretSlice<u8>>, arrived: &Arrived<'_>) -> Option<String> {
    let (id, date, signatures) = (
        arrived.header("webhook-id")?,
        arrived.header("webhook-timestamp")?,
        arrived.header("webhook-signature")?,
    );
    let dated = date.parse().ok().and_then(|date| Timestamp::from_second(date).ok())?;
    if id.is_empty() || arrived.wall.duration_since(dated).abs() > DATE_TOLERANCE {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key?.expose_secret()).ok()?;
    mac.update(format!("{id}.{date}.").as_bytes());
    mac.update(arrived.body);
    let right = signatures
        .split(' ')
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .any(|signature| {
            STANDARD
                .decode(signature)
                .is_ok_and(|signature| mac.clone().verify_slice(&signature).is_ok())
        });
    right.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// Secret, id, date, body and signature come from the standard's own libraries.
    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const ID: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    const DATE: i64 = 1_649_367_553;
    const BODY: &str = r#"{"email":"test@example.com","username":"test_user"}"#;
    const SIGNATURE: &str = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";

    fn post(secret: &str, signature: &str, body: &str, wall: i64) -> Verdict {
        let request = http::Request::post("/webhooks/generic")
            .header("webhook-id", ID)
            .header("webhook-timestamp", DATE)
            .header("webhook-signature", signature);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let (now, wall) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(wall).unwrap());
        let body = Bytes::from(body.to_owned());
        Endpoint::new("generic", &secret.into()).receive(&Arrived {
            parts: &parts,
            body: &body,
            now,
            wall,
        })
    }

    #[test]
    fn a_right_signature_near_its_date_is_accepted() {
        let rotated = format!("v1,AAAA v1a,BBBB {SIGNATURE}");
        for (secret, signature, body, wall, right) in [
            (SECRET, SIGNATURE, BODY, DATE, true),
            (SECRET, rotated.as_str(), BODY, DATE, true),
            (SECRET, SIGNATURE, BODY, DATE + 300, true),
            (SECRET, SIGNATURE, BODY, DATE + 301, false),
            (SECRET, SIGNATURE, BODY, DATE - 301, false),
            (SECRET, SIGNATURE, "{}", DATE, false),
            (SECRET, "v1,AAAA", BODY, DATE, false),
            (SECRET, "", BODY, DATE, false),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SIGNATURE, BODY, DATE, false),
            ("not a secret", SIGNATURE, BODY, DATE, false),
        ] {
            let verdict = post(secret, signature, body, wall);
            assert_eq!(verdict.is_ok(), right, "{signature} at {wall}");
            if let Err(refusal) = verdict {
                assert_eq!(refusal, Reply::Empty(StatusCode::UNAUTHORIZED));
            }
        }
    }

    #[test]
    fn a_message_keeps_its_id() {
        assert_eq!(post(SECRET, SIGNATURE, BODY, DATE).unwrap().id.as_deref(), Some(ID));
    }
}
