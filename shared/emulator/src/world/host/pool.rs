//! The instances of one function: who is idle, how many may be busy, which are worn out. Not here: the process itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::Host;
use super::contract::{self, STATUS_HEADER};
use super::instance::{Instance, Start};
use super::log::{Log, LogLine};
use super::port::free_port;
use crate::cloud::TemporaryKey;
use crate::world::deployment::Function;
use crate::world::invocation::{FunctionError, Invocation, Task};
use crate::world::shared::Shared;

/// Simulated age at which an idle instance is replaced, well inside the 36 hours that its credentials are good for
/// (<https://help.aliyun.com/zh/functioncompute/fc/grant-function-compute-permissions-to-access-other-alibaba-cloud-services>).
const INSTANCE_AGE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Credentials that end sooner than this are replaced before an invocation.
const KEY_RESERVE: SignedDuration = SignedDuration::from_mins(30);
/// Attempts to start an instance: a port that was free may be taken by the time it is used.
const START_ATTEMPTS: u32 = 2;

#[derive(Debug)]
pub(super) struct Pool {
    function: Function,
    permits: Semaphore,
    idle: Mutex<Vec<Instance>>,
    key: Mutex<Option<TemporaryKey>>,
    log: Arc<Log>,
}

impl Pool {
    pub(super) fn new(function: Function, instances_max: u32) -> Self {
        let busy_max = function
            .reserved_concurrency
            .unwrap_or(u32::MAX)
            .min(instances_max)
            .max(1);
        Self {
            function,
            permits: Semaphore::new(usize::try_from(busy_max).unwrap_or(1)),
            idle: Mutex::default(),
            key: Mutex::default(),
            log: Arc::default(),
        }
    }

    pub(super) fn function(&self) -> &Function {
        &self.function
    }

    pub(super) fn log(&self) -> Vec<LogLine> {
        self.log.lines()
    }

    pub(super) async fn invoke(&self, host: &Host, shared: &Shared, task: &Task) -> Invocation {
        let Ok(_permit) = self.permits.acquire().await else {
            return self.ended(
                task,
                None,
                Some(FunctionError::NotStarted {
                    detail: "the host has stopped".to_owned(),
                }),
            );
        };
        let not_started = |detail| self.ended(task, None, Some(FunctionError::NotStarted { detail }));
        let key = match self.key(shared) {
            Ok(key) => key,
            Err(detail) => return not_started(detail),
        };
        let mut instance = match self.ready(host, shared, key.as_ref()).await {
            Ok(instance) => instance,
            Err(detail) => return not_started(detail),
        };
        let within = Duration::from_secs(u64::from(self.function.timeout_seconds));
        let request = contract::request(&shared.place, &self.function, task, instance.port(), key.as_ref());
        let answer = match request {
            Ok(request) => instance.exchange(request, within).await,
            Err(error) => Err(FunctionError::NotStarted {
                detail: format!("building the request: {error}"),
            }),
        };
        match answer {
            Ok(answer) => {
                let failed = answer
                    .headers()
                    .get(STATUS_HEADER)
                    .is_some_and(|status| status == "404");
                let mut ended = self.ended(task, Some(answer), failed.then_some(FunctionError::Reported));
                ended.logged = self.log.ended(&task.request_id).await;
                self.lock_idle().push(instance);
                ended
            }
            Err(error) => {
                instance.end().await;
                self.ended(task, None, Some(error))
            }
        }
    }

    /// An idle instance that is still good, else a new one. An instance that has ended meanwhile is nobody's failure.
    async fn ready(&self, host: &Host, shared: &Shared, key: Option<&TemporaryKey>) -> Result<Instance, String> {
        let now = shared.now();
        while let Some(mut instance) = self.take_idle() {
            if instance.lives() && now.duration_since(instance.started) < INSTANCE_AGE_MAX {
                return Ok(instance);
            }
            instance.end().await;
        }
        let mut last = String::new();
        for _ in 0..START_ATTEMPTS {
            match self.start(host, shared, key, now).await {
                Ok(instance) => return Ok(instance),
                Err(problem) => last = problem,
            }
        }
        Err(last)
    }

    async fn start(
        &self,
        host: &Host,
        shared: &Shared,
        key: Option<&TemporaryKey>,
        at: Timestamp,
    ) -> Result<Instance, String> {
        let port = free_port().ok_or("no port is free")?;
        let id = shared.instance_id();
        let variables = host.lock_variables().clone();
        let start = Start {
            program: host.launch.program(&self.function.name),
            environment: contract::environment(&shared.place, &self.function, &id, port, key, variables),
            id,
            port,
            within: host.settings.start_within,
            at,
            freezes: host.settings.freeze,
        };
        Instance::start(start, &self.log).await
    }

    /// The credentials of the function's role, made once and again before they end.
    fn key(&self, shared: &Shared) -> Result<Option<TemporaryKey>, String> {
        let Some(role) = self.function.role.as_deref() else {
            return Ok(None);
        };
        let mut held = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let good = held
            .as_ref()
            .is_some_and(|key| key.expires.duration_since(shared.now()) > KEY_RESERVE);
        if !good {
            *held = Some(shared.assume(role, &self.function.name)?);
        }
        Ok(held.clone())
    }

    fn ended(&self, task: &Task, answer: Option<http::Response<Bytes>>, error: Option<FunctionError>) -> Invocation {
        Invocation {
            request_id: task.request_id.clone(),
            function: self.function.name.clone(),
            status: answer
                .as_ref()
                .map(http::Response::status)
                .map(|status: StatusCode| status.as_u16()),
            body: answer.map(http::Response::into_body).unwrap_or_default(),
            error,
            logged: false,
        }
    }

    pub(super) async fn stop(&self) {
        self.permits.close();
        while let Some(instance) = self.take_idle() {
            instance.end().await;
        }
    }

    fn take_idle(&self) -> Option<Instance> {
        self.lock_idle().pop()
    }

    fn lock_idle(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
