//! What people should know, as data: one [`Message`] with typed content per kind.
//!
//! Nothing here is formatted, escaped or cut; that is the business of the texts and of each channel. All strings may
//! come from the cloud (image names, account names) and are never trusted.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::digest::sha256_hex;

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
    /// The kind of this message, by which channels subscribe.
    pub fn kind(&self) -> Kind {
        match self.content {
            Content::Released(_) => Kind::Released,
            Content::Onboarded(_) => Kind::Onboarded,
            Content::NeedsYou(_) => Kind::NeedsYou,
            Content::Recalled(_) => Kind::Recalled,
        }
    }
}

/// How much a message wants to be read. A channel may ask for the weighty ones only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something is not as it should be, and nobody has to act now.
    Warning,
    /// People must act, or must know at once.
    Critical,
}

impl Severity {
    /// Every severity, lightest first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// The name in the policy file: `info`, `warning`, `critical`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What a message is about. A channel subscribes to kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A release can be launched by its family.
    Released,
    /// Accounts gained access.
    Onboarded,
    /// A person must act; goldcast cannot or may not.
    NeedsYou,
    /// A release was taken back.
    Recalled,
}

impl Kind {
    /// How much messages of this kind want to be read.
    pub fn severity(self) -> Severity {
        match self {
            Self::Released | Self::Onboarded => Severity::Info,
            Self::NeedsYou | Self::Recalled => Severity::Critical,
        }
    }

    /// Every kind, for tables and configuration.
    pub const ALL: [Self; 4] = [Self::Released, Self::Onboarded, Self::NeedsYou, Self::Recalled];

