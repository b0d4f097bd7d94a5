//! Any receiver that speaks Standard Webhooks 1.0: a signed JSON event for machines.
//!
//! ```json
//! {"type": "goldcast.released", "timestamp": "2026-11-20T08:00:00Z", "data": {…}}
//! ```
//!
//! `type` is `goldcast.released`, `goldcast.onboarded`, `goldcast.needs_you` or `goldcast.recalled`; `timestamp` is when
//! it happened; `data` is described member by member in `webhook/payload.rs`. The header `webhook-id` is the message's
//! key and the same on every retry: a receiver drops what it has seen. `webhook-timestamp` is the time of the attempt.
//! With two secrets, as during a rotation, `webhook-signature` holds two signatures.
//!
//! Source: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

mod payload;
mod signature;
mod verdict;

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;

use crate::address::WebhookUrl;
use crate::channel::{Channel, ChannelError, Outgoing, RenderError};
use crate::fit::fit;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::redaction::{excerpt, excerpt_bytes};
use crate::secret::SigningSecret;

use signature::Key;

/// Bodies stay below this many bytes: "less than 20 kB" in the specification.
const MAX_BODY_BYTES: usize = 20_000;

/// Secrets in use at once: the new and the old one, and one to spare.
const MAX_SECRETS: usize = 3;

/// A receiver of Standard Webhooks.
#[derive(Debug)]
pub struct Webhook {
    name: String,
    url: WebhookUrl,
    keys: Vec<Key>,
}

impl Webhook {
    /// A receiver by its address and its secrets (`whsec_…`): one, or several while they are rotated.
    pub fn new(name: impl Into<String>, url: WebhookUrl, secrets: Vec<SigningSecret>) -> Result<Self, ChannelError> {
        let channel = name.into();
        if secrets.is_empty() || secrets.len() > MAX_SECRETS {
            return Err(ChannelError::SecretCount {
                channel,
                count: secrets.len(),
                max: MAX_SECRETS,
            });
        }
        match secrets.into_iter().map(Key::decode).collect() {
            Ok(keys) => Ok(Self {
                name: channel,
                url,
                keys,
            }),
            Err(source) => Err(ChannelError::Secret { channel, source }),
        }
    }

    fn secrets(&self) -> impl Iterator<Item = &str> {
        self.url.secrets().chain(self.keys.iter().map(Key::expose_text))
    }
}

impl Channel for Webhook {
    fn name(&self) -> &str {
        &self.name
    }

    fn render(&self, message: &Message, now: Timestamp) -> Result<Outgoing, RenderError> {
        let body = fit(payload::longest_list(message), MAX_BODY_BYTES, |keep| {
            payload::json(message, keep)
        })?;
        let id = message.key.as_str();
        let seconds = now.as_second();
        let signatures: Vec<String> = self
            .keys
            .iter()
            .map(|key| signature::sign(key, id, seconds, &body))
            .collect();
        let mut signature = HeaderValue::try_from(signatures.join(" ")).map_err(http::Error::from)?;
        signature.set_sensitive(true);
        let request = http::Request::post(self.url.expose().as_str())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(body)?;
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
