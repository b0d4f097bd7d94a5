//! DingTalk (钉钉) group robots: markdown messages with the signature setting.
//!
//! - Address: `https://oapi.dingtalk.com/robot/send?access_token=…`; the token is the credential.
//! - Limits: 20 messages a minute per robot, then ten minutes of silence; 20 000 bytes of JSON.
//! - Mentions: by phone number, by user id, or everybody; each must also stand in the text.
//! - Answers are HTTP 200 for nearly every failure: `errcode` alone says what happened.
//! - The platform recognises no repeated message. The foot of each message carries its key, so that people can.
//!
//! Sources: <https://open.dingtalk.com/document/orgapp/custom-robot-access>,
//! <https://open.dingtalk.com/document/robots/customize-robot-security-settings>.

mod at;
mod markdown;
mod signature;
mod verdict;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use self::at::At;
use crate::address::WebhookUrl;
use crate::channel::{Channel, ChannelError, Outgoing, RenderError};
use crate::coded;
use crate::fit::fit_message;
use crate::hook::Hook;
use crate::manner::Manner;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::pace::Pace;
use crate::secret::SigningSecret;

/// The one host of DingTalk's robots.
const HOST: &str = "oapi.dingtalk.com";

/// Bodies stay below this many bytes; the platform refuses above 20 000, counted its own way.
/// See <https://github.com/timonwong/prometheus-webhook-dingtalk/issues/30>.
const MAX_BODY_BYTES: usize = 18_000;

/// Half of 20 a minute, and below it: whoever exceeds that is blocked for ten minutes.
const PACE: Pace = Pace::per_minute(9, Duration::ZERO);

/// A DingTalk group robot.
#[derive(Debug)]
pub struct DingTalk(Hook);

impl DingTalk {
    /// A robot by its webhook address and, where the robot has the signature setting ("加签"), its secret.
    ///
    /// The host must be DingTalk's own, or this machine where the address was parsed with
    /// [`Reach::PrivateToo`](crate::Reach::PrivateToo). A robot with the keyword setting instead: use `goldcast`, which
    /// stands in every message.
    pub fn new(name: impl Into<String>, url: WebhookUrl, secret: Option<SigningSecret>) -> Result<Self, ChannelError> {
        let hook = Hook::new(name.into(), url, |url| url.is_pinned_to(HOST), HOST)?;
        let has_token = hook
            .url
            .expose()
            .query_pairs()
            .any(|(key, value)| key == "access_token" && !value.is_empty());
        if !has_token && !hook.url.leads_here() {
            return Err(ChannelError::NoToken {
                channel: hook.name,
                part: "access_token",
            });
        }
        Ok(Self(Hook { secret, ..hook }))
    }

    /// The same robot, speaking in this manner.
    #[must_use]
    pub fn with_manner(self, manner: Manner) -> Self {
        Self(Hook { manner, ..self.0 })
    }

    /// The address of one attempt, with the signature of its time.
    fn signed_url(&self, now: Timestamp) -> Url {
        let mut url = self.0.url.expose().clone();
        let Some(secret) = &self.0.secret else { return url };
        // An address pasted from somebody's test may carry an old signature.
        let is_stale = |key: &str| key == "timestamp" || key == "sign";
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .into_owned()
            .filter(|(key, _)| !is_stale(key))
            .collect();
        let millis = now.as_millisecond();
        // `append_pair` percent-encodes; the signature goes in raw, or it would be encoded twice and never match.
        url.query_pairs_mut()
            .clear()
            .extend_pairs(kept)
            .append_pair("timestamp", &millis.to_string())
            .append_pair("sign", &signature::sign(secret, millis));
        url
    }
}

impl Channel for DingTalk {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn render(&self, message: &Message, now: Timestamp) -> Result<Outgoing, RenderError> {
        let language = self.0.manner.language;
        let at = At::new(&self.0.manner.mentioned(message.kind()));
        let mention = at.text();
        let body = fit_message(message, language, MAX_BODY_BYTES, &|outline, keep| {
            serde_json::to_vec(&Body {
                msgtype: "markdown",
                markdown: Markdown {
                    title: &markdown::title(outline),
                    text: &markdown::text(outline, language, keep, &mention),
                },
                at: &at,
            })
        })?;
        self.0.post(self.signed_url(now).as_str(), body)
    }

    fn judge(&self, answer: &http::Response<Bytes>, now: Timestamp) -> Outcome {
        coded::judge(&verdict::PLATFORM, answer, now, &|body| self.0.quote(body))
    }

    fn redact(&self, text: &str) -> String {
        self.0.redact(text)
    }

    fn pace(&self) -> Pace {
        PACE
    }
}

#[derive(Serialize)]
struct Body<'a> {
    msgtype: &'static str,
    markdown: Markdown<'a>,
    at: &'a At<'a>,
}

#[derive(Serialize)]
struct Markdown<'a> {
    /// Shown in the conversation list and the push banner, as plain text.
    title: &'a str,
    text: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reach;

    fn url(text: &str, reach: Reach) -> WebhookUrl {
        WebhookUrl::parse(text, reach).unwrap()
    }

    #[test]
    fn only_dingtalk_itself_is_a_dingtalk_robot() {
        #[track_caller]
        fn check(text: &str, reach: Reach, accepted: bool) {
            assert_eq!(
                DingTalk::new("team", url(text, reach), None).is_ok(),
                accepted,
                "{text}"
            );
        }
        check(
            "https://oapi.dingtalk.com/robot/send?access_token=abc",
            Reach::Public,
            true,
        );
        check(
            "https://OAPI.dingtalk.com:443/robot/send?access_token=abc",
            Reach::Public,
            true,
        );
        check("https://oapi.dingtalk.com/robot/send", Reach::Public, false);
        check(
            "https://oapi.dingtalk.com/robot/send?access_token=",
            Reach::Public,
            false,
        );
        check(
            "https://oapi.dingtalk.com:8443/robot/send?access_token=abc",
            Reach::Public,
            false,
        );
        check(
            "https://oapi.dingtalk.com.evil.example/robot/send?access_token=abc",
            Reach::Public,
            false,
        );
        check(
            "https://api.dingtalk.com/robot/send?access_token=abc",
            Reach::Public,
            false,
        );
        check(
            "http://127.0.0.1:9000/robot/send?access_token=abc",
            Reach::PrivateToo,
            true,
        );
        check("https://10.0.0.8/robot/send?access_token=abc", Reach::PrivateToo, false);
    }

    #[test]
    fn a_signature_replaces_an_old_one_and_is_encoded_once() {
        let url = url(
            "https://oapi.dingtalk.com/robot/send?access_token=a%2Bb&timestamp=1&sign=old",
            Reach::Public,
        );
        let secret = SigningSecret::new("this is secret").unwrap();
        let robot = DingTalk::new("team", url, Some(secret)).unwrap();
        let at = |millis| {
            robot
                .signed_url(Timestamp::from_millisecond(millis).unwrap())
                .to_string()
        };
        assert_eq!(
            at(1_577_836_800_000),
            "https://oapi.dingtalk.com/robot/send?access_token=a%2Bb&timestamp=1577836800000\
             &sign=fFV9t5lBS7KH4%2B5B0JjR99ab%2BAJkXFauQXycgTkS%2Ftc%3D"
        );
        assert_ne!(
            at(1_577_836_800_000),
            at(1_577_836_800_001),
            "every attempt signs its own time"
        );
    }
}
