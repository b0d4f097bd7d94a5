//! One call with given keys: waits for its turn, signs, sends, reads, and does it again while that may help.

use std::time::Duration;

use bytes::Bytes;
use http::header::USER_AGENT;
use http::uri::{PathAndQuery, Uri};
use http::{Method, Request, Response, StatusCode};

use crate::answer;
use crate::call_log::CallLog;
use crate::client::Settings;
use crate::credentials::Credentials;
use crate::deadline::Deadline;
use crate::error::{CallError, Cause};
use crate::pacing::Pacer;
use crate::rpc::{Operation, Rpc};
use crate::transport::{NoAnswer, Transport, TransportError};

/// One attempt. Leaves room for a second one within the five minutes of a function.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// How the cloud's audit log names us.
pub(crate) const AGENT: &str = concat!("goldcast/", env!("CARGO_PKG_VERSION"));

/// Takes an answer, which is a success, and keeps what it wants of it. Its type stays behind this, so that sending is in the
/// binary once and not once for every operation.
pub(crate) type Reader<'a> = &'a mut (dyn FnMut(&Response<Bytes>) -> Result<(), Cause> + Send + 'a);

/// A call on its way: what it is called, and how it is put on the wire.
#[derive(Clone, Copy)]
pub(crate) struct Outgoing<'a> {
    pub(crate) rpc: &'a Rpc,
    /// How it is written and signed where that is not the RPC style. Behind a pointer, so that a function which makes no such
    /// call does not carry the code for it.
    pub(crate) style: Option<&'a dyn Style>,
}

impl<'a> From<&'a Rpc> for Outgoing<'a> {
    fn from(rpc: &'a Rpc) -> Self {
        Self { rpc, style: None }
    }
}

/// A way of its own to write a request and sign it.
pub(crate) trait Style: Sync {
    /// The request of one attempt.
    fn signed(&self, settings: &Settings, credentials: &Credentials) -> Result<Request<Bytes>, Cause>;
}

/// What all copies of a client share.
pub(crate) struct Exchange<T> {
    pub(crate) transport: T,
    pub(crate) settings: Settings,
    pacer: Pacer,
    pub(crate) log: CallLog,
}

impl<T: Transport> Exchange<T> {
    pub(crate) fn new(transport: T, settings: Settings) -> Self {
        Self {
            transport,
            settings,
            pacer: Pacer::default(),
            log: CallLog::default(),
        }
    }

    /// A typed operation with given keys.
    pub(crate) async fn send<O: Operation>(
        &self,
        operation: &O,
        credentials: &Credentials,
        deadline: Deadline,
    ) -> Result<O::Answer, CallError> {
        let rpc = operation.rpc();
        operation.check().map_err(|error| CallError::new(&rpc, 0, error))?;
        let mut answer = None;
        let mut read = |response: &Response<Bytes>| {
            answer = Some(answer::parse(response)?);
            Ok(())
        };
        self.call((&rpc).into(), credentials, deadline, &mut read).await?;
        // `call` ends well only after `read` did.
        answer.ok_or_else(|| CallError::new(&rpc, 0, Cause::OutOfTime))
    }

    /// Any call with given keys, sent until `read` takes an answer, as the policy allows and the deadline leaves time for.
    pub(crate) async fn call(
        &self,
        outgoing: Outgoing<'_>,
        credentials: &Credentials,
        deadline: Deadline,
        read: Reader<'_>,
    ) -> Result<(), CallError> {
        let rpc = outgoing.rpc;
        let mut attempts = 0;
        let mut last: Option<Cause> = None;
        loop {
            if deadline.has_passed() || self.pacer.turn(&self.settings.pacing, rpc, deadline).await.is_err() {
                // What the cloud said says more than that the time is up.
                return Err(CallError::new(rpc, attempts, last.unwrap_or(Cause::OutOfTime)));
            }
            attempts += 1;
            let outcome = self.attempt(outgoing, credentials, deadline).await;
            let taken = outcome.and_then(|response| {
                if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
                    read(&response)
                } else {
                    Err(answer::refusal(&response, credentials))
                }
            });
            let Err(cause) = taken else { return Ok(()) };
            tracing::debug!(cloud.product = %rpc.product, cloud.action = rpc.action, attempts, %cause, "no answer to use");
            let pause = self
                .settings
                .retry
                .pause(attempts, rpc.effect, &cause, &self.settings.randomness);
            match pause {
                Some(pause) if pause < deadline.remaining() => tokio::time::sleep(pause).await,
                Some(_) | None => return Err(CallError::new(rpc, attempts, cause)),
            }
            last = Some(cause);
        }
    }

    async fn attempt(
        &self,
        outgoing: Outgoing<'_>,
        credentials: &Credentials,
        deadline: Deadline,
    ) -> Result<Response<Bytes>, Cause> {
        let request = match outgoing.style {
            None => self.signed(outgoing.rpc, credentials)?,
            Some(style) => style.signed(&self.settings, credentials)?,
        };
        self.log.count(outgoing.rpc);
        let until = deadline.capped(ATTEMPT_TIMEOUT).instant();
        let answered = tokio::time::timeout_at(until, self.transport.send(request)).await;
        Ok(answered.map_err(|_| TransportError::from(NoAnswer::Timeout))??)
    }

    fn signed(&self, rpc: &Rpc, credentials: &Credentials) -> Result<Request<Bytes>, Cause> {
        let root = self.settings.endpoints.resolve(rpc.product, rpc.region.as_deref())?;
        let query = goldcast_signing::canonical_query(&rpc.params);
        let path = if query.is_empty() {
            "/".to_owned()
        } else {
            format!("/?{query}")
        };
        let mut parts = root.into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(path).map_err(http::Error::from)?);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(Uri::from_parts(parts).map_err(http::Error::from)?)
            .header(USER_AGENT, AGENT)
            .header("x-acs-action", rpc.action)
            .header("x-acs-version", rpc.version)
            .body(Bytes::new())?;
        let nonce = self.settings.randomness.nonce()?;
        goldcast_signing::v3::sign(&mut request, &credentials.key(), self.settings.clock.now(), &nonce)?;
        Ok(request)
    }
}
