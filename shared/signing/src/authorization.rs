//! The value of a V3 `Authorization` header.

use std::fmt;
use std::str::FromStr;

/// The only algorithm that is made and accepted here.
pub(crate) const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Longest part of a broken header that an error repeats, in characters.
const SHOWN_CHARS_MAX: usize = 80;

/// A V3 `Authorization` header, taken apart:
/// `ACS3-HMAC-SHA256 Credential=<id>,SignedHeaders=<a;b;c>,Signature=<hex>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The access key id that the caller claims.
    pub key_id: String,
    /// The names of the signed headers as sent, normally lower-case and sorted.
    pub signed_headers: Vec<String>,
    /// The signature in hexadecimal.
    pub signature: String,
}

/// An `Authorization` header that cannot be a V3 signature of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationError {
    /// The header names another algorithm, or none.
    #[error("the signature method {0:?} is not {ALGORITHM}")]
    Algorithm(String),
    /// A part is missing or empty.
    #[error("the authorization has no {0}")]
    Missing(&'static str),
    /// A part is there twice, or is none of the three.
    #[error("the authorization has an unexpected part {0:?}")]
    Unexpected(String),
}

impl FromStr for Authorization {
    type Err = AuthorizationError;

    /// Blanks after the commas are accepted; the order of the parts is free.
    fn from_str(header: &str) -> Result<Self, AuthorizationError> {
        let header = header.trim();
        let (algorithm, parts) = header.split_once(' ').unwrap_or((header, ""));
        if algorithm != ALGORITHM {
            return Err(AuthorizationError::Algorithm(shown(algorithm)));
        }
        let (mut key_id, mut signed_headers, mut signature) = (None, None, None);
        for part in parts.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let slot = match name {
                "Credential" => &mut key_id,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(AuthorizationError::Unexpected(shown(name))),
            };
            if slot.replace(value).is_some() {
                return Err(AuthorizationError::Unexpected(shown(name)));
            }
        }
        let present = |value: Option<&str>, name| {
            value
                .filter(|value| !value.is_empty())
                .map(ToOwned::to_owned)
                .ok_or(AuthorizationError::Missing(name))
        };
        Ok(Self {
            key_id: present(key_id, "Credential")?,
            signed_headers: present(signed_headers, "SignedHeaders")?
                .split(';')
                .map(ToOwned::to_owned)
                .collect(),
            signature: present(signature, "Signature")?,
        })
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signed_headers = self.signed_headers.join(";");
        write!(
            f,
            "{ALGORITHM} Credential={},SignedHeaders={signed_headers},Signature={}",
            self.key_id, self.signature
        )
    }
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Result<(&str, &[&str], &str), AuthorizationError>) {
        let parsed = header.parse::<Authorization>();
        let expected = expected.map(|(key_id, signed_headers, signature)| Authorization {
            key_id: key_id.to_owned(),
            signed_headers: signed_headers.iter().map(ToString::to_string).collect(),
            signature: signature.to_owned(),
        });
        assert_eq!(parsed, expected);
    }

    #[test]
    fn blanks_after_commas_are_optional() {
        let expected: (&str, &[&str], &str) = ("testid", &["host", "x-acs-date"], "ab");
        check(
            "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-date,Signature=ab",
            Ok(expected),
        );
        check(
            "ACS3-HMAC-SHA256 Credential=testid, SignedHeaders=host;x-acs-date,  Signature=ab ",
            Ok(expected),
        );
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        check("", Err(AuthorizationError::Algorithm(String::new())));
        check(
            "ACS3-HMAC-SM3 Credential=a",
            Err(AuthorizationError::Algorithm("ACS3-HMAC-SM3".to_owned())),
        );
        check("ACS3-HMAC-SHA256", Err(AuthorizationError::Missing("Credential")));
        check(
            "ACS3-HMAC-SHA256 Credential=,SignedHeaders=a,Signature=b",
            Err(AuthorizationError::Missing("Credential")),
        );
        check(
            "ACS3-HMAC-SHA256 Credential=a,Signature=b",
            Err(AuthorizationError::Missing("SignedHeaders")),
        );
        check(
            "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b",
            Err(AuthorizationError::Missing("Signature")),
        );
        check(
            "ACS3-HMAC-SHA256 Extra=a",
            Err(AuthorizationError::Unexpected("Extra".to_owned())),
        );
        check(
            "ACS3-HMAC-SHA256 Credential=a,Credential=b",
            Err(AuthorizationError::Unexpected("Credential".to_owned())),
        );
    }

    #[test]
    fn what_is_shown_parses_back() {
        let text = "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-date,Signature=ab";
        assert_eq!(text.parse::<Authorization>().unwrap().to_string(), text);
    }
}
