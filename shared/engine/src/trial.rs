//! A harmless message to every channel, so that a person learns before anything happens whether they are heard.

use futures_util::future::join_all;
use goldcast_cloud::{Client, Deadline, Transport};
use goldcast_domain::policy::{self, ChannelKind};
use goldcast_domain::{ChannelName, PolicyFile};
use goldcast_notify::{
    Content, Delivery, Fault, HttpPost, HttpPostError, Limits, Message, MessageKey, NeedsYou, Outcome, Sender,
};
use jiff::Timestamp;

use crate::channels::{self, Reach, ReadyChannel, Vault};

/// What a channel made of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The channel's name in the policy.
    pub channel: ChannelName,
    /// Which platform it is.
    pub kind: ChannelKind,
    /// Whether the platform confirmed the message.
    pub accepted: bool,
    /// What the platform answered, or why it was not asked. Holds no secret.
    pub answer: String,
    /// What a person can do; nothing if all is well.
    pub advice: Option<&'static str>,
    /// Requests that were sent.
    pub requests: u32,
}

/// Sends a sample to every channel of the policy, or to one, side by side; mentions nobody and notes nothing. `client` reads
/// secret parameters.
///
/// # Errors
/// When the TLS library cannot be set up.
pub async fn try_channels<T: Transport>(
    (file, only): (&PolicyFile, Option<&ChannelName>),
    client: Option<&Client<T>>,
    environment: &(dyn Fn(&str) -> Option<String> + Send + Sync),
    reach: Reach,
    (now, deadline): (Timestamp, Deadline),
) -> Result<Vec<Trial>, HttpPostError> {
    let limits = Limits::default();
    let sender = &Sender::new(HttpPost::new(limits)?, limits);
    let vault = &Vault {
        environment,
        client,
        owner: file.owner.account.as_str(),
        region: file.owner.home_region.as_str(),
        deadline,
    };
    let meant = file
        .channels
        .values()
        .filter(|entry| only.is_none_or(|only| entry.name == *only));
    let trials = meant.map(|entry| async move {
        let unmentioning = policy::Channel {
            mention: Vec::new(),
            ..entry.clone()
        };
        match channels::ready(&unmentioning, vault, reach).await {
            Ok(ReadyChannel { channel, .. }) => {
                let sample = sample(&entry.name, now);
                let deliveries = sender
                    .send_all(&[channel], &[sample], u32::MAX, now, deadline.instant())
                    .await;
                trial(entry, deliveries.into_iter().next())
            }
            Err(problem) => Trial {
                channel: entry.name.clone(),
                kind: entry.kind,
                accepted: false,
                answer: problem.problem,
                advice: Some("put the address and the secret where the policy says they are"),
                requests: 0,
            },
        }
    });
    Ok(join_all(trials).await)
}

fn trial(entry: &policy::Channel, delivery: Option<Delivery>) -> Trial {
    let (accepted, answer, advice, requests) = match delivery {
        Some(delivery) => (
            delivery.outcome.is_delivered(),
            delivery.outcome.to_string(),
            advice(&delivery.outcome),
            delivery.attempts,
        ),
        None => (false, "nothing was sent".to_owned(), None, 0),
    };
    Trial {
        channel: entry.name.clone(),
        kind: entry.kind,
        accepted,
        answer,
        advice,
        requests,
    }
}

fn advice(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Delivered => None,
        Outcome::Throttled { .. } => Some("the channel has had too many messages lately: try again in ten minutes"),
        Outcome::Transient { .. } => {
            Some("nobody confirmed it: look whether it arrived, and whether the address can be reached")
        }
        Outcome::Permanent {
            kind: Fault::Config, ..
        } => Some("compare address, secret and security setting with the platform's page"),
        Outcome::Permanent {
            kind: Fault::Payload, ..
        } => Some("the platform refuses what stands in the message: look for a filter of words"),
        Outcome::Permanent { kind: Fault::Gone, .. } => {
            Some("make the robot again, or take the channel out of the policy")
        }
    }
}

/// Says of itself that it is a test. Its key is of its time: a receiver that recognises repeats shows each test.
fn sample(channel: &ChannelName, now: Timestamp) -> Message {
    Message {
        key: MessageKey::derive(&["test", channel.as_str(), &now.to_string()]),
        at: now,
        content: Content::NeedsYou(NeedsYou {
            subject: "this is only a test".to_owned(),
            reason: format!("someone ran goldcast notify test, and the channel {channel} works"),
            fix: "nothing".to_owned(),
            policy: String::new(),
            release: None,
            image: None,
            region: None,
            account: None,
        }),
    }
}
