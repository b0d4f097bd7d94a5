//! The in-process face: the same cloud without sockets. Not here: a client's transport, which wraps this in a few lines.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use super::endpoints::Endpoints;
use super::shared::Shared;
use crate::cloud::Transit;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// The simulated cloud does not answer for this host.
    #[error("the simulated cloud has no host {host:?}")]
    UnknownHost {
        /// The host that was asked for.
        host: String,
    },
    /// A fault broke the connection, before or after the work was done.
    #[error("the connection broke")]
    Broken,
}

/// A cheap handle on the cloud of a world.
#[derive(Debug, Clone)]
pub struct InProcess {
    shared: Shared,
    endpoints: Arc<Endpoints>,
}

impl InProcess {
    pub(super) fn new(shared: Shared, endpoints: Arc<Endpoints>) -> Self {
        Self { shared, endpoints }
    }

    /// Answers `request` as the product behind `host` does: an address of [`Endpoints`], or the cloud's own host name. Real
    /// time is not wasted on slow answers here.
    pub fn send(&self, host: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        let endpoint = self
            .endpoints
            .find(host)
            .ok_or_else(|| Unanswered::UnknownHost { host: host.to_owned() })?;
        let response = self.shared.handle(&endpoint, request);
        match response.extensions().get::<Transit>() {
            Some(transit) if transit.broken => Err(Unanswered::Broken),
            Some(_) | None => Ok(response),
        }
    }
}
