//! The signature of Object Storage Service, version 4 (`OSS4-HMAC-SHA256`), in the `Authorization` header.
//!
//! Rules: <https://help.aliyun.com/en/oss/developer-reference/recommend-to-use-signature-version-4>. Not here: signed
//! URLs, and the older versions. The body is not part of the signature: the cloud takes no other payload hash than
//! `UNSIGNED-PAYLOAD`.

mod authorization;

use std::borrow::Cow;

use bytes::Bytes;
use hmac::Mac as _;
use http::header::AUTHORIZATION;
use http::{HeaderName, Request};
use jiff::Timestamp;

pub use self::authorization::{Authorization, AuthorizationError};

use self::authorization::REQUEST;
use crate::encoding::{encoded_path, encoded_query, put_in_order};
use crate::v3::{self, MissingHeader, SignError, header_value, insert, insert_host};
use crate::{Key, hex};

/// The only algorithm that is made and accepted here.
const ALGORITHM: &str = "OSS4-HMAC-SHA256";
/// The product of every scope that is signed here.
const PRODUCT: &str = "oss";
/// Stands where the hash of the body would.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// The header with the moment of the signature, `yyyymmddThhmmssZ`.
const DATE: &str = "x-oss-date";

/// A signature that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header is named as signed, or decides when the signature is good, and is not there.
    #[error(transparent)]
    Missing(#[from] MissingHeader),
    /// The signature belongs to another request or another secret.
    #[error("the OSS signature does not match the canonical request {canonical_request:?}")]
    Mismatch {
        /// What was hashed, with its line feeds; the cloud repeats it in its refusal.
        canonical_request: String,
        /// What was signed; the cloud repeats it too.
        string_to_sign: String,
    },
}

/// A moment as the signature writes it: UTC, whole seconds, `yyyymmddThhmmssZ`.
pub fn date(moment: Timestamp) -> String {
    v3::date(moment).replace(['-', ':'], "")
}

/// The request as it is hashed: method, resource, query, headers, the names of the additional ones, and what stands for the
/// body.
///
/// `resource` is `/`, `/<bucket>/` or `/<bucket>/<key>`, decoded, wherever host and path have bucket and key.
pub fn canonical_request(
    request: &Request<Bytes>,
    resource: &str,
    additional_headers: &[String],
) -> Result<String, MissingHeader> {
    let mut additional: Vec<_> = additional_headers
        .iter()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    put_in_order(&mut additional, Ord::cmp);
    let mut names: Vec<&str> = request.headers().keys().map(HeaderName::as_str).collect();
    names.retain(|name| is_signed_always(name));
    names.extend(additional.iter().map(String::as_str));
    put_in_order(&mut names, Ord::cmp);
    names.dedup();
    let mut headers = String::new();
    for name in names {
        let value = header_value(request, name).ok_or_else(|| MissingHeader(name.to_owned()))?;
        headers.extend([name, ":", &value, "\n"]);
    }
    let lines = [
        request.method().as_str(),
        &encoded_path(resource),
        &encoded_query(request.uri().query().unwrap_or_default()),
        &headers,
        &additional.join(";"),
        &header_value(request, "x-oss-content-sha256").unwrap_or(Cow::Borrowed(UNSIGNED)),
    ];
    Ok(lines.join("\n"))
}

fn is_signed_always(name: &str) -> bool {
    name.starts_with("x-oss-") || name == "content-type" || name == "content-md5"
}

/// The algorithm, the moment, the scope and the hash of the canonical request.
pub fn string_to_sign(date: &str, scope: &str, canonical_request: &str) -> String {
    let hash = v3::payload_hash(canonical_request.as_bytes());
    [ALGORITHM, date, scope, &hash].join("\n")
}

/// Lower-case hex HMAC-SHA256 under a key that is good for one day, region and product.
pub fn signature(secret: &str, authorization: &Authorization, string_to_sign: &str) -> String {
    hex::encode(&mac(secret, authorization, string_to_sign).finalize().into_bytes())
}

/// Sets `host`, `x-oss-date`, `x-oss-content-sha256`, the security token of temporary keys, and `Authorization`, replacing
/// any that are there. Signed are `content-type`, `content-md5` and every `x-oss-*` header.
///
/// `region` is the bucket's, without `oss-`. `resource` is as for [`canonical_request`].
pub fn sign(
    request: &mut Request<Bytes>,
    key: &Key<'_>,
    region: &str,
    resource: &str,
    now: Timestamp,
) -> Result<(), SignError> {
    insert_host(request)?;
    let date = date(now);
    insert(request, DATE, &date)?;
    insert(request, "x-oss-content-sha256", UNSIGNED)?;
    request.headers_mut().remove("x-oss-security-token");
    if let Some(token) = key.token {
        insert(request, "x-oss-security-token", token)?.set_sensitive(true);
    }
    let mut authorization = Authorization {
        key_id: key.id.to_owned(),
        day: day(&date).to_owned(),
        region: region.to_owned(),
        product: PRODUCT.to_owned(),
        additional_headers: Vec::new(),
        signature: String::new(),
    };
    let canonical_request = canonical_request(request, resource, &[])?;
    let string_to_sign = string_to_sign(&date, &authorization.scope(), &canonical_request);
    authorization.signature = signature(key.secret, &authorization, &string_to_sign);
    insert(request, AUTHORIZATION.as_str(), &authorization.to_string())?.set_sensitive(true);
    Ok(())
}

/// Checks in constant time that the holder of `secret` signed exactly this request, for the day of its date.
pub fn verify(
    secret: &str,
    request: &Request<Bytes>,
    resource: &str,
    authorization: &Authorization,
) -> Result<(), VerifyError> {
    let date = header_value(request, DATE).ok_or_else(|| MissingHeader(DATE.to_owned()))?;
    let canonical_request = canonical_request(request, resource, &authorization.additional_headers)?;
    let string_to_sign = string_to_sign(&date, &authorization.scope(), &canonical_request);
    let fits = day(&date) == authorization.day
        && hex::decode(&authorization.signature).is_some_and(|signature| {
            let mac = mac(secret, authorization, &string_to_sign);
            mac.verify_slice(&signature).is_ok()
        });
    if fits {
        Ok(())
    } else {
        Err(VerifyError::Mismatch {
            canonical_request,
            string_to_sign,
        })
    }
}

/// The day of a date as the signature writes it.
fn day(date: &str) -> &str {
    date.split('T').next().unwrap_or_default()
}

/// The key is derived step by step, so that none of the steps gives the secret away.
fn mac(secret: &str, authorization: &Authorization, text: &str) -> v3::HmacSha256 {
    let Authorization {
        day, region, product, ..
    } = authorization;
    let mut mac = v3::mac(format!("aliyun_v4{secret}").as_bytes(), day);
    for step in [region, product, REQUEST, text] {
        mac = v3::mac(&mac.finalize().into_bytes(), step);
    }
    mac
}