    /// The name in the policy file: `released`, `onboarded`, `needs-you`, `recalled`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Onboarded => "onboarded",
            Self::NeedsYou => "needs-you",
            Self::Recalled => "recalled",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The typed content of a message, one shape per [`Kind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A release can be launched by its family.
    Released(Released),
    /// Accounts gained access: one message for all of them, not one each.
    Onboarded(Onboarded),
    /// A person must act.
    NeedsYou(NeedsYou),
    /// A release was taken back, in every region.
    Recalled(Recalled),
}

/// A release and where it stands in every region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// Name of the release, as people know it.
    pub release: String,
    /// Policy that released it.
    pub policy: String,
    /// Image family that now resolves to it.
    pub family: String,
    /// Image id of the source in the home region.
    pub source: String,
    /// One line per region, in any order.
    pub regions: Vec<RegionLine>,
    /// Distinct accounts that can launch it, over all regions.
    pub accounts: usize,
    /// Whether it is a paid image: it holds a product of the marketplace, and who creates an instance from it pays for
    /// that. See <https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>.
    pub is_paid: bool,
}

impl Released {
    /// The regions in the order they want to be read: trouble first, then by name.
    pub(crate) fn regions_by_urgency(&self) -> Vec<&RegionLine> {
        let mut regions: Vec<&RegionLine> = self.regions.iter().collect();
        regions.sort_unstable_by(|a, b| (a.state, &a.region).cmp(&(b.state, &b.region)));
        regions
    }
}

/// A release in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionLine {
    /// Region id, `cn-shanghai`.
    pub region: String,
    /// Image id of the source or the copy there.
    pub image: String,
    /// How far it got.
    pub state: RegionState,
    /// Accounts that can launch it there.
    pub accounts: usize,
}

/// How far a release got in one region. Ordered by how much it wants to be read: trouble first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionState {
    /// A rule or a person forbids the next step.
    Blocked,
    /// The region did not answer.
    Unknown,
    /// The copy is not complete.
    Copying,
    /// In place and shared; the family still resolves to the previous release.
    Staged,
    /// The family resolves to it.
    Committed,
}

/// Accounts that can now launch a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onboarded {
    /// The accounts that gained access.
    pub accounts: Vec<AccountLine>,
    /// Image family they launch by.
    pub family: String,
    /// Account that owns the images.
    pub owner: String,
    /// Image id by region id.
    pub images: BTreeMap<String, String>,
}

impl Onboarded {
    /// How to name the family from another account: `acs:<owner>:<family>`.
    pub fn launch_family(&self) -> String {
        format!("acs:{}:{}", self.owner, self.family)
    }
}

/// One account that gained access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Account id.
    pub id: String,
    /// Display name in the resource directory, if it could be read.
    pub name: Option<String>,
}

/// Something only a person can or may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedsYou {
    /// What it is about, in a few words.
    pub subject: String,
    /// Why goldcast stops here.
    pub reason: String,
    /// What to do, ideally a command.
    pub fix: String,
    /// Policy concerned.
    pub policy: String,
    /// Release concerned, if it is about one.
    pub release: Option<String>,
    /// Image id concerned, if it is about one.
    pub image: Option<String>,
    /// Region id concerned, if it is about one.
    pub region: Option<String>,
    /// Account id concerned, if it is about one.
    pub account: Option<String>,
}

/// A release that was taken back: nobody launches it by its family any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalled {
    /// Name of the release, as people know it.
    pub release: String,
    /// Policy that released it.
    pub policy: String,
    /// Image family that no longer resolves to it.
    pub family: String,
    /// Why, in the words of whoever took it back.
    pub why: String,
    /// Image id of the source, or of the copy that speaks for it once the source is gone.
    pub source: String,
    /// The release that the family resolves to now; `None` if nobody can launch by the family.
    pub instead: Option<String>,
    /// Its images, in any order; a region may have two.
    pub regions: Vec<RecalledRegion>,
}

impl Recalled {
    /// The images in the order they want to be read: by region.
    pub(crate) fn regions_by_name(&self) -> Vec<&RecalledRegion> {
        let mut regions: Vec<&RecalledRegion> = self.regions.iter().collect();
        regions.sort_unstable();
        regions
    }

    /// The image by which a person takes the recall back: the source if it is listed, else any other, for each of them
    /// stands for the release. None if no image is left.
    pub(crate) fn undone_by(&self) -> Option<&RecalledRegion> {
        let source = self.regions.iter().find(|line| line.image == self.source);
        source.or_else(|| self.regions.iter().min())
    }
}

/// An image of a release that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecalledRegion {
    /// Region id, `cn-shanghai`.
    pub region: String,
    /// Image id of the source or the copy there.
    pub image: String,
}

/// Names a message for ever; the receiver's idempotency key and our own.
///
/// 1 to 64 characters of `A–Z a–z 0–9 _ -`. A dot is impossible, because Standard Webhooks signs `<id>.<time>.<body>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageKey(String);

/// Text that cannot be a [`MessageKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message key is 1 to {MAX_KEY_CHARS} characters of A-Z a-z 0-9 _ -; derive one from the parts instead")]
pub struct MessageKeyError;

/// Longest key, in characters: short enough for a header and for an object's name.
const MAX_KEY_CHARS: usize = 64;

/// Bytes of the digest in a derived key: 128 bits never meet by chance.
const DERIVED_BYTES: usize = 16;

impl MessageKey {
    /// Takes a ready key, for example from the ledger.
    pub fn new(text: &str) -> Result<Self, MessageKeyError> {
        let fits = (1..=MAX_KEY_CHARS).contains(&text.len());
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if fits && plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(MessageKeyError)
        }
    }

    /// A key that is a pure function of `parts`, whatever characters they hold.
    ///
    /// Every part is hashed with its length, so `["a", "bc"]` and `["ab", "c"]` differ.
    pub fn derive(parts: &[&str]) -> Self {
        let framed = parts.iter().fold(String::new(), |framed, part| {
            framed + &part.len().to_string() + ":" + part
        });
        Self(format!("gc_{}", sha256_hex(&framed, DERIVED_BYTES)))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_no_dot_and_a_bounded_length() {
        #[track_caller]
        fn check(text: &str, accepted: bool) {
            assert_eq!(MessageKey::new(text).is_ok(), accepted, "{text:?}");
        }
        check("", false);
        check("a", true);
        check("released_base-linux_7", true);
        check("released.7", false);
        check("released 7", false);
        check("释放", false);
        check(&"k".repeat(MAX_KEY_CHARS), true);
        check(&"k".repeat(MAX_KEY_CHARS + 1), false);
    }

    #[test]
    fn a_derived_key_depends_on_where_parts_end() {
        assert_eq!(MessageKey::derive(&["a", "bc"]), MessageKey::derive(&["a", "bc"]));
        assert_ne!(MessageKey::derive(&["a", "bc"]), MessageKey::derive(&["ab", "c"]));
        let key = MessageKey::derive(&["released", "黄金.镜像"]);
        assert_eq!(MessageKey::new(key.as_str()), Ok(key));
    }
}
