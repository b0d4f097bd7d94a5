//! The in-process face: the same cloud without sockets. Not here: a client's transport, which wraps this in a few lines.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use super::endpoints::Endpoints;
use super::shared::Shared;

/// A host that the simulated cloud does not answer for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the simulated cloud has no host {host:?}")]
pub struct UnknownHost {
    /// The host that was asked for.
    pub host: String,
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

    /// Answers `request` as the product behind `host` does: an address of [`Endpoints`], or the cloud's own host name.
    pub fn send(&self, host: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, UnknownHost> {
        let endpoint = self
            .endpoints
            .find(host)
            .ok_or_else(|| UnknownHost { host: host.to_owned() })?;
        Ok(self.shared.handle(&endpoint, request))
    }
}
