//! The one thing the sender needs from the outside: post a request, get an answer.

use std::time::Duration;

use bytes::Bytes;

use crate::channel::Outgoing;

/// Posts one request once. Follows no redirects, retries nothing, keeps at most 64 KiB of the answer.
///
/// [`HttpPost`](crate::HttpPost) is the real one; tests and the simulated cloud bring their own.
pub trait Post: Send + Sync {
    /// Sends `outgoing` and returns whatever the other side answers, also if it is an error.
    fn post(&self, outgoing: Outgoing) -> impl Future<Output = Result<http::Response<Bytes>, PostError>> + Send;
}

/// Why there is no answer. Holds host names but never an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// No connection, so the request was not sent.
    #[error("no connection to {host}: {why}")]
    NotConnected {
        /// Host of the request.
        host: String,
        /// What went wrong.
        why: String,
    },
    /// The name leads to an address the channel may not reach, so the request was not sent.
    #[error("{host} leads to a private address; set allow_private if that is meant")]
    PrivateAddress {
        /// Host of the request.
        host: String,
    },
    /// The connection broke or the answer was not HTTP.
    #[error("the connection to {host} broke before the answer was complete: {why}")]
    Interrupted {
        /// Host of the request.
        host: String,
        /// What went wrong.
        why: String,
    },
    /// No complete answer in time.
    #[error("no complete answer from {host} within {} ms", limit.as_millis())]
    TimedOut {
        /// Host of the request.
        host: String,
        /// How long was waited.
        limit: Duration,
    },
}

impl PostError {
    /// Whether the receiver may have seen the request. If so, repeating it may show a message twice.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::NotConnected { .. } | Self::PrivateAddress { .. } => false,
            Self::Interrupted { .. } | Self::TimedOut { .. } => true,
        }
    }
}
