//! Calls that are named by a path, as Function Compute has them; only reading. Not here: the RPC style of everything else.
//! <https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, USER_AGENT};
use http::uri::{PathAndQuery, Uri};

use crate::client::{Client, Settings};
use crate::credentials::Credentials;
use crate::deadline::Deadline;
use crate::error::{CallError, Cause};
use crate::exchange::{AGENT, Outgoing, Style};
use crate::rpc::Rpc;
use crate::transport::Transport;
use crate::wire::FromJson;

/// An operation that reads what a path names.
pub trait Reading {
    /// What the cloud answers.
    type Answer: FromJson + Send;

    /// What it is called; parameters go into the query.
    fn rpc(&self) -> Rpc;

    /// The path, from the root of the host. Parts that somebody chose are percent-encoded.
    fn path(&self) -> String;
}

/// A request by path before it is signed.
struct PathRequest<'a> {
    rpc: &'a Rpc,
    path: &'a str,
}

impl Style for PathRequest<'_> {
    fn signed(&self, settings: &Settings, credentials: &Credentials) -> Result<Request<Bytes>, Cause> {
        let rpc = self.rpc;
        let root = settings.endpoints.resolve(rpc.product, rpc.region.as_deref())?;
        let query = goldcast_signing::canonical_query(&rpc.params);
        let target = if query.is_empty() {
            self.path.to_owned()
        } else {
            format!("{}?{query}", self.path)
        };
        let mut parts = root.into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(target).map_err(http::Error::from)?);
        let mut request = Request::get(Uri::from_parts(parts).map_err(http::Error::from)?)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "application/json")
            .header("x-acs-action", rpc.action)
            .header("x-acs-version", rpc.version)
            .body(Bytes::new())?;
        let nonce = settings.randomness.nonce()?;
        goldcast_signing::v3::sign(&mut request, &credentials.key(), settings.clock.now(), &nonce)?;
        Ok(request)
    }
}

impl<T: Transport> Client<T> {
    /// Reads what a path names.
    pub async fn get<R: Reading>(&self, reading: &R, deadline: Deadline) -> Result<R::Answer, CallError> {
        let (rpc, path) = (reading.rpc(), reading.path());
        let request = PathRequest { rpc: &rpc, path: &path };
        let outgoing = Outgoing {
            rpc: &rpc,
            style: Some(&request),
        };
        self.answer(outgoing, deadline).await
    }
}
