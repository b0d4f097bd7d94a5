//! Releases as the ledger tells of them: names and tags of the images that were listed. It serves to show them and to
//! find the one that a person means; what is done about them is the planner's.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::ledger::{self, Leaving, LeavingStage};
use goldcast_domain::{Image, ImageId, ImageRef, ImageStatus, Policy, PolicyFile, PolicyName, RegionId};
use goldcast_planner::Observed;
use jiff::Timestamp;
use serde::Serialize;

use super::scope::written;
use super::trouble::Trouble;

/// What our parking families begin with.
const PARKED: &str = "goldcast-parked-";

/// One version of a golden image, and all that is known of it.
#[derive(Debug, Clone)]
pub(super) struct Release<'a> {
    pub(super) policy: &'a Policy,
    pub(super) name: &'a str,
    /// The id of its source, which may be gone.
    pub(super) source_id: ImageId,
    created: Timestamp,
    source: Option<&'a Image>,
    /// The source and all copies, whatever their state, oldest first.
    pub(super) images: Vec<&'a Image>,
}

/// Where a release stands among the others of its policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub(super) enum Standing {
    /// People launch it by the family.
    Current,
    /// It is on its way to being current.
    OnItsWay,
    /// It was current before.
    Earlier,
    /// A newer one was current before it was.
    Overtaken,
    /// A person took it back.
    Recalled {
        /// Their words.
        why: String,
    },
    /// It is being retired.
    Retiring {
        /// Since when.
        since: Timestamp,
    },
    /// All that can be taken back has been.
    Gone {
        /// Since when.
        since: Timestamp,
    },
}

/// What there is of a release in a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(super) enum State {
    /// The region was not read.
    Unread,
    /// No image.
    Absent,
    /// It waits for a copy slot.
    Queued,
    /// It is being made.
    Making {
        /// How far it is, 0 to 100.
        progress_percent: Option<u8>,
    },
    /// It could not be made.
    Failed,
    /// It was withdrawn from use.
    Deprecated,
    /// It cannot be launched yet.
    NotUsableYet,
    /// It can be launched by its id.
    InPlace,
    /// It is in the family that people launch by.
    InFamily,
    /// It is in a family that nobody launches by.
    Parked,
}

/// Every release of every policy, by policy and then oldest first.
pub(super) fn releases<'a>(file: &'a PolicyFile, seen: &'a Observed) -> Vec<Release<'a>> {
    let mut copies: BTreeMap<ImageId, Vec<&Image>> = BTreeMap::new();
    let mut sources: Vec<&Image> = Vec::new();
    for image in seen.images.values().filter_map(|reading| reading.known()).flatten() {
        match image.tags.get(ledger::SOURCE).map(|id| id.parse()) {
            Some(Ok(source)) if image.is_copied => copies.entry(source).or_default().push(image),
            None if image.at.region == file.owner.home_region => sources.push(image),
            Some(_) | None => {}
        }
    }
    let mut releases: Vec<Release<'a>> = Vec::new();
    for source in sources {
        let own = copies.remove(&source.at.image).unwrap_or_default();
        let policy = entered(file, &own).or_else(|| selecting(file, source));
        releases.extend(policy.map(|policy| Release::of(policy, source.at.image.clone(), Some(source), own)));
    }
    for (source_id, own) in copies {
        releases.extend(entered(file, &own).map(|policy| Release::of(policy, source_id, None, own)));
    }
    let order = |release: &Release<'_>| (release.policy.name.clone(), release.created, release.source_id.clone());
    releases.sort_by_key(order);
    releases
}

/// The release that a person means: by `REGION/ID` or the id of any of its images, or by its name.
pub(super) fn find<'a>(file: &'a PolicyFile, seen: &'a Observed, wanted: &str) -> Result<Release<'a>, Trouble> {
    let all = releases(file, seen);
    let is_meant = |image: &Image| image.at.image.as_str() == wanted || written(&image.at) == wanted;
    let means = |release: &&Release<'a>| release.name == wanted || release.images.iter().any(|image| is_meant(image));
    let mut found: Vec<Release<'a>> = all.iter().filter(means).cloned().collect();
    match (found.pop(), found.is_empty()) {
        (Some(release), true) => Ok(release),
        (Some(release), false) => Err(Trouble::Ambiguous {
            wanted: wanted.to_owned(),
            meant: found.iter().chain([&release]).filter_map(Release::written).collect(),
        }),
        (None, _) => Err(unread(file, seen).unwrap_or_else(|| Trouble::NotFound {
            wanted: wanted.to_owned(),
            known: all.iter().rev().map(|release| release.name.to_owned()).collect(),
        })),
    }
}

/// A region that was not read may hold what is looked for.
fn unread(file: &PolicyFile, seen: &Observed) -> Option<Trouble> {
    let mut dark = file
        .all_regions()
        .into_iter()
        .filter(|region| seen.images_in(region).is_none());
    dark.next().map(|region| Trouble::Unlisted {
        region: region.clone(),
        why: match seen.images.get(region) {
            Some(goldcast_planner::Reading::Unknown(why)) => why.clone(),
            Some(goldcast_planner::Reading::Known(_)) | None => "it was not asked".to_owned(),
        },
    })
}

/// The policy that had these copies made.
fn entered<'a>(file: &'a PolicyFile, copies: &[&Image]) -> Option<&'a Policy> {
    let mut names = copies.iter().filter_map(|copy| copy.tags.get(ledger::POLICY));
    names.find_map(|name| file.policy_named(name))
}

