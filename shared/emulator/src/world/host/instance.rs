//! One instance: a child process that serves one request at a time. Not here: how many there are (see the pool).

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::freeze::{freeze, thaw};
use super::launch::Program;
use super::log::Log;
use super::memory;
use crate::world::invocation::{FunctionError, SYNC_BODY_BYTES_MAX};

/// Pause between two looks whether an instance listens.
const PROBE_PAUSE: Duration = Duration::from_millis(3);
/// How long a process that was killed may take to be gone.
const END_MAX: Duration = Duration::from_secs(5);

/// What an instance is started with.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) id: String,
    pub(super) program: Program,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) port: u16,
    pub(super) within: Duration,
    pub(super) at: Timestamp,
    pub(super) freezes: bool,
    /// Megabytes; `None` if they are not enforced.
    pub(super) memory_mb: Option<u32>,
    /// The process group that ends with this program.
    pub(super) group: Option<i32>,
}

/// A running child process. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) started: Timestamp,
    /// When it last answered.
    pub(super) used: Timestamp,
    child: Child,
    port: u16,
    freezes: bool,
    memory_mb: Option<u32>,
    output: JoinSet<()>,
}

impl Instance {
    /// Starts a program and waits until it listens.
    pub(super) async fn start(start: Start, log: &Arc<Log>) -> Result<Self, String> {
        let Start {
            id,
            program,
            environment,
            port,
            within,
            at,
            freezes,
            memory_mb,
            group,
        } = start;
        let mut command = Command::new(&program.path);
        command
            .args(&program.arguments)
            .env_clear()
            .envs(environment)
            .kill_on_drop(true);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        join_group(&mut command, group);
        let mut child = command
            .spawn()
            .map_err(|error| format!("{}: {error}", program.path.display()))?;
        let mut output = JoinSet::new();
        if let Some(pipe) = child.stdout.take() {
            let (log, id) = (Arc::clone(log), id.clone());
            output.spawn(async move { log.collect(&id, pipe).await });
        }
        if let Some(pipe) = child.stderr.take() {
            let (log, id) = (Arc::clone(log), id.clone());
            output.spawn(async move { log.collect(&id, pipe).await });
        }
        let mut instance = Self {
            id,
            started: at,
            used: at,
            child,
            port,
            freezes,
            memory_mb,
            output,
        };
        match timeout(within, instance.listens()).await {
            Ok(Ok(())) => Ok(instance),
            Ok(Err(problem)) => {
                instance.end().await;
                Err(problem)
            }
            Err(_) => {
                instance.end().await;
                Err(format!(
                    "health check failed on port {port} in {} seconds",
                    within.as_secs()
                ))
            }
        }
    }

    async fn listens(&mut self) -> Result<(), String> {
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the process ended before it listened: {status}"));
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_ok() {
                return Ok(());
            }
            sleep(PROBE_PAUSE).await;
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Whether the process is still there.
    pub(super) fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends one request. Whatever comes but a whole answer ends the instance's life: the caller drops it.
    pub(super) async fn exchange(
        &mut self,
        request: http::Request<Full<Bytes>>,
        within: Duration,
    ) -> Result<http::Response<Bytes>, FunctionError> {
        let process = self.child.id();
        if self.freezes {
            thaw(process);
        }
        let answer = match timeout(within, self.within_memory(request)).await {
            Err(_) => {
                let seconds = u32::try_from(within.as_secs()).unwrap_or(u32::MAX);
                Err(FunctionError::TimedOut { seconds })
            }
            Ok(Err(Broken::Off(detail))) => Err(FunctionError::Crashed {
                detail: self.cause(detail).await,
            }),
            Ok(Err(Broken::OutOfMemory(error))) => Err(error),
            Ok(Ok(answer)) => Ok(answer),
        };
        if self.freezes {
            freeze(process);
        }
        answer
    }

    /// Sends a request; an instance that is over its size has no answer, whatever it sent.
    async fn within_memory(&self, request: http::Request<Full<Bytes>>) -> Result<http::Response<Bytes>, Broken> {
        let answer = send(self.port, request);
        let Some(memory_mb) = self.memory_mb else {
            return answer.await.map_err(Broken::Off);
        };
        let process = self.child.id();
        let over = |peak_kib| Broken::OutOfMemory(FunctionError::OutOfMemory { peak_kib, memory_mb });
        let (answer, exceeded) = (pin!(answer), pin!(memory::exceeded(process, memory_mb)));
        let answer = match select(answer, exceeded).await {
            Either::Left((answer, _)) => answer,
            Either::Right((peak_kib, _)) => return Err(over(peak_kib)),
        };
        // The peak may have come and gone between two looks; the kernel remembers it.
        match memory::peak_kib(process).filter(|peak| memory::is_over(*peak, memory_mb)) {
            Some(peak_kib) => Err(over(peak_kib)),
            None => answer.map_err(Broken::Off),
        }
    }

    /// Prefers how the process ended over how the connection did.
    async fn cause(&mut self, detail: String) -> String {
        match timeout(PROBE_PAUSE * 10, self.child.wait()).await {
            Ok(Ok(status)) => format!("the process ended: {status}"),
            _ => detail,
        }
    }

    /// Kills the process, waits for its end and keeps its last lines.
    pub(super) async fn end(mut self) {
        let end = async {
            // Killing a process that has ended already fails, and that is as good.
            let _ended = self.child.kill().await;
            while self.output.join_next().await.is_some() {}
        };
        let _gone = timeout(END_MAX, end).await;
    }
}

/// Why there is no whole answer.
enum Broken {
    /// The connection or the process ended.
    Off(String),
    OutOfMemory(FunctionError),
}

#[cfg(unix)]
fn join_group(command: &mut Command, group: Option<i32>) {
    if let Some(group) = group {
        command.process_group(group);
    }
}

#[cfg(not(unix))]
fn join_group(_command: &mut Command, _group: Option<i32>) {}

async fn send(port: u16, request: http::Request<Full<Bytes>>) -> Result<http::Response<Bytes>, String> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| error.to_string())?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
    let exchange = async move {
        let (parts, body) = sender
            .send_request(request)
            .await
            .map_err(|error| error.to_string())?
            .into_parts();
        let body = Limited::new(body, SYNC_BODY_BYTES_MAX)
            .collect()
            .await
            .map_err(|error| error.to_string())?;
        Ok(http::Response::from_parts(parts, body.to_bytes()))
    };
    let (exchange, connection) = (pin!(exchange), pin!(connection));
    match select(exchange, connection).await {
        Either::Left((answer, _)) => answer,
        // The connection is done first when the server closes it: the answer may be whole all the same.
        Either::Right((_, exchange)) => exchange.await,
    }
}
