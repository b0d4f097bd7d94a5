//! What a request is signed with. Not here: where it comes from and how it is kept.

use std::fmt;

/// An access key borrowed for the moment of signing. Its `Debug` shows no secret.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// The access key id, as sent in the clear.
    pub id: &'a str,
    /// The access key secret, never sent.
    pub secret: &'a str,
    /// The security token that goes with temporary keys.
    pub token: Option<&'a str>,
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("temporary", &self.token.is_some())
            .finish_non_exhaustive()
    }
}