/// The policy that selects this source.
fn selecting<'a>(file: &'a PolicyFile, source: &Image) -> Option<&'a Policy> {
    let mut policies = file.policies.values();
    policies
        .find(|policy| policy.select.matches(&source.name, &source.tags) && (policy.select.copied || !source.is_copied))
}

impl<'a> Release<'a> {
    fn of(policy: &'a Policy, source_id: ImageId, source: Option<&'a Image>, copies: Vec<&'a Image>) -> Self {
        let mut images: Vec<&Image> = source.into_iter().chain(copies).collect();
        images.sort_by_key(|image| (image.created, &image.at));
        let tagged = images.iter().find_map(|image| image.tags.get(ledger::RELEASE));
        let first = source.or_else(|| images.first().copied());
        Self {
            policy,
            name: tagged
                .map(String::as_str)
                .or_else(|| first.map(|image| image.name.as_str()))
                .unwrap_or_default(),
            source_id,
            created: first.map_or(Timestamp::UNIX_EPOCH, |image| image.created),
            source,
            images,
        }
    }

    /// The image that speaks for it: the source, or its oldest copy once the source is gone.
    pub(super) fn speaker(&self) -> Option<&'a ImageRef> {
        let oldest = || self.images.iter().find(|image| !is_broken(image));
        let speaker = self.source.or_else(|| oldest().copied());
        speaker.map(|image| &image.at)
    }

    /// The speaker as it is typed.
    pub(super) fn written(&self) -> Option<String> {
        self.speaker().map(written)
    }

    /// Its image in a region: of several the one that people launch, else the one made last.
    pub(super) fn image_in(&self, region: &RegionId) -> Option<&'a Image> {
        let mut here = self.images.iter().filter(|image| image.at.region == *region).copied();
        here.clone()
            .find(|image| self.is_in_family(image))
            .or_else(|| here.next_back())
    }

    /// What there is of it in a region.
    pub(super) fn state_in(&self, region: &RegionId, seen: &Observed) -> State {
        if seen.images_in(region).is_none() {
            return State::Unread;
        }
        let Some(image) = self.image_in(region) else {
            return State::Absent;
        };
        let is_parked = image
            .family
            .as_ref()
            .is_some_and(|family| family.as_str().starts_with(PARKED));
        match image.status {
            ImageStatus::Waiting => State::Queued,
            ImageStatus::Creating => State::Making {
                progress_percent: image.progress_percent,
            },
            ImageStatus::UnAvailable | ImageStatus::CreateFailed | ImageStatus::Other => State::Failed,
            ImageStatus::Deprecated => State::Deprecated,
            ImageStatus::Available if self.is_in_family(image) => State::InFamily,
            ImageStatus::Available if is_parked => State::Parked,
            ImageStatus::Available if !image.usable => State::NotUsableYet,
            ImageStatus::Available => State::InPlace,
        }
    }

    /// Every region in which people launch it by the family.
    pub(super) fn launched_in(&self) -> BTreeSet<&'a RegionId> {
        let launched = self.images.iter().filter(|image| self.is_in_family(image));
        launched.map(|image| &image.at.region).collect()
    }

    /// The words of whoever took it back, and the images that carry them.
    pub(super) fn recall(&self) -> Option<(&'a str, Vec<&'a ImageRef>)> {
        let tagged = |image: &&'a Image| image.tags.get(ledger::RECALL).map(|why| (why.as_str(), &image.at));
        let mut tagged = self.images.iter().filter_map(tagged).peekable();
        let why = tagged.peek()?.0;
        Some((why, tagged.map(|(_, at)| at).collect()))
    }

    fn leaving(&self) -> Option<Leaving> {
        let mut notes = self.images.iter().filter_map(|image| image.tags.get(ledger::STATE));
        notes.find_map(|note| Leaving::parse(note))
    }

    fn is_in_family(&self, image: &Image) -> bool {
        image.family.as_ref() == Some(&self.policy.family)
    }
}

fn is_broken(image: &Image) -> bool {
    matches!(image.status, ImageStatus::CreateFailed | ImageStatus::UnAvailable)
}

/// Where each of these releases stands; they are in the order of [`releases`].
pub(super) fn standings(file: &PolicyFile, releases: &[Release<'_>]) -> Vec<Standing> {
    let mut current: BTreeMap<&PolicyName, usize> = BTreeMap::new();
    let mut is_whole: BTreeSet<&PolicyName> = BTreeSet::new();
    for (position, release) in releases.iter().enumerate() {
        let (name, launched) = (&release.policy.name, release.launched_in());
        if launched.is_empty() || release.recall().is_some() || release.leaving().is_some() {
            continue;
        }
        // One that is launched only here and there counts as current while none is everywhere.
        if file.regions_of(release.policy).all(|region| launched.contains(region)) {
            is_whole.insert(name);
            current.insert(name, position);
        } else if !is_whole.contains(name) {
            current.insert(name, position);
        }
    }
    let stands = |(position, release): (usize, &Release<'_>)| {
        if let Some((why, _)) = release.recall() {
            return Standing::Recalled { why: why.to_owned() };
        }
        match release.leaving() {
            Some(Leaving {
                stage: LeavingStage::Gone,
                since,
            }) => return Standing::Gone { since },
            Some(Leaving { since, .. }) => return Standing::Retiring { since },
            None => {}
        }
        match current.get(&release.policy.name) {
            Some(current) if *current == position => Standing::Current,
            Some(current) if *current > position && release.launched_in().is_empty() => Standing::Overtaken,
            Some(current) if *current > position => Standing::Earlier,
            Some(_) | None => Standing::OnItsWay,
        }
    };
    releases.iter().enumerate().map(stands).collect()
}
