//! Microsoft Teams by a workflow ("When a Teams webhook request is received"): one adaptive card a message.
//!
//! - Address: `https://….logic.azure.com/workflows/…` or `https://….environment.api.powerplatform.com/…`; its query holds
//!   the signature that is the credential and goes through unchanged.
//! - Limits: about 28 KB; the flow's quotas.
//! - Success is HTTP 202, which means no more than "the flow started": what goes wrong later nobody tells the sender, so
//!   a card is kept within what every flow accepts.
//! - The platform recognises no repeated message. The foot of each message carries its key, so that people can.
//!
//! The retired Office 365 connectors are refused. Values from outside stand in `TextRun` objects, in which no markup is
//! read.
//!
//! Sources: <https://learn.microsoft.com/en-us/connectors/teams>,
//! <https://learn.microsoft.com/microsoftteams/platform/concepts/cards/cards-format>.

mod card;
mod verdict;

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use crate::address::WebhookUrl;
use crate::channel::{Channel, ChannelError, Outgoing, RenderError};
use crate::fit::fit_message;
use crate::hook::Hook;
use crate::manner::Manner;
use crate::message::Message;
use crate::outcome::Outcome;
use crate::pace::Pace;

/// What the hosts of workflows end with.
const HOSTS: [&str; 2] = [".logic.azure.com", ".environment.api.powerplatform.com"];

/// The hosts of the connectors that Microsoft switched off in 2026: <https://devblogs.microsoft.com/microsoft365dev/retirement-of-office-365-connectors-within-microsoft-teams/>.
const RETIRED: [&str; 2] = ["outlook.office.com", "outlook.office365.com"];

/// What the rest of those hosts end with.
const RETIRED_SUFFIX: &str = ".webhook.office.com";

/// Bodies stay below this many bytes: a message of more than about 28 KB, with all that Teams adds to it, is refused,
/// and other senders found 21 KB to be safe (<https://rubydoc.info/gems/msteams_hermes/MsTeamsHermes/Message>).
const MAX_BODY_BYTES: usize = 20_000;

/// Four requests a second was the published limit of the old connectors; workflows publish none.
const PACE: Pace = Pace::per_minute(30, Duration::from_millis(500));

/// A Teams channel or chat, reached by a workflow.
#[derive(Debug)]
pub struct Teams(Hook);

impl Teams {
    /// A workflow by its address. The host must be Microsoft's own, or this machine where the address was parsed with
    /// [`Reach::PrivateToo`](crate::Reach::PrivateToo).
    pub fn new(name: impl Into<String>, url: WebhookUrl) -> Result<Self, ChannelError> {
        let (channel, host) = (name.into(), url.host());
        if RETIRED.contains(&host) || host.ends_with(RETIRED_SUFFIX) {
            return Err(ChannelError::Retired {
                channel,
                host: host.to_owned(),
                instead: "make a workflow `When a Teams webhook request is received` and set its address",
            });
        }
        let is_own = |url: &WebhookUrl| HOSTS.iter().any(|suffix| url.is_pinned_below(suffix));
        let hook = Hook::new(
            channel,
            url,
            is_own,
            "a workflow's host (….logic.azure.com, ….environment.api.powerplatform.com)",
        )?;
        Ok(Self(hook))
    }

    /// The same workflow, speaking in this manner. Who is mentioned is a principal name or an object id of the directory.
    #[must_use]
    pub fn with_manner(self, manner: Manner) -> Self {
        Self(Hook { manner, ..self.0 })
    }
}

impl Channel for Teams {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn render(&self, message: &Message, _now: Timestamp) -> Result<Outgoing, RenderError> {
        let kind = message.kind();
        let body = fit_message(message, self.0.manner.language, MAX_BODY_BYTES, &|outline, keep| {
            card::json(outline, &self.0.manner, kind, keep)
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
    use crate::message::{Content, MessageKey, NeedsYou};

    fn teams(text: &str, reach: Reach) -> Result<Teams, ChannelError> {
        Teams::new("team", WebhookUrl::parse(text, reach).unwrap())
    }

    #[test]
    fn only_a_workflow_is_teams() {
        #[track_caller]
        fn check(text: &str, reach: Reach, accepted: bool) {
            assert_eq!(teams(text, reach).is_ok(), accepted, "{text}");
        }
        check(
            "https://prod-12.westeurope.logic.azure.com:443/workflows/0a/triggers/manual/paths/invoke?sig=x",
            Reach::Public,
            true,
        );
        check(
            "https://default0a.4b.environment.api.powerplatform.com:443/powerautomate/automations/direct/cu/04/workflows/0a?sig=x",
            Reach::Public,
            true,
        );
        check(
            "https://prod-12.westeurope.logic.azure.com.evil.example/x",
            Reach::Public,
            false,
        );
        check("https://evil-logic.azure.com/x", Reach::Public, false);
        check("https://logic.azure.com/x", Reach::Public, false);
        check(
            "https://prod-12.westeurope.logic.azure.com:8443/x",
            Reach::Public,
            false,
        );
        check("http://127.0.0.1:9000/workflows/x", Reach::PrivateToo, true);
        check("https://10.0.0.8/workflows/x", Reach::PrivateToo, false);
    }

    #[test]
    fn a_retired_connector_is_refused_with_the_way_out() {
        for text in [
            "https://corp.webhook.office.com/webhookb2/0a@1b/IncomingWebhook/2c/3d",
            "https://outlook.office.com/webhook/0a",
        ] {
            let refused = teams(text, Reach::Public).unwrap_err();
            assert!(matches!(refused, ChannelError::Retired { .. }), "{refused}");
            assert!(refused.to_string().contains("workflow"), "{refused}");
        }
    }

    #[test]
    fn the_query_goes_through_unchanged() {
        let text = "https://prod-12.westeurope.logic.azure.com/workflows/0a/triggers/manual/paths/invoke\
                    ?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=a-b_c%2Bd";
        let message = Message {
            key: MessageKey::derive(&["x"]),
            at: Timestamp::UNIX_EPOCH,
            content: Content::NeedsYou(NeedsYou {
                subject: String::new(),
                reason: String::new(),
                fix: String::new(),
                policy: String::new(),
                release: None,
                image: None,
                region: None,
                account: None,
            }),
        };
        let channel = teams(text, Reach::Public).unwrap();
        let outgoing = channel.render(&message, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(outgoing.request().uri(), text);
    }
}
