//! The yardstick for start times: a hyper server that answers a constant, and nothing else. Not a function: it follows
//! no contract.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    #[expect(
        clippy::disallowed_methods,
        reason = "an example of one variable needs no snapshot of the environment"
    )]
    let port = port
        .or_else(|| std::env::var("FC_CUSTOM_LISTEN_PORT").ok()?.parse().ok())
        .unwrap_or(9000);
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let answer = service_fn(async |_: Request<Incoming>| {
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"{\"done\":{}}"))))
        });
        // One caller at a time is all that a measurement has; an error ends only its connection.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), answer)
            .await;
    }
}
