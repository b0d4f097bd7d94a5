//! How much an account has of what a quota limits.

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;

use super::{Place, Quota};
use crate::cloud::directory::Directory;
use crate::cloud::ecs::Ecs;
use crate::cloud::sharing::Sharing;

/// The products that are counted in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage<'a> {
    pub(crate) ecs: &'a Ecs,
    pub(crate) directory: &'a Directory,
    pub(crate) sharing: &'a Sharing,
}

impl Usage<'_> {
    /// `TotalUsage`. Of a quota that each image has, it is the image nearest to the limit.
    pub(super) fn of(self, place: &Place, now: Timestamp) -> usize {
        let Place { quota, account, region } = place;
        let region = region.as_ref();
        match quota {
            Quota::AccountsPerImage => region.map_or(0, |region| self.most_shared(region, account)),
            Quota::Images => region.map_or(0, |region| self.ecs.count_images(region, account)),
            Quota::Snapshots => region.map_or(0, |region| self.ecs.count_snapshots(region, account)),
            Quota::Folders if self.directory.is_management(account) => self.directory.count_folders(),
            Quota::Members if self.directory.is_management(account) => self.directory.members().count(),
            Quota::Folders | Quota::Members => 0,
            Quota::ResourceShares => self.sharing.count_shares(account, region),
            Quota::SharedResources => self.sharing.shared_images(account, region).len(),
            Quota::PendingInvitations => self.sharing.pending_invitations(account, region, now),
        }
    }

    fn most_shared(self, region: &RegionId, account: &AccountId) -> usize {
        let own = self.ecs.images(region).filter(|image| image.belongs_to(account));
        own.map(|image| image.shares.len()).max().unwrap_or_default()
    }
}
