//! What a channel is told in single scenes: when it is new, when many come at once, when it sleeps, lies, hangs or is gone,
//! and when the process dies while it speaks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use goldcast_cloud::Deadline;
use goldcast_domain::PolicyFile;
use goldcast_notify::{Limits, Reach, Sender};
use jiff::{SignedDuration, Timestamp};

use super::doubles::{Air, Answer, Ear, Faults, Shelf};
use super::life::Life;
use super::store::{MemoryStore, ToldStore};
use super::told::Told;
use super::{Announcer, Occasion};
use crate::channels::{ChannelProblem, ReadyChannel};

/// Sweeps come every five minutes.
const SWEEP: SignedDuration = SignedDuration::from_mins(5);

struct Scene {
    file: PolicyFile,
    life: Life,
    faults: Arc<Faults>,
    store: Shelf,
    announcer: Announcer<Air>,
    now: Timestamp,
    /// What was not told in the last run, as `channel: why`.
    untold: Vec<String>,
}

impl Scene {
    /// One channel for everything, with these keys more.
    fn with(keys: &str) -> Self {
        Self::of(&format!(r#"{{"name": "team", {CHANNEL}{keys}}}"#))
    }

    fn of(channels: &str) -> Self {
        let faults = Arc::new(Faults::default());
        let text = format!(
            r#"{{"owner": {{"account": "1234567890123456", "home-region": "cn-hangzhou"}},
                "policy": [{{"name": "base", "family": "corp", "select": {{"name": "corp-*"}},
                             "regions": ["cn-shanghai"], "share": {{"accounts": ["2000000000000001"]}}}}],
                "notify": [{channels}], "told": {{"bucket": "corp-goldcast"}}}}"#
        );
        Self {
            file: PolicyFile::from_json(&text).unwrap(),
            life: Life::default(),
            store: Shelf(Arc::clone(&faults), MemoryStore::default()),
            announcer: process(&faults),
            faults,
            now: "2026-03-02T08:00:00Z".parse().unwrap(),
            untold: Vec::new(),
        }
    }

    /// One sweep, and what arrived in it.
    async fn sweep(&mut self) -> Vec<String> {
        self.sweep_with(true, None).await
    }

    async fn sweep_with(&mut self, everything: bool, problem: Option<&ChannelProblem>) -> Vec<String> {
        self.faults.heard.lock().unwrap().clear();
        *self.faults.now.lock().unwrap() = self.now;
        let channels: BTreeMap<_, _> = self
            .file
            .channels
            .values()
            .map(|entry| {
                let ready = || ReadyChannel {
                    channel: Box::new(Ear(entry.name.clone())),
                    topics: entry.on.clone(),
                };
                let is_first = self.file.channels.keys().next() == Some(&entry.name);
                let ready = problem
                    .filter(|_| is_first)
                    .map_or_else(|| Ok(Arc::new(ready())), |p| Err(p.clone()));
                (entry.name.clone(), ready)
            })
            .collect();
        let (life, now) = (&self.life, self.now);
        let occasion = Occasion {
            file: &self.file,
            now,
            deadline: Deadline::after(Duration::from_secs(280)),
            saw_everything: everything,
            holding: everything.then(|| life.shown().map(|(fact, _)| fact.clone()).collect()),
            due: &|listener| life.due(listener, true, now),
            concerns: &|_, _| true,
        };
        let turns = tokio::select! {
            turns = self.announcer.tell_all(&self.store, &channels, &occasion) => Some(turns),
            () = self.faults.died.notified() => None,
        };
        let failed = turns
            .into_iter()
            .flatten()
            .flat_map(|(name, turn)| turn.failed.into_iter().map(move |why| format!("{name}: {why}")));
        self.untold = failed.collect();
        self.now += SWEEP;
        let heard = self.faults.heard.lock().unwrap();
        heard
            .iter()
            .map(|(_, body)| String::from_utf8(body.to_vec()).unwrap())
            .collect()
    }

    /// One sweep of a process that dies at this step, unless it ends before; the next process comes two seconds later.
    async fn die(&mut self, step: u32) -> Vec<String> {
        *self.faults.dies_in.lock().unwrap() = Some(step);
        let heard = self.sweep().await;
        *self.faults.dies_in.lock().unwrap() = None;
        self.announcer = process(&self.faults);
        self.now += SignedDuration::from_secs(2) - SWEEP;
        heard
    }

