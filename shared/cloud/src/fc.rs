//! Function Compute 3.0: how functions are deployed and what wakes them. Not here: invoking them, or deploying them, which
//! the template does. <https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-overview>

use crate::path::Reading;
use crate::product::Product;
use crate::rpc::{Effect, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// What `GetFunction` is refused with where there is none.
pub const NO_FUNCTION: &str = "FunctionNotFound";
/// What `GetAsyncInvokeConfig` is refused with where there is none
/// (<https://github.com/aliyun/terraform-provider-alicloud/blob/master/alicloud/service_alicloud_fcv3_v2.go>).
pub const NO_ASYNC_CONFIG: &str = "AsyncConfigNotExists";
/// What `GetConcurrencyConfig` is refused with where there is none (same source).
pub const NO_CONCURRENCY_CONFIG: &str = "OnDemandConfigNotFound";
/// Triggers in one listing; a function has at most ten.
const TRIGGERS_MAX: u32 = 100;

/// A function, in its region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPlace {
    /// Its region.
    pub region_id: String,
    /// Its name: letters, digits, `_` and `-`.
    pub function_name: String,
}

impl FunctionPlace {
    fn rpc(&self, action: &'static str) -> Rpc {
        Rpc::new(Product::Fc, action, Effect::Read)
            .at_endpoint_of(&self.region_id)
            .about(&self.function_name)
    }

    fn path(&self, rest: &str) -> String {
        let name = goldcast_signing::percent_encode(&self.function_name);
        format!("/{}/functions/{name}{rest}", Product::Fc.version())
    }
}

/// Describes a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetFunction(pub FunctionPlace);

/// A function. Texts that the cloud left out are empty. Of its environment variables only the names are kept: the values may
/// be secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Function {
    /// Its name.
    pub function_name: String,
    /// `custom.debian11` and the like.
    pub runtime: String,
    /// ARN of the role that it runs under.
    pub role: String,
    /// `Active`, `Pending`, `Failed` or `Inactive`; empty on functions that are older than the member.
    pub state: String,
    /// Why it is in that state.
    pub state_reason: String,
    /// What became of the last update: `Successful`, `InProgress`, `Failed`.
    pub last_update_status: String,
    /// Longest run, in seconds.
    pub timeout: Option<u64>,
    /// Events that one instance works on at a time.
    pub instance_concurrency: Option<u64>,
    /// The names of its environment variables, in order.
    pub variables: Vec<String>,
    /// Where it logs.
    pub log_config: Option<LogConfig>,
    /// RFC 3339.
    pub last_modified_time: String,
}

impl FromJson for Function {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            function_name: json.text("functionName")?,
            runtime: json.text("runtime")?,
            role: json.text("role")?,
            state: json.text("state")?,
            state_reason: json.text("stateReason")?,
            last_update_status: json.text("lastUpdateStatus")?,
            timeout: json.optional_number("timeout")?,
            instance_concurrency: json.optional_number("instanceConcurrency")?,
            variables: json.names("environmentVariables")?,
            log_config: json.optional_part("logConfig")?,
            last_modified_time: json.text("lastModifiedTime")?,
        })
    }
}

/// A log store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogConfig {
    /// The project; empty if nothing is logged.
    pub project: String,
    /// The store in it.
    pub logstore: String,
}

impl FromJson for LogConfig {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            project: json.text("project")?,
            logstore: json.text("logstore")?,
        })
    }
}

impl Reading for GetFunction {
    type Answer = Function;

    fn rpc(&self) -> Rpc {
        self.0.rpc("GetFunction")
    }

    fn path(&self) -> String {
        self.0.path("")
    }
}

/// Describes what becomes of asynchronous invocations. Refused with [`NO_ASYNC_CONFIG`] where nothing was configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetAsyncInvokeConfig(pub FunctionPlace);

/// What becomes of asynchronous invocations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AsyncInvokeConfig {
    /// How often a failed one is tried again.
    pub max_async_retry_attempts: Option<u64>,
    /// Where answers go.
    pub destination_config: DestinationConfig,
}

impl FromJson for AsyncInvokeConfig {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            max_async_retry_attempts: json.optional_number("maxAsyncRetryAttempts")?,
            destination_config: json.optional_part("destinationConfig")?.unwrap_or_default(),
        })
    }
}

/// Where answers go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DestinationConfig {
    /// Where successes go.
    pub on_success: Option<Destination>,
    /// Where failures go.
    pub on_failure: Option<Destination>,
}

impl FromJson for DestinationConfig {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            on_success: json.optional_part("onSuccess")?,
            on_failure: json.optional_part("onFailure")?,
        })
    }
}

/// A function, a queue or a topic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Destination {
    /// Its ARN; empty for none.
    pub destination: String,
}

impl FromJson for Destination {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            destination: json.text("destination")?,
        })
    }
}

impl Reading for GetAsyncInvokeConfig {
    type Answer = AsyncInvokeConfig;

    fn rpc(&self) -> Rpc {
        self.0.rpc("GetAsyncInvokeConfig")
    }

    fn path(&self) -> String {
        self.0.path("/async-invoke-config")
    }
}

/// Describes how many instances a function may have. Refused with [`NO_CONCURRENCY_CONFIG`] where nothing was configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetConcurrencyConfig(pub FunctionPlace);

/// How many instances a function may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConcurrencyConfig {
    /// Invocations at a time, if that is limited.
    pub reserved_concurrency: Option<u64>,
}

impl FromJson for ConcurrencyConfig {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            reserved_concurrency: json.optional_number("reservedConcurrency")?,
        })
    }
}

impl Reading for GetConcurrencyConfig {
    type Answer = ConcurrencyConfig;

    fn rpc(&self) -> Rpc {
        self.0.rpc("GetConcurrencyConfig")
    }

    fn path(&self) -> String {
        self.0.path("/concurrency")
    }
}

/// Lists what wakes a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTriggers(pub FunctionPlace);

/// Answer to [`ListTriggers`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Triggers {
    /// The triggers.
    pub triggers: Vec<Trigger>,
}

impl FromJson for Triggers {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            triggers: json.required_list("triggers")?,
        })
    }
}

/// Something that wakes a function.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trigger {
    /// Its name within the function.
    pub trigger_name: String,
    /// `timer`, `eventbridge`, `http` and others.
    pub trigger_type: String,
    /// What the type wants to know: JSON as text.
    pub trigger_config: String,
    /// The rule, bucket or topic that it listens to.
    pub source_arn: String,
    /// Its state as the cloud words it.
    pub status: String,
}

impl FromJson for Trigger {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            trigger_name: json.text("triggerName")?,
            trigger_type: json.text("triggerType")?,
            trigger_config: json.text("triggerConfig")?,
            source_arn: json.text("sourceArn")?,
            status: json.text("status")?,
        })
    }
}

impl Reading for ListTriggers {
    type Answer = Triggers;

    fn rpc(&self) -> Rpc {
        self.0.rpc("ListTriggers").param("limit", TRIGGERS_MAX)
    }

    fn path(&self) -> String {
        self.0.path("/triggers")
    }
}

/// Describes one trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetTrigger {
    /// The function.
    pub function: FunctionPlace,
    /// The trigger's name.
    pub trigger_name: String,
}

impl Reading for GetTrigger {
    type Answer = Trigger;

    fn rpc(&self) -> Rpc {
        self.function.rpc("GetTrigger")
    }

    fn path(&self) -> String {
        let name = goldcast_signing::percent_encode(&self.trigger_name);
        self.function.path(&format!("/triggers/{name}"))
    }
}
