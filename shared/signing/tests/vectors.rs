//! The official vectors, every intermediate string of them, in both directions.
//!
//! `fixtures/signature-vectors.json` was computed with the signing functions of the official Python SDKs; four of its
//! entries also equal signatures printed in public documents.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;

use bytes::Bytes;
use goldcast_signing::{Key, canonical_query, form_decode, percent_encode, v1, v3};
use http::Request;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(tag = "scheme")]
enum Vector {
    #[serde(rename = "RPC-V1 HMAC-SHA1")]
    V1(V1),
    #[serde(rename = "ACS3-HMAC-SHA256")]
    V3(Box<V3>),
}

#[derive(Deserialize)]
struct V1 {
    name: String,
    method: String,
    access_key_secret: String,
    params: BTreeMap<String, String>,
    canonical_query: String,
    string_to_sign: String,
    signature: String,
    signature_urlencoded: String,
}

#[derive(Deserialize)]
struct V3 {
    name: String,
    method: String,
    path: String,
    access_key_id: String,
    access_key_secret: String,
    query: BTreeMap<String, String>,
    body: String,
    headers: BTreeMap<String, String>,
    canonical_query: String,
    hashed_payload: String,
    canonical_headers: String,
    signed_headers: String,
    canonical_request: String,
    hashed_canonical_request: String,
    string_to_sign: String,
    signature: String,
    authorization: String,
}

fn vectors() -> (Vec<V1>, Vec<V3>) {
    let vectors: Vectors = serde_json::from_str(include_str!("fixtures/signature-vectors.json")).unwrap();
    let (mut v1, mut v3) = (Vec::new(), Vec::new());
    for vector in vectors.vectors {
        match vector {
            Vector::V1(vector) => v1.push(vector),
            Vector::V3(vector) => v3.push(*vector),
        }
    }
    assert_eq!((v1.len(), v3.len()), (9, 11));
    (v1, v3)
}

fn pairs(map: &BTreeMap<String, String>) -> Vec<(String, String)> {
    // Reversed, so that the order of the result is the signature's doing.
    map.iter()
        .rev()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

impl V3 {
    fn request(&self) -> Request<Bytes> {
        let query: Vec<_> = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={}", percent_encode(value)))
            .collect();
        let mut request =
            Request::builder()
                .method(self.method.as_str())
                .uri(format!("{}?{}", self.path, query.join("&")));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Bytes::from(self.body.clone())).unwrap()
    }

    fn authorization(&self) -> v3::Authorization {
        self.authorization.parse().unwrap()
    }
}

/// Another signature of the same form.
fn flipped(signature: &str) -> String {
    let (first, rest) = signature.split_at(1);
    format!("{}{rest}", if first == "a" { "b" } else { "a" })
}

#[test]
fn every_step_of_a_v1_signature_is_the_official_one() {
    for vector in vectors().0 {
        let (name, method, pairs) = (&vector.name, vector.method.parse().unwrap(), pairs(&vector.params));
        assert_eq!(canonical_query(&pairs), vector.canonical_query, "{name}");
        assert_eq!(v1::string_to_sign(&method, &pairs), vector.string_to_sign, "{name}");
        assert_eq!(
            v1::signature(&vector.access_key_secret, &vector.string_to_sign),
            vector.signature,
            "{name}"
        );
        assert_eq!(percent_encode(&vector.signature), vector.signature_urlencoded, "{name}");
        assert_eq!(
            form_decode(&vector.canonical_query)
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            vector.params,
            "{name}"
        );
    }
}

#[test]
fn signing_with_v1_gives_the_official_parameters() {
    for vector in vectors().0 {
        let param = |name: &str| vector.params.get(name).map(String::as_str);
        let key = Key {
            id: param("AccessKeyId").unwrap(),
            secret: &vector.access_key_secret,
            token: param("SecurityToken"),
        };
        let mut signed = pairs(&vector.params);
        let (now, nonce) = (
            param("Timestamp").unwrap().parse().unwrap(),
            param("SignatureNonce").unwrap(),
        );
        v1::sign(&vector.method.parse().unwrap(), &mut signed, &key, now, nonce);
        let signed: BTreeMap<_, _> = signed.into_iter().collect();
        let mut expected = vector.params.clone();
        expected.insert("Signature".to_owned(), vector.signature);
        assert_eq!(signed, expected, "{}", vector.name);
    }
}

