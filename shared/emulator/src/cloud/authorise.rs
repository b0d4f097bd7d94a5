//! Whether a caller may do what it asks: policies of the user or role, and of the session on top. Not here: what policies
//! say (`policies`), and which permissions an operation needs, which each product tells in its `needs`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use goldcast_domain::{AccountId, RegionId};
use serde_json::{Value, json};

use super::directory::{self, Directory};
use super::ecs::{self, Ecs};
use super::gateway::{Caller, Identity, Incoming, Product};
use super::keys::{self, Kms};
use super::params::Params;
use super::policies::{Decision, Holder, HolderKind, PolicyQuestion, Reading, decide};
use super::refusal::Refusal;
use super::switches::Switches;
use super::{Cloud, Endpoint, eventbridge, functions, parameters, quotas, roles, sharing, stacks, storage, sts};

/// Stands for every resource, and for a region where there is none.
pub(crate) const ANY: &str = "*";

/// What a call needs to be allowed: one action, on each of these resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needs {
    /// The operation as policies name it, without the service.
    action: String,
    resources: Vec<String>,
    /// What conditions can ask about.
    keys: BTreeMap<String, Vec<String>>,
    /// An action of another service that is asked for as well, with its service, and its resource.
    also: Option<(&'static str, String)>,
}

/// A call, and the state that tells what it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The operation.
    pub(crate) action: &'a str,
    /// The service as names of resources have it.
    pub(crate) service: &'a str,
    /// The account that calls, whose resources these are.
    pub(crate) account: &'a AccountId,
    /// `None` at the central endpoint.
    pub(crate) region: Option<&'a RegionId>,
    pub(crate) params: &'a Params,
    pub(crate) switches: &'a Switches,
    pub(crate) ecs: &'a Ecs,
    pub(crate) directory: &'a Directory,
    pub(crate) kms: &'a Kms,
}

/// What a product's operations need.
type NeedsOf = fn(&Scene<'_>) -> Needs;

/// API version, service as policies name it, and what its operations need.
const SERVICES: [(&str, &str, NeedsOf); 13] = [
    ("2014-05-26", "ecs", ecs::needs),
    ("2015-04-01", "sts", sts::needs),
    ("2015-05-01", "ram", roles::needs),
    ("2016-01-20", "kms", keys::needs),
    (storage::VERSION, "oss", storage::needs),
    ("2019-06-01", "oos", parameters::needs),
    ("2019-09-10", "ros", stacks::needs),
    ("2020-01-10", "resourcesharing", sharing::needs),
    ("2020-03-31", "resourcemanager", directory::needs),
    ("2020-04-01", "eventbridge", eventbridge::needs),
    ("2020-05-10", "quotas", quotas::needs),
    ("2022-04-19", "resourcemanager", directory::needs),
    (functions::VERSION, "fc", functions::needs),
];

impl Needs {
    /// The operation on these resources.
    pub(crate) fn on(scene: &Scene<'_>, resources: Vec<String>) -> Self {
        Self::to(scene.action, resources)
    }

    /// Another action than the operation's name.
    pub(crate) fn to(action: &str, resources: Vec<String>) -> Self {
        Self {
            action: action.to_owned(),
            resources,
            keys: BTreeMap::new(),
            also: None,
        }
    }

    /// Adds an action of another service, such as `kms:GetSecretValue`.
    pub(crate) fn and(self, action: &'static str, resource: String) -> Self {
        Self {
            also: Some((action, resource)),
            ..self
        }
    }

    /// A call that everybody may make.
    pub(crate) fn nothing(scene: &Scene<'_>) -> Self {
        Self::on(scene, Vec::new())
    }

    /// The operation, where no resource can be named.
    pub(crate) fn anywhere(scene: &Scene<'_>) -> Self {
        Self::on(scene, vec![ANY.to_owned()])
    }

    /// Adds what conditions can ask about; a key without values is absent.
    pub(crate) fn with_key(mut self, key: &str, values: Vec<String>) -> Self {
        if !values.is_empty() {
            self.keys.insert(key.to_owned(), values);
        }
        self
    }
}

impl Scene<'_> {
    /// `acs:<service>:<region>:<account>:<relative id>` in the region of the call; `*` for the region of what is global.
    pub(crate) fn arn(&self, relative: &str) -> String {
        self.arn_in(self.region.map_or(ANY, RegionId::as_str), relative)
    }

    /// The same in another region.
    pub(crate) fn arn_in(&self, region: &str, relative: &str) -> String {
        format!("acs:{}:{region}:{}:{relative}", self.service, self.account)
    }

    /// The value of a parameter that names a resource. Without one every resource is meant.
    pub(crate) fn named(&self, parameter: &str) -> &str {
        self.params.get(parameter).unwrap_or(ANY)
    }
}

/// Whose policies did not allow a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeniedBy {
    /// Those of the user or role.
    Identity,
    /// The one that was given to AssumeRole.
    Session,
    /// The trust document of the role to be assumed.
    Trust,
}

impl DeniedBy {
    /// The type as refusals name it.
    fn name(self) -> &'static str {
        match self {
            Self::Identity => "AccountLevelIdentityBasedPolicy",
            Self::Session => "SessionPolicy",
            Self::Trust => "AssumeRolePolicy",
        }
    }
}

