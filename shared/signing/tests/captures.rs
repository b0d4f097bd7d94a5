//! Requests of unmodified official SDKs, as they arrived at a listener, all verify.
//!
//! `fixtures/wire-captures.json` holds new and legacy Python and Node clients, both signatures, query and form bodies.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;

use bytes::Bytes;
use goldcast_signing::{form_decode, v1, v3};
use http::Request;
use serde::Deserialize;

/// The secret of every capture.
const SECRET: &str = "testsecret";

#[derive(Deserialize)]
struct Captures {
    captures: Vec<Client>,
}

#[derive(Deserialize)]
struct Client {
    client: String,
    requests: Vec<Capture>,
}

#[derive(Deserialize)]
struct Capture {
    action: String,
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
    body: String,
    signature: String,
}

impl Capture {
    fn request(&self) -> Request<Bytes> {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.target);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Bytes::from(self.body.clone())).unwrap()
    }

    fn verify(&self, secret: &str) -> bool {
        let request = self.request();
        if self.signature == "v3" {
            let authorization = request.headers()["authorization"].to_str().unwrap().parse().unwrap();
            return v3::verify(secret, &request, &authorization).is_ok();
        }
        let mut pairs = form_decode(request.uri().query().unwrap_or_default());
        pairs.extend(form_decode(&self.body));
        let signature = pairs
            .iter()
            .find_map(|(name, value)| (name == "Signature").then_some(value))
            .unwrap();
        v1::verify(secret, request.method(), &pairs, signature).is_ok()
    }
}

#[test]
fn what_official_clients_send_verifies_with_their_secret_only() {
    let captures: Captures = serde_json::from_str(include_str!("fixtures/wire-captures.json")).unwrap();
    let mut checked = 0;
    for client in captures.captures {
        for capture in client.requests {
            assert!(capture.verify(SECRET), "{} {}", client.client, capture.action);
            assert!(!capture.verify("testsecrets"), "{} {}", client.client, capture.action);
            checked += 1;
        }
    }
    assert_eq!(checked, 32);
}
