//! Signature V3 (`ACS3-HMAC-SHA256`): the whole request is signed, the signature travels in `Authorization`.
//!
//! Rules: <https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature>. Which
//! headers are signed is the client's choice, so a verifier takes the names from the request. A query key without
//! `=` is signed like an empty value.

use std::borrow::Cow;

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue, Request};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

pub use crate::authorization::{Authorization, AuthorizationError};

use crate::authorization::ALGORITHM;
use crate::encoding::{canonical_path, canonical_raw, put_in_order};
use crate::{Key, hex};

/// Headers of this family are all signed.
const FAMILY: &str = "x-acs-";

/// What signs, still to be finished or verified.
pub(crate) type HmacSha256 = Hmac<Sha256>;

/// Without these a signature would say nothing about which call it allows, or when.
const SIGNED_ALWAYS: [&str; 6] = [
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
];

/// A header that is signed, or has to be, and that the request does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the request has no header {0}")]
pub struct MissingHeader(pub String);

/// A request that cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The caller has to set `x-acs-action` and `x-acs-version`, and name a host.
    #[error(transparent)]
    Missing(#[from] MissingHeader),
    /// The named value has characters that no header may carry; the value is not repeated.
    #[error("the value of {0} cannot be sent as a header")]
    Value(&'static str),
}

/// A V3 signature that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header is named as signed and not there.
    #[error(transparent)]
    Missing(#[from] MissingHeader),
    /// A header that decides what is called was left out of the signature.
    #[error("the header {0} is not signed")]
    Unsigned(&'static str),
    /// The body is not the one that `x-acs-content-sha256` announces.
    #[error("the body does not have the announced hash; it has {computed}")]
    Body {
        /// Lower-case hex SHA-256 of the body that arrived.
        computed: String,
    },
    /// The signature belongs to another request or another secret.
    #[error("the V3 signature does not match the canonical request {canonical_request:?}")]
    Mismatch {
        /// What was hashed, with its line feeds.
        canonical_request: String,
        /// What was signed; the cloud repeats it in its refusal.
        string_to_sign: String,
    },
}

/// A moment as both signatures write it: UTC, whole seconds, `yyyy-MM-ddTHH:mm:ssZ`.
pub fn date(moment: Timestamp) -> String {
    // Whole seconds, rounded down as the clock shows them.
    let whole = Timestamp::from_second(moment.as_second()).unwrap_or(moment);
    format!("{whole:.0}")
}

/// Lower-case hex SHA-256 of a body.
pub fn payload_hash(body: &[u8]) -> String {
    hex::encode(&Sha256::digest(body))
}

/// The request as it is hashed: method, path, query, the named headers, their names, and the hash of the body.
///
/// Header names are taken in any case and order. A name that the request does not have is given back as the error.
pub fn canonical_request(
    request: &Request<Bytes>,
    signed_headers: &[String],
    payload_hash: &str,
) -> Result<String, MissingHeader> {
    let mut names: Vec<_> = signed_headers.iter().map(|name| name.to_ascii_lowercase()).collect();
    put_in_order(&mut names, Ord::cmp);
    names.dedup();
    let mut headers = String::new();
    for name in &names {
        let value = header_value(request, name).ok_or_else(|| MissingHeader(name.clone()))?;
        headers.extend([name.as_str(), ":", &value, "\n"]);
    }
    let query = canonical_raw(request.uri().query().unwrap_or_default());
    let lines = [
        request.method().as_str(),
        &canonical_path(request.uri().path()),
        &query,
        &headers,
        &names.join(";"),
        payload_hash,
    ];
    Ok(lines.join("\n"))
}

/// Repeated headers are signed as their sorted values, joined with commas.
pub(crate) fn header_value<'a>(request: &'a Request<Bytes>, name: &str) -> Option<Cow<'a, str>> {
    let mut sent = request.headers().get_all(name).iter();
    let first = trimmed(sent.next()?);
    let mut values: Vec<String> = sent.map(|value| trimmed(value).into_owned()).collect();
    if values.is_empty() {
        return Some(first);
    }
    values.push(first.into_owned());
    put_in_order(&mut values, Ord::cmp);
    Some(values.join(",").into())
}

fn trimmed(value: &HeaderValue) -> Cow<'_, str> {
    match String::from_utf8_lossy(value.as_bytes()) {
        Cow::Borrowed(text) => text.trim().into(),
        Cow::Owned(text) => text.trim().to_owned().into(),
    }
}

