//! Functions, how they are invoked asynchronously, and how many at once
//! (<https://help.aliyun.com/zh/ros/developer-reference/aliyun-fc3-function>,
//! <https://help.aliyun.com/zh/ros/developer-reference/aliyun-fc3-asyncinvokeconfig>). Not here: what wakes them.

use std::collections::BTreeMap;

use goldcast_template::Resource;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Deploying, StackError};
use crate::world::custom_domain::CustomDomain;
use crate::world::deployed_function::{Function, Runtime};
use crate::world::deployment::Logs;
use crate::world::trigger_auth::TriggerAuth;
use crate::world::variables::Variables;

/// The program in a package that the platform starts.
const COMMAND: &str = "/code/bootstrap";
/// The only size of disk that costs nothing, in megabytes.
const DISK_MB: u32 = 512;
/// How much memory, in megabytes, one core may have at least and at most
/// (<https://www.alibabacloud.com/help/en/functioncompute/creating-an-event-function>).
const MB_PER_CORE: std::ops::RangeInclusive<f64> = 1024.0..=4096.0;

/// Runtimes by name, and how each gives credentials.
const RUNTIMES: [(&str, Runtime); 4] = [
    ("custom", Runtime::Debian10),
    ("custom.debian10", Runtime::Debian10),
    ("custom.debian11", Runtime::Debian11),
    ("custom.debian12", Runtime::Debian11),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct FunctionProperties {
    function_name: String,
    #[serde(rename = "Description", default)]
    _description: Option<IgnoredAny>,
    runtime: String,
    /// Present because the type demands it; a custom runtime does not use it.
    #[serde(rename = "Handler")]
    _handler: String,
    code: Code,
    custom_runtime_config: CustomRuntime,
    cpu: f64,
    memory_size: u32,
    disk_size: u32,
    timeout: u32,
    instance_concurrency: u32,
    internet_access: bool,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    pub(super) log_config: Option<LogConfig>,
    #[serde(default)]
    environment_variables: Variables,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Code {
    #[serde(rename = "OssBucketName")]
    _bucket: String,
    oss_object_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct CustomRuntime {
    command: Vec<String>,
    /// The simulated host gives every instance a port of its own, in the variable that the platform sets too.
    #[serde(rename = "Port")]
    _port: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct LogConfig {
    project: String,
    logstore: String,
    #[serde(rename = "EnableRequestMetrics", default)]
    _request_metrics: bool,
    #[serde(rename = "EnableInstanceMetrics", default)]
    _instance_metrics: bool,
    #[serde(rename = "LogBeginRule", default)]
    _begin: Option<LogBegin>,
}

/// Where an entry of the log begins: at every line, or at a date.
#[derive(Debug, Deserialize)]
enum LogBegin {
    None,
    DefaultRegex,
}

impl LogConfig {
    pub(super) fn logs(self) -> Logs {
        Logs {
            project: self.project,
            logstore: self.logstore,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct AsyncProperties {
    function_name: String,
    #[serde(default)]
    max_async_retry_attempts: Option<u32>,
    #[serde(default)]
    max_async_event_age_in_seconds: Option<u32>,
    #[serde(default)]
    destination_config: Destinations,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Destinations {
    #[serde(default)]
    on_success: Option<Destination>,
    #[serde(default)]
    on_failure: Option<Destination>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Destination {
    destination: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ConcurrencyProperties {
    function_name: String,
    reserved_concurrency: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DomainProperties {
    domain_name: String,
    /// HTTP, HTTPS or both: the simulated domain has no certificate.
    #[serde(rename = "Protocol")]
    _protocol: String,
    #[serde(rename = "CertConfig", default)]
    _certificate: Option<IgnoredAny>,
    #[serde(default)]
    auth_config: Option<DomainAuth>,
    route_config: Routes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DomainAuth {
    auth_type: String,
    #[serde(default)]
    auth_info: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Routes {
    routes: Vec<Route>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Route {
    path: String,
    function_name: String,
    #[serde(rename = "Qualifier", default)]
    _qualifier: Option<String>,
    /// What the function's HTTP trigger takes counts here too.
    #[serde(rename = "Methods", default)]
    _methods: Vec<String>,
}

impl Deploying<'_> {
    /// The functions by name, with their asynchronous settings and their reserved concurrency, and without triggers.
    pub(super) fn functions(&self) -> Result<BTreeMap<String, Function>, StackError> {
        let mut functions = BTreeMap::new();
        for (resource, properties) in self.read::<FunctionProperties>("ALIYUN::FC3::Function")? {
            let function = self.function(resource, properties)?;
            if functions.insert(function.name.clone(), function).is_some() {
                return Err(StackError::of(resource, "a function of this name exists already"));
            }
        }
        for (resource, properties) in self.read::<AsyncProperties>("ALIYUN::FC3::AsyncInvokeConfig")? {
            self.asynchronous(resource, properties, &mut functions)?;
        }
        for (resource, properties) in self.read::<ConcurrencyProperties>("ALIYUN::FC3::ConcurrencyConfig")? {
            let function = existing(resource, &properties.function_name, &mut functions)?;
            function.reserved_concurrency = Some(properties.reserved_concurrency);
        }
        Ok(functions)
    }

    fn function(&self, resource: &Resource, properties: FunctionProperties) -> Result<Function, StackError> {
        let fail = |problem: String| StackError::of(resource, problem);
        let known = RUNTIMES.iter().find(|(name, _)| *name == properties.runtime);
        let (_, runtime) = known.ok_or_else(|| fail(format!("the runtime {} is not simulated", properties.runtime)))?;
        let object = properties.code.oss_object_name;
        let name = object.rsplit('/').next().unwrap_or_default();
        let code = name.strip_suffix(".zip").filter(|stem| !stem.is_empty());
        let code = code.ok_or_else(|| fail(format!("the code object {object} is not a zip")))?;
        if properties.custom_runtime_config.command != [COMMAND] {
            return Err(fail(format!("another command than [{COMMAND}] is not simulated")));
        }
        let memory_per_core = f64::from(properties.memory_size) / properties.cpu;
        if !MB_PER_CORE.contains(&memory_per_core) {
            return Err(fail(format!(
                "{} cores with {} MB: a core has 1 to 4 GB",
                properties.cpu, properties.memory_size
            )));
        }
        if properties.disk_size != DISK_MB || properties.instance_concurrency != 1 || !properties.internet_access {
            return Err(fail(format!(
                "only functions with a disk of {DISK_MB} MB, one request at a time and access to the Internet are simulated"
            )));
        }
        let role = properties.role.map(|arn| {
            let role = self.arns.role(&arn).map(str::to_owned);
            role.ok_or_else(|| fail(format!("{arn} is not a role of this account")))
        });
        Ok(Function {
            name: properties.function_name,
            timeout_seconds: properties.timeout,
            memory_mb: properties.memory_size,
            code: Some(code.to_owned()),
            variables: properties.environment_variables,
            role: role.transpose()?,
            runtime: *runtime,
            ..Function::default()
        })
    }

    fn asynchronous(
        &self,
        resource: &Resource,
        properties: AsyncProperties,
        functions: &mut BTreeMap<String, Function>,
    ) -> Result<(), StackError> {
        let Destinations { on_success, on_failure } = properties.destination_config;
        let on_success = on_success.map(|Destination { destination }| {
            let name = self.arns.function(&destination).map(str::to_owned);
            let known = name.filter(|name| functions.contains_key(name));
            let problem =
                || format!("{destination} is not a function of this stack: no other destination is simulated");
            known.ok_or_else(|| StackError::of(resource, problem()))
        });
        let on_success = on_success.transpose()?;
        let on_failure = on_failure.map(|Destination { destination }| {
            self.queue(resource, &destination, self.arns.destination_queue(&destination))
        });
        let on_failure = on_failure.transpose()?;
        let function = existing(resource, &properties.function_name, functions)?;
        function.on_success = on_success;
        function.on_failure = on_failure;
        if let Some(retries) = properties.max_async_retry_attempts {
            function.retries = retries;
        }
        if let Some(seconds) = properties.max_async_event_age_in_seconds {
            function.max_event_age_seconds = seconds;
        }
        Ok(())
    }

    /// Domains in front of functions.
    pub(super) fn domains(&self) -> Result<Vec<CustomDomain>, StackError> {
        let domains = self.read::<DomainProperties>("ALIYUN::FC3::CustomDomain")?.into_iter();
        let domains = domains.map(|(resource, properties)| {
            let fail = |problem: String| StackError::of(resource, problem);
            let function = match properties.route_config.routes.as_slice() {
                [
                    Route {
                        path, function_name, ..
                    },
                ] if path == "/*" => function_name.clone(),
                _ => {
                    return Err(fail(
                        "a domain with other routes than one of /* is not simulated".to_owned(),
                    ));
                }
            };
            let auth = properties.auth_config.map_or(Ok(TriggerAuth::Anonymous), |auth| {
                TriggerAuth::parse(&auth.auth_type, auth.auth_info.as_deref())
            });
            Ok(CustomDomain {
                domain: properties.domain_name,
                function,
                auth: auth.map_err(fail)?,
            })
        });
        domains.collect()
    }
}

/// A function that another resource names.
pub(super) fn existing<'f>(
    resource: &Resource,
    name: &str,
    functions: &'f mut BTreeMap<String, Function>,
) -> Result<&'f mut Function, StackError> {
    let function = functions.get_mut(name);
    function.ok_or_else(|| StackError::of(resource, format!("the function {name} does not exist")))
}
