//! What forbids going on, as data. Not here: the words; those are the rendering's.

use std::num::NonZeroU64;

use goldcast_domain::{AccountId, Failing, FamilyName, FolderId, ImageRef, KeyId, PolicyName, RegionId, TargetId};
use serde::Serialize;

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
    /// The golden image belongs to another account.
    NotOurs {
        /// The image.
        image: ImageRef,
        /// Its owner.
        owner: AccountId,
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
        /// The tags that it lacks, `key` or `key=value`.
        tags: Vec<String>,
    },
    /// The cloud's own detection found risks.
    RisksFound {
        /// The image.
        image: ImageRef,
        /// What carries a risk.
        items: Vec<String>,
    },
    /// The source's tags leave no room for the ledger's on its copies.
    NoRoomForTags {
        /// The image.
        image: ImageRef,
        /// Tags of its own and of the policy.
        tags: usize,
    },
    /// The image is larger than `CopyImage` takes.
    TooLarge {
        /// The image.
        image: ImageRef,
        /// All disks, in GiB.
        size_gib: u64,
    },
    /// The source is encrypted and the policy gives no key for this region.
    NoKey {
        /// The source.
        image: ImageRef,
        /// The region.
        region: RegionId,
    },
    /// The source is encrypted with the service key, and the policy gives no key for a copy beside it.
    ServiceKey {
        /// The source.
        image: ImageRef,
    },
    /// The key does not exist in the region, or cannot be used.
    KeyUnusable {
        /// The region.
        region: RegionId,
        /// The key.
        key: KeyId,
        /// Whether it exists there.
        exists: bool,
    },
    /// An encrypted image of several disks cannot be shared.
    SeveralSnapshots {
        /// The image.
        image: ImageRef,
        /// Its disks.
        disks: usize,
    },
    /// Encrypted images cannot be shared in this region.
    EncryptedNotShared {
        /// The image.
        image: ImageRef,
    },
    /// The share role is missing or its trust document is broken.
    TrustBroken {
        /// The role.
        role: String,
        /// What is wrong.
        why: String,
    },
    /// The trust document cannot take the whole audience.
    TrustFull {
        /// The role.
        role: String,
        /// Characters that it would have.
        chars: usize,
        /// Characters that it may have.
        limit: usize,
    },
    /// Another image has the copy's name.
    NameTaken {
        /// That image.
        image: ImageRef,
        /// The name.
        name: String,
    },
    /// The image says it is a copy of ours and is not.
    TagsLie {
        /// The image.
        image: ImageRef,
        /// The source that it names.
        source_id: String,
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
    /// The account is named, and stands in a folder that gets the images by shelf.
    AccountTwice {
        /// The account.
        account: AccountId,
    },
    /// The policy names a folder that the directory does not know.
    NoSuchFolder {
        /// The folder.
        folder: FolderId,
    },
    /// The region has as many resource shares as it may have.
    NoRoomForShelf {
        /// The region.
        region: RegionId,
        /// The limit.
        limit: usize,
    },
    /// The region has as many resources on shares as it may have.
    NoRoomOnShelf {
        /// The image.
        image: ImageRef,
        /// The limit.
        limit: usize,
    },
    /// A share takes no more targets.
    TooManyTargets {
        /// The region.
        region: RegionId,
        /// Targets wanted.
        targets: usize,
        /// The limit.
        limit: usize,
    },
    /// The image could not be put on the shelf.
    ShelfRefusesImage {
        /// The image.
        image: ImageRef,
        /// Why.
        why: Failing,
    },
    /// The shelf could not be shared with a target.
    ShelfRefusesTarget {
        /// The region.
        region: RegionId,
        /// The target.
        target: TargetId,
        /// Why.
        why: Failing,
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
    /// The release was committed without these regions.
    RegionsLeftOut {
        /// The regions.
        regions: Vec<RegionId>,
    },
    /// The recalled release had no predecessor here: the family is empty.
    FamilyEmpty {
        /// The region.
        region: RegionId,
        /// The family.
        family: FamilyName,
    },
    /// The release was built from a recalled one.
    ParentRecalled {
        /// The source.
        image: ImageRef,
        /// The recalled release.
        parent: String,
    },
    /// More would be removed than a run may remove.
    Brake {
        /// Accounts that would lose access.
        accounts: Vec<AccountId>,
        /// Accounts that may.
        accounts_allowed: usize,
        /// Releases that would leave.
        releases: Vec<String>,
        /// Releases that may.
        releases_allowed: usize,
    },
    /// Someone changed a managed image by hand, and the policy only reports it.
    Drift {
        /// The image.
        image: ImageRef,
        /// What was changed.
        what: Drift,
    },
    /// What is offered as the next policy in object storage is refused.
    PolicyRefused {
        /// Where it is.
        object: String,
        /// Why it is refused.
        why: String,
        /// The serial that stays in force; a packaged policy may have none.
        #[serde(skip_serializing_if = "Option::is_none")]
        in_force: Option<NonZeroU64>,
    },
    /// Images carry the name of a policy that the file no longer has.
    PolicyGone {
        /// One of the images.
        image: ImageRef,
        /// The policy's name in its tag.
        policy: String,
    },
}

/// What someone changed by hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drift {
    /// The image is in another family than ours.
    Family(FamilyName),
    /// It was deprecated.
    Deprecated,
    /// Its tags in the ledger are gone or changed.
    LedgerTags,
    /// The policy selects the source no more.
    Unselected,
    /// A gate's tags are gone from the source.
    GateTags(Vec<String>),
    /// It was made public.
    Public,
}

