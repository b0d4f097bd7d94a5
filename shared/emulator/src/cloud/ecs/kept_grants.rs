//! Whom the images of one region are granted to, the other way round: a member's listing would else ask every image.
//! Not here: when that is out of date, which the images say (`kept`).

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, ImageId};

use super::image::Image;

type ByAccount = BTreeMap<AccountId, BTreeSet<ImageId>>;

/// The images granted to each account; nothing while that is not known.
#[derive(Debug, Clone, Default)]
pub(super) struct Grants(Option<ByAccount>);

impl Grants {
    /// Reads all grants, unless they are known.
    pub(super) fn read<'a>(&mut self, images: impl Iterator<Item = &'a Image>) {
        self.0.get_or_insert_with(|| by_account(images));
    }

    pub(super) fn forget(&mut self) {
        self.0 = None;
    }

    pub(super) fn add(&mut self, account: &AccountId, image: &ImageId) {
        if let Some(known) = &mut self.0 {
            known.entry(account.clone()).or_default().insert(image.clone());
        }
    }

    pub(super) fn remove(&mut self, account: &str, image: &ImageId) {
        if let Some(images) = self.0.as_mut().and_then(|known| known.get_mut(account)) {
            images.remove(image);
        }
    }

    /// Whether an image is granted to an account; only after [`read`](Self::read).
    pub(super) fn has(&self, account: &AccountId, image: &ImageId) -> bool {
        let images = self.0.as_ref().and_then(|known| known.get(account));
        images.is_some_and(|images| images.contains(image))
    }

    /// Whether what is known is true; for tests.
    pub(super) fn is_true<'a>(&self, images: impl Iterator<Item = &'a Image>) -> bool {
        let fresh = by_account(images);
        self.0.as_ref().is_none_or(|known| {
            let known = known.iter().filter(|(_, images)| !images.is_empty());
            known.eq(fresh.iter())
        })
    }
}

fn by_account<'a>(images: impl Iterator<Item = &'a Image>) -> ByAccount {
    let mut grants = ByAccount::new();
    for image in images {
        for account in image.shares.keys() {
            grants.entry(account.clone()).or_default().insert(image.id.clone());
        }
    }
    grants
}
