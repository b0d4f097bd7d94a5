//! How many shares and shared images an account has, and whether there is room for more.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, ImageId, RegionId};

use super::share::{Entity, ResourceShare, ShareStatus, SharingTarget};
use super::{Sharing, Surroundings};
use crate::cloud::context::Context;
use crate::cloud::quotas::Quota;
use crate::cloud::refusal::Refusal;

/// The region that is counted in, if not all are.
pub(super) fn counted_region<'a>(around: Surroundings<'a>, context: &Context<'_>) -> Option<&'a RegionId> {
    let per_region = context.setup.switches.sharing_quotas_per_region;
    per_region.then_some(around.region)
}

impl Sharing {
    /// An account's shares in a region or in all. Deleted ones do not count.
    pub(crate) fn count_shares(&self, account: &AccountId, region: Option<&RegionId>) -> usize {
        let counted = self.counted(account, region);
        counted.filter(|share| share.status != ShareStatus::Deleted).count()
    }

    /// The images on an account's shares in a region or in all. An image on two shares counts once.
    pub(crate) fn shared_images(&self, account: &AccountId, region: Option<&RegionId>) -> BTreeSet<&ImageId> {
        let shares = self.counted(account, region);
        shares
            .flat_map(|share| named_images(share.associations.keys()).filter(|image| share.holds(image)))
            .collect()
    }

    /// Refuses one share more than the quota.
    pub(super) fn check_share_room(&self, around: Surroundings<'_>, context: &Context<'_>) -> Result<(), Refusal> {
        let living = self.count_shares(context.account(), counted_region(around, context));
        if living < context.limit_in(around.region, Quota::ResourceShares) {
            return Ok(());
        }
        let message = "The maximum number of ResourceShare exceeds the limit.";
        Err(Refusal::conflict("QuotaExceeded.ResourceShare.Count", message))
    }

    /// Refuses one shared resource more than the quota.
    pub(super) fn check_resource_room(
        &self,
        around: Surroundings<'_>,
        context: &Context<'_>,
        entities: &[Entity],
    ) -> Result<(), Refusal> {
        let mut images = self.shared_images(context.account(), counted_region(around, context));
        let before = images.len();
        images.extend(named_images(entities));
        if images.len() == before || images.len() <= context.limit_in(around.region, Quota::SharedResources) {
            return Ok(());
        }
        let message = "The maximum number of shared resources per account exceeds the limit.";
        Err(Refusal::conflict("QuotaExceeded.SharedResource.Count", message))
    }

    /// Refuses one more open invitation than the quota.
    pub(super) fn check_invitation_room(
        &self,
        around: Surroundings<'_>,
        context: &Context<'_>,
        entities: &[Entity],
    ) -> Result<(), Refusal> {
        let outside = entities.iter().filter(|entity| match entity {
            Entity::Target(SharingTarget::Account(account)) => !around.directory.has_account(account),
            Entity::Target(_) | Entity::Image(_) => false,
        });
        let new = outside.count();
        let pending = self.pending_invitations(context.account(), counted_region(around, context), context.now);
        let most = context.limit_in(around.region, Quota::PendingInvitations);
        if new == 0 || pending.saturating_add(new) <= most {
            return Ok(());
        }
        let message = "The maximum number of pending invitations exceeds the limit.";
        Err(Refusal::conflict("QuotaExceeded.PendingInvitations", message))
    }

    fn counted(&self, account: &AccountId, region: Option<&RegionId>) -> impl Iterator<Item = &ResourceShare> {
        self.shares_of(account)
            .filter(move |share| region.is_none_or(|region| share.region == *region))
    }
}

fn named_images<'a>(entities: impl IntoIterator<Item = &'a Entity>) -> impl Iterator<Item = &'a ImageId> {
    entities.into_iter().filter_map(|entity| match entity {
        Entity::Image(image) => Some(image),
        Entity::Target(_) => None,
    })
}
