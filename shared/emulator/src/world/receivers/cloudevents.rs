//! An endpoint for `CloudEvents` 1.0 over HTTP in structured mode, after
//! <https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md> and, for the web hook around
//! it, <https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md>. It knows its senders by a bearer token or
//! by signatures after Standard Webhooks.

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderName, Method, StatusCode};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde_json::{Value, json};

use super::fields::{Fields, Wrong};
use super::platform::Platform;
use super::reply::{Arrived, Content, Reply, Verdict};
use super::standard;
use crate::world::reading::{Line, Look};

/// Largest event that intermediaries must forward, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;
const MEDIA_TYPE: &str = "application/cloudevents+json";

/// One endpoint.
#[derive(Debug)]
pub(super) struct Endpoint {
    path: String,
    senders: Senders,
}

#[derive(Debug)]
enum Senders {
    Anyone,
    Bearer(SecretString),
    Signed(Option<SecretSlice<u8>>),
}

impl Endpoint {
    pub(super) fn new(channel: &str, secret: Option<SecretString>) -> Self {
        let senders = match secret {
            None => Senders::Anyone,
            Some(secret) if secret.expose_secret().starts_with("whsec_") => Senders::Signed(standard::key(&secret)),
            Some(token) => Senders::Bearer(token),
        };
        Self {
            path: format!("/events/{channel}"),
            senders,
        }
    }

    fn knows(&self, arrived: &Arrived<'_>) -> bool {
        match &self.senders {
            Senders::Anyone => true,
            Senders::Signed(key) => standard::verify(key.as_ref(), arrived).is_some(),
            Senders::Bearer(token) => {
                let given = arrived.header(AUTHORIZATION.as_str());
                let given = given.and_then(|value| value.strip_prefix("Bearer "));
                given == Some(token.expose_secret())
            }
        }
    }

    /// The handshake before a first delivery: who asks may send.
    fn handshake(arrived: &Arrived<'_>) -> Reply {
        let Some(origin) = arrived.header("webhook-request-origin") else {
            return Reply::Empty(StatusCode::BAD_REQUEST);
        };
        let granted = vec![
            (HeaderName::from_static("webhook-allowed-origin"), origin.to_owned()),
            (HeaderName::from_static("webhook-allowed-rate"), "*".to_owned()),
        ];
        Reply::With(Box::new(Reply::Empty(StatusCode::OK)), granted)
    }
}

