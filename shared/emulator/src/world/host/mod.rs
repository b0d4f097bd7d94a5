//! The function host: runs functions as child processes by Function Compute's own contract, so that what is tested is
//! the very program that is deployed. Not here: when a function is invoked and what follows from its answer.

mod contract;
mod freeze;
mod hooks;
mod instance;
mod launch;
mod leash;
mod log;
mod memory;
mod pool;
mod port;
mod request;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::SignedDuration;

pub(crate) use contract::Place;
pub use launch::{Launch, Program};
use leash::Leash;
pub use log::LogLine;
use pool::Pool;

use super::custom_domain::CustomDomain;
use super::deployed_function::Function;
use super::deployment::Deployment;
use super::invocation::{FunctionError, Invocation, InvokeError, Task};
use super::shared::Shared;
use super::variables::{ReservedVariable, Variables};

/// How instances are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSettings {
    /// Most instances of one function; further invocations are refused, and asynchronous ones tried again.
    pub instances_max: u32,
    /// Real time until an instance must listen. The cloud gives 120 s; a program on this machine needs far less.
    pub start_within: Duration,
    /// Whether instances stand still between invocations, as they do in the cloud.
    pub freeze: bool,
    /// Whether an instance that uses more memory than its function has is killed. Known on Linux only.
    pub memory_limit: bool,
    /// Simulated time without an invocation after which an instance is gone. One page says 3 to 5 minutes
    /// (<https://help.aliyun.com/zh/functioncompute/fc/why-infrequently-used-functions-take-a-longer-period-of-time-to-invoke-1>),
    /// another minutes to tens of minutes.
    pub idle_max: SignedDuration,
}

impl Default for HostSettings {
    fn default() -> Self {
        Self {
            instances_max: 3,
            start_within: Duration::from_secs(15),
            freeze: true,
            memory_limit: true,
            idle_max: SignedDuration::from_mins(5),
        }
    }
}

/// All functions and their instances.
#[derive(Debug)]
pub(super) struct Host {
    pools: BTreeMap<String, Pool>,
    domains: Vec<CustomDomain>,
    launch: Launch,
    settings: HostSettings,
    variables: Mutex<Variables>,
    leash: Leash,
}

impl Host {
    pub(super) fn new(deployment: Deployment, launch: Launch, settings: HostSettings) -> Self {
        let domains = deployment.domains.clone();
        let pools = deployment.by_name().into_iter();
        let pools = pools
            .map(|(name, function)| (name, Pool::new(function, settings.instances_max)))
            .collect();
        Self {
            pools,
            domains,
            launch,
            settings,
            variables: Mutex::default(),
            leash: Leash::default(),
        }
    }

    /// Variables for instances that start from now on, over those that are deployed.
    pub(super) fn set_environment(&self, variables: BTreeMap<String, String>) -> Result<(), ReservedVariable> {
        let variables = Variables(variables);
        variables.check_names()?;
        *self.lock_variables() = variables;
        Ok(())
    }

    /// Sets the variables that another host has.
    pub(super) fn take_environment(&self, other: &Self) {
        let variables = other.lock_variables().clone();
        *self.lock_variables() = variables;
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.pools.values().map(Pool::function)
    }

    pub(super) fn function(&self, name: &str) -> Result<&Function, InvokeError> {
        self.pool(name).map(Pool::function)
    }

    /// The domain that a request to a function asks for, if it is one of the function's.
    pub(super) fn domain(&self, function: &str, host: &str) -> Option<&CustomDomain> {
        let mut domains = self.domains.iter();
        domains.find(|domain| domain.function == function && domain.is_asked_for(host))
    }

    pub(super) fn log(&self, function: &str) -> Vec<LogLine> {
        self.pool(function).map(Pool::log).unwrap_or_default()
    }

    /// One attempt, by an idle instance or a new one.
    pub(super) async fn invoke(&self, shared: &Shared, task: &Task) -> Result<Invocation, InvokeError> {
        Ok(self.pool(&task.function)?.invoke(self, shared, task).await)
    }

    /// What came to a function's HTTP trigger, answered.
    pub(super) async fn http(
        &self,
        shared: &Shared,
        function: &str,
        request_id: &str,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, FunctionError> {
        match self.pools.get(function) {
            Some(pool) => pool.http(self, shared, request_id, request).await,
            None => Err(FunctionError::NotStarted {
                detail: format!("{function:?} is not deployed"),
            }),
        }
    }

    /// Kills every instance and waits for their ends. Without it they are killed when the host is dropped.
    pub(super) async fn stop(&self) {
        for pool in self.pools.values() {
            pool.stop().await;
        }
        self.leash.stop().await;
    }

    fn pool(&self, name: &str) -> Result<&Pool, InvokeError> {
        self.pools.get(name).ok_or_else(|| InvokeError::UnknownFunction {
            function: name.to_owned(),
        })
    }

    fn lock_variables(&self) -> MutexGuard<'_, Variables> {
        self.variables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
