//! Announcing: tells each channel what is true and was not told yet. The sweep alone speaks, because it runs one at a time.
//!
//! State is announced, not activity: a message is sent for as long as its mark is missing, so a channel that was down hears
//! of it in a later run. A channel that fails never fails or delays anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;
use goldcast_cloud::{Deadline, Transport};
use goldcast_domain::{AccountId, ImageRef, PolicyFile, PolicyName, Scope, ledger};
use goldcast_notify::{Delivery, HttpPost, HttpPostError, Limits, Message, Post, Sender};
use goldcast_planner::{Access, access};
use tokio::time::Instant;
use tracing::{info, warn};

use crate::channels::{self, ChannelProblem, Reach, ReadyChannel};
use crate::messages::{Announcement, access_fact};
use crate::report::Failure;
use crate::run::{Engine, Finished};
use crate::told::Told;
use crate::truth::{Listener, Truth};

/// Marks kept for messages that no source can carry; beyond it the oldest go.
const UNANCHORED_MAX: usize = 1000;

/// Tells channels, and remembers for as long as the process lives what no tag can hold.
#[derive(Debug)]
pub struct Announcer<P> {
    channels: Vec<ReadyChannel>,
    sender: Sender<P>,
    unanchored: Mutex<BTreeSet<(String, String)>>,
}

/// An announcer that really sends.
pub type HttpAnnouncer = Announcer<HttpPost>;

impl HttpAnnouncer {
    /// An announcer over HTTPS for the policy's channels. A channel that cannot be told anything is left out and comes back
    /// as a problem. `environment` is asked for the variables that the policy names.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn over_http(
        policy: &PolicyFile,
        environment: impl Fn(&str) -> Option<String>,
        reach: Reach,
    ) -> Result<(Self, Vec<ChannelProblem>), HttpPostError> {
        let (channels, problems) = channels::channels(policy, environment, reach);
        let limits = Limits::default();
        Ok((
            Self::new(channels, Sender::new(HttpPost::new(limits)?, limits)),
            problems,
        ))
    }
}

impl<P: Post> Announcer<P> {
    /// An announcer for these channels.
    pub fn new(channels: Vec<ReadyChannel>, sender: Sender<P>) -> Self {
        Self {
            channels,
            sender,
            unanchored: Mutex::new(BTreeSet::new()),
        }
    }

    /// Tells what this run knows, and writes into its report what was told and what was not.
    pub async fn announce<T: Transport>(&self, engine: &Engine<T>, run: &mut Finished, deadline: Deadline) {
        let announcements = announcements(engine, run);
        if announcements.is_empty() || self.channels.is_empty() {
            return;
        }
        let mut told: BTreeMap<ImageRef, Told> = BTreeMap::new();
        for source in announcements
            .iter()
            .filter_map(|announcement| announcement.source.clone())
        {
            let value = run
                .seen
                .image_mut(&source)
                .and_then(|image| image.tags.get(ledger::TOLD).cloned());
            told.entry(source)
                .or_insert_with(|| Told::parse(&value.unwrap_or_default()));
        }
        let deliveries = self.send(engine, &announcements, &told, deadline).await;
        let mut changed: BTreeSet<ImageRef> = BTreeSet::new();
        for delivery in deliveries {
            let key = &delivery.key;
            if !delivery.outcome.is_delivered() {
                warn!(channel = delivery.channel, reason = %delivery.outcome, "a message was not delivered");
                run.report
                    .untold
                    .push(format!("{}: {}", delivery.channel, delivery.outcome));
                continue;
            }
            info!(channel = delivery.channel, message = %key, "a message was delivered");
            run.report.told += 1;
            match announcements
                .iter()
                .find(|a| a.message.key == *key)
                .and_then(|a| a.source.clone())
            {
                Some(source) => {
                    told.entry(source.clone()).or_default().note(&delivery.channel, key);
                    changed.insert(source);
                }
                None => self.remember(&delivery),
            }
        }
        for source in changed {
            let value = told.get(&source).map(Told::value).unwrap_or_default();
            if let Err(error) = engine.tag(&source, ledger::TOLD, &value, deadline).await {
                warn!(image = %source, reason = %error, "who was told could not be noted; they may hear it again");
                run.report.fail(
                    &error,
                    Failure::of_call(&error, format!("noting on {source} who was told")),
                );
            }
        }
    }

    /// Each channel gets what it wants and was not told, side by side.
    async fn send<T: Transport>(
        &self,
        engine: &Engine<T>,
        announcements: &[Announcement],
        told: &BTreeMap<ImageRef, Told>,
        deadline: Deadline,
    ) -> Vec<Delivery> {
        let (now, end) = (engine.now(), Instant::now() + deadline.remaining());
        let lanes = self.channels.iter().map(|ready| async move {
            let due: Vec<Message> = announcements
                .iter()
                .filter(|announcement| ready.wants(announcement.message.kind()))
                .filter(|announcement| !self.was_told(ready.channel.name(), announcement, told))
                .map(|announcement| announcement.message.clone())
                .collect();
            self.sender
                .send_all(std::slice::from_ref(&ready.channel), &due, now, end)
                .await
        });
        join_all(lanes).await.into_iter().flatten().collect()
    }

    fn was_told(&self, channel: &str, announcement: &Announcement, told: &BTreeMap<ImageRef, Told>) -> bool {
        let key = &announcement.message.key;
        match &announcement.source {
            Some(source) => told.get(source).is_some_and(|marks| marks.has(channel, key)),
            None => self.memory().contains(&(channel.to_owned(), key.to_string())),
        }
    }

    fn remember(&self, delivery: &Delivery) {
        let mut memory = self.memory();
        memory.insert((delivery.channel.clone(), delivery.key.to_string()));
        while memory.len() > UNANCHORED_MAX {
            memory.pop_first();
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, BTreeSet<(String, String)>> {
        self.unanchored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that is true and that someone may want to hear. Who had access before this run is taken to have been told of.
fn announcements<T: Transport>(engine: &Engine<T>, run: &Finished) -> Vec<Announcement> {
    let truth = Truth::of(engine.policy(), run, engine.now());
    let mut told = truth.access();
    for (policy, account) in onboarded(engine, run) {
        told.remove(&access_fact(&policy, &account));
    }
    let listener = Listener {
        told: &told,
        wants: &|_| true,
        concerns: &|_| true,
    };
    truth.due(&listener).announcements
}

/// Who can launch what they could not before. A run that was woken for an account was woken because of that.
fn onboarded<T: Transport>(engine: &Engine<T>, run: &Finished) -> BTreeSet<(PolicyName, AccountId)> {
    let mut onboarded = run.onboarded.clone();
    if let Scope::Account(woken) = &run.seen.scope {
        let levels = access(engine.policy(), &run.seen, engine.now());
        let full = levels.into_iter().filter(|(_, level)| *level == Access::Full);
        onboarded.extend(full.map(|(who, _)| who).filter(|(_, account)| account == woken));
    }
    onboarded
}
