//! Announcing: tells each channel what is true and was not told yet. The sweep alone speaks, because it runs one at a time.
//!
//! State is announced, not activity: what a channel knows stands in one object, which is compared with what is true. So a
//! crash, a lost event and a channel that was down lose nothing. A channel that fails never fails or delays anything else,
//! and if it cannot be helped without a person, the other channels say so.

#[cfg(test)]
mod doubles;
mod lane;
#[cfg(test)]
mod life;
mod others;
#[cfg(test)]
mod scenes;
#[cfg(test)]
mod simulation;
mod standing;
mod store;
mod swept;
mod told;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use goldcast_cloud::{Deadline, Transport};
use goldcast_domain::{AccountId, ChannelName, Gather as _, PolicyFile, Scope, policy};
use goldcast_notify::{HttpPost, HttpPostError, Limits, Post, Sender};
use jiff::Timestamp;
use tracing::{info, warn};

use crate::channels::{self, ChannelProblem, Reach, ReadyChannel};
use crate::messages;
use crate::run::{Engine, Finished};
use crate::truth::{Due, Listener, Truth};

use lane::{Known, Lane, Turn};
use others::Others;
use store::Bucket;
use told::{Told, TroubleKind};
use turn::{Habits, Moment};

pub use standing::ChannelStanding;
pub use store::{MemoryStore, StoreError, ToldStore};
pub(crate) use told::access_fact;

/// Longest time for reading or writing one object, or one secret.
const NOTE_TIME: Duration = Duration::from_secs(10);

/// Asks the environment for a variable that the policy names.
type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Tells channels.
pub struct Announcer<P> {
    sender: Sender<P>,
    environment: Environment,
    reach: Reach,
    /// Channels whose address and secrets were read.
    ready: Mutex<BTreeMap<ChannelName, Arc<ReadyChannel>>>,
    /// What was told and could not be noted; written before anything else is said.
    unsaved: Mutex<BTreeMap<ChannelName, Known>>,
}

/// An announcer that really sends.
pub type HttpAnnouncer = Announcer<HttpPost>;

/// What is known when channels are told something.
pub(crate) struct Occasion<'a> {
    pub(crate) file: &'a PolicyFile,
    pub(crate) now: Timestamp,
    pub(crate) deadline: Deadline,
    /// Whether the run looked at everything.
    pub(crate) saw_everything: bool,
    /// The facts of everything that is true, if the run saw everything; none about access.
    pub(crate) holding: Option<BTreeSet<String>>,
    /// What a listener has to hear.
    pub(crate) due: &'a (dyn Fn(&Listener<'_>) -> Due + Sync),
    /// Whether a channel is about an account.
    pub(crate) concerns: &'a (dyn Fn(&policy::Channel, &AccountId) -> bool + Sync),
}

impl HttpAnnouncer {
    /// An announcer over HTTPS. `environment` is asked for the variables that the policy names; `reach` says whether
    /// private addresses are allowed even where the policy does not allow them.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn over_http(
        environment: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
        reach: Reach,
    ) -> Result<Self, HttpPostError> {
        let limits = Limits::default();
        let sender = Sender::new(HttpPost::new(limits)?, limits);
        Ok(Self::new(sender, environment, reach))
    }
}

impl<P: Post> Announcer<P> {
    /// An announcer over any sender.
    pub fn new(
        sender: Sender<P>,
        environment: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
        reach: Reach,
    ) -> Self {
        Self {
            sender,
            environment: Box::new(environment),
            reach,
            ready: Mutex::default(),
            unsaved: Mutex::default(),
        }
    }

    /// Tells what this run knows, and writes into its report what was told and what was not. What channels know is kept in
    /// the policy's bucket, and when a sweep last went through is noted beside it.
    pub async fn announce<T: Transport>(&self, engine: &Engine<T>, run: &mut Finished, deadline: Deadline) {
        let store = Bucket::new(&engine.client, engine.policy());
        self.announce_in(&store, engine, run, deadline).await;
        swept::note(engine, run, deadline).await;
    }

    /// The same, with what channels know kept in this store.
    pub async fn announce_in<T: Transport>(
        &self,
        store: &impl ToldStore,
        engine: &Engine<T>,
        run: &mut Finished,
        deadline: Deadline,
    ) {
        let file = engine.policy();
        if file.channels.is_empty() {
            return;
        }
        let channels = self.ready(engine, deadline).await;
        let turns = {
            let (truth, seen) = (Truth::of(file, run, engine.now()), &run.seen);
            let occasion = Occasion {
                file,
                now: engine.now(),
                deadline,
                saw_everything: matches!(seen.scope, Scope::Everything | Scope::Everywhere),
                holding: truth.holding(),
                due: &|listener| truth.due(listener),
                concerns: &|channel, account| messages::concerns(channel, seen, account),
            };
            self.tell_all(store, &channels, &occasion).await
        };
        for (name, turn) in turns {
            for parcel in &turn.arrived {
                info!(channel = %name, message = %parcel.message.key, "a message was delivered");
                run.report.told += 1;
            }
            for why in turn.failed {
                warn!(channel = %name, reason = why, "a message was not delivered");
                run.report.untold.push(format!("{name}: {why}"));
            }
        }
    }

