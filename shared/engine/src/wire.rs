//! The cloud's answers as domain types: parsed once, here, and trusted afterwards.
//!
//! Whatever cannot be an image or a member of ours is left out with a warning, because one odd entry must not hide the rest.

use std::collections::BTreeSet;

use goldcast_cloud::directory::Account;
use goldcast_cloud::ecs;
use goldcast_domain::{AccountId, Disk, Image, ImageRef, ImageStatus, Member, MemberState, RegionId, Shared};
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
        tags: wire.tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect(),
        progress_percent: wire
            .progress
            .trim_end_matches('%')
            .parse()
            .ok()
            .filter(|percent| *percent <= 100),
    })
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
        .collect()
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
