//! Any receiver that speaks CloudEvents 1.0 over HTTP, in structured JSON: an event for machines.
//!
//! ```json
//! {"specversion": "1.0", "id": "gc_…", "source": "/goldcast/1234567890123456", "type": "org.goldcast.released",
//!  "subject": "corp-linux-2026.11", "time": "2026-11-20T08:00:00Z", "severity": "info",
//!  "datacontenttype": "application/json", "data": {…}}
//! ```
//!
//! `source` names the account that owns the images; with `id`, the message's key, it is the same on every retry, so that
//! a receiver drops what it has seen. `data` is described member by member in `payload.rs`. An event is sent with a bearer
//! token, signed as by Standard Webhooks, or as it is. The handshake before a first delivery, which the standard leaves to
//! both sides, is not asked for.
//!
//! Sources: <https://github.com/cloudevents/spec/blob/main/cloudevents/spec.md>,
//! <https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md>,
//! <https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md>.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::Serialize;

use crate::address::WebhookUrl;
use crate::channel::{Channel, ChannelError, Outgoing, RenderError};
use crate::fit::fit;
use crate::message::{Content, Message};
use crate::outcome::{Fault, Outcome};
use crate::payload;
use crate::redaction::{excerpt, excerpt_bytes};
use crate::secret::{SecretError, SigningSecret};
use crate::standard_webhooks::{Keys, PREFIX};
use crate::untrusted::one_line;
use crate::webhook::verdict;

/// Bodies stay below this many bytes: what every intermediary must forward.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A receiver of CloudEvents.
#[derive(Debug)]
pub struct CloudEvents {
    name: String,
    url: WebhookUrl,
    source: String,
    proof: Proof,
}

/// What tells the receiver who sends.
#[derive(Debug)]
enum Proof {
    /// Nothing: whoever knows the address may send.
    None,
    /// An `Authorization: Bearer` header.
    Bearer(SigningSecret),
    /// The headers of Standard Webhooks.
    Signed(Keys),
}

impl CloudEvents {
    /// A receiver by its address, for the images of the account `owner`.
    ///
    /// Secrets that start with `whsec_`, one or several while they are rotated, sign as by Standard Webhooks; any other
    /// one is the bearer token.
    pub fn new(
        name: impl Into<String>,
        url: WebhookUrl,
        owner: &str,
        secrets: Vec<SigningSecret>,
    ) -> Result<Self, ChannelError> {
        let name = name.into();
        let proof = match secrets.as_slice() {
            [] => Proof::None,
            [only] if !only.expose().starts_with(PREFIX) => {
                if !only.expose().bytes().all(|b| b.is_ascii_graphic()) {
                    return Err(ChannelError::Secret {
                        channel: name,
                        source: SecretError::NotABearerToken,
                    });
                }
                Proof::Bearer(only.clone())
            }
            _ => Proof::Signed(Keys::decode(&name, secrets)?),
        };
        Ok(Self {
            name,
            url,
            source: format!("/goldcast/{owner}"),
            proof,
        })
    }

    fn secrets(&self) -> Vec<&str> {
        let mut secrets: Vec<&str> = self.url.secrets().collect();
        match &self.proof {
            Proof::None => {}
            Proof::Bearer(token) => secrets.push(token.expose()),
            Proof::Signed(keys) => secrets.extend(keys.expose_texts()),
        }
        secrets
    }

    fn prove(&self, request: &mut http::Request<Bytes>, message: &Message, now: Timestamp) -> Result<(), http::Error> {
        match &self.proof {
            Proof::None => Ok(()),
            Proof::Bearer(token) => {
                let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()))?;
                bearer.set_sensitive(true);
                request.headers_mut().insert(AUTHORIZATION, bearer);
                Ok(())
            }
            Proof::Signed(keys) => keys.sign(request, &message.key, now),
        }
    }
}

impl Channel for CloudEvents {
    fn name(&self) -> &str {
        &self.name
    }

