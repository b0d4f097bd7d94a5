//! The way of one call: gateway, policies, operation, audit event, log, answer.

use std::collections::BTreeMap;

use bytes::Bytes;
use goldcast_domain::RegionId;
use http::{Request, Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use super::audit::{Record, Service};
use super::body::Body;
use super::calls::Call;
use super::context::{Context, Done, Kind, Resource};
use super::faults::Strike;
use super::gateway::{Api, Caller, Incoming, Product};
use super::quotas::Usage;
use super::refusal::Refusal;
use super::sharing::{Shelves, Surroundings};
use super::{Cloud, Endpoint, Moment, answer, ecs, storage, sts, xml};

/// Operations of ECS that take their region from the endpoint.
const REGION_OPTIONAL: [&str; 5] = [
    "CreateSnapshot",
    "DeleteSnapshot",
    "DescribeRegions",
    "JoinResourceGroup",
    "ModifySnapshotAttribute",
];

/// Length of the request ids of object storage, in hexadecimal digits.
const OBJECT_REQUEST_ID_CHARS: usize = 24;

/// How a call went.
struct Outcome {
    /// Who called, once the gateway believes it.
    caller: Option<Caller>,
    /// What was called, once that is known.
    api: Option<Api>,
    result: Result<Done, Refusal>,
    /// What goes wrong with it on demand.
    strike: Strike,
}

/// A call with its answer, to be written down.
struct Answered {
    at: Timestamp,
    region: Option<RegionId>,
    caller: Option<Caller>,
    api: Option<Api>,
    incoming: Incoming,
    request_id: String,
    status: StatusCode,
    body: Body,
    refusal: Option<Refusal>,
    resources: Vec<Resource>,
    strike: Strike,
}

impl Cloud {
    /// The answer, still to be [completed](answer::completed).
    pub(super) fn answer(
        &mut self,
        moment: Moment,
        endpoint: &Endpoint,
        request: &Request<Bytes>,
        incoming: Incoming,
    ) -> Response<Bytes> {
        let Outcome {
            caller,
            api,
            result,
            strike,
        } = self.perform(moment, endpoint, request, &incoming);
        let region = match endpoint {
            Endpoint::Region(region) => Some(region.clone()),
            Endpoint::Global => None,
        };
        let request_id = self.request_id(caller.as_ref(), region.as_ref(), &incoming);
        let mut object = None;
        let (status, mut body, refusal, resources) = match result {
            Ok(mut done) => {
                // Answers by path have it in a header only.
                if !matches!(api, Some(Api::Functions(_))) {
                    done.body.set("RequestId", request_id.as_str());
                }
                object = done.object;
                (StatusCode::OK, done.body, None, done.resources)
            }
            Err(refusal) => {
                let product = Product::name_of(&incoming.version);
                let body = answer::refusal_body(&refusal, &incoming.host, product, &request_id);
                (refusal.status, body, Some(refusal), Vec::new())
            }
        };
        let reads = refusal.is_none() && !api.is_some_and(Api::writes);
        let mut response = match (&incoming.object, &object, &refusal) {
            (_, Some(object), _) => storage::response(object, &request_id),
            (Some(ask), None, Some(refusal)) => storage::refused(refusal, ask, &incoming.host, &request_id),
            (_, None, _) if reads && strike.fault().is_none() && !incoming.wants_xml() => {
                answer::unwritten(status, std::mem::take(&mut body), &request_id)
            }
            (_, None, _) => answer::response(status, &body, &request_id),
        };
        if let Some(wait) = refusal.as_ref().and_then(|refusal| refusal.retry_after) {
            answer::hint(&mut response, wait);
        }
        let mut response = strike.deliver(response, &incoming, &request_id);
        if incoming.wants_xml() {
            response = xml::rewritten(response, &self.xml_root(&incoming.action));
        }
        let at = moment.now;
        let answered = Answered {
            at,
            region,
            caller,
            api,
            incoming,
            request_id,
            status,
            body,
            refusal,
            resources,
            strike,
        };
        if !answered.strike.is_unheard() {
            self.audit(&answered);
        }
        self.log(answered);
        response
    }

    /// Notes the audit event of a call that needs one.
    fn audit(&mut self, answered: &Answered) {
        let directory_events = self.setup.switches.directory_events;
        let sharing_events = self.setup.switches.sharing_events;
        let service = match answered.api {
            Some(Api::Ecs((_, Kind::Write))) => Service::Ecs,
            Some(Api::Kms((_, Kind::Write))) => Service::Kms,
            Some(Api::Ram((_, Kind::Write))) => Service::Ram,
            Some(Api::Directory((_, Kind::Write))) if directory_events => Service::Directory,
            Some(Api::Sharing((_, Kind::Write))) if sharing_events => Service::Sharing,
            None
            | Some(
                Api::Ecs(_)
                | Api::Directory(_)
                | Api::EventBridge(_)
                | Api::Functions(_)
                | Api::Kms(_)
                | Api::Objects(_)
                | Api::Parameters(_)
                | Api::Quotas(_)
                | Api::Ram(_)
                | Api::Sharing(_)
                | Api::Stacks(_)
                | Api::Sts(_)
                | Api::Unsimulated,
            ) => return,
        };
        let Some(caller) = &answered.caller else { return };
        let record = Record {
            at: answered.at,
            caller,
            service,
            region: answered
                .region
                .as_ref()
                .unwrap_or_else(|| self.directory_event_region())
                .clone(),
            incoming: &answered.incoming,
            request_id: &answered.request_id,
            body: answered.body.members(),
            refusal: answered.refusal.as_ref(),
            resources: &answered.resources,
        };
        self.bus.audit(&record, &self.setup, &self.ids);
    }

    /// Writes a call into the log, without secrets and without the long answers of reads.
    fn log(&mut self, answered: Answered) {
        if self.calls.len() >= Call::KEPT {
            self.calls.drain(..Call::KEPT / 2);
            self.calls_dropped += Call::KEPT / 2;
        }
        let kept = answered.refusal.is_some() || answered.api.is_some_and(Api::writes);
        self.calls.push(Call {
            at: answered.at,
            caller: answered.caller.as_ref().map(Caller::name),
            region: answered.region,
            product: Product::name_of(&answered.incoming.version).to_owned(),
            action: answered.incoming.action,
            parameters: without_secret(answered.api, answered.incoming.params.into_all()),
            status: answered
                .strike
                .status(answered.status)
                .map_or(0, |status| status.as_u16()),
            error_code: answered
                .strike
                .code(answered.refusal.map(|refusal| refusal.code.into_owned())),
            request_id: answered.request_id,
            took_ms: answered.strike.took().as_millis().try_into().unwrap_or_default(),
            fault: answered.strike.fault(),
            result: if kept {
                without_credentials(answered.body.into_value())
            } else {
                Value::Null
            },
        });
    }

    fn perform(
        &mut self,
        moment: Moment,
        endpoint: &Endpoint,
        request: &Request<Bytes>,
        incoming: &Incoming,
    ) -> Outcome {
        let size = incoming.check_size(self.setup.switches.request_bytes_max);
        let api = match size.and_then(|()| Api::find(&incoming.action, &incoming.version, endpoint)) {
            Ok(api) => api,
            Err(refusal) => {
                return Outcome {
                    caller: None,
                    api: None,
                    result: Err(refusal),
                    strike: Strike::default(),
                };
            }
        };
        let believed = match &incoming.object {
            Some(ask) => self
                .gateway
                .authenticate_object(moment, &self.setup, endpoint, request, ask),
            None => self.gateway.authenticate(moment, &self.setup, request, incoming),
        };
        match believed {
            Ok(caller) => {
                let strike = self.strike(api, moment, endpoint, &caller, incoming);
                let result = self.run_struck(&strike, api, moment, endpoint, &caller, incoming);
                Outcome {
                    caller: Some(caller),
                    api: Some(api),
                    result,
                    strike,
                }
            }
            Err(refusal) => Outcome {
                caller: None,
                api: Some(api),
                result: Err(refusal),
                strike: Strike::default(),
            },
        }
    }

    pub(super) fn run(
        &mut self,
        api: Api,
        moment: Moment,
        endpoint: &Endpoint,
        caller: &Caller,
        incoming: &Incoming,
    ) -> Result<Done, Refusal> {
        self.flow.admit(moment, &self.setup, endpoint, caller, incoming)?;
        self.authorise(endpoint, caller, incoming)?;
        let mut context = Context {
            now: moment.now,
            wall: moment.wall,
            caller,
            params: &incoming.params,
            setup: &self.setup,
            ids: &mut self.ids,
            accounts: &mut self.accounts,
            kms: &mut self.kms,
            roles: &mut self.roles,
            quotas: &mut self.quotas,
            policies: &mut self.policies,
            trusted: &mut self.trusted,
            shelves: Shelves::default(),
        };
        match (api, endpoint) {
            (Api::Ecs((operation, _)), Endpoint::Region(region)) => {
                check_region(region, incoming)?;
                ecs::check_types(&incoming.params)?;
                if !self.ecs.has_region(region) {
                    return Err(no_such_region());
                }
                let around = Surroundings {
                    region,
                    ecs: &self.ecs,
                    directory: &self.directory,
                };
                context.shelves = Shelves::of(&self.sharing, around, &caller.account);
                operation(&mut self.ecs, region, &mut context)
            }
            (Api::Directory((operation, _)), _) => operation(&mut self.directory, &mut context),
            (Api::EventBridge((operation, _)), Endpoint::Region(region)) => {
                self.eventbridge.check_opened(&caller.account)?;
                operation(&mut self.eventbridge, region, &mut context)
            }
            (Api::Functions((operation, _)), Endpoint::Region(region)) => {
                operation(&self.functions, region, &mut context)
            }
            (Api::Kms((operation, _)), Endpoint::Region(region)) => operation(region, &mut context),
            (Api::Objects((operation, _)), Endpoint::Region(region)) => {
                let ask = incoming.object.as_ref().ok_or_else(Refusal::not_simulated)?;
                operation(&mut self.storage, region, ask, &mut context)
            }
            (Api::Parameters((operation, _)), Endpoint::Region(region)) => {
                operation(&mut self.parameters, region, &mut context)
            }
            (Api::Quotas((operation, _)), _) => {
                let usage = Usage {
                    ecs: &self.ecs,
                    directory: &self.directory,
                    sharing: &self.sharing,
                };
                operation(usage, &mut context)
            }
            (Api::Ram((operation, _)), _) => operation(&mut context),
            (Api::Sharing((operation, _)), Endpoint::Region(region)) => {
                let around = Surroundings {
                    region,
                    ecs: &self.ecs,
                    directory: &self.directory,
                };
                operation(&mut self.sharing, around, &mut context)
            }
            (Api::Stacks((operation, _)), _) => operation(&mut self.stacks, &self.storage, &mut context),
            (Api::Sts(operation), _) => sts::call(&mut self.gateway.keys, operation, &mut context),
            (
                Api::Unsimulated
                | Api::Ecs(_)
                | Api::EventBridge(_)
                | Api::Functions(_)
                | Api::Kms(_)
                | Api::Objects(_)
                | Api::Parameters(_)
                | Api::Sharing(_),
                _,
            ) => Err(Refusal::not_simulated()),
        }
    }

    /// The id follows from what is called, by whom and how often, not from the order of arrival across regions.
    fn request_id(&mut self, caller: Option<&Caller>, region: Option<&RegionId>, incoming: &Incoming) -> String {
        let caller = caller.map(Caller::arn).unwrap_or_default();
        let region = region.map_or("", RegionId::as_str);
        let parameters = incoming.params.fingerprint(&[]);
        let parts = [&caller, region, &incoming.version, &incoming.action, &parameters];
        let draw = self.ids.next("request", &parts);
        if incoming.object.is_some() {
            draw.hex(OBJECT_REQUEST_ID_CHARS).to_uppercase()
        } else {
            draw.uuid()
        }
    }

    /// The name of the root element of a success in XML.
    fn xml_root(&self, action: &str) -> String {
        if self.setup.switches.xml_root_is_operation {
            format!("{action}Response")
        } else {
            "ActionResponse".to_owned()
        }
    }

    /// The region whose bus gets the audit events of the directory and of RAM.
    fn directory_event_region(&self) -> &RegionId {
        self.setup
            .switches
            .directory_event_region
            .as_ref()
            .unwrap_or(&self.home)
    }
}

/// `RegionId` is mandatory for most of ECS and has to be the endpoint's.
fn check_region(region: &RegionId, incoming: &Incoming) -> Result<(), Refusal> {
    let params = &incoming.params;
    if params.get("RegionId").is_none() && REGION_OPTIONAL.contains(&incoming.action.as_str()) {
        return Ok(());
    }
    let named = params.required("RegionId")?;
    if named == region.as_str() {
        return Ok(());
    }
    if !named
        .parse()
        .is_ok_and(|named| goldcast_domain::regions::is_known(&named))
    {
        return Err(no_such_region());
    }
    let message = "The specified endpoint cannot operate this region. API DescribeRegions tells the right one.";
    Err(Refusal::bad_request("InvalidOperation.NotSupportedEndpoint", message))
}

fn no_such_region() -> Refusal {
    Refusal::not_found("InvalidRegionId.NotFound", "The specified RegionId does not exist.")
}

/// The log keeps no secrets: what is written into the parameter store is one, and what a stack is given may be.
fn without_secret(api: Option<Api>, mut parameters: BTreeMap<String, String>) -> BTreeMap<String, String> {
    if matches!(api, Some(Api::Parameters(_))) {
        parameters.remove("Value");
    }
    if matches!(api, Some(Api::Stacks(_))) {
        // Values of parameters may be secrets, and templates are long.
        parameters.retain(|name, _| !name.ends_with(".ParameterValue") && name != "TemplateBody");
    }
    parameters
}

/// The same of answers.
fn without_credentials(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.remove("Credentials");
    }
    body
}
