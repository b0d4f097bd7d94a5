//! The policy's channels with their secrets in place. Not here: what is sent; that is [`crate::announce`].

use std::collections::BTreeSet;
use std::fmt;

use goldcast_domain::PolicyFile;
use goldcast_domain::policy::{self, ChannelKind, SecretSource, Topic};
pub use goldcast_notify::Reach;
use goldcast_notify::{
    Channel, CloudEvents, DingTalk, Discord, Feishu, Kind, Language, Manner, SigningSecret, Slack, Teams, WeCom,
    Webhook, WebhookUrl,
};

/// One channel, ready to be told.
#[derive(Debug)]
pub struct ReadyChannel {
    pub(crate) channel: Box<dyn Channel>,
    topics: BTreeSet<Topic>,
}

impl ReadyChannel {
    /// Whether it wants messages of this kind.
    pub(crate) fn wants(&self, kind: Kind) -> bool {
        self.topics.contains(&match kind {
            Kind::ReleaseStarted => Topic::ReleaseStarted,
            Kind::Released => Topic::Released,
            Kind::Onboarded => Topic::Onboarded,
            Kind::Offboarded => Topic::Offboarded,
            Kind::Drift => Topic::Drift,
            Kind::NeedsYou => Topic::NeedsYou,
            Kind::Recalled => Topic::Recalled,
        })
    }
}

/// Why a channel cannot be told anything. It never holds up the others, nor the images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelProblem {
    /// The channel's name in the policy.
    pub channel: String,
    /// What is wrong, without the secret.
    pub problem: String,
}

impl fmt::Display for ChannelProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "channel {}: {}", self.channel, self.problem)
    }
}

/// Puts the secrets in place. `environment` is asked for the variables that the policy names; `reach` says whether
/// private addresses are allowed.
pub fn channels(
    policy: &PolicyFile,
    environment: impl Fn(&str) -> Option<String>,
    reach: Reach,
) -> (Vec<ReadyChannel>, Vec<ChannelProblem>) {
    let (mut ready, mut problems) = (Vec::new(), Vec::new());
    for (name, entry) in &policy.channels {
        match channel(entry, policy.owner.account.as_str(), &environment, reach) {
            Ok(channel) => ready.push(ReadyChannel {
                channel,
                topics: entry.on.clone(),
            }),
            Err(problem) => problems.push(ChannelProblem {
                channel: name.to_string(),
                problem,
            }),
        }
    }
    (ready, problems)
}

fn channel(
    entry: &policy::Channel,
    owner: &str,
    environment: &impl Fn(&str) -> Option<String>,
    reach: Reach,
) -> Result<Box<dyn Channel>, String> {
    let read = |what: &str, source: &SecretSource| match source {
        SecretSource::Env(name) => environment(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| format!("the variable {name} is not set, and it holds the channel's {what}")),
        SecretSource::SecretParameter(name) => Err(format!("the secret parameter {name} cannot be read yet")),
    };
    let reach = if entry.allow_private { Reach::PrivateToo } else { reach };
    let url = WebhookUrl::parse(&read("address", &entry.url)?, reach).map_err(|error| error.to_string())?;
    let secrets = entry.secret.0.iter().map(|source| {
        let secret = read("secret", source)?;
        SigningSecret::new(secret).map_err(|error| error.to_string())
    });
    let secrets: Vec<SigningSecret> = secrets.collect::<Result<_, _>>()?;
    let (name, manner) = (entry.name.as_str(), manner(entry));
    let unusable = |error: goldcast_notify::ChannelError| error.to_string();
    Ok(match entry.kind {
        ChannelKind::Dingtalk => {
            let robot = DingTalk::new(name, url, secrets.into_iter().next()).map_err(unusable)?;
            Box::new(robot.with_manner(manner))
        }
        ChannelKind::Feishu => {
            let bot = Feishu::new(name, url, secrets.into_iter().next()).map_err(unusable)?;
            Box::new(bot.with_manner(manner))
        }
        ChannelKind::Wecom => Box::new(WeCom::new(name, url).map_err(unusable)?.with_manner(manner)),
        ChannelKind::Slack => Box::new(Slack::new(name, url).map_err(unusable)?.with_manner(manner)),
        ChannelKind::Teams => Box::new(Teams::new(name, url).map_err(unusable)?.with_manner(manner)),
        ChannelKind::Discord => Box::new(Discord::new(name, url).map_err(unusable)?.with_manner(manner)),
        ChannelKind::Cloudevents => Box::new(CloudEvents::new(name, url, owner, secrets).map_err(unusable)?),
        ChannelKind::Webhook => Box::new(Webhook::new(name, url, secrets).map_err(unusable)?),
    })
}

/// How the channel speaks, in notify's words.
fn manner(entry: &policy::Channel) -> Manner {
    Manner {
        language: match entry.language {
            policy::Language::English => Language::English,
            policy::Language::Chinese => Language::Chinese,
            policy::Language::Japanese => Language::Japanese,
        },
        mention: entry.mention.clone(),
    }
}
