//! The words of goldcast as types: ids, images, members, scope and the policy file.
//!
//! Everything here is parsed once and trusted afterwards: an [`AccountId`] is an account id, a [`PolicyFile`] has been
//! checked whole. **Invariant:** this crate does no I/O, reads no clock and has no async.
//!
//! ```
//! use goldcast_domain::{AccountId, RegionId};
//!
//! let account: AccountId = "1234567890123456".parse()?;
//! let region: RegionId = "cn-hangzhou".parse()?;
//! assert_eq!(format!("{account} in {region}"), "1234567890123456 in cn-hangzhou");
//! assert!("12 34".parse::<AccountId>().is_err());
//! # Ok::<(), goldcast_domain::IdError>(())
//! ```

mod directory;
mod gather;
mod ids;
mod image;
pub mod ledger;
pub mod policy;
pub mod regions;
mod scope;
mod share;
mod snapshot;

pub use directory::{Directory, Member, MemberState, Standing};
pub use gather::{Gather, put_in_order};
pub use ids::{
    AccountId, BucketName, ChannelName, FamilyName, FolderId, IdError, ImageId, KeyId, ObjectPrefix, PolicyName,
    RegionId, RoleArn, ShareId, SnapshotId, TargetId,
};
pub use image::{Detection, Disk, Image, ImageRef, ImageStatus, Shared};
pub use policy::{Audience, Policy, PolicyFile};
pub use scope::Scope;
pub use share::{Failing, Link, Share, ShareStatus};
pub use snapshot::{Key, KeyState, Snapshot};
