//! One TLS set-up for everything that goldcast connects to: TLS 1.2 and 1.3 by aws-lc-rs, with compiled-in roots.
//!
//! It knows what servers of public authorities offer and no more: AES-GCM; X25519, P-256 and P-384; RSA and ECDSA. What
//! `rustls` would bring besides (ML-KEM, ML-DSA, Ed25519, P-521, `ChaCha20`, keys of our own) is an eighth of a MiB in every
//! function. Not here: sockets, requests, time limits.
//!
//! # Example
//!
//! ```
//! let config = goldcast_tls::client_config()?;
//! assert!(!config.crypto_provider().cipher_suites.is_empty());
//! # Ok::<(), goldcast_tls::Error>(())
//! ```

mod algorithms;
mod provider;

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

pub use provider::{NoRandomness, fill};
pub use rustls::Error;

/// A client's side of TLS, as every connection of goldcast has it: nothing is read from the machine.
///
/// # Errors
/// When the provider has no suite for a protocol version.
pub fn client_config() -> Result<ClientConfig, Error> {
    trusting(RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    })
}

/// The same, trusting other authorities: for a network with one of its own, and for tests.
///
/// # Errors
/// When the provider has no suite for a protocol version.
pub fn trusting(roots: RootCertStore) -> Result<ClientConfig, Error> {
    let versions =
        ClientConfig::builder_with_provider(Arc::new(provider::provider())).with_safe_default_protocol_versions()?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}
