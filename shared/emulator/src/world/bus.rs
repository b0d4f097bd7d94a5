//! The event buses of the owner: which deliveries an event causes, what forwarding makes of it, and the tricks a bus plays on
//! who relies on it. Not here: who publishes (the cloud), what a delivery goes through (see `delivery`) and what a function
//! does with it.

use std::num::NonZeroU32;

use goldcast_domain::{AccountId, RegionId};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::delivery::{DeliveryOptions, Target};
use super::deployment::{Deployment, Unheard};
use super::pattern::Pattern;
use super::trigger::{Forwarding, InvocationType, Trigger};
use crate::cloud::BusEvent;

/// Regions of ECS that have no event bus: what happens there is told nowhere
/// (<https://github.com/dew-serverless/acs-metadata>, December 2025).
const WITHOUT_BUS: [&str; 12] = [
    "ap-south-1",
    "ap-southeast-2",
    "cn-fuzhou",
    "cn-hangzhou-finance",
    "cn-heyuan-acdr-1",
    "cn-nanjing",
    "cn-wuhan-lr",
    "cn-zhengzhou-jva",
    "me-central-1",
    "me-east-1",
    "na-south-1",
    "us-southeast-1",
];

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
    /// Every n-th attempt of a delivery is answered 503 by its target.
    pub refuse_every: Option<NonZeroU32>,
}

/// A delivery to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delivery {
    pub(super) target: Target,
    /// From the event's publication.
    pub(super) after: SignedDuration,
    /// Whether it is a forgery that is delivered.
    pub(super) forged: bool,
}

/// A rule with its target, as a trigger made it.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) function: String,
    pattern: Pattern,
    /// The queue between the custom bus and the function; `None` for the default bus.
    pub(super) queue: Option<String>,
    pub(super) invocation: InvocationType,
    delivery: DeliveryOptions,
    /// What becomes of an event that does not get into the queue.
    pub(super) arrival: DeliveryOptions,
}

/// The rules of the owner's buses, in the order of the deployment.
#[derive(Debug)]
pub(super) struct Bus {
    owner: AccountId,
    home: RegionId,
    rules: Vec<Rule>,
    forwarding: Option<Forwarding>,
    unheard: Unheard,
    tricks: BusTricks,
    delivered: u32,
    attempted: u32,
}

impl Bus {
    /// Buses without rules.
    pub(super) fn new(owner: AccountId, home: RegionId, tricks: BusTricks) -> Self {
        Self {
            owner,
            home,
            rules: Vec::new(),
            forwarding: None,
            unheard: Unheard::default(),
            tricks,
            delivered: 0,
            attempted: 0,
        }
    }

    /// Puts the rules of a deployment on them.
    pub(super) fn deploy(&mut self, deployment: &Deployment) {
        let triggers = deployment.functions.iter().flat_map(|function| {
            let triggers = function.triggers.iter();
            triggers.filter_map(|trigger| Rule::of(&function.name, trigger))
        });
        self.rules = triggers.collect();
        self.forwarding.clone_from(&deployment.forwarding);
        self.unheard = deployment.unheard;
    }

    /// The deliveries to make of an event of a cloud service: at home to whoever listens, elsewhere to the custom bus at
    /// home. Events of other accounts reach nobody here.
    pub(super) fn route(&mut self, event: &BusEvent) -> Vec<Delivery> {
        if event.account != self.owner || WITHOUT_BUS.binary_search(&event.region.as_str()).is_ok() {
            return Vec::new();
        }
        if self.is_unheard(&event.body) {
            return Vec::new();
        }
        if event.region == self.home {
            return self.deliveries(&event.body, false);
        }
        let forwarded = self
            .forwarding
            .as_ref()
            .map_or(0, |forwarding| forwarding.count(&event.region, &event.body));
        (0..forwarded).flat_map(|_| self.tricked(Target::Bus)).collect()
    }

    /// The deliveries to make of an event that has come to the custom bus.
    pub(super) fn route_forwarded(&mut self, event: &Value) -> Vec<Delivery> {
        self.deliveries(event, true)
    }

    /// An event as the custom bus at home gets it: the envelope names the receiving side and the account it came from
    /// (<https://help.aliyun.com/zh/eventbridge/user-guide/event-overview>). The id stays.
    pub(super) fn forwarded(&self, event: &Value, published: &str) -> Value {
        let mut event = event.clone();
        if let (Some(members), Some(forwarding)) = (event.as_object_mut(), &self.forwarding) {
            let from = members.get("aliyunaccountid").cloned().unwrap_or(json!(self.owner));
            members.insert("aliyunoriginalaccountid".to_owned(), from);
            members.insert("aliyunaccountid".to_owned(), json!(self.owner));
            members.insert("aliyunregionid".to_owned(), json!(self.home));
            members.insert("aliyuneventbusname".to_owned(), json!(forwarding.bus));
            members.insert("aliyunpublishtime".to_owned(), json!(published));
        }
        event
    }

    /// Whose buses they are, and where the custom one is.
    pub(super) fn place(&self) -> (&AccountId, &RegionId) {
        (&self.owner, &self.home)
    }

    pub(super) fn rule(&self, place: usize) -> Option<&Rule> {
        self.rules.get(place)
    }

    /// What becomes of a delivery to `target` that fails.
    pub(super) fn options(&self, target: Target) -> DeliveryOptions {
        let options = match target {
            Target::Bus => self.forwarding.as_ref().map(|forwarding| &forwarding.delivery),
            Target::Rule(place) => self.rules.get(place).map(|rule| &rule.delivery),
        };
        options.cloned().unwrap_or_default()
    }

