//! What the images are to us: which are sources, which are copies, which releases they make, in which order.
//!
//! Tags alone convince nobody: a copy counts only if the cloud says that it is one, under the name that its release
//! gives it, with its source's disk layout.

use std::collections::BTreeMap;

use goldcast_domain::{
    AccountId, Image, ImageId, ImageRef, ImageStatus, Policy, PolicyFile, PolicyName, RegionId, ledger,
};
use jiff::Timestamp;

use crate::{BlockKind, Observed, WaitKind, copy_name};

/// Largest image that `CopyImage` takes, all disks together
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/copy-an-image>); above it, snapshots are copied instead.
pub const LAYOUT_GIB_MAX: u64 = 2048;

/// The releases of one policy, oldest first.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// Its releases, by creation time of the source, then id.
    pub(crate) releases: Vec<Release<'a>>,
}

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
}

impl<'a> Release<'a> {
    /// The release's image in a region: the source at home, a copy elsewhere.
    pub(crate) fn image_in(&self, region: &RegionId) -> Option<&'a Image> {
        match self.source {
            Some(source) if source.at.region == *region => Some(source),
            _ => self.copies.get(region).copied(),
        }
    }

    /// All its images.
    pub(crate) fn images(&self) -> impl Iterator<Item = &'a Image> {
        self.source.into_iter().chain(self.copies.values().copied())
    }

    /// The name that its copies carry.
    pub(crate) fn copy_name(&self) -> String {
        copy_name(self.name, &self.source_id)
    }

    /// The source's place, for the ledger.
    pub(crate) fn source_ref(&self) -> Option<ImageRef> {
        self.source.map(|source| source.at.clone())
    }
}

/// What keeps an image from being a release of a policy, and which policy would have it.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The policy, where it is one policy's matter.
    pub(crate) policy: Option<PolicyName>,
    /// The image.
    pub(crate) image: ImageRef,
    /// Its name: the release it would be.
    pub(crate) name: String,
    /// Why not, or why not yet.
    pub(crate) why: Why,
}

/// Why an image is not a release.
#[derive(Debug)]
pub(crate) enum Why {
    /// A person must solve it.
    Block(BlockKind),
    /// It will pass by itself.
    Wait(WaitKind),
}

/// All lines, and what did not become a release.
#[derive(Debug)]
pub(crate) struct Catalogue<'a> {
    /// A line per policy, by name.
    pub(crate) lines: Vec<Line<'a>>,
    /// Golden images that are no release.
    pub(crate) refusals: Vec<Refusal>,
}

impl<'a> Catalogue<'a> {
    /// Sorts out every image that was listed.
    pub(crate) fn new(file: &'a PolicyFile, observed: &'a Observed, now: Timestamp) -> Self {
        let mut catalogue = Self {
            lines: Vec::new(),
            refusals: Vec::new(),
        };
        let mut copies = claimed_copies(observed);
        let home = observed.images_in(&file.owner.home_region).unwrap_or_default();
        let mut releases: BTreeMap<&PolicyName, Vec<Release<'a>>> = BTreeMap::new();
        for source in home
            .iter()
            .filter(|image| is_ours(image, &file.owner.account) && !image.is_copied)
        {
            let mut release = Release {
                name: &source.name,
                source_id: source.at.image.clone(),
                created: source.created.min(now),
                source: Some(source),
                copies: BTreeMap::new(),
                failed: BTreeMap::new(),
            };
            let claimed = copies.remove(&source.at.image).unwrap_or_default();
            let entered = release.take_copies(claimed);
            let policy = match entered.and_then(|name| file.policies.get_key_value(name)) {
                // Selection and gates are judged at entry: a release with copies stays one.
                Some((name, _)) => Some(name),
                None => catalogue.admit(file, source),
            };
            if let Some(policy) = policy {
                releases.entry(policy).or_default().push(release);
            }
        }
        for (source_id, claimed) in copies {
            catalogue.adopt_orphans(file, source_id, claimed, now, &mut releases);
        }
        for (name, policy) in &file.policies {
            let mut releases = releases.remove(name).unwrap_or_default();
            releases.sort_by(|a, b| (a.created, &a.source_id).cmp(&(b.created, &b.source_id)));
            catalogue.lines.push(Line { policy, releases });
        }
        catalogue
    }

