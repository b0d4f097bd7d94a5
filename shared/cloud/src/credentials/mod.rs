//! Access keys and where they come from. Secrets are exposed to the signer, here, and to checks for emptiness.

mod discovery;
mod profile;
mod role;

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use crate::deadline::Deadline;
use crate::error::CallError;
use crate::exchange::Exchange;
use crate::transport::Transport;

pub use discovery::CredentialError;
pub use role::Role;

use role::Assumed;

/// Characters of a key id that are shown: enough to tell keys apart, too few to use them in an attack on the account.
const ID_CHARS_SHOWN: usize = 8;

/// An access key, permanent or temporary. Its `Debug` shows the beginning of the id and nothing else.
#[derive(Clone)]
pub struct Credentials {
    id: String,
    secret: SecretString,
    token: Option<SecretString>,
}

impl Credentials {
    /// An access key; temporary ones have a security token.
    pub fn new(id: impl Into<String>, secret: SecretString, token: Option<SecretString>) -> Self {
        Self {
            id: id.into(),
            secret,
            token,
        }
    }

    /// The access key id.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn key(&self) -> goldcast_signing::Key<'_> {
        let token = self.token.as_ref().map(SecretString::expose_secret);
        goldcast_signing::Key {
            id: &self.id,
            secret: self.secret.expose_secret(),
            token,
        }
    }

    /// A text of the cloud without these secrets, should it repeat them.
    pub(crate) fn withheld_from(&self, text: &str) -> String {
        let key = self.key();
        let secrets = [Some(key.secret), key.token]
            .into_iter()
            .flatten()
            .filter(|secret| !secret.is_empty());
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "[withheld]"))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.id.chars().take(ID_CHARS_SHOWN).collect();
        f.debug_struct("Credentials")
            .field("id", &format_args!("{shown}…"))
            .field("temporary", &self.token.is_some())
            .finish_non_exhaustive()
    }
}

/// Where a client gets its keys: fixed ones, and any number of roles assumed one after the other on top of them.
///
/// Copies share the keys of their roles.
#[derive(Debug, Clone)]
pub struct CredentialSource {
    base: Arc<Credentials>,
    roles: Vec<Arc<Assumed>>,
}

impl From<Credentials> for CredentialSource {
    fn from(credentials: Credentials) -> Self {
        Self {
            base: Arc::new(credentials),
            roles: Vec::new(),
        }
    }
}

impl CredentialSource {
    /// This source with a role on top. The role's keys are fetched when first needed, by one caller for all, and
    /// renewed before they expire.
    #[must_use]
    pub fn assuming(&self, role: Role) -> Self {
        let mut roles = self.roles.clone();
        roles.push(Arc::new(Assumed::new(role)));
        Self {
            base: Arc::clone(&self.base),
            roles,
        }
    }

    /// The same roles, with the keys they hold, on top of other keys: those that the next invocation was handed.
    #[must_use]
    pub fn rebased(&self, base: Credentials) -> Self {
        Self {
            base: Arc::new(base),
            roles: self.roles.clone(),
        }
    }

    /// Keys that are valid now.
    pub(crate) async fn current<T: Transport>(
        &self,
        exchange: &Exchange<T>,
        deadline: Deadline,
    ) -> Result<Arc<Credentials>, CallError> {
        let mut credentials = Arc::clone(&self.base);
        for role in &self.roles {
            credentials = role.credentials(&credentials, exchange, deadline).await?;
        }
        Ok(credentials)
    }

    /// Drops keys that the cloud calls expired. Says whether there are others to be had.
    pub(crate) async fn forget(&self, expired: &Credentials) -> bool {
        match self.roles.last() {
            Some(role) => {
                role.forget(expired).await;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_beginning_of_the_id_only() {
        let credentials = Credentials::new("LTAI5tExampleKeyId", "the-secret".into(), Some("the-token".into()));
        let shown = format!("{credentials:?} {:?}", CredentialSource::from(credentials.clone()));
        assert!(shown.contains("LTAI5tEx…"), "{shown}");
        for secret in ["the-secret", "the-token", "ampleKeyId"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
