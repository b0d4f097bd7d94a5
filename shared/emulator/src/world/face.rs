//! The HTTP face: sockets on loopback whose requests go to the cloud as they came. Not here: what a request means.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{DATE, HOST};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::endpoints::Endpoints;
use super::shared::Shared;
use crate::cloud::{Endpoint, Transit};

/// Largest request body that is kept, in bytes; above what the cloud itself takes by default. RPC parameters take a few
/// kilobytes.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

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
    // A body that is too large or ends early is cut off here, and refused by the cloud for its size.
    let body = to_bytes(body, BODY_BYTES_MAX)
        .await
        .unwrap_or_else(|_| Bytes::from(vec![0; BODY_BYTES_MAX]));
    // A client may come by way of a proxy or a hosts file: the name it asked for counts, whichever port it found.
    let named = parts
        .headers
        .get(HOST)
        .and_then(|host| Endpoints::named(host.to_str().ok()?));
    let endpoint = named.unwrap_or(endpoint);
    let mut response = shared.handle(&endpoint, &Request::from_parts(parts, body));
    // The clock that signatures are judged by, which may be another than this machine's.
    let date = http_date(shared.wall.now());
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(DATE, date);
    }
    let transit = response.extensions().get::<Transit>().copied().unwrap_or_default();
    if !transit.real.is_zero() {
        sleep(transit.real).await;
    }
    if transit.broken {
        return Response::new(broken());
    }
    response.map(Body::from)
}

/// `Mon, 02 Mar 2026 08:15:30 GMT`, as HTTP writes moments.
fn http_date(moment: Timestamp) -> String {
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A body that fails before its first byte: the server closes the connection without having sent the head.
fn broken() -> Body {
    let error = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(futures_util::stream::once(std::future::ready(Err::<Bytes, _>(error))))
}
