//! Handshakes in memory with an ordinary server, which offers everything that rustls knows.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConnection, RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion};

const HOST: &str = "ecs.cn-hangzhou.aliyuncs.com";

/// A server with a certificate of its own over this kind of key, and who trusts it.
fn server(
    kind: &'static rcgen::SignatureAlgorithm,
    version: &'static SupportedProtocolVersion,
) -> (ServerConnection, RootCertStore) {
    let key = KeyPair::generate_for(kind).unwrap();
    let certificate = CertificateParams::new([HOST.to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    (ServerConnection::new(Arc::new(config)).unwrap(), roots)
}

/// Carries bytes to and fro until both sides are done, or one refuses.
fn shake(client: &mut ClientConnection, server: &mut ServerConnection) -> Result<(), rustls::Error> {
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets()?;
        let mut wire = Vec::new();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        client.process_new_packets()?;
    }
    Ok(())
}

fn client(roots: RootCertStore) -> ClientConnection {
    let config = goldcast_tls::trusting(roots).unwrap();
    ClientConnection::new(Arc::new(config), HOST.try_into().unwrap()).unwrap()
}

#[test]
fn a_server_with_any_usual_certificate_is_met_in_both_versions() {
    for version in [&TLS12, &TLS13] {
        for kind in [&PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P384_SHA384, &PKCS_RSA_SHA256] {
            let (mut server, roots) = server(kind, version);
            let mut client = client(roots);
            shake(&mut client, &mut server).unwrap_or_else(|error| panic!("{version:?} {kind:?}: {error}"));
            assert_eq!(client.protocol_version(), Some(version.version));
        }
    }
}

#[test]
fn a_server_whose_authority_is_not_known_is_refused() {
    let (mut server, _) = server(&PKCS_ECDSA_P256_SHA256, &TLS13);
    let config = goldcast_tls::client_config().unwrap();
    let mut client = ClientConnection::new(Arc::new(config), HOST.try_into().unwrap()).unwrap();
    let refused = shake(&mut client, &mut server).unwrap_err();
    assert!(matches!(refused, rustls::Error::InvalidCertificate(_)), "{refused}");
}

#[test]
fn random_bytes_differ() {
    let (mut first, mut second) = ([0; 16], [0; 16]);
    goldcast_tls::fill(&mut first).unwrap();
    goldcast_tls::fill(&mut second).unwrap();
    assert_ne!(first, second);
}
