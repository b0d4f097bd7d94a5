//! A receiver for every channel of the policy, the variables by which the functions find it, and what a sender needs to
//! know of it. Nothing leaves this machine, whatever the policy's real channels are.

use std::collections::BTreeMap;
use std::fmt;

use goldcast_domain::PolicyFile;
use goldcast_domain::policy::{Channel, ChannelKind, SecretSource};
use goldcast_emulator::cloud::SecretParameter;
use goldcast_emulator::world::{ReceiverKind, ReceiverSetup, World};
use serde::Serialize;

/// What messages to every simulated robot are signed with. Robots are told apart by their token.
const ROBOT_SECRET: &str = "SEC00000000000000000000000000000000000000000000000000000000simulated";
/// What messages to every simulated endpoint are signed with: the bytes 0 to 31.
const ENDPOINT_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Where a channel's receiver is, for whoever wants to post to it. It is no secret: it opens nothing but this process.
#[derive(Debug, Serialize)]
pub(crate) struct Address {
    /// The platform.
    kind: ChannelKind,
    /// The webhook address, token included.
    url: String,
    /// What messages are signed with, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'static str>,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)?;
        self.secret.map_or(Ok(()), |secret| write!(f, "  secret {secret}"))
    }
}

/// The receivers that the world is set up with.
pub(super) fn receivers(policy: &PolicyFile) -> Vec<ReceiverSetup> {
    let receivers = policy.channels.values().map(|channel| ReceiverSetup {
        channel: channel.name.to_string(),
        kind: receiver(channel),
    });
    receivers.collect()
}

/// Where each channel's receiver is.
pub(super) fn addresses(policy: &PolicyFile, world: &World) -> BTreeMap<String, Address> {
    let address = |channel: &Channel| Address {
        kind: channel.kind,
        url: world.webhook_url(channel.name.as_str()).unwrap_or_default(),
        secret: (!channel.secret.is_empty()).then(|| secret(channel.kind)).flatten(),
    };
    let channels = policy.channels.values();
    channels
        .map(|channel| (channel.name.to_string(), address(channel)))
        .collect()
}

/// The variables that the policy keeps addresses and secrets in; what it keeps in the parameter store is put there.
pub(super) fn variables(policy: &PolicyFile, world: &World) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for channel in policy.channels.values() {
        let url = world.webhook_url(channel.name.as_str()).unwrap_or_default();
        let secret = secret(channel.kind).unwrap_or_default();
        let secrets = channel.secret.0.iter().map(|source| (source, secret.to_owned()));
        for (source, value) in std::iter::once((&channel.url, url)).chain(secrets) {
            match source {
                SecretSource::Env(name) => drop(variables.insert(name.clone(), value)),
                SecretSource::SecretParameter(name) => world.with_cloud(|cloud, moment| {
                    let parameter = SecretParameter {
                        account: policy.owner.account.clone(),
                        region: policy.owner.home_region.clone(),
                        name: name.clone(),
                        value: value.into(),
                    };
                    cloud.put_secret_parameter(moment.now, parameter);
                }),
            }
        }
    }
    variables
}

fn receiver(channel: &Channel) -> ReceiverKind {
    let token = format!("simulated-{}", channel.name).into();
    match channel.kind {
        ChannelKind::Dingtalk => ReceiverKind::DingTalk {
            access_token: token,
            secret: (!channel.secret.is_empty()).then(|| ROBOT_SECRET.into()),
        },
        ChannelKind::Feishu => ReceiverKind::Feishu {
            hook: token,
            secret: (!channel.secret.is_empty()).then(|| ROBOT_SECRET.into()),
        },
        ChannelKind::Wecom => ReceiverKind::WeCom { key: token },
        ChannelKind::Slack => ReceiverKind::Slack { token },
        ChannelKind::Teams => ReceiverKind::Teams { signature: token },
        ChannelKind::Discord => ReceiverKind::Discord { token },
        ChannelKind::Webhook => ReceiverKind::Standard {
            secret: ENDPOINT_SECRET.into(),
        },
        ChannelKind::Cloudevents => ReceiverKind::CloudEvents {
            secret: (!channel.secret.is_empty()).then(|| ENDPOINT_SECRET.into()),
        },
    }
}

/// What messages to a simulated receiver are signed with, or known by; nothing where the address is the credential.
fn secret(kind: ChannelKind) -> Option<&'static str> {
    match kind {
        ChannelKind::Dingtalk | ChannelKind::Feishu => Some(ROBOT_SECRET),
        ChannelKind::Webhook | ChannelKind::Cloudevents => Some(ENDPOINT_SECRET),
        ChannelKind::Wecom | ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Discord => None,
    }
}
