//! Rules of custom buses, and rules of other regions that forward to one
//! (<https://help.aliyun.com/zh/ros/developer-reference/aliyun-eventbridge-rule>). Not here: triggers, whose rules Function
//! Compute makes itself.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::RegionId;
use goldcast_template::{Resource, Stack};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::arn::Arns;
use super::triggers::{DeadLetters, QueueTrigger};
use super::{Deploying, Platform, SEND_TO_QUEUE, StackError, read};
use crate::world::delivery::{DeliveryOptions, RetryStrategy, Tolerance};
use crate::world::deployment::Deployment;
use crate::world::pattern::Pattern;
use crate::world::trigger::{Forwarding, Trigger};

/// The bus of every region to which products publish.
const DEFAULT: &str = "default";
const RULE: &str = "ALIYUN::EventBridge::Rule";
/// What is refused, since one description holds for all regions.
const DIFFERENT: &str = "regions that forward in different ways are not simulated";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct RuleProperties {
    event_bus_name: String,
    rule_name: String,
    #[serde(rename = "Description", default)]
    _description: Option<IgnoredAny>,
    #[serde(default)]
    status: Status,
    filter_pattern: Pattern,
    targets: Vec<Target>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    #[default]
    Enable,
    Disable,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Target {
    #[serde(rename = "Id")]
    _id: String,
    r#type: String,
    endpoint: String,
    #[serde(default)]
    push_retry_strategy: RetryStrategy,
    #[serde(default)]
    errors_tolerance: Tolerance,
    #[serde(default)]
    dead_letter_queue: Option<DeadLetters>,
    param_list: Vec<Parameter>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Parameter {
    resource_key: String,
    form: Form,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Form {
    Original,
    Constant,
}

impl Target {
    /// A parameter that has this value whatever the event is.
    fn constant(&self, key: &str) -> Option<&str> {
        let mut parameters = self.param_list.iter();
        let parameter = parameters.find(|parameter| parameter.resource_key == key)?;
        (parameter.form == Form::Constant).then_some(parameter.value.as_str())
    }

    /// Makes sure that it has these parameters, that the whole event is its body, and nothing else.
    fn check(&self, resource: &Resource, keys: &[&str]) -> Result<(), StackError> {
        for Parameter { resource_key, form, .. } in &self.param_list {
            let is_simulated = match form {
                Form::Original => resource_key == "Body",
                Form::Constant => keys.contains(&resource_key.as_str()),
            };
            if !is_simulated {
                let problem = format!(
                    "the parameter {resource_key} of a target of type {} is not simulated",
                    self.r#type
                );
                return Err(StackError::of(resource, problem));
            }
        }
        if self.param_list.iter().all(|parameter| parameter.resource_key != "Body") {
            return Err(StackError::of(resource, "a target without Body gets nothing"));
        }
        Ok(())
    }
}

/// A rule of the custom bus that puts events into a queue.
#[derive(Debug)]
pub(super) struct QueueRule {
    bus: String,
    pattern: Pattern,
    queue: String,
    is_base64_encode: bool,
    arrival: DeliveryOptions,
}

impl Deploying<'_> {
    /// What the rules of custom buses put into which queues.
    pub(super) fn rules(&self) -> Result<Vec<QueueRule>, StackError> {
        let mut rules = Vec::new();
        let mut names = BTreeSet::new();
        for (resource, properties) in self.read::<RuleProperties>(RULE)? {
            let bus = &properties.event_bus_name;
            if bus == DEFAULT {
                return Err(StackError::of(
                    resource,
                    "a rule on the default bus of the home region is not simulated",
                ));
            }
            if !self.platform.buses.contains(bus) {
                return Err(StackError::of(resource, format!("the bus {bus} does not exist")));
            }
            if !names.insert((bus.clone(), properties.rule_name.clone())) {
                return Err(StackError::of(resource, "a rule of this name exists already"));
            }
            for target in &properties.targets {
                let arrival = DeliveryOptions {
                    retry: target.push_retry_strategy,
                    tolerance: target.errors_tolerance,
                    dead_letter_queue: self.dead_letters(resource, target.dead_letter_queue.as_ref())?,
                };
                let queue = self.target_queue(resource, target)?;
                if properties.status == Status::Disable || !self.platform.has(SEND_TO_QUEUE) {
                    continue;
                }
                rules.push(QueueRule {
                    bus: bus.clone(),
                    pattern: properties.filter_pattern.clone(),
                    queue,
                    is_base64_encode: target.constant("IsBase64Encode") == Some("true"),
                    arrival,
                });
            }
        }
        Ok(rules)
    }

    /// The queue that a target of a rule is.
    fn target_queue(&self, resource: &Resource, target: &Target) -> Result<String, StackError> {
        if target.r#type != "acs.mns.queue" {
            return Err(StackError::of(
                resource,
                format!("a target of type {} is not simulated", target.r#type),
            ));
        }
        target.check(resource, &["queue", "IsBase64Encode"])?;
        let queue = self.queue(resource, &target.endpoint, self.arns.target_queue(&target.endpoint))?;
        if target.constant("queue") == Some(&queue) {
            Ok(queue)
        } else {
            Err(StackError::of(
                resource,
                "the target's Endpoint and its parameter queue are not the same",
            ))
        }
    }

    /// Brings rules that fill queues and triggers that listen to them together. A queue that nobody listens to fills up.
    pub(super) fn connect(&self, rules: Vec<QueueRule>, deployment: &mut Deployment) -> Result<(), StackError> {
        let forwarding = deployment.forwarding.as_ref().map(|forwarding| forwarding.bus.clone());
        for (resource, listener) in self.queue_triggers()? {
            let QueueTrigger {
                function,
                name,
                queue,
                is_base64_decode,
                invocation,
                delivery,
            } = listener;
            let mut feeding = rules
                .iter()
                .filter(|rule| rule.queue == queue && Some(&rule.bus) == forwarding.as_ref());
            let (Some(rule), another) = (feeding.next(), feeding.next()) else {
                continue;
            };
            if another.is_some() {
                return Err(StackError::of(resource, "a queue that two rules fill is not simulated"));
            }
            if rule.is_base64_encode != is_base64_decode {
                let problem = format!("messages of {queue} are Base64 for only one of the rule and the trigger");
                return Err(StackError::of(resource, problem));
            }
            let mut functions = deployment.functions.iter_mut();
            if let Some(function) = functions.find(|deployed| deployed.name == function) {
                function.triggers.push(Trigger::Forwarded {
                    name,
                    pattern: rule.pattern.clone(),
                    queue,
                    arrival: rule.arrival.clone(),
                    invocation,
                    delivery,
                });
            }
        }
        Ok(())
    }
}

/// How other regions forward events to the custom bus at home: all by the same rules.
pub(super) fn forwarding(
    regions: &BTreeMap<RegionId, Stack>,
    platform: &Platform,
    home: Arns<'_>,
) -> Result<Option<Forwarding>, StackError> {
    let mut found: Option<Forwarding> = None;
    for (region, stack) in regions {
        if let Some(resource) = stack.resources.iter().find(|resource| resource.kind != RULE) {
            let problem = "this type of resource is not simulated in other regions";
            return Err(StackError::of(resource, problem));
        }
        let mut here: Option<Forwarding> = None;
        for (resource, properties) in read::<RuleProperties>(stack, RULE)? {
            if properties.status == Status::Disable {
                continue;
            }
            let rule = forwarded(resource, properties, platform, home)?;
            match &mut here {
                None => here = Some(rule),
                Some(before) if (&before.bus, &before.delivery) == (&rule.bus, &rule.delivery) => {
                    before.patterns.extend(rule.patterns);
                }
                Some(_) => return Err(StackError::of(resource, DIFFERENT)),
            }
        }
        let Some(mut here) = here else { continue };
        if let Some(before) = found.take() {
            here.regions.clone_from(&before.regions);
            if let Some(resource) = stack.resources.first().filter(|_| here != before) {
                return Err(StackError::of(resource, DIFFERENT));
            }
        }
        here.regions.get_or_insert_default().insert(region.clone());
        found = Some(here);
    }
    Ok(found)
}

/// A rule of the default bus of another region whose one target is a custom bus at home.
fn forwarded(
    resource: &Resource,
    properties: RuleProperties,
    platform: &Platform,
    home: Arns<'_>,
) -> Result<Forwarding, StackError> {
    let fail = |problem: String| Err(StackError::of(resource, problem));
    let [target] = properties.targets.as_slice() else {
        return fail("a rule of another region with several targets is not simulated".to_owned());
    };
    if properties.event_bus_name != DEFAULT || target.r#type != "acs.eventbridge" {
        return fail(
            "only a rule from the default bus to a custom bus at home is simulated in other regions".to_owned(),
        );
    }
    target.check(resource, &["RegionId", "EventBusName"])?;
    if target.dead_letter_queue.is_some() {
        return fail("a dead-letter queue in another region is not simulated".to_owned());
    }
    let bus = home.bus(&target.endpoint).filter(|bus| platform.buses.contains(*bus));
    let Some(bus) = bus else {
        return fail(format!("the bus {} does not exist", target.endpoint));
    };
    if target.constant("RegionId") != Some(home.region.as_str()) || target.constant("EventBusName") != Some(bus) {
        return fail("the target's Endpoint and its parameters RegionId and EventBusName are not the same".to_owned());
    }
    Ok(Forwarding {
        bus: bus.to_owned(),
        patterns: vec![properties.filter_pattern],
        delivery: DeliveryOptions {
            retry: target.push_retry_strategy,
            tolerance: target.errors_tolerance,
            dead_letter_queue: None,
        },
        regions: None,
    })
}
