//! Who a caller is, in the words of RAM. Not here: how that was proved.

use std::sync::Arc;

use goldcast_domain::AccountId;

use crate::cloud::calls::CallerName;
use crate::cloud::policies::PolicyDocument;

/// The kind of identity behind a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The account itself, which no policy limits.
    Account,
    /// A RAM user and its id.
    User { name: String, id: String },
    /// A role somebody assumed.
    Role { name: String, id: String, session: String },
}

/// An identity that proved itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) account: AccountId,
    pub(crate) identity: Identity,
    pub(crate) key_id: String,
    /// What limits a session further than its role does.
    pub(crate) session_policy: Option<Arc<PolicyDocument>>,
}

impl Caller {
    /// The identity's ARN as `GetCallerIdentity` gives it.
    pub(crate) fn arn(&self) -> String {
        let account = &self.account;
        match &self.identity {
            Identity::Account => format!("acs:ram::{account}:root"),
            Identity::User { name, .. } => format!("acs:ram::{account}:user/{name}"),
            Identity::Role { name, session, .. } => format!("acs:ram::{account}:assumed-role/{name}/{session}"),
        }
    }

    /// The identity as trust documents name it: a role stands for all its sessions.
    pub(crate) fn principal(&self) -> String {
        let account = &self.account;
        match &self.identity {
            Identity::Account => format!("acs:ram::{account}:root"),
            Identity::User { name, .. } => format!("acs:ram::{account}:user/{name}"),
            Identity::Role { name, .. } => format!("acs:ram::{account}:role/{name}"),
        }
    }

    /// What the call log keeps.
    pub(crate) fn name(&self) -> CallerName {
        let session = match &self.identity {
            Identity::Account | Identity::User { .. } => None,
            Identity::Role { session, .. } => Some(session.clone()),
        };
        CallerName {
            account: self.account.clone(),
            arn: self.arn(),
            session,
        }
    }
}
