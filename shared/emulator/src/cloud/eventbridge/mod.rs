//! EventBridge 2020-04-01, as far as it tells what there is: buses, rules, service-linked roles, sources, what passed. Not
//! here: delivering events, which the world does.

mod catalogue;
mod needs;
mod operations;
mod rule;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, RegionId};

use super::refusal::Refusal;

pub(crate) use needs::needs;
pub(crate) use operations::{Operation, operation};
pub(crate) use rule::{Rule, RulePlace};
pub(crate) use trace::Traces;

/// The bus that every account has in every region.
pub(crate) const DEFAULT: &str = "default";

/// Buses, rules and roles.
#[derive(Debug, Default)]
pub(crate) struct EventBridge {
    /// Custom buses.
    buses: BTreeSet<(AccountId, RegionId, String)>,
    rules: BTreeMap<RulePlace, Rule>,
    /// Service-linked roles, by account and name.
    roles: BTreeSet<(AccountId, String)>,
    pub(crate) traces: Traces,
    /// Accounts that never opened it.
    closed: BTreeSet<AccountId>,
}

impl EventBridge {
    pub(crate) fn put_bus(&mut self, account: &AccountId, region: &RegionId, name: &str) {
        self.buses.insert((account.clone(), region.clone(), name.to_owned()));
    }

    /// Removes a custom bus with its rules.
    pub(crate) fn remove_bus(&mut self, account: &AccountId, region: &RegionId, name: &str) {
        self.buses.remove(&(account.clone(), region.clone(), name.to_owned()));
        self.rules
            .retain(|place, _| place.account != *account || place.region != *region || place.bus != name);
    }

    pub(crate) fn has_bus(&self, account: &AccountId, region: &RegionId, name: &str) -> bool {
        name == DEFAULT || self.buses.contains(&(account.clone(), region.clone(), name.to_owned()))
    }

    pub(crate) fn put_role(&mut self, account: &AccountId, name: &str) {
        self.roles.insert((account.clone(), name.to_owned()));
    }

    pub(crate) fn remove_role(&mut self, account: &AccountId, name: &str) {
        self.roles.remove(&(account.clone(), name.to_owned()));
    }

    pub(crate) fn has_role(&self, account: &AccountId, name: &str) -> bool {
        self.roles.contains(&(account.clone(), name.to_owned()))
    }

    pub(crate) fn close(&mut self, account: &AccountId) {
        self.closed.insert(account.clone());
    }

    /// Refuses whoever never opened it (<https://www.alibabacloud.com/help/en/eventbridge/developer-reference/api-eventbridge-2020-04-01-getrule>).
    pub(crate) fn check_opened(&self, account: &AccountId) -> Result<(), Refusal> {
        if self.closed.contains(account) {
            return Err(Refusal::forbidden("ServiceNotEnable", "The service is not enabled."));
        }
        Ok(())
    }

    pub(crate) fn remove_rule(&mut self, place: &RulePlace) -> bool {
        self.rules.remove(place).is_some()
    }

    pub(crate) fn put_rule(&mut self, rule: Rule) {
        self.rules.insert(rule.place.clone(), rule);
    }

    /// Forgets what an account that is gone had.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.buses.retain(|(owner, _, _)| owner != account);
        self.rules.retain(|place, _| place.account != *account);
        self.roles.retain(|(owner, _)| owner != account);
    }
}
