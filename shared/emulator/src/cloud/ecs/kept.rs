//! The images of one region, in order of age, each with the rows that listings made of it, and the pages made of rows.
//!
//! **Invariant:** what is kept is what would be made now. Nobody changes an image but through [`Images::get_mut`],
//! [`Images::edit`] and [`Images::change_grants`], which forget what the change shows in; rows that time alone changes
//! are not kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use bytes::Bytes;
use goldcast_domain::{AccountId, ImageId};
use jiff::Timestamp;

use super::image::{Image, ImageStatus};
use super::kept_grants::Grants;
use super::kept_pages::{Asked, KeptPages};
use super::{access, render};
use crate::cloud::context::Context;

/// An image, and what was made of it for listings. A listing goes through all of them, so that the image itself lies
/// elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    image: Box<Image>,
    facts: OnceLock<Facts>,
    /// The rows of [`View::Own`] unshared and shared, and of [`View::Other`].
    rows: [OnceLock<Bytes>; 3],
}

/// What every listing asks of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) owner: Option<AccountId>,
    pub(super) status: ImageStatus,
    /// Whether it is shared with anybody by account id.
    pub(super) is_granted: bool,
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
        Self::by(&Facts::of(image), image, context)
    }

    fn by(facts: &Facts, image: &Image, context: &Context<'_>) -> Self {
        if facts.owner.as_ref() == Some(context.account()) {
            Self::Own {
                shared: facts.is_granted || access::shows_shelves(image, context),
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

impl Facts {
    fn of(image: &Image) -> Self {
        Self {
            owner: image.owner.clone(),
            status: image.status,
            is_granted: !image.shares.is_empty(),
        }
    }
}

impl Kept {
    fn new(image: Image) -> Self {
        Self {
            image: Box::new(image),
            facts: OnceLock::new(),
            rows: [const { OnceLock::new() }; 3],
        }
    }

    pub(super) fn image(&self) -> &Image {
        &self.image
    }

    pub(super) fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| Facts::of(&self.image))
    }

    /// The image to be changed; what was made of it is forgotten.
    fn change(&mut self) -> &mut Image {
        self.facts.take();
        self.rows = [const { OnceLock::new() }; 3];
        &mut self.image
    }

    /// The image as a listing shows it to the caller, as JSON.
    pub(super) fn row_for(&self, context: &Context<'_>) -> Bytes {
        self.row(View::by(self.facts(), &self.image, context), context.now)
    }

    fn row(&self, view: View, now: Timestamp) -> Bytes {
        let [unshared, shared, other] = &self.rows;
        let row = match view {
            View::Own { shared: false } => unshared,
            View::Own { shared: true } => shared,
            View::Other => other,
        };
        if let Some(row) = row.get() {
            return row.clone();
        }
        let fresh = Bytes::from(render::image(&self.image, view, now).to_string());
        if render::changes_with_time(&self.image) {
            return fresh;
        }
        row.get_or_init(|| fresh).clone()
    }
}

/// The images of one region.
#[derive(Debug, Clone, Default)]
pub(super) struct Images {
    by_age: BTreeMap<(Timestamp, ImageId), Kept>,
    created: BTreeMap<ImageId, Timestamp>,
    pages: KeptPages,
    grants: Grants,
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
        self.forget();
        self.by_age.get_mut(&place).map(Kept::change)
    }

    /// Changes whom an image is granted to; removing comes first. Its owner is shown only whether there is anybody, and
    /// so most rows stay as they are.
    pub(super) fn change_grants(
        &mut self,
        id: &ImageId,
        removed: &BTreeSet<&str>,
        added: Vec<AccountId>,
        at: Timestamp,
    ) {
        let kept = self.place(id).and_then(|place| self.by_age.get_mut(&place));
        let Some(kept) = kept else { return };
        let before = kept.image.shares.is_empty();
        for account in removed {
            kept.image.shares.remove(*account);
            self.grants.remove(account, id);
        }
        for account in added {
            self.grants.add(&account, id);
            kept.image.shares.entry(account).or_insert(at);
        }
        if kept.image.shares.is_empty() == before {
            self.pages.forget_foreign();
        } else {
            kept.change();
            self.pages.forget();
        }
    }

    /// Adds an image, or replaces the one with the same id.
    pub(super) fn insert(&mut self, image: Image) {
        self.remove(&image.id);
        self.created.insert(image.id.clone(), image.created);
        let place = (image.created, image.id.clone());
        self.forget();
        self.by_age.insert(place, Kept::new(image));
    }

    pub(super) fn remove(&mut self, id: &ImageId) -> Option<Image> {
        let place = self.place(id)?;
        self.forget();
        self.created.remove(id);
        self.by_age.remove(&place).map(|kept| *kept.image)
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

    /// Anything about any image may have changed.
    fn forget(&mut self) {
        self.pages.forget();
        self.grants.forget();
    }

    /// The same images with what is known of their grants.
    pub(super) fn with_grants(&mut self) -> (&Self, &Grants) {
        self.grants.read(self.by_age.values().map(Kept::image));
        (self, &self.grants)
    }

    /// A page that was made before.
    pub(super) fn page(&self, asked: &Asked<'_>) -> Option<(usize, Bytes)> {
        self.pages.find(asked)
    }

    /// Keeps a page, unless time alone may change it.
    pub(super) fn keep_page(&mut self, asked: &Asked<'_>, total: usize, rows: &Bytes) {
        if self.values().any(render::changes_with_time) {
            return;
        }
        let others = |image: &Image| image.owner.as_ref().is_some_and(|owner| owner != asked.account);
        let meets_others = self.values().any(others);
        self.pages.keep(asked, total, rows.clone(), meets_others);
    }

    fn place(&self, id: &ImageId) -> Option<(Timestamp, ImageId)> {
        self.created.get(id).map(|created| (*created, id.clone()))
    }
}

impl Images {
    /// What is wrong with the rows and the order that are kept; for tests.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), String> {
        for ((created, id), kept) in &self.by_age {
            let image = kept.image();
            if *kept.facts() != Facts::of(image) {
                return Err(format!("what is known of {id} is out of date"));
            }
            if image.created != *created || image.id != *id || self.created.get(id) != Some(created) {
                return Err(format!("{id} is not where it belongs"));
            }
            for view in [View::Own { shared: false }, View::Own { shared: true }, View::Other] {
                if kept.row(view, now) != render::image(image, view, now).to_string() {
                    return Err(format!("the row of {id} for {view:?} is out of date"));
                }
            }
        }
        if !self.grants.is_true(self.values()) {
            return Err("what is known of the grants is out of date".to_owned());
        }
        (self.created.len() == self.by_age.len())
            .then_some(())
            .ok_or_else(|| "an image is listed twice".to_owned())
    }
}
