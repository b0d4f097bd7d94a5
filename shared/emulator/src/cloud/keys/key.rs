//! A key as KMS keeps it.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde::Serialize;

/// Alias of the key that ECS keeps for itself in every account and region
/// (<https://help.aliyun.com/zh/ecs/user-guide/encryption-related-permissions>).
const SERVICE_ALIAS: &str = "alias/acs/ecs";
/// `Creator` of that key. A guess: the alias is what tells it.
const SERVICE_CREATOR: &str = "Ecs";

/// State of a key, in the cloud's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum KeyState {
    /// It encrypts and decrypts.
    Enabled,
    /// It does neither: images under it can be neither copied, shared nor launched.
    Disabled,
    /// The same, and it goes for good at a set time.
    PendingDeletion,
}

impl KeyState {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingDeletion => "PendingDeletion",
        }
    }
}

/// A key of KMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KmsKey {
    /// `key-…`, or a UUID for service keys.
    pub id: String,
    /// The account it belongs to.
    pub account: AccountId,
    /// The region it is in; it means nothing in any other.
    pub region: RegionId,
    /// Whole aliases, such as `alias/golden`.
    pub aliases: BTreeSet<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its policy, if it is not the one that every key begins with.
    pub policy: Option<String>,
    /// Whether it can be used.
    pub state: KeyState,
    /// The account that made it, or the service.
    pub creator: String,
    /// Free text.
    pub description: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it goes, if that is set.
    pub delete_at: Option<Timestamp>,
}

impl KmsKey {
    /// An enabled customer's key without an alias.
    pub fn new(account: &AccountId, region: &RegionId, id: &str, created: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            account: account.clone(),
            region: region.clone(),
            aliases: BTreeSet::new(),
            tags: BTreeMap::new(),
            policy: None,
            state: KeyState::Enabled,
            creator: account.to_string(),
            description: String::new(),
            created,
            delete_at: None,
        }
    }

    pub(super) fn service(account: &AccountId, region: &RegionId, id: String, created: Timestamp) -> Self {
        Self {
            id,
            aliases: BTreeSet::from([SERVICE_ALIAS.to_owned()]),
            creator: SERVICE_CREATOR.to_owned(),
            ..Self::new(account, region, "", created)
        }
    }

    /// `acs:kms:<region>:<account>:key/<id>`.
    pub fn arn(&self) -> String {
        format!("{}:key/{}", self.arn_prefix(), self.id)
    }

    /// Whether it is the key that ECS keeps for itself, under which images cannot be shared.
    pub fn is_service_key(&self) -> bool {
        self.aliases.contains(SERVICE_ALIAS)
    }

    /// What the ARNs of the key and of its aliases begin with.
    pub(super) fn arn_prefix(&self) -> String {
        format!("acs:kms:{}:{}", self.region, self.account)
    }
}