#[test]
fn a_v1_verifier_accepts_the_official_signature_and_nothing_near_it() {
    for vector in vectors().0 {
        let (name, method, mut pairs) = (&vector.name, vector.method.parse().unwrap(), pairs(&vector.params));
        let verify = |pairs: &[(String, String)], signature: &str| {
            v1::verify(&vector.access_key_secret, &method, pairs, signature)
        };
        assert_eq!(verify(&pairs, &vector.signature), Ok(()), "{name}");
        let mismatch = v1::Mismatch {
            string_to_sign: vector.string_to_sign.clone(),
        };
        assert_eq!(
            verify(&pairs, &flipped(&vector.signature)),
            Err(mismatch.clone()),
            "{name}"
        );
        assert_eq!(verify(&pairs, "not Base64!"), Err(mismatch), "{name}");
        pairs.last_mut().unwrap().1.push('x');
        assert!(verify(&pairs, &vector.signature).is_err(), "{name}");
    }
}

#[test]
fn every_step_of_a_v3_signature_is_the_official_one() {
    for vector in vectors().1 {
        let (name, request) = (&vector.name, vector.request());
        let hash = v3::payload_hash(request.body());
        assert_eq!(canonical_query(&pairs(&vector.query)), vector.canonical_query, "{name}");
        assert_eq!(hash, vector.hashed_payload, "{name}");
        let signed_headers: Vec<_> = vector.signed_headers.split(';').rev().map(ToOwned::to_owned).collect();
        let canonical_request = v3::canonical_request(&request, &signed_headers, &hash).unwrap();
        assert_eq!(canonical_request, vector.canonical_request, "{name}");
        assert!(canonical_request.contains(&vector.canonical_headers), "{name}");
        assert_eq!(
            v3::payload_hash(canonical_request.as_bytes()),
            vector.hashed_canonical_request,
            "{name}"
        );
        assert_eq!(v3::string_to_sign(&canonical_request), vector.string_to_sign, "{name}");
        assert_eq!(
            v3::signature(&vector.access_key_secret, &vector.string_to_sign),
            vector.signature,
            "{name}"
        );
        assert_eq!(vector.authorization().to_string(), vector.authorization, "{name}");
    }
}

#[test]
fn signing_with_v3_gives_the_official_authorization() {
    for vector in vectors().1 {
        let mut request = vector.request();
        let header = |name: &str| vector.headers.get(name).map(String::as_str);
        let key = Key {
            id: &vector.access_key_id,
            secret: &vector.access_key_secret,
            token: header("x-acs-security-token"),
        };
        let (now, nonce) = (
            header("x-acs-date").unwrap().parse().unwrap(),
            header("x-acs-signature-nonce").unwrap(),
        );
        v3::sign(&mut request, &key, now, nonce).unwrap();

        let authorization: v3::Authorization = request.headers()["authorization"].to_str().unwrap().parse().unwrap();
        assert_eq!(
            v3::verify(&vector.access_key_secret, &request, &authorization),
            Ok(()),
            "{}",
            vector.name
        );
        // The Python SDK also signs `accept` and `user-agent`; we sign what the documents ask for.
        if vector.name != "v3-python-sdk-signs-all-headers" {
            assert_eq!(authorization, vector.authorization(), "{}", vector.name);
        }
    }
}

