//! The policy's channels with their secrets in place. Not here: what is sent; that is [`crate::announce`].

use std::collections::BTreeSet;

use goldcast_cloud::{Class, Client, Deadline, Transport};
use goldcast_domain::policy::{self, ChannelKind, SecretSource, Topic};
pub use goldcast_notify::Reach;
use goldcast_notify::{
    Channel, CloudEvents, DingTalk, Discord, Feishu, Kind, Language, Manner, SigningSecret, Slack, Teams, WeCom,
    Webhook, WebhookUrl,
};
use secrecy::ExposeSecret as _;

/// One channel, ready to be told.
#[derive(Debug)]
pub(crate) struct ReadyChannel {
    pub(crate) channel: Box<dyn Channel>,
    pub(crate) topics: BTreeSet<Topic>,
}

impl ReadyChannel {
    /// Whether it wants messages of this kind.
    pub(crate) fn wants(&self, kind: Kind) -> bool {
        self.topics.contains(&topic(kind))
    }
}

/// A kind of message in the policy's words.
pub(crate) fn topic(kind: Kind) -> Topic {
    match kind {
        Kind::ReleaseStarted => Topic::ReleaseStarted,
        Kind::Released => Topic::Released,
        Kind::Onboarded => Topic::Onboarded,
        Kind::Offboarded => Topic::Offboarded,
        Kind::Drift => Topic::Drift,
        Kind::NeedsYou => Topic::NeedsYou,
        Kind::Recalled => Topic::Recalled,
    }
}

/// Why a channel cannot be told anything. It never holds up the others, nor the images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChannelProblem {
    /// What is wrong, without the secret.
    pub(crate) problem: String,
    /// Whether trying again can help.
    pub(crate) retry: bool,
}

/// Where addresses and secrets are read.
pub(crate) struct Vault<'a, T> {
    /// Asks for a variable.
    pub(crate) environment: &'a (dyn Fn(&str) -> Option<String> + Send + Sync),
    /// Reads secret parameters; without it there are none.
    pub(crate) client: Option<&'a Client<T>>,
    /// The account that owns the golden images.
    pub(crate) owner: &'a str,
    /// The region of the secret parameters.
    pub(crate) region: &'a str,
    /// Until when they may take.
    pub(crate) deadline: Deadline,
}

impl<T: Transport> Vault<'_, T> {
    /// What a source holds; else what is wrong, and whether trying again can help.
    async fn read(&self, what: &str, source: &SecretSource) -> Result<String, (String, bool)> {
        match source {
            SecretSource::Env(name) => (self.environment)(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| {
                    (
                        format!("the variable {name} is not set, and it holds the channel's {what}"),
                        false,
                    )
                }),
            SecretSource::SecretParameter(name) => {
                let Some(client) = self.client else {
                    let why = format!(
                        "the secret parameter {name} holds the channel's {what}, and there are no keys to read it with"
                    );
                    return Err((why, false));
                };
                match client.secret_parameter(self.region, name, self.deadline).await {
                    Ok(value) => Ok(value.expose_secret().to_owned()),
                    Err(error) => {
                        let advice = error.advice().map(|advice| format!("; {advice}")).unwrap_or_default();
                        let retry = !matches!(error.class(), Class::Permanent);
                        Err((
                            format!("the secret parameter {name} cannot be read: {error}{advice}"),
                            retry,
                        ))
                    }
                }
            }
        }
    }
}

/// Puts a channel's address and secrets in place. `reach` says whether private addresses are allowed even where the policy
/// does not allow them.
pub(crate) async fn ready<T: Transport>(
    entry: &policy::Channel,
    vault: &Vault<'_, T>,
    reach: Reach,
) -> Result<ReadyChannel, ChannelProblem> {
    let problem = |(problem, retry)| ChannelProblem { problem, retry };
    let url = vault.read("address", &entry.url).await.map_err(problem)?;
    let mut secrets = Vec::with_capacity(entry.secret.0.len());
    for source in &entry.secret.0 {
        secrets.push(vault.read("secret", source).await.map_err(problem)?);
    }
    let channel = channel(entry, vault.owner, &url, secrets, reach).map_err(|wrong| problem((wrong, false)))?;
    Ok(ReadyChannel {
        channel,
        topics: entry.on.clone(),
    })
}

fn channel(
    entry: &policy::Channel,
    owner: &str,
    url: &str,
    secrets: Vec<String>,
    reach: Reach,
) -> Result<Box<dyn Channel>, String> {
    let reach = if entry.allow_private { Reach::PrivateToo } else { reach };
    let url = WebhookUrl::parse(url, reach).map_err(|error| error.to_string())?;
    let secrets = secrets.into_iter().map(SigningSecret::new);
    let secrets: Vec<SigningSecret> = secrets.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_and_the_messages_mean_the_same_severities() {
        for kind in Kind::ALL {
            let severity = serde_json::to_value(topic(kind).severity()).unwrap();
            assert_eq!(severity, kind.severity().name(), "{kind}");
            assert_eq!(serde_json::to_value(topic(kind)).unwrap(), kind.name());
        }
    }
}
