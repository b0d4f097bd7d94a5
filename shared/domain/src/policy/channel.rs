//! Who is told, and what: a channel as it is written. Not here: its address, which is a secret.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ChannelName;

/// Where messages go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Channel {
    /// What people call this channel.
    pub name: ChannelName,
    /// Which platform it is.
    pub kind: ChannelKind,
    /// The webhook address. It is a credential, so the file only says where it is kept.
    pub url: SecretSource,
    /// What messages are signed with.
    pub secret: SecretSource,
    /// Which messages it gets.
    pub on: BTreeSet<Topic>,
}

/// Which platform a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChannelKind {
    /// A DingTalk group robot with signature.
    Dingtalk,
    /// Any receiver of Standard Webhooks 1.0.
    Webhook,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A release can be launched by its family in every region.
    Released,
    /// An account can launch what it could not before.
    Onboarded,
    /// Something that a person must solve.
    NeedsYou,
    /// A release was taken back.
    Recalled,
}

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SecretSource {
    /// The environment variable that holds it.
    pub env: String,
}
