//! WeCom (企业微信) group robots: markdown messages, without any signature.
//!
//! - Address: `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…`; the key is the credential, and the only one.
//! - Limits: 20 messages a minute per robot; 4 096 bytes of text, not of JSON.
//! - Answers are HTTP 200 for nearly every failure: `errcode` alone says what happened.
//! - Mentions: by user id, inside the text. Markdown mentions neither phone numbers nor everybody.
//! - The platform recognises no repeated message. The foot of each message carries its key, so that people can.
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/99110>.

mod caller;
mod markdown;
mod verdict;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;

use crate::address::WebhookUrl;
use crate::channel::{Channel, ChannelError, Outgoing, RenderError};
use crate::coded;
use crate::fit::fit_message;
use crate::hook::Hook;
use crate::manner::Manner;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::pace::Pace;

/// The one host of WeCom's robots.
const HOST: &str = "qyapi.weixin.qq.com";

/// Half of 20 a minute, and below it.
const PACE: Pace = Pace::per_minute(9, Duration::ZERO);

/// Texts stay below this many bytes: 4 096 are accepted. An ideograph has three.
const MAX_TEXT_BYTES: usize = 4_097;

/// A WeCom group robot.
#[derive(Debug)]
pub struct WeCom(Hook);

impl WeCom {
    /// A robot by its webhook address. The platform signs nothing: whoever has the address can post.
    ///
    /// The host must be WeCom's own, or this machine where the address was parsed with
    /// [`Reach::PrivateToo`](crate::Reach::PrivateToo).
    pub fn new(name: impl Into<String>, url: WebhookUrl) -> Result<Self, ChannelError> {
        let hook = Hook::new(name.into(), url, |url| url.is_pinned_to(HOST), HOST)?;
        let mut query = hook.url.expose().query_pairs();
        if !query.any(|(name, value)| name == "key" && !value.is_empty()) && !hook.url.leads_here() {
            return Err(ChannelError::NoToken {
                channel: hook.name,
                part: "key",
            });
        }
        Ok(Self(hook))
    }

    /// The same robot, speaking in this manner.
    #[must_use]
    pub fn with_manner(self, manner: Manner) -> Self {
        Self(Hook { manner, ..self.0 })
    }
}

impl Channel for WeCom {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn render(&self, message: &Message, _now: Timestamp) -> Result<Outgoing, RenderError> {
        let kind = message.kind();
        let mention = markdown::mention(&self.0.manner.mentioned(kind));
        let language = self.0.manner.language;
        // The platform counts the text, so the text alone is fitted.
        let text = fit_message(message, language, MAX_TEXT_BYTES, &|outline, keep| {
            Ok(markdown::text(outline, kind.severity(), language, keep, &mention).into_bytes())
        })?;
        let body = serde_json::to_vec(&Body {
            msgtype: "markdown",
            markdown: Markdown {
                content: &String::from_utf8_lossy(&text),
            },
        })?;
        self.0.post(self.0.url.expose().as_str(), body)
    }

    fn judge(&self, answer: &http::Response<Bytes>, now: Timestamp) -> Outcome {
        coded::judge(&verdict::PLATFORM, answer, now, &|body| {
            self.redact(&String::from_utf8_lossy(body))
        })
    }

    fn redact(&self, text: &str) -> String {
        self.0.redact(&caller::without_caller(text))
    }

    fn pace(&self) -> Pace {
        PACE
    }
}

#[derive(Serialize)]
struct Body<'a> {
    msgtype: &'static str,
    markdown: Markdown<'a>,
}

#[derive(Serialize)]
struct Markdown<'a> {
    content: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reach;

    #[test]
    fn only_wecom_itself_is_a_wecom_robot() {
        #[track_caller]
        fn check(text: &str, accepted: bool) {
            let url = WebhookUrl::parse(text, Reach::PrivateToo).unwrap();
            assert_eq!(WeCom::new("team", url).is_ok(), accepted, "{text}");
        }
        check("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d", true);
        check(
            "https://QYAPI.weixin.qq.com:443/cgi-bin/webhook/send?key=0a1b2c3d",
            true,
        );
        check("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", false);
        check("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=", false);
        check(
            "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=0a1b2c3d",
            false,
        );
        check("https://weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d", false);
        check(
            "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=0a1b2c3d",
            false,
        );
        check("http://127.0.0.1:9000/anything", true);
    }
}
