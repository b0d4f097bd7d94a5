//! One release at a glance: where it stands among the others of its policy, and all its images.

use std::collections::BTreeSet;

use goldcast_domain::ledger::{self, Leaving, LeavingStage};
use goldcast_domain::{Gather as _, Image, ImageId, ImageRef, Policy, RegionId};
use jiff::Timestamp;
use serde::Serialize;

use super::region::RegionOverview;
use crate::catalogue::{Line, Release};
use crate::rules::{View, is_in_family};

/// One version of a golden image.
#[derive(Debug, Clone, Serialize)]
pub struct ReleaseOverview<'a> {
    /// Its name: that of its source.
    #[serde(rename = "release")]
    pub name: &'a str,
    /// The id of its source, which may be gone.
    pub source: ImageId,
    /// Where it stands.
    #[serde(flatten)]
    pub standing: ReleaseStanding,
    /// What there is of it, in every region of its policy, home first.
    pub regions: Vec<RegionOverview<'a>>,
    /// The image that speaks for it: the source, or its oldest copy once the source is gone.
    #[serde(skip)]
    pub speaker: Option<&'a ImageRef>,
    /// All its images, whatever their state, in any region.
    #[serde(skip)]
    pub images: Vec<&'a Image>,
    #[serde(skip)]
    created: Timestamp,
}

/// Where a release stands among the others of its policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum ReleaseStanding {
    /// People launch it by the family.
    Current,
    /// It is on its way to being current.
    OnItsWay,
    /// Something forbids it to be a release; a block says what.
    Blocked,
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

impl<'a> ReleaseOverview<'a> {
    /// A release of a line, at this position.
    pub(super) fn of(view: &View<'a>, line: &Line<'a>, position: usize, release: &Release<'a>) -> Self {
        let standing = standing(view, line, position, release);
        Self::standing_at(view, line.policy, release, standing)
    }

    pub(super) fn standing_at(
        view: &View<'a>,
        policy: &'a Policy,
        release: &Release<'a>,
        standing: ReleaseStanding,
    ) -> Self {
        let regions = view.regions(policy);
        Self {
            name: release.name,
            source: release.source_id.clone(),
            standing,
            regions: regions
                .map(|region| RegionOverview::of(view, policy, release, region))
                .collect(),
            speaker: release.speaker().map(|image| &image.at),
            images: release.everything().collect(),
            created: release.created,
        }
    }

    pub(super) fn order(&self) -> (Timestamp, &ImageId) {
        (self.created, &self.source)
    }

    /// The words of whoever took it back, and the images that carry them.
    pub fn recall(&self) -> Option<(&'a str, Vec<&'a ImageRef>)> {
        let tagged = |image: &&'a Image| image.tags.get(ledger::RECALL).map(|why| (why.as_str(), &image.at));
        let mut tagged = self.images.iter().filter_map(tagged).peekable();
        let why = tagged.peek()?.0;
        Some((why, tagged.map(|(_, at)| at).collect()))
    }

    /// Every region in which it is in this policy's family.
    pub fn launched_in(&self, policy: &Policy) -> BTreeSet<&'a RegionId> {
        let launched = self.images.iter().filter(|image| is_in_family(policy, image));
        launched.map(|image| &image.at.region).gather()
    }
}

fn standing(view: &View<'_>, line: &Line<'_>, position: usize, release: &Release<'_>) -> ReleaseStanding {
    if let Some(why) = release.recall_tag() {
        return ReleaseStanding::Recalled { why: why.to_owned() };
    }
    match release.leaving() {
        Some(Leaving {
            stage: LeavingStage::Gone,
            since,
        }) => return ReleaseStanding::Gone { since },
        Some(Leaving { since, .. }) => return ReleaseStanding::Retiring { since },
        None => {}
    }
    let current = view.course(line).and_then(|course| course.current);
    let is_launched = || release.everything().any(|image| is_in_family(line.policy, image));
    match current {
        Some(current) if current == position => ReleaseStanding::Current,
        Some(current) if current > position && is_launched() => ReleaseStanding::Earlier,
        Some(current) if current > position => ReleaseStanding::Overtaken,
        Some(_) | None => ReleaseStanding::OnItsWay,
    }
}
