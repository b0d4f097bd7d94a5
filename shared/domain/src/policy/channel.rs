//! Who is told, and what: a channel as it is written. Not here: its address, which is a secret.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{QuietHours, SecretSource, SecretSources, is_default, is_false};
use crate::{AccountId, ChannelName, FolderId};

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
    /// What messages are signed with: one, or a list while secrets are rotated; none where the platform signs nothing.
    #[serde(default, skip_serializing_if = "SecretSources::is_empty")]
    pub secret: SecretSources,
    /// Which messages it gets.
    pub on: BTreeSet<Topic>,
    /// The lightest messages that it gets.
    #[serde(default, skip_serializing_if = "is_default")]
    pub severity: Severity,
    /// Only accounts in these folders, or below them, are worth a message about who comes and goes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub folders: BTreeSet<FolderId>,
    /// Only these accounts are, besides those in the folders.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<AccountId>,
    /// Who is mentioned where a person is needed: ids as the platform knows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mention: Vec<String>,
    /// When nobody wants to hear anything; what falls into it comes as one summary afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
    /// The language of its messages.
    #[serde(default, skip_serializing_if = "is_default")]
    pub language: Language,
    /// Whether the address may lead into a private network.
    #[serde(default, skip_serializing_if = "is_false")]
    pub allow_private: bool,
}

impl Channel {
    /// Whether it only hears of some of the accounts that come and go.
    pub fn is_about_some_accounts(&self) -> bool {
        !self.folders.is_empty() || !self.accounts.is_empty()
    }
}

/// Which platform a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChannelKind {
    /// A DingTalk group robot.
    Dingtalk,
    /// A custom bot of Feishu or Lark.
    Feishu,
    /// A WeCom group robot.
    Wecom,
    /// A Slack incoming webhook.
    Slack,
    /// A Microsoft Teams workflow that waits for a webhook request.
    Teams,
    /// A Discord webhook.
    Discord,
    /// Any receiver of Standard Webhooks 1.0.
    Webhook,
    /// Any receiver of CloudEvents 1.0 over HTTP.
    Cloudevents,
}

impl ChannelKind {
    /// How many secrets a channel of this kind signs with; more than one serve a rotation.
    pub fn secrets(self) -> RangeInclusive<usize> {
        match self {
            Self::Wecom | Self::Slack | Self::Teams | Self::Discord => 0..=0,
            Self::Cloudevents => 0..=3,
            Self::Dingtalk | Self::Feishu => 0..=1,
            Self::Webhook => 1..=3,
        }
    }
}

/// How much a message wants to be read, lightest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    #[default]
    Info,
    /// Something is not as it should be, and nobody has to act now.
    Warning,
    /// People must act, or must know at once.
    Critical,
}

/// The language of a channel's messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh")]
    Chinese,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A release is on its way into its regions.
    ReleaseStarted,
    /// A release can be launched by its family in every region.
    Released,
    /// Something that a person must solve.
    NeedsYou,
    /// A release was taken back.
    Recalled,
    /// An account can launch what it could not before.
    Onboarded,
    /// An account can no longer launch what it could before.
    Offboarded,
    /// Something is not as it should be, and nobody has to act now.
    Drift,
}

impl Topic {
    /// How much such messages want to be read.
    pub fn severity(self) -> Severity {
        match self {
            Self::ReleaseStarted | Self::Released | Self::Onboarded | Self::Offboarded => Severity::Info,
            Self::Drift => Severity::Warning,
            Self::NeedsYou | Self::Recalled => Severity::Critical,
        }
    }
}
