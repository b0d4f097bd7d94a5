//! Quota Center 2020-05-10: what an account may have of everything that the simulated cloud counts, and how it asks for
//! more. The products ask here before they refuse, so what is listed and what is enforced are one number. Not here: flow
//! control, whitelists and alarms.

mod application;
mod applications;
mod dimensions;
mod listing;
mod needs;
mod quota;
mod request;
mod usage;

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;

use self::application::Application;
pub(crate) use self::needs::needs;
pub use self::quota::Quota;
pub(crate) use self::usage::Usage;
use super::context::{Context, Done, Kind};
use super::refusal::Refusal;
use super::setup::Setup;
use super::switches::Switches;

/// An operation of Quota Center: what runs it, and whether it changes something.
pub(crate) type Operation = (fn(Usage<'_>, &mut Context<'_>) -> Result<Done, Refusal>, Kind);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateQuotaApplication" => (applications::create, Kind::Write),
        "GetProductQuota" => (listing::get_product_quota, Kind::Read),
        "GetProductQuotaDimension" => (dimensions::get_product_quota_dimension, Kind::Read),
        "GetQuotaApplication" => (applications::get, Kind::Read),
        "ListProductQuotaDimensions" => (dimensions::list_product_quota_dimensions, Kind::Read),
        "ListProductQuotas" => (listing::list_product_quotas, Kind::Read),
        "ListProducts" => (listing::list_products, Kind::Read),
        "ListQuotaApplications" => (applications::list, Kind::Read),
        _ => return None,
    })
}

/// One quota of one account, in one region if it counts there by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    quota: Quota,
    account: AccountId,
    region: Option<RegionId>,
}

impl Place {
    /// The place of a quota that is met in `region`; a quota that counts over all regions forgets which.
    pub(crate) fn new(quota: Quota, account: &AccountId, region: &RegionId, switches: &Switches) -> Self {
        Self {
            quota,
            account: account.clone(),
            region: quota.is_regional(switches).then(|| region.clone()),
        }
    }

    /// The place of a quota that no region has a part in.
    pub(crate) fn global(quota: Quota, account: &AccountId) -> Self {
        Self {
            quota,
            account: account.clone(),
            region: None,
        }
    }
}

/// Every application for more, by account and in order of arrival. What is in force follows from them.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    applications: BTreeMap<AccountId, Vec<Application>>,
}

impl Quotas {
    /// How many there may be now: what the last application that is in force brought, else what everybody has.
    pub(crate) fn limit(&self, place: &Place, now: Timestamp, setup: &Setup) -> usize {
        let own = self.applications.get(&place.account).into_iter().flatten();
        let granted = own.filter(|one| one.place == *place && one.is_in_force(now));
        let last = granted.max_by_key(|one| one.in_force_from());
        last.map_or_else(|| place.quota.initial(&setup.switches), |one| one.desired)
    }

    /// Whether an application for this very quota waits to be decided.
    fn has_pending(&self, place: &Place, now: Timestamp) -> bool {
        let mut own = self.applications.get(&place.account).into_iter().flatten();
        own.any(|one| one.place == *place && one.is_pending(now))
    }

    /// Forgets the applications of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.applications.remove(account);
    }
}
