//! What the runtime is told before it starts: parsed completely, so that every mistake is reported at once.

use std::time::Duration;

use crate::excerpt::excerpt;
use crate::{Credentials, Environment, Markers};

/// The port where the platform looks when nothing else is configured.
const PORT_DEFAULT: u16 = 9000;
/// The variables that may hold the port, the first that is set wins: the platform's, then the local emulators'.
const PORT_VARIABLES: [&str; 2] = ["FC_CUSTOM_LISTEN_PORT", "FC_SERVER_PORT"];
/// The variable that holds the function's timeout. Names of one's own may not start with `FC_`.
const TIMEOUT_VARIABLE: &str = "FUNCTION_TIMEOUT_SECONDS";
/// The longest timeout the platform knows.
pub(crate) const TIMEOUT_MAX: Duration = Duration::from_hours(24);
/// How much of a bad value an error repeats.
const VALUE_BYTES_MAX: usize = 64;

/// The settings of one process. [`Config::default`] is what an empty environment gives.
///
/// All fields are free to set; code that has its own configuration changes them in
/// [`main_with`](crate::main_with).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Port to listen on, on all addresses (the platform's health check does not reach 127.0.0.1). 0 lets the system
    /// choose; the first log line says which. From `FC_CUSTOM_LISTEN_PORT`, then `FC_SERVER_PORT`, then 9000.
    pub port: u16,
    /// What is known about the function before any request says so.
    pub function: FunctionIdentity,
    /// What log lines call the function: one name wherever it is deployed. By default the platform's name for it.
    pub log_name: Option<String>,
    /// Credentials for requests that carry none. From the three `ALIBABA_CLOUD_*` variables.
    pub credentials: Option<Credentials>,
    /// How long an invocation may take when its request does not say so. From `FUNCTION_TIMEOUT_SECONDS`, default 60 s,
    /// at most 24 h.
    pub default_timeout: Duration,
    /// How long before the platform's own timeout the runtime answers for a handler that is late, so that the log is
    /// complete. Default 500 ms; never more than half of the timeout.
    pub deadline_margin: Duration,
    /// How long invocations in flight may go on once the process is to end. Default 10 s.
    pub drain: Duration,
    /// The age at which the process answers one more request and ends. Default 24 h: the credentials of the environment
    /// are valid for 36 h, and one invocation may take 24 h at most but takes minutes.
    pub age_max: Duration,
    /// The largest body of a request, in bytes. Default 32 MiB, the platform's own limit for synchronous calls.
    pub body_bytes_max: usize,
    /// Where the platform's log markers go. Default standard output.
    pub markers: Markers,
}

/// What the environment says about the function; each request's headers may say it again and win.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionIdentity {
    /// `FC_FUNCTION_NAME`.
    pub name: Option<String>,
    /// `FC_REGION`.
    pub region: Option<String>,
    /// `FC_ACCOUNT_ID`.
    pub account: Option<String>,
    /// `FC_FUNCTION_MEMORY_SIZE`, in MB.
    pub memory_mb: Option<u32>,
    /// `FC_FUNCTION_VERSION` (Debian 11 and later), else `FC_VER_ID`.
    pub version: Option<String>,
}

impl FunctionIdentity {
    fn from_environment(environment: &Environment) -> Self {
        let text = |name| environment.get(name).map(str::to_owned);
        Self {
            name: text("FC_FUNCTION_NAME"),
            region: text("FC_REGION"),
            account: text("FC_ACCOUNT_ID"),
            memory_mb: environment
                .get("FC_FUNCTION_MEMORY_SIZE")
                .and_then(|value| value.parse().ok()),
            version: text("FC_FUNCTION_VERSION").or_else(|| text("FC_VER_ID")),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: PORT_DEFAULT,
            function: FunctionIdentity::default(),
            log_name: None,
            credentials: None,
            default_timeout: Duration::from_mins(1),
            deadline_margin: Duration::from_millis(500),
            drain: Duration::from_secs(10),
            age_max: Duration::from_hours(24),
            body_bytes_max: 32 * 1024 * 1024,
            markers: Markers::stdout(),
        }
    }
}

