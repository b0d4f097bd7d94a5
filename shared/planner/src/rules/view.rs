//! What the rules look at: policy and observation, sorted into releases, within the scope of the run.

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, Gather as _, Image, ImageRef, Policy, PolicyFile, PolicyName, RegionId, Scope};
use jiff::Timestamp;

use super::course::Course;
use super::share::Sharing;
use crate::audience::{Folders, Roll};
use crate::catalogue::{Catalogue, Line, Refusal, Release, key_of};
use crate::{Action, Block, BlockKind, Observed, Planned, Reason, Wait, WaitKind};

/// Policy and observation, sorted into releases.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// The policy file.
    pub(crate) file: &'a PolicyFile,
    /// What was read.
    pub(crate) seen: &'a Observed,
    /// When it is; a time in the future counts as now.
    pub(crate) now: Timestamp,
    catalogue: Catalogue<'a>,
    /// How far each release of each line is.
    courses: BTreeMap<&'a PolicyName, Course>,
    /// Who stands in which folder.
    folders: Folders<'a>,
    /// Who each policy shares with.
    rolls: BTreeMap<&'a PolicyName, Roll<'a>>,
    /// Who has each image that this run looks after, and who should.
    sharing: BTreeMap<&'a ImageRef, Sharing<'a>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(file: &'a PolicyFile, seen: &'a Observed, now: Timestamp) -> Self {
        let mut view = Self {
            file,
            seen,
            now,
            catalogue: Catalogue::new(file, seen, now),
            courses: BTreeMap::new(),
            folders: Folders::new(seen),
            rolls: BTreeMap::new(),
            sharing: BTreeMap::new(),
        };
        view.courses = Course::of_all(&view);
        view.rolls = file
            .policies
            .iter()
            .map(|(name, policy)| (name, Roll::new(file, &policy.share, seen, &view.folders)))
            .gather();
        view.sharing = Sharing::of_all(&view);
        view
    }

    /// The lines of releases, by policy.
    pub(crate) fn lines(&self) -> &[Line<'a>] {
        &self.catalogue.lines
    }

    /// Releases of policies that the file no longer has.
    pub(crate) fn orphans(&self) -> &[Release<'a>] {
        &self.catalogue.orphans
    }

    /// Golden images that are no release.
    pub(crate) fn every_refusal(&self) -> &[Refusal] {
        &self.catalogue.refusals
    }

    /// Golden images that are no release, within the scope.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.every_refusal().iter().filter(|refusal| match &self.seen.scope {
            Scope::Everything | Scope::Everywhere | Scope::InFlight => true,
            Scope::Image(image) => refusal.image == *image,
            Scope::Account(_) => false,
        })
    }

    /// Whether a policy rests.
    pub(crate) fn is_paused(&self, policy: &Policy) -> bool {
        policy.paused || self.catalogue.paused.contains(&&policy.name)
    }

    /// Who stands in which folder.
    pub(crate) fn folders(&self) -> &Folders<'a> {
        &self.folders
    }

    /// Who a policy shares with.
    pub(crate) fn roll(&self, policy: &Policy) -> Option<&Roll<'a>> {
        self.rolls.get(&policy.name)
    }

    /// Who has an image, and who should, if this run looks after it.
    pub(crate) fn sharing(&self, image: &Image) -> Option<&Sharing<'a>> {
        self.sharing.get(&image.at)
    }

    /// How far the releases of a line are.
    pub(crate) fn course(&self, line: &Line<'_>) -> Option<&Course> {
        self.courses.get(&line.policy.name)
    }

    /// Every region that a release of this policy lives in, home first.
    pub(crate) fn regions(&self, policy: &'a Policy) -> impl Iterator<Item = &'a RegionId> {
        self.file.regions_of(policy)
    }

    /// The home region.
    pub(crate) fn home(&self) -> &'a RegionId {
        &self.file.owner.home_region
    }

    /// Whether images may be copied and committed in this run: an account's run only shares.
    pub(crate) fn moves_images(&self) -> bool {
        !matches!(self.seen.scope, Scope::Account(_))
    }

    /// Whether this run looks at everything there is.
    pub(crate) fn sees_everything(&self) -> bool {
        matches!(self.seen.scope, Scope::Everything | Scope::Everywhere)
    }

    /// Whether this account may be given or lose anything in this run.
    pub(crate) fn covers_account(&self, account: &AccountId) -> bool {
        match &self.seen.scope {
            Scope::Account(only) => account == only,
            Scope::Everything | Scope::Everywhere | Scope::Image(_) | Scope::InFlight => true,
        }
    }

    /// Whether this line has anything in scope.
    pub(crate) fn covers_line(&self, line: &Line<'a>) -> bool {
        match &self.seen.scope {
            Scope::Everything | Scope::Everywhere | Scope::InFlight | Scope::Account(_) => true,
            Scope::Image(image) => line.releases.iter().any(|release| has_image(release, image)),
        }
    }

    /// Whether this release is in scope for sharing.
    pub(crate) fn covers_release(&self, line: &Line<'a>, release: &Release<'a>) -> bool {
        match &self.seen.scope {
            Scope::Everything | Scope::Everywhere | Scope::Account(_) => true,
            Scope::Image(image) => has_image(release, image) || self.is_candidate(line, release),
            Scope::InFlight => self.is_candidate(line, release),
        }
    }

    /// The release's image in a region: the source at home, unless the policy wants it under another key; a copy elsewhere.
    pub(crate) fn image_in(&self, policy: &Policy, release: &Release<'a>, region: &RegionId) -> Option<&'a Image> {
        if region == self.home() && !self.needs_home_copy(policy, release) {
            return release.source;
        }
        release.copies.get(region).copied()
    }

    /// Whether what people launch at home is a copy too: the source is not encrypted with the policy's key.
    pub(crate) fn needs_home_copy(&self, policy: &Policy, release: &Release<'a>) -> bool {
        policy.encrypt.get(self.home()).is_some_and(|key| {
            let source = release.source.filter(|source| source.is_encrypted());
            source.is_none_or(|source| key_of(source, self.seen) != Some(key))
        })
    }

    /// The regions that a release must be in: all of the policy's, without the home region once its source is gone.
    pub(crate) fn required(&self, policy: &'a Policy, release: &Release<'a>) -> impl Iterator<Item = &'a RegionId> {
        let has_home = release.source.is_some() || release.copies.contains_key(self.home());
        self.regions(policy).skip(usize::from(!has_home))
    }

    /// The images of a release that people launch, or are about to: one a region.
    pub(crate) fn launched(&self, policy: &'a Policy, release: &Release<'a>) -> impl Iterator<Item = &'a Image> {
        self.required(policy, release)
            .filter_map(|region| self.image_in(policy, release, region))
    }

    /// Regions of this policy whose images are not known.
    pub(crate) fn unread(&self, policy: &'a Policy) -> impl Iterator<Item = &'a RegionId> {
        self.regions(policy)
            .filter(|region| self.seen.images_in(region).is_none())
    }

    /// The newest release that people launch by its family.
    pub(crate) fn current<'l>(&self, line: &'l Line<'a>) -> Option<&'l Release<'a>> {
        line.releases.get(self.course(line)?.current?)
    }

    /// Whether this release is on its way to being current.
    pub(crate) fn is_candidate(&self, line: &Line<'a>, release: &Release<'a>) -> bool {
        self.course(line)
            .is_some_and(|course| course.candidates.contains(&release.source_id))
    }

    /// The candidates of a line, oldest first.
    pub(crate) fn candidates<'l>(&'l self, line: &'l Line<'a>) -> impl DoubleEndedIterator<Item = &'l Release<'a>> {
        line.releases
            .iter()
            .filter(move |release| self.is_candidate(line, release))
    }
}

/// Whether people may be launching this release: any of its images is in the family.
pub(crate) fn is_open(policy: &Policy, release: &Release<'_>) -> bool {
    release.images().any(|image| is_in_family(policy, image))
}

/// Whether an image is in the family that people launch by.
pub(crate) fn is_in_family(policy: &Policy, image: &Image) -> bool {
    image.family.as_ref() == Some(&policy.family)
}

fn has_image(release: &Release<'_>, image: &ImageRef) -> bool {
    release.everything().any(|own| own.at == *image)
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
