//! Signing secrets that cannot be printed.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::digest::sha256_hex;

/// A channel's signing secret: DingTalk's `SEC…`, Standard Webhooks' `whsec_…`.
///
/// Prints as `…#` and eight hexadecimal digits of its SHA-256, enough to tell two secrets apart; cannot be serialised.
#[derive(Clone)]
pub struct SigningSecret(SecretString);

/// Text that cannot be a signing secret. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing, or blanks only: most likely an unset variable.
    #[error("the signing secret is empty; check the variable or secret parameter it is read from")]
    Empty,
    /// Longer than any platform hands out.
    #[error("the signing secret is longer than {MAX_SECRET_BYTES} bytes; check that it is not a whole file")]
    TooLong,
    /// Not in the form of Standard Webhooks.
    #[error("a webhook's signing secret is `whsec_` and the Base64 of 24 to 64 random bytes")]
    NotStandardWebhooks,
    /// Not fit for an `Authorization` header.
    #[error("a bearer token is printable ASCII without blanks")]
    NotABearerToken,
}

/// Longest secret accepted, in bytes. Known secrets have at most 100.
const MAX_SECRET_BYTES: usize = 512;

/// Bytes of a fingerprint: enough to compare by eye, too few to test guesses with.
const FINGERPRINT_BYTES: usize = 4;

impl SigningSecret {
    /// Takes the secret as the platform shows it, blanks around it removed.
    pub fn new(text: impl Into<String>) -> Result<Self, SecretError> {
        let text = text.into();
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(SecretError::Empty);
        }
        if trimmed.len() > MAX_SECRET_BYTES {
            return Err(SecretError::TooLong);
        }
        Ok(Self(SecretString::from(trimmed)))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Display for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…#{}", fingerprint(self.expose()))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The first eight hexadecimal digits of the SHA-256 of `text`: tells secrets apart without telling them.
pub(crate) fn fingerprint(text: &str) -> String {
    sha256_hex(text, FINGERPRINT_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_as_its_fingerprint() {
        let secret = SigningSecret::new(" SECabc\n").unwrap();
        assert_eq!(secret.expose(), "SECabc");
        assert_eq!(secret.to_string(), format!("…#{}", fingerprint("SECabc")));
        assert_eq!(format!("{secret:?}"), secret.to_string());
    }

    #[test]
    fn an_unset_variable_is_no_secret() {
        #[track_caller]
        fn check(text: &str, expected: SecretError) {
            assert_eq!(SigningSecret::new(text).unwrap_err(), expected);
        }
        check("", SecretError::Empty);
        check(" \n", SecretError::Empty);
        check(&"s".repeat(MAX_SECRET_BYTES + 1), SecretError::TooLong);
    }
}
