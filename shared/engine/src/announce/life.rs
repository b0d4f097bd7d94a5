//! A generated life: what a run would find true, as releases, troubles and members come and go.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::AccountId;
use goldcast_notify::{
    AccountLine, Content, Departure, LostLine, Message, MessageKey, NeedsYou, Offboarded, Onboarded, Recalled, Released,
};
use jiff::{SignedDuration, Timestamp};

use super::told::access_fact;
use crate::messages::Announcement;
use crate::truth::{Due, Listener};

/// Accounts there are.
const MEMBERS: u64 = 230;

/// Numbers that follow from a seed.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(super) fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }
}

/// What is true, as a run would find it.
#[derive(Default)]
pub(super) struct Life {
    /// What is said in one message each, by its fact; the number tells one occurrence from the next.
    pub(super) states: BTreeMap<String, (Announcement, u32)>,
    pub(super) occurrences: BTreeMap<String, u32>,
    /// When a state ended; it does not begin again within two hours.
    pub(super) ended: BTreeMap<String, Timestamp>,
    pub(super) members: BTreeSet<AccountId>,
    /// How often an account came or left.
    pub(super) moves: BTreeMap<AccountId, u32>,
    pub(super) releases: u32,
    pub(super) current: Option<u32>,
    /// A state that one stale look does not show.
    pub(super) hidden: Option<String>,
}

impl Life {
    pub(super) fn begin(&mut self, content: Content, key: &[&str], now: Timestamp) {
        let announcement = Announcement::new(content, MessageKey::derive(key), now);
        let fact = announcement.facts.iter().next().unwrap().clone();
        let too_soon = |ended: &Timestamp| now.duration_since(*ended) < SignedDuration::from_hours(2);
        if self.states.contains_key(&fact) || self.ended.get(&fact).is_some_and(too_soon) {
            return;
        }
        let occurrence = self.occurrences.entry(fact.clone()).or_default();
        *occurrence += 1;
        self.states.insert(fact, (announcement, *occurrence));
    }

    pub(super) fn end(&mut self, fact: &str, now: Timestamp) {
        self.states.remove(fact);
        self.ended.insert(fact.to_owned(), now);
    }

    /// Something happens.
    pub(super) fn happen(&mut self, chance: &mut Chance, now: Timestamp) {
        self.hidden = None;
        match chance.below(10) {
            0 => self.release(now),
            1 if self.current.is_some() => self.recall(now),
            2 => {
                for _ in 0..=chance.below(40) {
                    self.block(&chance.below(60).to_string(), now);
                }
            }
            3 => self.block(&chance.below(60).to_string(), now),
            4 => {
                let over: Vec<String> = self
                    .states
                    .keys()
                    .filter(|fact| fact.starts_with("needs-you"))
                    .cloned()
                    .collect();
                for fact in over.into_iter().take(usize::try_from(chance.below(20)).unwrap()) {
                    self.end(&fact, now);
                }
            }
            5 => (0..chance.below(MEMBERS)).for_each(|n| self.walk(n)),
            6 => {
                let facts: Vec<&String> = self.states.keys().collect();
                let place = usize::try_from(chance.below(64)).unwrap();
                self.hidden = facts.get(place).map(ToString::to_string);
            }
            _ => self.walk(chance.below(MEMBERS)),
        }
    }

    pub(super) fn release(&mut self, now: Timestamp) {
        self.releases += 1;
        self.current = Some(self.releases);
        let old: Vec<String> = self
            .states
            .keys()
            .filter(|fact| fact.starts_with("rel") || fact.starts_with("rec"))
            .cloned()
            .collect();
        for fact in old {
            self.end(&fact, now);
        }
        let release = format!("corp-{}", self.releases);
        let content = Content::Released(Released {
            release: release.clone(),
            policy: "base".to_owned(),
            family: "corp".to_owned(),
            source: release.clone(),
            regions: Vec::new(),
            accounts: self.members.len(),
            is_paid: false,
        });
        self.begin(content, &["released", &release], now);
    }

