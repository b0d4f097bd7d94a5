//! Ten thousand days of telling: releases come and are recalled, troubles come and go, members join and leave, channels and
//! the object store fail, and the process dies between any two steps. Without deaths nothing is lost and nothing is said
//! twice; with them nothing is lost. Either way no platform ever has to throttle us.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use goldcast_cloud::Deadline;
use goldcast_domain::{AccountId, ChannelName, PolicyFile};
use goldcast_notify::{Limits, Reach, Sender};
use jiff::{SignedDuration, Timestamp};

use super::doubles::{Air, Ear, Faults, Shelf};
use super::lane::Turn;
use super::life::{Chance, Life, account_of};
use super::store::{MemoryStore, ToldStore};
use super::told::Told;
use super::{Announcer, Occasion};
use crate::channels::{ChannelProblem, ReadyChannel};

/// Days of a run of the test suite; all ten thousand take minutes.
const DAYS: u32 = 40;
/// Minutes between two sweeps.
const SWEEP: i64 = 5;
/// Sweeps after which everything must have been heard by a channel that takes messages.
const PATIENCE: u32 = 4;

const POLICY: &str = r#"{
    "owner": {"account": "1234567890123456", "home-region": "cn-hangzhou"},
    "policy": [{"name": "base", "family": "corp", "select": {"name": "corp-*"}, "regions": ["cn-shanghai"],
                "share": {"accounts": ["2000000000000001"]}}],
    "notify": [
        {"name": "all", "kind": "webhook", "url": {"env": "A"}, "secret": {"env": "B"},
         "on": ["release-started", "released", "needs-you", "recalled", "onboarded", "offboarded", "drift"]},
        {"name": "night", "kind": "webhook", "url": {"env": "A"}, "secret": {"env": "B"},
         "on": ["released", "needs-you", "onboarded", "offboarded"],
         "quiet-hours": {"from": "22:00", "to": "07:00", "utc-offset": "+08:00", "except": "critical"}}
    ],
    "told": {"bucket": "corp-goldcast"}
}"#;

/// What one channel heard.
#[derive(Default)]
struct Heard {
    /// Which occurrence of a state, and which move of an account.
    said: BTreeSet<(String, u32)>,
    repeated: u32,
}

/// What a life showed.
#[derive(Debug, Default)]
#[expect(dead_code, reason = "the long lives print it")]
struct Tally {
    runs: u32,
    deaths: u32,
    /// Facts that channels were told.
    told: usize,
    /// Facts that a channel was told twice.
    repeated: u32,
    /// Messages that a process sent and died before it noted anything; the next one says them again.
    unnoted: usize,
    /// Requests that a platform had to throttle.
    throttled: u32,
}

struct World {
    file: PolicyFile,
    life: Life,
    faults: Arc<Faults>,
    store: Shelf,
    announcer: Announcer<Air>,
    heard: BTreeMap<ChannelName, Heard>,
    now: Timestamp,
    /// Sweeps since anything changed or failed.
    calm: u32,
    tally: Tally,
}

impl World {
    fn new() -> Self {
        let faults = Arc::new(Faults::default());
        Self {
            file: PolicyFile::from_json(POLICY).unwrap(),
            life: Life::default(),
            store: Shelf(Arc::clone(&faults), MemoryStore::default()),
            announcer: process(&faults),
            faults,
            heard: BTreeMap::new(),
            now: "2026-03-02T08:00:00Z".parse().unwrap(),
            calm: 0,
            tally: Tally::default(),
        }
    }

