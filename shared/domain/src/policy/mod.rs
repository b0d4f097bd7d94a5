//! `goldcast.toml` as types: who owns the images, which are golden, where they go, who gets them, who is told.
//!
//! A [`PolicyFile`] can only be made from a draft that passed every check, so nothing after it checks again. Functions
//! read it as JSON; people write TOML, which [`authoring`] reads with lines and suggestions. Not here: deciding
//! anything about an image.

#[cfg(feature = "authoring")]
pub mod authoring;
mod check;
mod select;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use check::{Finding, Findings, PathStep};
pub use select::NamePattern;

use crate::{AccountId, ChannelName, FamilyName, FolderId, PolicyName, RegionId, RoleArn};

/// Accounts that one image can be shared with unless the owner's quota was raised
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>).
pub const ACCOUNTS_PER_IMAGE_DEFAULT: usize = 50;

/// The whole policy file, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft", into = "Draft")]
pub struct PolicyFile {
    /// Who owns the images.
    pub owner: Owner,
    /// What the owner's quotas allow.
    pub limits: Limits,
    /// The policies, by name.
    pub policies: BTreeMap<PolicyName, Policy>,
    /// The channels, by name.
    pub channels: BTreeMap<ChannelName, Channel>,
}

/// The account that owns the golden images, and how to read the directory around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Owner {
    /// The account that owns the golden images (the image factory).
    pub account: AccountId,
    /// The site that the account belongs to: it decides the directory's endpoint.
    #[serde(default)]
    pub site: Site,
    /// The region where golden images are built.
    pub home_region: RegionId,
    /// How to read the resource directory. Needed by policies that share with folders or the whole directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<DirectoryAccess>,
}

/// The site that an account belongs to. Images of one site are not shared with accounts of the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Site {
    /// alibabacloud.com
    #[default]
    International,
    /// aliyun.com
    China,
}

/// How to read the resource directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DirectoryAccess {
    /// A role in the management account (or a delegated administrator's) that the functions assume.
    pub role: RoleArn,
}

/// What the owner's quotas allow, where they are not the default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Limits {
    /// Accounts that one image may be shared with ("Quota of users that can be shared per custom image").
    pub accounts_per_image: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            accounts_per_image: ACCOUNTS_PER_IMAGE_DEFAULT,
        }
    }
}

/// One policy: which images are golden, which regions, who gets them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Policy {
    /// What people call this policy. It stands in tags, logs and messages.
    pub name: PolicyName,
    /// The image family that people launch by. goldcast sets it when the release is staged everywhere.
    pub family: FamilyName,
    /// Which images of the home region are golden. All conditions must hold.
    pub select: Select,
    /// Gates: tags that a golden image must carry, whatever their value, before anything happens to it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub require_tags: BTreeSet<String>,
    /// Where copies go. The home region is always part of a release and is not named here.
    pub regions: BTreeSet<RegionId>,
    /// Who may launch the images.
    pub share: Audience,
}

/// Which images of the home region are golden.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Select {
    /// Tags that the image carries, with exactly these values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The image's name; `*` stands for any characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<NamePattern>,
}

/// Who a policy shares with: accounts, folders, the whole directory, minus exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Audience {
    /// Every member of the resource directory.
    #[serde(skip_serializing_if = "is_false")]
    pub directory: bool,
    /// Every member in these folders and in the folders below them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub folders: BTreeSet<FolderId>,
    /// These accounts, members or not.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<AccountId>,
    /// Never these accounts, whatever else says so.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub except: BTreeSet<AccountId>,
}

impl Audience {
    /// Whether the resource directory has a say in who is in it.
    pub fn asks_the_directory(&self) -> bool {
        self.directory || !self.folders.is_empty()
    }
}

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
}

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SecretSource {
    /// The environment variable that holds it.
    pub env: String,
}

/// The file as it is written, before the checks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "authoring", schemars(title = "goldcast.toml"))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Draft {
    /// Who owns the images.
    pub owner: Owner,
    /// What the owner's quotas allow.
    #[serde(default)]
    pub limits: Limits,
    /// Which images are golden, where they go and who gets them.
    #[serde(default)]
    pub policy: Vec<Policy>,
    /// Who is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Channel>,
}

impl PolicyFile {
    /// Reads the policy as functions carry it.
    ///
    /// # Errors
    /// Says what is wrong and on which line, or lists everything that the checks found.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Every region that a release of this policy lives in, the home region first.
    pub fn regions_of<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = &'a RegionId> {
        std::iter::once(&self.owner.home_region).chain(&policy.regions)
    }

    /// Every region that any policy names, and the home region.
    pub fn all_regions(&self) -> BTreeSet<&RegionId> {
        self.policies
            .values()
            .flat_map(|policy| self.regions_of(policy))
            .chain([&self.owner.home_region])
            .collect()
    }
}

impl TryFrom<Draft> for PolicyFile {
    type Error = Findings;

    fn try_from(draft: Draft) -> Result<Self, Findings> {
        let findings = check::check(&draft);
        if !findings.is_empty() {
            return Err(Findings(findings));
        }
        Ok(Self {
            owner: draft.owner,
            limits: draft.limits,
            policies: draft
                .policy
                .into_iter()
                .map(|policy| (policy.name.clone(), policy))
                .collect(),
            channels: draft
                .notify
                .into_iter()
                .map(|channel| (channel.name.clone(), channel))
                .collect(),
        })
    }
}

impl From<PolicyFile> for Draft {
    fn from(file: PolicyFile) -> Self {
        Self {
            owner: file.owner,
            limits: file.limits,
            policy: file.policies.into_values().collect(),
            notify: file.channels.into_values().collect(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