#[test]
fn a_v3_verifier_accepts_the_official_signature_and_nothing_near_it() {
    for vector in vectors().1 {
        let (name, authorization) = (&vector.name, vector.authorization());
        let verify = |request: &Request<Bytes>, authorization: &v3::Authorization| {
            v3::verify(&vector.access_key_secret, request, authorization)
        };
        assert_eq!(verify(&vector.request(), &authorization), Ok(()), "{name}");

        let mismatch = v3::VerifyError::Mismatch {
            canonical_request: vector.canonical_request.clone(),
            string_to_sign: vector.string_to_sign.clone(),
        };
        for signature in [flipped(&authorization.signature), "not hex".to_owned(), String::new()] {
            let forged = v3::Authorization {
                signature,
                ..authorization.clone()
            };
            assert_eq!(verify(&vector.request(), &forged), Err(mismatch.clone()), "{name}");
        }

        let mut other_body = vector.request();
        *other_body.body_mut() = Bytes::from_static(b"another body");
        assert!(
            matches!(verify(&other_body, &authorization), Err(v3::VerifyError::Body { .. })),
            "{name}"
        );

        let mut other_action = vector.request();
        other_action
            .headers_mut()
            .insert("x-acs-action", "DeleteImage".parse().unwrap());
        assert!(
            matches!(
                verify(&other_action, &authorization),
                Err(v3::VerifyError::Mismatch { .. })
            ),
            "{name}"
        );

        let mut bare = vector.request();
        bare.headers_mut().remove("x-acs-date");
        let missing = v3::MissingHeader("x-acs-date".to_owned());
        assert_eq!(verify(&bare, &authorization), Err(missing.into()), "{name}");

        let mut loose = authorization.clone();
        loose.signed_headers.retain(|name| name != "x-acs-action");
        assert_eq!(
            verify(&vector.request(), &loose),
            Err(v3::VerifyError::Unsigned("x-acs-action")),
            "{name}"
        );
    }
}

#[test]
fn a_second_implementation_of_hmac_agrees() {
    use aws_lc_rs::hmac;
    let (v1, v3) = vectors();
    for vector in v1 {
        let key = hmac::Key::new(
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            format!("{}&", vector.access_key_secret).as_bytes(),
        );
        let tag = hmac::sign(&key, vector.string_to_sign.as_bytes());
        let ours = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            v1::signature(&vector.access_key_secret, &vector.string_to_sign),
        );
        assert_eq!(ours.unwrap(), tag.as_ref(), "{}", vector.name);
    }
    for vector in v3 {
        let key = hmac::Key::new(hmac::HMAC_SHA256, vector.access_key_secret.as_bytes());
        let tag = hmac::sign(&key, vector.string_to_sign.as_bytes());
        let tag = tag
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(
            v3::signature(&vector.access_key_secret, &vector.string_to_sign),
            tag,
            "{}",
            vector.name
        );
    }
}

#[test]
fn a_signed_request_does_not_print_its_secrets() {
    let mut request = Request::post("https://ecs.cn-beijing.aliyuncs.com/")
        .header("x-acs-action", "DescribeRegions")
        .header("x-acs-version", "2014-05-26")
        .body(Bytes::new())
        .unwrap();
    let key = Key {
        id: "testid",
        secret: "testsecret",
        token: Some("testtoken"),
    };
    v3::sign(&mut request, &key, "2026-01-02T03:04:05Z".parse().unwrap(), "nonce").unwrap();
    let printed = format!("{request:?} {key:?}");
    assert!(
        !printed.contains("testsecret") && !printed.contains("testtoken"),
        "{printed}"
    );
}

#[test]
fn what_cannot_be_sent_is_refused_without_repeating_it() {
    let unsigned = || {
        Request::post("/")
            .header("x-acs-action", "A")
            .header("x-acs-version", "1")
            .body(Bytes::new())
    };
    let now = "2026-01-02T03:04:05Z".parse().unwrap();
    let key = Key {
        id: "testid",
        secret: "testsecret",
        token: Some("line\nfeed"),
    };

    let mut without_host = unsigned().unwrap();
    let missing = v3::MissingHeader("host".to_owned());
    assert_eq!(v3::sign(&mut without_host, &key, now, "nonce"), Err(missing.into()));

    let mut request = unsigned().unwrap();
    request.headers_mut().insert("host", "localhost".parse().unwrap());
    assert_eq!(
        v3::sign(&mut request, &key, now, "nonce"),
        Err(v3::SignError::Value("x-acs-security-token"))
    );
}
