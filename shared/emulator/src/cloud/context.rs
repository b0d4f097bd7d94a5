//! What an operation is given besides its own product's state, and what it gives back.

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde_json::Value;

use super::accounts::Accounts;
use super::body::Body;
use super::directory::TrustedServices;
use super::gateway::Caller;
use super::ids::Ids;
use super::keys::Kms;
use super::params::Params;
use super::policies::Policies;
use super::quotas::{Place, Quota, Quotas};
use super::refusal::Refusal;
use super::roles::Roles;
use super::setup::Setup;
use super::sharing::Shelves;
use super::storage::ObjectAnswer;

/// One admitted call.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) now: Timestamp,
    pub(crate) wall: Timestamp,
    pub(crate) caller: &'a Caller,
    pub(crate) params: &'a Params,
    pub(crate) setup: &'a Setup,
    pub(crate) ids: &'a mut Ids,
    pub(crate) accounts: &'a mut Accounts,
    pub(crate) kms: &'a mut Kms,
    pub(crate) roles: &'a mut Roles,
    pub(crate) quotas: &'a mut Quotas,
    pub(crate) policies: &'a mut Policies,
    pub(crate) trusted: &'a mut TrustedServices,
    /// What Resource Sharing has for a call to ECS; nothing for other products.
    pub(crate) shelves: Shelves,
}

impl Context<'_> {
    /// The account that calls.
    pub(crate) fn account(&self) -> &AccountId {
        &self.caller.account
    }

    /// How many of something the caller may have, met in a region.
    pub(crate) fn limit_in(&self, region: &RegionId, quota: Quota) -> usize {
        let place = Place::new(quota, self.account(), region, &self.setup.switches);
        self.quotas.limit(&place, self.now, self.setup)
    }

    /// How many of something an account may have that no region has a part in.
    pub(crate) fn limit_of(&self, account: &AccountId, quota: Quota) -> usize {
        self.quotas.limit(&Place::global(quota, account), self.now, self.setup)
    }

    /// Ends a call that was only a rehearsal.
    pub(crate) fn stop_dry_run(&self) -> Result<(), Refusal> {
        if self.params.flag("DryRun")? == Some(true) {
            Err(Refusal::dry_run())
        } else {
            Ok(())
        }
    }
}

/// Whether an operation changes something: only those that do are audited on the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

/// A resource that an audit event names: its type and id.
pub(crate) type Resource = (&'static str, String);

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Done {
    /// The members of the answer, without `RequestId`.
    pub(crate) body: Body,
    /// What the call was about, the new or changed resource first.
    pub(crate) resources: Vec<Resource>,
    /// What is sent instead of the members, by object storage.
    pub(crate) object: Option<ObjectAnswer>,
}

impl Done {
    /// An answer with members.
    pub(crate) fn new(body: impl Into<Body>) -> Self {
        Self {
            body: body.into(),
            resources: Vec::new(),
            object: None,
        }
    }

    /// An answer that holds nothing but the request id.
    pub(crate) fn empty() -> Self {
        Self::new(Value::Null)
    }

    /// Sends this instead of members.
    pub(crate) fn with_object(self, answer: ObjectAnswer) -> Self {
        Self {
            object: Some(answer),
            ..self
        }
    }

    /// Adds what an audit event of this call names.
    pub(crate) fn about(mut self, resources: impl IntoIterator<Item = Resource>) -> Self {
        self.resources.extend(resources);
        self
    }
}
