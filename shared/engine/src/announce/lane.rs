//! One channel's turn: read what it knows, tell it what is new, note what arrived. A failure here is nobody else's.

use bytes::Bytes;
use goldcast_cloud::Deadline;
use goldcast_domain::ChannelName;
use goldcast_notify::{Delivery, Fault, Message, Outcome, Post, Sender};
use jiff::{SignedDuration, Timestamp};

use super::NOTE_TIME;
use super::store::{StoreError, ToldStore};
use super::told::{Told, TroubleKind};
use super::turn::{self, Parcel, room, window_begin};
use crate::channels::ReadyChannel;

/// Longest time for which a platform is believed that it wants to be left alone.
const REST_MAX: SignedDuration = SignedDuration::from_hours(1);

/// What was stored for a channel, and what it says.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// The object as it was read; nothing if there is none.
    pub(crate) stored: Option<Bytes>,
    /// What it says.
    pub(crate) told: Told,
}

/// What came of one channel's turn.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// Parcels that arrived.
    pub(crate) arrived: Vec<Parcel>,
    /// Why something did not.
    pub(crate) failed: Vec<String>,
    /// What could not be noted, for the next run of this process to write.
    pub(crate) unsaved: Option<Known>,
    /// Whether the address and the secrets have to be read again.
    pub(crate) is_stale: bool,
}

/// What a lane works with.
pub(crate) struct Lane<'a, P, S> {
    pub(crate) name: &'a ChannelName,
    pub(crate) sender: &'a Sender<P>,
    pub(crate) store: &'a S,
    /// When nothing more is sent, so that there is time to note what was.
    pub(crate) sends_until: Deadline,
    pub(crate) deadline: Deadline,
    pub(crate) now: Timestamp,
    /// Whether the channel wants to be left alone now.
    pub(crate) is_quiet: bool,
}

