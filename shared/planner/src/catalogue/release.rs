//! One version of a golden image: the source, all its regional copies, and what people and we wrote on them.

use std::collections::BTreeMap;

use goldcast_domain::ledger::{self, Leaving};
use goldcast_domain::{Image, ImageId, ImageRef, ImageStatus, KeyId, PolicyFile, RegionId};
use jiff::Timestamp;

use crate::{Observed, copy_name};

/// One version of a golden image: the source and all its regional copies.
#[derive(Debug)]
pub(crate) struct Release<'a> {
    /// The name of its source.
    pub(crate) name: &'a str,
    /// The id of its source, which may be gone.
    pub(crate) source_id: ImageId,
    /// When the source was created; where that cannot be known, its oldest copy.
    pub(crate) created: Timestamp,
    /// The source, while it exists.
    pub(crate) source: Option<&'a Image>,
    /// Copies that live, by region: one a region.
    pub(crate) copies: BTreeMap<&'a RegionId, &'a Image>,
    /// Copies that failed, by region.
    pub(crate) failed: BTreeMap<&'a RegionId, &'a Image>,
    /// Copies that are deprecated or in a state that nobody knows, by region.
    pub(crate) withdrawn: BTreeMap<&'a RegionId, &'a Image>,
    /// Second copies in a region; the first is in `copies`.
    pub(crate) doubles: Vec<&'a Image>,
    /// Copies whose tags in the ledger are not what they should be.
    pub(crate) untagged: Vec<&'a Image>,
}

impl<'a> Release<'a> {
    pub(crate) fn of_source(source: &'a Image, now: Timestamp) -> Self {
        Self {
            source: Some(source),
            ..Self::nameless(&source.name, source.at.image.clone(), source.created.min(now))
        }
    }

    /// A release whose source is gone.
    pub(crate) fn nameless(name: &'a str, source_id: ImageId, created: Timestamp) -> Self {
        Self {
            name,
            source_id,
            created,
            source: None,
            copies: BTreeMap::new(),
            failed: BTreeMap::new(),
            withdrawn: BTreeMap::new(),
            doubles: Vec::new(),
            untagged: Vec::new(),
        }
    }

    /// Releases are ordered by their source's creation time, then id.
    pub(crate) fn order(&self) -> (Timestamp, &ImageId) {
        (self.created, &self.source_id)
    }

    /// All its images that may be launched or are on their way there.
    pub(crate) fn images(&self) -> impl Iterator<Item = &'a Image> {
        self.source.into_iter().chain(self.copies.values().copied())
    }

    /// All its images, whatever their state.
    pub(crate) fn everything(&self) -> impl Iterator<Item = &'a Image> {
        self.images()
            .chain(self.withdrawn.values().copied())
            .chain(self.failed.values().copied())
            .chain(self.doubles.iter().copied())
    }

    /// The name that its copies under this key carry.
    pub(crate) fn copy_name(&self, key: Option<&KeyId>) -> String {
        copy_name(self.name, &self.source_id, key)
    }

    /// The source's place, for the ledger.
    pub(crate) fn source_ref(&self) -> Option<ImageRef> {
        self.source.map(|source| source.at.clone())
    }

    /// The image that speaks for the whole release: the source, or its oldest copy once the source is gone.
    pub(crate) fn speaker(&self) -> Option<&'a Image> {
        let copies = self.copies.values().chain(self.withdrawn.values()).copied();
        self.source
            .or_else(|| copies.min_by_key(|copy| (copy.created, &copy.at)))
    }

    /// What the speaker's tag says about its leaving.
    pub(crate) fn leaving(&self) -> Option<Leaving> {
        self.speaker().and_then(leaving)
    }

    /// The words of whoever took the release back, from the tag on its source or on any living copy.
    pub(crate) fn recall_tag(&self) -> Option<&'a str> {
        self.everything()
            .find_map(|image| image.tags.get(ledger::RECALL))
            .map(String::as_str)
    }

    /// Takes the copies that really are this release's; says which policy had them made.
    pub(super) fn take_copies(
        &mut self,
        claimed: Vec<&'a Image>,
        file: &PolicyFile,
        seen: &Observed,
    ) -> (Option<&'a str>, Vec<&'a Image>) {
        // The release keeps the name that it was copied under, even if someone renames the source.
        let first_name = claimed.iter().find_map(|image| {
            let release = image.tags.get(ledger::RELEASE)?;
            is_named(image, release, &self.source_id, file, seen).then_some(release.as_str())
        });
        self.name = first_name.unwrap_or(self.name);
        let (mut policy, mut liars) = (None, Vec::new());
        for image in claimed {
            let alike = self
                .source
                .is_none_or(|source| source.layout() == image.layout() || image.disks.is_empty());
            if !alike || !is_named(image, self.name, &self.source_id, file, seen) {
                liars.push(image);
                continue;
            }
            let tagged = image.tags.get(ledger::POLICY).map(String::as_str);
            self.put(image);
            if !self.is_tagged(image) {
                self.untagged.push(image);
            }
            policy = policy.or(tagged);
        }
        (policy, liars)
    }

    fn put(&mut self, image: &'a Image) {
        let region = &image.at.region;
        match image.status {
            ImageStatus::CreateFailed | ImageStatus::UnAvailable => {
                self.failed.insert(region, image);
            }
            ImageStatus::Deprecated | ImageStatus::Other => {
                self.withdrawn.insert(region, image);
            }
            ImageStatus::Creating | ImageStatus::Waiting | ImageStatus::Available => {
                let Some(kept) = self.copies.insert(region, image) else {
                    return;
                };
                // Two copies in one region: the one in a family stays, else the oldest.
                let key = |image: &Image| (image.family.is_none(), image.created, image.at.image.clone());
                let (first, second) = if key(kept) < key(image) {
                    (kept, image)
                } else {
                    (image, kept)
                };
                self.copies.insert(region, first);
                self.doubles.push(second);
            }
        }
    }

    fn is_tagged(&self, image: &Image) -> bool {
        let tag = |key| image.tags.get(key).map(String::as_str);
        tag(ledger::SOURCE) == Some(self.source_id.as_str())
            && tag(ledger::RELEASE) == Some(ledger::value(self.name))
            && tag(ledger::POLICY).is_some()
    }
}

/// What an image's tag says about its leaving.
pub(crate) fn leaving(image: &Image) -> Option<Leaving> {
    image.tags.get(ledger::STATE).and_then(|value| Leaving::parse(value))
}

/// Whether this is the name that a copy of this release has, under a key that the image can have.
pub(super) fn is_named(image: &Image, release: &str, source: &ImageId, file: &PolicyFile, seen: &Observed) -> bool {
    if !image.is_encrypted() {
        return image.name == copy_name(release, source, None);
    }
    let policies = file.policies.values();
    let wanted = policies.filter_map(|policy| policy.encrypt.get(&image.at.region));
    wanted
        .chain(key_of(image, seen))
        .any(|key| image.name == copy_name(release, source, Some(key)))
}

/// The key that an image is encrypted with, where the snapshots show it.
pub(crate) fn key_of<'s>(image: &Image, seen: &'s Observed) -> Option<&'s KeyId> {
    let snapshots = seen.snapshots.get(&image.at.region)?.known()?;
    let mut disks = image.disks.iter().filter(|disk| disk.encrypted);
    let id = disks.find_map(|disk| disk.snapshot.as_ref())?;
    snapshots.iter().find(|snapshot| snapshot.id == *id)?.key.as_ref()
}
