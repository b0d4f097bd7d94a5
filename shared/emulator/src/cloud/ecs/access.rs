//! Who besides its owner has an image: the one place where grants by account id and resource shares meet.

use super::image::Image;
use crate::cloud::context::Context;

/// Whether somebody else's image is given to the caller.
pub(super) fn is_given(image: &Image, context: &Context<'_>) -> bool {
    image.shares.contains_key(context.account()) || context.shelves.give(&image.id)
}

/// Whether an own image is shared with anybody: such an image can be neither deleted nor deprecated.
pub(super) fn is_shared(image: &Image, context: &Context<'_>) -> bool {
    !image.shares.is_empty() || context.shelves.hold(&image.id)
}

/// Whether an own image that only a resource share gives away is listed as shared: the switch decides.
pub(super) fn shows_shelves(image: &Image, context: &Context<'_>) -> bool {
    context.setup.switches.shelves_show_as_self_shared && context.shelves.hold(&image.id)
}

/// Whether the caller can launch from an image: own, the cloud's, public, or given.
pub(super) fn is_seen(image: &Image, context: &Context<'_>) -> bool {
    match &image.owner {
        None => true,
        Some(owner) => owner == context.account() || image.is_public || is_given(image, context),
    }
}
