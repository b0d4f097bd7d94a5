//! Why an action is planned, and what is waited for. Not here: the words; those are the rendering's.

use goldcast_domain::{AccountId, ImageRef, KeyId, RegionId};
use jiff::Timestamp;
use serde::Serialize;

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
    /// The policy names the accounts and they do not have the image.
    InAudience,
    /// Folders or the directory bring the accounts, and no shelf can carry the image.
    ByGrant {
        /// Why not.
        why: NoShelf,
    },
    /// Folders or the directory are in the audience and get what stands on the shelf.
    OnShelf,
    /// The accounts have the image from a shelf, and never both ways.
    ShelfIsEnough,
    /// No rule of the policy explains why they have it.
    OutsideAudience,
    /// The image belongs on another shelf now.
    AnotherShelf,
    /// Another shelf has the same name and is older.
    ShelfTwice,
    /// No policy wants the shelf.
    ShelfUnused,
    /// The accounts must be trusted before an encrypted image is shared with them, and nobody else.
    TrustFollows {
        /// Accounts added.
        added: usize,
        /// Accounts removed.
        removed: usize,
    },
    /// The release is staged in every region.
    StagedEverywhere,
    /// The release is in place in every region, and shared once it is in the family.
    InPlaceEverywhere,
    /// The release is staged in as many regions as the policy asks for.
    StagedEnough,
    /// The image is younger than that of the current release, so the family would resolve to it.
    WouldWin,
    /// The policy holds what is not yet committed.
    HeldUntilCommit,
    /// A person took the release back.
    Recalled {
        /// Their words.
        why: String,
    },
    /// The release after it was taken back.
    SucceedsRecalled,
    /// The policy keeps fewer releases, or none so old.
    Retired,
    /// There is a second copy in the region.
    CopyTwice,
    /// The policy goes to this region no more.
    RegionDropped,
    /// The family of a shared image cannot change, and it is about to.
    MovesUnshared,
    /// What made it leave is gone.
    Stays,
    /// Someone changed it by hand.
    HandMade,
}

/// Why an image goes by grant although folders or the directory are in its audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoShelf {
    /// The policy says so.
    PolicySaysGrant,
    /// Resource Sharing has no endpoint in the region.
    NotInRegion,
    /// Encrypted images go by grant.
    Encrypted,
    /// The audience has an exception inside a folder, and everyone fits.
    Exceptions,
    /// The image was shared by grant first, and keeps its way for life.
    GrantedFirst,
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
    /// The cloud's own detection has not ended, and the policy wants its result.
    DetectionRunning {
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
    /// The region's resource shares could not be read.
    SharesUnread {
        /// The region.
        region: RegionId,
        /// Why.
        why: String,
    },
    /// The region's snapshots could not be read.
    SnapshotsUnread {
        /// The region.
        region: RegionId,
        /// Why.
        why: String,
    },
    /// A key could not be read.
    KeyUnread {
        /// The region.
        region: RegionId,
        /// The key, or nothing for the service key.
        key: Option<KeyId>,
        /// Why.
        why: String,
    },
    /// The share role could not be read.
    TrustUnread {
        /// Why.
        why: String,
    },
    /// The share role does not trust the accounts yet.
    NotTrustedYet {
        /// The image that they are to get.
        image: ImageRef,
        /// Who.
        accounts: Vec<AccountId>,
    },
    /// The resource directory could not be read.
    DirectoryUnread {
        /// Why.
        why: String,
    },
    /// Something is on its way to the shelf or back.
    ShelfChanging {
        /// Where.
        region: RegionId,
        /// The shelf's name.
        shelf: String,
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
    /// Parked; what cannot be undone at once begins then.
    UndoWindow {
        /// When it ends.
        until: Timestamp,
    },
    /// Instances run from the image, so it stays.
    InUse {
        /// The image.
        image: ImageRef,
    },
    /// The policy rests.
    Paused,
    /// It is not sure any more which policy is in force, so nothing is taken away.
    PolicyMoved {
        /// Why not.
        why: String,
    },
}

/// What people should know, though nothing has to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum NoteKind {
    /// It is a paid image: whoever launches it pays for it
    /// (<https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>).
    RecipientsPay {
        /// The source.
        image: ImageRef,
    },
    /// Exceptions inside a folder are left out by sharing with the folders and accounts around them: whoever moves there has
    /// the images at once, and an account that becomes an exception keeps them until the next sweep.
    AroundExceptions {
        /// Folders and accounts that the shelf is shared with.
        targets: usize,
    },
}
