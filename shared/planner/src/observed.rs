//! What was read, and what could not be. Not here: reading.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{
    AccountId, Directory, FamilyName, FolderId, Image, ImageId, ImageRef, Key, KeyId, RegionId, Scope, Share, Shared,
    Snapshot, Standing,
};

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

    /// Why there is no answer, if there is none.
    pub(crate) fn silence(&self) -> Option<String> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(why) => Some(why.clone()),
        }
    }
}

/// How a key is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyName {
    /// By its id.
    Id(KeyId),
    /// As the region's service key of ECS, `alias/acs/ecs`: what it encrypts cannot be shared.
    Service,
}

/// What people offered as the next policy and is not in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRefused {
    /// Where it is: `oss://<bucket>/<key>`.
    pub object: String,
    /// Why it was refused.
    pub why: String,
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
    /// The owner's resource shares with what is on them, by region: whole listings.
    pub shares: BTreeMap<RegionId, Reading<Vec<Share>>>,
    /// The owner's snapshots, by region: whole listings.
    pub snapshots: BTreeMap<RegionId, Reading<Vec<Snapshot>>>,
    /// Keys, or nothing where there is none of that name.
    pub keys: BTreeMap<(RegionId, KeyName), Reading<Option<Key>>>,
    /// The trust document of the role that lets recipients use keys, or nothing where there is no such role.
    pub trust: Option<Reading<Option<String>>>,
    /// Whether folders exist that no member stands in.
    pub folders: BTreeMap<FolderId, Reading<bool>>,
    /// Every region that the account sees, where a run looks everywhere.
    pub regions: Option<Reading<BTreeSet<RegionId>>>,
    /// The resource directory: one whole listing.
    pub directory: Option<Reading<Directory>>,
    /// Accounts that were asked for one by one in this run.
    pub standings: BTreeMap<AccountId, Reading<Standing>>,
    /// What a family resolves to in a region, where it was asked.
    pub resolved: BTreeMap<(RegionId, FamilyName), Reading<Option<ImageId>>>,
    /// Accounts that the cloud refused in this run, each with its words.
    pub refused: BTreeMap<AccountId, String>,
    /// The policy that is offered in object storage, if it was refused.
    pub policy_refused: Option<PolicyRefused>,
    /// Why it is not sure any more, in this run, which policy is in force.
    pub policy_moved: Option<String>,
}

impl Observed {
    /// Nothing read yet.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            images: BTreeMap::new(),
            grants: BTreeMap::new(),
            shares: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            keys: BTreeMap::new(),
            trust: None,
            folders: BTreeMap::new(),
            regions: None,
            directory: None,
            standings: BTreeMap::new(),
            resolved: BTreeMap::new(),
            refused: BTreeMap::new(),
            policy_refused: None,
            policy_moved: None,
        }
    }

    /// Whether the run looked at everything and everything answered.
    pub fn is_whole(&self) -> bool {
        matches!(self.scope, Scope::Everything | Scope::Everywhere)
            && self.images.values().all(|reading| reading.known().is_some())
            && self.grants.values().all(|reading| reading.known().is_some())
            && self.shares.values().all(|reading| reading.known().is_some())
            && self.snapshots.values().all(|reading| reading.known().is_some())
            && self.keys.values().all(|reading| reading.known().is_some())
            && self.folders.values().all(|reading| reading.known().is_some())
            && self.standings.values().all(|reading| reading.known().is_some())
            && self.resolved.values().all(|reading| reading.known().is_some())
            && self.trust.as_ref().is_none_or(|reading| reading.known().is_some())
            && self.directory.as_ref().is_none_or(|reading| reading.known().is_some())
            && self.regions.as_ref().is_none_or(|reading| reading.known().is_some())
    }

    /// The whole listing of a region, if it was read.
    pub fn images_in(&self, region: &RegionId) -> Option<&[Image]> {
        self.images.get(region)?.known().map(Vec::as_slice)
    }

    /// The resource shares of a region, if they are known.
    pub fn shares_in(&self, region: &RegionId) -> Option<&[Share]> {
        self.shares.get(region)?.known().map(Vec::as_slice)
    }

    /// Who an image is granted to, if that is known: a listing that says "not shared" is an answer too.
    pub fn grants_of(&self, image: &Image) -> Option<&BTreeSet<AccountId>> {
        static NOBODY: BTreeSet<AccountId> = BTreeSet::new();
        match self.grants.get(&image.at) {
            Some(reading) => reading.known(),
            None => (image.shared == Shared::No).then_some(&NOBODY),
        }
    }

    /// An image of a listing.
    pub(crate) fn image(&self, at: &ImageRef) -> Option<&Image> {
        self.images_in(&at.region)?.iter().find(|image| image.at == *at)
    }

    /// An image of a listing, to write down what a later answer said about it.
    pub fn image_mut(&mut self, at: &ImageRef) -> Option<&mut Image> {
        match self.images.get_mut(&at.region)? {
            Reading::Known(images) => images.iter_mut().find(|image| image.at == *at),
            Reading::Unknown(_) => None,
        }
    }
}
