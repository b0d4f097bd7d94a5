//! Cloud Config saw a member account change. Whether it covers accounts at all is open; if it does, it takes minutes.

use std::fmt;

use goldcast_domain::AccountId;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::malformed::Malformed;

const RESOURCE_TYPE: &str = "ACS::ResourceManager::Account";

/// Cloud Config saw a member account change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountItem {
    /// The member, not the account that Cloud Config runs in.
    pub account: AccountId,
    /// What happened to it.
    pub change: AccountChange,
}

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChange {
    /// It was seen for the first time.
    Discovered,
    /// Something about it changed; it may have moved.
    Modified,
    /// It is gone.
    Removed,
}

impl AccountItem {
    /// Whether the configuration item is an account.
    pub(super) fn is_one(map: &Map<String, Value>) -> bool {
        map.get("resourceType").and_then(Value::as_str) == Some(RESOURCE_TYPE)
    }

    pub(super) fn read(map: &Map<String, Value>) -> Result<Self, Malformed> {
        let fields = Fields {
            what: "a configuration change",
            map,
        };
        let change = match fields.required_text("resourceEventType")?.as_str() {
            "DISCOVERED" => AccountChange::Discovered,
            "MODIFY" => AccountChange::Modified,
            "REMOVE" => AccountChange::Removed,
            _ => return Err(fields.malformed("resourceEventType", "DISCOVERED, MODIFY or REMOVE")),
        };
        Ok(Self {
            account: fields.required_account("resourceId")?,
            change,
        })
    }
}

impl fmt::Display for AccountChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discovered => "discovered",
            Self::Modified => "modified",
            Self::Removed => "removed",
        })
    }
}
