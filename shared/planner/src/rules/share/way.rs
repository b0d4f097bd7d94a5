//! The way of an image: shelf or grant, chosen when it is first shared and kept for its life.

use goldcast_domain::{Image, Link, Policy, regions};

use super::View;
use super::shelf;
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
pub(super) fn way(view: &View<'_>, policy: &Policy, roll: &Roll<'_>, image: &Image, gives: bool) -> WayNow {
    let Some(wanted) = &roll.standing else {
        return WayNow::Grant(NoShelf::PolicySaysGrant);
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
        // Where the policy says grant, nobody looks at shelves unless an image is given that nobody has by grant: it may
        // stand on one since the policy said otherwise.
        let nobody_has_it = view
            .seen
            .grants_of(image)
            .is_some_and(|granted| granted.is_subset(&policy.share.accounts));
        let is_first_gift = gives && nobody_has_it && roll.wanted.len() > roll.only_named.len();
        let asked = view.seen.shares.contains_key(region);
        return match roll.shelf {
            Err(why @ NoShelf::PolicySaysGrant) if !asked && !is_first_gift => WayNow::Grant(why),
            Err(_) | Ok(_) => WayNow::Unknown,
        };
    };
    let on_a_shelf = shelf::our_shelves(shares).any(|share| match share.images.get(&image.at.image) {
        Some(Link::Joining | Link::Joined | Link::Leaving) => true,
        Some(Link::Failed(_)) | None => false,
    });
    if on_a_shelf {
        let joined = shelf::first(shares, &wanted.name).is_some_and(|share| {
            share.images.get(&image.at.image) == Some(&Link::Joined)
                && wanted
                    .targets
                    .iter()
                    .all(|target| share.targets.get(target) == Some(&Link::Joined))
        });
        return WayNow::Shelf { joined };
    }
    if let Err(why) = roll.shelf {
        return WayNow::Grant(why);
    }
    // Someone whom a folder brings has it by grant already: the image was shared so first.
    if granted_first {
        return WayNow::Grant(NoShelf::GrantedFirst);
    }
    WayNow::Shelf { joined: false }
}
