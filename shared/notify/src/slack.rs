//! Slack incoming webhooks: messages of blocks.
//!
//! - Address: `https://hooks.slack.com/services/T…/B…/…`; the whole path is the credential, bound to one channel.
//! - Limits: about one message a second; the length of all blocks together is limited, and how it is counted is not
//!   published (<https://github.com/slackapi/bolt-js/issues/2867>), so the JSON is measured.
//! - Success is HTTP 200 with the word `ok`; errors are HTTP 4xx with a word; a throttle names its `Retry-After`.
//! - The platform recognises no repeated message. The foot of each message carries its key, so that people can.
//!
//! Values from outside stand in `plain_text` and `rich_text` objects, in which Slack reads no markup: its mrkdwn has no
//! escape for `*`, `_`, `~` and the backtick.
//!
//! Sources: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>,
//! <https://docs.slack.dev/reference/block-kit/blocks>.

mod blocks;
mod verdict;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use crate::address::WebhookUrl;
use crate::channel::{Channel, ChannelError, Outgoing, RenderError};
use crate::fit::{Measured, fit_message_measured};
use crate::hook::Hook;
use crate::manner::Manner;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::pace::Pace;

/// Slack's hosts of incoming webhooks: everybody's, and the one for governments.
const HOSTS: [&str; 2] = ["hooks.slack.com", "hooks.slack-gov.com"];

/// About one message a second (<https://docs.slack.dev/apis/web-api/rate-limits>).
const PACE: Pace = Pace::per_minute(30, Duration::from_millis(1_100));

/// Bodies stay below this many characters of JSON. Blocks are refused from about 13 200 characters of text on, containers
/// counted in some way: <https://github.com/slackapi/bolt-js/issues/2509>.
const MAX_BODY_CHARS: usize = 12_000;

/// A Slack incoming webhook.
#[derive(Debug)]
pub struct Slack(Hook);

impl Slack {
    /// A webhook by its address. The host must be Slack's own, or this machine where the address was parsed with
    /// [`Reach::PrivateToo`](crate::Reach::PrivateToo).
    pub fn new(name: impl Into<String>, url: WebhookUrl) -> Result<Self, ChannelError> {
        let is_own = |url: &WebhookUrl| HOSTS.iter().any(|host| url.is_pinned_to(host));
        let hook = Hook::new(name.into(), url, is_own, "hooks.slack.com or hooks.slack-gov.com")?;
        Ok(Self(hook))
    }

    /// The same webhook, speaking in this manner. Who is mentioned is a member (`U…`, `W…`), a user group (`S…`) or `all`
    /// of the channel; anything else is shown and calls nobody.
    #[must_use]
    pub fn with_manner(self, manner: Manner) -> Self {
        Self(Hook { manner, ..self.0 })
    }
}

impl Channel for Slack {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn render(&self, message: &Message, _now: Timestamp) -> Result<Outgoing, RenderError> {
        let language = self.0.manner.language;
        let mentions = self.0.manner.mentioned(message.kind());
        let body = fit_message_measured(message, language, (MAX_BODY_CHARS, "characters"), &|outline, keep| {
            let json = blocks::json(outline, language, &mentions, keep)?;
            Ok(Measured {
                size: json.chars().count(),
                body: json.into_bytes(),
            })
        })?;
        self.0.post(self.0.url.expose().as_str(), body)
    }

    fn judge(&self, answer: &http::Response<Bytes>, now: Timestamp) -> Outcome {
        verdict::judge(answer, now, &|body| self.0.quote(body))
    }

    fn redact(&self, text: &str) -> String {
        self.0.redact(text)
    }

    fn pace(&self) -> Pace {
        PACE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reach;

    #[test]
    fn only_slack_itself_is_slack() {
        #[track_caller]
        fn check(text: &str, reach: Reach, accepted: bool) {
            let url = WebhookUrl::parse(text, reach).unwrap();
            assert_eq!(Slack::new("team", url).is_ok(), accepted, "{text}");
        }
        check("https://hooks.slack.com/services/T0/B0/x", Reach::Public, true);
        check("https://hooks.slack-gov.com/services/T0/B0/x", Reach::Public, true);
        check("https://hooks.slack.com:8443/services/T0/B0/x", Reach::Public, false);
        check(
            "https://hooks.slack.com.evil.example/services/T0/B0/x",
            Reach::Public,
            false,
        );
        check("https://slack.com/services/T0/B0/x", Reach::Public, false);
        check("http://127.0.0.1:9000/services/T0/B0/x", Reach::PrivateToo, true);
        check("https://10.0.0.8/services/T0/B0/x", Reach::PrivateToo, false);
    }
}
