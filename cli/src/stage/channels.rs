//! A receiver for every channel of the policy, and the variables by which the functions find it. Nothing leaves this
//! machine, whatever the policy's real channels are.

use std::collections::BTreeMap;

use goldcast_domain::PolicyFile;
use goldcast_domain::policy::{ChannelKind, SecretSource};
use goldcast_emulator::world::{ReceiverKind, ReceiverSetup, World};

/// What messages to every simulated robot are signed with. Robots are told apart by their token.
const ROBOT_SECRET: &str = "SEC00000000000000000000000000000000000000000000000000000000simulated";
/// What messages to every simulated endpoint are signed with: the bytes 0 to 31.
const ENDPOINT_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The receivers that the world is set up with.
pub(super) fn receivers(policy: &PolicyFile) -> Vec<ReceiverSetup> {
    let receivers = policy.channels.values().filter_map(|channel| {
        Some(ReceiverSetup {
            channel: channel.name.to_string(),
            kind: match channel.kind {
                ChannelKind::Dingtalk => ReceiverKind::DingTalk {
                    access_token: format!("simulated-{}", channel.name).into(),
                    secret: ROBOT_SECRET.into(),
                },
                ChannelKind::Webhook => ReceiverKind::Standard {
                    secret: ENDPOINT_SECRET.into(),
                },
                ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Discord | ChannelKind::Cloudevents => {
                    return None;
                }
            },
        })
    });
    receivers.collect()
}

/// The variables that the policy keeps addresses and secrets in.
pub(super) fn variables(policy: &PolicyFile, world: &World) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for channel in policy.channels.values() {
        let secret = match channel.kind {
            ChannelKind::Dingtalk => ROBOT_SECRET,
            ChannelKind::Webhook | ChannelKind::Cloudevents => ENDPOINT_SECRET,
            // Their address is the credential.
            ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Discord => "",
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
