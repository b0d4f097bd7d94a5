//! A role that is deployed with the functions. Not here: what its policies say about a call; that is the cloud's.

use std::collections::BTreeMap;

use goldcast_domain::AccountId;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use crate::cloud::{Attached, MalformedPolicy, PolicyDocument, Role, Trust};

/// Longest session of a role that somebody assumes by hand; Function Compute does not go by it.
const SESSION_MAX: SignedDuration = SignedDuration::from_hours(1);

/// A role of the owner's account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeployedRole {
    /// Its name.
    pub name: String,
    /// Who may assume it: a trust document of RAM.
    pub trust: Value,
    /// What it may do: policy documents of RAM, by their names within the account.
    pub policies: BTreeMap<String, Value>,
}

impl DeployedRole {
    /// The role as an account keeps it.
    pub(super) fn role(&self, account: &AccountId) -> Result<Role, String> {
        let documents = self.documents()?.into_iter();
        Ok(Role {
            account: account.clone(),
            name: self.name.clone(),
            trust: Trust::Document(self.trust.to_string()),
            max_session: SESSION_MAX,
            policies: documents
                .map(|(name, document)| Attached::Custom { name, document })
                .collect(),
        })
    }

    /// What it may do.
    pub(super) fn documents(&self) -> Result<Vec<(String, PolicyDocument)>, String> {
        let documents = self.policies.iter().map(|(name, policy)| {
            let document = policy.to_string().parse();
            let document = document.map_err(|error: MalformedPolicy| format!("policy {name:?}: {error}"))?;
            Ok((name.clone(), document))
        });
        documents.collect()
    }
}
