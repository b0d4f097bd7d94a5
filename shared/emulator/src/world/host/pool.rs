//! The instances of one function: who is idle, how many may be busy, which are worn out. Not here: the process itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::InvalidHeaderValue;
use http_body_util::Full;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Semaphore, TryAcquireError};

use super::Host;
use super::contract;
use super::hooks;
use super::instance::{Instance, Start};
use super::log::{Log, LogLine};
use super::port::free_port;
use super::request::{Addressed, STATUS_HEADER};
use crate::cloud::TemporaryKey;
use crate::world::deployed_function::Function;
use crate::world::invocation::{FunctionError, Invocation, Task};
use crate::world::shared::Shared;

/// Simulated age at which an idle instance is replaced, well inside the 36 hours that its credentials are good for
/// (<https://help.aliyun.com/zh/functioncompute/fc/grant-function-compute-permissions-to-access-other-alibaba-cloud-services>).
const INSTANCE_AGE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Credentials that end sooner than this are replaced before an invocation.
const KEY_RESERVE: SignedDuration = SignedDuration::from_mins(30);
/// Attempts to start an instance: a port that was free may be taken by the time it is used.
const START_ATTEMPTS: u32 = 2;

/// Why no instance is ready.
#[derive(Debug)]
pub(super) enum NotReady {
    Start(String),
    Initialise(String),
}

/// The line that the platform ends the log of a request with if the instance cannot any more
/// (<https://help.aliyun.com/zh/functioncompute/fc/faq-about-custom-runtimes/>).
fn end_line(request_id: &str, error: &FunctionError) -> String {
    format!("FC Invoke End RequestId: {request_id}, Error: {}", error.message())
}

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

    /// One attempt of an invocation.
    pub(super) async fn invoke(&self, host: &Host, shared: &Shared, task: &Task) -> Invocation {
        let before = self.log.ends(&task.request_id);
        let answer = self
            .serve(host, shared, &task.request_id, |addressed| addressed.invoke(task))
            .await;
        match answer {
            Ok(answer) => {
                let failed = answer
                    .headers()
                    .get(STATUS_HEADER)
                    .is_some_and(|status| status == "404");
                let mut ended = self.ended(task, Some(answer), failed.then_some(FunctionError::Reported));
                ended.logged = self.log.ended(&task.request_id, before).await;
                ended
            }
            Err(error) => self.ended(task, None, Some(error)),
        }
    }

    /// What came to the HTTP trigger, answered.
    pub(super) async fn http(
        &self,
        host: &Host,
        shared: &Shared,
        request_id: &str,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, FunctionError> {
        self.serve(host, shared, request_id, |addressed| {
            addressed.http(request_id, request)
        })
        .await
    }

    /// Sends one request to an instance of its own for as long as it takes. Nobody waits for an instance: whoever finds
    /// all of them busy is refused.
    async fn serve(
        &self,
        host: &Host,
        shared: &Shared,
        request_id: &str,
        build: impl FnOnce(Addressed<'_>) -> Result<http::Request<Full<Bytes>>, InvalidHeaderValue>,
    ) -> Result<http::Response<Bytes>, FunctionError> {
        let not_started = |detail| FunctionError::NotStarted { detail };
        let _permit = self.permits.try_acquire().map_err(|refused| match refused {
            TryAcquireError::NoPermits => FunctionError::Throttled,
            TryAcquireError::Closed => not_started("the host has stopped".to_owned()),
        })?;
        let key = self.key(shared).map_err(not_started)?;
        self.log.deliver(shared.ships_log(&self.function));
        let mut instance = self.ready(host, shared, key.as_ref()).await?;
        let within = Duration::from_secs(u64::from(self.function.timeout_seconds));
        let answer = match build(self.addressed(shared, &instance, key.as_ref())) {
            Ok(request) => instance.exchange(request, within).await,
            Err(error) => Err(not_started(format!("building the request: {error}"))),
        };
        match answer {
            Ok(answer) => {
                instance.used = shared.now();
                self.lock_idle().push(instance);
                Ok(answer)
            }
            Err(error) => {
                let (id, line) = (instance.id.clone(), end_line(request_id, &error));
                instance.end().await;
                self.log.platform(&id, &line);
                Err(error)
            }
        }
    }

    /// An idle instance that is still good, else a new one. An instance that has ended meanwhile is nobody's failure.
    async fn ready(&self, host: &Host, shared: &Shared, key: Option<&TemporaryKey>) -> Result<Instance, FunctionError> {
        let now = shared.now();
        while let Some(mut instance) = self.take_idle() {
            let aged = now.duration_since(instance.started) >= INSTANCE_AGE_MAX;
            let idle = now.duration_since(instance.used) > host.settings.idle_max;
            if instance.lives() && !aged && !idle {
                return Ok(instance);
            }
            self.retire(instance).await;
        }
        let mut last = NotReady::Start(String::new());
        for _ in 0..START_ATTEMPTS {
            match self.start(host, shared, key, now).await {
                Ok(instance) => return Ok(instance),
                Err(problem) => last = problem,
            }
        }
        Err(match last {
            NotReady::Start(detail) => FunctionError::NotStarted { detail },
            NotReady::Initialise(detail) => FunctionError::NotInitialised { detail },
        })
    }

    async fn start(
        &self,
        host: &Host,
        shared: &Shared,
        key: Option<&TemporaryKey>,
        at: Timestamp,
    ) -> Result<Instance, NotReady> {
        let port = free_port().ok_or_else(|| NotReady::Start("no port is free".to_owned()))?;
        let id = shared.instance_id();
        let variables = self
            .function
            .variables
            .under(&host.lock_variables(), host.launch.folder());
        let start = Start {
            program: host.launch.program(self.function.code()),
            environment: contract::environment(&shared.place, &self.function, &id, port, key, variables),
            id,
            port,
            within: host.settings.start_within,
            at,
            freezes: host.settings.freeze,
            memory_mb: host.settings.memory_limit.then_some(self.function.memory_mb),
            group: host.leash.group(),
        };
        let mut instance = Instance::start(start, &self.log).await.map_err(NotReady::Start)?;
        let addressed = self.addressed(shared, &instance, key);
        if let Some(hook) = self.function.initializer
            && let Err(problem) = hooks::initialize(&mut instance, addressed, hook).await
        {
            instance.end().await;
            return Err(problem);
        }
        Ok(instance)
    }

    fn addressed<'a>(
        &'a self,
        shared: &'a Shared,
        instance: &Instance,
        key: Option<&'a TemporaryKey>,
    ) -> Addressed<'a> {
        Addressed {
            place: &shared.place,
            function: &self.function,
            port: instance.port(),
            key,
        }
    }

    /// Ends an instance that is no longer needed, through its hook if it has one.
    async fn retire(&self, mut instance: Instance) {
        if let Some(hook) = self.function.pre_stop
            && instance.lives()
        {
            hooks::pre_stop(&mut instance, &self.function, hook).await;
        }
        instance.end().await;
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
            self.retire(instance).await;
        }
    }

    fn take_idle(&self) -> Option<Instance> {
        self.lock_idle().pop()
    }

    fn lock_idle(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
