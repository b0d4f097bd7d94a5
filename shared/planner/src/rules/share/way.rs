//! The way of an image: shelf or grant, chosen when it is first shared and kept for its life.

use goldcast_domain::{Image, Link, Policy, regions};

use super::shelf;
use super::View;
use crate::NoShelf;
use crate::audience::{self, Roll};

/// How folders and the directory get an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayNow {
    /// Everyone by account id.
    Grant(NoShelf),
    /// By the shelf of the audience.
    Shelf {
        /// Whether it stands there, and everyone who should has the shelf.
        joined: bool,
    },
    /// What stands on shelves could not be read.
    Unknown,
}

/// The way of this image.
pub(super) fn way(view: &View<'_>, policy: &Policy, roll: &Roll<'_>, image: &Image) -> WayNow {
    let wanted = match &roll.shelf {
        Ok(wanted) => wanted,
        Err(why) => return WayNow::Grant(*why),
    };
    let region = &image.at.region;
    if !regions::has_resource_sharing(region) {
        return WayNow::Grant(NoShelf::NotInRegion);
    }
    if image.is_encrypted() && !view.file.encryption.shelves {
        return WayNow::Grant(NoShelf::Encrypted);
    }
    // A run for one account lists no directory, so it cannot tell whom folders bring; a grant beyond the names is enough.
    let listed = audience::listing(view.seen).is_some();
    let granted = view.seen.grants.get(&image.at).and_then(|reading| reading.known());
    let granted_first = granted.into_iter().flatten().any(|account| {
        let brought = !listed || audience::is_brought(&policy.share, account, view.seen);
        brought && !policy.share.accounts.contains(account)
    });
    if !listed && granted_first {
        return WayNow::Grant(NoShelf::GrantedFirst);
    }
    let Some(shares) = view.seen.shares_in(region) else {
        return WayNow::Unknown;
    };
    let on_a_shelf = shelf::our_shelves(shares).any(|share| match share.images.get(&image.at.image) {
        Some(Link::Joining | Link::Joined | Link::Leaving) => true,
        Some(Link::Failed(_)) | None => false,
    });
    if on_a_shelf {
        let joined = shelf::first(shares, &wanted.name).is_some_and(|share| {
            share.images.get(&image.at.image) == Some(&Link::Joined)
                && wanted.targets.iter().all(|target| share.targets.get(target) == Some(&Link::Joined))
        });
        return WayNow::Shelf { joined };
    }
    // Someone whom a folder brings has it by grant already: the image was shared so first.
    if granted_first {
        return WayNow::Grant(NoShelf::GrantedFirst);
    }
    WayNow::Shelf { joined: false }
}
