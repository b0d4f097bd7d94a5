//! The plan as data: actions, waits and blocks, each with its reason.

use goldcast_domain::{AccountId, FamilyName, ImageRef, PolicyName, RegionId};
use serde::Serialize;

/// What to do now, what to wait for, and what forbids going on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What to do, in order. Actions of one kind may run side by side.
    pub actions: Vec<Planned>,
    /// What has to happen by itself first.
    pub waits: Vec<Wait>,
    /// What a person must solve.
    pub blocks: Vec<Block>,
}

/// One action and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// What to do.
    #[serde(flatten)]
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// The policy that wants it.
    pub policy: PolicyName,
    /// The release it is about: the name of its source.
    pub release: String,
    /// The source image of that release: where the ledger notes who was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ImageRef>,
}

/// One thing to do, complete: whoever carries it out chooses nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action {
    /// Write down on the source that a region is at another attempt, before its failed copy is deleted.
    RecordAttempts {
        /// The source.
        source: ImageRef,
        /// The tag's new value.
        value: String,
    },
    /// Delete a copy that failed, so that its name is free again.
    DeleteFailedCopy {
        /// The failed copy.
        copy: ImageRef,
    },
    /// Copy the release to a region.
    Copy {
        /// The image to copy.
        from: ImageRef,
        /// The region to copy to.
        to: RegionId,
        /// The copy's name.
        name: String,
        /// The copy's tags: its place in the ledger.
        tags: Vec<(String, String)>,
        /// The same wish has the same token.
        client_token: String,
    },
    /// Let accounts launch an image: ten at most.
    Grant {
        /// The image.
        image: ImageRef,
        /// Who gets it.
        accounts: Vec<AccountId>,
    },
    /// Take an image away from accounts: ten at most.
    Revoke {
        /// The image.
        image: ImageRef,
        /// Who loses it.
        accounts: Vec<AccountId>,
    },
    /// Put the image into the family that people launch by.
    SetFamily {
        /// The image.
        image: ImageRef,
        /// The family.
        family: FamilyName,
    },
}

/// Who may carry out an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Any function: safe to repeat and safe side by side.
    Anyone,
    /// The sweep alone, which runs one at a time.
    SweepOnly,
}

impl Right {
    /// Whether whoever has this right may carry out an action.
    pub fn covers(self, action: &Action) -> bool {
        self == Self::SweepOnly || action.right() == Self::Anyone
    }
}

impl Action {
    /// Who may carry it out.
    pub fn right(&self) -> Right {
        match self {
            Self::Copy { .. } | Self::Grant { .. } | Self::Revoke { .. } | Self::SetFamily { .. } => Right::Anyone,
            Self::RecordAttempts { .. } | Self::DeleteFailedCopy { .. } => Right::SweepOnly,
        }
    }

    /// The region that feels it.
    pub fn region(&self) -> &RegionId {
        match self {
            Self::RecordAttempts { source: image, .. }
            | Self::DeleteFailedCopy { copy: image }
            | Self::Grant { image, .. }
            | Self::Revoke { image, .. }
            | Self::SetFamily { image, .. } => &image.region,
            Self::Copy { to, .. } => to,
        }
    }

    /// Its name in logs and tags.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecordAttempts { .. } => "record-attempts",
            Self::DeleteFailedCopy { .. } => "delete-failed-copy",
            Self::Copy { .. } => "copy",
            Self::Grant { .. } => "grant",
            Self::Revoke { .. } => "revoke",
            Self::SetFamily { .. } => "set-family",
        }
    }
}

/// Why an action is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum Reason {
    /// The policy names the region and the release has no copy there.
    NoCopyInRegion,
    /// The last copy failed; this is the given attempt.
    CopyFailed {
        /// The attempt, from 2.
        attempt: u32,
    },
    /// The accounts are in the audience and do not have the image.
    InAudience,
    /// No rule of the policy explains why these accounts have the image.
    OutsideAudience,
    /// The release is staged in every region.
    StagedEverywhere,
}

/// Something that has to happen by itself first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// What is waited for.
    #[serde(flatten)]
    pub kind: WaitKind,
    /// The policy that waits, where it is one policy's matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyName>,
    /// The release that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "wait", rename_all = "kebab-case")]
