//! What is waited for, in words.

use std::fmt;

use super::{Listed, Percent, list};
use crate::{Wait, WaitKind};

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.release, &self.policy) {
            (Some(release), _) => write!(f, "{release}: ")?,
            (None, Some(policy)) => write!(f, "{policy}: ")?,
            (None, None) => {}
        }
        write!(f, "{}", self.kind)
    }
}

impl fmt::Display for WaitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SourceBeingMade {
                image,
                progress_percent,
            } => {
                write!(f, "{image} is still being built{}", Percent(*progress_percent))
            }
            Self::CopyBeingMade {
                image,
                progress_percent,
            } => {
                write!(f, "the copy {image} is under way{}", Percent(*progress_percent))
            }
            Self::DetectionRunning { image } => {
                write!(f, "the cloud's detection of risks on {image} has no result yet")
            }
            Self::NotUsableYet { image } => write!(f, "{image} cannot be launched yet"),
            Self::SlotsTaken { region } => write!(f, "all copy slots in {region} are taken"),
            Self::RegionUnread { region, why } => write!(f, "the images in {region} could not be read: {why}"),
            Self::GrantsUnread { image, why } => write!(f, "who has {image} could not be read: {why}"),
            Self::SharesUnread { region, why } => write!(f, "the resource shares in {region} could not be read: {why}"),
            Self::SnapshotsUnread { region, why } => write!(f, "the snapshots in {region} could not be read: {why}"),
            Self::KeyUnread {
                region,
                key: Some(key),
                why,
            } => {
                write!(f, "the key {key} in {region} could not be read: {why}")
            }
            Self::KeyUnread { region, key: None, why } => {
                write!(f, "the service key in {region} could not be read: {why}")
            }
            Self::TrustUnread { why } => write!(f, "the share role could not be read: {why}"),
            Self::NotTrustedYet { image, accounts } => {
                write!(
                    f,
                    "the share role must trust {} before they get {image}",
                    Listed(accounts)
                )
            }
            Self::ShelfChanging { region, shelf } => write!(f, "the shelf {shelf} in {region} is still changing"),
            Self::UndoWindow { until } => write!(f, "parked; it is taken back from {until:.0} on"),
            Self::InUse { image } => write!(f, "instances run from {image}, so it stays"),
            Self::Paused => f.write_str("the policy is paused"),
            Self::PolicyMoved { why } => write!(f, "nothing is taken away before the next run: {why}"),
            Self::DirectoryUnread { why } => write!(f, "the resource directory could not be read: {why}"),
            Self::OtherRegions { missing } => {
                f.write_str("staged, waiting for ")?;
                list(f, missing)
            }
            Self::FamilyNotVisible { image } => write!(f, "the family does not resolve to {image} yet"),
        }
    }
}
