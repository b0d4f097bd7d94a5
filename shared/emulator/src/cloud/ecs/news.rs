//! What happened in ECS that events tell of and no caller asked for in so many words. Not here: the events (see `audit`).

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;

use super::Ecs;
use super::snapshot::Snapshot;

/// Something to tell of.
#[derive(Debug, Clone)]
pub(crate) enum News {
    /// A snapshot was asked for by itself; those behind images are not.
    SnapshotBegun(Snapshot),
    SnapshotDeleted {
        snapshot: Snapshot,
        at: Timestamp,
    },
    /// The platform itself called an operation for a customer: an image pipeline at work.
    CalledByPlatform {
        operation: &'static str,
        account: AccountId,
        /// Where the operation was called.
        region: RegionId,
        /// The images it was about, a source first.
        images: Vec<ImageId>,
        at: Timestamp,
    },
}

impl Ecs {
    /// What has happened since the last look, in order.
    pub(crate) fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }
}