    /// Judges a new golden image: the one policy that selects it, unless something forbids it.
    fn admit(&mut self, file: &'a PolicyFile, source: &Image) -> Option<&'a PolicyName> {
        let mut selecting = file
            .policies
            .iter()
            .filter(|(_, policy)| policy.select.matches(&source.name, &source.tags));
        let (name, policy) = selecting.next()?;
        let others: Vec<_> = selecting.map(|(name, _)| name.clone()).collect();
        let refusal = |policy, why| Refusal {
            policy,
            image: source.at.clone(),
            name: source.name.clone(),
            why,
        };
        if !others.is_empty() {
            let policies = [vec![name.clone()], others].concat();
            let kind = BlockKind::SelectedTwice {
                image: source.at.clone(),
                policies,
            };
            self.refusals.push(refusal(None, Why::Block(kind)));
            return None;
        }
        match hindrance(policy, source) {
            Some(why) => {
                self.refusals.push(refusal(Some(name.clone()), why));
                None
            }
            None => (source.status == ImageStatus::Available).then_some(name),
        }
    }

    /// Copies whose source is gone stay a release: whoever launches by them must not notice.
    fn adopt_orphans(
        &mut self,
        file: &'a PolicyFile,
        source_id: ImageId,
        claimed: Vec<&'a Image>,
        now: Timestamp,
        releases: &mut BTreeMap<&'a PolicyName, Vec<Release<'a>>>,
    ) {
        let Some(first) = claimed.iter().min_by_key(|image| (image.created, &image.at)).copied() else {
            return;
        };
        let mut release = Release {
            name: first
                .tags
                .get(ledger::RELEASE)
                .map_or(first.name.as_str(), String::as_str),
            source_id,
            created: first.created.min(now),
            source: None,
            copies: BTreeMap::new(),
            failed: BTreeMap::new(),
        };
        let Some(tag) = release.take_copies(claimed) else {
            return;
        };
        if let Some((name, _)) = file.policies.get_key_value(tag) {
            releases.entry(name).or_default().push(release);
        } else {
            let kind = BlockKind::PolicyGone {
                image: first.at.clone(),
                policy: tag.to_owned(),
            };
            let (image, name) = (first.at.clone(), release.name.to_owned());
            self.refusals.push(Refusal {
                policy: None,
                image,
                name,
                why: Why::Block(kind),
            });
        }
    }
}

impl<'a> Release<'a> {
    /// Takes the copies that really are this release's; says which policy had them made.
    fn take_copies(&mut self, claimed: Vec<&'a Image>) -> Option<&'a str> {
        // The release keeps the name that it was copied under, even if someone renames the source.
        let first_name = claimed.iter().find_map(|image| {
            let release = image.tags.get(ledger::RELEASE)?;
            (copy_name(release, &self.source_id) == image.name).then_some(release.as_str())
        });
        self.name = first_name.unwrap_or(self.name);
        let name = self.copy_name();
        let mut policy = None;
        for image in claimed {
            let alike = self
                .source
                .is_none_or(|source| source.layout() == image.layout() || image.disks.is_empty());
            if image.name != name || !alike {
                continue;
            }
            let tagged = image.tags.get(ledger::POLICY).map(String::as_str);
            match image.status {
                ImageStatus::CreateFailed | ImageStatus::UnAvailable => {
                    self.failed.insert(&image.at.region, image);
                }
                // Withdrawn by a person, or something newer than this program: it exists, and nothing is done to it.
                ImageStatus::Deprecated | ImageStatus::Other => {}
                ImageStatus::Creating | ImageStatus::Waiting | ImageStatus::Available => {
                    let kept = self.copies.entry(&image.at.region).or_insert(image);
                    // Two copies in one region: the one in a family stays, else the oldest.
                    let key = |image: &Image| (image.family.is_none(), image.created, image.at.image.clone());
                    if key(image) < key(kept) {
                        *kept = image;
                    }
                }
            }
            policy = policy.or(tagged);
        }
        policy
    }
}

/// Images that say they are copies of ours, by the source they name.
fn claimed_copies(observed: &Observed) -> BTreeMap<ImageId, Vec<&Image>> {
    let mut claims: BTreeMap<ImageId, Vec<&Image>> = BTreeMap::new();
    for image in observed.images.values().filter_map(|reading| reading.known()).flatten() {
        let source = image.tags.get(ledger::SOURCE).and_then(|id| id.parse::<ImageId>().ok());
        if let Some(source) = source.filter(|_| image.is_copied && !image.is_public) {
            claims.entry(source).or_default().push(image);
        }
    }
    claims
}

fn is_ours(image: &Image, owner: &AccountId) -> bool {
    image.owner.as_ref().is_none_or(|account| account == owner)
}

/// What keeps a selected image from being released.
fn hindrance(policy: &Policy, source: &Image) -> Option<Why> {
    let image = source.at.clone();
    let own_tags = source
        .tags
        .keys()
        .filter(|key| !key.starts_with(ledger::PREFIX))
        .count();
    let missing: Vec<_> = policy
        .require_tags
        .iter()
        .filter(|key| !source.tags.contains_key(*key))
        .cloned()
        .collect();
    let block = if source.is_public {
        BlockKind::Public { image }
    } else if matches!(source.status, ImageStatus::CreateFailed | ImageStatus::UnAvailable) {
        BlockKind::SourceFailed { image }
    } else if !missing.is_empty() {
        BlockKind::TagsMissing { image, tags: missing }
    } else if own_tags + ledger::OWN_TAGS_MAX > ledger::TAGS_MAX {
        BlockKind::NoRoomForTags { image, tags: own_tags }
    } else if source.is_encrypted() {
        BlockKind::Encrypted { image }
    } else if source.total_gib() > LAYOUT_GIB_MAX {
        BlockKind::TooLarge {
            image,
            size_gib: source.total_gib(),
        }
    } else if source.is_being_made() {
        return Some(Why::Wait(WaitKind::SourceBeingMade {
            image,
            progress_percent: source.progress_percent,
        }));
    } else if source.status == ImageStatus::Available && !source.usable {
        return Some(Why::Wait(WaitKind::NotUsableYet { image }));
    } else {
        return None;
    };
    Some(Why::Block(block))
}

/// Whether an image is any policy's business: selected by one, or a copy that says it is ours.
///
/// It saves everything but one read for events about other people's images.
pub fn concerns(file: &PolicyFile, image: &Image) -> bool {
    let selected = || {
        file.policies
            .values()
            .any(|policy| policy.select.matches(&image.name, &image.tags))
    };
    image.tags.keys().any(|key| key.starts_with(ledger::PREFIX)) || (!image.is_copied && selected())
}
