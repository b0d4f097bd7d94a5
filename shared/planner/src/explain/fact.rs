//! The facts of an explanation as data, and what would change them. Not here: the words; those are the rendering's.

use goldcast_domain::{AccountId, FamilyName, FolderId, ImageRef, KeyId, PolicyName, RegionId};
use serde::Serialize;

use crate::{Action, BlockKind, NoShelf, WaitKind};

/// One fact of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// A policy releases into the family.
    Covered {
        /// The policy.
        policy: PolicyName,
        /// Its family.
        family: FamilyName,
    },
    /// No policy releases into the family.
    NotCovered {
        /// The family.
        family: FamilyName,
    },
    /// There is no such image.
    NotListed {
        /// The image.
        image: ImageRef,
    },
    /// No policy selects the image, and it is no copy of ours.
    NotSelected {
        /// The image.
        image: ImageRef,
    },
    /// No image is golden by the policy.
    NothingGolden {
        /// The policy.
        policy: PolicyName,
    },
    /// The policy selects the release, and it passed the gates.
    Golden {
        /// The release: the name of its source.
        release: String,
        /// The policy.
        policy: PolicyName,
    },
    /// A person must solve something first.
    Blocked(BlockKind),
    /// Something has to happen first, or could not be read.
    Waiting(WaitKind),
    /// A person took the release back.
    Recalled {
        /// The release.
        release: String,
        /// Their words.
        why: String,
    },
    /// The release is retired; until it is withdrawn, who has it can launch it by its id.
    Retired {
        /// The release.
        release: String,
    },
    /// The release is neither recalled nor retired.
    Stays {
        /// The release.
        release: String,
    },
    /// The policy does not go to the region.
    OutsideRegions {
        /// The policy.
        policy: PolicyName,
        /// The region.
        region: RegionId,
    },
    /// The release has no image in the region.
    NoImage {
        /// The release.
        release: String,
        /// The region.
        region: RegionId,
    },
    /// The release's image in the region.
    InPlace {
        /// The release.
        release: String,
        /// The image.
        image: ImageRef,
    },
    /// The image is available and usable.
    Ready {
        /// The image.
        image: ImageRef,
    },
    /// The image could not be made.
    Failed {
        /// The image.
        image: ImageRef,
    },
    /// The image is deprecated, or in a state that nobody knows.
    Withdrawn {
        /// The image.
        image: ImageRef,
    },
    /// The image is not encrypted.
    Plain {
        /// The image.
        image: ImageRef,
    },
    /// The image is encrypted, under a key that can be used.
    UnderKey {
        /// The image.
        image: ImageRef,
        /// The key.
        key: KeyId,
    },
    /// The account owns the image.
    Owner {
        /// The account.
        account: AccountId,
    },
    /// The policy names the account.
    Named {
        /// The account.
        account: AccountId,
    },
    /// A folder of the policy brings the account.
    InFolder {
        /// The account.
        account: AccountId,
        /// The folder.
        folder: FolderId,
    },
    /// The policy shares with the whole directory, and the account is a member.
    InDirectory {
        /// The account.
        account: AccountId,
    },
    /// The policy excepts the account.
    Excepted {
        /// The account.
        account: AccountId,
    },
    /// No rule of the policy includes the account.
    Outside {
        /// The account.
        account: AccountId,
        /// Where it stands in the directory, if it does.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
    },
    /// The account is on its way out of the directory: it is given nothing and loses nothing.
    Closing {
        /// The account.
        account: AccountId,
    },
    /// Whether the account is in the audience is not known.
    Unproved {
        /// The account.
        account: AccountId,
    },
    /// The share role trusts the account with the key.
    Trusted {
        /// The role.
        role: String,
        /// The account.
        account: AccountId,
    },
    /// The share role does not trust the account.
    NotTrusted {
        /// The role.
        role: String,
        /// The account.
        account: AccountId,
    },
    /// The account gets it from a shelf.
    ByShelf {
        /// The shelf's name.
        shelf: String,
    },
    /// The account gets it by grant.
    ByGrant {
        /// Why not by shelf, where folders or the directory bring the account.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<NoShelf>,
    },
    /// The image is shared with the account.
    Shared {
        /// The image.
        image: ImageRef,
        /// The account.
        account: AccountId,
    },
    /// The image is not shared with the account.
    NotShared {
        /// The image.
        image: ImageRef,
        /// The account.
        account: AccountId,
    },
    /// The family resolves to the image.
    Resolves {
        /// The family.
        family: FamilyName,
        /// The image.
        image: ImageRef,
    },
    /// The image is not in the family yet.
    NotCommitted {
        /// The image.
        image: ImageRef,
        /// The family.
        family: FamilyName,
    },
    /// The image is parked in a family that nobody launches by.
    Parked {
        /// The image.
        image: ImageRef,
        /// The parking family.
        family: FamilyName,
    },
    /// The policy rests, which takes nothing away.
    Rests {
        /// The policy.
        policy: PolicyName,
    },
    /// Whoever launches the image pays for it.
    Paid {
        /// The image.
        image: ImageRef,
    },
}

/// What would change a fact.
#[derive(Debug)]
pub(crate) enum Remedy<'a> {
    /// The next run does it.
    NextRun(&'a Action),
    /// It passes by itself.
    ByItself,
    /// What the block says.
    Fix(&'a BlockKind),
    /// The policy must go on first.
    GoOn(&'a PolicyName),
    /// A policy must name the family.
    NameFamily,
    /// A policy must select the image.
    Select,
    /// An image must be built.
    Build,
    /// The tag of the recall must go.
    EndRecall,
    /// The policy must keep more.
    KeepMore,
    /// The policy must go to the region.
    AddRegion(&'a RegionId),
    /// The exception must go.
    EndExcept,
    /// The account must be included.
    Include,
    /// Another release is on its way there.
    Newer(&'a str),
}
