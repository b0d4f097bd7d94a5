//! KMS 2016-01-20 as far as disks need it: keys per account and region, their states and aliases, and the service key
//! that ECS has in every account and region. Not here: encrypting anything, and access keys (`gateway`).

mod aliases;
mod key;
mod needs;
mod operations;
mod policies;
mod service;
mod tags;

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;

pub use key::{KeyState, KmsKey};
pub(crate) use needs::needs;
pub(crate) use operations::{Operation, operation};

use super::ids::Draw;
use super::organisation::Organisation;

/// All keys of all accounts.
#[derive(Debug)]
pub(crate) struct Kms {
    seed: u64,
    founded: Timestamp,
    /// Customers' keys. Service keys are not kept: they are always there and never change.
    keys: BTreeMap<(RegionId, AccountId, String), KmsKey>,
}

impl Kms {
    pub(crate) fn new(seed: u64, organisation: &Organisation) -> Self {
        let mut kms = Self {
            seed,
            founded: organisation.founded,
            keys: BTreeMap::new(),
        };
        for key in &organisation.kms_keys {
            kms.put(key.clone());
        }
        kms
    }

    /// Adds a key, or replaces the one with the same id.
    pub(crate) fn put(&mut self, key: KmsKey) {
        let place = (key.region.clone(), key.account.clone(), key.id.clone());
        self.keys.insert(place, key);
    }

    /// Deletes the keys whose time has come.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.keys
            .retain(|_, key| key.delete_at.is_none_or(|delete_at| delete_at > now));
    }

    /// Forgets the keys of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.keys.retain(|(_, owner, _), _| owner != account);
    }

    /// The key that ECS keeps in an account and region, under the alias `alias/acs/ecs`.
    pub(crate) fn service_key(&self, region: &RegionId, account: &AccountId) -> KmsKey {
        let draw = Draw::new(self.seed, "service-key", &[region.as_str(), account.as_str()]);
        KmsKey::service(account, region, draw.uuid().to_lowercase(), self.founded)
    }

    /// An account's key in a region, by id, by alias, or by the ARN of either.
    pub(crate) fn find(&self, region: &RegionId, account: &AccountId, name: &str) -> Option<KmsKey> {
        let place = format!("acs:kms:{region}:{account}:");
        let name = name.strip_prefix(&place).unwrap_or(name);
        let name = name.strip_prefix("key/").unwrap_or(name);
        self.of(region, account)
            .into_iter()
            .find(|key| key.id == name || key.aliases.contains(name))
    }

    /// All keys of an account in a region, in order of id.
    fn of(&self, region: &RegionId, account: &AccountId) -> Vec<KmsKey> {
        let own = self.keys.values();
        let mut keys: Vec<KmsKey> = own
            .filter(|key| key.region == *region && key.account == *account)
            .cloned()
            .collect();
        keys.push(self.service_key(region, account));
        keys.sort_by(|one, other| one.id.cmp(&other.id));
        keys
    }
}
