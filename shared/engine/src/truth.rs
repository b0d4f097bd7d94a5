//! What is true after a run, and what of it a listener has to hear. Not here: sending, and remembering what was told.
//!
//! State is announced, not activity. What is said once is a fact: `access:<policy>:<account>` for what an account can
//! launch, `<kind>:<message key>` for the rest. So a listener that knows the facts hears only what is new, in one message
//! for all accounts, and hears it in a later run if it could not be told in this one.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, PolicyFile, PolicyName};
use goldcast_notify::Kind;
use goldcast_planner::{News, Observed, RecallNews, StartNews, departures, news, recalls, starts};
use jiff::Timestamp;

use crate::announce::access_fact;
use crate::messages::{self, Announcement};
use crate::run::Finished;

/// What is true after a run.
#[derive(Debug)]
pub(crate) struct Truth<'a> {
    policy: &'a PolicyFile,
    run: &'a Finished,
    now: Timestamp,
    started: Vec<StartNews>,
    released: Vec<News>,
    recalled: Vec<RecallNews>,
}

/// Someone who may want to hear what is true.
pub(crate) struct Listener<'a> {
    /// The facts that it knows.
    pub(crate) told: &'a BTreeSet<String>,
    /// Which kinds it wants.
    pub(crate) wants: &'a dyn Fn(Kind) -> bool,
    /// Which accounts it is about.
    pub(crate) concerns: &'a dyn Fn(&AccountId) -> bool,
}

/// What a listener has to hear, and what changes in what it knows without a word.
#[derive(Debug, Default)]
pub(crate) struct Due {
    /// What to say.
    pub(crate) announcements: Vec<Announcement>,
    /// Facts to note although nothing is said: the listener does not want to hear such.
    pub(crate) facts: BTreeSet<String>,
    /// Facts to forget although nothing is said: they hold no more.
    pub(crate) ends: BTreeSet<String>,
}

impl<'a> Truth<'a> {
    /// What is true after this run.
    pub(crate) fn of(policy: &'a PolicyFile, run: &'a Finished, now: Timestamp) -> Self {
        Self {
            policy,
            run,
            now,
            started: starts(policy, &run.seen, now),
            released: news(policy, &run.seen, now),
            recalled: recalls(policy, &run.seen, now),
        }
    }

    /// What this listener has to hear.
    pub(crate) fn due(&self, listener: &Listener<'_>) -> Due {
        let mut due = Due::default();
        for announcement in self.states() {
            due.take(announcement, listener);
        }
        let mut known = listener.told.clone();
        for news in &self.released {
            self.absorb(news, listener, &mut known, &mut due);
        }
        self.gained(listener, &known, &mut due);
        self.lost(listener, &mut due);
        due
    }

    /// The facts of everything that is said in one message each; nothing unless the run saw everything.
    pub(crate) fn holding(&self) -> Option<BTreeSet<String>> {
        self.is_whole()
            .then(|| self.states().flat_map(|state| state.facts).collect())
    }

    /// What is said in one message each.
    fn states(&self) -> impl Iterator<Item = Announcement> {
        let (now, blocks) = (self.now, &self.run.plan.blocks);
        let started = self
            .started
            .iter()
            .map(move |news| messages::release_started(news, blocks, now));
        let released = self.released.iter().map(move |news| messages::released(news, now));
        let recalled = self.recalled.iter().map(move |news| messages::recalled(news, now));
        started.chain(released).chain(recalled).chain(self.troubles())
    }

    /// What a person must solve, and what is not as it should be.
    fn troubles(&self) -> impl Iterator<Item = Announcement> {
        let now = self.now;
        let blocks = self.run.plan.blocks.iter();
        let failures = self.run.report.failures.iter().filter(|failure| !failure.retry);
        let blocked = blocks.map(move |block| messages::blocked(block, now));
        blocked.chain(failures.map(move |failure| messages::failed(failure, now)))
    }

    /// Who hears of a policy for the first time, with its release, has heard who can launch it: the release counts them.
    fn absorb(&self, news: &News, listener: &Listener<'_>, known: &mut BTreeSet<String>, due: &mut Due) {
        let prefix = format!("access:{}:", news.policy);
        let knows_policy = listener.told.iter().any(|fact| fact.starts_with(&prefix));
        let released = messages::released(news, self.now).message.key;
        let says = due.announcements.iter_mut().find(|says| says.message.key == released);
        if let Some(says) = says.filter(|_| !knows_policy) {
            let facts = news.everywhere.iter().filter(|account| (listener.concerns)(account));
            says.facts
                .extend(facts.map(|account| access_fact(&news.policy, account)));
            known.extend(says.facts.iter().cloned());
        }
    }

    /// Accounts that can launch what this listener does not know of.
    fn gained(&self, listener: &Listener<'_>, known: &BTreeSet<String>, due: &mut Due) {
        let mut gained: BTreeMap<AccountId, Vec<&News>> = BTreeMap::new();
        for news in &self.released {
            let accounts = news.everywhere.iter().filter(|account| (listener.concerns)(account));
            for account in accounts.filter(|account| !known.contains(&access_fact(&news.policy, account))) {
                gained.entry(account.clone()).or_default().push(news);
            }
        }
        if !gained.is_empty() {
            let announcement = messages::onboarded((self.policy, &self.run.seen), &gained, self.now);
            due.take(announcement, listener);
        }
    }

    /// Accounts of which this listener knows that they could launch what they certainly cannot launch any more.
    fn lost(&self, listener: &Listener<'_>, due: &mut Due) {
        let had: Vec<(PolicyName, AccountId)> = listener.told.iter().filter_map(|fact| access_of(fact)).collect();
        let lost = departures(self.policy, &self.run.seen, &had, self.now);
        if !lost.is_empty() {
            let announcement = messages::offboarded((self.policy, &self.run.seen), &lost, self.now);
            due.take(announcement, listener);
        }
    }

    /// Whether the run saw everything, so that a trouble it does not show is over.
    fn is_whole(&self) -> bool {
        let seen: &Observed = &self.run.seen;
        !self.run.report.stopped_early
            && self.run.report.failures.iter().all(|failure| !failure.retry)
            && seen.is_whole()
    }
}

impl Due {
    /// Says it if the listener wants it and does not know it; else it is only noted.
    pub(crate) fn take(&mut self, announcement: Announcement, listener: &Listener<'_>) {
        let is_news = !announcement.facts.is_subset(listener.told) || !announcement.ends.is_empty();
        if (listener.wants)(announcement.message.kind()) {
            self.announcements.extend(is_news.then_some(announcement));
        } else if announcement.message.kind() == Kind::Onboarded || announcement.message.kind() == Kind::Offboarded {
            self.facts.extend(announcement.facts);
            self.ends.extend(announcement.ends);
        }
    }
}

/// The policy and the account of an access fact.
fn access_of(fact: &str) -> Option<(PolicyName, AccountId)> {
    let (policy, account) = fact.strip_prefix("access:")?.rsplit_once(':')?;
    Some((policy.parse().ok()?, account.parse().ok()?))
}
