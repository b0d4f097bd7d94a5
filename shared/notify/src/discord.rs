//! Discord webhooks: a message of embeds.
//!
//! - Address: `https://discord.com/api/webhooks/{id}/{token}`; the last segment is the credential. A forum needs its
//!   `thread_id` in the query.
//! - Limits: 6 000 characters over all embeds, counted in UTF-16; how many messages are allowed the answers say.
//! - Asked to wait, Discord answers HTTP 200 with the message it stored; without that, a message that is not stored
//!   yields no error. A throttle names its wait, and ten thousand refused requests in ten minutes block the address they
//!   come from.
//! - The platform recognises no repeated message. The foot of each message carries its key, so that people can.
//!
//! Sources: <https://github.com/discord/discord-api-docs/blob/main/developers/resources/webhook.mdx>,
//! <https://github.com/discord/discord-api-docs/blob/main/developers/resources/message.mdx>,
//! <https://github.com/discord/discord-api-docs/blob/main/developers/topics/rate-limits.mdx>.

mod embeds;
mod verdict;

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use url::Url;

use crate::address::WebhookUrl;
use crate::channel::{Channel, ChannelError, Outgoing, RenderError};
use crate::fit::fit_message_measured;
use crate::hook::Hook;
use crate::manner::Manner;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::pace::Pace;

/// Discord's hosts: today's, the former one, and those of the early clients.
const HOSTS: [&str; 4] = ["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"];

/// The platform asks not to build on figures; five in two seconds are what its answers have said.
const PACE: Pace = Pace::per_minute(25, Duration::from_millis(500));

/// A Discord webhook.
#[derive(Debug)]
pub struct Discord(Hook);

impl Discord {
    /// A webhook by its address. The host must be Discord's own, or this machine where the address was parsed with
    /// [`Reach::PrivateToo`](crate::Reach::PrivateToo).
    pub fn new(name: impl Into<String>, url: WebhookUrl) -> Result<Self, ChannelError> {
        let is_own = |url: &WebhookUrl| HOSTS.iter().any(|host| url.is_pinned_to(host));
        let hook = Hook::new(name.into(), url, is_own, "discord.com")?;
        Ok(Self(hook))
    }

    /// The same webhook, speaking in this manner. Who is mentioned is a user id (17 to 20 digits) or `all`; anything else
    /// is shown and calls nobody.
    #[must_use]
    pub fn with_manner(self, manner: Manner) -> Self {
        Self(Hook { manner, ..self.0 })
    }

    /// The address with `wait=true`, without which a message that is not stored yields no error.
    fn waiting_url(&self) -> Url {
        let mut url = self.0.url.expose().clone();
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .into_owned()
            .filter(|(key, _)| key != "wait")
            .collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(kept)
            .append_pair("wait", "true");
        url
    }
}

impl Channel for Discord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn render(&self, message: &Message, _now: Timestamp) -> Result<Outgoing, RenderError> {
        let limit = (embeds::MAX_CHARS + 1, "characters");
        let body = fit_message_measured(message, self.0.manner.language, limit, &|outline, keep| {
            embeds::json(outline, &self.0.manner, message.kind(), keep)
        })?;
        let request = http::Request::post(self.waiting_url().as_str())
            .header(CONTENT_TYPE, "application/json")
            .body(body)?;
        Ok(Outgoing::new(request, self.0.url.reach()))
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

    fn discord(text: &str, reach: Reach) -> Result<Discord, ChannelError> {
        Discord::new("team", WebhookUrl::parse(text, reach).unwrap())
    }

    #[test]
    fn only_discord_itself_is_discord() {
        #[track_caller]
        fn check(text: &str, reach: Reach, accepted: bool) {
            assert_eq!(discord(text, reach).is_ok(), accepted, "{text}");
        }
        check("https://discord.com/api/webhooks/1/x", Reach::Public, true);
        check("https://discordapp.com/api/webhooks/1/x", Reach::Public, true);
        check("https://ptb.discord.com/api/webhooks/1/x", Reach::Public, true);
        check("https://canary.discord.com/api/webhooks/1/x", Reach::Public, true);
        check("https://evil.discord.com/api/webhooks/1/x", Reach::Public, false);
        check(
            "https://discord.com.evil.example/api/webhooks/1/x",
            Reach::Public,
            false,
        );
        check("https://discord.com:8443/api/webhooks/1/x", Reach::Public, false);
        check("http://127.0.0.1:9000/api/webhooks/1/x", Reach::PrivateToo, true);
        check("https://10.0.0.8/api/webhooks/1/x", Reach::PrivateToo, false);
    }

    #[test]
    fn discord_is_asked_to_wait_once_and_the_thread_stays() {
        #[track_caller]
        fn check(query: &str, expected: &str) {
            let url = format!("https://discord.com/api/webhooks/1/x{query}");
            let waiting = discord(&url, Reach::Public).unwrap().waiting_url();
            assert_eq!(waiting.query(), Some(expected), "{query}");
        }
        check("", "wait=true");
        check("?wait=false", "wait=true");
        check("?thread_id=7&wait=true", "thread_id=7&wait=true");
    }
}
