//! What one channel has been told: a small JSON object, read before anything is said and written by the sweep alone after it
//! was said. Not here: where it is kept, and what is due.
//!
//! A member that this version does not know makes the object unreadable rather than lost: then nothing is said, and a newer
//! version of goldcast, or a person, puts it right.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, PolicyFile, PolicyName};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of this shape.
const VERSION: u32 = 1;
/// Most facts of one channel: at some twenty bytes each they stay below the mebibyte that an object may have.
const FACTS_MAX: usize = 40_000;
/// What has not been true for so long is forgotten, and is news if it comes back. Shorter absences are stale reads.
const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// A channel that took nothing for so long is in trouble, whatever the reason.
const SILENCE_MAX: SignedDuration = SignedDuration::from_hours(6);
/// How often a message is tried again that the platform refused as it is.
const RETRY_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// The group of the facts about access.
const ACCESS: &str = "access:";

/// What one channel has been told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    version: u32,
    /// What it knows, by what stands before the last colon of each fact.
    facts: BTreeMap<String, BTreeSet<String>>,
    /// Since when what it knows is not true any more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    over: BTreeMap<String, Timestamp>,
    /// When requests were sent, as far back as the platform's limit looks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sent: Vec<Timestamp>,
    /// Until when the platform wants to be left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rest_until: Option<Timestamp>,
    /// Since when something waits to be summed up: for the end of quiet hours, or because the channel is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quiet_since: Option<Timestamp>,
    /// Since when accounts that came or left wait for others to come or leave with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gathering_since: Option<Timestamp>,
    /// Why it hears nothing, or not everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<Trouble>,
    /// Messages that the platform refused, and when it was last tried.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    refused: BTreeMap<String, Timestamp>,
}

/// Why a channel hears nothing, or not everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trouble {
    /// Since when.
    pub(crate) since: Timestamp,
    /// What the platform answered last that was new.
    pub(crate) why: String,
    /// Whether it can pass by itself.
    pub(crate) kind: TroubleKind,
}

/// Whether a trouble can pass by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TroubleKind {
    /// It can.
    Passing,
    /// Single messages are refused; others pass.
    Messages,
    /// The platform takes nothing until a person changes something.
    Channel,
    /// Its address or its secret is missing, or cannot be one.
    SetUp,
}

/// Why an object is not what it should be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ToldError {
    /// Not JSON, or not this shape.
    #[error("it is not what goldcast wrote: {0}")]
    Garbage(#[from] serde_json::Error),
    /// Written by another version.
    #[error("it has version {0}, and this goldcast knows version {VERSION}")]
    Version(u32),
}

impl Default for Told {
    fn default() -> Self {
        Self {
            version: VERSION,
            facts: BTreeMap::new(),
            over: BTreeMap::new(),
            sent: Vec::new(),
            rest_until: None,
            quiet_since: None,
            gathering_since: None,
            trouble: None,
            refused: BTreeMap::new(),
        }
    }
}

