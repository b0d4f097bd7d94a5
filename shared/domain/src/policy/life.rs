//! The life of a release as a policy wants it: its gates, its commit, its retirement, its recall.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Period;

/// When a release becomes what the family resolves to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Commit {
    /// Which regions must be staged first.
    pub when: CommitWhen,
    /// Regions that are still not staged so long after the source was created are left out, and that is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub give_up_after: Option<Period>,
}

/// Which regions must be staged before the first is committed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CommitWhen {
    /// Every region, the home region included.
    #[default]
    AllRegions,
    /// Each region by itself.
    PerRegion,
    /// So many regions, the home region counted; the others follow as they are staged.
    Quorum(usize),
}

/// What happens to the family that a builder gave its image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FamilyAtBuild {
    /// It stays: whoever launches by the family in the home region gets the new image before the others do.
    #[default]
    Keep,
    /// The image is parked until its release is committed.
    Hold,
}

/// What becomes of a release that is retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Retire {
    /// Days between parking and the first step that cannot be undone at once.
    pub undo_days: u16,
    /// Whether the snapshots of deleted images are deleted too.
    pub delete_snapshots: bool,
    /// Whether sources, which others built, are deleted too; else they are only taken back.
    pub delete_sources: bool,
}

impl Default for Retire {
    fn default() -> Self {
        Self {
            undo_days: 7,
            delete_snapshots: false,
            delete_sources: false,
        }
    }
}

/// What becomes of a release that is recalled, once it is parked everywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Recall {
    /// How far it goes.
    pub then: Then,
    /// What becomes of releases built from it, which say so in the tag `goldcast:parent`.
    pub descendants: Descendants,
}

/// How far a recall goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// It stays parked: nobody gets it by the family, who names its id still can.
    Park,
    /// It is taken from everyone.
    #[default]
    Unshare,
    /// And deprecated.
    Deprecate,
    /// And deleted, as a retired release is.
    Delete,
}

/// What becomes of releases that were built from a recalled one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Descendants {
    /// People are told.
    #[default]
    Report,
    /// They are recalled with it.
    Recall,
}

/// What a golden image must have passed before anything happens to it, beyond the tags it must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DetectionGate {
    /// The cloud's detection must have finished and found nothing.
    Clean,
    /// The cloud's detection must have finished, whatever it found.
    Finished,
}

/// Whether changes made by hand on managed images are put right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DriftRule {
    /// They are.
    #[default]
    Repair,
    /// They are only reported.
    Report,
}

/// What copies get besides the ledger's tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct CopyOptions {
    /// The resource group of the copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_group: Option<String>,
    /// Their description, 2 to 256 characters; else it says where the copy comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// More tags.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}
