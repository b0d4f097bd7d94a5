//! What wakes a function, as it is deployed: rules of the event bus, timers and addresses. Not here: the function itself
//! (see `deployment`) and what a delivery goes through (see `delivery`).

use std::collections::BTreeSet;

use goldcast_domain::RegionId;
use serde::Deserialize;
use serde_json::Value;

use super::delivery::{DeliveryOptions, Tolerance};
use super::pattern::Pattern;
use super::schedule::Schedule;
use super::trigger_auth::TriggerAuth;

/// Longest name of a trigger
/// (<https://www.alibabacloud.com/help/en/ros/developer-reference/aliyun-fc3-trigger>).
const NAME_CHARS_MAX: usize = 128;
/// Longest text of a timer, in bytes (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/time-triggers>).
const PAYLOAD_BYTES_MAX: usize = 128 * 1024;
/// Longest name of a rule or a bus (<https://help.aliyun.com/zh/eventbridge/product-overview/limits>).
const RULE_CHARS_MAX: usize = 127;
/// Shortest name of a bus (same page).
const BUS_CHARS_MIN: usize = 2;
/// What names of rules and buses must not begin with (same page).
const BUS_RESERVED: &str = "eventbridge-reserved-";
/// Longest name of a queue (<https://help.aliyun.com/zh/ros/developer-reference/aliyun-mns-queue>).
const QUEUE_CHARS_MAX: usize = 256;

/// What wakes a function.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Trigger {
    /// Events of the `default` bus of the home region: a trigger of Function Compute listens nowhere else
    /// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/configure-event-triggers-for-alibaba-cloud-services>).
    Events {
        /// Name of the trigger, once per function.
        name: String,
        /// Which events.
        pattern: Pattern,
        /// How the function is called.
        #[serde(default)]
        invocation: InvocationType,
        /// What becomes of a delivery that fails.
        #[serde(default)]
        delivery: DeliveryOptions,
    },
    /// Events that other regions forwarded: a rule of the custom bus puts them into a queue, and the queue calls the
    /// function, with a list that holds one message.
    Forwarded {
        /// Name of the trigger, once per function.
        name: String,
        /// Which events.
        pattern: Pattern,
        /// The queue, of this trigger alone.
        queue: String,
        /// What becomes of an event that does not get into the queue.
        #[serde(default)]
        arrival: DeliveryOptions,
        /// How the function is called.
        #[serde(default)]
        invocation: InvocationType,
        /// What becomes of a delivery from the queue that fails.
        #[serde(default)]
        delivery: DeliveryOptions,
    },
    /// A timer. With an interval it is first due one interval after the start.
    Timer {
        /// Name of the trigger, once per function.
        name: String,
        /// When it fires.
        schedule: Schedule,
        /// Free text that comes with every firing.
        #[serde(default)]
        payload: String,
    },
    /// An address of the function's own. At most one per function.
    Http {
        /// Name of the trigger, once per function.
        name: String,
        /// The methods that are let through, in capitals.
        methods: Vec<String>,
        /// What a request has to show.
        #[serde(default)]
        auth: TriggerAuth,
        /// Whether only a domain of one's own leads to the function, and not the platform's (`disableURLInternet`).
        #[serde(default)]
        only_by_domain: bool,
    },
}

/// How a trigger calls its function (`asyncInvocationType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InvocationType {
    /// The bus waits for the answer, and tries again itself.
    #[default]
    Sync,
    /// The platform takes the event; what fails then is tried again by the function's own settings.
    Async,
}

/// How events of other regions come home: rules on the `default` bus of every other region, whose target is a custom bus of
/// the home region (<https://www.alibabacloud.com/help/en/eventbridge/user-guide/route-events-to-eventbridge>).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forwarding {
    /// The custom bus.
    pub bus: String,
    /// Which events: the pattern of each rule. An event that two of them let through comes twice.
    pub patterns: Vec<Pattern>,
    /// What becomes of a delivery that fails.
    #[serde(default)]
    pub delivery: DeliveryOptions,
    /// The regions that have the rules; all others, unless said.
    #[serde(default)]
    pub regions: Option<BTreeSet<RegionId>>,
}

