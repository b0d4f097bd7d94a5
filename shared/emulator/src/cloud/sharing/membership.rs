//! Who is reached by what is on a share. Membership is followed: the question is answered at the moment it is asked,
//! so whoever joins a folder gets what its shares hold, and whoever leaves loses it, without a call.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, ImageId, RegionId};

use super::share::{FailureReason, ResourceShare, SharingTarget};
use super::{Sharing, Surroundings};
use crate::cloud::directory::Directory;
use crate::cloud::{Cloud, Image};

/// What Resource Sharing means for one call to ECS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shelves {
    held: BTreeSet<ImageId>,
    received: BTreeSet<ImageId>,
}

impl Shelves {
    /// The shares of a region as `caller` meets them.
    pub(crate) fn of(sharing: &Sharing, around: Surroundings<'_>, caller: &AccountId) -> Self {
        let mut shelves = Self::default();
        for share in sharing.shares(around.region) {
            if share.owner == *caller {
                let held = share.associations.keys().filter_map(|entity| match entity {
                    super::Entity::Image(image) => Some(image),
                    super::Entity::Target(_) => None,
                });
                shelves.held.extend(held.filter(|image| share.holds(image)).cloned());
            } else if share.reaches(caller, around.directory) {
                shelves.received.extend(share.images().map(|(image, _)| image.clone()));
            }
        }
        shelves
    }

    /// Whether an own image is on a share, on its way onto one, or not quite off one.
    pub(crate) fn hold(&self, image: &ImageId) -> bool {
        self.held.contains(image)
    }

    /// Whether somebody else's image is given to the caller by a share.
    pub(crate) fn give(&self, image: &ImageId) -> bool {
        self.received.contains(image)
    }
}

impl SharingTarget {
    /// Whether an account is meant. Only members are, the management account if it is named itself.
    pub(in crate::cloud) fn reaches(&self, account: &AccountId, directory: &Directory) -> bool {
        match self {
            Self::Directory(id) => directory.id() == id && directory.is_member(account),
            Self::Folder(folder) => directory.is_under(account, folder),
            Self::Account(named) => named == account && directory.has_account(account),
        }
    }
}

impl ResourceShare {
    /// Whether an image is on the share and in force.
    fn gives(&self, image: &ImageId) -> bool {
        self.images().any(|(held, _)| held == image)
    }

    /// Whether an account is given what is on the share.
    pub(super) fn reaches(&self, account: &AccountId, directory: &Directory) -> bool {
        let invited = |target: &SharingTarget| matches!(target, SharingTarget::Account(one) if one == account);
        let mut targets = self.targets();
        *account != self.owner
            && targets.any(|(target, association)| {
                target.reaches(account, directory) || (association.external && invited(target))
            })
    }
}

impl Cloud {
    /// The accounts other than its owner that can launch from an image now: those it is granted to by account id, and
    /// those that a resource share gives it to.
    pub fn launchers(&self, region: &RegionId, image: &ImageId) -> BTreeSet<AccountId> {
        let mut launchers = self.on_shelf(region, image);
        if let Some(image) = self.ecs.image(region, image) {
            launchers.extend(image.shares.keys().cloned());
        }
        launchers
    }

    /// Whether some account has an image both by account id and by a resource share, which the cloud calls
    /// inconsistent.
    pub fn is_shared_both_ways(&self, region: &RegionId, image: &ImageId) -> bool {
        let reached = self.on_shelf(region, image);
        let image = self.ecs.image(region, image);
        image.is_some_and(|image| image.shares.keys().any(|account| reached.contains(account)))
    }

    /// The shares of a region, deleted ones too as long as their record stays.
    pub fn resource_shares<'a>(&'a self, region: &RegionId) -> impl Iterator<Item = &'a ResourceShare> + use<'a> {
        self.sharing.shares(region)
    }

    /// A fault: the next association that is asked for in a region ends as `Failed` for this reason. Several calls queue.
    pub fn fail_next_association(&mut self, region: &RegionId, reason: FailureReason) {
        self.sharing.doom(region, reason);
    }

    /// Whether somebody else's image is given to an account, one way or the other.
    pub(in crate::cloud) fn is_given(&self, region: &RegionId, image: &Image, account: &AccountId) -> bool {
        let mut shares = self.sharing.shares(region);
        image.shares.contains_key(account)
            || shares.any(|share| share.gives(&image.id) && share.reaches(account, &self.directory))
    }

    /// The accounts that resource shares give an image to.
    fn on_shelf(&self, region: &RegionId, image: &ImageId) -> BTreeSet<AccountId> {
        let shares = self.sharing.shares(region);
        let holding: Vec<&ResourceShare> = shares.filter(|share| share.gives(image)).collect();
        let invited = holding.iter().flat_map(|share| share.targets());
        let invited = invited.filter_map(|(target, association)| {
            let SharingTarget::Account(account) = target else {
                return None;
            };
            association.external.then_some(account)
        });
        let accounts = self.directory.accounts().chain(invited);
        accounts
            .filter(|account| holding.iter().any(|share| share.reaches(account, &self.directory)))
            .cloned()
            .collect()
    }
}

impl Sharing {
    fn doom(&mut self, region: &RegionId, reason: FailureReason) {
        self.doomed.entry(region.clone()).or_default().push_back(reason);
    }
}
