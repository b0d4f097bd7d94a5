//! Resource shares from being asked for to their last record: states, tasks that exclude each other, failures.

use goldcast_emulator::cloud::{FailureReason, Setup, SharingSpans, Span, Switches};
use jiff::SignedDuration;

use crate::shelf::{DEV, PROD, text};
use crate::support::{HOME, MEMBER, OWNER, World, minutes, region, setup};

/// A cloud in which every task takes ten seconds and records stay for two days.
fn world() -> World {
    let ten = Span::seconds(10, 10);
    World::with(Setup {
        sharing: SharingSpans {
            associating: ten,
            disassociating: ten,
            deleting: ten,
            record_kept: Span::hours(48, 48),
            ..SharingSpans::default()
        },
        ..setup()
    })
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[track_caller]
fn check_statuses(world: &mut World, share: &str, expected: &[(&str, &str)]) {
    let statuses = world.statuses(share);
    let statuses: Vec<_> = statuses
        .iter()
        .map(|(entity, status)| (entity.as_str(), status.as_str()))
        .collect();
    assert_eq!(statuses, expected);
}

/// Status of a share, or nothing when there is no record of it.
fn status(world: &mut World, share: &str) -> Option<String> {
    let params = [("ResourceOwner", "Self"), ("ResourceShareIds.1", share)];
    let rows = world.rows(OWNER, "ListResourceShares", "ResourceShares", &params);
    rows.first().map(|row| text(row, "ResourceShareStatus"))
}

#[test]
fn a_share_is_active_at_once_and_what_is_on_it_a_little_later() {
    let mut world = world();
    let image = world.image("golden-1");
    let share = world.start_share("shelf", &[&image], &[PROD, MEMBER]);
    assert_eq!(status(&mut world, &share).as_deref(), Some("Active"));
    let all = |word| [(image.as_str(), word), (PROD, word), (MEMBER, word)];
    // Rows of one moment are in order of what they name.
    let expect = |world: &mut World, word: &'static str| {
        let mut expected = all(word);
        expected[1..].sort_unstable();
        check_statuses(world, &share, &expected);
    };
    expect(&mut world, "Associating");
    world.wait(seconds(9));
    expect(&mut world, "Associating");
    world.wait(seconds(1));
    expect(&mut world, "Associated");
    let answer = world.change_share("DisassociateResourceShare", &share, &[&image], &[PROD, MEMBER]);
    let rows = answer.ok()["ResourceShareAssociations"].clone();
    assert_eq!(text(&rows[0], "AssociationStatus"), "Disassociating");
    expect(&mut world, "Disassociating");
    world.wait(seconds(10));
    expect(&mut world, "Disassociated");
    world.wait(hours(47));
    expect(&mut world, "Disassociated");
    world.wait(hours(1));
    check_statuses(&mut world, &share, &[]);
    assert_eq!(
        status(&mut world, &share).as_deref(),
        Some("Active"),
        "the share itself stays"
    );
}

#[test]
fn an_association_that_fails_tells_why_and_can_be_tried_again() {
    for reason in [
        FailureReason::Unavailable,
        FailureReason::LimitExceeded,
        FailureReason::ZonalResourceInaccessible,
        FailureReason::InternalError,
        FailureReason::UnsupportedOperation,
    ] {
        let mut world = world();
        let image = world.image("golden-1");
        world.cloud.fail_next_association(&region(HOME), reason);
        let share = world.share("shelf", &[&image], &[PROD]);
        check_statuses(&mut world, &share, &[(&image, "Failed"), (PROD, "Associated")]);
        let params = [("AssociationType", "Resource"), ("AssociationStatus", "Failed")];
        let rows = world.rows(
            OWNER,
            "ListResourceShareAssociations",
            "ResourceShareAssociations",
            &params,
        );
        let details = &rows[0]["AssociationFailedDetails"][0];
        assert_eq!(details["FailureReason"], reason.as_str());
        assert_eq!(
            (&details["EntityId"], &details["EntityType"]),
            (&PROD.into(), &"Folder".into())
        );
        assert_eq!(details["OperationType"], "Associate");
        world
            .change_share("AssociateResourceShare", &share, &[&image], &[])
            .ok();
        world.wait(seconds(10));
        check_statuses(&mut world, &share, &[(&image, "Associated"), (PROD, "Associated")]);
    }
}

