//! A rule as the API shows it.

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Where a rule is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RulePlace {
    pub(crate) account: AccountId,
    pub(crate) region: RegionId,
    pub(crate) bus: String,
    pub(crate) name: String,
}

/// A rule.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) place: RulePlace,
    pub(crate) enabled: bool,
    /// JSON as text.
    pub(crate) pattern: String,
    pub(crate) description: String,
    /// As ROS spells them, which is how the API does.
    pub(crate) targets: Vec<Value>,
    pub(crate) created: Timestamp,
}

impl Rule {
    pub(crate) fn arn(&self) -> String {
        let RulePlace {
            account,
            region,
            bus,
            name,
        } = &self.place;
        format!("acs:eventbridge:{region}:{account}:eventbus/{bus}/rule/{name}")
    }

    /// As a listing shows it: targets without what is transformed and how it is tried again.
    pub(super) fn brief(&self) -> Value {
        let brief = |target: &Value| {
            let members = ["Id", "Type", "Endpoint", "PushSelector", "ErrorsTolerance"];
            let of = |name: &str| target.get(name).cloned().unwrap_or_else(|| json!(""));
            Value::Object(members.map(|name| (name.to_owned(), of(name))).into_iter().collect())
        };
        let mut value = self.value();
        if let Some(members) = value.as_object_mut() {
            let targets = self.targets.iter().map(brief).collect();
            members.insert("Targets".to_owned(), Value::Array(targets));
        }
        value
    }

    /// As it is shown by itself.
    pub(super) fn value(&self) -> Value {
        json!({
            "RuleName": self.place.name,
            "RuleARN": self.arn(),
            "EventBusName": self.place.bus,
            "Status": if self.enabled { "ENABLE" } else { "DISABLE" },
            "FilterPattern": self.pattern,
            "Description": self.description,
            "Targets": self.targets,
            "CreatedTimestamp": self.created.as_millisecond(),
        })
    }
}
