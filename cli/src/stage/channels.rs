//! A receiver for every channel of the policy, and the variables by which the functions find it. Nothing leaves this
//! machine, whatever the policy's real channels are.

use std::collections::BTreeMap;

use goldcast_domain::PolicyFile;
use goldcast_domain::policy::{Channel, ChannelKind, SecretSource};
use goldcast_emulator::world::{ReceiverKind, ReceiverSetup, World};

/// What messages to every simulated robot are signed with. Robots are told apart by their token.
const ROBOT_SECRET: &str = "SEC00000000000000000000000000000000000000000000000000000000simulated";
/// What messages to every simulated endpoint are signed with: the bytes 0 to 31.
const ENDPOINT_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The receivers that the world is set up with.
pub(super) fn receivers(policy: &PolicyFile) -> Vec<ReceiverSetup> {
    let receivers = policy.channels.values().map(|channel| ReceiverSetup {
        channel: channel.name.to_string(),
        kind: receiver(channel),
    });
    receivers.collect()
}

fn receiver(channel: &Channel) -> ReceiverKind {
    let token = format!("simulated-{}", channel.name).into();
    match channel.kind {
        ChannelKind::Dingtalk => ReceiverKind::DingTalk {
            access_token: token,
            secret: ROBOT_SECRET.into(),
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
            secret: ENDPOINT_SECRET.into(),
        },
    }
}

/// The variables that the policy keeps addresses and secrets in.
pub(super) fn variables(policy: &PolicyFile, world: &World) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for channel in policy.channels.values() {
        let secret = match channel.kind {
            ChannelKind::Dingtalk | ChannelKind::Feishu => ROBOT_SECRET,
            ChannelKind::Webhook | ChannelKind::Cloudevents => ENDPOINT_SECRET,
            // Their address is the credential.
            ChannelKind::Wecom | ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Discord => "",
        };
        let url = world.webhook_url(channel.name.as_str()).unwrap_or_default();
        let secrets = channel.secret.0.iter().map(|source| (source, secret.to_owned()));
        for (source, value) in std::iter::once((&channel.url, url)).chain(secrets) {
            if let SecretSource::Env(name) = source {
                variables.insert(name.clone(), value);
            }
        }
    }
    variables
}