impl Config {
    /// Reads everything the runtime takes from the environment, and names every variable that is wrong.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let mut config = Self {
            function: FunctionIdentity::from_environment(environment),
            credentials: Credentials::from_environment(environment),
            ..Self::default()
        };
        let mut problems = Vec::new();
        match port(environment) {
            Ok(port) => config.port = port,
            Err(problem) => problems.push(problem),
        }
        match timeout(environment) {
            Ok(timeout) => config.default_timeout = timeout.unwrap_or(config.default_timeout),
            Err(problem) => problems.push(problem),
        }
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError { problems })
        }
    }
}

fn port(environment: &Environment) -> Result<u16, VariableError> {
    let set = PORT_VARIABLES
        .into_iter()
        .find_map(|variable| Some((variable, environment.get(variable)?)));
    let Some((variable, value)) = set else {
        return Ok(PORT_DEFAULT);
    };
    value
        .parse()
        .map_err(|_| VariableError::new(variable, value, "a port number from 0 to 65535"))
}

fn timeout(environment: &Environment) -> Result<Option<Duration>, VariableError> {
    let Some(value) = environment.get(TIMEOUT_VARIABLE) else {
        return Ok(None);
    };
    let timeout = value.parse().map(Duration::from_secs).ok();
    timeout
        .filter(|timeout| !timeout.is_zero() && *timeout <= TIMEOUT_MAX)
        .map(Some)
        .ok_or_else(|| VariableError::new(TIMEOUT_VARIABLE, value, "whole seconds from 1 to 86400"))
}

/// The environment does not make a configuration; nothing was started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ConfigError {
    /// Every variable that is wrong.
    pub problems: Vec<VariableError>,
}

/// One environment variable that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {variable} is {value:?}, expected {expected}")]
pub struct VariableError {
    /// Its name.
    pub variable: &'static str,
    /// Its value, or the beginning of it. None of the runtime's own variables holds a secret.
    pub value: String,
    /// What would have been right.
    pub expected: &'static str,
}

impl VariableError {
    fn new(variable: &'static str, value: &str, expected: &'static str) -> Self {
        let value = excerpt(value, VALUE_BYTES_MAX);
        Self {
            variable,
            value,
            expected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_environment(&pairs.iter().copied().collect())
    }

    #[track_caller]
    fn check_port(pairs: &[(&str, &str)], expected: u16) {
        assert_eq!(parse(pairs).unwrap().port, expected);
    }

    #[track_caller]
    fn check_error(pairs: &[(&str, &str)], expected: &str) {
        assert_eq!(parse(pairs).unwrap_err().to_string(), expected);
    }

    #[test]
    fn the_port_is_the_platforms_then_the_emulators_then_9000() {
        check_port(&[], 9000);
        check_port(&[("FC_SERVER_PORT", "9001")], 9001);
        check_port(&[("FC_SERVER_PORT", "9001"), ("FC_CUSTOM_LISTEN_PORT", "8080")], 8080);
        check_port(&[("FC_SERVER_PORT", "9001"), ("FC_CUSTOM_LISTEN_PORT", "")], 9001);
    }

    #[test]
    fn every_bad_variable_is_named_with_its_value() {
        check_error(
            &[
                ("FC_CUSTOM_LISTEN_PORT", "http"),
                ("FC_SERVER_PORT", "9001"),
                ("FUNCTION_TIMEOUT_SECONDS", "0"),
            ],
            "environment variable FC_CUSTOM_LISTEN_PORT is \"http\", expected a port number from 0 to 65535; \
             environment variable FUNCTION_TIMEOUT_SECONDS is \"0\", expected whole seconds from 1 to 86400",
        );
        check_error(
            &[("FC_SERVER_PORT", "65536")],
            "environment variable FC_SERVER_PORT is \"65536\", expected a port number from 0 to 65535",
        );
        check_error(
            &[("FUNCTION_TIMEOUT_SECONDS", "86401")],
            "environment variable FUNCTION_TIMEOUT_SECONDS is \"86401\", expected whole seconds from 1 to 86400",
        );
    }

    #[test]
    fn the_version_has_another_name_since_debian_11() {
        let version = |pairs| parse(pairs).unwrap().function.version.unwrap();
        assert_eq!(version(&[("FC_VER_ID", "3")]), "3");
        assert_eq!(version(&[("FC_VER_ID", "3"), ("FC_FUNCTION_VERSION", "4")]), "4");
    }
}