impl Told {
    /// Reads an object.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ToldError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } = serde_json::from_slice(bytes)?;
        if version == VERSION {
            Ok(serde_json::from_slice(bytes)?)
        } else {
            Err(ToldError::Version(version))
        }
    }

    /// The object.
    pub(crate) fn write(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Everything it knows.
    pub(crate) fn facts(&self) -> BTreeSet<String> {
        let all = self
            .facts
            .iter()
            .flat_map(|(group, facts)| facts.iter().map(move |fact| format!("{group}:{fact}")));
        all.collect()
    }

    /// Whether so many facts more can be noted.
    pub(crate) fn has_room(&self, more: usize) -> bool {
        self.facts.values().map(BTreeSet::len).sum::<usize>() + more <= FACTS_MAX
    }

    /// Notes what it knows now, and what it need not know any more.
    pub(crate) fn note(&mut self, facts: &BTreeSet<String>, ends: &BTreeSet<String>) {
        for fact in ends {
            self.forget(fact);
        }
        for fact in facts {
            let (group, rest) = split(fact);
            self.facts.entry(group.to_owned()).or_default().insert(rest.to_owned());
            self.over.remove(fact);
        }
    }

    fn forget(&mut self, fact: &str) {
        let (group, rest) = split(fact);
        if let Some(facts) = self.facts.get_mut(group) {
            facts.remove(rest);
            if facts.is_empty() {
                self.facts.remove(group);
            }
        }
        self.over.remove(fact);
    }

    /// Compares it with everything that is true, as a look at everything showed it. Who has access is another matter: that
    /// it has gone is news itself.
    pub(crate) fn age(&mut self, holding: &BTreeSet<String>, now: Timestamp) {
        for fact in self.facts() {
            if fact.starts_with(ACCESS) {
                continue;
            }
            if holding.contains(&fact) {
                self.over.remove(&fact);
                continue;
            }
            let since = *self.over.entry(fact.clone()).or_insert(now);
            if now.duration_since(since) >= FORGET_AFTER {
                self.forget(&fact);
            }
        }
    }

    /// Follows policies that got another name, and forgets who had what a policy gave that is not in the file any more.
    pub(crate) fn follow(&mut self, file: &PolicyFile) {
        let groups: Vec<String> = self
            .facts
            .keys()
            .filter(|group| group.starts_with(ACCESS))
            .cloned()
            .collect();
        for group in groups {
            let name = group.strip_prefix(ACCESS).unwrap_or_default();
            let policy = file.policy_named(name).map(|policy| &policy.name);
            if policy.is_some_and(|policy| policy.as_str() == name) {
                continue;
            }
            let facts = self.facts.remove(&group).unwrap_or_default();
            if let Some(policy) = policy {
                self.facts.entry(format!("{ACCESS}{policy}")).or_default().extend(facts);
            }
        }
    }

    /// Requests that were sent in the window which ends now.
    pub(crate) fn sent_since(&self, begin: Timestamp) -> usize {
        self.sent.iter().filter(|at| **at > begin).count()
    }

    /// Notes requests, and forgets those before the window.
    pub(crate) fn note_sent(&mut self, requests: u32, begin: Timestamp, now: Timestamp) {
        self.sent.retain(|at| *at > begin);
        self.sent.extend((0..requests).map(|_| now));
    }

    /// Whether it can be tried to say anything.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.rest_until.is_none_or(|until| until <= now)
    }

    /// Whether this message was refused so lately that it is of no use to try it again.
    pub(crate) fn was_refused(&self, key: &str, now: Timestamp) -> bool {
        let tried = self.refused.get(key);
        tried.is_some_and(|tried| now.duration_since(*tried) < RETRY_AFTER)
    }

    /// Notes that a message was refused.
    pub(crate) fn note_refused(&mut self, key: &str, now: Timestamp) {
        self.refused.insert(key.to_owned(), now);
    }

    /// Notes that something was not delivered.
    pub(crate) fn note_trouble(&mut self, kind: TroubleKind, why: &str, now: Timestamp) {
        let trouble = self.trouble.get_or_insert_with(|| Trouble {
            since: now,
            why: why.to_owned(),
            kind,
        });
        if trouble.kind < kind {
            (trouble.kind, trouble.why) = (kind, why.to_owned());
        }
    }

    /// Notes that its address and its secrets are there.
    pub(crate) fn note_set_up(&mut self) {
        self.trouble.take_if(|trouble| trouble.kind == TroubleKind::SetUp);
    }

    /// Notes that a message was delivered.
    pub(crate) fn note_delivered(&mut self, key: &str) {
        self.refused.remove(key);
    }

    /// Notes that everything was delivered that was tried.
    pub(crate) fn note_all_well(&mut self, now: Timestamp) {
        self.rest_until = None;
        self.note_nothing_waits(now);
        self.trouble.take_if(|trouble| trouble.kind == TroubleKind::Channel);
    }

    /// Notes that there is nothing that could not be delivered.
    pub(crate) fn note_nothing_waits(&mut self, now: Timestamp) {
        self.refused
            .retain(|_, tried| now.duration_since(*tried) < RETRY_AFTER * 2);
        let is_refused = !self.refused.is_empty();
        self.trouble.take_if(|trouble| match trouble.kind {
            TroubleKind::Passing => true,
            TroubleKind::Messages => !is_refused,
            TroubleKind::Channel | TroubleKind::SetUp => false,
        });
    }

    /// The trouble that a person should know of.
    pub(crate) fn grave_trouble(&self, now: Timestamp) -> Option<&Trouble> {
        let trouble = self.trouble.as_ref()?;
        let is_grave = trouble.kind != TroubleKind::Passing || now.duration_since(trouble.since) >= SILENCE_MAX;
        is_grave.then_some(trouble)
    }
}

