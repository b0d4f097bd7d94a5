//! A Microsoft Teams workflow with the trigger "When a Teams webhook request is received", after
//! <https://learn.microsoft.com/en-us/troubleshoot/power-platform/power-automate/flow-run-issues/triggers-troubleshoot>: it
//! answers 202 as soon as the flow has begun. A card that Teams does not take fails later, inside the flow, and the sender
//! never hears of it (<https://github.com/louislam/uptime-kuma/issues/4922>). Not here: what a card may hold.

mod card;

use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::fields::Fields;
use super::platform::Platform;
use super::rate::{Rate, whole_seconds};
use super::reply::{Arrived, Content, Reply, Verdict};

/// Where flows are.
const FLOWS: &str = "/workflows/";
/// Where every simulated flow is; they are told apart by their signature.
const PATH: &str = "/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke";
/// Largest message, in bytes (<https://learn.microsoft.com/en-us/connectors/teams>).
const BODY_BYTES_MAX: usize = 28 * 1024;
/// Messages per second. The quotas of flows depend on the plan; this is what the older connectors took.
const PER_SECOND: usize = 4;

/// One flow.
#[derive(Debug)]
pub(super) struct Flow {
    signature: SecretString,
    rate: Rate,
}

/// What the platform says to an address that no flow has: a known flow and another signature, or no flow.
pub(super) fn stranger(parts: &Parts) -> Option<Reply> {
    parts.uri.path().starts_with(FLOWS).then(|| {
        let says = "The authentication credentials are not valid.";
        problem(StatusCode::UNAUTHORIZED, "DirectApiAuthorizationRequired", says)
    })
}

impl Flow {
    pub(super) fn new(signature: SecretString) -> Self {
        Self {
            signature,
            rate: Rate::new(PER_SECOND, SignedDuration::from_secs(1)),
        }
    }

    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("api-version", "2016-06-01"),
            ("sp", "/triggers/manual/run"),
            ("sv", "1.0"),
            ("sig", self.signature.expose_secret()),
        ] {
            query.append_pair(name, value);
        }
        query.finish()
    }
}

impl Platform for Flow {
    fn name(&self) -> &'static str {
        "teams"
    }

    fn path(&self) -> String {
        format!("{PATH}?{}", self.query())
    }

    /// The query must come as it was given out.
    fn is_addressed(&self, parts: &Parts) -> bool {
        parts.uri.path() == PATH && parts.uri.query() == Some(self.query().as_str())
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        if arrived.parts.method != Method::POST {
            return Err(problem(
                StatusCode::NOT_FOUND,
                "OperationNotFound",
                "only POST starts the flow",
            ));
        }
        if arrived.body.len() > BODY_BYTES_MAX {
            let says = "Request Entity too large";
            return Err(problem(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", says));
        }
        let wait = self.rate.wait(arrived.now);
        if !wait.is_zero() {
            let says = "Rate limit is exceeded. Try again later.";
            let reply = problem(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", says);
            let wait = (RETRY_AFTER, whole_seconds(wait).to_string());
            return Err(Reply::With(Box::new(reply), vec![wait]));
        }
        let body: Option<Value> = serde_json::from_slice(arrived.body).ok();
        let Some(body) = body.filter(|body| arrived.is_json() && body.is_object()) else {
            let says = "The request content is not valid and could not be deserialized.";
            return Err(problem(StatusCode::BAD_REQUEST, "InvalidRequestContent", says));
        };
        self.rate.count(arrived.now);
        // From here on the sender is told that all is well.
        let shown = Fields::of(&body, "").and_then(|message| card::read(&message));
        let shown = shown.map_err(|wrong| {
            let failed = format!("the flow began and failed: {}", wrong.0);
            Reply::Json(StatusCode::ACCEPTED, json!({ "flow": failed }))
        })?;
        Ok(Content {
            id: None,
            kind: "card".to_owned(),
            title: shown.title,
            text: shown.text.join("\n"),
            lines: shown.lines,
            body: body.clone(),
        })
    }

    fn thanks(&mut self, _: &Arrived<'_>) -> Reply {
        Reply::Empty(StatusCode::ACCEPTED)
    }

    fn failure(&self, code: i64) -> Reply {
        let text =
            format!("Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {code}");
        Reply::Text(StatusCode::OK, text)
    }
}

fn problem(status: StatusCode, code: &str, message: &str) -> Reply {
    let body = json!({ "error": { "code": code, "message": message }, "message": message });
    Reply::Json(status, body)
}

#[cfg(test)]
mod tests;
