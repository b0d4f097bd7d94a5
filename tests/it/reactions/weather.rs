//! What is no single error: broken connections, storms, reads that lag, pages that are short or lie, and all of it at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::num::NonZeroUsize;
use std::time::Duration;

use goldcast_emulator::cloud::{Fault, FaultRule};
use goldcast_emulator::world::Chaos;
use goldcast_tests::Script;
use http::StatusCode;
use jiff::SignedDuration;

use super::life::{LIVES, Life, Lived};

/// Writes, and the life in which each is made.
const WRITES: [(&str, Life); 14] = [
    ("CopyImage", Life::Release),
    ("ModifyImageSharePermission", Life::Release),
    ("ModifyImageAttribute", Life::Release),
    ("CreateResourceShare", Life::Shelves),
    ("AssociateResourceShare", Life::Shelves),
    ("DisassociateResourceShare", Life::NoMoreShelves),
    ("DeleteResourceShare", Life::NoMoreShelves),
    ("TagResources", Life::Retire),
    ("DeleteImage", Life::Retire),
    ("DeleteSnapshot", Life::Retire),
    ("UntagResources", Life::SecondThoughts),
    ("CancelCopyImage", Life::Recall),
    ("UpdateRole", Life::Encryption),
    ("CopyImage", Life::Encryption),
];

/// Reads, and a life that depends on each.
const READS: [(&str, Life); 16] = [
    ("DescribeImages", Life::Release),
    ("DescribeImages", Life::Retire),
    ("DescribeImageSharePermission", Life::Release),
    ("DescribeImageSharePermission", Life::NoMoreShelves),
    ("DescribeImageFromFamily", Life::Release),
    ("DescribeSnapshots", Life::Retire),
    ("DescribeRegions", Life::LeftRegion),
    ("ListResourceShares", Life::Shelves),
    ("ListResourceShareAssociations", Life::Shelves),
    ("ListResourceShareAssociations", Life::NoMoreShelves),
    ("ListAccounts", Life::Release),
    ("GetAccount", Life::Members),
    ("GetFolder", Life::EmptyFolder),
    ("DescribeKey", Life::Encryption),
    ("GetRole", Life::Encryption),
    ("AssumeRole", Life::Release),
];

/// Compares lives in which something goes wrong with those in which nothing does.
#[derive(Default)]
struct Comparison {
    calm: BTreeMap<Life, Lived>,
    wrongs: Vec<String>,
}

impl Comparison {
    async fn of(&mut self, what: &str, life: Life, rules: Vec<FaultRule>, script: Script) {
        let calm = match self.calm.entry(life) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(life.live([], Script::Faithful).await),
        };
        let wrongs = life.live(rules, script).await.beside(calm).into_iter();
        self.wrongs
            .extend(wrongs.map(|wrong| format!("{what} in {life:?} ({script:?}): {wrong}")));
    }

    #[track_caller]
    fn is_equal(&self) {
        assert!(
            self.wrongs.is_empty(),
            "{}:\n{}",
            self.wrongs.len(),
            self.wrongs.join("\n")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_before_or_after_any_write_changes_nothing_in_the_end() {
    let mut lives = Comparison::default();
    for (operation, life) in WRITES {
        let unheard = FaultRule::new(Fault::Reset).on(operation).for_next(2);
        let done = unheard.clone().after_the_work();
        let denied = FaultRule::new(Fault::internal_error()).on(operation).for_next(2);
        lives.of(operation, life, vec![unheard], Script::Faithful).await;
        lives.of(operation, life, vec![done.clone()], Script::Faithful).await;
        lives.of(operation, life, vec![done], Script::Patient).await;
        lives
            .of(operation, life, vec![denied.after_the_work()], Script::Patient)
            .await;
    }
    lives.is_equal();
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_throttling_is_weathered() {
    let retry_after = Some(Duration::from_secs(2));
    let mut lives = Comparison::default();
    for life in LIVES {
        for fault in [
            Fault::Throttled { retry_after },
            Fault::Empty(StatusCode::SERVICE_UNAVAILABLE),
        ] {
            let rule = FaultRule::new(fault.clone()).at_rate(700);
            lives.of(&format!("{fault:?}"), life, vec![rule], Script::Patient).await;
        }
    }
    lives.is_equal();
}

#[tokio::test(start_paused = true)]
async fn reads_that_lag_make_no_image_twice_and_give_nobody_too_much() {
    let mut lives = Comparison::default();
    for (operation, life) in READS {
        // Within a run, and into the next.
        for minutes in [1, 90] {
            let lag = SignedDuration::from_mins(minutes);
            let rule = FaultRule::new(Fault::Stale(lag)).on(operation);
            lives.of(operation, life, vec![rule], Script::Faithful).await;
        }
    }
    for life in LIVES {
        let rule = FaultRule::new(Fault::Stale(SignedDuration::from_mins(90))).at_rate(500);
        lives.of("half of all reads", life, vec![rule], Script::Faithful).await;
    }
    lives.is_equal();
}

#[tokio::test(start_paused = true)]
async fn pages_that_are_short_or_lie_or_come_in_no_order_change_nothing_in_the_end() {
    let one = NonZeroUsize::MIN;
    let mut lives = Comparison::default();
    for life in LIVES {
        for fault in [Fault::ShortPages(one), Fault::MissingRow, Fault::AnyOrder] {
            let rule = FaultRule::new(fault.clone());
            lives
                .of(&format!("{fault:?}"), life, vec![rule], Script::Faithful)
                .await;
        }
    }
    lives.is_equal();
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_chaos_ends_well() {
    let mut lives = Comparison::default();
    for chaos in Chaos::all().into_iter().filter(|chaos| !chaos.calls.is_empty()) {
        for life in LIVES {
            lives.of(chaos.name, life, chaos.calls.clone(), Script::Patient).await;
        }
    }
    lives.is_equal();
}
