//! What is done, in words.

use std::fmt;

use super::Listed;
use crate::Action;

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetFamily { image, family } => write!(f, "put {image} into the family {family}"),
            Self::Park { image, family } => write!(f, "park {image} in {family}"),
            Self::CancelCopy { copy } => write!(f, "cancel the copy {copy}"),
            Self::Revoke { image, accounts } => write!(f, "stop sharing {image} with {}", Listed(accounts)),
            Self::TakeOffShelf { shelf, images } => {
                write!(
                    f,
                    "take {} off the shelf {} in {}",
                    Listed(images),
                    shelf.name,
                    shelf.region
                )
            }
            Self::DropTargets { shelf, targets } => {
                write!(
                    f,
                    "stop sharing the shelf {} in {} with {}",
                    shelf.name,
                    shelf.region,
                    Listed(targets)
                )
            }
            Self::RecordAttempts { source, value } => write!(f, "note the attempts {value:?} on {source}"),
            Self::RecordLeaving { image, value } => write!(f, "note {value:?} on {image}"),
            Self::ForgetLeaving { image } => write!(f, "take the note off {image} that it is leaving"),
            Self::Restore { image } => write!(f, "make {image} available again"),
            Self::Retag { image, .. } => write!(f, "write the ledger's tags on {image} again"),
            Self::DeleteFailedCopy { copy } => write!(f, "delete the failed copy {copy}"),
            Self::RewriteTrust { role, .. } => write!(f, "rewrite whom the role {role} trusts"),
            Self::CreateShelf { region, name, targets } => {
                write!(f, "create the shelf {name} in {region} for {}", Listed(targets))
            }
            Self::AddTargets { shelf, targets } => {
                write!(
                    f,
                    "share the shelf {} in {} with {}",
                    shelf.name,
                    shelf.region,
                    Listed(targets)
                )
            }
            Self::Copy {
                from, to, name, key, ..
            } => {
                write!(f, "copy {from} to {to} as {name}")?;
                key.iter().try_for_each(|key| write!(f, ", encrypted with {key}"))
            }
            Self::Grant { image, accounts } => write!(f, "share {image} with {}", Listed(accounts)),
            Self::PutOnShelf { shelf, images } => {
                write!(
                    f,
                    "put {} on the shelf {} in {}",
                    Listed(images),
                    shelf.name,
                    shelf.region
                )
            }
            Self::Deprecate { image } => write!(f, "deprecate {image}"),
            Self::TagSnapshots {
                region,
                snapshots,
                release,
            } => {
                write!(f, "write {release} on the snapshots {} in {region}", Listed(snapshots))
            }
            Self::DeleteImage { image } => write!(f, "delete {image}"),
            Self::DeleteSnapshot { region, snapshot } => write!(f, "delete the snapshot {snapshot} in {region}"),
            Self::DeleteShelf { shelf } => write!(f, "delete the shelf {} in {}", shelf.name, shelf.region),
        }
    }
}
