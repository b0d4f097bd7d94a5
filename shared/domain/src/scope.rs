//! Where to look. A function turns its event into a scope and decides nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AccountId, ImageRef};

/// Where to look: the only thing an event is trusted to say.
///
/// It travels as JSON from one function to the sweep it wakes:
///
/// ```
/// use goldcast_domain::Scope;
/// let scope: Scope = serde_json::from_str(r#"{"account":"2000000000000001"}"#)?;
/// assert_eq!(scope.to_string(), "account 2000000000000001");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everything wanted against everything there is.
    Everything,
    /// The same, in every region that the account can see: what a policy no longer names is only found so.
    Everywhere,
    /// The release that this image belongs to, be it source or copy.
    Image(ImageRef),
    /// Releases with work in flight, new ones included.
    InFlight,
    /// What this account should have, by every policy.
    Account(AccountId),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Everywhere => f.write_str("everything, in every region"),
            Self::Image(image) => write!(f, "image {image}"),
            Self::InFlight => f.write_str("releases in flight"),
            Self::Account(account) => write!(f, "account {account}"),
        }
    }
}
