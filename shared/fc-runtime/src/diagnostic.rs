//! What a handler's error tells the platform, the caller and the log.

use std::convert::Infallible;
use std::error::Error;
use std::fmt::Write as _;

use crate::Credentials;
use crate::excerpt::excerpt;

/// The longest error type in an answer.
const TYPE_BYTES_MAX: usize = 128;
/// The longest error message in an answer: asynchronous destinations take 64 KB at most, and the event is in there too.
pub(crate) const MESSAGE_BYTES_MAX: usize = 4 * 1024;
/// The longest error text in a log line, of which the platform takes 32 KB.
const DETAIL_BYTES_MAX: usize = 8 * 1024;
/// How many causes of an error are logged.
const CAUSES_MAX: usize = 16;

/// An error that a handler may return: it fails the invocation, and the platform retries an asynchronous one.
///
/// An error that no retry can help is better handled: report it, and answer the event as done.
///
/// ```
/// use fc_runtime::Diagnostic;
///
/// #[derive(Debug, thiserror::Error)]
/// enum ShareError {
///     #[error("{operation} was throttled")]
///     Throttled { operation: &'static str },
///     #[error("the credentials expired")]
///     Expired,
/// }
///
/// impl Diagnostic for ShareError {
///     fn error_type(&self) -> &str {
///         match self {
///             Self::Throttled { .. } => "Throttled",
///             Self::Expired => "CredentialsExpired",
///         }
///     }
///
///     fn must_restart(&self) -> bool {
///         matches!(self, Self::Expired)
///     }
/// }
/// ```
pub trait Diagnostic: Error {
    /// A name chosen for people and alarms, in the manner of `Throttled`: stable, unlike the name of a Rust type.
    /// Cut at 128 bytes.
    fn error_type(&self) -> &str;

    /// What the caller may know, by default the error's own text. The log always gets that text, and its causes.
    /// Cut at 4 KiB.
    fn caller_message(&self) -> String {
        self.to_string()
    }

    /// Whether only a new process can do better, for instance because the credentials of the environment expired. The
    /// failure is answered, then the process ends, and the platform starts another one.
    fn must_restart(&self) -> bool {
        false
    }
}

impl Diagnostic for Infallible {
    fn error_type(&self) -> &'static str {
        match *self {}
    }
}

/// A ready-made error for handlers that need no enum of their own.
///
/// ```
/// use fc_runtime::{Diagnostic, Failure};
///
/// let failure = Failure::new("CredentialsExpired", "sts said InvalidSecurityToken.Expired").and_restart();
/// assert_eq!(failure.error_type(), "CredentialsExpired");
/// assert!(failure.must_restart());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    error_type: String,
    message: String,
    restart: bool,
}

impl Failure {
    /// An error of this type that says this.
    pub fn new(error_type: impl Into<String>, message: impl Into<String>) -> Self {
        let (error_type, message) = (error_type.into(), message.into());
        Self {
            error_type,
            message,
            restart: false,
        }
    }

    /// The same, after which the process ends.
    #[must_use]
    pub fn and_restart(self) -> Self {
        Self { restart: true, ..self }
    }
}

impl Diagnostic for Failure {
    fn error_type(&self) -> &str {
        &self.error_type
    }

    fn must_restart(&self) -> bool {
        self.restart
    }
}

/// A diagnostic after its error is gone, with whatever its texts contain.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) error_type: String,
    pub(crate) message: String,
    pub(crate) detail: String,
    pub(crate) restart: bool,
}

impl Report {
    pub(crate) fn new(error_type: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            error_type: error_type.into(),
            detail: message.clone(),
            message,
            restart: false,
        }
    }

    pub(crate) fn of(error: &impl Diagnostic) -> Self {
        Self {
            error_type: error.error_type().to_owned(),
            message: error.caller_message(),
            detail: chain(error),
            restart: error.must_restart(),
        }
    }

    /// The report as it may leave: without the invocation's secrets, and then cut, so that no part of one remains.
    pub(crate) fn presentable(self, credentials: Option<&Credentials>) -> Self {
        let redact = |text: String| match credentials {
            Some(credentials) => credentials.redact(&text),
            None => text,
        };
        Self {
            error_type: excerpt(&redact(self.error_type), TYPE_BYTES_MAX),
            message: excerpt(&redact(self.message), MESSAGE_BYTES_MAX),
            detail: excerpt(&redact(self.detail), DETAIL_BYTES_MAX),
            restart: self.restart,
        }
    }
}

/// The error and its causes in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    for _ in 0..CAUSES_MAX {
        let Some(error) = cause else { break };
        let _never_fails = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("could not share m-bp1")]
    struct Outer(#[source] Failure);

    impl Diagnostic for Outer {
        fn error_type(&self) -> &'static str {
            "ShareFailed"
        }
    }

    #[test]
    fn the_caller_gets_the_message_and_the_log_the_causes() {
        let report = Report::of(&Outer(Failure::new("Throttled", "ECS said Throttling.User")));
        assert_eq!(report.error_type, "ShareFailed");
        assert_eq!(report.message, "could not share m-bp1");
        assert_eq!(report.detail, "could not share m-bp1: ECS said Throttling.User");
    }

    #[test]
    fn a_presentable_report_is_within_its_limits_and_has_no_part_of_a_secret() {
        let key = [
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "top-secret"),
        ];
        let credentials = Credentials::from_environment(&key.into_iter().collect());
        let at_the_cut = format!("{}top-secret{}", "m".repeat(MESSAGE_BYTES_MAX - 8), "m".repeat(100_000));
        let report = Report::of(&Failure::new("T".repeat(1_000), at_the_cut)).presentable(credentials.as_ref());
        assert!(report.error_type.len() <= TYPE_BYTES_MAX);
        assert!(report.message.len() <= MESSAGE_BYTES_MAX);
        assert!(report.detail.len() <= DETAIL_BYTES_MAX);
        assert!(
            !report.message.contains("top"),
            "a secret is cut out before the text is cut off"
        );
    }
}
