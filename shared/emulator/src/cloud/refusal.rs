//! An error answer of the cloud: status, code and message. Codes are the real strings, spelling mistakes included.

use std::borrow::Cow;

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::Value;

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// After how long another try may succeed, if the answer says so.
    pub(crate) retry_after: Option<SignedDuration>,
    /// Who was denied what, for a refusal by policy.
    pub(crate) denied: Option<Box<Value>>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            retry_after: None,
            denied: None,
        }
    }

    /// The same, with a hint in `x-acs-retry-after`.
    pub(crate) fn retry_after(self, wait: SignedDuration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    /// Adds who was denied what.
    pub(crate) fn with_detail(mut self, denied: Value) -> Self {
        self.denied = Some(Box::new(denied));
        self
    }

    /// 400: the request itself is wrong.
    pub(crate) fn bad_request(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 403: the state of things or the caller's rights forbid it.
    pub(crate) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 404: something named does not exist.
    pub(crate) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 409: the state of things forbids it now.
    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// A parameter that must be there is not.
    pub(crate) fn missing(name: &str) -> Self {
        let message = format!("The input parameter \"{name}\" that is mandatory for this request is not supplied.");
        Self::bad_request("MissingParameter", message)
    }

    /// A value of the wrong type.
    pub(crate) fn format(name: &str) -> Self {
        Self::bad_request(
            "InvalidParameter.Format",
            format!("The specified parameter \"{name}\" is not valid."),
        )
    }

    /// 501: real, and the simulated cloud does not have it.
    pub(crate) fn not_simulated() -> Self {
        let message = "This API is real, and the simulated cloud does not have it yet.";
        Self::new(StatusCode::NOT_IMPLEMENTED, "InvalidApi.NotSimulated", message)
    }

    /// 400 `DryRunOperation`: all checks passed and nothing was done.
    pub(crate) fn dry_run() -> Self {
        let message = "Request validation has been passed with DryRun flag set.";
        Self::bad_request("DryRunOperation", message)
    }
}