#[test]
fn what_cannot_be_shared_is_accepted_and_fails() {
    let mut world = world();
    let deprecated = world.image("golden-1");
    let params = [("ImageId", deprecated.as_str()), ("Status", "Deprecated")];
    world.ecs("ModifyImageAttribute", &params).ok();
    let creating = world.start_image(&[("ImageName", "golden-2")]);
    for image in [
        "m-nobody",
        "aliyun_3_x64_20G_alibase_20240819.vhd",
        &deprecated,
        &creating,
    ] {
        let share = world.start_share("shelf", &[image], &[]);
        world.wait(seconds(10));
        check_statuses(&mut world, &share, &[(image, "Failed")]);
        world
            .sharing("DeleteResourceShare", &[("ResourceShareId", &share)])
            .ok();
    }
}

#[test]
fn a_failed_record_stays_for_two_to_four_days() {
    let mut world = World::new();
    let share = world.share("shelf", &["m-nobody"], &[]);
    world.wait(hours(47));
    check_statuses(&mut world, &share, &[("m-nobody", "Failed")]);
    world.wait(hours(50));
    check_statuses(&mut world, &share, &[]);
}

#[test]
fn tasks_on_one_thing_exclude_each_other() {
    type Step = (&'static str, (u16, &'static str));
    // What is going on, and how the next call ends while it is.
    let table: [(&str, [Step; 3]); 2] = [
        (
            "AssociateResourceShare",
            [
                ("AssociateResourceShare", (409, "ConcurrentExecutionError")),
                ("DisassociateResourceShare", (409, "DisassociateConflict")),
                ("DeleteResourceShare", (409, "DeleteResourceShareConflict")),
            ],
        ),
        (
            "DisassociateResourceShare",
            [
                ("AssociateResourceShare", (409, "AssociateConflict")),
                ("DisassociateResourceShare", (409, "ConcurrentExecutionError")),
                ("DeleteResourceShare", (409, "DeleteResourceShareConflict")),
            ],
        ),
    ];
    for (going_on, calls) in table {
        for image_too in [true, false] {
            let mut world = world();
            let image = world.image("golden-1");
            let images: &[&str] = if image_too { &[&image] } else { &[] };
            let targets: &[&str] = if image_too { &[] } else { &[PROD] };
            let share = world.share("shelf", &[], &[]);
            if going_on == "DisassociateResourceShare" {
                world
                    .change_share("AssociateResourceShare", &share, images, targets)
                    .ok();
                world.wait(seconds(10));
            }
            world.change_share(going_on, &share, images, targets).ok();
            for (action, expected) in calls {
                let answer = world.change_share(action, &share, images, targets);
                assert_eq!(answer.refusal(), expected, "{action} during {going_on}");
            }
            world.wait(seconds(10));
            world
                .sharing("DeleteResourceShare", &[("ResourceShareId", &share)])
                .ok();
        }
    }
}

#[test]
fn an_image_that_another_share_is_busy_with_has_to_wait() {
    let mut world = world();
    let image = world.image("golden-1");
    let other = world.share("other", &[], &[DEV]);
    world.start_share("shelf", &[&image], &[PROD]);
    let answer = world.change_share("AssociateResourceShare", &other, &[&image], &[]);
    assert_eq!(answer.refusal(), (409, "ConcurrentExecutionError"));
    world.change_share("AssociateResourceShare", &other, &[], &[PROD]).ok();
    world.wait(seconds(10));
    world
        .change_share("AssociateResourceShare", &other, &[&image], &[])
        .ok();
}

#[test]
fn what_is_not_on_a_share_cannot_be_taken_off() {
    let mut world = world();
    let image = world.image("golden-1");
    let share = world.share("shelf", &["m-nobody"], &[PROD]);
    for (images, targets) in [
        (vec![image.as_str()], vec![]),
        (vec!["m-nobody"], vec![]),
        (vec![], vec![DEV]),
        (vec![], vec![PROD, DEV]),
    ] {
        let answer = world.change_share("DisassociateResourceShare", &share, &images, &targets);
        assert_eq!(answer.refusal(), (400, "DisassociateInvalid"), "{images:?} {targets:?}");
    }
    check_statuses(&mut world, &share, &[("m-nobody", "Failed"), (PROD, "Associated")]);
}

