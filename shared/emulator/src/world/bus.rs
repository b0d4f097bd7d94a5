//! The event bus: which functions an event wakes, and the tricks a bus plays on who relies on it.
//! Not here: who publishes (the cloud) and what a function does with it.

use std::num::NonZeroU32;

use goldcast_domain::{AccountId, RegionId};

use super::deployment::{Buses, Deployment, Trigger};
use super::pattern::Pattern;
use crate::cloud::BusEvent;

/// What the bus does to deliveries: it promises "at least once", and "in order" nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BusTricks {
    /// Every n-th delivery is made twice.
    pub double_every: Option<NonZeroU32>,
    /// Every n-th delivery is lost.
    pub lose_every: Option<NonZeroU32>,
}

#[derive(Debug)]
struct Rule {
    function: String,
    pattern: Pattern,
    buses: Buses,
}

/// The rules of the owner's buses, in the order of the deployment.
#[derive(Debug)]
pub(super) struct Bus {
    owner: AccountId,
    home: RegionId,
    rules: Vec<Rule>,
    tricks: BusTricks,
    delivered: u32,
}

impl Bus {
    pub(super) fn new(owner: AccountId, home: RegionId, deployment: &Deployment, tricks: BusTricks) -> Self {
        let mut rules = Vec::new();
        for function in &deployment.functions {
            for trigger in &function.triggers {
                if let Trigger::Events { pattern, regions, .. } = trigger {
                    let rule = Rule {
                        function: function.name.clone(),
                        pattern: pattern.clone(),
                        buses: *regions,
                    };
                    rules.push(rule);
                }
            }
        }
        Self {
            owner,
            home,
            rules,
            tricks,
            delivered: 0,
        }
    }

    /// The functions to invoke with `event`, one entry per delivery. Events of other accounts reach nobody here.
    pub(super) fn route(&mut self, event: &BusEvent) -> Vec<String> {
        if event.account != self.owner {
            return Vec::new();
        }
        let at_home = event.region == self.home;
        let mut deliveries = Vec::new();
        for rule in &self.rules {
            let heard = at_home || rule.buses == Buses::All;
            if !heard || !rule.pattern.matches(&event.body) {
                continue;
            }
            self.delivered = self.delivered.wrapping_add(1);
            let nth = |every: Option<NonZeroU32>| every.is_some_and(|every| self.delivered.is_multiple_of(every.get()));
            if nth(self.tricks.lose_every) {
                continue;
            }
            deliveries.push(rule.function.clone());
            if nth(self.tricks.double_every) {
                deliveries.push(rule.function.clone());
            }
        }
        deliveries
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bus(tricks: BusTricks) -> Bus {
        let rule = |name: &str, regions: &str| {
            json!({"name": name, "timeout_seconds": 1, "memory_mb": 128, "triggers": [
                {"kind": "events", "name": "e", "pattern": {"source": ["acs.ecs"]}, "regions": regions}
            ]})
        };
        let text = json!({"functions": [rule("at-home", "home"), rule("anywhere", "all")]}).to_string();
        let (owner, home) = ("1000000000000001".parse().unwrap(), "cn-hangzhou".parse().unwrap());
        Bus::new(owner, home, &text.parse().unwrap(), tricks)
    }

    fn event(account: &str, region: &str, source: &str) -> BusEvent {
        BusEvent {
            account: account.parse().unwrap(),
            region: region.parse().unwrap(),
            body: json!({"source": source}),
        }
    }

    #[test]
    fn an_event_wakes_the_functions_that_listen_on_its_bus() {
        for (account, region, source, wanted) in [
            (
                "1000000000000001",
                "cn-hangzhou",
                "acs.ecs",
                vec!["at-home", "anywhere"],
            ),
            ("1000000000000001", "cn-shanghai", "acs.ecs", vec!["anywhere"]),
            ("1000000000000001", "cn-hangzhou", "acs.oos", vec![]),
            ("2000000000000001", "cn-hangzhou", "acs.ecs", vec![]),
        ] {
            assert_eq!(
                bus(BusTricks::default()).route(&event(account, region, source)),
                wanted,
                "{account} {region}"
            );
        }
    }

    #[test]
    fn a_bus_may_deliver_twice_or_never() {
        let event = event("1000000000000001", "cn-hangzhou", "acs.ecs");
        let double = BusTricks {
            double_every: NonZeroU32::new(2),
            lose_every: None,
        };
        assert_eq!(bus(double).route(&event), ["at-home", "anywhere", "anywhere"]);
        let lose = BusTricks {
            double_every: None,
            lose_every: NonZeroU32::new(2),
        };
        assert_eq!(bus(lose).route(&event), ["at-home"]);
    }
}