impl<P: Post, S: ToldStore> Lane<'_, P, S> {
    /// Sends the parcels and notes what arrived; writes nothing if nothing changed, and says nothing that it could not note.
    pub(crate) async fn tell(&self, ready: &ReadyChannel, known: Known, told: Told, parcels: Vec<Parcel>) -> Turn {
        let mut turn = Turn::default();
        let (mut known, mut told) = (known, told);
        let due = parcels.len();
        if due > 0 {
            known = self.reserve(ready, known, &told, &mut turn).await;
            if turn.unsaved.take().is_some() {
                return turn;
            }
        }
        for (parcel, delivery) in self.send(ready, parcels, &mut told).await {
            self.judge(&delivery.outcome, &parcel, &mut told, &mut turn);
            if delivery.outcome.is_delivered() {
                turn.arrived.push(parcel);
            }
        }
        if due > 0 && turn.failed.is_empty() {
            told.note_all_well(self.now);
            told.quiet_since.take_if(|_| !self.is_quiet);
            told.gathering_since.take_if(|_| said_who_came(&turn.arrived));
        }
        self.save(known, told, &mut turn).await;
        turn
    }

    /// Takes all room in the platform's window before anything is sent, so that a process which dies over it leaves the next
    /// one none. It costs a run with news one more write; without it every cold start would have to wait for the window,
    /// because a new process cannot tell whether the last one died.
    async fn reserve(&self, ready: &ReadyChannel, known: Known, told: &Told, turn: &mut Turn) -> Known {
        let mut full = told.clone();
        self.note_sent(self.room(ready, told), ready, &mut full);
        self.save(known, full, turn).await
    }

    /// Requests that the platform takes now.
    fn room(&self, ready: &ReadyChannel, told: &Told) -> u32 {
        u32::try_from(room(told, &ready.channel.pace(), self.now)).unwrap_or(u32::MAX)
    }

    fn note_sent(&self, requests: u32, ready: &ReadyChannel, told: &mut Told) {
        told.note_sent(requests, window_begin(&ready.channel.pace(), self.now), self.now);
    }

    /// Every parcel with what became of it. A message that is refused as it is may pass as one line.
    async fn send(&self, ready: &ReadyChannel, parcels: Vec<Parcel>, told: &mut Told) -> Vec<(Parcel, Delivery)> {
        let first = self.deliver(ready, &parcels, told).await;
        let mut all: Vec<(Parcel, Delivery)> = parcels.into_iter().zip(first).collect();
        let is_refused = |delivery: &Delivery| {
            matches!(
                delivery.outcome,
                Outcome::Permanent {
                    kind: Fault::Payload,
                    ..
                }
            )
        };
        for (parcel, delivery) in all.iter_mut().filter(|(_, delivery)| is_refused(delivery)) {
            if self.room(ready, told) == 0 {
                break;
            }
            let line = turn::fold(std::slice::from_ref(parcel), self.now);
            if let Some(second) = self.deliver(ready, std::slice::from_ref(&line), told).await.pop() {
                if second.outcome.is_delivered() {
                    *parcel = line;
                }
                *delivery = second;
            }
        }
        all
    }

    async fn deliver(&self, ready: &ReadyChannel, parcels: &[Parcel], told: &mut Told) -> Vec<Delivery> {
        if parcels.is_empty() {
            return Vec::new();
        }
        let messages: Vec<Message> = parcels.iter().map(|parcel| parcel.message.clone()).collect();
        let channels = std::slice::from_ref(&ready.channel);
        let end = self.sends_until.instant();
        let room = self.room(ready, told);
        let deliveries = self.sender.send_all(channels, &messages, room, self.now, end).await;
        let requests = deliveries.iter().map(|delivery| delivery.attempts).sum();
        self.note_sent(requests, ready, told);
        deliveries
    }

    /// Notes what an answer means for what comes next.
    fn judge(&self, outcome: &Outcome, parcel: &Parcel, told: &mut Told, turn: &mut Turn) {
        let now = self.now;
        match outcome {
            Outcome::Delivered => {
                told.note(&parcel.facts, &parcel.ends);
                told.note_delivered(parcel.message.key.as_str());
                return;
            }
            Outcome::Throttled { wait, why } | Outcome::Transient { wait, why } => {
                let wait = wait.and_then(|wait| SignedDuration::try_from(wait).ok());
                if let Some(wait) = wait {
                    told.rest_until = now.checked_add(wait.min(REST_MAX)).ok();
                }
                told.note_trouble(TroubleKind::Passing, why, now);
            }
            Outcome::Permanent {
                kind: Fault::Payload,
                why,
            } => {
                told.note_refused(parcel.message.key.as_str(), now);
                told.note_trouble(TroubleKind::Messages, why, now);
            }
            Outcome::Permanent { why, .. } => {
                turn.is_stale = true;
                told.note_trouble(TroubleKind::Channel, why, now);
            }
        }
        turn.failed.push(outcome.to_string());
    }

    /// Writes what the channel knows now, if that is something new, and says what stands there afterwards.
    pub(crate) async fn save(&self, known: Known, told: Told, turn: &mut Turn) -> Known {
        if known.stored.is_some() && known.told == told {
            return known;
        }
        let written = match told.write() {
            Ok(body) => self.put(body.into()).await,
            Err(error) => Err(StoreError(error.to_string())),
        };
        match written {
            Ok(body) => Known {
                stored: Some(body),
                told,
            },
            Err(error) => {
                turn.failed.push(format!(
                    "what it was told could not be noted, so nothing more is said until it is: {error}"
                ));
                turn.unsaved = Some(Known {
                    stored: known.stored.clone(),
                    told,
                });
                known
            }
        }
    }

    async fn put(&self, body: Bytes) -> Result<Bytes, StoreError> {
        let deadline = self.deadline.capped(NOTE_TIME);
        self.store.put(self.name, body.clone(), deadline).await?;
        Ok(body)
    }
}

/// Whether someone who came or left was in it.
fn said_who_came(arrived: &[Parcel]) -> bool {
    let is_access = |fact: &String| fact.starts_with("access:");
    arrived
        .iter()
        .any(|parcel| parcel.facts.iter().chain(&parcel.ends).any(is_access))
}
