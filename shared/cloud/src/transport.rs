//! The seam between a signed request and the network. Not here: signing, retries, what an answer means.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

/// Largest answer that is read, in bytes: 80 kB for each item of a full page, far more than any item has.
pub const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Sends a request that is already signed and gives back whatever answered.
///
/// A transport changes no header that is signed, follows no redirect and repeats nothing. Every status is an answer;
/// an error means that there was none. The future can move between threads, so that calls may run side by side on
/// any runtime.
pub trait Transport: Send + Sync {
    /// Sends one request. The caller bounds the time by dropping the future.
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send;
}

impl<T: Transport> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, TransportError>> + Send {
        T::send(self, request)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// No connection came about, so nothing was sent.
    #[error("no connection")]
    Connect,
    /// The answer did not come in time; the request may have been carried out.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke after it stood; the request may have been carried out.
    #[error("the connection broke")]
    Reset,
    /// The answer is larger than [`BODY_BYTES_MAX`].
    #[error("the answer is larger than {BODY_BYTES_MAX} bytes")]
    TooLarge,
    /// Plain `http` to a host that is not loopback; nothing was sent.
    #[error("plain http is for loopback hosts only")]
    Insecure,
    /// The request cannot be put on the wire; nothing was sent.
    #[error("the request cannot be sent")]
    Invalid,
}

/// No answer. Carries no address and no parameter, since both may be secret.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    /// What went wrong.
    pub kind: NoAnswer,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// An error with what the network library said; it must be free of addresses and parameters.
    pub fn new(kind: NoAnswer, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind,
            source: Some(source.into()),
        }
    }

    /// Whether the cloud certainly did not see the request.
    pub fn is_unsent(&self) -> bool {
        match self.kind {
            NoAnswer::Connect | NoAnswer::Insecure | NoAnswer::Invalid => true,
            NoAnswer::Timeout | NoAnswer::Reset | NoAnswer::TooLarge => false,
        }
    }
}

impl From<NoAnswer> for TransportError {
    fn from(kind: NoAnswer) -> Self {
        Self { kind, source: None }
    }
}