impl Trigger {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Events { name, .. }
            | Self::Forwarded { name, .. }
            | Self::Timer { name, .. }
            | Self::Http { name, .. } => name,
        }
    }

    pub(super) fn check(&self, function: &str) -> Result<(), String> {
        let name = self.name();
        if !is_name(name, NAME_CHARS_MAX) {
            return Err(format!(
                "trigger {name:?}: a name is 1 to {NAME_CHARS_MAX} letters, digits, '_' and '-', not starting with a digit or '-'"
            ));
        }
        let problem = match self {
            Self::Events { delivery, .. } => check_rule(function, name).and(check_delivery(delivery)),
            Self::Forwarded {
                delivery,
                arrival,
                queue,
                ..
            } => check_rule(function, name)
                .and(check_delivery(delivery))
                .and(check_delivery(arrival))
                .and(check_queue(queue)),
            Self::Timer { payload, .. } if payload.len() > PAYLOAD_BYTES_MAX => {
                Err(format!("the payload is over {PAYLOAD_BYTES_MAX} bytes"))
            }
            Self::Timer { .. } | Self::Http { .. } => Ok(()),
        };
        problem.map_err(|problem| format!("trigger {name:?}: {problem}"))
    }
}

impl Forwarding {
    /// How many rules of a region send an event home.
    pub(super) fn count(&self, region: &RegionId, event: &Value) -> usize {
        if self.regions.as_ref().is_some_and(|regions| !regions.contains(region)) {
            return 0;
        }
        self.patterns.iter().filter(|pattern| pattern.matches(event)).count()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let bus = &self.bus;
        let legal = bus.len() >= BUS_CHARS_MIN && bus.len() <= RULE_CHARS_MAX && is_plain(bus);
        if !legal || bus == "default" || bus.starts_with(BUS_RESERVED) {
            return Err(format!(
                "bus {bus:?}: a custom bus has {BUS_CHARS_MIN} to {RULE_CHARS_MAX} letters, digits and hyphens, starts with a \
                 letter or digit and not with {BUS_RESERVED:?}, and is not the default one"
            ));
        }
        check_delivery(&self.delivery).map_err(|problem| format!("forwarding: {problem}"))
    }
}

/// Letters, digits, `_` and `-`, not starting with a digit or `-`: names of functions and triggers.
pub(super) fn is_name(name: &str, chars_max: usize) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (1..=chars_max).contains(&name.len())
        && name.chars().all(legal)
        && !name.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

/// Letters, digits and hyphens, starting with a letter or digit: names of buses and queues.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// The platform names the rule after both.
fn check_rule(function: &str, trigger: &str) -> Result<(), String> {
    let rule = format!("{function}-{trigger}");
    if rule.len() > RULE_CHARS_MAX || rule.starts_with(BUS_RESERVED) {
        return Err(format!(
            "its rule {rule:?} has more than {RULE_CHARS_MAX} characters or starts with {BUS_RESERVED:?}"
        ));
    }
    Ok(())
}

fn check_delivery(delivery: &DeliveryOptions) -> Result<(), String> {
    match &delivery.dead_letter_queue {
        Some(_) if delivery.tolerance == Tolerance::None => {
            Err("a dead-letter queue needs the tolerance ALL".to_owned())
        }
        Some(queue) => check_queue(queue),
        None => Ok(()),
    }
}

fn check_queue(queue: &str) -> Result<(), String> {
    if queue.len() <= QUEUE_CHARS_MAX && is_plain(queue) {
        Ok(())
    } else {
        Err(format!(
            "queue {queue:?}: a queue has 1 to {QUEUE_CHARS_MAX} letters, digits and hyphens, starting with a letter or digit"
        ))
    }
}
