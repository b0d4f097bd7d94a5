//! The ActionTrail record of one write call (<https://www.alibabacloud.com/help/document_detail/28819.html>).

use std::collections::BTreeMap;

use goldcast_domain::RegionId;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::cloud::context::Resource;
use crate::cloud::gateway::{Caller, Identity, Incoming};
use crate::cloud::ids::Ids;
use crate::cloud::refusal::Refusal;
use crate::cloud::setup::Setup;
use crate::cloud::time;

/// What the names of all service-linked roles begin with.
const SERVICE_LINKED: &str = "AliyunServiceRoleFor";
/// Part of the console's user agent, `ecs.console.aliyun.com`.
const CONSOLE: &str = "console.aliyun.com";
/// All that the published sample of a call by the platform itself shows.
const SERVICE_FIELDS: [&str; 15] = [
    "acsRegion",
    "eventAttributes",
    "eventId",
    "eventName",
    "eventRW",
    "eventTime",
    "eventType",
    "eventVersion",
    "isGlobal",
    "referencedResources",
    "requestId",
    "serviceName",
    "sourceIpAddress",
    "userAgent",
    "userIdentity",
];

/// The service a call is audited under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Ecs,
    Directory,
    Kms,
    Ram,
    Sharing,
}

impl Service {
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Ecs => "acs.ecs",
            Self::Directory => "acs.resourcemanager",
            Self::Kms => "acs.kms",
            Self::Ram => "acs.ram",
            Self::Sharing => "acs.resourcesharing",
        }
    }

    /// The part of event types before the first colon.
    fn product(self) -> &'static str {
        self.source().trim_start_matches("acs.")
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ecs => "Ecs",
            Self::Directory => "ResourceManager",
            Self::Kms => "Kms",
            Self::Ram => "Ram",
            Self::Sharing => "ResourceSharing",
        }
    }

    /// Whether it has one endpoint for all regions.
    fn is_global(self) -> bool {
        matches!(self, Self::Directory | Self::Ram)
    }
}

/// From where a call was made: the same operation is told under a different type
/// (<https://help.aliyun.com/zh/eventbridge/user-guide/actiontrail-events>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// An SDK, a command line, a tool.
    Api,
    /// The console, which says so in its user agent.
    Console,
    /// The platform itself, through a service-linked role.
    Service,
}

impl Origin {
    fn of(record: &Record<'_>) -> Self {
        match &record.caller.identity {
            Identity::Role { name, .. } if name.starts_with(SERVICE_LINKED) => Self::Service,
            Identity::Account | Identity::Role { .. } | Identity::User { .. }
                if record.incoming.user_agent.contains(CONSOLE) =>
            {
                Self::Console
            }
            Identity::Account | Identity::Role { .. } | Identity::User { .. } => Self::Api,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Api => "ApiCall",
            Self::Console => "ConsoleOperation",
            Self::Service => "AliyunServiceEvent",
        }
    }
}

/// A call, as its audit record needs it.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) at: Timestamp,
    pub(crate) caller: &'a Caller,
    pub(crate) service: Service,
    /// The region of the bus.
    pub(crate) region: RegionId,
    pub(crate) incoming: &'a Incoming,
    pub(crate) request_id: &'a str,
    /// The answer's body.
    pub(crate) body: &'a Value,
    pub(crate) refusal: Option<&'a Refusal>,
    pub(crate) resources: &'a [Resource],
}

