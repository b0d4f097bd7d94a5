//! What was read, and what could not be. Not here: reading.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, Directory, FamilyName, Image, ImageId, ImageRef, RegionId, Scope, Shared, Standing};

/// An answer, or why there is none. A fact that nobody asked for has no reading at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<T> {
    /// The cloud answered this.
    Known(T),
    /// It was asked and did not answer; nothing may be concluded from that.
    Unknown(String),
}

impl<T> Reading<T> {
    /// The answer, if there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(answer) => Some(answer),
            Self::Unknown(_) => None,
        }
    }
}

/// Everything that one run has read, and why it looked.
#[derive(Debug, Clone)]
pub struct Observed {
    /// Where the run was told to look.
    pub scope: Scope,
    /// The owner's images, all statuses, by region: whole listings.
    pub images: BTreeMap<RegionId, Reading<Vec<Image>>>,
    /// The accounts that an image is granted to.
    pub grants: BTreeMap<ImageRef, Reading<BTreeSet<AccountId>>>,
    /// The resource directory: one whole listing.
    pub directory: Option<Reading<Directory>>,
    /// Accounts that were asked for one by one in this run.
    pub standings: BTreeMap<AccountId, Reading<Standing>>,
    /// What a family resolves to in a region, where it was asked.
    pub resolved: BTreeMap<(RegionId, FamilyName), Reading<Option<ImageId>>>,
    /// Accounts that the cloud refused in this run, each with its words.
    pub refused: BTreeMap<AccountId, String>,
}

impl Observed {
    /// Nothing read yet.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            images: BTreeMap::new(),
            grants: BTreeMap::new(),
            directory: None,
            standings: BTreeMap::new(),
            resolved: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// The whole listing of a region, if it was read.
    pub fn images_in(&self, region: &RegionId) -> Option<&[Image]> {
        self.images.get(region)?.known().map(Vec::as_slice)
    }

    /// Who an image is granted to, if that is known: a listing that says "not shared" is an answer too.
    pub fn grants_of(&self, image: &Image) -> Option<BTreeSet<AccountId>> {
        match self.grants.get(&image.at) {
            Some(reading) => reading.known().cloned(),
            None if image.shared == Shared::No => Some(BTreeSet::new()),
            None => None,
        }
    }

    /// An image of a listing, to write down what a later answer said about it.
    pub fn image_mut(&mut self, at: &ImageRef) -> Option<&mut Image> {
        match self.images.get_mut(&at.region)? {
            Reading::Known(images) => images.iter_mut().find(|image| image.at == *at),
            Reading::Unknown(_) => None,
        }
    }
}
