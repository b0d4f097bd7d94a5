//! The event bus: which functions an event wakes, and the tricks a bus plays on who relies on it.
//! Not here: who publishes (the cloud) and what a function does with it.

use std::num::NonZeroU32;

use goldcast_domain::{AccountId, RegionId};
use jiff::SignedDuration;
use serde_json::Value;

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
    /// Every n-th delivery comes later by [`late_by`](Self::late_by), and so after others that were published later.
    pub late_every: Option<NonZeroU32>,
    /// How much later, in simulated time.
    pub late_by: SignedDuration,
    /// Every n-th delivery is followed by a forged one of the same shape, about images and snapshots that do not exist:
    /// whoever may put events on a bus can do that.
    pub forge_every: Option<NonZeroU32>,
}

/// A function to invoke with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delivery {
    pub(super) function: String,
    /// From the event's publication.
    pub(super) after: SignedDuration,
    /// Whether it is a forgery that is delivered.
    pub(super) forged: bool,
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

    /// The deliveries to make of `event`. Events of other accounts reach nobody here.
    pub(super) fn route(&mut self, event: &BusEvent) -> Vec<Delivery> {
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
            let after = if nth(self.tricks.late_every) {
                self.tricks.late_by
            } else {
                SignedDuration::ZERO
            };
            let delivery = Delivery {
                function: rule.function.clone(),
                after,
                forged: false,
            };
            if nth(self.tricks.forge_every) {
                deliveries.push(Delivery {
                    forged: true,
                    ..delivery.clone()
                });
            }
            if nth(self.tricks.double_every) {
                deliveries.push(delivery.clone());
            }
            deliveries.push(delivery);
        }
        deliveries
    }
}

/// An event of the same shape that never happened.
pub(super) fn forged(body: &Value) -> Value {
    match body {
        Value::String(text) => {
            let id = ["m-", "s-"].iter().find(|prefix| text.starts_with(**prefix));
            id.map_or_else(
                || body.clone(),
                |prefix| Value::from(format!("{prefix}forged00000000000000")),
            )
        }
        Value::Array(values) => values.iter().map(forged).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), forged(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => body.clone(),
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

    /// Names of the functions that hear of an event, with the seconds until they do.
    fn heard(tricks: BusTricks, event: &BusEvent) -> Vec<(String, i64)> {
        let deliveries = bus(tricks).route(event).into_iter();
        deliveries
            .map(|delivery| (delivery.function, delivery.after.as_secs()))
            .collect()
    }

    #[track_caller]
    fn check(tricks: BusTricks, event: &BusEvent, wanted: &[(&str, i64)]) {
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(name, after)| ((*name).to_owned(), *after))
            .collect();
        assert_eq!(heard(tricks, event), wanted, "{event:?}");
    }

    #[test]
    fn an_event_wakes_the_functions_that_listen_on_its_bus() {
        let honest = BusTricks::default();
        check(
            honest,
            &event("1000000000000001", "cn-hangzhou", "acs.ecs"),
            &[("at-home", 0), ("anywhere", 0)],
        );
        check(
            honest,
            &event("1000000000000001", "cn-shanghai", "acs.ecs"),
            &[("anywhere", 0)],
        );
        check(honest, &event("1000000000000001", "cn-hangzhou", "acs.oos"), &[]);
        check(honest, &event("2000000000000001", "cn-hangzhou", "acs.ecs"), &[]);
    }

    #[test]
    fn a_bus_may_deliver_twice_or_late_or_never() {
        let event = event("1000000000000001", "cn-hangzhou", "acs.ecs");
        let (honest, second) = (BusTricks::default(), NonZeroU32::new(2));
        let double = BusTricks {
            double_every: second,
            ..honest
        };
        check(double, &event, &[("at-home", 0), ("anywhere", 0), ("anywhere", 0)]);
        check(
            BusTricks {
                lose_every: second,
                ..honest
            },
            &event,
            &[("at-home", 0)],
        );
        let late = BusTricks {
            late_every: second,
            late_by: SignedDuration::from_secs(90),
            ..honest
        };
        check(late, &event, &[("at-home", 0), ("anywhere", 90)]);
    }

    #[test]
    fn a_forged_event_has_the_shape_of_a_true_one_and_names_what_does_not_exist() {
        let tricks = BusTricks {
            forge_every: NonZeroU32::new(2),
            ..BusTricks::default()
        };
        let event = event("1000000000000001", "cn-hangzhou", "acs.ecs");
        let deliveries: Vec<_> = bus(tricks)
            .route(&event)
            .iter()
            .map(|delivery| delivery.forged)
            .collect();
        assert_eq!(deliveries, [false, true, false]);
        let body = json!({"type": "ecs:Image", "data": {"ids": ["m-1", 5], "eventName": "CopyImage"}});
        let lie =
            json!({"type": "ecs:Image", "data": {"ids": ["m-forged00000000000000", 5], "eventName": "CopyImage"}});
        assert_eq!(forged(&body), lie);
    }
}
