//! A snapshot as the cloud keeps it: what an image's disk is made of, or a disk as it was. Not here: how it looks on the
//! wire (`render`).

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde::Serialize;

use crate::cloud::time;

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// `s-…`.
    pub id: String,
    /// The region it is in.
    pub region: RegionId,
    /// The account that owns it.
    pub owner: AccountId,
    /// Usually the name of the image it belongs to.
    pub name: String,
    /// Free text.
    pub description: String,
    /// When it was begun.
    pub created: Timestamp,
    /// When it is whole; until then it is `progressing`.
    pub ready: Timestamp,
    /// Size of the disk, in GiB.
    pub size_gib: u32,
    /// Whether it is of a system disk.
    pub system: bool,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// The id of the key it is encrypted with; the service key of ECS has one too.
    pub kms_key: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Its resource group.
    pub resource_group: String,
    /// Days that it is to be kept; zero for ever. Nothing here is taken away when they are over.
    pub retention_days: usize,
    /// The disk it was taken of; empty for one that belongs to an image or was copied.
    pub disk: String,
    /// The snapshot it was copied from; empty for one that belongs to an image.
    pub source: String,
    /// Region of the snapshot it was copied from.
    pub source_region: Option<RegionId>,
    pub(crate) lock: Option<Lock>,
}

impl Snapshot {
    /// `progressing` or `accomplished`.
    pub(crate) fn status(&self, now: Timestamp) -> &'static str {
        if now < self.ready {
            "progressing"
        } else {
            "accomplished"
        }
    }

    /// How far it has come, in percent, and the seconds that it still takes.
    pub(super) fn progress(&self, now: Timestamp) -> (i64, i64) {
        if now < self.ready {
            (
                time::percent(self.created, self.ready, now),
                time::seconds_left(self.ready, now),
            )
        } else {
            (100, 0)
        }
    }
}

/// Until when a snapshot cannot be deleted by anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Lock {
    pub(crate) created: Timestamp,
    pub(crate) cool_off_hours: i64,
    pub(crate) days: i64,
}

impl Lock {
    /// When nobody can lift or shorten it any more.
    pub(super) fn cooled(&self) -> Timestamp {
        time::after(self.created, jiff::SignedDuration::from_hours(self.cool_off_hours))
    }

    /// When it ends.
    pub(super) fn ends(&self) -> Timestamp {
        time::after(
            self.cooled(),
            jiff::SignedDuration::from_hours(self.days.saturating_mul(24)),
        )
    }

    /// The word on the wire.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        if now < self.cooled() {
            "compliance-cooloff"
        } else if now < self.ends() {
            "compliance"
        } else {
            "expired"
        }
    }
}
