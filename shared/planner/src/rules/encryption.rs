//! Encryption: under which key a region's image must be, and what forbids sharing it.
//!
//! Encrypted images are shared only in some regions, only under a customer key, never from several snapshots
//! (<https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>).

use goldcast_domain::{Image, KeyId, KeyState, Policy, RegionId};

use super::View;
use super::view::block;
use crate::catalogue::{Line, Release, key_of};
use crate::{BlockKind, KeyName, Plan, Reading, WaitKind};

/// Under which key a copy must be made.
pub(crate) enum Wanted<'a> {
    /// Under none.
    Plain,
    /// Under this one, which can be used.
    Key(&'a KeyId),
    /// It cannot be made, for good.
    Blocked(BlockKind),
    /// It cannot be made yet.
    Waits(WaitKind),
}

/// Under which key the copy of a release in this region must be.
pub(crate) fn wanted<'a>(view: &View<'a>, policy: &'a Policy, release: &Release<'a>, region: &RegionId) -> Wanted<'a> {
    let Some(key) = policy.encrypt.get(region) else {
        let encrypted = release.images().find(|image| image.is_encrypted());
        return encrypted.map_or(Wanted::Plain, |image| {
            let (image, region) = (image.at.clone(), region.clone());
            Wanted::Blocked(BlockKind::NoKey { image, region })
        });
    };
    let name = (region.clone(), KeyName::Id(key.clone()));
    let exists = match view.seen.keys.get(&name) {
        Some(Reading::Known(Some(known))) if known.state == KeyState::Enabled => return Wanted::Key(key),
        Some(Reading::Known(known)) => known.is_some(),
        Some(Reading::Unknown(why)) => {
            let (region, key, why) = (region.clone(), Some(key.clone()), why.clone());
            return Wanted::Waits(WaitKind::KeyUnread { region, key, why });
        }
        None => {
            let (region, key) = (region.clone(), Some(key.clone()));
            let why = "it was not read in this run".to_owned();
            return Wanted::Waits(WaitKind::KeyUnread { region, key, why });
        }
    };
    let (region, key) = (region.clone(), key.clone());
    Wanted::Blocked(BlockKind::KeyUnusable { region, key, exists })
}

/// What forbids sharing an image, because it is encrypted.
pub(crate) fn forbids_sharing(view: &View<'_>, image: &Image) -> Option<BlockKind> {
    if !image.is_encrypted() {
        return None;
    }
    let at = image.at.clone();
    if !view.file.encryption.share_regions.contains(&image.at.region) {
        return Some(BlockKind::EncryptedNotShared { image: at });
    }
    if image.disks.len() > 1 {
        let disks = image.disks.len();
        return Some(BlockKind::SeveralSnapshots { image: at, disks });
    }
    is_under_service_key(view, image).then_some(BlockKind::ServiceKey { image: at })
}

/// Whether an image is encrypted with its region's service key.
fn is_under_service_key(view: &View<'_>, image: &Image) -> bool {
    let service = view.seen.keys.get(&(image.at.region.clone(), KeyName::Service));
    let service = service.and_then(Reading::known).and_then(Option::as_ref);
    service.is_some_and(|service| key_of(image, view.seen) == Some(&service.id))
}

/// What forbids sharing an image until a person looks after the key that it is encrypted with. A key that could not be read
/// is taken for a good one: the cloud refuses the call if it is not.
pub(crate) fn key_forbids_sharing(view: &View<'_>, image: &Image) -> Option<BlockKind> {
    let key = key_of(image, view.seen).filter(|_| image.is_encrypted())?;
    let region = image.at.region.clone();
    let known = view
        .seen
        .keys
        .get(&(region.clone(), KeyName::Id(key.clone())))?
        .known()?;
    let usable = known.as_ref().is_some_and(|key| key.state == KeyState::Enabled);
    let (key, exists) = (key.clone(), known.is_some());
    (!usable).then_some(BlockKind::KeyUnusable { region, key, exists })
}

/// Says what keeps encrypted images of candidates from being shared, and keys that people must look after.
pub(crate) fn encryption<'a>(view: &View<'a>, line: &Line<'a>, plan: &mut Plan) {
    if !view.moves_images() || !view.covers_line(line) {
        return;
    }
    let current = view.current(line).into_iter();
    for release in view.candidates(line).chain(current) {
        for image in view.launched(line.policy, release) {
            let found = [forbids_sharing(view, image), key_forbids_sharing(view, image)];
            for kind in found.into_iter().flatten() {
                plan.blocks.push(block(line.policy, release, kind));
            }
        }
    }
}
