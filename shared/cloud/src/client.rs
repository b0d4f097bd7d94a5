//! The client: typed operations, listings and free calls, with keys that renew themselves.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;

use crate::answer;
use crate::call_log::CallCounts;
use crate::clock::Clock;
use crate::credentials::{CredentialSource, Credentials, Role};
use crate::deadline::Deadline;
use crate::endpoints::Endpoints;
use crate::error::{CallError, Cause};
use crate::exchange::{Exchange, Outgoing, Reader};
use crate::pacing::Pacing;
use crate::paging;
use crate::randomness::Randomness;
use crate::retry::RetryPolicy;
use crate::rpc::{Listing, Operation, Rpc};
use crate::transport::Transport;
use crate::wire::FromJson;

/// How a client behaves. [`Settings::new`] has what a function needs; tests and simulations change single fields.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which hosts are called.
    pub endpoints: Endpoints,
    /// How fast they are called.
    pub pacing: Pacing,
    /// How often a call is sent again.
    pub retry: RetryPolicy,
    /// What time signatures carry.
    pub clock: Clock,
    /// Where nonces and jitter come from.
    pub randomness: Randomness,
}

impl Settings {
    /// Published rates, the usual repetitions, the wall clock and secure randomness.
    pub fn new(endpoints: Endpoints) -> Self {
        Self {
            endpoints,
            pacing: Pacing::published(),
            retry: RetryPolicy::default(),
            clock: Clock::wall(),
            randomness: Randomness::secure(),
        }
    }
}

/// Calls the cloud. Copies are cheap and share connections, pacing and counts; they may differ in their keys.
///
/// Every call is bounded by a [`Deadline`] that covers its waits and repetitions. Calls may run side by side, for
/// example with `futures_util::stream::StreamExt::buffer_unordered`.
pub struct Client<T> {
    pub(crate) exchange: Arc<Exchange<T>>,
    credentials: CredentialSource,
}

impl<T: Transport> Client<T> {
    /// A client with pacing and counts of its own.
    pub fn new(transport: T, settings: Settings, credentials: CredentialSource) -> Self {
        Self {
            exchange: Arc::new(Exchange::new(transport, settings)),
            credentials,
        }
    }

    /// This client as another identity.
    #[must_use]
    pub fn with_credentials(&self, credentials: CredentialSource) -> Self {
        Self {
            exchange: Arc::clone(&self.exchange),
            credentials,
        }
    }

    /// This client on top of other keys of the same identity, as every invocation of a function is handed them. Keys
    /// of assumed roles are kept.
    #[must_use]
    pub fn rebased(&self, base: Credentials) -> Self {
        self.with_credentials(self.credentials.rebased(base))
    }

    /// This client in a role that its own identity may assume. The role's keys are fetched at the first call and
    /// renewed in time; make one such client and copy it.
    #[must_use]
    pub fn assuming(&self, role: Role) -> Self {
        self.with_credentials(self.credentials.assuming(role))
    }

    /// Sends a typed operation.
    pub async fn send<O: Operation>(&self, operation: &O, deadline: Deadline) -> Result<O::Answer, CallError> {
        let rpc = operation.rpc();
        operation.check().map_err(|error| CallError::new(&rpc, 0, error))?;
        self.call(&rpc, deadline).await
    }

    /// Reads a listing to its end. A listing that could not be read whole is an error, never a shorter list.
    pub async fn list<L: Listing>(&self, listing: &L, deadline: Deadline) -> Result<Vec<L::Item>, CallError> {
        paging::read_all(self, listing, deadline).await
    }

    /// Sends any call. Keys of a role that turn out to be expired are renewed once.
    pub fn call<A: FromJson + Send>(
        &self,
        rpc: &Rpc,
        deadline: Deadline,
    ) -> impl Future<Output = Result<A, CallError>> {
        self.answer(rpc.into(), deadline)
    }

    /// Sends any call in its style, and reads its answer.
    pub(crate) async fn answer<A: FromJson + Send>(
        &self,
        outgoing: Outgoing<'_>,
        deadline: Deadline,
    ) -> Result<A, CallError> {
        let rpc = outgoing.rpc;
        let mut answer = None;
        let mut read = |response: &Response<Bytes>| {
            answer = Some(answer::parse(response)?);
            Ok(())
        };
        self.fetch(outgoing, deadline, &mut read).await?;
        // `fetch` ends well only after `read` did.
        answer.ok_or_else(|| CallError::new(rpc, 0, Cause::OutOfTime))
    }

    /// Sends any call and has its answer read.
    pub(crate) async fn fetch(
        &self,
        outgoing: Outgoing<'_>,
        deadline: Deadline,
        read: Reader<'_>,
    ) -> Result<(), CallError> {
        let credentials = self.credentials.current(&self.exchange, deadline).await?;
        match self.exchange.call(outgoing, &credentials, deadline, &mut *read).await {
            Err(error) if error.is_token_expired() && self.credentials.forget(&credentials).await => {
                let renewed = self.credentials.current(&self.exchange, deadline).await?;
                self.exchange.call(outgoing, &renewed, deadline, read).await
            }
            outcome => outcome,
        }
    }

    /// How often each operation was called by this client and its copies, every attempt counted.
    pub fn calls(&self) -> CallCounts {
        self.exchange.log.counts()
    }

    /// The endpoints that are called.
    pub fn endpoints(&self) -> &Endpoints {
        &self.exchange.settings.endpoints
    }
}

impl<T> Clone for Client<T> {
    fn clone(&self) -> Self {
        Self {
            exchange: Arc::clone(&self.exchange),
            credentials: self.credentials.clone(),
        }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