    /// Every channel of the policy with its address and its secrets, as far as they can be had.
    async fn ready<T: Transport>(
        &self,
        engine: &Engine<T>,
        deadline: Deadline,
    ) -> BTreeMap<ChannelName, Result<Arc<ReadyChannel>, ChannelProblem>> {
        let file = engine.policy();
        let vault = channels::Vault {
            environment: &*self.environment,
            client: Some(&engine.client),
            owner: file.owner.account.as_str(),
            region: file.owner.home_region.as_str(),
            deadline: deadline.capped(NOTE_TIME),
        };
        let vault = &vault;
        let all = file.channels.values().map(|entry| async move {
            let known = self.ready_ones().get(&entry.name).map(Arc::clone);
            let ready = match known {
                Some(ready) => Ok(ready),
                None => channels::ready(entry, vault, self.reach).await.map(Arc::new),
            };
            if let Ok(ready) = &ready {
                self.ready_ones().insert(entry.name.clone(), Arc::clone(ready));
            }
            (entry.name.clone(), ready)
        });
        join_all(all).await.into_iter().gather()
    }

    /// Tells all channels side by side what each has to hear.
    pub(crate) async fn tell_all<S: ToldStore>(
        &self,
        store: &S,
        channels: &BTreeMap<ChannelName, Result<Arc<ReadyChannel>, ChannelProblem>>,
        occasion: &Occasion<'_>,
    ) -> Vec<(ChannelName, Turn)> {
        let reading = occasion.deadline.capped(NOTE_TIME);
        let read = channels
            .keys()
            .map(|name| async move { (name, standing::read(store, name, reading).await) });
        let read: BTreeMap<&ChannelName, _> = join_all(read).await.into_iter().gather();
        let others = &Others::of(&read, occasion.now);
        let turns = read.into_iter().filter_map(|(name, known)| {
            let (entry, ready) = (occasion.file.channels.get(name)?, channels.get(name)?);
            Some(async move {
                let turn = match known {
                    Ok(known) => self.turn(store, (entry, ready), known, occasion, others).await,
                    Err(error) => Turn {
                        failed: vec![error.to_string()],
                        ..Turn::default()
                    },
                };
                if turn.is_stale {
                    self.ready_ones().remove(name);
                }
                (name.clone(), turn)
            })
        });
        join_all(turns).await
    }

    async fn turn<S: ToldStore>(
        &self,
        store: &S,
        (entry, ready): (&policy::Channel, &Result<Arc<ReadyChannel>, ChannelProblem>),
        known: Known,
        occasion: &Occasion<'_>,
        others: &Others,
    ) -> Turn {
        let lane = Lane {
            name: &entry.name,
            sender: &self.sender,
            store,
            sends_until: Deadline::after(occasion.deadline.remaining().saturating_sub(NOTE_TIME)),
            deadline: occasion.deadline,
            now: occasion.now,
            is_quiet: entry.quiet_hours.is_some_and(|hours| hours.cover(occasion.now)),
        };
        let known = match self.save_what_was_not(&lane, known).await {
            Ok(known) => known,
            Err(turn) => return turn,
        };
        let mut told = known.told.clone();
        told.follow(occasion.file);
        let mut turn = match ready {
            Ok(ready) => {
                told.note_set_up();
                let parcels = parcels(entry, ready, &known, &mut told, occasion, others);
                lane.tell(ready, known, told, parcels).await
            }
            Err(problem) => {
                let mut turn = Turn::default();
                turn.failed.push(problem.problem.clone());
                let kind = if problem.retry {
                    TroubleKind::Passing
                } else {
                    TroubleKind::SetUp
                };
                told.note_trouble(kind, &problem.problem, occasion.now);
                lane.save(known, told, &mut turn).await;
                turn
            }
        };
        if let Some(unsaved) = turn.unsaved.take() {
            self.unsaved().insert(entry.name.clone(), unsaved);
        }
        turn
    }

    /// What an earlier run of this process could not note is noted first, or nothing is said.
    async fn save_what_was_not<S: ToldStore>(&self, lane: &Lane<'_, P, S>, known: Known) -> Result<Known, Turn> {
        let earlier = self.unsaved().remove(lane.name);
        let Some(earlier) = earlier.filter(|earlier| earlier.stored == known.stored) else {
            return Ok(known);
        };
        let mut turn = Turn::default();
        let known = lane.save(known, earlier.told, &mut turn).await;
        match turn.unsaved.take() {
            Some(unsaved) => {
                self.unsaved().insert(lane.name.clone(), unsaved);
                Err(turn)
            }
            None => Ok(known),
        }
    }

    fn ready_ones(&self) -> MutexGuard<'_, BTreeMap<ChannelName, Arc<ReadyChannel>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unsaved(&self) -> MutexGuard<'_, BTreeMap<ChannelName, Known>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: fmt::Debug> fmt::Debug for Announcer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Announcer")
            .field("sender", &self.sender)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

/// What a channel is sent now; `told` holds afterwards what it knows without a word.
fn parcels(
    entry: &policy::Channel,
    ready: &ReadyChannel,
    known: &Known,
    told: &mut Told,
    occasion: &Occasion<'_>,
    others: &Others,
) -> Vec<turn::Parcel> {
    let facts = told.facts();
    let listener = Listener {
        told: &facts,
        wants: &|kind| ready.wants(kind) && channels::topic(kind).severity() >= entry.severity,
        concerns: &|account| (occasion.concerns)(entry, account),
    };
    let mut due = (occasion.due)(&listener);
    others.tell(&entry.name, &listener, occasion.now, &mut due);
    if let Some(holding) = &occasion.holding {
        let mut holding = holding.clone();
        others.hold(&facts, &mut holding);
        told.age(&holding, occasion.now);
    }
    let habits = Habits {
        quiet: entry.quiet_hours,
        pace: ready.channel.pace(),
    };
    let moment = Moment {
        now: occasion.now,
        saw_everything: occasion.saw_everything,
        is_first: known.stored.is_none(),
    };
    turn::parcels(told, due, &habits, moment)
}
