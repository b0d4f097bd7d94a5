//! Channels that a person has to help: the others say so, once.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::ChannelName;
use goldcast_notify::{Content, Kind, MessageKey, NeedsYou};
use jiff::Timestamp;

use super::lane::Known;
use super::standing::Unread;
use crate::messages::Announcement;
use crate::truth::{Due, Listener};

/// How the facts about channels begin.
const CHANNEL: &str = "channel:";

/// What is wrong with which channels.
#[derive(Debug)]
pub(crate) struct Others {
    /// By the fact that stands for it: which channel, and why.
    troubles: BTreeMap<String, (ChannelName, String)>,
    /// Channels of which it is not known.
    unknown: BTreeSet<ChannelName>,
}

impl Others {
    /// What the objects say about their channels.
    pub(crate) fn of(read: &BTreeMap<&ChannelName, Result<Known, Unread>>, now: Timestamp) -> Self {
        let (mut troubles, mut unknown) = (BTreeMap::new(), BTreeSet::new());
        for (name, known) in read {
            match known {
                Ok(known) => {
                    if let Some(trouble) = known.told.grave_trouble(now) {
                        let fact = format!("{CHANNEL}{name}:{}", trouble.since.as_second());
                        troubles.insert(fact, ((*name).clone(), trouble.why.clone()));
                    }
                }
                Err(Unread::Store(_)) => {
                    unknown.insert((*name).clone());
                }
                Err(unread @ Unread::Garbage(_)) => {
                    let fact = format!("{CHANNEL}{name}:unreadable");
                    troubles.insert(fact, ((*name).clone(), unread.to_string()));
                }
            }
        }
        Self { troubles, unknown }
    }

    /// Adds to what a channel has to hear.
    pub(crate) fn tell(&self, to: &ChannelName, listener: &Listener<'_>, now: Timestamp, due: &mut Due) {
        if !(listener.wants)(Kind::NeedsYou) {
            return;
        }
        let news = self
            .troubles
            .iter()
            .filter(|(fact, (name, _))| name != to && !listener.told.contains(*fact));
        for (fact, (name, why)) in news {
            let content = Content::NeedsYou(NeedsYou {
                subject: format!("channel {name} is not told everything"),
                reason: why.clone(),
                fix: format!("goldcast notify test --channel {name}"),
                policy: String::new(),
                release: None,
                image: None,
                region: None,
                account: None,
            });
            let key = MessageKey::derive(&["needs-you", fact]);
            let mut announcement = Announcement::new(content, key, now);
            announcement.facts = BTreeSet::from([fact.clone()]);
            due.announcements.push(announcement);
        }
    }

    /// Adds what holds about channels to what holds: what is not known is taken to be as it was.
    pub(crate) fn hold(&self, known: &BTreeSet<String>, holding: &mut BTreeSet<String>) {
        holding.extend(self.troubles.keys().cloned());
        let is_unknown = |fact: &&String| {
            let name = fact.strip_prefix(CHANNEL).and_then(|rest| rest.rsplit_once(':'));
            name.is_some_and(|(name, _)| self.unknown.contains(name))
        };
        holding.extend(known.iter().filter(is_unknown).cloned());
    }
}
