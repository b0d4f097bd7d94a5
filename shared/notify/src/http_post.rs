//! The real [`Post`]: reqwest with compiled-in roots, without redirects and proxies, within its [`Reach`].

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect;

use crate::channel::Outgoing;
use crate::post::{Post, PostError};
use crate::reach::{Reach, is_public};
use crate::sender::Limits;

/// Most bytes kept of an answer; no platform answers more than a few hundred.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// How the requests introduce themselves.
const USER_AGENT: &str = concat!("goldcast/", env!("CARGO_PKG_VERSION"));

/// Posts over HTTPS. Build one per process, at start, so that a broken TLS set-up fails the start.
#[derive(Clone)]
pub struct HttpPost {
    public: reqwest::Client,
    private_too: reqwest::Client,
    limits: Limits,
}

/// The HTTP client could not be built.
#[derive(Debug, thiserror::Error)]
pub enum HttpPostError {
    /// The TLS library refused its set-up.
    #[error("setting up TLS for webhooks: {0}")]
    Tls(#[from] goldcast_tls::Error),
    /// The HTTP library refused its set-up.
    #[error("setting up the webhook client: {0}")]
    Client(#[from] reqwest::Error),
}

impl HttpPost {
    /// A client with the connect and attempt time limits of `limits`.
    pub fn new(limits: Limits) -> Result<Self, HttpPostError> {
        let tls = goldcast_tls::client_config()?;
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .connect_timeout(limits.connect)
                .timeout(limits.attempt)
                .redirect(redirect::Policy::none())
                // A proxy from the environment would resolve names itself and so undo the check of addresses.
                .no_proxy()
                // A function that was frozen wakes with dead connections, and a message sent into one may be lost or
                // doubled. A handshake per message costs less.
                .pool_max_idle_per_host(0)
                .referer(false)
                .user_agent(USER_AGENT)
        };
        let public = builder().dns_resolver(Arc::new(PublicOnly)).build()?;
        let private_too = builder().build()?;
        Ok(Self {
            public,
            private_too,
            limits,
        })
    }

    fn fault(&self, host: String, error: reqwest::Error) -> PostError {
        let error = error.without_url();
        if sources(&error).any(<dyn std::error::Error + 'static>::is::<NotPublic>) {
            return PostError::PrivateAddress { host };
        }
        if error.is_connect() || error.is_builder() {
            return PostError::NotConnected {
                host,
                why: chain(&error),
            };
        }
        if error.is_timeout() {
            return PostError::TimedOut {
                host,
                limit: self.limits.attempt,
            };
        }
        PostError::Interrupted {
            host,
            why: chain(&error),
        }
    }
}

impl Post for HttpPost {
    async fn post(&self, outgoing: Outgoing) -> Result<http::Response<Bytes>, PostError> {
        let host = outgoing.host().to_owned();
        let client = match outgoing.reach() {
            Reach::Public => &self.public,
            Reach::PrivateToo => &self.private_too,
        };
        let exchange = async {
            let request = reqwest::Request::try_from(outgoing.into_request())?;
            let mut answer = client.execute(request).await?;
            let mut body = BytesMut::new();
            while body.len() < MAX_ANSWER_BYTES
                && let Some(chunk) = answer.chunk().await?
            {
                body.extend_from_slice(&chunk);
            }
            // Dropping the answer closes the connection, so the rest of a flood is never read.
            body.truncate(MAX_ANSWER_BYTES);
            let mut response = http::Response::new(body.freeze());
            *response.status_mut() = answer.status();
            *response.headers_mut() = std::mem::take(answer.headers_mut());
            Ok(response)
        };
        exchange.await.map_err(|error| self.fault(host, error))
    }
}

impl fmt::Debug for HttpPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpPost")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Resolves names and refuses those that lead anywhere but to the public internet.
///
/// The check is on the very addresses that are connected to, so a name that changes between check and use (DNS
/// rebinding) gains nothing. Literal addresses never come here; the webhook's address was checked for those.
struct PublicOnly;

/// A name that leads to a private address.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private address")]
struct NotPublic;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            check_public(&found)?;
            Ok::<Addrs, _>(Box::new(found.into_iter()))
        })
    }
}

/// One private address among public ones is reason enough: no honest name mixes them.
fn check_public(found: &[SocketAddr]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
    }
    if found.iter().all(|address| is_public(address.ip())) {
        Ok(())
    } else {
        Err(NotPublic.into())
    }
}

fn sources<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

fn chain(error: &reqwest::Error) -> String {
    sources(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_private_address_makes_a_name_private() {
        #[track_caller]
        fn check(addresses: &[&str], accepted: bool) {
            let found: Vec<SocketAddr> = addresses
                .iter()
                .map(|a| SocketAddr::new(a.parse().unwrap(), 0))
                .collect();
            assert_eq!(check_public(&found).is_ok(), accepted, "{addresses:?}");
        }
        check(&["8.8.8.8"], true);
        check(&["8.8.8.8", "2400:3200::1"], true);
        check(&["8.8.8.8", "10.0.0.1"], false);
        check(&["100.100.100.200"], false);
        check(&[], false);
    }
}