    fn blocks(&mut self, count: u32) {
        for number in 0..count {
            self.life.block(&format!("trouble {number}"), self.now);
        }
    }
}

fn process(faults: &Arc<Faults>) -> Announcer<Air> {
    let sender = Sender::new(Air(Arc::clone(faults)), Limits::default()).with_seed(1);
    Announcer::new(sender, |_| None, Reach::Public)
}

const CHANNEL: &str = r#""kind": "webhook", "url": {"env": "A"}, "secret": {"env": "B"},
    "on": ["released", "needs-you", "recalled", "onboarded", "offboarded"]"#;

#[tokio::test(start_paused = true)]
async fn a_new_channel_hears_what_is_already_so_in_one_summary_and_what_needs_it_in_full() {
    let mut scene = Scene::with("");
    scene.life.release(scene.now);
    scene.life.recall(scene.now);
    scene.life.release(scene.now);
    scene.life.recall(scene.now);
    scene.life.release(scene.now);
    scene.life.recall(scene.now);
    scene.blocks(1);
    let heard = scene.sweep().await;
    assert_eq!(
        heard.iter().filter(|text| text.starts_with("needs-you")).count(),
        1,
        "{heard:#?}"
    );
    assert!(heard.len() <= 2, "{heard:#?}");
    assert_eq!(scene.sweep().await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn two_hundred_accounts_in_a_minute_make_one_message() {
    let mut scene = Scene::with("");
    scene.sweep().await;
    for number in 0..80 {
        scene.life.walk(number);
    }
    // Each is a run of its own, woken by the account; and a sweep comes in the middle.
    assert_eq!(scene.sweep_with(false, None).await, [""; 0]);
    assert_eq!(scene.sweep().await, [""; 0]);
    for number in 80..200 {
        scene.life.walk(number);
        assert_eq!(scene.sweep_with(false, None).await, [""; 0]);
    }
    let heard = scene.sweep().await;
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].matches("AccountLine").count(), 200);
    assert_eq!(scene.sweep().await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn more_than_people_read_comes_as_ten_messages_the_last_of_which_sums_up() {
    let mut scene = Scene::with("");
    scene.sweep().await;
    scene.blocks(50);
    let heard = scene.sweep().await;
    assert_eq!(heard.len(), 9, "the limit of the robot is below ten");
    assert!(
        heard[8].starts_with("digest") && heard[8].matches("DigestPart").count() == 42,
        "{}",
        heard[8]
    );
    assert_eq!(scene.sweep().await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_falls_into_quiet_hours_comes_as_one_afterwards_and_what_is_critical_at_once() {
    let quiet = r#", "quiet-hours": {"from": "08:10", "to": "08:50", "utc-offset": "+00:00", "except": "critical"}"#;
    let mut scene = Scene::with(quiet);
    scene.sweep().await;
    scene.sweep().await;
    scene.life.release(scene.now);
    (0..3).for_each(|number| scene.life.walk(number));
    scene.blocks(1);
    let heard = scene.sweep().await;
    assert!(heard.len() == 1 && heard[0].starts_with("needs-you"), "{heard:#?}");
    while scene.now < "2026-03-02T08:50:00Z".parse().unwrap() {
        assert_eq!(scene.sweep().await, [""; 0]);
    }
    let heard = scene.sweep().await;
    assert!(heard.len() == 1 && heard[0].starts_with("digest"), "{heard:#?}");
    assert_eq!(scene.sweep().await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn only_what_is_weighty_enough_reaches_a_channel_that_says_so() {
    let mut scene = Scene::with(r#", "severity": "critical""#);
    scene.sweep().await;
    scene.life.release(scene.now);
    scene.blocks(1);
    let heard = scene.sweep().await;
    assert!(heard.len() == 1 && heard[0].starts_with("needs-you"), "{heard:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_takes_nothing_hears_it_when_it_is_back() {
    #[track_caller]
    fn quiet(untold: &[String]) {
        assert!(!untold.is_empty());
    }
    for answer in [Answer::Lies, Answer::Hangs] {
        let mut scene = Scene::with("");
        scene.sweep().await;
        scene.blocks(1);
        *scene.faults.answer.lock().unwrap() = answer;
        for _ in 0..3 {
            scene.sweep().await;
            quiet(&scene.untold);
        }
        *scene.faults.answer.lock().unwrap() = Answer::Takes;
        assert_eq!(scene.sweep().await.len(), 1, "{answer:?}");
        assert_eq!(scene.sweep().await, [""; 0], "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn when_a_channel_needs_a_person_the_others_say_so_once() {
    let channels = ["gone", "team"].map(|name| format!(r#"{{"name": "{name}", {CHANNEL}}}"#));
    let mut scene = Scene::of(&channels.join(", "));
    let problem = ChannelProblem {
        problem: "the variable A is not set".to_owned(),
        retry: false,
    };
    assert_eq!(scene.sweep_with(true, Some(&problem)).await, [""; 0]);
    let heard = scene.sweep_with(true, Some(&problem)).await;
    assert!(
        heard.len() == 1 && heard[0].contains("channel gone") && heard[0].contains("the variable A"),
        "{heard:#?}"
    );
    for _ in 0..20 {
        assert_eq!(scene.sweep_with(true, Some(&problem)).await, [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn while_it_is_not_known_what_was_told_nothing_is_said() {
    let mut scene = Scene::with("");
    scene.sweep().await;
    scene.blocks(1);
    scene.faults.store_down.store(true, Ordering::Relaxed);
    assert_eq!(scene.sweep().await, [""; 0]);
    assert!(scene.untold[0].contains("cannot be read"), "{:?}", scene.untold);
    scene.faults.store_down.store(false, Ordering::Relaxed);
    assert_eq!(scene.sweep().await.len(), 1);

    let name = "team".parse().unwrap();
    let soon = Deadline::after(Duration::from_secs(1));
    scene
        .store
        .put(&name, Bytes::from_static(b"{\"version\":7}"), soon)
        .await
        .unwrap();
    assert_eq!(scene.sweep().await, [""; 0]);
    assert!(scene.untold[0].contains("version 7"), "{:?}", scene.untold);
}

#[tokio::test(start_paused = true)]
async fn wherever_processes_die_one_after_the_other_the_platform_never_has_to_throttle() {
    // Reading, taking the room, nine messages and noting them are less than thirty steps.
    for step in 0..30 {
        let mut scene = Scene::with("");
        scene.sweep().await;
        scene.blocks(50);
        for _ in 0..5 {
            scene.die(step).await;
        }
        assert_eq!(scene.faults.throttled(), 0, "dying at step {step}");
        scene.now += SWEEP;
        scene.sweep().await;
        assert_eq!(scene.sweep().await, [""; 0], "dying at step {step}");
        let name = "team".parse().unwrap();
        let soon = Deadline::after(Duration::from_secs(1));
        let told = Told::parse(&scene.store.get(&name, soon).await.unwrap().unwrap()).unwrap();
        assert_eq!(told.facts().len(), 50, "dying at step {step}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plain_cold_start_delays_nothing() {
    let mut scene = Scene::with("");
    scene.sweep().await;
    for number in 0..4 {
        scene.life.block(&format!("late {number}"), scene.now);
        // It ends long before that step.
        assert_eq!(scene.die(1_000).await.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_channel_hears_one_summary_even_if_the_first_process_dies_over_it() {
    // The first message arrives at the fifth step: after reading, and before, after and in the taking of the room.
    for step in 0..8 {
        let mut scene = Scene::with("");
        scene.life.release(scene.now);
        let first = std::mem::take(&mut scene.life.states);
        scene.life.release(scene.now);
        scene.life.states.extend(first);
        let died = scene.die(step).await;
        scene.now += SWEEP;
        let heard = scene.sweep().await;
        let all = died.iter().chain(&heard);
        assert!(
            all.clone().count() > 0 && all.clone().all(|text| text.starts_with("digest")),
            "dying at step {step}: {died:#?} {heard:#?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_noted_is_not_said() {
    let mut scene = Scene::with("");
    scene.sweep().await;
    scene.blocks(1);
    scene.faults.store_full.store(true, Ordering::Relaxed);
    for _ in 0..2 {
        assert_eq!(scene.sweep().await, [""; 0]);
        assert!(scene.untold[0].contains("could not be noted"), "{:?}", scene.untold);
    }
    scene.faults.store_full.store(false, Ordering::Relaxed);
    assert_eq!(scene.sweep().await.len(), 1);
    assert_eq!(scene.sweep().await, [""; 0]);
}
