//! Gates: what keeps a selected image from being released, judged once, at entry.
//!
//! A source is golden only if it is our own, not a copy, not public, selected by exactly one policy, and passes its gates.

use goldcast_domain::policy::DetectionGate;
use goldcast_domain::{AccountId, Detection, Image, ImageStatus, Policy, ledger};

use super::Why;
use crate::{BlockKind, WaitKind};

/// Largest image that `CopyImage` takes, all disks together
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/copy-an-image>); above it, snapshots are copied instead.
pub const LAYOUT_GIB_MAX: u64 = 2048;

/// What keeps a selected image from being released.
pub(super) fn hindrance(owner: &AccountId, policy: &Policy, source: &Image) -> Option<Why> {
    not_ours(owner, source)
        .or_else(|| is_public(source).map(Why::Block))
        .or_else(|| has_failed(source))
        .or_else(|| lacks_tags(policy, source))
        .or_else(|| leaves_no_room(policy, source).map(Why::Block))
        .or_else(|| is_too_large(source).map(Why::Block))
        .or_else(|| is_unfinished(source))
        .or_else(|| is_undetected(policy, source))
}

/// What keeps an image of a release from being copied, whenever that is: it may have changed since entry.
pub(crate) fn forbids_copying(policy: &Policy, origin: &Image) -> Option<BlockKind> {
    is_public(origin)
        .or_else(|| leaves_no_room(policy, origin))
        .or_else(|| is_too_large(origin))
}

fn not_ours(owner: &AccountId, source: &Image) -> Option<Why> {
    let other = source.owner.as_ref().filter(|account| *account != owner)?;
    let (image, owner) = (source.at.clone(), other.clone());
    Some(Why::Block(BlockKind::NotOurs { image, owner }))
}

fn is_public(source: &Image) -> Option<BlockKind> {
    let image = source.at.clone();
    source.is_public.then_some(BlockKind::Public { image })
}

fn has_failed(source: &Image) -> Option<Why> {
    let failed = matches!(source.status, ImageStatus::CreateFailed | ImageStatus::UnAvailable);
    let image = source.at.clone();
    failed.then_some(Why::Block(BlockKind::SourceFailed { image }))
}

fn lacks_tags(policy: &Policy, source: &Image) -> Option<Why> {
    let (image, tags) = (source.at.clone(), missing_tags(policy, source));
    (!tags.is_empty()).then_some(Why::Block(BlockKind::TagsMissing { image, tags }))
}

/// The gates' tags that an image does not carry.
pub(crate) fn missing_tags(policy: &Policy, source: &Image) -> Vec<String> {
    let required = policy.require_tags.iter();
    let required = required.filter(|key| !source.tags.contains_key(*key)).cloned();
    let attested = policy.attestations.iter();
    let attested = attested.filter(|(key, value)| source.tags.get(*key) != Some(value));
    required
        .chain(attested.map(|(key, value)| format!("{key}={value}")))
        .collect()
}

/// A copy inherits its source's tags, gets the policy's and the ledger's, and holds twenty.
fn leaves_no_room(policy: &Policy, source: &Image) -> Option<BlockKind> {
    let own = source.tags.keys().filter(|key| !key.starts_with(ledger::PREFIX));
    let added = policy.copy.tags.keys().filter(|key| !source.tags.contains_key(*key));
    let tags = own.count() + added.count();
    let image = source.at.clone();
    (tags + ledger::OWN_TAGS_MAX > ledger::TAGS_MAX).then_some(BlockKind::NoRoomForTags { image, tags })
}

fn is_too_large(source: &Image) -> Option<BlockKind> {
    let (image, size_gib) = (source.at.clone(), source.total_gib());
    (size_gib > LAYOUT_GIB_MAX).then_some(BlockKind::TooLarge { image, size_gib })
}

fn is_unfinished(source: &Image) -> Option<Why> {
    let image = source.at.clone();
    if source.is_being_made() {
        let progress_percent = source.progress_percent;
        return Some(Why::Wait(WaitKind::SourceBeingMade {
            image,
            progress_percent,
        }));
    }
    let unusable = source.status == ImageStatus::Available && !source.usable;
    unusable.then_some(Why::Wait(WaitKind::NotUsableYet { image }))
}

fn is_undetected(policy: &Policy, source: &Image) -> Option<Why> {
    let (gate, image) = (policy.detection?, source.at.clone());
    match (&source.detection, gate) {
        (Detection::Unfinished, _) => Some(Why::Wait(WaitKind::DetectionRunning { image })),
        (Detection::Finished(items), DetectionGate::Clean) if !items.is_empty() => {
            let items = items.clone();
            Some(Why::Block(BlockKind::RisksFound { image, items }))
        }
        (Detection::Finished(_), DetectionGate::Clean | DetectionGate::Finished) => None,
    }
}
