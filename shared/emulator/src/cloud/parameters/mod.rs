//! The parameter store of Operation Orchestration Service 2019-06-01, as far as secrets go: encrypted parameters per account
//! and region. Not here: plain parameters, templates and executions; and no value is really encrypted.

mod needs;
mod operations;

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use secrecy::SecretString;

pub(crate) use needs::needs;
pub(crate) use operations::{Operation, operation};

use super::organisation::Organisation;

/// An encrypted parameter. `Debug` shows no value.
#[derive(Debug, Clone)]
pub struct SecretParameter {
    /// The account that owns it.
    pub account: AccountId,
    /// The region it is kept in.
    pub region: RegionId,
    /// Its name: letters, digits, `-`, `_`, `.` and `/`.
    pub name: String,
    /// What it holds.
    pub value: SecretString,
}

/// A parameter with what the cloud knows about it.
#[derive(Debug, Clone)]
struct Kept {
    parameter: SecretParameter,
    description: String,
    version: u32,
    created: Timestamp,
    updated: Timestamp,
    by: String,
}

/// All encrypted parameters, by region, account and name.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    kept: BTreeMap<(RegionId, AccountId, String), Kept>,
}

impl Parameters {
    pub(crate) fn new(organisation: &Organisation) -> Self {
        let mut parameters = Self::default();
        for parameter in &organisation.secret_parameters {
            parameters.put(parameter.clone(), organisation.founded);
        }
        parameters
    }

    /// Adds a parameter, or replaces the one of the same place and name.
    pub(crate) fn put(&mut self, parameter: SecretParameter, now: Timestamp) {
        let by = format!("root({})", parameter.account);
        let kept = Kept {
            parameter,
            description: String::new(),
            version: 1,
            created: now,
            updated: now,
            by,
        };
        self.insert(kept);
    }

    /// Forgets the parameters of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.kept.retain(|(_, owner, _), _| owner != account);
    }

    fn insert(&mut self, kept: Kept) {
        let SecretParameter {
            account, region, name, ..
        } = &kept.parameter;
        self.kept.insert((region.clone(), account.clone(), name.clone()), kept);
    }
}