impl Record<'_> {
    /// `ecs:ActionTrail:ApiCall` and the like.
    pub(super) fn event_type(&self) -> String {
        format!("{}:ActionTrail:{}", self.service.product(), Origin::of(self).as_str())
    }

    /// The first resource as an ARN, or the account's own when the call named none.
    pub(super) fn subject(&self) -> String {
        let account = &self.caller.account;
        let product = self.service.product();
        let region = if self.service.is_global() {
            "*"
        } else {
            self.region.as_str()
        };
        match self.resources.first() {
            None => format!("acs:{product}:{region}:{account}:*"),
            Some((kind, id)) => {
                let kind = kind.rsplit("::").next().unwrap_or_default().to_lowercase();
                format!("acs:{product}:{region}:{account}:{kind}/{id}")
            }
        }
    }

    /// The record itself.
    pub(super) fn data(&self, setup: &Setup, ids: &Ids) -> Value {
        let origin = Origin::of(self);
        let parameters = self.parameters(setup);
        let choice = |purpose: &str, choices| ids.fixed(purpose, &[self.request_id]).below(choices);
        let resources = self.resources_by_type();
        let mut data = json!({
            "eventId": ids.fixed("event-id", &[self.request_id]).uuid(),
            // A number in some records and a string in others.
            "eventVersion": if choice("event-version", 2) == 0 { json!(1) } else { json!("1") },
            "eventCategory": "Management",
            "eventName": self.incoming.action,
            "eventTime": time::wire(self.at),
            "eventType": origin.as_str(),
            "eventRW": "Write",
            "eventSource": self.event_source(origin),
            "serviceName": self.service.name(),
            "apiVersion": if origin == Origin::Console { "*" } else { self.incoming.version.as_str() },
            "acsRegion": self.region,
            "isGlobal": self.service.is_global(),
            "requestId": self.request_id,
            "requestParameterJson": json!(parameters).to_string(),
            "requestParameters": parameters,
            "referencedResources": resources,
            "resourceType": resources.keys().copied().collect::<Vec<_>>().join(";"),
            "resourceName": resources.values().map(|ids| ids.join(",")).collect::<Vec<_>>().join(";"),
            "sourceIpAddress": format!("203.0.113.{}", choice("source-address", 254) + 1),
            "userAgent": self.incoming.user_agent,
            "userIdentity": self.identity(origin),
            "recipientAccountId": self.caller.account,
        });
        if let Some(members) = data.as_object_mut() {
            self.add_outcome(members, setup);
            if origin == Origin::Service {
                members.retain(|name, _| SERVICE_FIELDS.contains(&name.as_str()) || name.starts_with("error"));
                members.insert("sourceIpAddress".to_owned(), json!("Internal"));
            }
        }
        data
    }

    fn add_outcome(&self, data: &mut Map<String, Value>, setup: &Setup) {
        if let Some(refusal) = self.refusal {
            data.insert("errorCode".to_owned(), json!(refusal.code));
            data.insert("errorMessage".to_owned(), json!(refusal.message));
        } else if setup.switches.audit_response_elements {
            data.insert("responseElements".to_owned(), self.body.clone());
        }
    }

    /// Flat dotted keys as sent unless the switch makes lists of them, and some noise.
    fn parameters(&self, setup: &Setup) -> BTreeMap<String, Value> {
        let sent = self.incoming.params.all().iter();
        let mut parameters = if setup.switches.audit_dotted_lists {
            sent.map(|(name, value)| (name.clone(), json!(value))).collect()
        } else {
            with_lists(sent.map(|(name, value)| (name.as_str(), value.as_str())))
        };
        let (noise, value) = match self.service {
            Service::Ecs | Service::Kms | Service::Ram | Service::Sharing => ("AcsProduct", self.service.name()),
            Service::Directory => ("HostId", "resourcedirectory.aliyuncs.com"),
        };
        parameters.insert(noise.to_owned(), json!(value));
        parameters
    }

    /// The endpoint that was called; the console has its own.
    fn event_source(&self, origin: Origin) -> String {
        let region = &self.region;
        match (self.service, origin) {
            (Service::Directory, Origin::Console) => "resourcemanager-share.aliyuncs.com".to_owned(),
            (Service::Directory, _) => "resourcedirectory.aliyuncs.com".to_owned(),
            (Service::Ram, _) => "ram.aliyuncs.com".to_owned(),
            (service, Origin::Console) => format!("{}-{region}-share.aliyuncs.com", service.product()),
            (service, _) => format!("{}.{region}.aliyuncs.com", service.product()),
        }
    }

    /// Ids by type, those that the request names before those that are new.
    fn resources_by_type(&self) -> BTreeMap<&'static str, Vec<String>> {
        let named = |id: &String| self.incoming.params.all().values().any(|value| value == id);
        let mut by_type: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (kind, id) in self.resources {
            by_type.entry(kind).or_default().push(id.clone());
        }
        for ids in by_type.values_mut() {
            ids.sort_by_key(|id| !named(id));
        }
        by_type
    }

    fn identity(&self, origin: Origin) -> Value {
        if origin == Origin::Service {
            return json!({ "type": "system", "accountId": self.caller.account });
        }
        let Caller {
            account,
            identity,
            key_id,
            session_policy: _,
        } = self.caller;
        match identity {
            Identity::Account => json!({
                "type": "root-account",
                "accountId": account,
                "principalId": account,
                "userName": "root",
                "accessKeyId": key_id,
            }),
            // A person at the console has a session and no key.
            Identity::User { name, id } if origin == Origin::Console => json!({
                "type": "ram-user",
                "accountId": account,
                "principalId": id,
                "userName": name,
                "sessionContext": {
                    "attributes": { "creationDate": time::wire(self.at), "mfaAuthenticated": "true" },
                },
            }),
            Identity::User { name, id } => json!({
                "type": "ram-user",
                "accountId": account,
                "principalId": id,
                "userName": name,
                "accessKeyId": key_id,
            }),
            Identity::Role { name, id, session } => json!({
                "type": "assumed-role",
                "accountId": account,
                "principalId": format!("{id}:{session}"),
                "userName": format!("{name}:{session}"),
                "accessKeyId": key_id,
                "sessionContext": {
                    "attributes": { "creationDate": time::wire(self.at), "mfaAuthenticated": "false" },
                },
            }),
        }
    }
}

/// `Name.1`, `Name.2` … as a list under `Name`; everything else as it is.
fn with_lists<'a>(sent: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, Value> {
    let mut parameters = BTreeMap::new();
    let mut lists: BTreeMap<&str, BTreeMap<usize, &str>> = BTreeMap::new();
    for (name, value) in sent {
        match name.rsplit_once('.').map(|(list, number)| (list, number.parse())) {
            Some((list, Ok(number))) => {
                lists.entry(list).or_default().insert(number, value);
            }
            Some((_, Err(_))) | None => {
                parameters.insert(name.to_owned(), json!(value));
            }
        }
    }
    let lists = lists.into_iter();
    parameters.extend(lists.map(|(name, values)| (name.to_owned(), json!(values.into_values().collect::<Vec<_>>()))));
    parameters
}
