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

    pub(super) fn event_type(self) -> &'static str {
        match self {
            Self::Ecs => "ecs:ActionTrail:ApiCall",
            Self::Directory => "resourcemanager:ActionTrail:ApiCall",
            Self::Kms => "kms:ActionTrail:ApiCall",
            Self::Ram => "ram:ActionTrail:ApiCall",
            Self::Sharing => "resourcesharing:ActionTrail:ApiCall",
        }
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
    /// The first resource as an ARN, or the account's own when the call named none.
    pub(super) fn subject(&self) -> String {
        let account = &self.caller.account;
        let product = self.service.source().trim_start_matches("acs.");
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
        let parameters = self.parameters();
        let choice = |purpose: &str, choices| ids.fixed(purpose, &[self.request_id]).below(choices);
        let resources = self.resources_by_type();
        let mut data = json!({
            "eventId": ids.fixed("event-id", &[self.request_id]).uuid(),
            // A number in some records and a string in others.
            "eventVersion": if choice("event-version", 2) == 0 { json!(1) } else { json!("1") },
            "eventCategory": "Management",
            "eventName": self.incoming.action,
            "eventTime": time::wire(self.at),
            "eventType": "ApiCall",
            "eventRW": "Write",
            "eventSource": self.event_source(),
            "serviceName": self.service.name(),
            "apiVersion": self.incoming.version,
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
            "userIdentity": self.identity(),
            "recipientAccountId": self.caller.account,
        });
        if let Some(members) = data.as_object_mut() {
            self.add_outcome(members, setup);
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

    /// Flat dotted keys as sent, and some noise.
    fn parameters(&self) -> BTreeMap<String, String> {
        let mut parameters = self.incoming.params.all().clone();
        let (noise, value) = match self.service {
            Service::Ecs | Service::Kms | Service::Ram | Service::Sharing => ("AcsProduct", self.service.name()),
            Service::Directory => ("HostId", "resourcedirectory.aliyuncs.com"),
        };
        parameters.insert(noise.to_owned(), value.to_owned());
        parameters
    }

    fn event_source(&self) -> String {
        match self.service {
            Service::Ecs => format!("ecs.{}.aliyuncs.com", self.region),
            Service::Directory => "resourcedirectory.aliyuncs.com".to_owned(),
            Service::Kms => format!("kms.{}.aliyuncs.com", self.region),
            Service::Ram => "ram.aliyuncs.com".to_owned(),
            Service::Sharing => format!("resourcesharing.{}.aliyuncs.com", self.region),
        }
    }

    fn resources_by_type(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut by_type: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (kind, id) in self.resources {
            by_type.entry(kind).or_default().push(id.clone());
        }
        by_type
    }

    fn identity(&self) -> Value {
        let Caller {
            account,
            identity,
            key_id,
        } = self.caller;
        match identity {
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
