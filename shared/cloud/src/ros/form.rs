//! Calls whose parameters travel in the body, as those with a template have to: an address has an end.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Request};

use crate::client::{Client, Settings};
use crate::credentials::Credentials;
use crate::deadline::Deadline;
use crate::error::{CallError, Cause};
use crate::exchange::{AGENT, Outgoing, Style};
use crate::rpc::{Operation, Rpc};
use crate::transport::Transport;

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// A call before it is signed.
struct Form<'a>(&'a Rpc);

impl Style for Form<'_> {
    fn signed(&self, settings: &Settings, credentials: &Credentials) -> Result<Request<Bytes>, Cause> {
        let rpc = self.0;
        let root = settings.endpoints.resolve(rpc.product, rpc.region.as_deref())?;
        let mut request = Request::post(root)
            .header(USER_AGENT, AGENT)
            .header(CONTENT_TYPE, FORM)
            .header("x-acs-action", rpc.action)
            .header("x-acs-version", rpc.version)
            .body(Bytes::from(goldcast_signing::canonical_query(&rpc.params)))?;
        let nonce = settings.randomness.nonce()?;
        goldcast_signing::v3::sign(&mut request, &credentials.key(), settings.clock.now(), &nonce)?;
        Ok(request)
    }
}

impl<T: Transport> Client<T> {
    /// Sends a typed operation with its parameters in the body.
    pub async fn send_form<O: Operation>(&self, operation: &O, deadline: Deadline) -> Result<O::Answer, CallError> {
        let rpc = operation.rpc();
        operation.check().map_err(|error| CallError::new(&rpc, 0, error))?;
        let form = Form(&rpc);
        let outgoing = Outgoing {
            rpc: &rpc,
            style: Some(&form),
        };
        self.answer(outgoing, deadline).await
    }
}
