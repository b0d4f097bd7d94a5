//! Why a call has no usable answer, whose move it is, and what a person should do.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::advice;
use crate::endpoints::EndpointError;
use crate::object::OBJECT_BYTES_MAX;
use crate::product::Product;
use crate::randomness::NoRandomness;
use crate::refusal::Refusal;
use crate::rpc::{OverLimit, Rpc};
use crate::transport::{NoAnswer, TransportError};

/// Whose move it is after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The cloud's: the same call may work later. This room has already repeated what may be repeated at once.
    Retryable,
    /// Nobody's for a while: too many calls.
    Throttled {
        /// How long the cloud asked to wait, if it said so.
        after: Option<Duration>,
    },
    /// A person's: the same call fails again.
    Permanent,
    /// Nobody's: what was asked for is already so.
    AlreadySo,
}

/// A call, as messages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallName {
    /// The product called.
    pub product: Product,
    /// The operation.
    pub action: &'static str,
    /// The region called, unless the product is global.
    pub region: Option<String>,
    /// What it was about.
    pub subject: Option<String>,
}

impl CallName {
    pub(crate) fn of(rpc: &Rpc) -> Self {
        Self {
            product: rpc.product,
            action: rpc.action,
            region: rpc.region.clone(),
            subject: rpc.subject.clone(),
        }
    }
}

impl fmt::Display for CallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product, self.action)?;
        if let Some(subject) = &self.subject {
            write!(f, " of {subject}")?;
        }
        if let Some(region) = &self.region {
            write!(f, " in {region}")?;
        }
        Ok(())
    }
}

/// What stood between a call and its answer.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The cloud said no.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// Nothing came back.
    #[error(transparent)]
    NoAnswer(#[from] TransportError),
    /// Something came back that is not the documented answer. The body is not repeated, it may hold secrets.
    #[error("the answer (HTTP {status}) cannot be read{place}")]
    Unreadable {
        /// The HTTP status that came with it.
        status: StatusCode,
        /// Where in the answer, as the end of a sentence; empty if nowhere in particular.
        place: String,
    },
    /// The deadline passed before the call could be made.
    #[error("the time was up before it could be sent")]
    OutOfTime,
    /// The pages do not add up to what was promised, so what is missing is unknown.
    #[error("the listing has {read} items of {promised}: {reason}")]
    ListingIncomplete {
        /// How many different items were read.
        read: u64,
        /// How many the cloud announced.
        promised: u64,
        /// What made the reading stop.
        reason: &'static str,
    },
    /// A page token came back a second time.
    #[error("a page token came back a second time, so the listing would never end")]
    PageRepeated,
    /// The request asks for more than one call takes; nothing was sent.
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
    /// The object is larger than is read or written whole.
    #[error("the object has more than {OBJECT_BYTES_MAX} bytes")]
    ObjectTooLarge,
    /// There is no host to call.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The request cannot be signed.
    #[error("it cannot be signed")]
    Sign(#[from] goldcast_signing::v3::SignError),
    /// The request cannot be built.
    #[error("it cannot be built")]
    Build(#[from] http::Error),
    /// No nonce can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// A call without a usable answer. Holds no secret.
#[derive(Debug)]
pub struct CallError {
    /// What was attempted.
    pub call: CallName,
    /// How often it was sent.
    pub attempts: u32,
    /// What came of the last attempt.
    pub cause: Cause,
}

impl CallError {
    pub(crate) fn new(rpc: &Rpc, attempts: u32, cause: impl Into<Cause>) -> Self {
        Self {
            call: CallName::of(rpc),
            attempts,
            cause: cause.into(),
        }
    }

    /// Whose move it is.
    pub fn class(&self) -> Class {
        match &self.cause {
            Cause::Refused(refusal) => refusal.class(self.call.action),
            Cause::NoAnswer(error) => match error.kind {
                NoAnswer::Connect | NoAnswer::Timeout | NoAnswer::Reset => Class::Retryable,
                NoAnswer::TooLarge | NoAnswer::Insecure | NoAnswer::Invalid => Class::Permanent,
            },
            Cause::Unreadable { status, .. } if *status == StatusCode::TOO_MANY_REQUESTS => {
                Class::Throttled { after: None }
            }
            Cause::Unreadable { status, .. } if status.is_server_error() => Class::Retryable,
            Cause::OutOfTime | Cause::ListingIncomplete { .. } | Cause::PageRepeated | Cause::NoRandomness(_) => {
                Class::Retryable
            }
            Cause::Unreadable { .. }
            | Cause::OverLimit(_)
            | Cause::ObjectTooLarge
            | Cause::Endpoint(_)
            | Cause::Sign(_)
            | Cause::Build(_) => Class::Permanent,
        }
    }

    /// What the cloud said, if it answered at all.
    pub fn refusal(&self) -> Option<&Refusal> {
        if let Cause::Refused(refusal) = &self.cause {
            Some(refusal)
        } else {
            None
        }
    }

    /// Whether the cloud refused with this code.
    pub fn is_code(&self, code: &str) -> bool {
        self.refusal().is_some_and(|refusal| refusal.code == code)
    }

    /// Whether the keys were temporary and are no longer valid.
    pub fn is_token_expired(&self) -> bool {
        // Object Storage Service has a code of its own.
        self.is_code("InvalidSecurityToken.Expired") || self.is_code("SecurityTokenExpired")
    }

    /// Whether the work may have been done although no answer says so.
    pub fn may_have_happened(&self) -> bool {
        match &self.cause {
            Cause::NoAnswer(error) => !error.is_unsent(),
            Cause::Unreadable { status, .. } => !status.is_client_error(),
            Cause::Refused(refusal) => refusal.status.is_server_error() || refusal.code == "SignatureNonceUsed",
            Cause::OutOfTime
            | Cause::ListingIncomplete { .. }
            | Cause::PageRepeated
            | Cause::OverLimit(_)
            | Cause::ObjectTooLarge
            | Cause::Endpoint(_)
            | Cause::Sign(_)
            | Cause::Build(_)
            | Cause::NoRandomness(_) => false,
        }
    }

    /// What a person should do, where the cause says it.
    pub fn advice(&self) -> Option<&'static str> {
        match &self.cause {
            Cause::Refused(refusal) => advice::for_code(&refusal.code),
            Cause::NoAnswer(error) => advice::for_silence(error.kind),
            Cause::ListingIncomplete { .. } => Some("run it again when fewer things change, or narrow the listing"),
            Cause::Endpoint(_) => Some("correct the region, the bucket or the key, or the configured endpoints"),
            Cause::OverLimit(_) => Some("split the request"),
            Cause::ObjectTooLarge => Some("check the bucket and the key: something else must have been written there"),
            Cause::Sign(_) => Some("check that the access key has no blanks or line ends in it"),
            Cause::Unreadable { .. }
            | Cause::OutOfTime
            | Cause::PageRepeated
            | Cause::Build(_)
            | Cause::NoRandomness(_) => None,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.cause)?;
        if self.attempts > 1 {
            write!(f, " (after {} attempts)", self.attempts)?;
        }
        Ok(())
    }
}

impl Error for CallError {
    /// What lies below the cause, since the message already holds the cause itself.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}
