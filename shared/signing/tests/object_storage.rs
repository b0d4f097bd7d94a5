//! Signatures of Object Storage Service: vectors of the official SDK, every intermediate string of them, in both directions.
//!
//! `fixtures/oss4-vectors.json` says where each comes from.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;

use bytes::Bytes;
use goldcast_signing::oss4::{self, Authorization, VerifyError};
use goldcast_signing::{Key, v3};
use http::Request;
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    method: String,
    host: String,
    path_and_query: String,
    bucket: String,
    key: Option<String>,
    region: String,
    unix_time: i64,
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
    headers_before: BTreeMap<String, String>,
    headers_sent: BTreeMap<String, String>,
    additional_headers: Vec<String>,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    authorization: String,
}

fn vectors() -> Vec<Vector> {
    let vectors: Vectors = serde_json::from_str(include_str!("fixtures/oss4-vectors.json")).unwrap();
    assert_eq!(vectors.vectors.len(), 12);
    vectors.vectors
}

impl Vector {
    fn resource(&self) -> String {
        format!("/{}/{}", self.bucket, self.key.as_deref().unwrap_or_default())
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.unix_time).unwrap()
    }

    fn request(&self, headers: &BTreeMap<String, String>) -> Request<Bytes> {
        let uri = format!("https://{}{}", self.host, self.path_and_query);
        let mut request = Request::builder().method(self.method.as_str()).uri(uri);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(Bytes::new()).unwrap()
    }

    fn authorization(&self) -> Authorization {
        self.authorization.parse().unwrap()
    }
}

#[test]
fn every_step_is_the_official_one() {
    for vector in vectors() {
        let (name, sent, authorization) = (
            &vector.name,
            vector.request(&vector.headers_sent),
            vector.authorization(),
        );
        let canonical = oss4::canonical_request(&sent, &vector.resource(), &vector.additional_headers).unwrap();
        assert_eq!(canonical, vector.canonical_request, "{name}");
        let text = oss4::string_to_sign(&oss4::date(vector.now()), &authorization.scope(), &canonical);
        assert_eq!(text, vector.string_to_sign, "{name}");
        assert_eq!(
            oss4::signature(&vector.access_key_secret, &authorization, &text),
            vector.signature,
            "{name}"
        );
        assert_eq!(authorization.to_string(), vector.authorization, "{name}");
    }
}

#[test]
fn signing_gives_the_official_authorization() {
    for vector in vectors() {
        // We sign what the documents ask for, and no more.
        if !vector.additional_headers.is_empty() {
            continue;
        }
        let mut request = vector.request(&vector.headers_before);
        let key = Key {
            id: &vector.access_key_id,
            secret: &vector.access_key_secret,
            token: vector.security_token.as_deref(),
        };
        oss4::sign(&mut request, &key, &vector.region, &vector.resource(), vector.now()).unwrap();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        assert_eq!(authorization, vector.authorization, "{}", vector.name);
        assert_eq!(request.headers()["host"], *vector.host, "{}", vector.name);
        let printed = format!("{request:?}");
        let token = vector.security_token.as_deref().unwrap_or("no token");
        assert!(!printed.contains(&format!("\"{token}\"")), "{printed}");
    }
}

#[test]
fn a_verifier_accepts_the_official_signature_and_nothing_near_it() {
    for vector in vectors() {
        let (name, authorization) = (&vector.name, vector.authorization());
        let verify = |request: &Request<Bytes>, resource: &str, authorization: &Authorization| {
            oss4::verify(&vector.access_key_secret, request, resource, authorization)
        };
        let sent = vector.request(&vector.headers_sent);
        assert_eq!(verify(&sent, &vector.resource(), &authorization), Ok(()), "{name}");

        let mismatch = Err(VerifyError::Mismatch {
            canonical_request: vector.canonical_request.clone(),
            string_to_sign: vector.string_to_sign.clone(),
        });
        for signature in [
            authorization.signature.replace(['0', '1', '2', '3'], "4"),
            "not hex".to_owned(),
        ] {
            let forged = Authorization {
                signature,
                ..authorization.clone()
            };
            assert_eq!(verify(&sent, &vector.resource(), &forged), mismatch, "{name}");
        }

        let other_region = Authorization {
            region: "cn-beijing".to_owned(),
            ..authorization.clone()
        };
        let other_day = Authorization {
            day: "20200101".to_owned(),
            ..authorization.clone()
        };
        for other in [other_region, other_day] {
            let refused = verify(&sent, &vector.resource(), &other);
            assert!(matches!(refused, Err(VerifyError::Mismatch { .. })), "{name}");
        }
        let other_object = verify(&sent, "/bucket/another", &authorization);
        assert!(matches!(other_object, Err(VerifyError::Mismatch { .. })), "{name}");

        let mut undated = vector.request(&vector.headers_sent);
        undated.headers_mut().remove("x-oss-date");
        let missing = v3::MissingHeader("x-oss-date".to_owned());
        assert_eq!(
            verify(&undated, &vector.resource(), &authorization),
            Err(missing.into()),
            "{name}"
        );
    }
}
