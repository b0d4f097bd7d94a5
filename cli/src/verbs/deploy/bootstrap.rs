//! What a stack cannot make and has to be there before it: service-linked roles, the bus for events of other regions, the
//! bucket of the packages.

use goldcast_cloud::eventbridge::{
    CheckServiceLinkedRoleForProduct, CreateEventBus, CreateServiceLinkedRoleForProduct, GetEventBus, NO_BUS,
};
use goldcast_cloud::ram::{CreateServiceLinkedRole, GetRole};
use goldcast_cloud::{CallError, Client, Deadline, HttpTransport, ObjectPlace};

use super::target::Target;

/// Roles that EventBridge acts under: it hears of audited calls and of OOS, takes from queues and writes into them
/// (<https://help.aliyun.com/document_detail/181425.html>). The one for event triggers, `AliyunServiceRoleForFCTriggerEventBridge`, is
/// made by Function Compute with the first of them; no page says how to ask for it.
const EVENT_ROLES: [&str; 4] = [
    "AliyunServiceRoleForEventBridgeSourceActionTrail",
    "AliyunServiceRoleForEventBridgeSourceCMS",
    "AliyunServiceRoleForEventBridgeSourceMNS",
    "AliyunServiceRoleForEventBridgeSendToMNS",
];
/// The role that Function Compute acts under, and its service
/// (<https://help.aliyun.com/zh/functioncompute/fc/service-linked-role-of-function-compute>).
const FUNCTION_ROLE: (&str, &str) = ("AliyunServiceRoleForFC", "fc.aliyuncs.com");
/// What the bus is for, for whoever finds it.
pub(super) const BUS_DESCRIPTION: &str = "Events for goldcast from other regions";

/// One thing that has to be there.
#[derive(Debug)]
pub(super) struct Step {
    /// What it is, as the beginning of a sentence.
    pub(super) what: String,
    pub(super) thing: Thing,
    pub(super) state: State,
}

/// What has to be there.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    EventRole(&'static str),
    FunctionRole,
    Bus(String),
    Bucket(String),
}

/// Whether it is.
#[derive(Debug)]
pub(super) enum State {
    There,
    Missing,
    /// Nobody could be asked.
    Unknown(String),
}

impl Step {
    /// Everything that a target needs, not looked at yet.
    pub(super) fn all(target: &Target) -> Vec<Self> {
        let roles = EVENT_ROLES.map(|name| (format!("role {name}"), Thing::EventRole(name)));
        let bus = Some(target.value("RegionsBus")).filter(|bus| !bus.is_empty());
        let bus = bus.map(|bus| (format!("bus {bus}"), Thing::Bus(bus)));
        let bucket = target.bucket();
        let bucket = bucket.map(|bucket| (format!("bucket {bucket}"), Thing::Bucket(bucket.to_owned())));
        let function_role = (format!("role {}", FUNCTION_ROLE.0), Thing::FunctionRole);
        let things = roles.into_iter().chain([function_role]).chain(bus).chain(bucket);
        things
            .map(|(what, thing)| Self {
                what,
                thing,
                state: State::Unknown("no keys".to_owned()),
            })
            .collect()
    }

    /// Whether nothing has to be done.
    pub(super) fn is_there(&self) -> bool {
        matches!(self.state, State::There)
    }

    /// Looks whether it is there. What cannot be asked is made, which is safe where it is there.
    pub(super) async fn look(&mut self, client: &Client<HttpTransport>, target: &Target, deadline: Deadline) {
        self.state = match self.thing.is_there(client, target, deadline).await {
            Ok(true) => State::There,
            Ok(false) => State::Missing,
            Err(error) => State::Unknown(error.to_string()),
        };
    }

    /// Makes it.
    pub(super) async fn take(
        &self,
        client: &Client<HttpTransport>,
        target: &Target,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let region_id = target.region().to_string();
        let made = match &self.thing {
            Thing::EventRole(name) => {
                let create = CreateServiceLinkedRoleForProduct {
                    region_id,
                    product_name: (*name).to_owned(),
                };
                client.ask(&create, deadline).await.map(|_| ())
            }
            Thing::FunctionRole => {
                let create = CreateServiceLinkedRole {
                    service_name: FUNCTION_ROLE.1.to_owned(),
                };
                client.send(&create, deadline).await.map(|_| ())
            }
            Thing::Bus(name) => {
                let create = CreateEventBus {
                    region_id,
                    event_bus_name: name.clone(),
                    description: BUS_DESCRIPTION.to_owned(),
                };
                client.ask(&create, deadline).await.map(|_| ())
            }
            Thing::Bucket(name) => client.put_bucket(&region_id, name, deadline).await,
        };
        match made {
            // Somebody else was quicker, or it could not be looked for.
            Err(error) if already_there(&error) => Ok(()),
            outcome => outcome,
        }
    }

    /// The vendor's own command.
    pub(super) fn command(&self, target: &Target) -> String {
        let region = target.region();
        match &self.thing {
            Thing::EventRole(name) => {
                format!("aliyun eventbridge CreateServiceLinkedRoleForProduct --region {region} --ProductName {name}")
            }
            Thing::FunctionRole => format!(
                "aliyun resourcemanager CreateServiceLinkedRole --ServiceName {}",
                FUNCTION_ROLE.1
            ),
            Thing::Bus(name) => format!(
                "aliyun eventbridge CreateEventBus --region {region} --EventBusName {name} --Description '{BUS_DESCRIPTION}'"
            ),
            Thing::Bucket(name) => format!("aliyun oss mb oss://{name} --region {region}"),
        }
    }
}

impl Thing {
    async fn is_there(
        &self,
        client: &Client<HttpTransport>,
        target: &Target,
        deadline: Deadline,
    ) -> Result<bool, CallError> {
        let region_id = target.region().to_string();
        match self {
            Self::EventRole(name) => {
                let check = CheckServiceLinkedRoleForProduct {
                    region_id,
                    product_name: (*name).to_owned(),
                };
                Ok(client.ask(&check, deadline).await?.check_pass)
            }
            Self::FunctionRole => {
                let get = GetRole {
                    role_name: FUNCTION_ROLE.0.to_owned(),
                };
                known(client.send(&get, deadline).await, "EntityNotExist.Role")
            }
            Self::Bus(name) => {
                let get = GetEventBus {
                    region_id,
                    event_bus_name: name.clone(),
                };
                known(client.ask(&get, deadline).await, NO_BUS)
            }
            // A key that nothing has: only the bucket is asked for.
            Self::Bucket(name) => {
                let place = ObjectPlace::new(region_id, name.clone(), "goldcast/none");
                known(client.get_object(&place, deadline).await, "NoSuchBucket")
            }
        }
    }
}

/// Whether something is there, where one code says that it is not.
fn known<T>(outcome: Result<T, CallError>, missing: &str) -> Result<bool, CallError> {
    match outcome {
        Ok(_) => Ok(true),
        Err(error) if error.is_code(missing) => Ok(false),
        Err(error) => Err(error),
    }
}

fn already_there(error: &CallError) -> bool {
    const CODES: [&str; 3] = ["EventBusExist", "EntityAlreadyExists.Role", "ServiceLinkedRoleExist"];
    CODES.iter().any(|code| error.is_code(code))
}
