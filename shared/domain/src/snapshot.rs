//! Snapshots and keys: what an image's disks are kept in, and under which key.

use std::collections::BTreeMap;

use crate::{KeyId, SnapshotId};

/// A snapshot of the owner's, in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The snapshot.
    pub id: SnapshotId,
    /// The key it is encrypted with, if it is and the cloud said so.
    pub key: Option<KeyId>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A key of the Key Management Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key: an alias is answered with the id behind it.
    pub id: KeyId,
    /// Whether it can be used.
    pub state: KeyState,
}

/// Whether a key can be used (`KeyState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It can.
    Enabled,
    /// It is disabled, waits for its deletion, or is in a state that goldcast does not know.
    Disabled,
}
