//! Signature V1: HMAC-SHA1 over the sorted parameters, sent as one more parameter.
//!
//! Older clients and the credential providers of the official SDKs still use it, so the simulated cloud has to read
//! it. Rules: <https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

use crate::Key;
use crate::encoding::{canonical_pairs, percent_encode};

/// The parameter that carries the signature and is therefore not part of what is signed.
const SIGNATURE: &str = "Signature";

/// A V1 signature that does not fit its parameters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the V1 signature does not match the string to sign {string_to_sign:?}")]
pub struct Mismatch {
    /// The string whose signature was expected; the cloud repeats it in its refusal.
    pub string_to_sign: String,
}

/// `METHOD&%2F&` and the encoded canonical query of every query and form parameter except `Signature`.
pub fn string_to_sign(method: &http::Method, pairs: &[(String, String)]) -> String {
    let query = canonical_pairs(
        pairs
            .iter()
            .filter(|(name, _)| name != SIGNATURE)
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    format!("{method}&{}&{}", percent_encode("/"), percent_encode(&query))
}

/// Base64 of HMAC-SHA1 with the key `secret&`.
pub fn signature(secret: &str, string_to_sign: &str) -> String {
    STANDARD.encode(mac(secret, string_to_sign).finalize().into_bytes())
}

/// Adds the common parameters of a signed call (`AccessKeyId`, `SignatureMethod`, `SignatureVersion`,
/// `SignatureNonce`, `Timestamp`, `SecurityToken` with temporary keys) and `Signature`, replacing any that are there.
///
/// `Action`, `Version` and `Format` are the caller's.
pub fn sign(method: &http::Method, pairs: &mut Vec<(String, String)>, key: &Key<'_>, now: Timestamp, nonce: &str) {
    let common = [
        ("AccessKeyId", Some(key.id.to_owned())),
        ("SignatureMethod", Some("HMAC-SHA1".to_owned())),
        ("SignatureVersion", Some("1.0".to_owned())),
        ("SignatureNonce", Some(nonce.to_owned())),
        ("Timestamp", Some(crate::v3::date(now))),
        ("SecurityToken", key.token.map(ToOwned::to_owned)),
    ];
    pairs.retain(|(name, _)| name != SIGNATURE && !common.iter().any(|(common, _)| name == common));
    pairs.extend(
        common
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?))),
    );
    let signature = signature(key.secret, &string_to_sign(method, pairs));
    pairs.push((SIGNATURE.to_owned(), signature));
}

/// Checks `signature` in constant time against every pair except `Signature`.
pub fn verify(
    secret: &str,
    method: &http::Method,
    pairs: &[(String, String)],
    signature: &str,
) -> Result<(), Mismatch> {
    let string_to_sign = string_to_sign(method, pairs);
    let fits = STANDARD
        .decode(signature)
        .is_ok_and(|signature| mac(secret, &string_to_sign).verify_slice(&signature).is_ok());
    if fits { Ok(()) } else { Err(Mismatch { string_to_sign }) }
}

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of every length")]
fn mac(secret: &str, text: &str) -> Hmac<Sha1> {
    let key = format!("{secret}&");
    Hmac::new_from_slice(key.as_bytes())
        .expect("HMAC takes a key of any length")
        .chain_update(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_again_replaces_what_the_first_signing_added() {
        let mut pairs = vec![("Action".to_owned(), "DescribeRegions".to_owned())];
        let key = Key {
            id: "testid",
            secret: "testsecret",
            token: Some("token"),
        };
        for nonce in ["first", "second"] {
            sign(&http::Method::GET, &mut pairs, &key, Timestamp::UNIX_EPOCH, nonce);
        }
        let names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Action",
                "AccessKeyId",
                "SignatureMethod",
                "SignatureVersion",
                "SignatureNonce",
                "Timestamp",
                "SecurityToken",
                "Signature"
            ]
        );
        let (_, signature) = pairs.last().unwrap();
        assert_eq!(verify("testsecret", &http::Method::GET, &pairs, signature), Ok(()));
        assert!(verify("testsecret", &http::Method::POST, &pairs, signature).is_err());
    }
}