    fn render(&self, message: &Message, now: Timestamp) -> Result<Outgoing, RenderError> {
        let body = fit(payload::longest_list(message), MAX_BODY_BYTES, |keep| {
            serde_json::to_vec(&Event {
                specversion: "1.0",
                id: message.key.as_str(),
                source: &self.source,
                r#type: format!("org.{}", payload::type_name(message.title())),
                subject: subject(&message.content),
                time: message.at,
                severity: message.kind().severity().name(),
                datacontenttype: "application/json",
                data: payload::data(message, keep),
            })
        })?;
        let mut request = http::Request::post(self.url.expose().as_str())
            .header(CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
            .body(body)?;
        self.prove(&mut request, message, now)?;
        Ok(Outgoing::new(request, self.url.reach()))
    }

    fn judge(&self, answer: &http::Response<Bytes>, now: Timestamp) -> Outcome {
        let quote = |body: &[u8]| excerpt_bytes(body, self.secrets());
        if answer.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            let said = quote(answer.body());
            let why = format!("the receiver answered 415: {said}; it does not take CloudEvents as structured JSON");
            return Outcome::permanent(Fault::Config, why);
        }
        verdict::judge(answer, now, quote)
    }

    fn redact(&self, text: &str) -> String {
        excerpt(text, self.secrets())
    }

    fn recognises_repeats(&self) -> bool {
        true
    }
}

/// The envelope, its attributes as the standard names them.
#[derive(Serialize)]
struct Event<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    time: Timestamp,
    /// An extension, so that a receiver can route without reading the data: `info`, `warning` or `critical`.
    severity: &'static str,
    datacontenttype: &'static str,
    data: payload::Data,
}

/// Which release or image it is about, if it is about one.
fn subject(content: &Content) -> Option<String> {
    let either = |release: &Option<String>, image: &Option<String>| release.clone().or_else(|| image.clone());
    let subject = match content {
        Content::ReleaseStarted(it) => Some(it.release.clone()),
        Content::Released(it) => Some(it.release.clone()),
        Content::Recalled(it) => Some(it.release.clone()),
        Content::Drift(it) => either(&it.release, &it.image),
        Content::NeedsYou(it) => either(&it.release, &it.image),
        Content::Onboarded(_) | Content::Offboarded(_) | Content::Digest(_) => None,
    };
    // An empty one is not allowed.
    subject
        .map(|subject| one_line(&subject))
        .filter(|subject| !subject.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reach;

    fn build(secrets: &[&str]) -> Result<CloudEvents, ChannelError> {
        let url = WebhookUrl::parse("https://events.example.com/in", Reach::Public).unwrap();
        let secrets = secrets.iter().map(|text| SigningSecret::new(*text).unwrap());
        CloudEvents::new("bus", url, "1234567890123456", secrets.collect())
    }

    const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn a_secret_is_a_bearer_token_or_signs() {
        #[track_caller]
        fn check(secrets: &[&str], expected: Option<fn(&Proof) -> bool>) {
            let proof = build(secrets).map(|channel| channel.proof);
            match expected {
                Some(is) => assert!(is(&proof.unwrap()), "{secrets:?}"),
                None => assert!(proof.is_err(), "{secrets:?}"),
            }
        }
        check(&[], Some(|proof| matches!(proof, Proof::None)));
        check(&["t0ken"], Some(|proof| matches!(proof, Proof::Bearer(_))));
        check(&[NEW], Some(|proof| matches!(proof, Proof::Signed(_))));
        check(&[NEW, OLD], Some(|proof| matches!(proof, Proof::Signed(_))));
        check(&[NEW, OLD, NEW, OLD], None);
        check(&[NEW, "t0ken"], None);
        check(&["t0ken", "t0ken"], None);
        check(&["two words"], None);
        check(&["t0ken\u{e9}"], None);
    }

    #[test]
    fn a_receiver_that_wants_another_form_is_not_asked_again() {
        let answer = |status: u16| http::Response::builder().status(status).body(Bytes::new()).unwrap();
        let judge = |status| build(&[]).unwrap().judge(&answer(status), Timestamp::UNIX_EPOCH);
        for status in [200, 201, 202, 204] {
            assert!(judge(status).is_delivered(), "{status}");
        }
        assert!(matches!(
            judge(415),
            Outcome::Permanent {
                kind: Fault::Config,
                ..
            }
        ));
        assert!(matches!(judge(410), Outcome::Permanent { kind: Fault::Gone, .. }));
        assert!(matches!(
            judge(413),
            Outcome::Permanent {
                kind: Fault::Payload,
                ..
            }
        ));
        assert!(matches!(
            judge(307),
            Outcome::Permanent {
                kind: Fault::Config,
                ..
            }
        ));
        assert!(matches!(judge(429), Outcome::Throttled { .. }));
        assert!(matches!(judge(503), Outcome::Transient { .. }));
    }
}