impl Cloud {
    /// Refuses a call that the caller's policies do not allow.
    pub(super) fn authorise(&self, endpoint: &Endpoint, caller: &Caller, incoming: &Incoming) -> Result<(), Refusal> {
        let holder = caller.holder();
        if caller.session_policy.is_none() && self.policies.is_unlimited(holder) {
            return Ok(());
        }
        let known = SERVICES.iter().find(|(version, _, _)| *version == incoming.version);
        let product = Product::name_of(&incoming.version).to_lowercase();
        let (service, needs): (&str, NeedsOf) = match known {
            Some((_, service, needs)) => (*service, *needs),
            None => (product.as_str(), Needs::anywhere),
        };
        let scene = Scene {
            action: &incoming.action,
            service,
            account: &caller.account,
            region: match endpoint {
                Endpoint::Region(region) => Some(region),
                Endpoint::Global => None,
            },
            params: &incoming.params,
            switches: &self.setup.switches,
            ecs: &self.ecs,
            directory: &self.directory,
            kms: &self.kms,
        };
        let needs = needs(&scene);
        let reading = Reading::of(&self.setup.switches);
        let own = needs.resources.into_iter();
        let own = own.map(|resource| (format!("{service}:{}", needs.action), resource));
        let also = needs
            .also
            .into_iter()
            .map(|(action, resource)| (action.to_owned(), resource));
        for (action, resource) in own.chain(also) {
            let question = PolicyQuestion {
                action,
                resource,
                keys: needs.keys.clone(),
            };
            let own = decide(self.policies.documents(holder), &question, reading);
            let session = caller.session_policy.as_deref();
            let session = session.map_or(Decision::Allowed, |policy| decide([policy], &question, reading));
            // A denial in so many words is told before one by silence.
            let denied = [(own, DeniedBy::Identity), (session, DeniedBy::Session)];
            let explicit = denied.iter().find(|(said, _)| *said == Decision::ExplicitDeny);
            let denied = explicit.or_else(|| denied.iter().find(|(said, _)| *said != Decision::Allowed));
            if let Some((decision, by)) = denied {
                return Err(refusal(caller, &question, (*decision, *by), &self.setup.switches));
            }
        }
        Ok(())
    }

    /// Whether a role may do something on one resource, as the platform asks when it acts under the role of a function.
    pub fn may(&self, role: &str, question: &PolicyQuestion) -> bool {
        let Some(kept) = self.roles.by_arn(role) else {
            return false;
        };
        let holder = Holder {
            account: &kept.role.account,
            kind: HolderKind::Role,
            name: &kept.role.name,
        };
        let reading = Reading::of(&self.setup.switches);
        decide(self.policies.documents(holder), question, reading) == Decision::Allowed
    }
}

impl Caller {
    /// Whose policies count: a session has those of its role.
    pub(crate) fn holder(&self) -> Holder<'_> {
        let (kind, name) = match &self.identity {
            // Nobody gives it policies, so nothing limits it.
            Identity::Account => (HolderKind::User, ""),
            Identity::User { name, .. } => (HolderKind::User, name.as_str()),
            Identity::Role { name, .. } => (HolderKind::Role, name.as_str()),
        };
        Holder {
            account: &self.account,
            kind,
            name,
        }
    }
}

/// 403 with the details of who was denied what. Which of the two codes a product has is a switch.
pub(crate) fn refusal(
    caller: &Caller,
    question: &PolicyQuestion,
    (decision, by): (Decision, DeniedBy),
    switches: &Switches,
) -> Refusal {
    let service = question.action.split(':').next().unwrap_or_default();
    let (code, message) = if service == "oss" {
        // Whatever the reason is, that is what it says.
        let message = "You have no right to access this object because of bucket acl.";
        ("AccessDenied", message)
    } else if switches.no_permission_services.contains(service) {
        (
            "NoPermission",
            "You are not authorized to do this action. You should be authorized by RAM.",
        )
    } else {
        (
            "Forbidden.RAM",
            "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
        )
    };
    let (kind, name) = match &caller.identity {
        Identity::Account => ("MasterAccount", caller.account.to_string()),
        Identity::User { id, .. } => ("SubUser", id.clone()),
        Identity::Role { name, session, .. } => ("AssumedRoleUser", format!("{name}:{session}")),
    };
    let explicit = decision == Decision::ExplicitDeny;
    let detail = json!({
        "AuthAction": question.action,
        "AuthPrincipalType": kind,
        "AuthPrincipalOwnerId": caller.account,
        "AuthPrincipalDisplayName": name,
        "NoPermissionType": if explicit { "ExplicitDeny" } else { "ImplicitDeny" },
        "PolicyType": by.name(),
        "EncodedDiagnosticMessage": STANDARD.encode(diagnosis(question, (kind, name.as_str()), caller, explicit, by).to_string()),
    });
    Refusal::forbidden(code, message).with_detail(detail)
}

/// What `DecodeDiagnosticMessage` makes of the encoded message.
fn diagnosis(
    question: &PolicyQuestion,
    (kind, name): (&str, &str),
    caller: &Caller,
    explicit: bool,
    by: DeniedBy,
) -> Value {
    let conditions = question.keys.iter();
    let conditions = conditions.map(|(key, values)| json!({ "ConditionKey": key, "ConditionValues": values }));
    json!({
        "AuthAction": question.action,
        "AuthResource": question.resource,
        "AuthPrincipal": {
            "AuthPrincipalType": kind,
            "AuthPrincipalOwnerId": caller.account,
            "AuthPrincipalDisplayName": name,
        },
        "AuthConditions": conditions.collect::<Vec<_>>(),
        "ExplicitDeny": explicit,
        "NoPermissionPolicyType": by.name(),
        "MatchedPolicies": [],
    })
}
