//! The temporary credentials of the function's role, as the platform hands them over.
//!
//! Nothing here calls the cloud or knows when credentials expire: a handler that is told so answers with a
//! [`Diagnostic`](crate::Diagnostic) that [must restart](crate::Diagnostic::must_restart).

use std::fmt;

use http::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};

use crate::Environment;

const ID_HEADER: &str = "x-fc-access-key-id";
const SECRET_HEADER: &str = "x-fc-access-key-secret";
const TOKEN_HEADER: &str = "x-fc-security-token";
/// The headers that hold credentials; no handler sees them in a request.
pub(crate) const HEADERS: [&str; 3] = [ID_HEADER, SECRET_HEADER, TOKEN_HEADER];

const ID_VARIABLE: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const SECRET_VARIABLE: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN_VARIABLE: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

/// Where credentials came from. They are never put together from both places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialsSource {
    /// The three headers of the request: fresh for every invocation.
    Request,
    /// The environment: fixed when the instance started.
    Environment,
}

/// An access key, and the token that makes it temporary. Its `Debug` shows none of the three.
///
/// Valid for 36 hours from when the platform made them, see
/// <https://help.aliyun.com/zh/functioncompute/fc/grant-function-compute-permissions-to-access-other-alibaba-cloud-services>.
#[derive(Clone)]
#[non_exhaustive]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: SecretString,
    /// The access key's secret.
    pub access_key_secret: SecretString,
    /// The security token. Always there in credentials from a request; a long-lived key in the environment has none.
    pub security_token: Option<SecretString>,
    /// Where they came from.
    pub source: CredentialsSource,
}

impl Credentials {
    /// From `ALIBABA_CLOUD_ACCESS_KEY_ID`, `_SECRET` and, where there is one, `ALIBABA_CLOUD_SECURITY_TOKEN`.
    ///
    /// `None` unless both halves of the key are set. An empty variable is not set.
    pub fn from_environment(environment: &Environment) -> Option<Self> {
        let secret = |name| environment.get(name).map(SecretString::from);
        Some(Self {
            access_key_id: secret(ID_VARIABLE)?,
            access_key_secret: secret(SECRET_VARIABLE)?,
            security_token: secret(TOKEN_VARIABLE),
            source: CredentialsSource::Environment,
        })
    }

    /// From the headers, only if all three are there: since Debian 11 the platform sends no token, and a temporary key
    /// without its token is refused everywhere.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let secret = |name| {
            let value = headers.get(name)?.to_str().ok()?;
            (!value.is_empty()).then(|| SecretString::from(value))
        };
        Some(Self {
            access_key_id: secret(ID_HEADER)?,
            access_key_secret: secret(SECRET_HEADER)?,
            security_token: Some(secret(TOKEN_HEADER)?),
            source: CredentialsSource::Request,
        })
    }

    /// `text` without the secret and the token, should somebody have formatted them into it.
    pub(crate) fn redact(&self, text: &str) -> String {
        let secrets = std::iter::once(&self.access_key_secret).chain(&self.security_token);
        secrets.fold(text.to_owned(), |text, secret| {
            text.replace(secret.expose_secret(), "[redacted]")
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().copied().collect()
    }

    #[test]
    fn half_a_key_in_the_environment_is_no_credentials() {
        assert!(Credentials::from_environment(&environment(&[(ID_VARIABLE, "id")])).is_none());
        assert!(Credentials::from_environment(&environment(&[(ID_VARIABLE, "id"), (SECRET_VARIABLE, "")])).is_none());
        let long_lived = environment(&[(ID_VARIABLE, "id"), (SECRET_VARIABLE, "secret")]);
        let long_lived = Credentials::from_environment(&long_lived).unwrap();
        assert!(long_lived.security_token.is_none());
    }

    #[test]
    fn neither_debug_nor_a_redacted_text_shows_a_secret() {
        let all = environment(&[
            (ID_VARIABLE, "STS.id"),
            (SECRET_VARIABLE, "top-secret"),
            (TOKEN_VARIABLE, "token-text"),
        ]);
        let credentials = Credentials::from_environment(&all).unwrap();
        assert_eq!(format!("{credentials:?}"), "Credentials { source: Environment, .. }");
        assert_eq!(
            credentials.redact("signed with top-secret and token-text"),
            "signed with [redacted] and [redacted]"
        );
    }
}
