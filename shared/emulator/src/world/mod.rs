//! The world around the simulated cloud: time, sockets, functions that run as processes, the bus that wakes them and
//! the chat tools that hear of it. Not here: the cloud itself, which is [`crate::cloud`] and does no I/O.
//!
//! Time is simulated and moves in jumps, from one due moment to the next. Each moment is awaited with everything it
//! causes, so a seed repeats exactly. Functions are the real programs, started and called by Function Compute's own
//! contract; they reach the cloud over loopback.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use goldcast_emulator::cloud::{Cloud, Organisation, Setup};
//! use goldcast_emulator::world::{Launch, Platform, Stacks, World, WorldSetup};
//! use goldcast_template::{Place, Template, Values};
//! use jiff::SignedDuration;
//!
//! let (owner, home) = ("1234567890123456".parse()?, "cn-hangzhou".parse()?);
//! let organisation = Organisation::standard(owner, "1000000000000001".parse()?, home);
//! let cloud = Cloud::new(Setup::with_seed(7), &organisation);
//! let mut world = World::open(WorldSetup {
//!     platform: Platform::with_bus("goldcast-regions"),
//!     launch: Launch::from_folder("target/release"),
//!     ..WorldSetup::new(cloud, organisation.owner.clone(), organisation.home.clone(), "2026-11-20T08:00:00Z".parse()?)
//! })
//! .await?;
//! let template = Template::parse(&std::fs::read_to_string("template.yml")?)?;
//! let values = Values::from([("Endpoints".to_owned(), serde_json::to_string(world.endpoints())?)]);
//! let place = Place { account: organisation.owner, region: organisation.home, stack: "goldcast".to_owned() };
//! world.deploy(&Stacks::of(template.resolve(&place, &values)?)).await?;
//! world.run_until(SignedDuration::from_hours(1), |view| !view.messages.is_empty()).await?;
//! world.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod acts;
mod agenda;
mod bus;
mod chaos;
mod clock;
mod courier;
mod custom_domain;
mod delivery;
mod deployed_function;
mod deployed_role;
mod deploying;
mod deployment;
mod driver;
mod endpoints;
mod face;
mod host;
mod in_process;
mod invocation;
mod names;
mod page;
mod pattern;
mod reading;
mod receivers;
mod schedule;
mod setup;
mod shared;
mod stack;
mod trigger;
mod trigger_auth;
mod variables;
mod web;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::task::JoinSet;

pub use acts::Withheld;
pub use bus::BusTricks;
pub use chaos::Chaos;
pub use clock::{Pace, WallClock};
pub use custom_domain::CustomDomain;
pub use delivery::{DeliveryOptions, RetryStrategy, Tolerance};
pub use deployed_function::{Function, Hook, Runtime};
pub use deployed_role::DeployedRole;
pub use deployment::{Deployment, DeploymentError, Logs, Unheard};
pub use driver::{Overlap, TimedOut, Why};
pub use endpoints::{Endpoints, GlobalEndpoints, RegionalEndpoints};
pub use face::ListenError;
pub use host::{HostSettings, Launch, LogLine, Program};
pub use in_process::{InProcess, Unanswered};
pub use invocation::{ASYNC_BODY_BYTES_MAX, DeadLetter, FunctionError, Invocation, InvokeError, SYNC_BODY_BYTES_MAX};
pub use pattern::{Pattern, PatternError};
pub use reading::{Line, Look, Span};
pub use receivers::{Misbehaviour, Received, ReceiverKind, ReceiverSetup, Tally};
pub use schedule::{Schedule, ScheduleError};
pub use setup::WorldSetup;
pub use stack::{AsyncReading, Platform, StackError, Stacks};
pub use trigger::{Forwarding, InvocationType, Trigger};
pub use trigger_auth::{BasicUser, BearerToken, TriggerAuth};
pub use variables::{ReservedVariable, Variables};

use crate::cloud::{BusEvent, Call, Cloud, Moment};
use crate::planted;
use bus::Bus;
use face::Ports;
use host::{Host, Place};
use names::Names;
use receivers::Receivers;
use shared::{Shared, State};

