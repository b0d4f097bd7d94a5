//! Which member account an audit record is about. Not here: which operations matter to whom.
//!
//! Operations: <https://www.alibabacloud.com/help/en/actiontrail/product-overview/audit-events-of-resource-management>.
//! `serviceName` varies, so only the operation counts.

use goldcast_domain::AccountId;
use serde_json::Value;

use super::audit::Audit;
use super::fields::{ACCOUNT, text};
use super::malformed::Malformed;

/// How `referencedResources` spells the type.
const ACCOUNT_TYPES: &[&str] = &["ACS::ResourceManager::Account", "Account"];

impl Audit {
    /// The account that joined, moved or left; `None` if the record does not say.
    pub fn member(&self) -> Result<Option<AccountId>, Malformed> {
        let mut unreadable = None;
        for path in places(self.operation()) {
            match self.fields().account(path) {
                Ok(Some(account)) => return Ok(Some(account)),
                Ok(None) => {}
                Err(malformed) => unreadable = unreadable.or(Some(malformed)),
            }
        }
        if let Some(id) = self.referenced(ACCOUNT_TYPES).and_then(|ids| ids.get(0)) {
            match parse(id) {
                Some(account) => return Ok(Some(account)),
                None => unreadable = unreadable.or(Some(self.fields().malformed("referencedResources", ACCOUNT))),
            }
        }
        unreadable.map_or(Ok(None), |malformed| Err(self.placed(malformed)))
    }
}

/// Where the records of an operation name the account, the surest place first.
fn places(operation: &str) -> &'static [&'static str] {
    match operation {
        "CreateResourceAccount" | "CreateCloudAccount" => &["responseElements.Account.AccountId"],
        "EnrollAccount" => &[
            "responseElements.AccountUid",
            "responseElements.AccountId",
            "requestParameters.AccountUid",
            "requestParameters.AccountId",
        ],
        // The joining account makes this call itself. An invitation by mail has an address as its target.
        "AcceptHandshake" => &[
            "responseElements.Handshake.TargetEntity",
            "recipientAccountId",
            "userIdentity.accountId",
        ],
        _ => &["requestParameters.AccountId"],
    }
}

fn parse(id: &Value) -> Option<AccountId> {
    text(id)?.parse().ok()
}
