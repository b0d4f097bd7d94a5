//! What a function must know to judge an event. Not here: where it is read from.

use goldcast_domain::{AccountId, RegionId};

/// How the names of goldcast's own roles start, unless configured.
const ROLE_PREFIX_DEFAULT: &str = "goldcast-";

/// What a function must know to judge an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The account that owns the golden images.
    pub owner: AccountId,
    /// Where golden images are built.
    pub home_region: RegionId,
    /// Calls made by roles of the owner whose names start so are our own and wake nothing. An empty prefix would
    /// drop every call made by any role, so it drops none.
    pub role_prefix: String,
}

impl Settings {
    /// Settings with the default role prefix, `goldcast-`.
    pub fn new(owner: AccountId, home_region: RegionId) -> Self {
        Self {
            owner,
            home_region,
            role_prefix: ROLE_PREFIX_DEFAULT.to_owned(),
        }
    }
}