pub enum WaitKind {
    /// The source is still being built.
    SourceBeingMade {
        /// The source.
        image: ImageRef,
        /// How far it is, 0 to 100.
        progress_percent: Option<u8>,
    },
    /// The copy is running or queued by the cloud.
    CopyBeingMade {
        /// The copy.
        image: ImageRef,
        /// How far it is, 0 to 100.
        progress_percent: Option<u8>,
    },
    /// The image is there but cannot be launched yet.
    NotUsableYet {
        /// The image.
        image: ImageRef,
    },
    /// As many copies run in the region as the cloud runs at once.
    SlotsTaken {
        /// The region.
        region: RegionId,
    },
    /// The region's images could not be read.
    RegionUnread {
        /// The region.
        region: RegionId,
        /// Why.
        why: String,
    },
    /// Who has the image could not be read.
    GrantsUnread {
        /// The image.
        image: ImageRef,
        /// Why.
        why: String,
    },
    /// The resource directory could not be read.
    DirectoryUnread {
        /// Why.
        why: String,
    },
    /// Staged here, waiting for the other regions.
    OtherRegions {
        /// Regions that are not staged.
        missing: Vec<RegionId>,
    },
    /// The family was set but does not resolve to the image yet.
    FamilyNotVisible {
        /// The image.
        image: ImageRef,
    },
}

/// Something that a person must solve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// What forbids going on.
    #[serde(flatten)]
    pub kind: BlockKind,
    /// The policy it concerns, where it is one policy's matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyName>,
    /// The release it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The source image of that release: where the ledger notes who was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ImageRef>,
}

/// What forbids going on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "block", rename_all = "kebab-case")]
pub enum BlockKind {
    /// Two policies select one image.
    SelectedTwice {
        /// The image.
        image: ImageRef,
        /// Both policies.
        policies: Vec<PolicyName>,
    },
    /// The golden image is public.
    Public {
        /// The image.
        image: ImageRef,
    },
    /// The image could not be built.
    SourceFailed {
        /// The image.
        image: ImageRef,
    },
    /// Tags that the policy requires are missing.
    TagsMissing {
        /// The image.
        image: ImageRef,
        /// The tags that it lacks.
        tags: Vec<String>,
    },
    /// The source's tags leave no room for the ledger's on its copies.
    NoRoomForTags {
        /// The image.
        image: ImageRef,
        /// Its own tags.
        tags: usize,
    },
    /// The image is larger than `CopyImage` takes.
    TooLarge {
        /// The image.
        image: ImageRef,
        /// All disks, in GiB.
        size_gib: u64,
    },
    /// The image is encrypted and no key is given for its copies.
    Encrypted {
        /// The image.
        image: ImageRef,
    },
    /// Another image has the copy's name.
    NameTaken {
        /// That image.
        image: ImageRef,
        /// The name.
        name: String,
    },
    /// The copy failed as often as it is tried.
    CopyFailed {
        /// The last failed copy.
        image: ImageRef,
        /// Attempts made.
        attempts: u32,
    },
    /// More accounts than an image may be shared with.
    NoRoomForAccounts {
        /// The image.
        image: ImageRef,
        /// Who does not fit.
        accounts: Vec<AccountId>,
        /// The limit.
        limit: usize,
    },
    /// The cloud does not take this account.
    AccountRefused {
        /// The account.
        account: AccountId,
        /// The cloud's words.
        why: String,
    },
    /// Another image of the family is younger, so the family resolves to it.
    RivalInFamily {
        /// The image that wins.
        rival: ImageRef,
        /// The image that should.
        image: ImageRef,
        /// The family.
        family: FamilyName,
    },
    /// Images carry the name of a policy that the file no longer has.
    PolicyGone {
        /// One of the images.
        image: ImageRef,
        /// The policy's name in its tag.
        policy: String,
    },
}

impl Plan {
    /// Whether there is nothing to do and nothing to wait for.
    pub fn is_settled(&self) -> bool {
        self.actions.is_empty() && self.waits.is_empty()
    }

    /// The actions in stages: those of one stage may run side by side, and a stage follows the one before it.
    pub fn stages(&self) -> impl Iterator<Item = &[Planned]> {
        self.actions.chunk_by(|a, b| rank(&a.action) == rank(&b.action))
    }

    /// Takes access away first, then gives, then commits; within a kind by region. The order of rules does not show.
    pub(crate) fn in_order(mut self) -> Self {
        self.actions
            .sort_by(|a, b| (rank(&a.action), &a.action).cmp(&(rank(&b.action), &b.action)));
        self.actions.dedup();
        self.waits
            .sort_by(|a, b| (&a.policy, &a.release, &a.kind).cmp(&(&b.policy, &b.release, &b.kind)));
        self.waits.dedup();
        self.blocks
            .sort_by(|a, b| (&a.policy, &a.release, &a.kind).cmp(&(&b.policy, &b.release, &b.kind)));
        self.blocks.dedup();
        self
    }
}

/// Removing access never waits behind anything; a commit comes after everything that it promises.
fn rank(action: &Action) -> u8 {
    match action {
        Action::Revoke { .. } => 0,
        Action::RecordAttempts { .. } => 1,
        Action::DeleteFailedCopy { .. } => 2,
        Action::Copy { .. } => 3,
        Action::Grant { .. } => 4,
        Action::SetFamily { .. } => 5,
    }
}
