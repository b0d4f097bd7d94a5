//! One function at work: reads the event, runs the engine where it says to look, answers. The same for all functions.

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;

use bytes::Bytes;
use fc_runtime::{Config, Credentials, Environment, Event, Failure, raw_service_fn};
use goldcast_cloud::{Client, Clock, Deadline, HttpTransport, Settings as ClientSettings};
use goldcast_domain::Scope;
use goldcast_engine::{Engine, InForce, PolicySource, Report, Right};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tracing::{error, info, warn};

use crate::configuration::{Configuration, ConfigurationError};
use crate::voice::{MakeVoice, Voice};
use crate::{Envelope, Function, Look, Served, Settings};

/// Places that are looked at one by one; for more, one look at everything is cheaper.
const PLACES_MAX: usize = 3;

/// The whole `main` of a function.
///
/// It is given the row and not a name, so that a binary carries no function but its own. Exit codes are the runtime's: 0 after a proper end, 64 if the configuration is wrong, 71 if the system refuses the port.
pub fn main(function: &'static Function) -> ExitCode {
    fc_runtime::main_with(function.name, |environment, mut config| {
        config.log_name = Some(function.name.to_owned());
        (function.serve)(function, environment, config)
    })
}

/// Serves a function that events wake, and that never speaks.
pub(crate) fn serve(
    function: &'static Function,
    environment: &Environment,
    config: Config,
) -> Result<Served, ConfigurationError> {
    serve_with(function, environment, config, None)
}

/// Serves a function that events wake, with what it speaks with.
pub(crate) fn serve_with(
    function: &'static Function,
    environment: &Environment,
    mut config: Config,
    voice: Option<MakeVoice>,
) -> Result<Served, ConfigurationError> {
    let configuration = Configuration::read(environment)?;
    config.default_timeout = configuration.timeout.unwrap_or(config.default_timeout);
    let voice = voice.map(|make| make(environment.clone(), configuration.reach));
    let worker = Worker::new(function, configuration, voice)?;
    Ok((config, raw_service_fn(async move |event| worker.work(event).await)))
}

/// What an instance keeps between invocations. Nothing in it is needed for the next one to be right.
pub(crate) struct Worker {
    function: &'static Function,
    settings: Settings,
    policy: PolicySource,
    transport: HttpTransport,
    client_settings: ClientSettings,
    /// Only the sweep speaks.
    voice: Option<Box<dyn Voice>>,
    /// The client for the keys of the last invocation.
    client: RefCell<Option<(String, Client<HttpTransport>)>>,
    /// The engine for it and for the policy of the last invocation: it holds the directory role's session.
    engine: RefCell<Option<(InForce, Rc<Engine<HttpTransport>>)>>,
}

impl Worker {
    pub(crate) fn new(
        function: &'static Function,
        configuration: Configuration,
        voice: Option<Box<dyn Voice>>,
    ) -> Result<Self, ConfigurationError> {
        let Configuration {
            policy,
            settings,
            endpoints,
            ..
        } = configuration;
        Ok(Self {
            function,
            settings,
            policy: if voice.is_some() { policy.keeping() } else { policy },
            transport: HttpTransport::new()?,
            client_settings: ClientSettings::new(endpoints),
            voice,
            client: RefCell::default(),
            engine: RefCell::default(),
        })
    }

    async fn work(&self, event: Event<Bytes>) -> Result<Value, Failure> {
        let envelope = Envelope::parse(&event.payload);
        for malformed in envelope.malformed() {
            warn!(reason = %malformed, "the event, or a part of it, cannot be read; a retry would not help");
        }
        let scopes = match (self.function.look)(&envelope, &self.settings) {
            Look::Nothing { reason } => {
                info!(%reason, "nothing to do");
                return Ok(json!({ "nothing": reason.to_string(), "wake": false }));
            }
            Look::At(scopes) if scopes.len() > PLACES_MAX => vec![Scope::Everything],
            Look::At(scopes) => scopes,
        };
        let Some(credentials) = &event.context.credentials else {
            let advice = "there are no credentials: give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and \
                          ALIBABA_CLOUD_ACCESS_KEY_SECRET";
            error!(reason = "no credentials", "{advice}");
            return Err(Failure::new("NoCredentials", advice));
        };
        let deadline = Deadline::at(event.context.deadline);
        let client = self.client(credentials);
        let engine = self.engine(&client, deadline).await?;
        let unkept = self.policy.keep(&client, deadline).await;
        let mut report = Report::default();
        for scope in scopes {
            report.merge(self.look_at(&engine, scope, unkept.clone(), deadline).await);
        }
        conclude(&report)
    }

