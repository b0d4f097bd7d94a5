//! What a handler knows about its invocation: the platform's headers, else the environment.
//!
//! Only the request id can be relied on (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/context-and-log-format-1>);
//! whatever else is missing is `None`, never an empty text.

use std::str::FromStr;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

use crate::config::TIMEOUT_MAX;
use crate::excerpt::excerpt;
use crate::markers::Phase;
use crate::{Config, Credentials};

/// The longest request id that is repeated in logs; the platform's have 36 characters.
const REQUEST_ID_BYTES_MAX: usize = 128;
/// The platform gives the initializer at most this long.
const INITIALIZE_MAX: Duration = Duration::from_mins(5);
/// The platform gives the pre-stop hook at most this long.
const PRE_STOP_MAX: Duration = Duration::from_secs(90);

/// The circumstances of one invocation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Context {
    /// The platform's request id, or a generated one that starts with `generated-`.
    pub request_id: String,
    /// The function's name; empty if nobody told.
    pub function: String,
    /// The region the function runs in, like `cn-hangzhou`.
    pub region: Option<String>,
    /// The id of the account that owns the function.
    pub account: Option<String>,
    /// The instance's memory, in MB.
    pub memory_mb: Option<u32>,
    /// The alias or version the caller asked for.
    pub qualifier: Option<String>,
    /// The version that runs.
    pub version: Option<String>,
    /// The credentials of the function's role, if it has one and they are injected.
    pub credentials: Option<Credentials>,
    /// When the runtime answers for a handler that is not done, and drops it: a margin before the platform would kill
    /// it. A handler that blocks the thread instead of waiting cannot be helped.
    pub deadline: Instant,
    /// How often the platform tried this event before, if it says so.
    pub retry_count: Option<u32>,
    /// Whether this is the first invocation of the process.
    pub cold_start: bool,
}

impl Context {
    /// A context of which nothing is known but this; for tests of handlers and for calling them from elsewhere.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use fc_runtime::{Context, Event, Failure};
    /// use tokio::time::Instant;
    ///
    /// async fn shout(event: Event<String>) -> Result<String, Failure> {
    ///     Ok(event.payload.to_uppercase())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let context = Context::new("1-a", Instant::now() + Duration::from_secs(10));
    /// let answer = shout(Event::new("hello".to_owned(), context)).await;
    /// assert_eq!(answer.as_deref(), Ok("HELLO"));
    /// # }
    /// ```
    pub fn new(request_id: impl Into<String>, deadline: Instant) -> Self {
        Self {
            request_id: request_id.into(),
            function: String::new(),
            region: None,
            account: None,
            memory_mb: None,
            qualifier: None,
            version: None,
            credentials: None,
            deadline,
            retry_count: None,
            cold_start: false,
        }
    }

    /// How long until the deadline; zero once it has passed.
    pub fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// What a context is made of.
pub(crate) struct Arrival<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) config: &'a Config,
    pub(crate) phase: Phase,
    pub(crate) at: Instant,
    pub(crate) cold_start: bool,
}

