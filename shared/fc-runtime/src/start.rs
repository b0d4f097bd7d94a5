//! From exec to serving, in one order: logging, configuration, runtime, socket, requests.
//!
//! The socket is open before anything remote is called, because the platform takes a slow start for a failed one.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use tokio::net::TcpListener;
use tracing::{error, info};

use crate::diagnostic::chain;
use crate::log::{self, Filter};
use crate::server::{Exit, ServeError, serve};
use crate::{Config, ConfigError, Environment, Service};

/// Exit code when the configuration is wrong: `EX_USAGE` of `sysexits.h`.
const BAD_CONFIGURATION: u8 = 64;
/// Exit code when the system refuses something: `EX_OSERR` of `sysexits.h`.
const SYSTEM_ERROR: u8 = 71;
/// The variable that holds the log's filter.
const LOG_VARIABLE: &str = "RUST_LOG";

/// A function could not be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The environment is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The port cannot be had.
    #[error("cannot listen on {address}")]
    Bind {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Serving failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// The whole `main` of a function: logs, reads the environment, serves, and drains at the end.
///
/// `function` names the function in logs where the platform does not. The log's filter comes from `RUST_LOG`
/// (see [`Filter`]), the rest from the variables that [`Config`] lists.
///
/// Exit codes: 0 after a proper end, 64 if the configuration is wrong (before the port is opened), 71 if the system
/// refuses the port or the runtime.
///
/// ```no_run
/// use fc_runtime::{Event, Failure, service_fn};
///
/// async fn hello(event: Event<String>) -> Result<String, Failure> {
///     Ok(format!("Hello, {}!", event.payload))
/// }
///
/// fn main() -> std::process::ExitCode {
///     fc_runtime::main("hello", service_fn(hello))
/// }
/// ```
pub fn main(function: &str, service: Service) -> ExitCode {
    main_with(function, |_, config| Ok::<_, Infallible>((config, service)))
}

/// Like [`main`], for a function that has a configuration of its own.
///
/// `setup` gets the environment and the runtime's configuration, may change the latter, and makes the service. Logging
/// works by then; no asynchronous runtime does, and nothing remote should be called. Its error ends the process with
/// code 64.
///
/// ```no_run
/// use std::time::Duration;
///
/// use fc_runtime::{Event, Failure, service_fn};
///
/// fn main() -> std::process::ExitCode {
///     fc_runtime::main_with("greet", |environment, mut config| {
///         let greeting = environment.get("GREETING").ok_or(Failure::new("Unset", "GREETING is not set"))?.to_owned();
///         config.default_timeout = Duration::from_secs(10);
///         let service = service_fn(async move |event: Event<String>| {
///             Ok::<_, Failure>(format!("{greeting}, {}!", event.payload))
///         });
///         Ok::<_, Failure>((config, service))
///     })
/// }
/// ```
pub fn main_with<E: Error>(
    function: &str,
    setup: impl FnOnce(&Environment, Config) -> Result<(Config, Service), E>,
) -> ExitCode {
    let environment = Environment::from_env();
    if let Err(error) = start_log(&environment) {
        error!(error = chain(error.as_ref()), "the configuration is wrong");
        return ExitCode::from(BAD_CONFIGURATION);
    }
    let prepared = Config::from_environment(&environment).map_err(|error| chain(&error));
    let prepared = prepared.and_then(|mut config| {
        config.function.name.get_or_insert_with(|| function.to_owned());
        setup(&environment, config).map_err(|error| chain(&error))
    });
    let (config, service) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            error!(function, error, "the configuration is wrong");
            return ExitCode::from(BAD_CONFIGURATION);
        }
    };
    match block_on(config, service) {
        Ok(exit) => exit.into(),
        Err(error) => {
            error!(function, error = chain(error.as_ref()), "the function cannot be served");
            ExitCode::from(SYSTEM_ERROR)
        }
    }
}

/// Serves a function with the configuration of the environment, for a `main` that has its own runtime and log.
///
/// # Errors
///
/// When the environment is wrong, the port cannot be had, or the system refuses to go on.
pub async fn run(service: Service) -> Result<Exit, RunError> {
    let config = Config::from_environment(&Environment::from_env())?;
    bind_and_serve(config, service).await
}

async fn bind_and_serve(config: Config, service: Service) -> Result<Exit, RunError> {
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, config.port));
    let bind_error = |source| RunError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(bind_error)?;
    let address = listener.local_addr().map_err(bind_error)?;
    let known = config.log_name.as_deref().or(config.function.name.as_deref());
    let function = known.unwrap_or_default();
    info!(function, address = %address, "listening");
    Ok(serve(listener, config, service).await?)
}

fn block_on(config: Config, service: Service) -> Result<Exit, Box<dyn Error>> {
    // One thread: the work is waiting, and more threads only make the start slower.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(bind_and_serve(config, service))?)
}

/// A bad filter is an error, and is told through the default one.
fn start_log(environment: &Environment) -> Result<(), Box<dyn Error>> {
    let filter = environment
        .get(LOG_VARIABLE)
        .map_or_else(|| Ok(Filter::default()), str::parse);
    match filter {
        Ok(filter) => Ok(log::init(filter)?),
        Err(error) => {
            log::init(Filter::default())?;
            Err(Box::new(error))
        }
    }
}
