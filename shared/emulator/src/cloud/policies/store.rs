//! The policies there are, with their versions, and who has which. Not here: the operations that change them.

use std::collections::BTreeMap;

use goldcast_domain::AccountId;
use jiff::Timestamp;

use super::document::PolicyDocument;
use super::system;
use crate::cloud::organisation::Organisation;

/// A policy that a role or a user has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attached {
    /// One of Alibaba Cloud's own, such as `AdministratorAccess`. One that is not simulated permits nothing.
    System(String),
    /// One of the account's own, which this makes, or gives a new version.
    Custom {
        /// Its name within the account.
        name: String,
        /// What it says.
        document: PolicyDocument,
    },
}

/// Somebody who can have policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HolderKind {
    Role,
    User,
}

/// A role or a user, by name within an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) kind: HolderKind,
    pub(crate) name: &'a str,
}

/// Whose a policy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PolicyType {
    Custom,
    System,
}

impl PolicyType {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Custom => "Custom",
            Self::System => "System",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Custom, Self::System]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// One version of a policy.
#[derive(Debug, Clone)]
pub(super) struct Version {
    /// `v1`, `v2` …
    pub(super) number: u32,
    pub(super) document: PolicyDocument,
    pub(super) created: Timestamp,
}

/// A policy.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) name: String,
    pub(super) kind: PolicyType,
    pub(super) description: String,
    /// Never empty; in order of number.
    pub(super) versions: Vec<Version>,
    /// Number of the version that counts.
    pub(super) default: u32,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
}

impl Policy {
    pub(super) fn new(kind: PolicyType, name: &str, document: PolicyDocument, at: Timestamp) -> Self {
        let version = Version {
            number: 1,
            document,
            created: at,
        };
        Self {
            name: name.to_owned(),
            kind,
            description: String::new(),
            default: version.number,
            versions: vec![version],
            created: at,
            updated: at,
        }
    }

    pub(super) fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version that counts.
    pub(super) fn in_force(&self) -> Option<&Version> {
        self.version(self.default)
    }

    /// Adds a version and gives its number.
    pub(super) fn add_version(&mut self, document: PolicyDocument, at: Timestamp) -> u32 {
        let number = self.versions.last().map_or(1, |last| last.number + 1);
        self.versions.push(Version {
            number,
            document,
            created: at,
        });
        self.updated = at;
        number
    }
}

/// A policy that somebody has, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attachment {
    pub(super) kind: PolicyType,
    pub(super) policy: String,
    pub(super) at: Timestamp,
}

/// Who has what in one account.
type Holders = BTreeMap<HolderKind, BTreeMap<String, Vec<Attachment>>>;

/// All policies of all accounts.
#[derive(Debug)]
pub(crate) struct Policies {
    system: BTreeMap<&'static str, Policy>,
    custom: BTreeMap<AccountId, BTreeMap<String, Policy>>,
    holders: BTreeMap<AccountId, Holders>,
}

impl Policies {
    pub(crate) fn new(organisation: &Organisation) -> Self {
        let at = organisation.founded;
        let system = system::POLICIES.iter().filter_map(|(name, description, document)| {
            let policy = Policy {
                description: (*description).to_owned(),
                ..Policy::new(PolicyType::System, name, document.parse().ok()?, at)
            };
            Some((*name, policy))
        });
        let mut policies = Self {
            system: system.collect(),
            custom: BTreeMap::new(),
            holders: BTreeMap::new(),
        };
        for role in &organisation.roles {
            let holder = Holder {
                account: &role.account,
                kind: HolderKind::Role,
                name: &role.name,
            };
            policies.give(holder, &role.policies, at);
        }
        policies
    }

    /// Gives somebody exactly these policies. Custom ones are made, or get a new version.
    pub(crate) fn give(&mut self, holder: Holder<'_>, policies: &[Attached], at: Timestamp) {
        let attachments = policies.iter().map(|attached| {
            let (kind, policy) = match attached {
                Attached::System(name) => (PolicyType::System, name),
                Attached::Custom { name, document } => {
                    self.put(holder.account, name, document, at);
                    (PolicyType::Custom, name)
                }
            };
            let policy = policy.clone();
            Attachment { kind, policy, at }
        });
        let attachments = attachments.collect();
        *self.attachments_mut(holder) = attachments;
    }

