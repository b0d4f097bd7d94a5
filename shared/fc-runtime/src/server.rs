//! The server: accepts connections, owns them, and lets them finish when the process is to end.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::pin::pin;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet, LocalSet};
use tokio::time::{Instant, sleep, timeout};
use tracing::{debug, error, info, warn};

use crate::route::Route;
use crate::{Config, Service, signal};

/// Connections at the same time; more wait in the system's queue. The platform runs at most 200 invocations at once.
const CONNECTIONS_MAX: usize = 512;
/// The buffer of one connection, which must hold all headers of a request; the platform's are 8 KB at most.
const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// How long to wait after the system refused a connection, for instance for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How many refusals in a row make the socket useless.
const ACCEPT_FAILURES_MAX: u32 = 100;

/// Why a server stopped serving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Whoever started it wanted it to: a signal, or the future given to [`serve_until`].
    Stopped,
    /// A handler's error said that [only a new process helps](crate::Diagnostic::must_restart).
    RestartAsked,
    /// The process reached its [maximum age](Config::age_max).
    Aged,
}

impl From<Exit> for ExitCode {
    /// Each of them is a proper end: the platform starts another process when it needs one.
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Stopped | Exit::RestartAsked | Exit::Aged => Self::SUCCESS,
        }
    }
}

/// The server cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The system gives no more connections.
    #[error("cannot accept connections, after {failures} attempts")]
    Accept {
        /// How many attempts failed in a row.
        failures: u32,
        /// How the last one failed.
        #[source]
        source: io::Error,
    },
    /// The system does not tell about signals.
    #[error("cannot listen for SIGTERM and SIGINT")]
    Signal(#[source] io::Error),
}

/// Serves until SIGTERM or SIGINT, or until the service or its age ends the process.
///
/// The listener comes from outside, so that tests can bind port 0.
///
/// # Errors
///
/// When the system refuses to accept connections for good, or to tell about signals.
pub async fn serve(listener: TcpListener, config: Config, service: Service) -> Result<Exit, ServeError> {
    let stop = signal::stop().map_err(ServeError::Signal)?;
    serve_until(listener, config, service, stop).await
}

/// Like [`serve`], but stopped by `stop` instead of by signals.
///
/// Once it is to end, it takes no more connections and no more requests, and gives those in flight
/// [`Config::drain`] to finish. Nothing is left running when it returns.
///
/// # Errors
///
/// When the system refuses to accept connections for good.
pub async fn serve_until(
    listener: TcpListener,
    config: Config,
    service: Service,
    stop: impl Future<Output = ()>,
) -> Result<Exit, ServeError> {
    let server = Rc::new(Server::new(config, service));
    // Handlers need not be `Send`, and connections must not outlive this call: both live in this set of this thread.
    LocalSet::new().run_until(accept(listener, server, stop)).await
}

/// What all connections share.
pub(crate) struct Server {
    config: Config,
    service: Service,
    started: Instant,
    cold: Cell<bool>,
    /// Events that were answered as done although nothing was done.
    refused: Cell<u64>,
    generated_ids: RefCell<GeneratedIds>,
    exit: watch::Sender<Option<Exit>>,
}

impl Server {
    fn new(config: Config, service: Service) -> Self {
        Self {
            config,
            service,
            started: Instant::now(),
            cold: Cell::new(true),
            refused: Cell::new(0),
            generated_ids: RefCell::default(),
            exit: watch::Sender::new(None),
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// Whether this is the first invocation; a hook is none.
    pub(crate) fn is_cold_start(&self, route: Route) -> bool {
        match route {
            Route::Event | Route::Http => self.cold.replace(false),
            Route::Initialize | Route::PreStop => self.cold.get(),
        }
    }

    pub(crate) fn is_aged(&self) -> bool {
        self.started.elapsed() >= self.config.age_max
    }

    pub(crate) fn count_refused(&self) -> u64 {
        let refused = self.refused.get().saturating_add(1);
        self.refused.set(refused);
        refused
    }

    pub(crate) fn generate_request_id(&self) -> String {
        self.generated_ids.borrow_mut().next()
    }

    /// Ends the server once the requests in flight are answered. The first reason counts.
    pub(crate) fn leave(&self, reason: Exit) {
        self.exit.send_if_modified(|exit| {
            let first = exit.is_none();
            exit.get_or_insert(reason);
            first
        });
    }
}

/// Request ids for requests without one: told apart within a process by a number, between processes by chance.
#[derive(Default)]
struct GeneratedIds {
    process: Option<u64>,
    last: u64,
}

impl GeneratedIds {
    fn next(&mut self) -> String {
        let process = *self
            .process
            .get_or_insert_with(|| RandomState::new().build_hasher().finish());
        self.last = self.last.wrapping_add(1);
        format!("generated-{process:016x}-{}", self.last)
    }
}

async fn accept(listener: TcpListener, server: Rc<Server>, stop: impl Future<Output = ()>) -> Result<Exit, ServeError> {
    let mut stop = pin!(stop);
    let mut exit = server.exit.subscribe();
    let mut connections = JoinSet::new();
    let mut failures = 0;
    let reason = loop {
        tokio::select! {
            () = &mut stop => {
                server.leave(Exit::Stopped);
                break Ok(exit_reason(&mut exit).await);
            }
            reason = exit_reason(&mut exit) => break Ok(reason),
            Some(ended) = connections.join_next() => report(ended),
            accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                Ok((stream, _peer)) => {
                    failures = 0;
                    connections.spawn_local(converse(stream, Rc::clone(&server)));
                }
                Err(source) if failures >= ACCEPT_FAILURES_MAX => {
                    server.leave(Exit::Stopped);
                    break Err(ServeError::Accept { failures, source });
                }
                Err(source) => {
                    failures += 1;
                    warn!(error = %source, "a connection was not accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    };
    drop(listener);
    drain(connections, server.config.drain).await;
    info!(reason = ?reason, "the server ended");
    reason
}

/// Waits until the server is to end.
async fn exit_reason(exit: &mut watch::Receiver<Option<Exit>>) -> Exit {
    loop {
        let reason = *exit.borrow_and_update();
        if let Some(reason) = reason {
            return reason;
        }
        if exit.changed().await.is_err() {
            return pending().await; // the server holds the sender for as long as anything runs
        }
    }
}

/// One connection: requests one after another, until the other side is through or the server is to end.
async fn converse(stream: TcpStream, server: Rc<Server>) {
    let _kept_slow = stream.set_nodelay(true); // an answer is one write; if this fails, it is merely later
    let mut exit = server.exit.subscribe();
    let handler = hyper::service::service_fn(move |request| {
        let server = Rc::clone(&server);
        async move { server.answer(request).await }
    });
    // No timer: an instance is frozen for hours between two requests, and must not find its connection timed out.
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .auto_date_header(false) // the platform sets its own
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), handler);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _reason = exit_reason(&mut exit) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(error = %error, "a connection broke");
    }
}

async fn drain(mut connections: JoinSet<()>, within: Duration) {
    let ended = async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    };
    if timeout(within, ended).await.is_err() {
        warn!(
            connections = connections.len(),
            "invocations were interrupted, since the process has to end"
        );
        connections.shutdown().await;
    }
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        error!(error = %error, "a connection's task failed");
    }
}
