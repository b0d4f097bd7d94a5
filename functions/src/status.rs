//! `status`: everything at a glance, as JSON, for whoever asks over HTTP. It looks and changes nothing. Not here: who may ask;
//! the trigger decides that before the function hears of it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use fc_runtime::{Config, Context, Diagnostic as _, Environment, Event, Failure, raw_service_fn};
use goldcast_cloud::Deadline;
use goldcast_domain::Scope;
use goldcast_engine::Looked;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::info;

use crate::configuration::{Configuration, ConfigurationError};
use crate::worker::Worker;
use crate::{Envelope, Function, Look, Reason, Served, Settings};

/// How long an answer is given again: a dashboard that asks all the time must not use up the limits that the other functions
/// need. The answer says when it was looked.
const FRESH: Duration = Duration::from_secs(10);
/// The same for people who were told to come again.
const FRESH_SECONDS: HeaderValue = HeaderValue::from_static("10");

/// This function's row in the table.
pub const FUNCTION: Function = Function {
    name: "status",
    summary: "answers over HTTP what is where, as JSON, and changes nothing",
    look,
    serve,
};

/// Where this function looks: called directly, it answers what it answers over HTTP; no event is its business.
pub fn look(envelope: &Envelope, settings: &Settings) -> Look {
    Look::over(envelope, settings, at)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "nothing but a call is its business")]
fn at(hint: &Envelope) -> Result<Vec<Scope>, Reason> {
    match hint {
        Envelope::Call(_) => Ok(vec![Scope::Everything]),
        other => Err(Reason::not_mine(other)),
    }
}

fn serve(
    function: &'static Function,
    environment: &Environment,
    mut config: Config,
) -> Result<Served, ConfigurationError> {
    let configuration = Configuration::read(environment)?;
    config.default_timeout = configuration.timeout.unwrap_or(config.default_timeout);
    let teller = Rc::new(Teller {
        settings: configuration.settings.clone(),
        worker: Worker::new(function, configuration, None)?,
        last: RefCell::default(),
    });
    let for_events = Rc::clone(&teller);
    let service = raw_service_fn(async move |event| for_events.called(event).await);
    Ok((
        config,
        service.on_http(async move |request, context| teller.asked(&request, context).await),
    ))
}

/// What an instance keeps: the last answer, for as long as it is fresh.
struct Teller {
    settings: Settings,
    worker: Worker,
    last: RefCell<Option<(Instant, Told)>>,
}

/// An answer's status and body.
#[derive(Debug, Clone)]
struct Told {
    status: StatusCode,
    body: Bytes,
}

impl Teller {
    /// Answers a request of the HTTP trigger, on any path: a domain of one's own may have the function under any.
    async fn asked(&self, request: &Request<Bytes>, context: Context) -> Result<Response<Bytes>, Failure> {
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            let told = Told::refusal(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "only GET and HEAD are answered",
            );
            return Ok(told.response(&[(ALLOW, HeaderValue::from_static("GET, HEAD"))]));
        }
        let told = self.tell(context).await?;
        let again = (told.status == StatusCode::SERVICE_UNAVAILABLE).then_some((RETRY_AFTER, FRESH_SECONDS));
        Ok(told.response(again.as_slice()))
    }

    /// Answers a direct call.
    async fn called(&self, event: Event<Bytes>) -> Result<Value, Failure> {
        match look(&Envelope::parse(&event.payload), &self.settings) {
            Look::Nothing { reason } => {
                info!(%reason, "nothing to do");
                Ok(json!({ "nothing": reason.to_string() }))
            }
            Look::At(_) => {
                let told = self.tell(event.context).await?;
                serde_json::from_slice(&told.body).map_err(|error| Failure::new("Internal", error.to_string()))
            }
        }
    }

    /// The last answer while it is fresh, else a new one.
    async fn tell(&self, context: Context) -> Result<Told, Failure> {
        let now = Instant::now();
        if let Some((at, told)) = &*self.last.borrow()
            && now.duration_since(*at) < FRESH
        {
            info!(status = told.status.as_u16(), "answered what was looked at before");
            return Ok(told.clone());
        }
        let told = self.look(context).await?;
        *self.last.borrow_mut() = Some((now, told.clone()));
        Ok(told)
    }

    async fn look(&self, context: Context) -> Result<Told, Failure> {
        let Some(credentials) = &context.credentials else {
            let why = "there are no credentials: give the function a role";
            return Ok(Told::refusal(StatusCode::SERVICE_UNAVAILABLE, "NoCredentials", why));
        };
        let deadline = Deadline::at(context.deadline);
        let engine = match self.worker.engine(&self.worker.client(credentials), deadline).await {
            Ok(engine) => engine,
            Err(failure) if failure.must_restart() => return Err(failure),
            Err(failure) => {
                let (code, why) = (failure.error_type(), failure.to_string());
                return Ok(Told::refusal(StatusCode::SERVICE_UNAVAILABLE, code, &why));
            }
        };
        let looked = engine.status(deadline).await;
        let report = &looked.finished.report;
        info!(
            reads = report.reads,
            writes = report.writes,
            waits = report.waits.len(),
            blocks = report.blocks.len(),
            failures = report.failures.len(),
            "looked at everything"
        );
        if report.keys_expired {
            return Err(Failure::new("CredentialsExpired", "the function's keys have expired").and_restart());
        }
        Ok(Told::of(&looked, engine.policy()))
    }
}

impl Told {
    /// Everything at a glance; if nothing at all could be read, why.
    fn of(looked: &Looked, policy: &goldcast_domain::PolicyFile) -> Self {
        if let Some(failure) = looked.blindness() {
            let why = format!("{}: {}. To do: {}", failure.what, failure.why, failure.advice);
            return Self::refusal(StatusCode::SERVICE_UNAVAILABLE, &failure.code, &why);
        }
        match serde_json::to_vec(&looked.status(policy)) {
            Ok(body) => Self {
                status: StatusCode::OK,
                body: body.into(),
            },
            Err(error) => Self::refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal", &error.to_string()),
        }
    }

    /// In the form of the platform's own refusals, so that whoever asks has one to read.
    fn refusal(status: StatusCode, code: &str, message: &str) -> Self {
        Self {
            status,
            body: json!({ "errorCode": code, "errorMessage": message }).to_string().into(),
        }
    }

    fn response(self, more: &[(HeaderName, HeaderValue)]) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers: &mut HeaderMap = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.extend(more.iter().cloned());
        response
    }
}
