//! A plan with every kind of line once: actions, waits, blocks, notes, and every reason.

use crate::every_block::{blocks_at_entry, blocks_later};
use crate::support::{ALICE, BOB, HOME, SHANGHAI, SINGAPORE, at, now};
use goldcast_domain::ImageRef;
use goldcast_planner::{Action, Block, NoShelf, Note, NoteKind, Plan, Planned, Reason, ShelfRef, Wait, WaitKind};

pub(crate) const ROLE: &str = "AliyunECSShareEncryptImageDefaultRole";

pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(crate) fn copy() -> ImageRef {
    at(SHANGHAI, "m-copy0001")
}

pub(crate) fn source() -> ImageRef {
    at(HOME, "m-a")
}

fn shelf() -> ShelfRef {
    ShelfRef {
        region: id(SHANGHAI),
        share: id("rs-made0001"),
        name: "goldcast-89db34899f6e".into(),
    }
}

/// Every kind of action, with every kind of reason.
#[expect(clippy::too_many_lines, reason = "a table of all there are")]
fn actions() -> Vec<(Action, Reason)> {
    let (image, family) = (copy(), id("corp-linux"));
    let accounts = vec![id(ALICE), id(BOB)];
    let many = (10..25).map(|number| id(&format!("21000000000000{number}"))).collect();
    let recalled = || Reason::Recalled {
        why: "CVE-2026-0001".into(),
    };
    let parked = |reason| {
        (
            Action::Park {
                image: copy(),
                family: id("goldcast-parked-1"),
            },
            reason,
        )
    };
    vec![
        (
            Action::SetFamily {
                image: image.clone(),
                family,
            },
            Reason::SucceedsRecalled,
        ),
        parked(recalled()),
        (Action::CancelCopy { copy: copy() }, recalled()),
        (
            Action::Revoke {
                image: image.clone(),
                accounts: many,
            },
            Reason::OutsideAudience,
        ),
        (
            Action::Revoke {
                image: source(),
                accounts: accounts.clone(),
            },
            Reason::ShelfIsEnough,
        ),
        (
            Action::TakeOffShelf {
                shelf: shelf(),
                images: vec![id("m-copy0001")],
            },
            Reason::AnotherShelf,
        ),
        (
            Action::DropTargets {
                shelf: shelf(),
                targets: vec![id("fd-prod000001")],
            },
            Reason::OutsideAudience,
        ),
        (
            Action::RecordAttempts {
                source: source(),
                value: "cn-shanghai=2".into(),
            },
            Reason::CopyFailed { attempt: 2 },
        ),
        (
            Action::RecordLeaving {
                image: source(),
                value: "retiring 2026-03-02T12:00:00Z".into(),
            },
            Reason::Retired,
        ),
        (Action::ForgetLeaving { image: source() }, Reason::Stays),
        (Action::Restore { image: image.clone() }, Reason::HandMade),
        (
            Action::Retag {
                image: image.clone(),
                tags: vec![("goldcast:release".into(), "linux-1".into())],
            },
            Reason::HandMade,
        ),
        (
            Action::DeleteFailedCopy { copy: copy() },
            Reason::CopyFailed { attempt: 3 },
        ),
        (
            Action::RewriteTrust {
                region: id(HOME),
                role: ROLE.into(),
                document: "{}".into(),
            },
            Reason::TrustFollows { added: 2, removed: 1 },
        ),
        (
            Action::CreateShelf {
                region: id(SHANGHAI),
                name: shelf().name,
                targets: vec![id("fd-prod000001")],
            },
            Reason::OnShelf,
        ),
        (
            Action::AddTargets {
                shelf: shelf(),
                targets: vec![id("fd-dev0000001")],
            },
            Reason::OnShelf,
        ),
        (
            Action::PutOnShelf {
                shelf: shelf(),
                images: vec![id("m-copy0001")],
            },
            Reason::OnShelf,
        ),
        (copied(), Reason::NoCopyInRegion),
        (
            Action::Grant {
                image: source(),
                accounts: accounts.clone(),
            },
            Reason::InAudience,
        ),
        (
            Action::Grant {
                image: image.clone(),
                accounts,
            },
            Reason::ByGrant {
                why: NoShelf::NotInRegion,
            },
        ),
        (
            Action::SetFamily {
                image: source(),
                family: id("corp-linux"),
            },
            Reason::StagedEverywhere,
        ),
        (
            Action::SetFamily {
                image: image.clone(),
                family: id("corp-linux"),
            },
            Reason::StagedEnough,
        ),
        (
            Action::SetFamily {
                image: image.clone(),
                family: id("corp-linux"),
            },
            Reason::InPlaceEverywhere,
        ),
        parked(Reason::WouldWin),
        parked(Reason::MovesUnshared),
        parked(Reason::HeldUntilCommit),
        (Action::Deprecate { image: image.clone() }, Reason::RegionDropped),
        (
            Action::TagSnapshots {
                region: id(SHANGHAI),
                snapshots: vec![id("s-1"), id("s-2")],
                release: "linux-1".into(),
            },
            Reason::CopyTwice,
        ),
        (Action::DeleteImage { image }, Reason::Retired),
        (
            Action::DeleteSnapshot {
                region: id(SHANGHAI),
                snapshot: id("s-1"),
            },
            Reason::Retired,
        ),
        (Action::DeleteShelf { shelf: shelf() }, Reason::ShelfTwice),
        (Action::DeleteShelf { shelf: shelf() }, Reason::ShelfUnused),
    ]
}

