//! From templates to what the simulated platform runs. Every property is read strictly: one that is not simulated is an
//! error, and so is whatever refers to something that is not there. Not here: reading a template
//! ([`goldcast_template`]), and what a function, a trigger or a rule does.

mod arn;
mod events;
mod functions;
mod roles;
mod triggers;

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, RegionId};
use goldcast_template::{Place, ResolveError, Resource, Stack, Template, Values};
use serde::de::DeserializeOwned;

use super::deployment::{Deployment, Logs, Unheard};
use super::trigger::InvocationType;
use arn::Arns;

/// The service-linked role through which the event bus hears of calls
/// (<https://www.alibabacloud.com/help/en/eventbridge/developer-reference/api-eventbridge-2020-04-01-createservicelinkedroleforproduct>).
const SOURCE_ACTION_TRAIL: &str = "AliyunServiceRoleForEventBridgeSourceActionTrail";
/// The one through which it hears what products tell through CloudMonitor (same page).
const SOURCE_CLOUD_MONITOR: &str = "AliyunServiceRoleForEventBridgeSourceCMS";
/// The one through which it reads queues (same page).
const SOURCE_QUEUE: &str = "AliyunServiceRoleForEventBridgeSourceMNS";
/// The one through which it writes into queues (same page).
const SEND_TO_QUEUE: &str = "AliyunServiceRoleForEventBridgeSendToMNS";
/// The one through which Function Compute makes rules for event triggers
/// (<https://help.aliyun.com/zh/functioncompute/fc/service-linked-role-of-function-compute>).
const TRIGGER_RULES: &str = "AliyunServiceRoleForFCTriggerEventBridge";

/// What templates came to, by where they are deployed in the owner's account.
#[derive(Debug, Clone, PartialEq)]
pub struct Stacks {
    /// The stack with the functions, in the home region.
    pub home: Stack,
    /// Stacks that forward events of other regions.
    pub regions: BTreeMap<RegionId, Stack>,
}

impl Stacks {
    /// The functions alone: nothing is heard of other regions.
    pub fn of(home: Stack) -> Self {
        Self {
            home,
            regions: BTreeMap::new(),
        }
    }

    /// What a template comes to at home, and another one in each of these regions, under values of their own.
    ///
    /// # Errors
    /// Values that a template does not take, and templates that do not come out.
    pub fn resolve(
        place: &Place,
        (home, home_values): (&Template, &Values),
        (forwarding, forwarding_values): (&Template, &Values),
        regions: impl IntoIterator<Item = RegionId>,
    ) -> Result<Self, ResolveError> {
        let away = regions.into_iter().filter(|region| *region != place.region);
        let regions = away.map(|region| {
            let there = Place {
                region: region.clone(),
                ..place.clone()
            };
            Ok((region, forwarding.resolve(&there, forwarding_values)?))
        });
        Ok(Self {
            home: home.resolve(place, home_values)?,
            regions: regions.collect::<Result<_, ResolveError>>()?,
        })
    }
}

/// What there is before anything is deployed, made by calls that no template can make, and how the platform reads what its
/// documents contradict each other on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// Custom buses of the home region.
    pub buses: BTreeSet<String>,
    /// Service-linked roles of the account. Without one its events do not come, or its triggers cannot be made; what really
    /// happens is not published.
    pub service_roles: BTreeSet<String>,
    /// What `asyncInvocationType` means.
    pub async_invocation_type: AsyncReading,
}

/// What `asyncInvocationType: true` means; `false` means the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsyncReading {
    /// The platform takes the event and calls the function by itself
    /// (<https://alibabacloud.com/help/en/functioncompute/fc-2-0/developer-reference/api-fc-open-2021-04-06-struct-eventbridgetriggerconfig>).
    #[default]
    Asynchronous,
    /// The bus waits for the function's answer
    /// (<https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-struct-eventbridgetriggerconfig>,
    /// 2026).
    Synchronous,
}

impl AsyncReading {
    fn of(self, flag: bool) -> InvocationType {
        if flag == (self == Self::Asynchronous) {
            InvocationType::Async
        } else {
            InvocationType::Sync
        }
    }
}

impl Default for Platform {
    /// Every service-linked role, and no custom bus.
    fn default() -> Self {
        let roles = [
            SOURCE_ACTION_TRAIL,
            SOURCE_CLOUD_MONITOR,
            SOURCE_QUEUE,
            SEND_TO_QUEUE,
            TRIGGER_RULES,
        ];
        Self {
            buses: BTreeSet::new(),
            service_roles: roles.map(str::to_owned).into(),
            async_invocation_type: AsyncReading::default(),
        }
    }
}

impl Platform {
    /// Every service-linked role, and this custom bus.
    pub fn with_bus(name: impl Into<String>) -> Self {
        Self {
            buses: [name.into()].into(),
            ..Self::default()
        }
    }

    fn has(&self, role: &str) -> bool {
        self.service_roles.contains(role)
    }
}

/// A resource that the platform would not create, or that is not simulated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("deploying {resource} ({kind}): {problem}")]
pub struct StackError {
    /// Its name in the template.
    pub resource: String,
    /// Its type.
    pub kind: String,
    /// What is wrong with it.
    pub problem: String,
}

impl StackError {
    fn of(resource: &Resource, problem: impl Into<String>) -> Self {
        Self {
            resource: resource.id.clone(),
            kind: resource.kind.clone(),
            problem: problem.into(),
        }
    }
}

