//! The way of one call: gateway, operation, audit event, log, answer.

use bytes::Bytes;
use goldcast_domain::RegionId;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use super::audit::{Record, Service};
use super::calls::Call;
use super::context::{Context, Done, Kind};
use super::gateway::{Api, Caller, Incoming, Product};
use super::params::Params;
use super::refusal::Refusal;
use super::{Cloud, Endpoint, Moment, answer, sts};

/// How a call went, before it is written down.
struct Outcome {
    caller: Option<Caller>,
    /// Whether and as what it is audited.
    service: Option<Service>,
    result: Result<Done, Refusal>,
}

impl Cloud {
    pub(super) fn answer(&mut self, moment: Moment, endpoint: &Endpoint, request: &Request<Bytes>) -> Response<Bytes> {
        let incoming = Incoming::read(request);
        let outcome = self.perform(moment, endpoint, request, &incoming);
        let region = match endpoint {
            Endpoint::Region(region) => Some(region),
            Endpoint::Global => None,
        };
        let request_id = self.request_id(outcome.caller.as_ref(), region, &incoming);
        let product = Product::of_version(&incoming.version).map_or("", |(name, _)| name);
        let (status, body, refusal, resources) = match outcome.result {
            Ok(done) => (
                StatusCode::OK,
                with_request_id(done.body, &request_id),
                None,
                done.resources,
            ),
            Err(refusal) => {
                let body = answer::refusal_body(&refusal, &incoming.host, product, &request_id);
                (refusal.status, body, Some(refusal), Vec::new())
            }
        };
        if let (Some(caller), Some(service)) = (&outcome.caller, outcome.service) {
            let record = Record {
                at: moment.now,
                caller,
                service,
                region: region.unwrap_or_else(|| self.directory_event_region()).clone(),
                incoming: &incoming,
                request_id: &request_id,
                body: &body,
                refusal: refusal.as_ref(),
                resources,
            };
            self.bus.audit(record, &self.setup, &self.ids);
        }
        let response = answer::response(status, &body, &request_id);
        if self.calls.len() >= Call::KEPT {
            self.calls.drain(..Call::KEPT / 2);
        }
        self.calls.push(Call {
            at: moment.now,
            caller: outcome.caller.as_ref().map(Caller::name),
            region: region.cloned(),
            product: product.to_owned(),
            action: incoming.action,
            parameters: incoming.params.all().clone(),
            status: status.as_u16(),
            error_code: refusal.map(|refusal| refusal.code.into_owned()),
            request_id,
            result: without_credentials(body),
        });
        response
    }

    fn perform(
        &mut self,
        moment: Moment,
        endpoint: &Endpoint,
        request: &Request<Bytes>,
        incoming: &Incoming,
    ) -> Outcome {
        let refused = |result| Outcome {
            caller: None,
            service: None,
            result: Err(result),
        };
        let api = match Api::find(&incoming.action, &incoming.version, endpoint) {
            Ok(api) => api,
            Err(refusal) => return refused(refusal),
        };
        let caller = match self.gateway.authenticate(moment, &self.setup, request, incoming) {
            Ok(caller) => caller,
            Err(refusal) => return refused(refusal),
        };
        let directory_events = self.setup.switches.directory_events;
        let service = match api {
            Api::Ecs((_, Kind::Write)) => Some(Service::Ecs),
            Api::Directory((_, Kind::Write)) if directory_events => Some(Service::Directory),
            Api::Ecs((_, Kind::Read)) | Api::Directory(_) | Api::Sts(_) | Api::Unsimulated => None,
        };
        let result = self.run(api, moment, endpoint, &caller, &incoming.params);
        Outcome {
            caller: Some(caller),
            service,
            result,
        }
    }

    fn run(
        &mut self,
        api: Api,
        moment: Moment,
        endpoint: &Endpoint,
        caller: &Caller,
        params: &Params,
    ) -> Result<Done, Refusal> {
        let mut context = Context {
            now: moment.now,
            wall: moment.wall,
            caller,
            params,
            setup: &self.setup,
            ids: &mut self.ids,
            accounts: &mut self.accounts,
        };
        match (api, endpoint) {
            (Api::Ecs((operation, _)), Endpoint::Region(region)) => {
                check_region(region, params)?;
                if !self.ecs.has_region(region) {
                    return Err(no_such_region());
                }
                operation(&mut self.ecs, region, &mut context)
            }
            (Api::Directory((operation, _)), _) => operation(&mut self.directory, &mut context),
            (Api::Sts(operation), _) => sts::call(&mut self.gateway.keys, operation, &mut context),
            (Api::Unsimulated | Api::Ecs(_), _) => {
                let message = "This API is real, and the simulated cloud does not have it yet.";
                Err(Refusal::new(
                    StatusCode::NOT_IMPLEMENTED,
                    "InvalidApi.NotSimulated",
                    message,
                ))
            }
        }
    }

    /// The id follows from what is called, by whom and how often, not from the order of arrival across regions.
    fn request_id(&mut self, caller: Option<&Caller>, region: Option<&RegionId>, incoming: &Incoming) -> String {
        let caller = caller.map(Caller::arn).unwrap_or_default();
        let region = region.map_or("", RegionId::as_str);
        let parameters = incoming.params.fingerprint(&[]);
        self.ids
            .next(
                "request",
                &[&caller, region, &incoming.version, &incoming.action, &parameters],
            )
            .uuid()
    }

    /// The region whose bus gets the directory's audit events.
    fn directory_event_region(&self) -> &RegionId {
        self.setup
            .switches
            .directory_event_region
            .as_ref()
            .unwrap_or(&self.home)
    }
}

/// `RegionId` is mandatory for ECS and has to be the endpoint's.
fn check_region(region: &RegionId, params: &Params) -> Result<(), Refusal> {
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

fn with_request_id(mut body: Value, request_id: &str) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.insert("RequestId".to_owned(), json!(request_id));
    }
    body
}

/// The log keeps no secrets.
fn without_credentials(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.remove("Credentials");
    }
    body
}
