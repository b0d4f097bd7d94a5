//! How channels stand, as their objects say: for the next turn, and for whoever asks.

use goldcast_cloud::{Deadline, Transport};
use goldcast_domain::ChannelName;
use jiff::Timestamp;
use serde::Serialize;

use futures_util::future::join_all;

use super::NOTE_TIME;
use super::lane::Known;
use super::store::{Bucket, StoreError, ToldStore};
use super::told::{Told, ToldError, TroubleKind};
use crate::run::Engine;

/// How a channel stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelStanding {
    /// Its name in the policy.
    pub channel: ChannelName,
    /// What is wrong with it; nothing if all is well.
    pub trouble: Option<String>,
    /// Since when, if that is known.
    pub since: Option<Timestamp>,
    /// Whether it can pass by itself.
    pub may_pass: bool,
}

/// Why it is not known what a channel was told. Nothing is said then: it might all have been said before.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    /// The store does not give it.
    #[error("what it was told cannot be read, so nothing is said: {0}")]
    Store(#[from] StoreError),
    /// The object is not what it should be.
    #[error("what it was told cannot be understood, so nothing is said: {0}; mend the object, or delete it")]
    Garbage(#[from] ToldError),
}

/// Reads what a channel was told.
pub(crate) async fn read(store: &impl ToldStore, name: &ChannelName, deadline: Deadline) -> Result<Known, Unread> {
    let stored = store.get(name, deadline).await?;
    let told = match &stored {
        Some(bytes) => Told::parse(bytes)?,
        None => Told::default(),
    };
    Ok(Known { stored, told })
}

impl<T: Transport> Engine<T> {
    /// How every channel of the policy stands.
    pub async fn channels(&self, deadline: Deadline) -> Vec<ChannelStanding> {
        let store = &Bucket::new(&self.client, self.policy());
        let all = self.policy().channels.keys().map(|name| async move {
            let read = read(store, name, deadline.capped(NOTE_TIME)).await;
            standing(name, read)
        });
        join_all(all).await
    }
}

fn standing(name: &ChannelName, read: Result<Known, Unread>) -> ChannelStanding {
    let (trouble, since, may_pass) = match read {
        Ok(known) => match known.told.trouble {
            Some(trouble) => (
                Some(trouble.why),
                Some(trouble.since),
                trouble.kind == TroubleKind::Passing,
            ),
            None => (None, None, true),
        },
        Err(unread) => (Some(unread.to_string()), None, matches!(unread, Unread::Store(_))),
    };
    ChannelStanding {
        channel: name.clone(),
        trouble,
        since,
        may_pass,
    }
}