fn copied() -> Action {
    Action::Copy {
        from: source(),
        to: id(SINGAPORE),
        name: "linux-1-gc50c513af47".into(),
        tags: vec![("goldcast:source".into(), "m-a".into())],
        key: Some(id("key-away0001")),
        resource_group: Some("rg-platform".into()),
        description: "Copied by goldcast from m-a in cn-hangzhou".into(),
        client_token: "0123".into(),
    }
}

fn waits() -> Vec<WaitKind> {
    let why = || "no answer".to_owned();
    vec![
        WaitKind::SourceBeingMade {
            image: source(),
            progress_percent: Some(35),
        },
        WaitKind::CopyBeingMade {
            image: copy(),
            progress_percent: None,
        },
        WaitKind::NotUsableYet { image: copy() },
        WaitKind::DetectionRunning { image: source() },
        WaitKind::SlotsTaken { region: id(SHANGHAI) },
        WaitKind::RegionUnread {
            region: id(SHANGHAI),
            why: why(),
        },
        WaitKind::GrantsUnread {
            image: copy(),
            why: why(),
        },
        WaitKind::SharesUnread {
            region: id(SHANGHAI),
            why: why(),
        },
        WaitKind::SnapshotsUnread {
            region: id(SHANGHAI),
            why: why(),
        },
        WaitKind::KeyUnread {
            region: id(SHANGHAI),
            key: Some(id("key-home0001")),
            why: why(),
        },
        WaitKind::KeyUnread {
            region: id(SHANGHAI),
            key: None,
            why: why(),
        },
        WaitKind::TrustUnread { why: why() },
        WaitKind::NotTrustedYet {
            image: copy(),
            accounts: vec![id(ALICE)],
        },
        WaitKind::DirectoryUnread { why: why() },
        WaitKind::ShelfChanging {
            region: id(SHANGHAI),
            shelf: shelf().name,
        },
        WaitKind::OtherRegions {
            missing: vec![id(SHANGHAI), id(SINGAPORE)],
        },
        WaitKind::FamilyNotVisible { image: copy() },
        WaitKind::UndoWindow { until: now() },
        WaitKind::InUse { image: copy() },
        WaitKind::Paused,
        WaitKind::PolicyMoved {
            why: "the policy changed during the run".into(),
        },
    ]
}

/// One line of every kind.
pub(crate) fn every_line() -> Plan {
    let policy = || id("base-linux");
    let planned = |(action, reason)| Planned {
        action,
        reason,
        policy: policy(),
        release: "linux-1".into(),
        source: Some(source()),
    };
    let wait = |kind| Wait {
        kind,
        policy: Some(policy()),
        release: Some("linux-1".into()),
    };
    let block = |kind| Block {
        kind,
        policy: Some(policy()),
        release: Some("linux-1".into()),
        source: Some(source()),
    };
    let blocks = blocks_at_entry().into_iter().chain(blocks_later());
    let notes = [
        NoteKind::RecipientsPay { image: source() },
        NoteKind::AroundExceptions { targets: 3 },
    ];
    Plan {
        actions: actions().into_iter().map(planned).collect(),
        waits: waits().into_iter().map(wait).collect(),
        blocks: blocks.map(block).collect(),
        notes: notes.map(|kind| Note { policy: policy(), kind }).into(),
    }
}
