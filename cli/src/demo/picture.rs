//! What becomes of a release in each region, as one looks at the cloud from above. Not here: showing it.

use std::collections::BTreeSet;
use std::fmt;

use goldcast_domain::{AccountId, ImageId, RegionId, ledger};
use goldcast_emulator::cloud::{Image, ImageStatus};
use goldcast_emulator::world::View;

use super::cast::Cast;
use crate::ink::count;

/// How far the release is in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Nothing is there.
    Absent,
    /// The image is being made.
    Making,
    /// Making it failed.
    Failed,
    /// It is there, and cannot be launched yet.
    Made,
    /// It is there.
    Usable,
    /// Accounts have it; people who launch by the family get another one.
    Staged,
    /// People who launch by the family get it.
    Committed,
    /// It stands in another family, which nobody launches by.
    Parked,
}

/// The release in one region.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) region: RegionId,
    pub(crate) image: Option<ImageId>,
    pub(crate) step: Step,
    pub(crate) percent: u64,
    /// Who can launch it, besides its owner.
    pub(crate) accounts: BTreeSet<AccountId>,
    /// Those of them who have it by their own account id, and not from a shelf.
    pub(crate) granted: BTreeSet<AccountId>,
}

/// The release in all its regions, home first.
pub(crate) fn picture(view: &View<'_>, cast: &Cast<'_>, owner: &AccountId, source: &ImageId) -> Vec<Part> {
    let regions = cast.regions().into_iter();
    regions
        .map(|region| {
            let found = view
                .cloud
                .images(owner, region)
                .find(|image| image.id == *source || is_copy_of(image, source));
            let accounts = found.map_or_else(BTreeSet::new, |image| view.cloud.launchers(region, &image.id));
            let launched = launched(view, cast, owner, region).map(|image| &image.id);
            let is_launched = |image: &Image| launched == Some(&image.id);
            let step = found.map_or(Step::Absent, |image| match image.status {
                ImageStatus::Creating | ImageStatus::Waiting => Step::Making,
                ImageStatus::CreateFailed | ImageStatus::UnAvailable => Step::Failed,
                ImageStatus::Available | ImageStatus::Deprecated if is_launched(image) => Step::Committed,
                ImageStatus::Available | ImageStatus::Deprecated if is_elsewhere(image, cast) => Step::Parked,
                ImageStatus::Available | ImageStatus::Deprecated if !accounts.is_empty() => Step::Staged,
                ImageStatus::Available | ImageStatus::Deprecated if image.usable => Step::Usable,
                ImageStatus::Available | ImageStatus::Deprecated => Step::Made,
            });
            Part {
                region: region.clone(),
                image: found.map(|image| image.id.clone()),
                step,
                percent: found.map_or(0, |image| image.progress_percent(view.now)),
                accounts,
                granted: found.map_or_else(BTreeSet::new, |image| image.shares.keys().cloned().collect()),
            }
        })
        .collect()
}

/// The sources of the releases that the family resolves to, in any region; `None` among them for a region where it
/// resolves to nothing.
pub(crate) fn resolved(view: &View<'_>, cast: &Cast<'_>, owner: &AccountId) -> BTreeSet<Option<ImageId>> {
    let regions = cast.regions().into_iter();
    regions
        .map(|region| launched(view, cast, owner, region).map(source_of))
        .collect()
}

/// The image that people of a region launch by the family.
fn launched<'v>(view: &View<'v>, cast: &Cast<'_>, owner: &AccountId, region: &RegionId) -> Option<&'v Image> {
    view.cloud.resolve_family(region, owner, cast.policy.family.as_str())
}

/// The accounts that have the release in every region.
pub(crate) fn everywhere(parts: &[Part]) -> BTreeSet<AccountId> {
    let Some((first, rest)) = parts.split_first() else {
        return BTreeSet::new();
    };
    let in_all = |account: &&AccountId| rest.iter().all(|part| part.accounts.contains(*account));
    first.accounts.iter().filter(in_all).cloned().collect()
}

/// The accounts that have the release in some region.
pub(crate) fn holders(parts: &[Part]) -> BTreeSet<&AccountId> {
    parts.iter().flat_map(|part| &part.accounts).collect()
}

fn is_copy_of(image: &Image, source: &ImageId) -> bool {
    image.is_copied && image.tags.get(ledger::SOURCE).is_some_and(|id| id == source.as_str())
}

fn source_of(image: &Image) -> ImageId {
    let source = image.tags.get(ledger::SOURCE).filter(|_| image.is_copied);
    source
        .and_then(|id| id.parse().ok())
        .unwrap_or_else(|| image.id.clone())
}

fn is_elsewhere(image: &Image, cast: &Cast<'_>) -> bool {
    let family = image.family.as_deref();
    family.is_some_and(|family| family != cast.policy.family.as_str())
}

impl Part {
    /// Region, image and state, with the region as wide as the widest.
    pub(crate) fn line(&self, width: usize) -> String {
        let image = self.image.as_ref().map_or("", |image| image.as_str());
        format!("{:<width$}  {image}  {self}", self.region.as_str())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Step::Absent => f.write_str("nothing yet"),
            Step::Making => f.write_str("copying"),
            Step::Failed => f.write_str("the copy failed"),
            Step::Made => f.write_str("copied, not usable yet"),
            Step::Usable => f.write_str("usable"),
            Step::Staged => write!(f, "shared with {}", count(self.accounts.len(), "account")),
            Step::Committed => write!(
                f,
                "shared with {}, launched by the family",
                count(self.accounts.len(), "account")
            ),
            Step::Parked if self.accounts.is_empty() => f.write_str("parked, shared with nobody"),
            Step::Parked => write!(f, "parked, shared with {}", count(self.accounts.len(), "account")),
        }
    }
}
