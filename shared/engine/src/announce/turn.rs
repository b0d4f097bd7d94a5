//! What one channel is told in one run: pure, from what it knows, what is true and what time it is. Not here: sending.
//!
//! A person who reads a channel is worth more than a message: nothing comes in quiet hours, who comes and goes is gathered
//! into one message, a channel that is new or was left alone for a night gets one summary, and what would exceed the
//! platform's limit is folded into one.

use std::collections::BTreeSet;

use goldcast_domain::policy::QuietHours;
use goldcast_domain::put_in_order;
use goldcast_notify::{Kind, Message, Pace};
use jiff::{SignedDuration, Timestamp};

use super::told::{Told, TroubleKind};
use crate::channels::topic;
use crate::messages::Announcement;
use crate::truth::Due;

/// Most messages that people want to find at once; more are folded.
const MESSAGES_MAX: usize = 10;

/// What is wrong with a channel that has been told more than an object holds.
const FULL: &str =
    "it has been told as much as can be remembered; let it be about fewer accounts or fewer kinds of messages";

/// One message, and what the channel knows once it has it.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) message: Message,
    pub(crate) facts: BTreeSet<String>,
    pub(crate) ends: BTreeSet<String>,
}

/// How and when a channel wants to hear.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    pub(crate) quiet: Option<QuietHours>,
    pub(crate) pace: Pace,
}

impl Habits {
    /// Whether it wants to be left alone now.
    pub(crate) fn is_quiet(&self, now: Timestamp) -> bool {
        self.quiet.is_some_and(|quiet| quiet.cover(now))
    }
}

/// When a turn is, and what the run behind it saw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: Timestamp,
    /// Whether the run looked at everything, so that whoever came or left is all there.
    pub(crate) saw_everything: bool,
    /// Whether nothing was ever noted for this channel.
    pub(crate) is_first: bool,
}

/// The messages of one turn, weightiest first. What is silently noted is in `told` already.
pub(crate) fn parcels(told: &mut Told, due: Due, habits: &Habits, moment: Moment) -> Vec<Parcel> {
    let now = moment.now;
    told.note(&due.facts, &due.ends);
    let mut due: Vec<Announcement> = due.announcements;
    if moment.saw_everything && due.is_empty() {
        told.note_nothing_waits(now);
        told.quiet_since.take_if(|_| !habits.is_quiet(now));
    }
    gather(told, &mut due, moment);
    let mut fold_all = moment.is_first;
    if moment.is_first && !due.is_empty() {
        // The object is there before the summary is sent; whoever has to send it again finds that it is one.
        told.quiet_since.get_or_insert(now);
    }
    hold(told, &mut due, habits, &mut fold_all, now);
    if !told.is_open(now) {
        return Vec::new();
    }
    let mut parcels: Vec<Parcel> = due.into_iter().map(Parcel::from).collect();
    if parcels.iter().any(|parcel| !told.has_room(parcel.facts.len())) {
        told.note_trouble(TroubleKind::Messages, FULL, now);
    }
    parcels.retain(|parcel| told.has_room(parcel.facts.len()) && !told.was_refused(parcel.message.key.as_str(), now));
    put_in_order(&mut parcels, |a, b| b.message.kind().cmp(&a.message.kind()));
    if fold_all {
        // What a person has to do comes with the words and the commands; the rest is history.
        let news = parcels.partition_point(|parcel| parcel.message.kind() == Kind::NeedsYou);
        fold_from(&mut parcels, news, now);
    }
    fit(&mut parcels, room(told, &habits.pace, now), now);
    parcels
}

/// Requests that the platform's limit leaves room for.
pub(crate) fn room(told: &Told, pace: &Pace, now: Timestamp) -> usize {
    pace.requests.saturating_sub(told.sent_since(window_begin(pace, now)))
}

/// Since when requests count for the platform's limit.
pub(crate) fn window_begin(pace: &Pace, now: Timestamp) -> Timestamp {
    let window = SignedDuration::try_from(pace.window).unwrap_or(SignedDuration::MAX);
    now.checked_sub(window).unwrap_or(Timestamp::MIN)
}

/// Whoever comes or leaves waits for one more look at everything, so that two hundred make one message.
fn gather(told: &mut Told, due: &mut Vec<Announcement>, moment: Moment) {
    let comes_or_goes =
        |announcement: &Announcement| matches!(announcement.message.kind(), Kind::Onboarded | Kind::Offboarded);
    let is_any = due.iter().any(comes_or_goes);
    if moment.saw_everything && !is_any {
        told.gathering_since = None;
    }
    let is_ripe = moment.saw_everything && told.gathering_since.is_some_and(|since| since < moment.now);
    if is_any && moment.saw_everything {
        told.gathering_since.get_or_insert(moment.now);
    }
    if !is_ripe {
        due.retain(|announcement| !comes_or_goes(announcement));
    }
}

/// Holds back what quiet hours hold; after them, everything comes as one.
fn hold(told: &mut Told, due: &mut Vec<Announcement>, habits: &Habits, fold_all: &mut bool, now: Timestamp) {
    let Some(quiet) = habits.quiet.filter(|quiet| quiet.cover(now)) else {
        *fold_all |= told.quiet_since.is_some();
        return;
    };
    let before = due.len();
    due.retain(|announcement| !quiet.hold(topic(announcement.message.kind()).severity(), now));
    if due.len() < before {
        told.quiet_since.get_or_insert(now);
    }
}

/// Folds what does not fit into so many messages into the last of them.
fn fit(parcels: &mut Vec<Parcel>, room: usize, now: Timestamp) {
    let room = room.min(MESSAGES_MAX);
    if room == 0 {
        parcels.clear();
    } else if parcels.len() > room {
        fold_from(parcels, room - 1, now);
    }
}

/// Folds everything from this place on into one message.
fn fold_from(parcels: &mut Vec<Parcel>, place: usize, now: Timestamp) {
    if parcels.len().saturating_sub(place) > 1 {
        let folded = fold(&parcels.split_off(place), now);
        parcels.push(folded);
    }
}

/// Several messages as one.
pub(crate) fn fold(parcels: &[Parcel], now: Timestamp) -> Parcel {
    let messages: Vec<Message> = parcels.iter().map(|parcel| parcel.message.clone()).collect();
    Parcel {
        message: Message::digest(&messages, now),
        facts: parcels.iter().flat_map(|parcel| parcel.facts.iter().cloned()).collect(),
        ends: parcels.iter().flat_map(|parcel| parcel.ends.iter().cloned()).collect(),
    }
}

impl From<Announcement> for Parcel {
    fn from(announcement: Announcement) -> Self {
        let Announcement { message, facts, ends } = announcement;
        Self { message, facts, ends }
    }
}