    /// One run. Says whether the process lived through it.
    async fn run(&mut self, everything: bool) -> bool {
        *self.faults.now.lock().unwrap() = self.now;
        self.faults.heard.lock().unwrap().clear();
        let channels: BTreeMap<ChannelName, Result<Arc<ReadyChannel>, ChannelProblem>> = self
            .file
            .channels
            .values()
            .map(|entry| {
                let ready = ReadyChannel {
                    channel: Box::new(Ear(entry.name.clone())),
                    topics: entry.on.clone(),
                };
                (entry.name.clone(), Ok(Arc::new(ready)))
            })
            .collect();
        let (life, now) = (&self.life, self.now);
        let occasion = Occasion {
            file: &self.file,
            now,
            deadline: Deadline::after(Duration::from_secs(280)),
            saw_everything: everything,
            holding: everything.then(|| life.shown().map(|(fact, _)| fact.clone()).collect()),
            due: &|listener| life.due(listener, everything, now),
            concerns: &|_, _| true,
        };
        let may_die = self.faults.dies_in.lock().unwrap().is_some();
        let before = if may_die { self.stored().await } else { BTreeMap::new() };
        let telling = self.announcer.tell_all(&self.store, &channels, &occasion);
        let turns = tokio::select! {
            turns = telling => Some(turns),
            () = self.faults.died.notified() => None,
        };
        *self.faults.dies_in.lock().unwrap() = None;
        let lived = turns.is_some();
        self.tally.runs += 1;
        self.tally.deaths += u32::from(!lived);
        for (name, turn) in turns.into_iter().flatten() {
            self.hear(&name, &turn);
        }
        if !lived {
            self.announcer = process(&self.faults);
            // Two channels may have died at once.
            let _ = tokio::time::timeout(Duration::ZERO, self.faults.died.notified()).await;
            self.hear_of_the_dead(&before).await;
        }
        lived
    }

    /// What every channel knows, as it is stored.
    async fn stored(&self) -> BTreeMap<ChannelName, BTreeSet<String>> {
        let mut all = BTreeMap::new();
        for name in self.file.channels.keys() {
            let stored = self
                .store
                .1
                .get(name, Deadline::after(Duration::from_secs(1)))
                .await
                .unwrap();
            let facts = stored.map(|bytes| Told::parse(&bytes).unwrap().facts());
            all.insert(name.clone(), facts.unwrap_or_default());
        }
        all
    }

    /// A process that died after it had noted what was said cannot tell any more what that was. What it noted and nobody
    /// heard is not said.
    async fn hear_of_the_dead(&mut self, before: &BTreeMap<ChannelName, BTreeSet<String>>) {
        for (name, facts) in self.stored().await {
            let arrived = self.faults.heard.lock().unwrap();
            let arrived = arrived.iter().filter(|(to, _)| to == name.as_str()).count();
            if facts == before[&name] {
                self.tally.unnoted += arrived;
            }
            if arrived == 0 {
                continue;
            }
            let heard = self.heard.entry(name.clone()).or_default();
            for fact in facts.difference(&before[&name]) {
                let occurrence = self.life.occurrences.get(fact).copied();
                heard
                    .said
                    .extend(occurrence.map(|occurrence| (fact.clone(), occurrence)));
            }
        }
    }

    fn hear(&mut self, name: &ChannelName, turn: &Turn) {
        let heard = self.heard.entry(name.clone()).or_default();
        for fact in turn
            .arrived
            .iter()
            .flat_map(|parcel| parcel.facts.iter().chain(&parcel.ends))
        {
            let which = if fact.starts_with("access:") {
                let account: AccountId = account_of(fact).parse().unwrap();
                self.life.moves.get(&account).copied()
            } else if fact.starts_with("channel:") {
                // Another channel's trouble, which names when it began and so is never the same again.
                Some(0)
            } else {
                self.life.occurrences.get(fact).copied()
            };
            if !heard.said.insert((fact.clone(), which.unwrap())) {
                heard.repeated += 1;
            }
        }
    }

