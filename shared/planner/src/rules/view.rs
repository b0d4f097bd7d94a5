//! What the rules look at: policy and observation, sorted into releases, within the scope of the run.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, Image, ImageRef, Policy, PolicyFile, RegionId, Scope};
use jiff::Timestamp;

use crate::catalogue::{Catalogue, Line, Refusal, Release};
use crate::{Action, Block, BlockKind, Observed, Planned, Reason, Wait, WaitKind};

/// Policy and observation, sorted into releases.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// The policy file.
    pub(crate) file: &'a PolicyFile,
    /// What was read.
    pub(crate) seen: &'a Observed,
    catalogue: Catalogue<'a>,
}

impl<'a> View<'a> {
    pub(crate) fn new(file: &'a PolicyFile, seen: &'a Observed, now: Timestamp) -> Self {
        Self {
            file,
            seen,
            catalogue: Catalogue::new(file, seen, now),
        }
    }

    /// The lines of releases, by policy.
    pub(crate) fn lines(&self) -> &[Line<'a>] {
        &self.catalogue.lines
    }

    /// Golden images that are no release, within the scope.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.catalogue.refusals.iter().filter(|refusal| match &self.seen.scope {
            Scope::Everything | Scope::InFlight => true,
            Scope::Image(image) => refusal.image == *image,
            Scope::Account(_) => false,
        })
    }

    /// Every region that a release of this policy lives in, home first.
    pub(crate) fn regions(&self, policy: &'a Policy) -> impl Iterator<Item = &'a RegionId> {
        self.file.regions_of(policy)
    }

    /// Whether images may be copied and committed in this run: an account's run only shares.
    pub(crate) fn moves_images(&self) -> bool {
        !matches!(self.seen.scope, Scope::Account(_))
    }

    /// Whether this account may be given or lose anything in this run.
    pub(crate) fn covers_account(&self, account: &AccountId) -> bool {
        match &self.seen.scope {
            Scope::Account(only) => account == only,
            Scope::Everything | Scope::Image(_) | Scope::InFlight => true,
        }
    }

    /// Whether this line has anything in scope.
    pub(crate) fn covers_line(&self, line: &Line<'a>) -> bool {
        match &self.seen.scope {
            Scope::Everything | Scope::InFlight | Scope::Account(_) => true,
            Scope::Image(image) => line.releases.iter().any(|release| has_image(release, image)),
        }
    }

    /// Whether this release is in scope for sharing.
    pub(crate) fn covers_release(&self, line: &Line<'a>, release: &Release<'a>) -> bool {
        match &self.seen.scope {
            Scope::Everything | Scope::Account(_) => true,
            Scope::Image(image) => has_image(release, image) || self.is_candidate(line, release),
            Scope::InFlight => self.is_candidate(line, release),
        }
    }

    /// The images of a line whose grants this run looks after. Whoever is outside the audience loses any of them; whoever is
    /// inside is given those of releases that people launch or are about to.
    pub(crate) fn shared<'l>(&'l self, line: &'l Line<'a>) -> impl Iterator<Item = SharedImage<'l, 'a>> {
        let releases = line
            .releases
            .iter()
            .filter(|release| self.covers_release(line, release));
        releases.flat_map(move |release| {
            let gives = Self::is_open(line.policy, release) || self.is_candidate(line, release);
            let images = release.images().filter(|image| image.is_ready());
            images.map(move |image| SharedImage { release, image, gives })
        })
    }

    /// The newest release that people launch everywhere by its family.
    pub(crate) fn current<'l>(&self, line: &'l Line<'a>) -> Option<&'l Release<'a>> {
        line.releases
            .iter()
            .rev()
            .find(|release| self.is_committed(line.policy, release))
    }

    /// Whether every image that the policy wants is there and in the family.
    pub(crate) fn is_committed(&self, policy: &'a Policy, release: &Release<'a>) -> bool {
        self.required(policy, release).all(|region| {
            release
                .image_in(region)
                .is_some_and(|image| image.family.as_ref() == Some(&policy.family))
        })
    }

    /// Whether people may be launching this release: any of its images is in the family.
    pub(crate) fn is_open(policy: &Policy, release: &Release<'a>) -> bool {
        release
            .images()
            .any(|image| image.family.as_ref() == Some(&policy.family))
    }

    /// The regions that a release must be in: all of the policy's, without the home region once its source is gone.
    pub(crate) fn required(&self, policy: &'a Policy, release: &Release<'a>) -> impl Iterator<Item = &'a RegionId> {
        let has_home = release.source.is_some();
        self.regions(policy).skip(usize::from(!has_home))
    }

    /// Whether this release is on its way to being current.
    ///
    /// Newer than the current one, and either the newest of all, or with a copy under way, or there in every region: a
    /// release keeps its slots until it is committed, and of those waiting behind it only the newest lives.
    pub(crate) fn is_candidate(&self, line: &Line<'a>, release: &Release<'a>) -> bool {
        let order = |release: &Release<'a>| (release.created, release.source_id.clone());
        if self
            .current(line)
            .is_some_and(|current| order(release) <= order(current))
        {
            return false;
        }
        line.releases
            .last()
            .is_some_and(|newest| newest.source_id == release.source_id)
            || release.copies.values().any(|copy| copy.is_being_made())
            || self
                .required(line.policy, release)
                .all(|region| release.image_in(region).is_some())
    }

    /// The candidates of a line, oldest first.
    pub(crate) fn candidates<'l>(&'l self, line: &'l Line<'a>) -> impl DoubleEndedIterator<Item = &'l Release<'a>> {
        line.releases
            .iter()
            .filter(move |release| self.is_candidate(line, release))
    }

    /// Regions of this policy whose images are not known.
    pub(crate) fn unread(&self, policy: &'a Policy) -> BTreeSet<&'a RegionId> {
        self.regions(policy)
            .filter(|region| self.seen.images_in(region).is_none())
            .collect()
    }
}

/// One image whose grants are looked after.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SharedImage<'l, 'a> {
    /// Its release.
    pub(crate) release: &'l Release<'a>,
    /// The image.
    pub(crate) image: &'a Image,
    /// Whether the audience is given it.
    pub(crate) gives: bool,
}

fn has_image(release: &Release<'_>, image: &ImageRef) -> bool {
    release
        .images()
        .chain(release.failed.values().copied())
        .any(|own| own.at == *image)
}

/// An action on a release, and why.
pub(crate) fn planned(policy: &Policy, release: &Release<'_>, action: Action, reason: Reason) -> Planned {
    let (policy, name) = (policy.name.clone(), release.name.to_owned());
    Planned {
        action,
        reason,
        policy,
        release: name,
        source: release.source_ref(),
    }
}

/// A wait of a release.
pub(crate) fn wait(policy: &Policy, release: &Release<'_>, kind: WaitKind) -> Wait {
    Wait {
        kind,
        policy: Some(policy.name.clone()),
        release: Some(release.name.to_owned()),
    }
}

/// A block of a release.
pub(crate) fn block(policy: &Policy, release: &Release<'_>, kind: BlockKind) -> Block {
    let (policy, name) = (Some(policy.name.clone()), Some(release.name.to_owned()));
    Block {
        kind,
        policy,
        release: name,
        source: release.source_ref(),
    }
}