#[test]
fn associating_again_changes_nothing_unless_the_switch_forbids_it() {
    for accepted in [true, false] {
        let switches = Switches {
            associating_again_accepted: accepted,
            ..Switches::default()
        };
        let mut world = World::with(Setup { switches, ..setup() });
        let image = world.image("golden-1");
        let share = world.share("shelf", &[&image], &[PROD]);
        let answer = world.change_share("AssociateResourceShare", &share, &[&image], &[]);
        if accepted {
            let rows = answer.ok()["ResourceShareAssociations"].clone();
            assert_eq!(text(&rows[0], "AssociationStatus"), "Associated");
        } else {
            assert_eq!(answer.refusal(), (400, "InvalidParameter.Resources"));
        }
        check_statuses(&mut world, &share, &[(&image, "Associated"), (PROD, "Associated")]);
    }
}

#[test]
fn a_deleted_share_takes_nothing_more_and_is_forgotten_later() {
    let mut world = world();
    let image = world.image("golden-1");
    let share = world.share("shelf", &[&image], &[PROD]);
    world
        .sharing("DeleteResourceShare", &[("ResourceShareId", &share)])
        .ok();
    check_statuses(
        &mut world,
        &share,
        &[(&image, "Disassociating"), (PROD, "Disassociating")],
    );
    for (after, expected) in [
        (0, Some("Deleting")),
        (10, Some("Deleted")),
        (48 * 3600 - 1, Some("Deleted")),
    ] {
        world.wait(seconds(after));
        assert_eq!(status(&mut world, &share).as_deref(), expected, "after {after} s");
        for action in [
            "AssociateResourceShare",
            "DisassociateResourceShare",
            "DeleteResourceShare",
        ] {
            let answer = world.change_share(action, &share, &[&image], &[]);
            assert_eq!(answer.refusal(), (409, "ResourceShareStatusMismatchAction"), "{action}");
        }
    }
    world.wait(seconds(1));
    assert_eq!(status(&mut world, &share), None);
    let answer = world.sharing("DeleteResourceShare", &[("ResourceShareId", &share)]);
    assert_eq!(answer.refusal(), (404, "EntityNotExists.ResourceShare"));
}

#[test]
fn two_shares_of_one_name_are_two_shares() {
    let mut world = world();
    let first = world.share("shelf", &[], &[PROD]);
    let second = world.share("shelf", &[], &[DEV]);
    assert_ne!(first, second);
    let params = [("ResourceOwner", "Self"), ("ResourceShareName", "shelf")];
    let rows = world.rows(OWNER, "ListResourceShares", "ResourceShares", &params);
    let ids: Vec<_> = rows.iter().map(|row| text(row, "ResourceShareId")).collect();
    assert_eq!(ids, [first, second], "the oldest first");
}

#[test]
fn a_share_can_be_renamed() {
    let mut world = world();
    let share = world.share("shelf", &[], &[]);
    let params = [("ResourceShareId", share.as_str()), ("ResourceShareName", "other")];
    let body = world.sharing("UpdateResourceShare", &params).ok();
    assert_eq!(body["ResourceShare"]["ResourceShareName"], "other");
    let params = [("ResourceOwner", "Self"), ("ResourceShareName", "shelf")];
    assert!(
        world
            .rows(OWNER, "ListResourceShares", "ResourceShares", &params)
            .is_empty()
    );
}

#[test]
fn a_share_that_is_pending_takes_nothing_yet() {
    let sharing = SharingSpans {
        activation: Span::seconds(30, 30),
        ..SharingSpans::default()
    };
    let mut world = World::with(Setup { sharing, ..setup() });
    let share = world.start_share("shelf", &[], &[]);
    assert_eq!(status(&mut world, &share).as_deref(), Some("Pending"));
    let answer = world.change_share("AssociateResourceShare", &share, &[], &[PROD]);
    assert_eq!(answer.refusal(), (409, "ResourceShareStatusMismatchAction"));
    world.wait(minutes(1));
    assert_eq!(status(&mut world, &share).as_deref(), Some("Active"));
    world.change_share("AssociateResourceShare", &share, &[], &[PROD]).ok();
}