/// A stack that is being deployed.
#[derive(Debug)]
struct Deploying<'a> {
    stack: &'a Stack,
    platform: &'a Platform,
    arns: Arns<'a>,
}

/// Types of resources that are simulated in the home region, and which of them are only there to be referred to.
const SIMULATED: [&str; 13] = [
    "ALIYUN::EventBridge::Rule",
    "ALIYUN::FC3::AsyncInvokeConfig",
    "ALIYUN::FC3::ConcurrencyConfig",
    "ALIYUN::FC3::CustomDomain",
    "ALIYUN::FC3::Function",
    "ALIYUN::FC3::Trigger",
    "ALIYUN::MNS::Queue",
    "ALIYUN::RAM::AttachPolicyToRole",
    "ALIYUN::RAM::ManagedPolicy",
    "ALIYUN::RAM::Role",
    "ALIYUN::SLS::Index",
    "ALIYUN::SLS::Logstore",
    "ALIYUN::SLS::Project",
];

impl Deployment {
    /// What stacks deploy in this account, with functions in this region.
    ///
    /// # Errors
    /// What the platform would not create, and what is not simulated.
    pub fn of_stacks(
        stacks: &Stacks,
        platform: &Platform,
        account: &AccountId,
        home: &RegionId,
    ) -> Result<Self, StackError> {
        let arns = Arns { account, region: home };
        let deploying = Deploying {
            stack: &stacks.home,
            platform,
            arns,
        };
        for resource in &stacks.home.resources {
            if !SIMULATED.contains(&resource.kind.as_str()) {
                return Err(StackError::of(resource, "this type of resource is not simulated"));
            }
        }
        let forwarding = events::forwarding(&stacks.regions, platform, arns)?;
        let mut functions = deploying.functions()?;
        deploying.triggers(&mut functions)?;
        let mut deployment = Self {
            logs: deploying.logs()?,
            roles: deploying.roles()?,
            domains: deploying.domains()?,
            functions: functions.into_values().collect(),
            forwarding,
            unheard: Unheard {
                action_trail: !platform.has(SOURCE_ACTION_TRAIL),
                cloud_monitor: !platform.has(SOURCE_CLOUD_MONITOR),
            },
        };
        let rules = deploying.rules()?;
        deploying.connect(rules, &mut deployment)?;
        Ok(deployment)
    }
}

impl<'a> Deploying<'a> {
    /// The resources of a type, with their properties.
    fn read<T: DeserializeOwned>(&self, kind: &'a str) -> Result<Vec<(&'a Resource, T)>, StackError> {
        read(self.stack, kind)
    }

    /// Whether a queue is deployed. Its name is a property of its resource.
    fn has_queue(&self, name: &str) -> bool {
        let mut queues = self.stack.of_kind("ALIYUN::MNS::Queue");
        queues.any(|queue| queue.properties.get("QueueName").is_some_and(|known| known == name))
    }

    /// The queue that a dead-letter ARN or a destination names, if it is deployed.
    fn queue(&self, resource: &Resource, arn: &str, name: Option<&str>) -> Result<String, StackError> {
        let name = name.ok_or_else(|| StackError::of(resource, format!("{arn} is not a queue of this region")))?;
        if self.has_queue(name) {
            Ok(name.to_owned())
        } else {
            Err(StackError::of(resource, format!("the queue {name} does not exist")))
        }
    }

    /// The one log store that all functions log to.
    fn logs(&self) -> Result<Option<Logs>, StackError> {
        let functions: Vec<(_, functions::FunctionProperties)> = self.read("ALIYUN::FC3::Function")?;
        let mut logs: Option<Logs> = None;
        for (resource, function) in functions {
            let Some(config) = function.log_config else {
                return Err(StackError::of(
                    resource,
                    "a function without LogConfig is not simulated",
                ));
            };
            let here = config.logs();
            if !self.has_logs(&here) {
                let Logs { project, logstore } = here;
                let problem = format!("the log store {logstore} of project {project} does not exist");
                return Err(StackError::of(resource, problem));
            }
            if logs.as_ref().is_some_and(|logs| *logs != here) {
                return Err(StackError::of(
                    resource,
                    "functions that log in several places are not simulated",
                ));
            }
            logs = Some(here);
        }
        Ok(logs)
    }

    fn has_logs(&self, logs: &Logs) -> bool {
        let mut stores = self.stack.of_kind("ALIYUN::SLS::Logstore");
        let mut projects = self.stack.of_kind("ALIYUN::SLS::Project");
        let is = |resource: &Resource, property: &str, name: &str| {
            resource.properties.get(property).is_some_and(|value| value == name)
        };
        projects.any(|project| is(project, "Name", &logs.project))
            && stores.any(|store| is(store, "ProjectName", &logs.project) && is(store, "LogstoreName", &logs.logstore))
    }
}

/// The resources of a type in a stack, with their properties.
fn read<'a, T: DeserializeOwned>(stack: &'a Stack, kind: &'a str) -> Result<Vec<(&'a Resource, T)>, StackError> {
    let read = |resource: &'a Resource| {
        let properties = T::deserialize(&resource.properties);
        let properties = properties.map_err(|error| StackError::of(resource, error.to_string()))?;
        Ok((resource, properties))
    };
    stack.of_kind(kind).map(read).collect()
}