impl Arrival<'_> {
    /// `generate_id` is asked only if the request brings no id.
    pub(crate) fn context(&self, generate_id: impl FnOnce() -> String) -> Context {
        let known = &self.config.function;
        let request_id = self.text("x-fc-request-id");
        Context {
            request_id: request_id.map_or_else(generate_id, |id| excerpt(&id, REQUEST_ID_BYTES_MAX)),
            function: self
                .text("x-fc-function-name")
                .or_else(|| known.name.clone())
                .unwrap_or_default(),
            region: self.text("x-fc-region").or_else(|| known.region.clone()),
            account: self.text("x-fc-account-id").or_else(|| known.account.clone()),
            memory_mb: self.number("x-fc-function-memory").or(known.memory_mb),
            qualifier: self.text("x-fc-qualifier"),
            version: self.text("x-fc-version-id").or_else(|| known.version.clone()),
            credentials: Credentials::from_headers(self.headers).or_else(|| self.config.credentials.clone()),
            deadline: self.at + self.time_for_the_handler(),
            retry_count: self.number("x-fc-retry-count"),
            cold_start: self.cold_start,
        }
    }

    fn time_for_the_handler(&self) -> Duration {
        let default = self.config.default_timeout;
        let timeout = match self.phase {
            Phase::Invoke => self
                .seconds("x-fc-function-timeout")
                .unwrap_or(default)
                .min(TIMEOUT_MAX),
            Phase::Initialize => {
                let told = self.seconds("x-fc-initialization-timeout");
                told.unwrap_or(default).min(INITIALIZE_MAX)
            }
            Phase::PreStop => default.min(PRE_STOP_MAX),
        };
        timeout.saturating_sub(self.config.deadline_margin.min(timeout / 2))
    }

    fn seconds(&self, header: &str) -> Option<Duration> {
        let seconds = self.number(header).filter(|seconds| *seconds > 0);
        seconds.map(Duration::from_secs)
    }

    fn number<N: FromStr>(&self, header: &str) -> Option<N> {
        self.headers.get(header)?.to_str().ok()?.parse().ok()
    }

    fn text(&self, header: &str) -> Option<String> {
        let text = self.headers.get(header)?.to_str().ok()?;
        (!text.is_empty()).then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn context(phase: Phase, headers: &[(&'static str, &'static str)], config: &Config, at: Instant) -> Context {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let arrival = Arrival {
            headers: &headers,
            config,
            phase,
            at,
            cold_start: true,
        };
        arrival.context(|| "generated-1".to_owned())
    }

    #[track_caller]
    fn check_time(phase: Phase, headers: &[(&'static str, &'static str)], expected_ms: u64) {
        let at = Instant::now();
        let context = context(phase, headers, &Config::default(), at);
        assert_eq!(context.deadline - at, Duration::from_millis(expected_ms));
    }

    #[test]
    fn the_deadline_is_a_margin_before_the_timeout_of_the_request() {
        check_time(Phase::Invoke, &[("x-fc-function-timeout", "30")], 29_500);
        check_time(Phase::Invoke, &[], 59_500);
        check_time(Phase::Invoke, &[("x-fc-function-timeout", "soon")], 59_500);
        check_time(Phase::Invoke, &[("x-fc-function-timeout", "0")], 59_500);
        check_time(Phase::Invoke, &[("x-fc-function-timeout", "99999999999")], 86_399_500);
    }

    #[test]
    fn the_margin_takes_at_most_half_of_a_short_timeout() {
        let config = Config {
            default_timeout: Duration::from_millis(400),
            ..Config::default()
        };
        let at = Instant::now();
        let context = context(Phase::Invoke, &[], &config, at);
        assert_eq!(context.deadline - at, Duration::from_millis(200));
    }

    #[test]
    fn hooks_have_their_own_limits() {
        check_time(Phase::Initialize, &[("x-fc-initialization-timeout", "900")], 299_500);
        check_time(Phase::Initialize, &[("x-fc-initialization-timeout", "20")], 19_500);
        check_time(Phase::PreStop, &[("x-fc-function-timeout", "900")], 59_500);
    }

    #[test]
    fn headers_win_over_the_environment() {
        let pairs = [
            ("FC_REGION", "cn-hangzhou"),
            ("FC_ACCOUNT_ID", "1"),
            ("FC_FUNCTION_MEMORY_SIZE", "128"),
        ];
        let config = Config::from_environment(&pairs.into_iter().collect()).unwrap();
        let headers = [
            ("x-fc-region", "cn-shanghai"),
            ("x-fc-retry-count", "2"),
            ("x-fc-request-id", "1-a"),
        ];
        let context = context(Phase::Invoke, &headers, &config, Instant::now());
        assert_eq!(context.region.as_deref(), Some("cn-shanghai"));
        assert_eq!(context.account.as_deref(), Some("1"));
        assert_eq!(context.memory_mb, Some(128));
        assert_eq!(context.retry_count, Some(2));
        assert_eq!(context.request_id, "1-a");
        assert_eq!(context.qualifier, None);
    }

    #[test]
    fn a_request_without_an_id_gets_one() {
        let context = context(
            Phase::Invoke,
            &[("x-fc-request-id", "")],
            &Config::default(),
            Instant::now(),
        );
        assert_eq!(context.request_id, "generated-1");
    }
}
