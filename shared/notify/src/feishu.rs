//! Feishu (飞书) and Lark custom bots: interactive cards, signed in the body.
//!
//! - Addresses: `https://open.feishu.cn/open-apis/bot/v2/hook/…` in China, `https://open.larksuite.com/…` elsewhere; the
//!   last part of the path is the credential.
//! - Limits: 100 messages a minute and 5 a second per bot; 20 KB of JSON.
//! - Answers are HTTP 200 for nearly every failure: `code` alone says what happened.
//! - Mentions: by `open_id` or `user_id`, or everybody. Where the group's owner has not allowed everybody to be
//!   mentioned, the platform refuses the whole card.
//! - The platform recognises no repeated message. The foot of each message carries its key, so that people can.
//!
//! Source: <https://open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN>.

mod card;
mod entities;
mod signature;
mod verdict;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;

use self::card::Card;
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

/// The hosts of its bots, in China and elsewhere.
const HOSTS: [&str; 2] = ["open.feishu.cn", "open.larksuite.com"];

/// What the path of every bot begins with; its token follows.
const PATH: &str = "/open-apis/bot/v2/hook/";

/// Bodies stay below this many bytes: the 20 KB of the platform, read the smaller way.
const MAX_BODY_BYTES: usize = 20_000;

/// Half of 100 a minute, and below 5 a second.
const PACE: Pace = Pace::per_minute(45, Duration::from_millis(250));

/// A Feishu or Lark custom bot.
#[derive(Debug)]
pub struct Feishu(Hook);

impl Feishu {
    /// A bot by its webhook address and, where the bot verifies signatures ("签名校验"), its secret.
    ///
    /// The host must be Feishu's or Lark's own, or this machine where the address was parsed with
    /// [`Reach::PrivateToo`](crate::Reach::PrivateToo). A bot with the keyword setting instead: use `goldcast`, which
    /// stands in every message.
    pub fn new(name: impl Into<String>, url: WebhookUrl, secret: Option<SigningSecret>) -> Result<Self, ChannelError> {
        let is_own = |url: &WebhookUrl| HOSTS.iter().any(|host| url.is_pinned_to(host));
        let hook = Hook::new(name.into(), url, is_own, "open.feishu.cn or open.larksuite.com")?;
        let token = hook.url.expose().path().strip_prefix(PATH);
        if token.is_none_or(str::is_empty) && !hook.url.leads_here() {
            return Err(ChannelError::NoToken {
                channel: hook.name,
                part: "token after /open-apis/bot/v2/hook/",
            });
        }
        Ok(Self(Hook { secret, ..hook }))
    }

    /// The same bot, speaking in this manner.
    #[must_use]
    pub fn with_manner(self, manner: Manner) -> Self {
        Self(Hook { manner, ..self.0 })
    }
}

impl Channel for Feishu {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn render(&self, message: &Message, now: Timestamp) -> Result<Outgoing, RenderError> {
        let seconds = now.as_second();
        let timestamp = seconds.to_string();
        let sign = self.0.secret.as_ref().map(|secret| signature::sign(secret, seconds));
        let kind = message.kind();
        let mention = card::mention(&self.0.manner.mentioned(kind));
        let language = self.0.manner.language;
        let body = fit_message(message, language, MAX_BODY_BYTES, &|outline, keep| {
            serde_json::to_vec(&Body {
                timestamp: sign.as_ref().map(|_| timestamp.as_str()),
                sign: sign.as_deref(),
                msg_type: "interactive",
                card: Card::new(outline, kind.severity(), language, keep, &mention),
            })
        })?;
        self.0.post(self.0.url.expose().as_str(), body)
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
    /// Seconds since 1970, as a string; there only with `sign`.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign: Option<&'a str>,
    msg_type: &'static str,
    card: Card,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reach;

    #[test]
    fn only_feishu_and_lark_are_feishu_bots() {
        #[track_caller]
        fn check(text: &str, accepted: bool) {
            let url = WebhookUrl::parse(text, Reach::PrivateToo).unwrap();
            assert_eq!(Feishu::new("team", url, None).is_ok(), accepted, "{text}");
        }
        check("https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d", true);
        check("https://open.larksuite.com/open-apis/bot/v2/hook/0a1b2c3d", true);
        check("https://OPEN.feishu.cn:443/open-apis/bot/v2/hook/0a1b2c3d", true);
        check("https://open.feishu.cn/open-apis/bot/v2/hook/", false);
        check("https://open.feishu.cn/open-apis/bot/hook/0a1b2c3d", false);
        check("https://open.feishu.cn/", false);
        check("https://open.feishu.cn:8443/open-apis/bot/v2/hook/0a1b2c3d", false);
        check("https://www.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d", false);
        check(
            "https://open.feishu.cn.evil.example/open-apis/bot/v2/hook/0a1b2c3d",
            false,
        );
        check("http://127.0.0.1:9000/anything", true);
    }
}