/// A world that runs. Dropping it closes its sockets and kills its functions. On Unix they are also killed when the
/// program ends without dropping it, however it ends.
#[derive(Debug)]
pub struct World {
    shared: Shared,
    host: Arc<Host>,
    pace: Pace,
    overlap: Overlap,
    endpoints: Arc<Endpoints>,
    receivers: String,
    page: String,
    /// Addresses of the functions that have an HTTP trigger.
    functions: BTreeMap<String, String>,
    platform: Platform,
    launch: Launch,
    instances: HostSettings,
    ports: Ports,
    /// The servers; they end with the world.
    servers: JoinSet<()>,
}

/// A look at the world between two steps.
#[derive(Debug)]
pub struct View<'a> {
    /// Simulated time.
    pub now: Timestamp,
    /// The cloud.
    pub cloud: &'a Cloud,
    /// What people were told, oldest first.
    pub messages: &'a [Received],
    /// What the platform gave up, oldest first.
    pub dead_letters: &'a [DeadLetter],
    /// What the platform did not do because a function's role does not allow it, oldest first.
    pub withheld: &'a [Withheld],
    /// Deliveries and asynchronous invocations that have not been made yet, retries among them.
    pub waiting: usize,
}

/// A world that could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The deployment is not consistent.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// The platform would not create a resource of the stack, or it is not simulated.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// Functions are deployed already, and are not replaced.
    #[error("functions are deployed already: open another world")]
    Twice,
    /// A socket could not be opened.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl World {
    /// Opens the sockets. No function is started before its first invocation, and time stands still until it is moved.
    pub async fn open(setup: WorldSetup) -> Result<Self, OpenError> {
        let bus = Bus::new(setup.owner.clone(), setup.home.clone(), setup.bus);
        let place = Place {
            account: setup.owner,
            region: setup.home,
            regions: setup.regions,
            logs: None,
        };
        let receivers = Receivers::new(setup.receivers);
        let names = Names::new(setup.seed);
        let hop = setup.forwarding_delay;
        let state = State::new(setup.start, setup.cloud, bus, hop, receivers, names);
        let shared = Shared::new(state, setup.wall, place);

        let mut servers = JoinSet::new();
        let mut ports = Ports::new(setup.base_port);
        let endpoints = face::open(&shared, &mut ports, &mut servers).await?;
        let (listener, receivers) = ports.listen().await?;
        face::serve(listener, receivers::router(&shared), &mut servers);
        let (listener, page) = ports.listen().await?;
        face::serve(listener, page::router(&shared), &mut servers);

        let nothing = Host::new(Deployment::default(), setup.launch.clone(), setup.host.clone());
        let mut world = Self {
            shared,
            host: Arc::new(nothing),
            pace: setup.pace,
            overlap: setup.overlap,
            endpoints: Arc::new(endpoints),
            receivers,
            page,
            functions: BTreeMap::new(),
            platform: setup.platform,
            launch: setup.launch,
            instances: setup.host,
            ports,
            servers,
        };
        world.install(setup.deployment).await?;
        Ok(world)
    }

    /// Where the cloud's products listen.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The address of the world's own web page.
    pub fn page_url(&self) -> String {
        format!("http://{}/", self.page)
    }

    /// The webhook address of a channel, to be handed to a sender. It holds the channel's token.
    pub fn webhook_url(&self, channel: &str) -> Option<String> {
        let path = self.shared.lock().receivers.path(channel)?;
        Some(format!("http://{}{path}", self.receivers))
    }

    /// Sets variables of every function that starts from now on, over those that are deployed. Nothing else of this process's
    /// environment reaches a function, except what the platform itself sets.
    pub fn set_environment(&self, variables: BTreeMap<String, String>) -> Result<(), ReservedVariable> {
        self.host.set_environment(variables)
    }

    /// The cloud without sockets.
    pub fn in_process(&self) -> InProcess {
        InProcess::new(self.shared.clone(), Arc::clone(&self.endpoints))
    }

    /// Simulated time.
    pub fn now(&self) -> Timestamp {
        self.shared.now()
    }

    /// Looks at the world. Nothing changes meanwhile, so `look` should be short and must not call the world.
    pub fn read<R>(&self, look: impl FnOnce(&View<'_>) -> R) -> R {
        let state = self.shared.lock();
        look(&View {
            now: state.now,
            cloud: &state.cloud,
            messages: state.receivers.messages(),
            dead_letters: &state.dead_letters,
            withheld: &state.withheld,
            waiting: state.waiting(),
        })
    }

    /// Works on the cloud directly, as nobody could: for tests that set the scene. Same limits as [`read`](Self::read).
    pub fn with_cloud<R>(&self, work: impl FnOnce(&mut Cloud, Moment) -> R) -> R {
        let wall = self.shared.wall.now();
        let mut state = self.shared.lock();
        let moment = Moment { now: state.now, wall };
        work(&mut state.cloud, moment)
    }

    /// Every call that the cloud has answered.
    pub fn calls(&self) -> Vec<Call> {
        self.read(|view| view.cloud.calls().to_vec())
    }

    /// What people were told.
    pub fn messages(&self) -> Vec<Received> {
        self.read(|view| view.messages.to_vec())
    }

    /// How many messages each channel took and did not take, in the order of the setup.
    pub fn tallies(&self) -> Vec<Tally> {
        self.shared.lock().receivers.tallies().cloned().collect()
    }

    /// What the platform gave up.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.read(|view| view.dead_letters.to_vec())
    }

    /// What the instances of a function printed, oldest first; at most 10,000 lines.
    pub fn log(&self, function: &str) -> Vec<LogLine> {
        self.host.log(function)
    }

    /// Where [`planted`] secrets show in what this world heard and recorded: what its functions printed, the
    /// calls, the messages, what the platform gave up. There must be none.
    pub fn leaks(&self) -> Vec<String> {
        let logs = self.host.functions().flat_map(|function| self.host.log(&function.name));
        let mut texts: Vec<String> = logs.map(|line| line.text).collect();
        self.read(|view| {
            let calls = view.cloud.calls().iter();
            texts.extend(calls.filter_map(|call| serde_json::to_string(call).ok()));
            texts.extend(view.messages.iter().map(|message| format!("{message:?}")));
            texts.extend(view.dead_letters.iter().map(|letter| format!("{letter:?}")));
        });
        texts.iter().flat_map(|text| planted::leaks(text)).collect()
    }

    /// Makes a channel misbehave, or behave again. Gives whether there is such a channel.
    pub fn misbehave(&self, channel: &str, misbehaviour: Option<Misbehaviour>) -> bool {
        self.shared.lock().receivers.misbehave(channel, misbehaviour)
    }

    /// Puts an event on its bus: for events that are doubled, forged or out of order. Rules apply as to any other; the
    /// functions are invoked by the next step.
    pub fn deliver(&self, event: &BusEvent) {
        self.shared.lock().publish(event);
    }

    /// Invokes a function and waits for its answer, as a pipeline does. Nobody retries and no destination hears of it.
    pub async fn invoke(&self, function: &str, body: impl Into<Bytes>) -> Result<Invocation, InvokeError> {
        let body = body.into();
        self.host.function(function)?;
        if body.len() > SYNC_BODY_BYTES_MAX {
            let (function, bytes) = (function.to_owned(), body.len());
            return Err(InvokeError::BodyTooLarge {
                function,
                bytes,
                limit: SYNC_BODY_BYTES_MAX,
            });
        }
        let task = {
            let mut state = self.shared.lock();
            let now = state.now;
            state.task(now, function.to_owned(), body)
        };
        self.host.invoke(&self.shared, &task).await
    }

    /// The address of a function's HTTP trigger.
    pub fn function_url(&self, function: &str) -> Option<String> {
        let address = self.functions.get(function)?;
        Some(format!("http://{address}/"))
    }

    /// Sends a request to a function's HTTP trigger without a socket in between.
    pub async fn request(
        &self,
        function: &str,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, InvokeError> {
        if !web::has_address(self.host.function(function)?) {
            let function = function.to_owned();
            return Err(InvokeError::NoHttpTrigger { function });
        }
        Ok(web::answer(&self.host, &self.shared, function, request).await)
    }

    /// Accepts an asynchronous invocation, made by the next step, and gives its request id.
    pub fn invoke_async(&self, function: &str, body: impl Into<Bytes>) -> Result<String, InvokeError> {
        self.host.function(function)?;
        self.shared.lock().enter(function.to_owned(), body.into())
    }

    /// Ends every function and waits until their processes are gone.
    pub async fn shutdown(self) {
        self.host.stop().await;
    }
}