    /// Makes a custom policy, or gives the one of that name a new version that counts from now on.
    fn put(&mut self, account: &AccountId, name: &str, document: &PolicyDocument, at: Timestamp) {
        match self.custom_mut(account).get_mut(name) {
            Some(policy) if policy.in_force().is_some_and(|version| version.document == *document) => {}
            Some(policy) => policy.default = policy.add_version(document.clone(), at),
            None => {
                let policy = Policy::new(PolicyType::Custom, name, document.clone(), at);
                self.custom_mut(account).insert(name.to_owned(), policy);
            }
        }
    }

    /// Whether nothing has to be asked of this holder's policies.
    pub(crate) fn is_unlimited(&self, holder: Holder<'_>) -> bool {
        let documents = self.documents(holder);
        let mut unlimited = false;
        for document in documents {
            if !document.is_unlimited() {
                return false;
            }
            unlimited = true;
        }
        unlimited
    }

    /// The documents in force for somebody. A user that nobody gave or took any policy is an administrator, as the
    /// people of the simulated organisation are.
    pub(crate) fn documents<'a>(&'a self, holder: Holder<'_>) -> impl Iterator<Item = &'a PolicyDocument> + use<'a> {
        let attached = self.attachments(holder);
        let by_default = (attached.is_none() && holder.kind == HolderKind::User)
            .then(|| self.system.get(system::ADMINISTRATOR))
            .flatten();
        let own = self.custom.get(holder.account);
        let attached = attached.unwrap_or_default().iter().filter_map(move |attachment| {
            let name = attachment.policy.as_str();
            match attachment.kind {
                PolicyType::Custom => own?.get(name),
                PolicyType::System => self.system.get(name),
            }
        });
        let policies = attached.chain(by_default);
        policies.filter_map(|policy| Some(&policy.in_force()?.document))
    }

    /// What somebody has; `None` if nobody ever gave them anything.
    pub(super) fn attachments(&self, holder: Holder<'_>) -> Option<&[Attachment]> {
        let held = self.holders.get(holder.account)?.get(&holder.kind)?.get(holder.name)?;
        Some(held)
    }

    pub(super) fn attachments_mut(&mut self, holder: Holder<'_>) -> &mut Vec<Attachment> {
        let of_account = self.holders.entry(holder.account.clone()).or_default();
        let of_kind = of_account.entry(holder.kind).or_default();
        of_kind.entry(holder.name.to_owned()).or_default()
    }

    /// Whether a role or user has policies, so that it cannot be deleted.
    pub(crate) fn has_any(&self, holder: Holder<'_>) -> bool {
        self.attachments(holder).is_some_and(|held| !held.is_empty())
    }

    /// How many hold a policy.
    pub(super) fn holders_of(&self, account: &AccountId, kind: PolicyType, name: &str) -> usize {
        let kinds = self.holders.get(account).into_iter().flat_map(BTreeMap::values);
        let held = kinds.flat_map(BTreeMap::values).flatten();
        held.filter(|attachment| attachment.kind == kind && attachment.policy == name)
            .count()
    }

    /// A policy that an account can use.
    pub(super) fn policy(&self, account: &AccountId, kind: PolicyType, name: &str) -> Option<&Policy> {
        match kind {
            PolicyType::Custom => self.custom.get(account)?.get(name),
            PolicyType::System => self.system.get(name),
        }
    }

    /// An account's own policies.
    pub(super) fn custom_mut(&mut self, account: &AccountId) -> &mut BTreeMap<String, Policy> {
        self.custom.entry(account.clone()).or_default()
    }

    /// All policies that an account can use: its own, then the cloud's, each in order of name.
    pub(super) fn all<'a>(&'a self, account: &AccountId) -> impl Iterator<Item = &'a Policy> + use<'a> {
        let custom = self.custom.get(account).into_iter().flat_map(BTreeMap::values);
        custom.chain(self.system.values())
    }

    /// Forgets a role that is gone.
    pub(crate) fn forget_holder(&mut self, holder: Holder<'_>) {
        if let Some(held) = self
            .holders
            .get_mut(holder.account)
            .and_then(|of_account| of_account.get_mut(&holder.kind))
        {
            held.remove(holder.name);
        }
    }

    /// Forgets the policies of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.custom.remove(account);
        self.holders.remove(account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_policy_can_be_read() {
        for (name, _, document) in system::POLICIES {
            assert!(document.parse::<PolicyDocument>().is_ok(), "{name}");
        }
    }
}
