//! From the resolved resources of a stack to what the APIs show of them. Not here: reading templates, and running anything.

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Functions, Kept};
use crate::cloud::eventbridge::{EventBridge, Rule, RulePlace};
use crate::cloud::gateway::role_id;
use crate::cloud::time;

/// A resource of a stack: its type, such as `ALIYUN::FC3::Function`, and its properties, fully evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct StackResource {
    /// The type.
    pub kind: String,
    /// The properties, as ROS spells them.
    pub properties: Value,
}

/// Members whose own members are names that somebody chose.
const FREE: [&str; 2] = ["EnvironmentVariables", "Tags"];

/// Where a stack is made, and of what.
pub(crate) struct Built<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) region: &'a RegionId,
    pub(crate) now: Timestamp,
    pub(crate) functions: &'a mut Functions,
    pub(crate) eventbridge: &'a mut EventBridge,
}

/// Makes what these products show of the resources, functions before what hangs on them; other types are left to others.
pub(crate) fn build(resources: &[StackResource], built: &mut Built<'_>) {
    let of = |kind: &'static str| {
        let ours = resources.iter().filter(move |resource| resource.kind == kind);
        ours.map(|resource| &resource.properties)
    };
    for properties in of("ALIYUN::FC3::Function") {
        built.function(properties);
    }
    for properties in of("ALIYUN::FC3::AsyncInvokeConfig") {
        let config = built.dated(camel(properties), properties);
        built.with(properties, |kept| kept.async_config = Some(config));
    }
    for properties in of("ALIYUN::FC3::ConcurrencyConfig") {
        let config = built.dated(camel(properties), properties);
        built.with(properties, |kept| kept.concurrency = Some(config));
    }
    for properties in of("ALIYUN::FC3::Trigger") {
        built.trigger(properties);
    }
    for properties in of("ALIYUN::EventBridge::Rule") {
        built.rule(properties);
    }
}

impl Built<'_> {
    fn arn(&self, function: &str) -> String {
        format!("acs:fc:{}:{}:functions/{function}", self.region, self.account)
    }

    fn function(&mut self, properties: &Value) {
        let name = text(properties, "FunctionName");
        let arn = self.arn(name);
        let mut function = camel(properties);
        set(&mut function, "functionArn", arn.clone());
        set(&mut function, "functionId", role_id(&arn));
        set(&mut function, "state", "Active");
        set(&mut function, "lastUpdateStatus", "Successful");
        set(&mut function, "createdTime", time::wire(self.now));
        set(&mut function, "lastModifiedTime", time::wire(self.now));
        if let Some(members) = function.as_object_mut() {
            members.remove("code");
        }
        let place = (self.account.clone(), self.region.clone(), name.to_owned());
        self.functions.0.entry(place).or_default().function = function;
    }

    fn dated(&self, mut config: Value, properties: &Value) -> Value {
        let function = text(properties, "FunctionName");
        if let Some(members) = config.as_object_mut() {
            members.remove("functionName");
        }
        set(&mut config, "functionArn", self.arn(function));
        set(&mut config, "createdTime", time::wire(self.now));
        set(&mut config, "lastModifiedTime", time::wire(self.now));
        config
    }

    /// Changes the function that some properties name. A stack whose function is missing cannot be made.
    fn with(&mut self, properties: &Value, change: impl FnOnce(&mut Kept)) {
        let name = text(properties, "FunctionName").to_owned();
        let place = (self.account.clone(), self.region.clone(), name);
        if let Some(kept) = self.functions.0.get_mut(&place) {
            change(kept);
        }
    }

    fn trigger(&mut self, properties: &Value) {
        let (function, name) = (text(properties, "FunctionName"), text(properties, "TriggerName"));
        let config = properties.get("TriggerConfig").cloned().unwrap_or_default();
        let mut trigger = json!({
            "triggerName": name,
            "triggerType": text(properties, "TriggerType"),
            "triggerId": role_id(&format!("{}/triggers/{name}", self.arn(function))),
            "triggerConfig": config.to_string(),
            "targetArn": self.arn(function),
            "qualifier": properties.get("Qualifier").and_then(Value::as_str).unwrap_or("LATEST"),
            "description": text(properties, "Description"),
            "status": "",
            "createdTime": time::wire(self.now),
            "lastModifiedTime": time::wire(self.now),
        });
        if let Some(rule) = self.rule_of(function, name, &config) {
            set(&mut trigger, "sourceArn", rule.arn());
            self.eventbridge.put_rule(rule);
        }
        self.with(properties, |kept| {
            kept.triggers.insert(name.to_owned(), trigger);
        });
    }

    /// The rule that Function Compute makes itself for a trigger on the `default` bus. Its name is documented; what its
    /// target looks like is not, and is a guess.
    fn rule_of(&self, function: &str, name: &str, config: &Value) -> Option<Rule> {
        let kind = config.get("eventSourceConfig")?.get("eventSourceType")?.as_str()?;
        let options = config.get("runOptions").cloned().unwrap_or_default();
        let target = json!({
            "Id": name,
            "Type": "acs.fc.function",
            "Endpoint": self.arn(function),
            "PushSelector": "",
            "ErrorsTolerance": options.get("errorsTolerance").cloned().unwrap_or_else(|| json!("NONE")),
            "PushRetryStrategy": options.pointer("/retryStrategy/PushRetryStrategy").cloned().unwrap_or_else(|| json!("BACKOFF_RETRY")),
            "ParamList": [],
        });
        let enabled = config
            .get("triggerEnable")
            .is_none_or(|enabled| *enabled != json!(false));
        (kind == "Default").then(|| Rule {
            place: self.rule_place("default", &format!("{function}-{name}")),
            enabled,
            pattern: text(config, "eventRuleFilterPattern").to_owned(),
            description: String::new(),
            targets: vec![target],
            created: self.now,
        })
    }

    fn rule_place(&self, bus: &str, name: &str) -> RulePlace {
        RulePlace {
            account: self.account.clone(),
            region: self.region.clone(),
            bus: bus.to_owned(),
            name: name.to_owned(),
        }
    }

    fn rule(&mut self, properties: &Value) {
        let targets = properties.get("Targets").and_then(Value::as_array).cloned();
        let rule = Rule {
            place: self.rule_place(text(properties, "EventBusName"), text(properties, "RuleName")),
            enabled: text(properties, "Status") != "DISABLE",
            pattern: properties.get("FilterPattern").cloned().unwrap_or_default().to_string(),
            description: text(properties, "Description").to_owned(),
            targets: targets.unwrap_or_default(),
            created: self.now,
        };
        self.eventbridge.put_rule(rule);
    }
}

fn text<'a>(properties: &'a Value, name: &str) -> &'a str {
    properties.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn set(value: &mut Value, name: &str, to: impl Into<Value>) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), to.into());
    }
}

/// Properties as the API spells them: `FunctionName` is `functionName`.
fn camel(properties: &Value) -> Value {
    match properties {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let value = if FREE.contains(&name.as_str()) {
                    value.clone()
                } else {
                    camel(value)
                };
                (lower_first(name), value)
            });
            Value::Object(members.collect::<Map<String, Value>>())
        }
        Value::Array(items) => items.iter().map(camel).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => properties.clone(),
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