/// The fact that an account has what a policy gives.
pub(crate) fn access_fact(policy: &PolicyName, account: &AccountId) -> String {
    format!("{ACCESS}{policy}:{account}")
}

/// A fact as group and rest.
fn split(fact: &str) -> (&str, &str) {
    fact.rsplit_once(':').unwrap_or(("", fact))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(facts: &[&str]) -> BTreeSet<String> {
        facts.iter().map(ToString::to_string).collect()
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    #[test]
    fn what_was_written_is_what_is_read() {
        let mut told = Told::default();
        told.note(
            &facts(&["access:base:2000000000000001", "released:gc_1", "bare"]),
            &facts(&[]),
        );
        told.note_sent(2, at(0), at(1));
        told.note_trouble(TroubleKind::Channel, "the token is wrong", at(2));
        let bytes = told.write().unwrap();
        assert_eq!(Told::parse(&bytes).unwrap(), told);
        assert!(told.facts().contains("access:base:2000000000000001"));
    }

    #[test]
    fn what_another_version_wrote_is_refused() {
        for garbage in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"version":2,"facts":{}}"#,
            r#"{"version":1,"facts":{},"new":1}"#,
            "{\"version\":1",
        ] {
            assert!(Told::parse(garbage.as_bytes()).is_err(), "{garbage}");
        }
    }

    #[test]
    fn what_is_over_is_forgotten_after_a_while_and_a_stale_look_forgets_nothing() {
        let mut told = Told::default();
        told.note(&facts(&["needs-you:gc_1", "access:base:2000000000000001"]), &facts(&[]));
        told.age(&facts(&[]), at(0));
        told.age(&facts(&["needs-you:gc_1"]), at(59));
        told.age(&facts(&[]), at(60));
        told.age(&facts(&[]), at(119));
        assert!(told.facts().contains("needs-you:gc_1"));
        told.age(&facts(&[]), at(120));
        assert_eq!(told.facts(), facts(&["access:base:2000000000000001"]));
    }

    #[test]
    fn a_trouble_keeps_its_beginning_and_gets_worse_but_not_better() {
        let mut told = Told::default();
        told.note_trouble(TroubleKind::Passing, "no answer", at(0));
        assert!(told.grave_trouble(at(5)).is_none() && told.is_open(at(5)));
        assert!(told.grave_trouble(at(6 * 60)).is_some(), "nobody answers for six hours");
        told.note_trouble(TroubleKind::Channel, "no such robot", at(10));
        told.note_trouble(TroubleKind::Passing, "no answer", at(15));
        let trouble = told.grave_trouble(at(20)).unwrap();
        assert_eq!((trouble.since, trouble.why.as_str()), (at(0), "no such robot"));
        assert!(told.is_open(at(20)), "a person may have mended it meanwhile");
        told.note_nothing_waits(at(70));
        assert!(
            told.trouble.is_some(),
            "only an answer shows that the channel works again"
        );
        told.note_all_well(at(70));
        assert_eq!(told, Told::default());
    }
}
