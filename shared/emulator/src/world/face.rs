//! The HTTP face: sockets on loopback whose requests go to the cloud as they came. Not here: what a request means.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::endpoints::Endpoints;
use super::shared::Shared;
use crate::cloud::{Endpoint, Transit};

/// Largest request body, in bytes. RPC parameters take a few kilobytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A socket that could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("listening on 127.0.0.1:{port}: {source}")]
pub struct ListenError {
    /// The port that was asked for; 0 is "any".
    pub port: u16,
    /// What the OS said.
    pub source: std::io::Error,
}

/// Ports in a row from a base, or any that are free.
#[derive(Debug)]
pub(super) struct Ports(Option<u16>);

impl Ports {
    pub(super) fn new(base: Option<u16>) -> Self {
        Self(base)
    }

    /// Opens the next port. Gives the socket and its address.
    pub(super) async fn listen(&mut self) -> Result<(TcpListener, String), ListenError> {
        let port = self.0.unwrap_or(0);
        self.0 = self.0.map(|port| port.saturating_add(1));
        let error = |source| ListenError { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(error)?;
        let address = listener.local_addr().map_err(error)?.to_string();
        Ok((listener, address))
    }
}

/// Opens one socket for the global products and one per region, and serves them in `tasks`.
pub(super) async fn open(
    shared: &Shared,
    ports: &mut Ports,
    tasks: &mut JoinSet<()>,
) -> Result<Endpoints, ListenError> {
    let (listener, global) = ports.listen().await?;
    serve(listener, router(shared, Endpoint::Global), tasks);
    let mut addresses = BTreeMap::new();
    for region in &shared.place.regions {
        let (listener, address) = ports.listen().await?;
        serve(listener, router(shared, Endpoint::Region(region.clone())), tasks);
        addresses.insert(region.clone(), address);
    }
    Ok(Endpoints::new(addresses, global))
}

pub(super) fn serve(listener: TcpListener, router: Router, tasks: &mut JoinSet<()>) {
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::warn!(%error, "a face of the simulated cloud stopped");
        }
    });
}

fn router(shared: &Shared, endpoint: Endpoint) -> Router {
    Router::new().fallback(answer).with_state((shared.clone(), endpoint))
}

async fn answer(State((shared, endpoint)): State<(Shared, Endpoint)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        let mut response = Response::new(Body::from("the request is over 1 MiB or ended early"));
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return response;
    };
    let response = shared.handle(&endpoint, &Request::from_parts(parts, body));
    let transit = response.extensions().get::<Transit>().copied().unwrap_or_default();
    if !transit.real.is_zero() {
        sleep(transit.real).await;
    }
    if transit.broken {
        return Response::new(broken());
    }
    response.map(Body::from)
}

/// A body that fails before its first byte: the server closes the connection without having sent the head.
fn broken() -> Body {
    let error = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(futures_util::stream::once(std::future::ready(Err::<Bytes, _>(error))))
}
