//! Any receiver that speaks Standard Webhooks 1.0: a signed JSON event for machines.
//!
//! ```json
//! {"type": "goldcast.released", "timestamp": "2026-11-20T08:00:00Z", "data": {…}}
//! ```
//!
//! `type` is `goldcast.` and the kind with underscores, such as `goldcast.needs_you`, and `goldcast.digest` for a summary;
//! `timestamp` is when it happened; `data` is described member by member in `payload.rs`. The header `webhook-id` is the
//! message's key and the same on every retry: a receiver drops what it has seen. `webhook-timestamp` is the time of the
//! attempt. With two secrets, as during a rotation, `webhook-signature` holds two signatures.
//!
//! Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

pub(crate) mod verdict;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde::Serialize;

use crate::address::WebhookUrl;
use crate::channel::{Channel, ChannelError, Outgoing, RenderError};
use crate::fit::fit;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::payload;
use crate::redaction::{excerpt, excerpt_bytes};
use crate::secret::SigningSecret;
use crate::standard_webhooks::Keys;

/// Bodies stay below this many bytes: "less than 20 kB" in the specification.
const MAX_BODY_BYTES: usize = 20_000;

/// A receiver of Standard Webhooks.
#[derive(Debug)]
pub struct Webhook {
    name: String,
    url: WebhookUrl,
    keys: Keys,
}

impl Webhook {
    /// A receiver by its address and its secrets (`whsec_…`): one, or several while they are rotated.
    pub fn new(name: impl Into<String>, url: WebhookUrl, secrets: Vec<SigningSecret>) -> Result<Self, ChannelError> {
        let name = name.into();
        let keys = Keys::decode(&name, secrets)?;
        Ok(Self { name, url, keys })
    }

    fn secrets(&self) -> impl Iterator<Item = &str> {
        self.url.secrets().chain(self.keys.expose_texts())
    }
}

impl Channel for Webhook {
    fn name(&self) -> &str {
        &self.name
    }

    fn render(&self, message: &Message, now: Timestamp) -> Result<Outgoing, RenderError> {
        let body = fit(payload::longest_list(message), MAX_BODY_BYTES, |keep| {
            serde_json::to_vec(&Event {
                r#type: payload::type_name(message.title()),
                timestamp: message.at,
                data: payload::data(message, keep),
            })
        })?;
        let mut request = http::Request::post(self.url.expose().as_str())
            .header(CONTENT_TYPE, "application/json")
            .body(body)?;
        self.keys.sign(&mut request, &message.key, now)?;
        Ok(Outgoing::new(request, self.url.reach()))
    }

    fn judge(&self, answer: &http::Response<Bytes>, now: Timestamp) -> Outcome {
        verdict::judge(answer, now, |body| excerpt_bytes(body, self.secrets()))
    }

    fn redact(&self, text: &str) -> String {
        excerpt(text, self.secrets())
    }

    fn recognises_repeats(&self) -> bool {
        true
    }
}

/// The envelope.
#[derive(Serialize)]
struct Event {
    r#type: String,
    /// When it happened, RFC 3339.
    timestamp: Timestamp,
    /// What happened.
    data: payload::Data,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reach;
    use crate::secret::SecretError;

    fn build(secrets: &[&str]) -> Result<Webhook, ChannelError> {
        let url = WebhookUrl::parse("https://hooks.example.com/in", Reach::Public).unwrap();
        Webhook::new(
            "siem",
            url,
            secrets.iter().map(|text| SigningSecret::new(*text).unwrap()).collect(),
        )
    }

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    #[test]
    fn a_receiver_has_one_to_three_secrets() {
        #[track_caller]
        fn check(count: usize, accepted: bool) {
            assert_eq!(build(&vec![SECRET; count]).is_ok(), accepted, "{count} secrets");
        }
        check(0, false);
        check(1, true);
        check(3, true);
        check(4, false);
    }

    #[test]
    fn a_secret_of_another_platform_is_refused_without_quoting_it() {
        let refused = build(&["SEC0123456789abcdef"]).unwrap_err();
        assert!(matches!(
            refused,
            ChannelError::Secret {
                source: SecretError::NotStandardWebhooks,
                ..
            }
        ));
        assert!(!refused.to_string().contains("0123456789abcdef"));
    }
}
