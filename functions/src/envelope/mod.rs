//! What woke a function: every body that can arrive, as one type. Not here: what a function makes of it.
//!
//! Shapes are told apart by their keys, as no shape names itself. The order of the tests stands in `sort`.

mod account_item;
mod association;
mod audit;
mod call;
mod cloud_event;
mod destination;
mod fields;
mod images;
mod malformed;
mod members;
mod signals;
mod sort;

use std::fmt;

pub use account_item::{AccountChange, AccountItem};
pub use association::{Association, AssociationChange};
pub use audit::Audit;
pub use call::Call;
pub use destination::Destination;
pub use malformed::Malformed;
pub use signals::{Execution, Snapshot, Timer};

use crate::look::Shown;

/// What woke a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Envelope {
    /// An `ActionTrail` record of one API call, however it came
    /// (<https://www.alibabacloud.com/help/document_detail/28819.html>).
    Audit(Audit),
    /// A snapshot was made (<https://help.aliyun.com/en/ecs/user-guide/snapshot-event-notifications>).
    Snapshot(Snapshot),
    /// An OOS execution changed its state (<https://help.aliyun.com/zh/eventbridge/user-guide/oos-events>).
    Execution(Execution),
    /// A resource share changed for an account
    /// (<https://help.aliyun.com/zh/eventbridge/user-guide/resource-management-events>).
    Association(Association),
    /// Cloud Config saw a member account change
    /// (<https://help.aliyun.com/zh/eventbridge/user-guide/cloud-config-events>).
    AccountItem(AccountItem),
    /// A timer fired (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/time-triggers>).
    Timer(Timer),
    /// Another function has answered
    /// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation>).
    Destination(Destination),
    /// Somebody called the function directly.
    Call(Call),
    /// Several of the above, at most 128 and not nested.
    Batch(Vec<Envelope>),
    /// Whole, and of a kind that no function follows.
    Other {
        /// What it is, in a few words.
        what: String,
    },
    /// It cannot be read. Trying again would not help.
    Malformed(Malformed),
}

impl Envelope {
    /// Reads any body. Bounds: 2 MiB, 128 events, four envelopes inside each other; an empty body is an empty call.
    pub fn parse(body: &[u8]) -> Self {
        sort::read(body)
    }

    /// The single hints: the batch's events, or the envelope itself.
    pub fn hints(&self) -> &[Self] {
        if let Self::Batch(events) = self {
            events
        } else {
            std::slice::from_ref(self)
        }
    }

    /// Everything in it that could not be read, to be logged and counted.
    pub fn malformed(&self) -> impl Iterator<Item = &Malformed> {
        self.hints().iter().filter_map(|hint| {
            if let Self::Malformed(malformed) = hint {
                Some(malformed)
            } else {
                None
            }
        })
    }
}

/// What it is, in a few words.
impl fmt::Display for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Audit(record) => write!(f, "the call {}", Shown(record.operation())),
            Self::Snapshot(snapshot) => write!(f, "a snapshot of kind {}", Shown(&snapshot.kind)),
            Self::Execution(execution) => write!(f, "an execution with status {}", Shown(&execution.status)),
            Self::Association(event) => write!(f, "a share {} for account {}", event.change, event.target),
            Self::AccountItem(item) => write!(f, "the record of an account {}, {}", item.change, item.account),
            Self::Timer(timer) => write!(f, "the timer {}", Shown(&timer.name)),
            Self::Destination(_) => f.write_str("another function's answer"),
            Self::Call(call) => call.fmt(f),
            Self::Batch(events) => write!(f, "a batch of {} events", events.len()),
            Self::Other { what } => Shown(what).fmt(f),
            Self::Malformed(malformed) => malformed.fmt(f),
        }
    }
}
