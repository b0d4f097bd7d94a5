//! Triggers (<https://www.alibabacloud.com/help/en/ros/developer-reference/aliyun-fc3-trigger>). Their configuration has the
//! names of Function Compute's own API. Not here: the rules that fill the queues which triggers listen to (see `events`).

use std::collections::BTreeMap;

use goldcast_template::Resource;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use super::functions::existing;
use super::{Deploying, SOURCE_QUEUE, StackError, TRIGGER_RULES};
use crate::world::delivery::{DeliveryOptions, RetryStrategy, Tolerance};
use crate::world::deployed_function::Function;
use crate::world::pattern::Pattern;
use crate::world::schedule::Schedule;
use crate::world::trigger::{InvocationType, Trigger};
use crate::world::trigger_auth::TriggerAuth;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct TriggerProperties {
    function_name: String,
    trigger_name: String,
    trigger_type: String,
    #[serde(default)]
    qualifier: Option<String>,
    #[serde(rename = "Description", default)]
    _description: Option<IgnoredAny>,
    trigger_config: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TimerConfig {
    cron_expression: Schedule,
    enable: bool,
    #[serde(default)]
    payload: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct HttpConfig {
    methods: Vec<String>,
    #[serde(rename = "disableURLInternet", default)]
    only_by_domain: bool,
    auth_type: String,
    #[serde(default)]
    auth_config: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct EventConfig {
    trigger_enable: bool,
    async_invocation_type: bool,
    event_source_config: Source,
    event_rule_filter_pattern: String,
    #[serde(default)]
    run_options: RunOptions,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Source {
    event_source_type: String,
    #[serde(default)]
    event_source_parameters: SourceParameters,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SourceParameters {
    #[serde(rename = "sourceMNSParameters", default)]
    queue: Option<QueueSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct QueueSource {
    region_id: String,
    queue_name: String,
    #[serde(default = "yes")]
    is_base64_decode: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RunOptions {
    #[serde(default)]
    mode: Option<String>,
    #[serde(default)]
    errors_tolerance: Tolerance,
    #[serde(default)]
    retry_strategy: Retry,
    #[serde(default)]
    dead_letter_queue: Option<DeadLetters>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Retry {
    #[serde(default)]
    push_retry_strategy: RetryStrategy,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct DeadLetters {
    arn: String,
}

/// A trigger that listens to a queue.
#[derive(Debug)]
pub(super) struct QueueTrigger {
    pub(super) function: String,
    pub(super) name: String,
    pub(super) queue: String,
    pub(super) is_base64_decode: bool,
    pub(super) invocation: InvocationType,
    pub(super) delivery: DeliveryOptions,
}

impl Deploying<'_> {
    /// Gives the functions their triggers, but for those that listen to queues.
    pub(super) fn triggers(&self, functions: &mut BTreeMap<String, Function>) -> Result<(), StackError> {
        for (resource, properties) in self.trigger_properties()? {
            let function = existing(resource, &properties.function_name, functions)?;
            let name = properties.trigger_name;
            let trigger = match properties.trigger_type.as_str() {
                "timer" => {
                    let config: TimerConfig = config(resource, &properties.trigger_config)?;
                    config.enable.then_some(Trigger::Timer {
                        name,
                        schedule: config.cron_expression,
                        payload: config.payload,
                    })
                }
                "http" => {
                    let config: HttpConfig = config(resource, &properties.trigger_config)?;
                    let auth = TriggerAuth::parse(&config.auth_type, config.auth_config.as_deref());
                    Some(Trigger::Http {
                        name,
                        methods: config.methods,
                        auth: auth.map_err(|problem| StackError::of(resource, problem))?,
                        only_by_domain: config.only_by_domain,
                    })
                }
                "eventbridge" => self.event_trigger(resource, name, &properties.trigger_config)?,
                other => {
                    let problem = format!("triggers of type {other} are not simulated");
                    return Err(StackError::of(resource, problem));
                }
            };
            function.triggers.extend(trigger);
        }
        Ok(())
    }

    fn trigger_properties(&self) -> Result<Vec<(&Resource, TriggerProperties)>, StackError> {
        let all = self.read::<TriggerProperties>("ALIYUN::FC3::Trigger")?;
        for (resource, properties) in &all {
            let qualifier = properties.qualifier.as_deref();
            if qualifier.is_some_and(|qualifier| qualifier != "LATEST") {
                return Err(StackError::of(
                    resource,
                    "versions and aliases of functions are not simulated",
                ));
            }
        }
        Ok(all)
    }

    /// A trigger on the default bus; nothing for one that listens to a queue, or that is turned off.
    fn event_trigger(&self, resource: &Resource, name: String, text: &Value) -> Result<Option<Trigger>, StackError> {
        let config: EventConfig = config(resource, text)?;
        if !self.platform.has(TRIGGER_RULES) {
            let problem = format!("the service-linked role {TRIGGER_RULES} does not exist");
            return Err(StackError::of(resource, problem));
        }
        let delivery = self.delivery(resource, &config.run_options)?;
        let pattern = pattern(resource, &config.event_rule_filter_pattern)?;
        let source = &config.event_source_config;
        match (source.event_source_type.as_str(), &source.event_source_parameters.queue) {
            ("Default", None) => Ok(config.trigger_enable.then(|| Trigger::Events {
                name,
                pattern,
                invocation: self.platform.async_invocation_type.of(config.async_invocation_type),
                delivery,
            })),
            ("MNS", Some(_)) => Ok(None),
            (other, _) => {
                let problem =
                    format!("the event source {other}, or parameters that it does not have, are not simulated");
                Err(StackError::of(resource, problem))
            }
        }
    }

    /// The triggers that listen to queues.
    pub(super) fn queue_triggers(&self) -> Result<Vec<(&Resource, QueueTrigger)>, StackError> {
        let mut triggers = Vec::new();
        for (resource, properties) in self.trigger_properties()? {
            if properties.trigger_type != "eventbridge" {
                continue;
            }
            let config: EventConfig = config(resource, &properties.trigger_config)?;
            let Some(source) = config.event_source_config.event_source_parameters.queue else {
                continue;
            };
            if source.region_id != self.arns.region.as_str() || !self.has_queue(&source.queue_name) {
                let problem = format!("the queue {} does not exist in {}", source.queue_name, source.region_id);
                return Err(StackError::of(resource, problem));
            }
            if pattern(resource, &config.event_rule_filter_pattern)? != everything(resource)? {
                return Err(StackError::of(
                    resource,
                    "a pattern on messages of a queue is not simulated: write {}",
                ));
            }
            if !config.trigger_enable || !self.platform.has(SOURCE_QUEUE) {
                continue;
            }
            let trigger = QueueTrigger {
                delivery: self.delivery(resource, &config.run_options)?,
                function: properties.function_name,
                name: properties.trigger_name,
                queue: source.queue_name,
                is_base64_decode: source.is_base64_decode,
                invocation: self.platform.async_invocation_type.of(config.async_invocation_type),
            };
            triggers.push((resource, trigger));
        }
        Ok(triggers)
    }

    fn delivery(&self, resource: &Resource, options: &RunOptions) -> Result<DeliveryOptions, StackError> {
        if options.mode.as_deref().is_some_and(|mode| mode != "event-driven") {
            return Err(StackError::of(resource, "event streaming is not simulated"));
        }
        Ok(DeliveryOptions {
            retry: options.retry_strategy.push_retry_strategy,
            tolerance: options.errors_tolerance,
            dead_letter_queue: self.dead_letters(resource, options.dead_letter_queue.as_ref())?,
        })
    }

    /// The name of a dead-letter queue.
    pub(super) fn dead_letters(
        &self,
        resource: &Resource,
        letters: Option<&DeadLetters>,
    ) -> Result<Option<String>, StackError> {
        let queue =
            letters.map(|letters| self.queue(resource, &letters.arn, self.arns.dead_letter_queue(&letters.arn)));
        queue.transpose()
    }
}

fn config<T: DeserializeOwned>(resource: &Resource, text: &Value) -> Result<T, StackError> {
    T::deserialize(text).map_err(|error| StackError::of(resource, format!("TriggerConfig: {error}")))
}

/// A pattern that is given as a text.
fn pattern(resource: &Resource, text: &str) -> Result<Pattern, StackError> {
    serde_json::from_str(text).map_err(|error| StackError::of(resource, format!("eventRuleFilterPattern: {error}")))
}

/// The pattern that lets everything through.
fn everything(resource: &Resource) -> Result<Pattern, StackError> {
    let pattern = Pattern::deserialize(json!({}));
    pattern.map_err(|error| StackError::of(resource, error.to_string()))
}
