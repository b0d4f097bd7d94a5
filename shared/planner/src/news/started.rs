//! Releases that are on their way: something of them is beyond the home region, and people do not launch them yet.

use goldcast_domain::{FamilyName, ImageId, ImageRef, PolicyFile, PolicyName, RegionId};
use jiff::Timestamp;

use crate::Observed;
use crate::catalogue::Release;
use crate::rules::{View, is_in_family};

/// A release that is on its way into its regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartNews {
    /// The policy.
    pub policy: PolicyName,
    /// The family it will be launched by.
    pub family: FamilyName,
    /// The release: the name of its source.
    pub release: String,
    /// The source.
    pub source: ImageRef,
    /// How far it is in every region that it must reach, home first.
    pub regions: Vec<RegionProgress>,
}

/// How far a release is in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionProgress {
    /// The region.
    pub region: RegionId,
    /// The image there, if there is one.
    pub image: Option<ImageId>,
    /// How far it is.
    pub state: Progress,
}

/// How far a release is in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// The region did not answer.
    Unknown,
    /// Nothing is there yet.
    Missing,
    /// Its image is not ready, or not yet shared.
    Copying,
    /// It is in place.
    Staged,
    /// The family has it.
    Committed,
}

/// Releases that are on their way and that no family resolves to yet.
pub fn starts(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> Vec<StartNews> {
    let view = View::new(policy, observed, now);
    let mut starts = Vec::new();
    for line in view.lines().iter().filter(|line| view.covers_line(line)) {
        let current = view.current(line).map(|release| &release.source_id);
        let on_its_way = |release: &&Release<'_>| current != Some(&release.source_id) && !release.copies.is_empty();
        for release in view.candidates(line).filter(on_its_way) {
            let Some(source) = release.source_ref() else { continue };
            let regions = view.required(line.policy, release).map(|region| {
                let image = view.image_in(line.policy, release, region);
                let state = match image {
                    None if observed.images_in(region).is_none() => Progress::Unknown,
                    None => Progress::Missing,
                    Some(image) if is_in_family(line.policy, image) => Progress::Committed,
                    Some(image) if image.is_ready() => Progress::Staged,
                    Some(_) => Progress::Copying,
                };
                RegionProgress {
                    region: region.clone(),
                    image: image.map(|image| image.at.image.clone()),
                    state,
                }
            });
            starts.push(StartNews {
                policy: line.policy.name.clone(),
                family: line.policy.family.clone(),
                release: release.name.to_owned(),
                source,
                regions: regions.collect(),
            });
        }
    }
    starts
}