impl BlockKind {
    /// The image that it is about, where it is about one.
    pub fn image(&self) -> Option<&ImageRef> {
        match self {
            Self::SelectedTwice { image, .. }
            | Self::Public { image }
            | Self::NotOurs { image, .. }
            | Self::SourceFailed { image }
            | Self::TagsMissing { image, .. }
            | Self::RisksFound { image, .. }
            | Self::NoRoomForTags { image, .. }
            | Self::TooLarge { image, .. }
            | Self::NoKey { image, .. }
            | Self::ServiceKey { image }
            | Self::SeveralSnapshots { image, .. }
            | Self::EncryptedNotShared { image }
            | Self::NameTaken { image, .. }
            | Self::TagsLie { image, .. }
            | Self::CopyFailed { image, .. }
            | Self::NoRoomForAccounts { image, .. }
            | Self::NoRoomOnShelf { image, .. }
            | Self::ShelfRefusesImage { image, .. }
            | Self::RivalInFamily { image, .. }
            | Self::ParentRecalled { image, .. }
            | Self::Drift { image, .. }
            | Self::PolicyGone { image, .. } => Some(image),
            Self::KeyUnusable { .. }
            | Self::TrustBroken { .. }
            | Self::TrustFull { .. }
            | Self::AccountRefused { .. }
            | Self::AccountTwice { .. }
            | Self::NoSuchFolder { .. }
            | Self::NoRoomForShelf { .. }
            | Self::TooManyTargets { .. }
            | Self::ShelfRefusesTarget { .. }
            | Self::RegionsLeftOut { .. }
            | Self::FamilyEmpty { .. }
            | Self::Brake { .. }
            | Self::PolicyRefused { .. } => None,
        }
    }

    /// Its name in logs and in the marks of what was told.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SelectedTwice { .. } => "selected-twice",
            Self::Public { .. } => "public",
            Self::NotOurs { .. } => "not-ours",
            Self::SourceFailed { .. } => "source-failed",
            Self::TagsMissing { .. } => "tags-missing",
            Self::RisksFound { .. } => "risks-found",
            Self::NoRoomForTags { .. } => "no-room-for-tags",
            Self::TooLarge { .. } => "too-large",
            Self::NoKey { .. } => "no-key",
            Self::ServiceKey { .. } => "service-key",
            Self::KeyUnusable { .. } => "key-unusable",
            Self::SeveralSnapshots { .. } => "several-snapshots",
            Self::EncryptedNotShared { .. } => "encrypted-not-shared",
            Self::TrustBroken { .. } => "trust-broken",
            Self::TrustFull { .. } => "trust-full",
            Self::NameTaken { .. } => "name-taken",
            Self::TagsLie { .. } => "tags-lie",
            Self::CopyFailed { .. } => "copy-failed",
            Self::NoRoomForAccounts { .. } => "no-room-for-accounts",
            Self::AccountRefused { .. } => "account-refused",
            Self::AccountTwice { .. } => "account-twice",
            Self::NoSuchFolder { .. } => "no-such-folder",
            Self::NoRoomForShelf { .. } => "no-room-for-shelf",
            Self::NoRoomOnShelf { .. } => "no-room-on-shelf",
            Self::TooManyTargets { .. } => "too-many-targets",
            Self::ShelfRefusesImage { .. } => "shelf-refuses-image",
            Self::ShelfRefusesTarget { .. } => "shelf-refuses-target",
            Self::RivalInFamily { .. } => "rival-in-family",
            Self::RegionsLeftOut { .. } => "regions-left-out",
            Self::FamilyEmpty { .. } => "family-empty",
            Self::ParentRecalled { .. } => "parent-recalled",
            Self::Brake { .. } => "brake",
            Self::Drift { .. } => "drift",
            Self::PolicyRefused { .. } => "policy-refused",
            Self::PolicyGone { .. } => "policy-gone",
        }
    }
}
