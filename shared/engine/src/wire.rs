//! The cloud's answers as domain types: parsed once, here, and trusted afterwards.
//!
//! Whatever cannot be an image or a member of ours is left out with a warning, because one odd entry must not hide the rest.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_cloud::directory::Account;
use goldcast_cloud::ecs;
use goldcast_cloud::kms::KeyMetadata;
use goldcast_cloud::sharing::{Association, ResourceShare};
use goldcast_domain::{
    AccountId, Detection, Disk, Failing, Gather as _, Image, ImageRef, ImageStatus, Key, KeyState, Link, Member,
    MemberState, RegionId, Share, ShareId, ShareStatus, Shared, Snapshot, put_in_order,
};
use jiff::Timestamp;
use tracing::warn;

/// An image as the cloud described it, if it has an id.
pub(crate) fn image(region: &RegionId, wire: ecs::Image) -> Option<Image> {
    let Ok(id) = wire.image_id.parse() else {
        warn!(%region, image = wire.image_id, "the cloud described an image with an id that is none");
        return None;
    };
    let status = match wire.status.as_str() {
        "Creating" => ImageStatus::Creating,
        "Waiting" => ImageStatus::Waiting,
        "Available" => ImageStatus::Available,
        "UnAvailable" => ImageStatus::UnAvailable,
        "CreateFailed" => ImageStatus::CreateFailed,
        "Deprecated" => ImageStatus::Deprecated,
        _ => ImageStatus::Other,
    };
    let disks = wire.disk_device_mappings.into_iter().map(|disk| Disk {
        device: disk.device,
        kind: disk.disk_type,
        size_gib: disk.size.unwrap_or_default(),
        encrypted: disk.encrypted.unwrap_or_default(),
        snapshot: disk.snapshot_id.parse().ok(),
    });
    Some(Image {
        at: ImageRef {
            region: region.clone(),
            image: id,
        },
        name: wire.image_name,
        family: wire.image_family.parse().ok(),
        status,
        // Where the cloud does not say, an image that is available is usable.
        usable: wire.usable.unwrap_or(status == ImageStatus::Available),
        owner: wire.image_owner_id.parse().ok(),
        is_copied: wire.is_copied,
        is_public: wire.is_public,
        shared: match wire.is_self_shared {
            Some(true) => Shared::Yes,
            Some(false) => Shared::No,
            None => Shared::Unsaid,
        },
        // An image without a readable time counts as the oldest of all, so that it never overtakes another.
        created: wire.creation_time.parse().unwrap_or(Timestamp::UNIX_EPOCH),
        size_gib: wire.size.unwrap_or_default(),
        disks: disks.collect(),
        tags: wire.tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).gather(),
        progress_percent: wire
            .progress
            .trim_end_matches('%')
            .parse()
            .ok()
            .filter(|percent| *percent <= 100),
        in_use: wire.usage == "instance",
        is_paid: !wire.product_code.is_empty(),
        detection: wire.detection_options.map(detection).unwrap_or_default(),
    })
}

/// What the cloud's own detection found: an item without a risk passed.
fn detection(options: ecs::DetectionOptions) -> Detection {
    if options.status != "Finished" {
        return Detection::Unfinished;
    }
    let risky = options.items.into_iter();
    let risky = risky.filter(|item| !item.risk_code.is_empty() || !item.risk_level.is_empty());
    Detection::Finished(risky.map(|item| item.name).collect())
}

/// A member as the directory described it, if it has an id.
pub(crate) fn member(wire: Account) -> Option<Member> {
    let Ok(account) = wire.account_id.parse() else {
        warn!(
            account = wire.account_id,
            "the directory described an account with an id that is none"
        );
        return None;
    };
    // An account whose promotion is pending or failed stays a member; a deletion that failed leaves it one.
    let known = matches!(
        wire.status.as_str(),
        "CreateSuccess"
            | "InviteSuccess"
            | "PromoteSuccess"
            | "SwitchSuccess"
            | "PromoteVerifying"
            | "PromoteFailed"
            | "PromoteExpired"
            | "PromoteCancelled"
    );
    let closing = matches!(wire.deletion_status.as_str(), "Checking" | "Deleting");
    let state = if known && !closing {
        MemberState::Active
    } else {
        MemberState::Leaving
    };
    Some(Member {
        account,
        name: wire.display_name,
        path: wire.resource_directory_path,
        state,
    })
}

/// The accounts that an image is granted to.
pub(crate) fn grants(wire: Vec<ecs::SharedAccount>) -> BTreeSet<AccountId> {
    wire.into_iter()
        .filter_map(|account| account.aliyun_id.parse().ok())
        .gather()
}

/// A snapshot as the cloud described it, if it has an id.
pub(crate) fn snapshot(wire: ecs::Snapshot) -> Option<Snapshot> {
    Some(Snapshot {
        id: wire.snapshot_id.parse().ok()?,
        key: wire.kms_key_id.parse().ok(),
        tags: wire.tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).gather(),
    })
}

