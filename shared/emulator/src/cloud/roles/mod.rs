//! RAM 2015-05-01 as far as roles go: their trust documents, kept byte for byte. Not here: sessions of roles (`sts`), and
//! what a role may do (`policies`).

mod needs;
mod operations;
mod role;
mod trust;

use std::collections::BTreeMap;

use goldcast_domain::AccountId;
use jiff::Timestamp;

pub(crate) use needs::needs;
pub(crate) use operations::{Operation, no_such_role, operation, role_name};
pub(crate) use role::ecs_of;
pub use role::{Role, Trust};
pub(crate) use trust::{Principal, trusts};

use super::organisation::Organisation;

/// A role with what RAM keeps about it besides.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) role: Role,
    /// The trust document as it was written.
    pub(crate) document: String,
    description: String,
    created: Timestamp,
    updated: Timestamp,
}

/// All roles of all accounts.
#[derive(Debug, Default)]
pub(crate) struct Roles(BTreeMap<(AccountId, String), Kept>);

impl Roles {
    pub(crate) fn new(organisation: &Organisation) -> Self {
        let mut roles = Self::default();
        for role in &organisation.roles {
            roles.put(role, organisation.founded);
        }
        roles
    }

    /// Adds a role, or replaces the one of the same name.
    pub(crate) fn put(&mut self, role: &Role, at: Timestamp) {
        let kept = Kept {
            document: role.trust.document(),
            role: role.clone(),
            description: String::new(),
            created: at,
            updated: at,
        };
        self.0.insert((role.account.clone(), role.name.clone()), kept);
    }

    /// A role by account and name.
    pub(crate) fn get(&self, account: &AccountId, name: &str) -> Option<&Kept> {
        self.0.get(&(account.clone(), name.to_owned()))
    }

    /// A role by ARN, `acs:ram::<account>:role/<name>`.
    pub(crate) fn by_arn(&self, arn: &str) -> Option<&Kept> {
        let (account, name) = arn.strip_prefix("acs:ram::")?.split_once(":role/")?;
        self.get(&account.parse().ok()?, name)
    }

    /// Takes a role away; `false` if there is none.
    pub(crate) fn remove(&mut self, account: &AccountId, name: &str) -> bool {
        self.0.remove(&(account.clone(), name.to_owned())).is_some()
    }

    /// Forgets the roles of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.0.retain(|(owner, _), _| owner != account);
    }

    fn get_mut(&mut self, account: &AccountId, name: &str) -> Option<&mut Kept> {
        self.0.get_mut(&(account.clone(), name.to_owned()))
    }

    /// The roles of an account, in order of name.
    fn of<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a Kept> {
        self.0.values().filter(move |kept| kept.role.account == *account)
    }
}
