//! The kinds of receivers that a world can be set up with. Not here: what each of them checks.

use secrecy::SecretString;

use super::platform::Platform;
use super::{cloudevents, dingtalk, discord, feishu, slack, standard, teams, wecom};

/// A receiver to set up.
#[derive(Debug, Clone)]
pub struct ReceiverSetup {
    /// Name of the channel, once per world.
    pub channel: String,
    /// What kind of receiver it is, with its secrets.
    pub kind: ReceiverKind,
}

/// The kinds of receivers.
#[derive(Debug, Clone)]
pub enum ReceiverKind {
    /// A `DingTalk` group robot.
    DingTalk {
        /// The robot's `access_token`.
        access_token: SecretString,
        /// The robot's signing secret, `SEC…`, if it checks signatures.
        secret: Option<SecretString>,
    },
    /// A Feishu or Lark custom bot.
    Feishu {
        /// The last segment of its address.
        hook: SecretString,
        /// Its signing secret, if it checks signatures.
        secret: Option<SecretString>,
    },
    /// A `WeCom` group robot. It has no signature: whoever knows the key can post.
    WeCom {
        /// The robot's `key`.
        key: SecretString,
    },
    /// A Slack incoming webhook.
    Slack {
        /// The last segment of its address.
        token: SecretString,
    },
    /// A Microsoft Teams workflow that waits for a webhook request.
    Teams {
        /// The `sig` of its address.
        signature: SecretString,
    },
    /// A Discord webhook.
    Discord {
        /// The last segment of its address.
        token: SecretString,
    },
    /// An endpoint after Standard Webhooks 1.0.
    Standard {
        /// The signing secret, `whsec_…`.
        secret: SecretString,
    },
    /// An endpoint for `CloudEvents` 1.0 over HTTP.
    CloudEvents {
        /// What it knows its senders by, if it asks: a `whsec_…` secret for signatures after Standard Webhooks, anything
        /// else for a bearer token.
        secret: Option<SecretString>,
    },
}

impl ReceiverKind {
    /// The receiver of a channel.
    pub(super) fn open(self, channel: &str) -> Box<dyn Platform> {
        match self {
            Self::DingTalk { access_token, secret } => Box::new(dingtalk::Robot::new(access_token, secret)),
            Self::Feishu { hook, secret } => Box::new(feishu::Bot::new(hook, secret)),
            Self::WeCom { key } => Box::new(wecom::Robot::new(key)),
            Self::Slack { token } => Box::new(slack::Hook::new(token)),
            Self::Teams { signature } => Box::new(teams::Flow::new(signature)),
            Self::Discord { token } => Box::new(discord::Hook::new(token)),
            Self::Standard { secret } => Box::new(standard::Endpoint::new(channel, &secret)),
            Self::CloudEvents { secret } => Box::new(cloudevents::Endpoint::new(channel, secret)),
        }
    }
}
