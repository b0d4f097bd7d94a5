//! `goldcast.toml` as types: who owns the images, which are golden, where they go, who gets them, who is told.
//!
//! A [`PolicyFile`] can only be made from a draft that passed every check, so nothing after it checks again. Functions
//! read it as JSON; people write TOML, which [`authoring`] reads with lines and suggestions. Not here: deciding
//! anything about an image.

mod audience;
#[cfg(feature = "authoring")]
pub mod authoring;
mod brakes;
mod channel;
mod check;
mod edition;
mod encryption;
mod life;
mod period;
mod quiet;
mod secret;
mod select;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

pub use audience::{Audience, Way};
pub use brakes::{Brake, Brakes, Percentage};
pub use channel::{Channel, ChannelKind, Language, Severity, Topic};
pub use check::{Finding, Findings, PathStep};
pub use edition::{Edition, Unfit};
pub use encryption::Encryption;
pub use life::{
    Commit, CommitWhen, CopyOptions, Descendants, DetectionGate, DriftRule, FamilyAtBuild, Recall, Retire, Then,
};
pub use period::{Period, PeriodError};
pub use quiet::{ClockError, ClockTime, QuietHours, UtcOffset};
pub use secret::{SecretSource, SecretSources};
pub use select::NamePattern;
pub use told::ToldPlace;

use crate::{AccountId, ChannelName, FamilyName, Gather as _, KeyId, PolicyName, RegionId, RoleArn};

/// Accounts that one image can be shared with unless the owner's quota was raised
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>).
pub const ACCOUNTS_PER_IMAGE_DEFAULT: usize = 50;

/// The whole policy file, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft", into = "Draft")]
pub struct PolicyFile {
    /// Which edition it is: it rises with every edit. Needed where the policy is kept in object storage.
    pub serial: Option<NonZeroU64>,
    /// Who owns the images.
    pub owner: Owner,
    /// What the owner's quotas allow.
    pub limits: Limits,
    /// What one run may remove.
    pub brakes: Brakes,
    /// What the cloud allows with encrypted images.
    pub encryption: Encryption,
    /// The policies, by name.
    pub policies: BTreeMap<PolicyName, Policy>,
    /// The channels, by name.
    pub channels: BTreeMap<ChannelName, Channel>,
    /// Where it is kept what they were told; there is a place if there is a channel.
    pub told: Option<ToldPlace>,
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
    /// Resource shares in one region
    /// (<https://www.alibabacloud.com/help/en/resource-management/resource-sharing/product-overview/limits>).
    pub shares: usize,
    /// Resources on all shares of one region.
    pub shared_resources: usize,
    /// Targets of one share. No figure is published.
    pub targets_per_share: usize,
    /// Whether an image's family can be changed while the image is shared. The cloud does not say; where it refuses
    /// (`ImageUseShared`), `false` makes images go into the family first and be shared after.
    pub families_move_while_shared: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            accounts_per_image: ACCOUNTS_PER_IMAGE_DEFAULT,
            shares: 10,
            shared_resources: 10,
            targets_per_share: 50,
            families_move_while_shared: true,
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
    /// Its earlier names, so that a rename orphans nothing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub formerly: BTreeSet<PolicyName>,
    /// The image family that people launch by. goldcast sets it when the release is staged everywhere.
    pub family: FamilyName,
    /// Which images of the home region are golden. All conditions must hold.
    pub select: Select,
    /// Gates: tags that a golden image must carry, whatever their value, before anything happens to it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub require_tags: BTreeSet<String>,
    /// Gates: tags that a golden image must carry with exactly these values, as an attestation of what it passed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attestations: BTreeMap<String, String>,
    /// Gate: what the cloud's own detection must say about the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detection: Option<DetectionGate>,
    /// Where copies go. The home region is always part of a release and is not named here.
    pub regions: BTreeSet<RegionId>,
    /// What copies get besides the ledger's tags.
    #[serde(default, skip_serializing_if = "is_default")]
    pub copy: CopyOptions,
    /// The key of each region whose images are encrypted. The home region may be named: then its image is a copy too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub encrypt: BTreeMap<RegionId, KeyId>,
    /// Who may launch the images.
    pub share: Audience,
    /// When a release becomes what the family resolves to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub commit: Commit,
    /// What happens to the family that a builder gave its image.
    #[serde(default, skip_serializing_if = "is_default")]
    pub family_at_build: FamilyAtBuild,
    /// Releases that stay, the current one counted; older ones are retired. Unless said, none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<usize>,
    /// Releases older than this are retired, the current one never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<Period>,
    /// What becomes of a release that is retired.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retire: Retire,
    /// What becomes of a release that is recalled.
    #[serde(default, skip_serializing_if = "is_default")]
    pub recall: Recall,
    /// Whether changes made by hand are put right.
    #[serde(default, skip_serializing_if = "is_default")]
    pub drift: DriftRule,
    /// Whether the policy rests: nothing is done for it, except that a recall still parks.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paused: bool,
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
    /// Whether a copy can be golden: for builders that copy their image to encrypt it.
    #[serde(skip_serializing_if = "is_false")]
    pub copied: bool,
}

