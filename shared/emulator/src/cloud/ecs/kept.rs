//! The images of one region, in order of age, each with the rows that listings made of it.
//!
//! **Invariant:** a row that is kept is the row that would be made now. Nobody changes an image but through
//! [`Images::get_mut`] and [`Images::edit`], and both forget its rows first; rows that time alone changes are not kept.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use bytes::Bytes;
use goldcast_domain::ImageId;
use jiff::Timestamp;

use super::image::Image;
use super::{access, render};
use crate::cloud::context::Context;

/// An image, and what was rendered of it.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    image: Image,
    /// The rows of [`View::Own`] unshared and shared, and of [`View::Other`].
    rows: [OnceLock<Bytes>; 3],
}

/// Everything about who looks that changes what is seen of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// The owner, who is also told whether the image is shared.
    Own { shared: bool },
    /// Anybody else.
    Other,
}

impl View {
    /// The caller's view of an image.
    pub(super) fn of(image: &Image, context: &Context<'_>) -> Self {
        if image.belongs_to(context.account()) {
            Self::Own {
                shared: access::shows_as_shared(image, context),
            }
        } else {
            Self::Other
        }
    }

    /// Whether the viewer owns the image.
    pub(super) fn is_own(self) -> bool {
        matches!(self, Self::Own { .. })
    }
}

impl Kept {
    fn new(image: Image) -> Self {
        Self {
            image,
            rows: [const { OnceLock::new() }; 3],
        }
    }

    pub(super) fn image(&self) -> &Image {
        &self.image
    }

    /// The image as a listing shows it, as JSON.
    pub(super) fn row(&self, view: View, now: Timestamp) -> Bytes {
        let render = || Bytes::from(render::image(&self.image, view, now).to_string());
        if render::changes_with_time(&self.image) {
            return render();
        }
        let [unshared, shared, other] = &self.rows;
        let row = match view {
            View::Own { shared: false } => unshared,
            View::Own { shared: true } => shared,
            View::Other => other,
        };
        row.get_or_init(render).clone()
    }
}

/// The images of one region.
#[derive(Debug, Clone, Default)]
pub(super) struct Images {
    by_age: BTreeMap<(Timestamp, ImageId), Kept>,
    created: BTreeMap<ImageId, Timestamp>,
}

impl Images {
    /// All images, oldest first; of one age in order of id.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &Image> {
        self.by_age.values().map(Kept::image)
    }

    /// All images, newest first, as listings have them.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Kept> {
        self.by_age.values().rev()
    }

    pub(super) fn get(&self, id: &ImageId) -> Option<&Image> {
        self.by_age.get(&self.place(id)?).map(Kept::image)
    }

    /// An image to be changed, in anything but its id and its age.
    pub(super) fn get_mut(&mut self, id: &ImageId) -> Option<&mut Image> {
        let place = self.place(id)?;
        let kept = self.by_age.get_mut(&place)?;
        kept.rows = [const { OnceLock::new() }; 3];
        Some(&mut kept.image)
    }

    /// Adds an image, or replaces the one with the same id.
    pub(super) fn insert(&mut self, image: Image) {
        self.remove(&image.id);
        self.created.insert(image.id.clone(), image.created);
        let place = (image.created, image.id.clone());
        self.by_age.insert(place, Kept::new(image));
    }

    pub(super) fn remove(&mut self, id: &ImageId) -> Option<Image> {
        let place = self.place(id)?;
        self.created.remove(id);
        self.by_age.remove(&place).map(|kept| kept.image)
    }

    /// Changes anything about an image; `false` if there is none.
    pub(super) fn edit(&mut self, id: &ImageId, edit: impl FnOnce(&mut Image)) -> bool {
        let Some(mut image) = self.remove(id) else {
            return false;
        };
        edit(&mut image);
        self.insert(image);
        true
    }

    fn place(&self, id: &ImageId) -> Option<(Timestamp, ImageId)> {
        self.created.get(id).map(|created| (*created, id.clone()))
    }
}

impl Images {
    /// What is wrong with the rows and the order that are kept; for tests.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), String> {
        for ((created, id), kept) in &self.by_age {
            let image = &kept.image;
            if image.created != *created || image.id != *id || self.created.get(id) != Some(created) {
                return Err(format!("{id} is not where it belongs"));
            }
            for view in [View::Own { shared: false }, View::Own { shared: true }, View::Other] {
                if kept.row(view, now) != render::image(image, view, now).to_string() {
                    return Err(format!("the row of {id} for {view:?} is out of date"));
                }
            }
        }
        (self.created.len() == self.by_age.len())
            .then_some(())
            .ok_or_else(|| "an image is listed twice".to_owned())
    }
}
