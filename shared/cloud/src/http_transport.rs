//! The transport on the real network: reqwest over rustls with compiled-in roots, bounded in time and size.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response, Uri};

use crate::endpoints::is_loopback;
use crate::transport::{BODY_BYTES_MAX, NoAnswer, Transport, TransportError};

/// Connections inside the cloud stand within milliseconds, across continents within one second.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A whole request. The slowest listings answer within a few seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// A function that was frozen and thawed finds its connections dead, so none is kept for long.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// The HTTP client could not be built: no usable TLS versions, or no resources.
#[derive(Debug, thiserror::Error)]
pub enum HttpClientError {
    /// The TLS provider offers no protocol version.
    #[error("set up TLS")]
    Tls(#[from] goldcast_tls::Error),
    /// The client was not built.
    #[error("build the HTTP client")]
    Client(#[from] reqwest::Error),
}

/// An HTTP client as this room wants it: TLS by aws-lc-rs with the roots of webpki, no redirects, no proxy from the
/// environment, and every wait bounded. One per process is enough.
pub fn http_client() -> Result<reqwest::Client, HttpClientError> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(goldcast_tls::client_config()?)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?;
    Ok(client)
}

/// Sends requests over the network. `https` everywhere; plain `http` for loopback hosts only.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A transport with a client of its own.
    pub fn new() -> Result<Self, HttpClientError> {
        Ok(Self { client: http_client()? })
    }
}

impl Transport for HttpTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if !may_carry_signatures(request.uri()) {
            return Err(NoAnswer::Insecure.into());
        }
        let request = reqwest::Request::try_from(request).map_err(|error| no_answer(NoAnswer::Invalid, error))?;
        let mut answer = self.client.execute(request).await.map_err(|error| {
            let kind = if error.is_connect() {
                NoAnswer::Connect
            } else {
                broken(&error)
            };
            no_answer(kind, error)
        })?;
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| no_answer(broken(&error), error))? {
            if body.len() + chunk.len() > BODY_BYTES_MAX {
                return Err(NoAnswer::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

fn may_carry_signatures(uri: &Uri) -> bool {
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => uri.host().is_some_and(is_loopback),
        _ => false,
    }
}

fn broken(error: &reqwest::Error) -> NoAnswer {
    if error.is_timeout() {
        NoAnswer::Timeout
    } else {
        NoAnswer::Reset
    }
}

fn no_answer(kind: NoAnswer, error: reqwest::Error) -> TransportError {
    TransportError::new(kind, error.without_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_may_be_spoken_to_without_tls() {
        let check = |uri: &str| may_carry_signatures(&uri.parse().unwrap());
        for uri in [
            "https://ecs.cn-beijing.aliyuncs.com/",
            "http://127.0.0.1:1/",
            "http://localhost/",
            "http://[::1]:2/",
        ] {
            assert!(check(uri), "{uri}");
        }
        for uri in [
            "http://ecs.cn-beijing.aliyuncs.com/",
            "http://127.0.0.1.example.com/",
            "ftp://127.0.0.1/",
            "/",
        ] {
            assert!(!check(uri), "{uri}");
        }
    }
}