/// The file as it is written, before the checks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "authoring", schemars(title = "goldcast.toml"))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Draft {
    /// Which edition this is, from 1: it rises with every edit. Needed where the policy is kept in object storage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<NonZeroU64>,
    /// Who owns the images.
    pub owner: Owner,
    /// What the owner's quotas allow.
    #[serde(default)]
    pub limits: Limits,
    /// What one run may remove.
    #[serde(default)]
    pub brakes: Brakes,
    /// What the cloud allows with encrypted images.
    #[serde(default)]
    pub encryption: Encryption,
    /// Which images are golden, where they go and who gets them.
    #[serde(default)]
    pub policy: Vec<Policy>,
    /// Who is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Channel>,
    /// Where it is kept what people have been told. Needed as soon as anyone is told anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<ToldPlace>,
}

impl PolicyFile {
    /// Reads the policy as functions carry it.
    ///
    /// # Errors
    /// Says what is wrong and on which line, or lists everything that the checks found.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }

    /// Every region that a release of this policy lives in, the home region first.
    pub fn regions_of<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = &'a RegionId> {
        std::iter::once(&self.owner.home_region).chain(&policy.regions)
    }

    /// The policy of this name, today's or an earlier one.
    pub fn policy_named(&self, name: &str) -> Option<&Policy> {
        self.policies.get(name).or_else(|| {
            self.policies
                .values()
                .find(|policy| policy.formerly.iter().any(|former| former.as_str() == name))
        })
    }

    /// The region of the bucket in which it is kept what people have been told.
    pub fn region_of_told(&self) -> &RegionId {
        let named = self.told.as_ref().and_then(|place| place.region.as_ref());
        named.unwrap_or(&self.owner.home_region)
    }

    /// Every region that any policy names, and the home region.
    pub fn all_regions(&self) -> BTreeSet<&RegionId> {
        self.policies
            .values()
            .flat_map(|policy| self.regions_of(policy))
            .chain([&self.owner.home_region])
            .gather()
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
            serial: draft.serial,
            owner: draft.owner,
            limits: draft.limits,
            brakes: draft.brakes,
            encryption: draft.encryption,
            policies: draft
                .policy
                .into_iter()
                .map(|policy| (policy.name.clone(), policy))
                .gather(),
            channels: draft
                .notify
                .into_iter()
                .map(|channel| (channel.name.clone(), channel))
                .gather(),
            told: draft.told,
        })
    }
}

impl From<PolicyFile> for Draft {
    fn from(file: PolicyFile) -> Self {
        Self {
            serial: file.serial,
            owner: file.owner,
            limits: file.limits,
            brakes: file.brakes,
            encryption: file.encryption,
            policy: file.policies.into_values().collect(),
            notify: file.channels.into_values().collect(),
            told: file.told,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
