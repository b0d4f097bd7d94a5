//! What people should know, as data: one [`Message`] with typed content per kind.
//!
//! Nothing here is formatted, escaped or cut; that is the business of the texts and of each channel. All strings may
//! come from the cloud (image names, account names) and are never trusted.

mod access;
mod digest;
mod key;
mod kind;
mod release;
mod trouble;

use jiff::Timestamp;

use crate::order::put_in_order;

pub(crate) use access::families;
pub use access::{AccountLine, Departure, FamilyImage, FamilyLine, LostLine, Offboarded, Onboarded};
pub use digest::{Digest, DigestPart};
pub use key::{MessageKey, MessageKeyError};
pub use kind::{Kind, Severity};
pub(crate) use release::by_urgency;
pub use release::{Recalled, RecalledRegion, RegionLine, RegionState, ReleaseStarted, Released};
pub use trouble::{Drift, NeedsYou};

/// One thing that people should know, for any channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Names this message for ever: the same on every retry and in every later run.
    pub key: MessageKey,
    /// When it happened, which is not when it is sent.
    pub at: Timestamp,
    /// What happened.
    pub content: Content,
}

impl Message {
    /// The kind of this message, by which channels subscribe. A summary is of the weightiest kind in it.
    pub fn kind(&self) -> Kind {
        self.content.kind()
    }

    /// What it calls itself: its kind, or `digest`.
    pub fn title(&self) -> &'static str {
        if matches!(self.content, Content::Digest(_)) {
            "digest"
        } else {
            self.kind().name()
        }
    }

    /// Many messages as one. Its key is a function of theirs, in whatever order they come.
    pub fn digest(messages: &[Self], at: Timestamp) -> Self {
        let mut keys: Vec<&str> = messages.iter().map(|message| message.key.as_str()).collect();
        put_in_order(&mut keys, Ord::cmp);
        keys.insert(0, "digest");
        Self {
            key: MessageKey::derive(&keys),
            at,
            content: Content::Digest(Digest::of(messages.iter().map(|message| &message.content))),
        }
    }
}

/// The typed content of a message, one shape per [`Kind`], and one for many messages at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A release is on its way into its regions.
    ReleaseStarted(ReleaseStarted),
    /// A release can be launched by its family.
    Released(Released),
    /// Accounts gained access: one message for all of them, not one each.
    Onboarded(Onboarded),
    /// Accounts lost access: one message for all of them, not one each.
    Offboarded(Offboarded),
    /// Something is not as it should be.
    Drift(Drift),
    /// A release was taken back, in every region.
    Recalled(Recalled),
    /// A person must act.
    NeedsYou(NeedsYou),
    /// Many messages, folded.
    Digest(Digest),
}

impl Content {
    /// The kind; of a summary, the weightiest in it.
    pub fn kind(&self) -> Kind {
        match self {
            Self::ReleaseStarted(_) => Kind::ReleaseStarted,
            Self::Released(_) => Kind::Released,
            Self::Onboarded(_) => Kind::Onboarded,
            Self::Offboarded(_) => Kind::Offboarded,
            Self::Drift(_) => Kind::Drift,
            Self::Recalled(_) => Kind::Recalled,
            Self::NeedsYou(_) => Kind::NeedsYou,
            Self::Digest(digest) => digest.kind(),
        }
    }
}
