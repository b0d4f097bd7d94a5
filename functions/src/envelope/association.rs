//! A resource share changed for the account that receives it. It arrives only where that account forwards its events.

use std::fmt;

use goldcast_domain::AccountId;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::malformed::Malformed;

/// A resource share changed for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    /// The account that receives the share.
    pub target: AccountId,
    /// The account that shares; absent where the event does not say.
    pub owner: Option<AccountId>,
    /// What happened.
    pub change: AssociationChange,
}

/// What happened to a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssociationChange {
    /// The account has the share now.
    Made,
    /// The account has it no more.
    Ended,
    /// Neither yet, or it failed.
    Unsettled,
}

impl Association {
    pub(super) fn read(map: &Map<String, Value>) -> Result<Self, Malformed> {
        let fields = Fields {
            what: "a resource share event",
            map,
        };
        let change = match fields.required_text("associationStatus")?.as_str() {
            "Associated" => AssociationChange::Made,
            "Disassociated" => AssociationChange::Ended,
            _ => AssociationChange::Unsettled,
        };
        let owner = fields.account("resourceOwnerAccountId")?;
        Ok(Self {
            target: fields.required_account("targetAccountId")?,
            owner,
            change,
        })
    }

    /// Whether it can be this owner's share.
    pub fn is_of(&self, owner: &AccountId) -> bool {
        self.owner.as_ref().is_none_or(|said| said == owner)
    }
}

impl fmt::Display for AssociationChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Made => "made",
            Self::Ended => "ended",
            Self::Unsettled => "unsettled",
        })
    }
}
