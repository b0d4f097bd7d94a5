//! Every kind of block once.

use crate::every_line::{ROLE, copy, id, source};
use crate::support::{ALICE, BOB, OWNER, SHANGHAI, at};
use goldcast_domain::Failing;
use goldcast_planner::{BlockKind, Drift};

/// Blocks about the source and its gates.
pub(crate) fn blocks_at_entry() -> Vec<BlockKind> {
    let image = source;
    vec![
        BlockKind::SelectedTwice {
            image: image(),
            policies: vec![id("base-linux"), id("other")],
        },
        BlockKind::Public { image: image() },
        BlockKind::NotOurs {
            image: image(),
            owner: id(OWNER),
        },
        BlockKind::SourceFailed { image: image() },
        BlockKind::TagsMissing {
            image: image(),
            tags: vec!["sanitized".into(), "scan=passed".into()],
        },
        BlockKind::RisksFound {
            image: image(),
            items: vec!["cloud-init".into()],
        },
        BlockKind::NoRoomForTags {
            image: image(),
            tags: 15,
        },
        BlockKind::TooLarge {
            image: image(),
            size_gib: 2049,
        },
        BlockKind::NoKey {
            image: image(),
            region: id(SHANGHAI),
        },
        BlockKind::ServiceKey { image: image() },
        BlockKind::KeyUnusable {
            region: id(SHANGHAI),
            key: id("key-home0001"),
            exists: true,
        },
        BlockKind::KeyUnusable {
            region: id(SHANGHAI),
            key: id("key-home0001"),
            exists: false,
        },
        BlockKind::SeveralSnapshots {
            image: copy(),
            disks: 2,
        },
        BlockKind::EncryptedNotShared { image: copy() },
        BlockKind::TrustBroken {
            role: ROLE.into(),
            why: "there is no such role".into(),
        },
        BlockKind::TrustFull {
            role: ROLE.into(),
            chars: 5000,
            limit: 4096,
        },
        BlockKind::NameTaken {
            image: copy(),
            name: "linux-1-gc50c513af47".into(),
        },
        BlockKind::TagsLie {
            image: copy(),
            source_id: "m-b".into(),
        },
        BlockKind::CopyFailed {
            image: copy(),
            attempts: 3,
        },
        BlockKind::ParentRecalled {
            image: image(),
            parent: "linux-0".into(),
        },
        BlockKind::PolicyGone {
            image: copy(),
            policy: "old-linux".into(),
        },
    ]
}

/// Blocks about who gets it, what people launch, and what was changed by hand.
pub(crate) fn blocks_later() -> Vec<BlockKind> {
    let region = || id(SHANGHAI);
    let drift = |what| BlockKind::Drift { image: copy(), what };
    vec![
        BlockKind::NoRoomForAccounts {
            image: copy(),
            accounts: vec![id(ALICE)],
            limit: 50,
        },
        BlockKind::AccountRefused {
            account: id(ALICE),
            why: "InvalidAccount.NotFound".into(),
        },
        BlockKind::AccountTwice { account: id(ALICE) },
        BlockKind::NoSuchFolder {
            folder: id("fd-gone000001"),
        },
        BlockKind::NoRoomForShelf {
            region: region(),
            limit: 10,
        },
        BlockKind::NoRoomOnShelf {
            image: copy(),
            limit: 10,
        },
        BlockKind::TooManyTargets {
            region: region(),
            targets: 51,
            limit: 50,
        },
        BlockKind::ShelfRefusesImage {
            image: copy(),
            why: Failing::LimitExceeded,
        },
        BlockKind::ShelfRefusesImage {
            image: copy(),
            why: Failing::Unsupported,
        },
        BlockKind::ShelfRefusesTarget {
            region: region(),
            target: id("fd-prod000001"),
            why: Failing::Unavailable,
        },
        BlockKind::ShelfRefusesTarget {
            region: region(),
            target: id("fd-prod000001"),
            why: Failing::Internal,
        },
        BlockKind::RivalInFamily {
            rival: at(SHANGHAI, "m-foreign"),
            image: copy(),
            family: id("corp-linux"),
        },
        BlockKind::RegionsLeftOut {
            regions: vec![region()],
        },
        BlockKind::FamilyEmpty {
            region: region(),
            family: id("corp-linux"),
        },
        BlockKind::Brake {
            accounts: vec![id(ALICE), id(BOB)],
            accounts_allowed: 1,
            releases: vec!["base-linux/linux-1".into()],
            releases_allowed: 2,
        },
        BlockKind::PolicyRefused {
            object: "oss://corp-goldcast/policy.json".into(),
            why: "its serial 6 is below 7".into(),
            in_force: std::num::NonZeroU64::new(7),
        },
        BlockKind::PolicyRefused {
            object: "oss://corp-goldcast/policy.json".into(),
            why: "it has no serial".into(),
            in_force: None,
        },
        drift(Drift::Family(id("by-hand"))),
        drift(Drift::Deprecated),
        drift(Drift::LedgerTags),
        drift(Drift::Unselected),
        drift(Drift::GateTags(vec!["sanitized".into()])),
        drift(Drift::Public),
    ]
}
