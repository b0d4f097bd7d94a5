//! A role that is deployed with the functions, and the names in its policy that are known only where it is deployed.
//! Not here: what the policy says about a call; that is the cloud's.

use std::collections::BTreeMap;

use goldcast_domain::AccountId;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use crate::cloud::{Attached, MalformedPolicy, PolicyDocument, Role, Trust};

/// Longest session of a role that somebody assumes by hand; Function Compute does not go by it.
const SESSION_MAX: SignedDuration = SignedDuration::from_hours(1);

/// A role of the owner's account. Its policy may name `${account}`, `${region}` (where the functions run) and the
/// deployment's own parameters.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeployedRole {
    /// Its name.
    pub name: String,
    /// Who may assume it: a trust document of RAM.
    pub trust: Value,
    /// What it may do: a policy document of RAM.
    pub policy: Value,
}

/// What the names stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) parameters: &'a BTreeMap<String, String>,
}

impl Names<'_> {
    /// The text with every name replaced.
    fn put_into(self, text: &str) -> Result<String, String> {
        let mut whole = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after
                .split_once('}')
                .filter(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
                .ok_or("a \"${\" has no \"}\" right after its name")?;
            let value = match name {
                "account" => self.account,
                "region" => self.region,
                _ => self
                    .parameters
                    .get(name)
                    .ok_or_else(|| format!("{name:?} is neither account nor region nor a parameter"))?,
            };
            whole.extend([before, value]);
            rest = after;
        }
        whole.push_str(rest);
        Ok(whole)
    }
}

impl DeployedRole {
    /// The role as an account keeps it.
    pub(super) fn role(&self, account: &AccountId, names: Names<'_>) -> Result<Role, String> {
        let (trust, document) = self.documents(names)?;
        Ok(Role {
            account: account.clone(),
            name: self.name.clone(),
            trust: Trust::Document(trust),
            max_session: SESSION_MAX,
            policies: vec![Attached::Custom {
                name: self.name.clone(),
                document,
            }],
        })
    }

    /// What it trusts, and what it may do.
    pub(super) fn documents(&self, names: Names<'_>) -> Result<(String, PolicyDocument), String> {
        let trust = names.put_into(&self.trust.to_string())?;
        let policy = names.put_into(&self.policy.to_string())?;
        let policy = policy.parse().map_err(|error: MalformedPolicy| error.to_string())?;
        Ok((trust, policy))
    }
}
