//! Misbehaviour on demand: rules that pick calls, and what then goes wrong with them. Not here: what the cloud does by
//! itself, such as dropping an eleventh account id without a word.
//!
//! A fault strikes after the caller is known, before or after the work; the call log names it. **Invariant:** the same
//! seed, rules and calls give the same faults. Rates are drawn from what is called and how often, so they do not depend on
//! which region is called first; counts (every n-th, the next k) go by the order of arrival.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each place names the faults that it does something about"
)]

mod fault;
mod past;
mod rows;
mod rule;
mod strike;
mod transit;

use std::borrow::Cow;
use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

pub use fault::Fault;
pub use rule::FaultRule;
pub(crate) use strike::Strike;
pub use transit::Transit;

use self::past::Past;
use self::rule::Asked;
use super::context::Done;
use super::gateway::{Api, Caller, Incoming, Product};
use super::ids::Ids;
use super::refusal::Refusal;
use super::{Cloud, Endpoint, Moment};

/// The rules in force, the first of which that ends a call decides how.
///
/// ```
/// # use goldcast_emulator::cloud::{Cloud, Organisation, Setup};
/// use goldcast_emulator::cloud::{Fault, FaultRule};
///
/// # let organisation = Organisation::standard("1234567890123456".parse()?, "1000000000000001".parse()?, "cn-hangzhou".parse()?);
/// # let mut cloud = Cloud::new(Setup::with_seed(7), &organisation);
/// cloud.faults_mut().add(FaultRule::new(Fault::Reset).on("CopyImage").for_next(2).after_the_work());
/// cloud.faults_mut().add(FaultRule::new(Fault::BadGateway).reads().at_rate(50));
/// # Ok::<(), goldcast_domain::IdError>(())
/// ```
#[derive(Debug, Default)]
pub struct Faults {
    rules: Vec<FaultRule>,
    /// States from before writes, oldest first, as long as a rule may show them.
    past: VecDeque<Past>,
}

impl Faults {
    /// Puts a rule behind those that are in force.
    pub fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    /// Puts rules behind those that are in force.
    pub fn extend(&mut self, rules: impl IntoIterator<Item = FaultRule>) {
        self.rules.extend(rules);
    }

    /// Ends all misbehaviour.
    pub fn clear(&mut self) {
        self.rules.clear();
        self.past.clear();
    }

    /// Whether nothing can go wrong.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What strikes this call.
    fn strike(&mut self, asked: &Asked<'_>, now: Timestamp, ids: &mut Ids) -> Strike {
        let mut strike = Strike::default();
        for (place, rule) in self.rules.iter_mut().enumerate() {
            if strike.takes(rule, asked) && rule.fires(place, asked, now, ids) {
                strike.add(rule);
            }
        }
        strike
    }

    /// How far the slowest reads lag, if any do.
    fn lag_max(&self) -> Option<SignedDuration> {
        let lags = self.rules.iter().filter_map(|rule| match rule.fault {
            Fault::Stale(lag) => Some(lag),
            _ => None,
        });
        lags.max()
    }

    /// The state that a read sees which lags so far: the one before the first write since then, if there was any.
    fn past_at(&self, since: Timestamp) -> Option<Past> {
        self.past.iter().find(|past| past.at > since).cloned()
    }
}

impl Cloud {
    /// The misbehaviour in force, to be changed.
    pub fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// What strikes a call whose caller is known.
    pub(super) fn strike(
        &mut self,
        api: Api,
        moment: Moment,
        endpoint: &Endpoint,
        caller: &Caller,
        incoming: &Incoming,
    ) -> Strike {
        if self.faults.is_empty() {
            return Strike::default();
        }
        let asked = Asked {
            product: Product::name_of(&incoming.version),
            action: &incoming.action,
            region: match endpoint {
                Endpoint::Region(region) => Some(region),
                Endpoint::Global => None,
            },
            caller,
            params: &incoming.params,
            writes: api.writes(),
        };
        self.faults.strike(&asked, moment.now, &mut self.ids)
    }

    /// Runs a call, as far as what strikes it lets it.
    pub(super) fn run_struck(
        &mut self,
        strike: &Strike,
        api: Api,
        moment: Moment,
        endpoint: &Endpoint,
        caller: &Caller,
        incoming: &Incoming,
    ) -> Result<Done, Refusal> {
        if let Some(refusal) = strike.refusal_before_the_work() {
            return Err(refusal);
        }
        if api.writes() {
            self.remember(moment.now);
        }
        let incoming = match strike.page_size() {
            Some(size) => Cow::Owned(incoming.with_page_size_at_most(size)),
            None => Cow::Borrowed(incoming),
        };
        let past = strike.lag().and_then(|lag| self.faults.past_at(moment.now - lag));
        let Some(mut past) = past else {
            return self.run(api, moment, endpoint, caller, &incoming);
        };
        self.swap(&mut past);
        let result = self.run(api, moment, endpoint, caller, &incoming);
        self.swap(&mut past);
        result
    }

    /// Keeps the state before a write, if a rule may show it later.
    fn remember(&mut self, now: Timestamp) {
        let Some(lag) = self.faults.lag_max() else { return };
        let past = &mut self.faults.past;
        past.retain(|past| past.at > now - lag);
        // Of several writes at one moment, the state before the first is the one that lags.
        if past.back().is_none_or(|past| past.at < now) {
            let (ecs, directory, sharing) = (self.ecs.clone(), self.directory.clone(), self.sharing.clone());
            past.push_back(Past {
                at: now,
                ecs,
                directory,
                sharing,
            });
        }
    }

    fn swap(&mut self, past: &mut Past) {
        std::mem::swap(&mut self.ecs, &mut past.ecs);
        std::mem::swap(&mut self.directory, &mut past.directory);
        std::mem::swap(&mut self.sharing, &mut past.sharing);
    }
}
