//! Unsharing first: where the cloud does not let a shared image change its family, it is taken from everyone before it is
//! moved, and given once it stands in the family.
//!
//! Whether the cloud does so is documented nowhere; the policy says which it is
//! (`limits.families-move-while-shared`). Not here: who is given what, and why an image moves.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, Gather as _, ImageRef, Link};

use super::View;
use super::share::{ACCOUNTS_PER_CALL, our_shelves, shelf_ref, shelves_of};
use crate::{Action, Plan, Planned, Reason};

/// Puts what takes an image from everyone in the place of moves that the cloud would refuse.
pub(crate) fn unshare_first(view: &View<'_>, plan: &mut Plan) {
    if view.file.limits.families_move_while_shared {
        return;
    }
    let moving: BTreeSet<ImageRef> = plan
        .actions
        .iter()
        .filter_map(|planned| moved(&planned.action).cloned())
        .gather();
    for planned in std::mem::take(&mut plan.actions) {
        match moved(&planned.action) {
            Some(at) => {
                let taken = taking_back(view, at, &planned);
                // What is on its way on or off a shelf is moved by a later run.
                let changes = is_changing(view, at);
                if taken.is_empty() && !changes {
                    plan.actions.push(planned);
                } else {
                    plan.actions.extend(taken);
                }
            }
            None if gives_any(&planned.action, &moving) => {}
            None => plan.actions.push(planned),
        }
    }
}

/// The image whose family an action changes.
fn moved(action: &Action) -> Option<&ImageRef> {
    match action {
        Action::SetFamily { image, .. } | Action::Park { image, .. } => Some(image),
        _ => None,
    }
}

/// Whether an action gives somebody an image that moves in this plan.
fn gives_any(action: &Action, moving: &BTreeSet<ImageRef>) -> bool {
    match action {
        Action::Grant { image, .. } => moving.contains(image),
        Action::PutOnShelf { shelf, images, .. } => moving
            .iter()
            .any(|at| at.region == shelf.region && images.contains(&at.image)),
        _ => false,
    }
}

/// Whether an image is on its way onto a shelf of ours, or off it.
fn is_changing(view: &View<'_>, at: &ImageRef) -> bool {
    let shares = view.seen.shares_in(&at.region).unwrap_or_default();
    our_shelves(shares).any(|share| matches!(share.images.get(&at.image), Some(Link::Joining | Link::Leaving)))
}

/// What takes an image from everyone who is known to have it.
fn taking_back(view: &View<'_>, at: &ImageRef, moving: &Planned) -> Vec<Planned> {
    let instead = |action| Planned {
        action,
        reason: Reason::MovesUnshared,
        ..moving.clone()
    };
    let off = shelves_of(view, at).map(|share| {
        let (shelf, images) = (shelf_ref(share), vec![at.image.clone()]);
        instead(Action::TakeOffShelf { shelf, images })
    });
    let granted = view.seen.grants.get(at).and_then(|reading| reading.known());
    let granted: Vec<AccountId> = granted.into_iter().flatten().cloned().collect();
    let revoked = granted.chunks(ACCOUNTS_PER_CALL).map(|accounts| {
        let (image, accounts) = (at.clone(), accounts.to_vec());
        instead(Action::Revoke { image, accounts })
    });
    off.chain(revoked).collect()
}
