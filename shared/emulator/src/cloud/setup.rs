//! How one simulated cloud behaves: its seed and how long things take. Not here: who lives in it (`organisation`) and
//! what is unsure about the real cloud (`switches`).

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::flow::FlowClock;
use super::switches::Switches;

/// A range that a duration is drawn from, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The shortest duration.
    pub shortest: SignedDuration,
    /// The longest duration.
    pub longest: SignedDuration,
}

impl Span {
    /// A span of whole seconds.
    pub const fn seconds(shortest: i64, longest: i64) -> Self {
        Self {
            shortest: SignedDuration::from_secs(shortest),
            longest: SignedDuration::from_secs(longest),
        }
    }

    /// A span of whole hours.
    pub const fn hours(shortest: i64, longest: i64) -> Self {
        Self {
            shortest: SignedDuration::from_hours(shortest),
            longest: SignedDuration::from_hours(longest),
        }
    }
}

/// How long a copy runs, once it has a slot: `start + per_gib × size`, and a seeded jitter per copy on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopySpeed {
    /// What every copy takes.
    pub start: SignedDuration,
    /// What each GiB of the image's disks adds.
    pub per_gib: SignedDuration,
    /// Largest seeded addition, in percent of the rest.
    pub jitter_percent: u32,
}

impl Default for CopySpeed {
    fn default() -> Self {
        Self {
            start: SignedDuration::from_mins(3),
            per_gib: SignedDuration::from_secs(12),
            jitter_percent: 40,
        }
    }
}

/// How long things take in Resource Sharing. Nothing of it is published but the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharingSpans {
    /// From `CreateResourceShare` to `Active`; published samples show no wait.
    pub activation: Span,
    /// From `Associating` to `Associated` or `Failed`.
    pub associating: Span,
    /// From `Disassociating` to `Disassociated`.
    pub disassociating: Span,
    /// From `Deleting` to `Deleted`.
    pub deleting: Span,
    /// How long the record of a failed or ended association and of a deleted share stays
    /// (<https://www.alibabacloud.com/help/en/resource-management/latest/api-resourcesharing-2020-01-10-associateresourceshare>).
    pub record_kept: Span,
}

impl Default for SharingSpans {
    fn default() -> Self {
        Self {
            activation: Span::seconds(0, 0),
            associating: Span::seconds(5, 30),
            disassociating: Span::seconds(5, 30),
            deleting: Span::seconds(5, 30),
            record_kept: Span::hours(48, 96),
        }
    }
}

/// Everything that makes one simulated cloud differ from another.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Where all ids, secrets and delays come from.
    pub seed: u64,
    /// What is unsure about the real cloud.
    pub switches: Switches,
    /// Whether signature dates must be within 15 minutes of [`Moment::wall`](super::Moment::wall).
    pub wall_clock_check: bool,
    /// The clock that flow control counts by.
    pub flow_clock: FlowClock,
    /// How long copies run.
    pub copy: CopySpeed,
    /// From CreateImage or ImportImage to `Available`.
    pub image_build: SignedDuration,
    /// From `Available` to `Usable`, which comes late.
    pub usable_lag: Span,
    /// From a call to its audit event on the bus.
    pub audit_delay: Span,
    /// From something that happens to the event that a product publishes itself. Published samples show about a second.
    pub native_delay: Span,
    /// From `DeleteAccount` until the account is gone.
    pub account_deletion: SignedDuration,
    /// How long things take in Resource Sharing.
    pub sharing: SharingSpans,
    /// From `CheckAccountDelete` to its result. Not published.
    pub deletion_check: Span,
    /// From an application to Quota Center until it is decided. Reviews take minutes to days; not published.
    pub quota_review: Span,
    /// Names of images that instances run on from the start, source or copy, whoever owns them.
    pub images_in_use: BTreeSet<String>,
}

impl Setup {
    /// The default cloud with this seed.
    pub fn with_seed(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            seed: 0,
            switches: Switches::default(),
            wall_clock_check: true,
            flow_clock: FlowClock::default(),
            copy: CopySpeed::default(),
            image_build: SignedDuration::from_mins(4),
            usable_lag: Span::seconds(0, 30),
            audit_delay: Span::seconds(5, 60),
            native_delay: Span::seconds(0, 5),
            account_deletion: SignedDuration::from_mins(10),
            sharing: SharingSpans::default(),
            deletion_check: Span::seconds(5, 30),
            quota_review: Span::hours(1, 24),
            images_in_use: BTreeSet::new(),
        }
    }
}
