//! What there is of a release in one region, and who can launch it there.

use std::collections::BTreeSet;

use goldcast_domain::{Image, ImageId, ImageStatus, Policy, RegionId};
use serde::Serialize;

use crate::catalogue::Release;
use crate::rules::{View, is_in_family, is_parked, is_staged};

/// What there is of a release in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionOverview<'a> {
    /// The region.
    pub region: &'a RegionId,
    /// Its image there.
    pub image: Option<&'a ImageId>,
    /// What there is.
    #[serde(flatten)]
    pub state: RegionState,
    /// Accounts that the image is granted to, where that was read.
    pub accounts: Option<usize>,
    /// Whether it stands on a shelf.
    pub on_shelf: bool,
}

/// How far a release is in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum RegionState {
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
    /// It can be launched by its id; not everyone in the audience has it.
    InPlace,
    /// In place and shared with the whole audience, read back.
    Staged,
    /// It is in the family that people launch by.
    InFamily,
    /// It is in a family that nobody launches by.
    Parked,
}

impl<'a> RegionOverview<'a> {
    pub(super) fn of(view: &View<'a>, policy: &'a Policy, release: &Release<'a>, region: &'a RegionId) -> Self {
        let image = image_in(view, policy, release, region);
        let shares = view.seen.shares_in(region).unwrap_or_default();
        Self {
            region,
            image: image.map(|image| &image.at.image),
            state: match image {
                Some(image) => state(view, policy, release, image),
                None if view.seen.images_in(region).is_none() => RegionState::Unread,
                None => RegionState::Absent,
            },
            accounts: image.and_then(|image| view.seen.grants_of(image)).map(BTreeSet::len),
            on_shelf: image.is_some_and(|image| shares.iter().any(|share| share.images.contains_key(&image.at.image))),
        }
    }
}

/// Of several the one that people launch, else the one that they will, else one that failed or was withdrawn.
fn image_in<'a>(view: &View<'a>, policy: &Policy, release: &Release<'a>, region: &RegionId) -> Option<&'a Image> {
    let here = || release.everything().filter(|image| image.at.region == *region);
    here()
        .find(|image| is_in_family(policy, image))
        .or_else(|| view.image_in(policy, release, region))
        .or_else(|| here().last())
}

fn state<'a>(view: &View<'a>, policy: &'a Policy, release: &Release<'a>, image: &Image) -> RegionState {
    match image.status {
        ImageStatus::Waiting => RegionState::Queued,
        ImageStatus::Creating => RegionState::Making {
            progress_percent: image.progress_percent,
        },
        ImageStatus::UnAvailable | ImageStatus::CreateFailed | ImageStatus::Other => RegionState::Failed,
        ImageStatus::Deprecated => RegionState::Deprecated,
        ImageStatus::Available if is_in_family(policy, image) => RegionState::InFamily,
        ImageStatus::Available if image.family.as_ref().is_some_and(is_parked) => RegionState::Parked,
        ImageStatus::Available if !image.usable => RegionState::NotUsableYet,
        ImageStatus::Available if is_staged(view, policy, release, &image.at.region) => RegionState::Staged,
        ImageStatus::Available => RegionState::InPlace,
    }
}