    /// Whether this attempt is refused by its target.
    pub(super) fn refuses(&mut self) -> bool {
        self.attempted = self.attempted.wrapping_add(1);
        let every = self.tricks.refuse_every;
        every.is_some_and(|every| self.attempted.is_multiple_of(every.get()))
    }

    /// The name of the custom bus.
    pub(super) fn custom(&self) -> &str {
        self.forwarding.as_ref().map_or("", |forwarding| &forwarding.bus)
    }

    /// Whether the event comes from a source that the bus may not hear: the second part of its type says which.
    fn is_unheard(&self, event: &Value) -> bool {
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
        match kind.split(':').nth(1) {
            Some("ActionTrail") => self.unheard.action_trail,
            Some("CloudMonitor") => self.unheard.cloud_monitor,
            Some(_) | None => false,
        }
    }

    fn deliveries(&mut self, event: &Value, forwarded: bool) -> Vec<Delivery> {
        let matching = self
            .rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| rule.queue.is_some() == forwarded && rule.pattern.matches(event))
            .map(|(place, _)| Target::Rule(place));
        let matching: Vec<Target> = matching.collect();
        matching.into_iter().flat_map(|target| self.tricked(target)).collect()
    }

    /// One delivery, unless the bus plays a trick.
    fn tricked(&mut self, target: Target) -> Vec<Delivery> {
        self.delivered = self.delivered.wrapping_add(1);
        let nth = |every: Option<NonZeroU32>| every.is_some_and(|every| self.delivered.is_multiple_of(every.get()));
        if nth(self.tricks.lose_every) {
            return Vec::new();
        }
        let after = if nth(self.tricks.late_every) {
            self.tricks.late_by
        } else {
            SignedDuration::ZERO
        };
        let delivery = Delivery {
            target,
            after,
            forged: false,
        };
        let mut deliveries = Vec::new();
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
        deliveries
    }
}

impl Rule {
    /// The function that is woken.
    pub(super) fn target(&self) -> String {
        self.function.clone()
    }

    fn of(function: &str, trigger: &Trigger) -> Option<Self> {
        let (pattern, queue, invocation, delivery, arrival) = match trigger {
            Trigger::Events {
                pattern,
                invocation,
                delivery,
                ..
            } => (pattern, None, invocation, delivery, delivery),
            Trigger::Forwarded {
                pattern,
                queue,
                arrival,
                invocation,
                delivery,
                ..
            } => (pattern, Some(queue.clone()), invocation, delivery, arrival),
            Trigger::Timer { .. } | Trigger::Http { .. } => return None,
        };
        Some(Self {
            function: function.to_owned(),
            pattern: pattern.clone(),
            queue,
            invocation: *invocation,
            delivery: delivery.clone(),
            arrival: arrival.clone(),
        })
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
    use super::*;

    fn bus(tricks: BusTricks) -> Bus {
        let pattern = json!({"source": ["acs.ecs"]});
        let text = json!({
            "forwarding": {"bus": "regions", "patterns": [pattern]},
            "functions": [
                {"name": "at-home", "timeout_seconds": 1, "memory_mb": 128, "triggers": [
                    {"kind": "events", "name": "e", "pattern": pattern}
                ]},
                {"name": "anywhere", "timeout_seconds": 1, "memory_mb": 128, "triggers": [
                    {"kind": "events", "name": "e", "pattern": pattern},
                    {"kind": "forwarded", "name": "f", "pattern": pattern, "queue": "anywhere"}
                ]}
            ]
        });
        let (owner, home) = ("1000000000000001".parse().unwrap(), "cn-hangzhou".parse().unwrap());
        let mut bus = Bus::new(owner, home, tricks);
        bus.deploy(&text.to_string().parse().unwrap());
        bus
    }

    fn event(account: &str, region: &str, source: &str) -> BusEvent {
        BusEvent {
            account: account.parse().unwrap(),
            region: region.parse().unwrap(),
            body: json!({"id": "1", "source": source, "aliyunaccountid": account, "aliyunregionid": region}),
        }
    }

    /// Where an event goes, with the seconds until it does.
    fn heard(tricks: BusTricks, event: &BusEvent) -> Vec<(String, i64)> {
        let mut bus = bus(tricks);
        let deliveries = bus.route(event).into_iter();
        let name = |target| match target {
            Target::Bus => bus.custom().to_owned(),
            Target::Rule(place) => bus.rule(place).unwrap().function.clone(),
        };
        deliveries
            .map(|delivery| (name(delivery.target), delivery.after.as_secs()))
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
            &[("regions", 0)],
        );
        check(honest, &event("1000000000000001", "cn-nanjing", "acs.ecs"), &[]);
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

    #[test]
    fn what_was_forwarded_names_the_receiving_side_and_keeps_its_id() {
        let mut bus = bus(BusTricks::default());
        let there = event("1000000000000001", "cn-shanghai", "acs.ecs");
        let here = bus.forwarded(&there.body, "2026-11-20T08:00:00Z");
        assert_eq!(
            here,
            json!({
                "id": "1", "source": "acs.ecs", "aliyunaccountid": "1000000000000001", "aliyunregionid": "cn-hangzhou",
                "aliyuneventbusname": "regions", "aliyunoriginalaccountid": "1000000000000001",
                "aliyunpublishtime": "2026-11-20T08:00:00Z"
            })
        );
        let targets: Vec<_> = bus
            .route_forwarded(&here)
            .into_iter()
            .map(|delivery| delivery.target)
            .collect();
        assert_eq!(targets, [Target::Rule(2)]);
    }

    #[test]
    fn the_regions_without_a_bus_are_in_order_and_known() {
        assert!(WITHOUT_BUS.is_sorted());
        for id in WITHOUT_BUS {
            assert!(goldcast_domain::regions::is_known(&id.parse().unwrap()), "{id}");
        }
    }
}