/// The algorithm and the hash of the canonical request.
pub fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", payload_hash(canonical_request.as_bytes()))
}

/// Lower-case hex HMAC-SHA256 with the plain secret as key.
pub fn signature(secret: &str, string_to_sign: &str) -> String {
    hex::encode(&mac(secret.as_bytes(), string_to_sign).finalize().into_bytes())
}

/// Sets `host`, `x-acs-date`, `x-acs-signature-nonce`, `x-acs-content-sha256`, the security token of temporary keys,
/// and `Authorization`, replacing any that are there.
///
/// `x-acs-action` and `x-acs-version` are the caller's. Signed are `host`, `content-type` and every `x-acs-*` header.
/// The `host` is that of the URI, with its port when it names one.
pub fn sign(request: &mut Request<Bytes>, key: &Key<'_>, now: Timestamp, nonce: &str) -> Result<(), SignError> {
    insert_host(request)?;
    let hash = payload_hash(request.body());
    insert(request, "x-acs-date", &date(now))?;
    insert(request, "x-acs-signature-nonce", nonce)?;
    insert(request, "x-acs-content-sha256", &hash)?;
    request.headers_mut().remove("x-acs-security-token");
    if let Some(token) = key.token {
        insert(request, "x-acs-security-token", token)?.set_sensitive(true);
    }
    for name in SIGNED_ALWAYS {
        if !request.headers().contains_key(name) {
            return Err(MissingHeader(name.to_owned()).into());
        }
    }

    let signed = |name: &&HeaderName| **name == HOST || **name == CONTENT_TYPE || name.as_str().starts_with(FAMILY);
    let mut signed_headers: Vec<_> = request
        .headers()
        .keys()
        .filter(signed)
        .map(ToString::to_string)
        .collect();
    put_in_order(&mut signed_headers, Ord::cmp);
    let canonical_request = canonical_request(request, &signed_headers, &hash)?;
    let signature = signature(key.secret, &string_to_sign(&canonical_request));
    let authorization = Authorization {
        key_id: key.id.to_owned(),
        signed_headers,
        signature,
    };
    insert(request, AUTHORIZATION.as_str(), &authorization.to_string())?.set_sensitive(true);
    Ok(())
}

/// Checks in constant time that the holder of `secret` signed exactly this request.
pub fn verify(secret: &str, request: &Request<Bytes>, authorization: &Authorization) -> Result<(), VerifyError> {
    for name in SIGNED_ALWAYS {
        if !authorization
            .signed_headers
            .iter()
            .any(|signed| signed.eq_ignore_ascii_case(name))
        {
            return Err(VerifyError::Unsigned(name));
        }
    }
    let computed = payload_hash(request.body());
    let canonical_request = canonical_request(request, &authorization.signed_headers, &computed)?;
    if header_value(request, "x-acs-content-sha256").is_none_or(|announced| *announced != *computed) {
        return Err(VerifyError::Body { computed });
    }
    let string_to_sign = string_to_sign(&canonical_request);
    let fits = hex::decode(&authorization.signature)
        .is_some_and(|signature| mac(secret.as_bytes(), &string_to_sign).verify_slice(&signature).is_ok());
    if fits {
        Ok(())
    } else {
        Err(VerifyError::Mismatch {
            canonical_request,
            string_to_sign,
        })
    }
}

/// Names the host of the URI, unless a host is named already.
pub(crate) fn insert_host(request: &mut Request<Bytes>) -> Result<(), SignError> {
    if !request.headers().contains_key(HOST) {
        let host = request
            .uri()
            .authority()
            .ok_or_else(|| MissingHeader("host".to_owned()))?;
        let host = HeaderValue::try_from(host.as_str()).map_err(|_| SignError::Value("host"))?;
        request.headers_mut().insert(HOST, host);
    }
    Ok(())
}

/// Replaces a header. The value is a secret in some calls, so an error names the header only.
pub(crate) fn insert<'a>(
    request: &'a mut Request<Bytes>,
    name: &'static str,
    value: &str,
) -> Result<&'a mut HeaderValue, SignError> {
    let value = HeaderValue::try_from(value).map_err(|_| SignError::Value(name))?;
    let headers = request.headers_mut();
    headers.insert(name, value);
    headers.get_mut(name).ok_or(SignError::Value(name))
}

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of every length")]
pub(crate) fn mac(secret: &[u8], text: &str) -> HmacSha256 {
    Hmac::new_from_slice(secret)
        .expect("HMAC takes a key of any length")
        .chain_update(text)
}