    pub(super) fn recall(&mut self, now: Timestamp) {
        let release = format!("corp-{}", self.current.take().unwrap());
        let content = Content::Recalled(Recalled {
            release: release.clone(),
            policy: "base".to_owned(),
            family: "corp".to_owned(),
            why: "cve".to_owned(),
            source: release.clone(),
            instead: None,
            regions: Vec::new(),
        });
        let released: Vec<String> = self
            .states
            .keys()
            .filter(|fact| fact.starts_with("released"))
            .cloned()
            .collect();
        for fact in released {
            self.end(&fact, now);
        }
        self.begin(content, &["recalled", &release], now);
    }

    pub(super) fn block(&mut self, subject: &str, now: Timestamp) {
        let content = Content::NeedsYou(NeedsYou {
            subject: subject.to_owned(),
            reason: "it is in the way".to_owned(),
            fix: "move it".to_owned(),
            policy: "base".to_owned(),
            release: None,
            image: None,
            region: None,
            account: None,
        });
        self.begin(content, &["needs-you", subject], now);
    }

    /// An account comes, or leaves.
    pub(super) fn walk(&mut self, number: u64) {
        let account: AccountId = (2_000_000_000_000_000 + number).to_string().parse().unwrap();
        *self.moves.entry(account.clone()).or_default() += 1;
        if !self.members.remove(&account) {
            self.members.insert(account);
        }
    }

    pub(super) fn shown(&self) -> impl Iterator<Item = (&String, &Announcement)> {
        let states = self
            .states
            .iter()
            .filter(|(fact, _)| self.hidden.as_ref() != Some(fact));
        states.map(|(fact, (announcement, _))| (fact, announcement))
    }

    pub(super) fn access(&self) -> BTreeSet<String> {
        let policy = "base".parse().unwrap();
        self.members
            .iter()
            .map(|account| access_fact(&policy, account))
            .collect()
    }

    /// What a listener has to hear, as the truth of a run says it.
    pub(super) fn due(&self, listener: &Listener<'_>, everything: bool, now: Timestamp) -> Due {
        let mut due = Due::default();
        let is_news = |announcement: &&Announcement| !announcement.facts.is_subset(listener.told);
        for announcement in self.shown().map(|(_, announcement)| announcement).filter(is_news) {
            due.take(announcement.clone(), listener);
        }
        if !everything {
            return due;
        }
        let access = self.access();
        let had: BTreeSet<String> = listener
            .told
            .iter()
            .filter(|fact| fact.starts_with("access:"))
            .cloned()
            .collect();
        let gained: BTreeSet<String> = access.difference(&had).cloned().collect();
        let lost: BTreeSet<String> = had.difference(&access).cloned().collect();
        if !gained.is_empty() {
            due.take(came(&gained, now), listener);
        }
        if !lost.is_empty() {
            due.take(left(&lost, now), listener);
        }
        due
    }
}

pub(super) fn account_of(fact: &str) -> String {
    fact.rsplit(':').next().unwrap().to_owned()
}

pub(super) fn came(facts: &BTreeSet<String>, now: Timestamp) -> Announcement {
    let accounts = facts.iter().map(|fact| AccountLine {
        id: account_of(fact),
        name: None,
        families: Vec::new(),
    });
    let content = Content::Onboarded(Onboarded {
        accounts: accounts.collect(),
        owner: "1234567890123456".to_owned(),
        families: Vec::new(),
    });
    Announcement {
        message: message("came", facts, content, now),
        facts: facts.clone(),
        ends: BTreeSet::new(),
    }
}

pub(super) fn left(facts: &BTreeSet<String>, now: Timestamp) -> Announcement {
    let accounts = facts.iter().map(|fact| LostLine {
        id: account_of(fact),
        name: None,
        families: Vec::new(),
        why: Departure::LeftAudience,
    });
    let content = Content::Offboarded(Offboarded {
        accounts: accounts.collect(),
    });
    Announcement {
        message: message("left", facts, content, now),
        facts: BTreeSet::new(),
        ends: facts.clone(),
    }
}

pub(super) fn message(kind: &str, facts: &BTreeSet<String>, content: Content, at: Timestamp) -> Message {
    let parts: Vec<&str> = std::iter::once(kind).chain(facts.iter().map(String::as_str)).collect();
    Message {
        key: MessageKey::derive(&parts),
        at,
        content,
    }
}