/// A key as the cloud described it, if it has an id.
pub(crate) fn key(wire: KeyMetadata) -> Option<Key> {
    let enabled = wire.key_state == "Enabled";
    Some(Key {
        id: wire.key_id.parse().ok()?,
        state: if enabled { KeyState::Enabled } else { KeyState::Disabled },
    })
}

/// The resource shares of a region, each with what is on it.
pub(crate) fn shares(
    region: &RegionId,
    wire: Vec<ResourceShare>,
    resources: Vec<Association>,
    targets: Vec<Association>,
) -> Vec<Share> {
    let shares = wire.into_iter().filter_map(|share| {
        let id: ShareId = share.resource_share_id.parse().ok()?;
        let share = Share {
            region: region.clone(),
            id: id.clone(),
            name: share.resource_share_name,
            // A share without a readable time counts as the youngest, so that it never wins against another.
            created: share.create_time.parse().unwrap_or(Timestamp::MAX),
            status: match share.resource_share_status.as_str() {
                "Active" => ShareStatus::Active,
                "Pending" => ShareStatus::Pending,
                _ => ShareStatus::Deleting,
            },
            tags: share.tags.into_iter().map(|tag| (tag.key, tag.value)).gather(),
            images: BTreeMap::new(),
            targets: BTreeMap::new(),
        };
        Some((id, share))
    });
    let mut shares: BTreeMap<ShareId, Share> = shares.gather();
    for record in in_order(resources) {
        if let (Some(share), Ok(image)) = (shares.get_mut(&*record.resource_share_id), record.entity_id.parse()) {
            put(&mut share.images, image, link(&record));
        }
    }
    for record in in_order(targets) {
        if let (Some(share), Ok(target)) = (shares.get_mut(&*record.resource_share_id), record.entity_id.parse()) {
            put(&mut share.targets, target, link(&record));
        }
    }
    shares.into_values().collect()
}

/// What failed or was taken off stays listed for days: of several records of one thing, the last counts.
fn in_order(mut records: Vec<Association>) -> Vec<Association> {
    put_in_order(&mut records, |a, b| a.create_time.cmp(&b.create_time));
    records
}

fn put<K: Ord>(links: &mut BTreeMap<K, Link>, id: K, link: Option<Link>) {
    match link {
        Some(link) => drop(links.insert(id, link)),
        None => drop(links.remove(&id)),
    }
}

/// How far an association is, or nothing where it has ended.
fn link(record: &Association) -> Option<Link> {
    match record.association_status.as_str() {
        "Associating" => Some(Link::Joining),
        "Associated" => Some(Link::Joined),
        "Disassociating" => Some(Link::Leaving),
        "Failed" => {
            let detail = record.association_failed_details.first();
            // What could not be taken off is still there.
            if detail.is_some_and(|detail| detail.operation_type == "Disassociate") {
                return Some(Link::Joined);
            }
            let reason = detail.map_or("", |detail| detail.failure_reason.as_str());
            Some(Link::Failed(match reason {
                "LimitExceeded" => Failing::LimitExceeded,
                "UnsupportedOperation" | "ZonalResourceInaccessible" => Failing::Unsupported,
                "InternalError" => Failing::Internal,
                _ => Failing::Unavailable,
            }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(status: &str, deletion: &str) -> Account {
        Account {
            account_id: "2000000000000001".into(),
            status: status.into(),
            deletion_status: deletion.into(),
            ..Account::default()
        }
    }

    #[test]
    fn a_member_is_active_unless_it_is_closing_or_in_a_state_that_nobody_knows() {
        for (status, deletion, expected) in [
            ("CreateSuccess", "", MemberState::Active),
            ("InviteSuccess", "", MemberState::Active),
            ("PromoteVerifying", "", MemberState::Active),
            ("CreateSuccess", "CheckFailed", MemberState::Active),
            ("CreateSuccess", "DeleteFailed", MemberState::Active),
            ("CreateSuccess", "Checking", MemberState::Leaving),
            ("CreateSuccess", "Deleting", MemberState::Leaving),
            ("Removed", "", MemberState::Leaving),
            ("", "", MemberState::Leaving),
        ] {
            assert_eq!(
                member(account(status, deletion)).unwrap().state,
                expected,
                "{status} {deletion}"
            );
        }
    }

    #[test]
    fn an_image_without_a_legal_id_is_left_out_and_a_strange_one_is_not() {
        let region = "cn-hangzhou".parse().unwrap();
        assert!(image(&region, ecs::Image::default()).is_none());
        let strange = ecs::Image {
            image_id: "m-1a".into(),
            status: "Sleeping".into(),
            creation_time: "yesterday".into(),
            progress: "n/a".into(),
            ..ecs::Image::default()
        };
        let image = image(&region, strange).unwrap();
        assert_eq!(image.status, ImageStatus::Other);
        assert!(!image.is_ready());
        assert_eq!((image.created, image.progress_percent), (Timestamp::UNIX_EPOCH, None));
    }
}
