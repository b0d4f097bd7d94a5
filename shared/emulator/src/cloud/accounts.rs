//! Which accounts exist, inside the directory or outside. Not here: membership.

use std::collections::BTreeMap;

use goldcast_domain::AccountId;

/// Every account there is, by id, with its display name.
#[derive(Debug, Default)]
pub(crate) struct Accounts(BTreeMap<AccountId, String>);

impl Accounts {
    pub(crate) fn add(&mut self, account: AccountId, name: String) {
        self.0.insert(account, name);
    }

    pub(crate) fn remove(&mut self, account: &AccountId) {
        self.0.remove(account);
    }

    pub(crate) fn exists(&self, account: &AccountId) -> bool {
        self.0.contains_key(account)
    }

    pub(crate) fn name(&self, account: &AccountId) -> &str {
        self.0.get(account).map_or("", String::as_str)
    }
}
