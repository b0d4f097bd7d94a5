//! How many images and snapshots an account has in a region, and whether there is room for more.

use goldcast_domain::{AccountId, RegionId};

use super::Ecs;
use crate::cloud::context::Context;
use crate::cloud::quotas::Quota;
use crate::cloud::refusal::Refusal;

impl Ecs {
    /// Every region there is, whether shown to callers or not.
    pub(crate) fn all_regions(&self) -> impl Iterator<Item = &RegionId> {
        self.regions.keys()
    }

    /// An account's own images in a region, failed ones too as long as they are listed.
    pub(crate) fn count_images(&self, region: &RegionId, account: &AccountId) -> usize {
        self.images(region).filter(|image| image.belongs_to(account)).count()
    }

    /// An account's own snapshots in a region.
    pub(crate) fn count_snapshots(&self, region: &RegionId, account: &AccountId) -> usize {
        let snapshots = self.snapshots(region);
        snapshots.filter(|snapshot| snapshot.owner == *account).count()
    }

    /// Refuses one more image, or snapshots for so many more disks, in a region that is full.
    pub(super) fn check_room(&self, region: &RegionId, disks: usize, context: &Context<'_>) -> Result<(), Refusal> {
        let account = context.account();
        if self.count_images(region, account) >= context.limit_in(region, Quota::Images) {
            let message = "The maximum number of images is exceeded.";
            return Err(Refusal::forbidden("QuotaExceed.Image", message));
        }
        let snapshots = self.count_snapshots(region, account).saturating_add(disks);
        if snapshots > context.limit_in(region, Quota::Snapshots) {
            let message = "The snapshot quota exceeds.";
            return Err(Refusal::forbidden("QuotaExceed.Snapshot", message));
        }
        Ok(())
    }
}