    /// What a channel knows is what is true.
    async fn check(&self, name: &str) {
        let name: ChannelName = name.parse().unwrap();
        let entry = &self.file.channels[name.as_str()];
        let earlier = self.now - SignedDuration::from_mins(SWEEP * i64::from(PATIENCE + 2));
        if entry
            .quiet_hours
            .is_some_and(|hours| hours.cover(self.now) || hours.cover(earlier))
        {
            return;
        }
        let stored = self
            .store
            .1
            .get(&name, Deadline::after(Duration::from_secs(1)))
            .await
            .unwrap();
        let told = Told::parse(&stored.unwrap()).unwrap().facts();
        let ready = ReadyChannel {
            channel: Box::new(Ear(name.clone())),
            topics: entry.on.clone(),
        };
        for (fact, (announcement, occurrence)) in &self.life.states {
            if ready.wants(announcement.message.kind()) {
                assert!(told.contains(fact), "{name} at {}: {fact} was lost", self.now);
                let heard = self.heard[&name].said.contains(&(fact.clone(), *occurrence));
                assert!(
                    heard,
                    "{name} at {}: {fact}, occurrence {occurrence}, was noted and not said",
                    self.now
                );
            }
        }
        let access: BTreeSet<String> = told.into_iter().filter(|fact| fact.starts_with("access:")).collect();
        assert_eq!(access, self.life.access(), "{name} at {}", self.now);
    }
}

fn process(faults: &Arc<Faults>) -> Announcer<Air> {
    let sender = Sender::new(Air(Arc::clone(faults)), Limits::default()).with_seed(1);
    Announcer::new(sender, |_| None, Reach::Public)
}

/// Lives so many days, and says what that showed.
async fn live(days: u32, seed: u64, dies: bool) -> Tally {
    let (mut world, mut chance) = (World::new(), Chance(seed));
    let end = world.now + SignedDuration::from_hours(24 * i64::from(days));
    let mut lived_before = true;
    while world.now < end {
        for _ in 0..=chance.below(3) {
            world.life.happen(&mut chance, world.now);
        }
        world.faults.dead.store(chance.one_in(12), Ordering::Relaxed);
        world.faults.store_down.store(chance.one_in(12), Ordering::Relaxed);
        world.calm = 0;
        for round in 0..12 {
            if round == 3 {
                world.faults.dead.store(false, Ordering::Relaxed);
                world.faults.store_down.store(false, Ordering::Relaxed);
                world.life.hidden = None;
                world.calm = 0;
            }
            let everything = !chance.one_in(4);
            if dies && chance.one_in(3) {
                *world.faults.dies_in.lock().unwrap() = Some(u32::try_from(chance.below(14)).unwrap());
            }
            let throttled = world.faults.throttled();
            let lived = world.run(everything).await;
            world.now += if lived {
                SignedDuration::from_mins(SWEEP)
            } else {
                SignedDuration::from_secs(2)
            };
            // Whoever comes seconds after a death may have to wait for the platform's minute to pass.
            world.calm += u32::from(lived && lived_before && everything && round > 3);
            lived_before = lived;
            if world.faults.throttled() > throttled {
                // A robot that is blocked hears nothing for a while; the end of this life says so.
                world.calm = 0;
            }
        }
        if world.calm >= PATIENCE {
            world.check("all").await;
            world.check("night").await;
        }
        // The next thing happens some hours later, and there may be a night between.
        world.now += SignedDuration::from_mins(i64::try_from(chance.below(6 * 60)).unwrap());
        world.run(true).await;
        world.now += SignedDuration::from_mins(SWEEP);
    }
    assert!(
        world
            .heard
            .values()
            .all(|heard| heard.said.len() > usize::try_from(days).unwrap())
    );
    let throttled = world.faults.throttled();
    assert_eq!(throttled, 0, "a platform had to throttle us: {:?}", world.tally);
    Tally {
        told: world.heard.values().map(|heard| heard.said.len()).sum(),
        repeated: world.heard.values().map(|heard| heard.repeated).sum(),
        throttled,
        ..world.tally
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_crash_nothing_is_lost_and_nothing_is_said_twice() {
    assert_eq!(live(DAYS, 7, false).await.repeated, 0);
}

#[tokio::test(start_paused = true)]
async fn whatever_the_process_dies_between_nothing_is_lost() {
    live(DAYS, 11, true).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes; the nightly run has them"]
async fn ten_thousand_days_without_a_crash() {
    let tally = live(10_000, 13, false).await;
    println!("{tally:?}");
    assert_eq!(tally.repeated, 0);
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes; the nightly run has them"]
async fn ten_thousand_days_with_crashes() {
    let tally = live(10_000, 17, true).await;
    println!("{tally:?}");
    assert!(tally.deaths > 10_000);
}
