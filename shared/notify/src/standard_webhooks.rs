//! The `v1` signature of Standard Webhooks: HMAC-SHA256 over `<id>.<seconds>.<body>`, key decoded from `whsec_…`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderValue;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::channel::ChannelError;
use crate::mac::base64_hmac_sha256;
use crate::message::MessageKey;
use crate::secret::{SecretError, SigningSecret};

/// What every secret starts with.
pub(crate) const PREFIX: &str = "whsec_";

/// Secrets in use at once: the new and the old one, and one to spare.
const MAX_SECRETS: usize = 3;

/// Random bytes in a secret: what the specification demands.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The keys of one receiver: one, or several while they are rotated.
#[derive(Debug)]
pub(crate) struct Keys(Vec<Key>);

impl Keys {
    /// Checks and decodes a channel's secrets.
    pub(crate) fn decode(channel: &str, secrets: Vec<SigningSecret>) -> Result<Self, ChannelError> {
        let count = secrets.len();
        if count == 0 || count > MAX_SECRETS {
            return Err(ChannelError::SecretCount {
                channel: channel.to_owned(),
                count,
                max: MAX_SECRETS,
            });
        }
        let keys: Result<Vec<Key>, SecretError> = secrets.into_iter().map(Key::decode).collect();
        keys.map(Self).map_err(|source| ChannelError::Secret {
            channel: channel.to_owned(),
            source,
        })
    }

    /// The Base64 parts of the secrets, which are what a careless answer would quote.
    pub(crate) fn expose_texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Key::expose_text)
    }

    /// Puts key, time and one signature per secret into the headers.
    pub(crate) fn sign(
        &self,
        request: &mut http::Request<Bytes>,
        key: &MessageKey,
        now: Timestamp,
    ) -> Result<(), http::Error> {
        let (id, seconds) = (key.as_str(), now.as_second());
        let signatures: Vec<String> = self
            .0
            .iter()
            .map(|key| sign(key, id, seconds, request.body()))
            .collect();
        let mut signature = HeaderValue::try_from(signatures.join(" "))?;
        signature.set_sensitive(true);
        let id = HeaderValue::try_from(id)?;
        let headers = request.headers_mut();
        headers.insert("webhook-id", id);
        headers.insert("webhook-timestamp", HeaderValue::from(seconds));
        headers.insert("webhook-signature", signature);
        Ok(())
    }
}

/// A signing secret whose key bytes are known to be right.
struct Key {
    secret: SigningSecret,
    bytes: SecretSlice<u8>,
}

impl Key {
    /// Checks and decodes a secret.
    fn decode(secret: SigningSecret) -> Result<Self, SecretError> {
        let encoded = secret
            .expose()
            .strip_prefix(PREFIX)
            .ok_or(SecretError::NotStandardWebhooks)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| SecretError::NotStandardWebhooks)?;
        if !KEY_BYTES.contains(&bytes.len()) {
            return Err(SecretError::NotStandardWebhooks);
        }
        Ok(Self {
            secret,
            bytes: bytes.into(),
        })
    }

    /// The Base64 part of the secret, which is what a careless answer would quote.
    fn expose_text(&self) -> &str {
        self.secret.expose().trim_start_matches(PREFIX)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.secret, f)
    }
}

/// One element of the header `webhook-signature`.
fn sign(key: &Key, id: &str, seconds: i64, body: &[u8]) -> String {
    let head = format!("{id}.{seconds}.");
    format!(
        "v1,{}",
        base64_hmac_sha256(key.bytes.expose_secret(), &[head.as_bytes(), body])
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Key, SecretError> {
        Key::decode(SigningSecret::new(text).unwrap())
    }

    /// Checked against the standard's official libraries.
    #[test]
    fn signatures_equal_the_published_vectors() {
        #[track_caller]
        fn check(secret: &str, id: &str, seconds: i64, body: &str, expected: &str) {
            assert_eq!(sign(&key(secret).unwrap(), id, seconds, body.as_bytes()), expected);
        }
        check(
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1_649_367_553,
            r#"{"email":"test@example.com","username":"test_user"}"#,
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        );
        check(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        );
        check(
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "evt_0001",
            1_700_000_000,
            r#"{"type":"image.copied","data":{"name":"黄金镜像"}}"#,
            "v1,dfv9k4dL9AH0QB95+QpfvgS4fZFl41q3t/P19INMgZU=",
        );
        check(
            "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH",
            "evt_0002",
            1_893_456_000,
            "",
            "v1,I0pmWA89yNO6hTSZnho6Z/RzRIYpwDhefRKxtgB8xZI=",
        );
    }

    #[test]
    fn a_key_has_between_24_and_64_bytes() {
        #[track_caller]
        fn check(bytes: usize, accepted: bool) {
            let text = format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
            assert_eq!(key(&text).is_ok(), accepted, "{bytes} bytes");
        }
        check(23, false);
        check(24, true);
        check(64, true);
        check(65, false);
        assert!(key("whsec_not base64!").is_err());
        assert!(
            key("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH").is_err(),
            "the prefix is what tells it from other secrets"
        );
    }
}
