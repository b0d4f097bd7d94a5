//! What every chat channel has: a name, an address of its own platform, perhaps a secret, and a manner. Not here: any
//! dialect, signature or verdict.

use bytes::Bytes;
use http::header::CONTENT_TYPE;

use crate::address::WebhookUrl;
use crate::channel::{ChannelError, Outgoing, RenderError};
use crate::manner::Manner;
use crate::redaction::{excerpt, excerpt_bytes};
use crate::secret::SigningSecret;

/// The webhook of one chat channel.
#[derive(Debug)]
pub(crate) struct Hook {
    pub(crate) name: String,
    pub(crate) url: WebhookUrl,
    pub(crate) secret: Option<SigningSecret>,
    pub(crate) manner: Manner,
}

impl Hook {
    /// A webhook without a secret, in the default manner. `is_own` says whether the address is the platform's; if not, the
    /// refusal names what is `expected`.
    pub(crate) fn new(
        name: String,
        url: WebhookUrl,
        is_own: impl Fn(&WebhookUrl) -> bool,
        expected: &'static str,
    ) -> Result<Self, ChannelError> {
        if !is_own(&url) {
            return Err(ChannelError::WrongHost {
                channel: name,
                host: url.host().to_owned(),
                expected,
            });
        }
        Ok(Self {
            name,
            url,
            secret: None,
            manner: Manner::default(),
        })
    }

    /// A request to `address`, which is the webhook's own with whatever an attempt adds to it.
    pub(crate) fn post(&self, address: &str, body: impl Into<Bytes>) -> Result<Outgoing, RenderError> {
        let request = http::Request::post(address)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(body.into())?;
        Ok(Outgoing::new(request, self.url.reach()))
    }

    /// Part of an answer, fit for a log.
    pub(crate) fn quote(&self, body: &[u8]) -> String {
        excerpt_bytes(body, self.secrets())
    }

    /// `text` without the secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        excerpt(text, self.secrets())
    }

    fn secrets(&self) -> impl Iterator<Item = &str> {
        self.url.secrets().chain(self.secret.iter().map(SigningSecret::expose))
    }
}
