//! Who besides its owner has an image: the one place where grants by account id and resource shares meet.

use super::image::Image;
use crate::cloud::context::Context;

/// Whether somebody else's image is given to the caller.
pub(super) fn is_given(image: &Image, context: &Context<'_>) -> bool {
    image.shares.contains_key(context.account())
}

/// Whether an own image is shared with anybody: such an image can be neither deleted nor deprecated.
pub(super) fn is_shared(image: &Image, _: &Context<'_>) -> bool {
    !image.shares.is_empty()
}