impl Platform for Endpoint {
    fn name(&self) -> &'static str {
        "cloudevents"
    }

    fn path(&self) -> String {
        self.path.clone()
    }

    fn is_addressed(&self, parts: &Parts) -> bool {
        parts.uri.path() == self.path
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        if arrived.parts.method == Method::OPTIONS {
            return Err(Self::handshake(arrived));
        }
        if arrived.parts.method != Method::POST {
            return Err(Reply::Empty(StatusCode::METHOD_NOT_ALLOWED));
        }
        if !self.knows(arrived) {
            return Err(Reply::Empty(StatusCode::UNAUTHORIZED));
        }
        let declared = arrived.header("content-type").and_then(|text| text.split(';').next());
        if !declared.is_some_and(|text| text.trim().eq_ignore_ascii_case(MEDIA_TYPE)) {
            return Err(Reply::Empty(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        if arrived.body.len() > BODY_BYTES_MAX {
            return Err(Reply::Empty(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let bad = |says: String| Reply::Json(StatusCode::BAD_REQUEST, json!({ "message": says }));
        let body: Value = serde_json::from_slice(arrived.body).map_err(|_| bad("the body is no JSON".to_owned()))?;
        let event = Fields::of(&body, "").and_then(|event| check(&event).map(|()| event));
        let event = event.map_err(|wrong| bad(wrong.0))?;
        let named = |name: &str| event.text(name).unwrap_or_default().to_owned();
        let data = event.get("data").or(event.get("data_base64"));
        let text = data
            .and_then(|data| serde_json::to_string_pretty(data).ok())
            .unwrap_or_default();
        let mut lines = Line::each(Look::Heading, &named("type"));
        lines.extend(Line::each(Look::Code, &text));
        Ok(Content {
            // Source and id together name an event.
            id: Some(format!("{} {}", named("source"), named("id"))),
            kind: named("type"),
            title: named("type"),
            lines,
            text,
            body: body.clone(),
        })
    }

    fn thanks(&mut self, _: &Arrived<'_>) -> Reply {
        Reply::Empty(StatusCode::NO_CONTENT)
    }

    fn failure(&self, code: i64) -> Reply {
        Reply::Json(StatusCode::BAD_REQUEST, json!({ "code": code }))
    }
}

/// The attributes that every event has, and the form of those that it may have.
fn check(event: &Fields<'_>) -> Result<(), Wrong> {
    for name in ["id", "source", "type"] {
        event.text(name)?;
    }
    if event.text("specversion")? != "1.0" {
        return Err(event.wrong("specversion", "is not 1.0"));
    }
    for name in ["subject", "dataschema", "datacontenttype"] {
        if event.get(name).is_some() {
            event.text(name)?;
        }
    }
    if let Some(time) = event.text_if_any("time")? {
        let _: Timestamp = time.parse().map_err(|_| event.wrong("time", "is no date"))?;
    }
    if event.get("data").is_some() && event.get("data_base64").is_some() {
        return Err(event.wrong("data_base64", "stands beside data"));
    }
    for name in event.names().filter(|name| *name != "data_base64") {
        if !name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        {
            return Err(event.wrong(name, "is no name of an attribute"));
        }
        if name != "data"
            && event
                .get(name)
                .is_some_and(|value| value.is_object() || value.is_array())
        {
            return Err(event.wrong(name, "is no simple value"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::posted::outcome;
    use super::*;

    fn post(headers: &[(&str, &str)], body: &str) -> Verdict {
        let mut request = http::Request::post("/events/audit");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let (now, wall) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        Endpoint::new("audit", Some("token".into())).receive(&Arrived {
            parts: &parts,
            body: &body.to_owned().into(),
            now,
            wall,
        })
    }

    const TYPED: (&str, &str) = ("content-type", "application/cloudevents+json; charset=utf-8");
    const KNOWN: (&str, &str) = ("authorization", "Bearer token");

    fn event(changes: Value) -> String {
        let mut event = json!({ "specversion": "1.0", "id": "1", "source": "/acs/ecs", "type": "image.released" });
        event
            .as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        event.to_string()
    }

    #[test]
    fn an_event_is_checked_as_the_standard_says() {
        for (changes, wanted) in [
            (json!({ "time": "2026-11-20T08:00:00Z", "data": { "a": 1 } }), "ok"),
            (json!({ "id": "" }), "400: id is missing"),
            (json!({ "specversion": "0.3" }), "400: specversion is not 1.0"),
            (json!({ "time": "today" }), "400: time is no date"),
            (
                json!({ "data": 1, "data_base64": "AA==" }),
                "400: data_base64 stands beside data",
            ),
            (json!({ "Release": "x" }), "400: Release is no name of an attribute"),
            (json!({ "release": {} }), "400: release is no simple value"),
        ] {
            assert_eq!(outcome(&post(&[TYPED, KNOWN], &event(changes))), wanted);
        }
    }

    #[test]
    fn a_sender_is_known_by_its_token_and_an_event_by_source_and_id() {
        let plain = event(json!({}));
        for (headers, wanted) in [
            (vec![TYPED], "401 Unauthorized"),
            (vec![TYPED, ("authorization", "Bearer other")], "401 Unauthorized"),
            (
                vec![KNOWN, ("content-type", "application/json")],
                "415 Unsupported Media Type",
            ),
        ] {
            assert_eq!(outcome(&post(&headers, &plain)), wanted);
        }
        let content = post(&[TYPED, KNOWN], &plain).unwrap();
        assert_eq!(content.id.as_deref(), Some("/acs/ecs 1"));
    }
}
