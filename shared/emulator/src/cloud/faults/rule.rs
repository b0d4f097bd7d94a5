//! Which calls a fault strikes, and when. Not here: what it does to them.

use std::num::NonZeroU32;

use goldcast_domain::{AccountId, RegionId};
use jiff::{SignedDuration, Timestamp};

use super::fault::Fault;
use crate::cloud::gateway::{Caller, Identity};
use crate::cloud::ids::Ids;
use crate::cloud::params::Params;

/// Of how many calls a rate is given.
const PER_MILLE: u64 = 1000;

/// A call, as far as rules look at it.
pub(super) struct Asked<'a> {
    pub(super) product: &'a str,
    pub(super) action: &'a str,
    pub(super) region: Option<&'a RegionId>,
    pub(super) caller: &'a Caller,
    pub(super) params: &'a Params,
    pub(super) writes: bool,
}

/// A fault, the calls that it is for, and when it strikes them: all of them, unless something narrower is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    pub(super) fault: Fault,
    pub(super) after_the_work: bool,
    product: Option<String>,
    action: Option<String>,
    region: Option<RegionId>,
    account: Option<AccountId>,
    parameter: Option<(String, String)>,
    writes: Option<bool>,
    roles_only: bool,
    firing: Firing,
    window: Window,
    /// Calls that the rule was for.
    met: u32,
}

/// How many of its calls a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Firing {
    Always,
    Every(NonZeroU32),
    Rate { per_mille: u16 },
    Next(u32),
}

/// At which times a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Window {
    Ever,
    Between(Timestamp, Timestamp),
    Recurring {
        every: SignedDuration,
        lasts: SignedDuration,
    },
}

impl FaultRule {
    /// Strikes every call, before its work.
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            after_the_work: false,
            product: None,
            action: None,
            region: None,
            account: None,
            parameter: None,
            writes: None,
            roles_only: false,
            firing: Firing::Always,
            window: Window::Ever,
            met: 0,
        }
    }

    /// Strikes when the work is done: the caller hears of the fault instead. For faults that end a call.
    #[must_use]
    pub fn after_the_work(self) -> Self {
        Self {
            after_the_work: true,
            ..self
        }
    }

    /// Only calls to a product, by its name in the call log: `Ecs`, `ResourceSharing`, `Sts` …
    #[must_use]
    pub fn to(self, product: &str) -> Self {
        Self {
            product: Some(product.to_owned()),
            ..self
        }
    }

    /// Only calls of an operation.
    #[must_use]
    pub fn on(self, action: &str) -> Self {
        Self {
            action: Some(action.to_owned()),
            ..self
        }
    }

    /// Only calls at the endpoint of a region.
    #[must_use]
    pub fn in_region(self, region: &RegionId) -> Self {
        Self {
            region: Some(region.clone()),
            ..self
        }
    }

    /// Only calls of an account.
    #[must_use]
    pub fn by(self, account: &AccountId) -> Self {
        Self {
            account: Some(account.clone()),
            ..self
        }
    }

    /// Only calls of assumed roles: functions have them, people do not.
    #[must_use]
    pub fn by_roles(self) -> Self {
        Self {
            roles_only: true,
            ..self
        }
    }

    /// Only calls with this value of this parameter, such as `DestinationRegionId`.
    #[must_use]
    pub fn with(self, parameter: &str, value: &str) -> Self {
        Self {
            parameter: Some((parameter.to_owned(), value.to_owned())),
            ..self
        }
    }

    /// Only calls that change nothing.
    #[must_use]
    pub fn reads(self) -> Self {
        Self {
            writes: Some(false),
            ..self
        }
    }

    /// Only calls that change something.
    #[must_use]
    pub fn writes(self) -> Self {
        Self {
            writes: Some(true),
            ..self
        }
    }

    /// Every n-th of these calls.
    #[must_use]
    pub fn every(self, nth: NonZeroU32) -> Self {
        Self {
            firing: Firing::Every(nth),
            ..self
        }
    }

    /// So many of a thousand of these calls, drawn from the seed and from what is called.
    #[must_use]
    pub fn at_rate(self, per_mille: u16) -> Self {
        Self {
            firing: Firing::Rate { per_mille },
            ..self
        }
    }

    /// The next so many of these calls, and none after them.
    #[must_use]
    pub fn for_next(self, calls: u32) -> Self {
        Self {
            firing: Firing::Next(calls),
            ..self
        }
    }

    /// From a moment of simulated time until right before another.
    #[must_use]
    pub fn between(self, from: Timestamp, until: Timestamp) -> Self {
        Self {
            window: Window::Between(from, until),
            ..self
        }
    }

    /// The last part of every so long a period of simulated time, counted from 1970.
    #[must_use]
    pub fn recurring(self, every: SignedDuration, lasts: SignedDuration) -> Self {
        Self {
            window: Window::Recurring { every, lasts },
            ..self
        }
    }

    /// Whether the rule is for this call at all.
    pub(super) fn is_for(&self, asked: &Asked<'_>) -> bool {
        let role = matches!(asked.caller.identity, Identity::Role { .. });
        let parameter = self.parameter.as_ref();
        self.product.as_deref().is_none_or(|product| product == asked.product)
            && self.action.as_deref().is_none_or(|action| action == asked.action)
            && self.region.as_ref().is_none_or(|region| Some(region) == asked.region)
            && self
                .account
                .as_ref()
                .is_none_or(|account| *account == asked.caller.account)
            && parameter.is_none_or(|(name, value)| asked.params.sent(name) == Some(value))
            && self.writes.is_none_or(|writes| writes == asked.writes)
            && (role || !self.roles_only)
    }

    /// Whether a call that the rule is for is struck now. `place` tells apart rules that are equal.
    pub(super) fn fires(&mut self, place: usize, asked: &Asked<'_>, now: Timestamp, ids: &mut Ids) -> bool {
        if !self.window.holds(now) {
            return false;
        }
        self.met = self.met.saturating_add(1);
        match self.firing {
            Firing::Always => true,
            Firing::Every(nth) => self.met.is_multiple_of(nth.get()),
            Firing::Next(calls) => self.met <= calls,
            Firing::Rate { per_mille } => {
                let region = asked.region.map_or("", RegionId::as_str);
                let parts = [
                    &place.to_string(),
                    asked.caller.account.as_str(),
                    region,
                    asked.product,
                    asked.action,
                    &asked.params.fingerprint(&[]),
                ];
                ids.next("fault", &parts).below(PER_MILLE) < u64::from(per_mille)
            }
        }
    }
}

impl Window {
    fn holds(self, now: Timestamp) -> bool {
        match self {
            Self::Ever => true,
            Self::Between(from, until) => from <= now && now < until,
            Self::Recurring { every, lasts } => {
                let into = now.as_second().checked_rem_euclid(every.as_secs()).unwrap_or_default();
                into >= every.as_secs().saturating_sub(lasts.as_secs())
            }
        }
    }
}