    async fn look_at(
        &self,
        engine: &Engine<HttpTransport>,
        scope: Scope,
        unkept: Option<goldcast_engine::Failure>,
        deadline: Deadline,
    ) -> Report {
        let right = if self.voice.is_some() {
            Right::SweepOnly
        } else {
            Right::Anyone
        };
        let mut run = engine.run(scope, right, deadline).await;
        run.report.failures.extend(unkept);
        for wait in &run.report.waits {
            info!(release = wait.release, "waiting: {wait}");
        }
        for block in &run.report.blocks {
            warn!(release = block.release, reason = block.kind.name(), "blocked: {block}");
        }
        if let Some(voice) = &self.voice {
            voice.announce(engine, &mut run, deadline).await;
        }
        run.report
    }

    /// What calls the cloud with these keys; the platform changes them rarely.
    pub(crate) fn client(&self, credentials: &Credentials) -> Client<HttpTransport> {
        let id = credentials.access_key_id.expose_secret();
        if let Some((known, client)) = &*self.client.borrow()
            && known == id
        {
            return client.clone();
        }
        let (secret, token) = (
            credentials.access_key_secret.clone(),
            credentials.security_token.clone(),
        );
        let keys = goldcast_cloud::Credentials::new(id, secret, token);
        let client = Client::new(self.transport.clone(), self.client_settings.clone(), keys.into());
        *self.client.borrow_mut() = Some((id.to_owned(), client.clone()));
        *self.engine.borrow_mut() = None;
        client
    }

    /// The engine for this client and the policy that is in force now.
    pub(crate) async fn engine(
        &self,
        client: &Client<HttpTransport>,
        deadline: Deadline,
    ) -> Result<Rc<Engine<HttpTransport>>, Failure> {
        let in_force = self.policy.read(client, deadline).await.map_err(|error| {
            error!(reason = %error, "nothing is done before that is known");
            let failure = Failure::new("PolicyUnread", error.to_string());
            if error.is_token_expired() {
                failure.and_restart()
            } else {
                failure
            }
        })?;
        if let Some((known, engine)) = &*self.engine.borrow()
            && known.is_same_as(&in_force)
        {
            return Ok(Rc::clone(engine));
        }
        let engine = Rc::new(Engine::under(in_force.clone(), client.clone(), Clock::wall()));
        *self.engine.borrow_mut() = Some((in_force, Rc::clone(&engine)));
        Ok(engine)
    }
}

/// The last line of the log, and the answer: a failure only where calling again can help.
fn conclude(report: &Report) -> Result<Value, Failure> {
    let done: u32 = report.done.values().sum();
    info!(
        reads = report.reads,
        writes = report.writes,
        done,
        waits = report.waits.len(),
        blocks = report.blocks.len(),
        failures = report.failures.len(),
        told = report.told,
        "looked at {}",
        report
            .scopes
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    );
    if report.keys_expired {
        return Err(Failure::new("CredentialsExpired", "the function's keys have expired").and_restart());
    }
    if report.wants_retry() {
        let what = report.failures.iter().find(|failure| failure.retry);
        let message = what.map_or_else(
            || "the time was up; the next run goes on".to_owned(),
            |failure| format!("{}: {}", failure.what, failure.why),
        );
        return Err(Failure::new("TryAgain", message));
    }
    Ok(json!(report.answer()))
}
