//! What all faces of the world share: the cloud, the clock and what is due, behind one lock. Not here: anything that
//! waits. The lock is held for the moment of one state change and never across an await.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use secrecy::SecretString;

use super::acts::Withheld;
use super::agenda::{Agenda, Due};
use super::bus::Bus;
use super::clock::{WallClock, later};
use super::delivery::Jams;
use super::deployment::{Deployment, Logs};
use super::host::Place;
use super::invocation::{ASYNC_BODY_BYTES_MAX, DeadLetter, InvokeError, Next, Task, timer_payload};
use super::names::Names;
use super::receivers::Receivers;
use super::schedule::Schedule;
use super::trigger::Trigger;
use crate::cloud::{Cloud, Endpoint, Incoming, Moment, Span, TemporaryKey, Transit, check_ahead, completed};

/// Looks at the lock before a thread goes to sleep for it: about twenty microseconds.
const SPINS: u32 = 500;
/// Secrets remembered; with more keys than that they are looked up again.
const SECRETS_MAX: usize = 20_000;
/// Dead letters kept; older ones make room.
const DEAD_LETTERS_MAX: usize = 10_000;

/// A timer trigger.
#[derive(Debug)]
struct Timer {
    function: String,
    name: String,
    schedule: Schedule,
    payload: String,
}

/// Everything that changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) now: Timestamp,
    pub(super) cloud: Cloud,
    pub(super) agenda: Agenda,
    pub(super) receivers: Receivers,
    pub(super) dead_letters: Vec<DeadLetter>,
    pub(super) withheld: Vec<Withheld>,
    pub(super) bus: Bus,
    pub(super) jams: Jams,
    /// How long forwarding takes.
    pub(super) hop: Span,
    timers: Vec<Timer>,
    pub(super) names: Names,
}

/// The state, shared by the faces, the receivers, the host and the driver.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    state: Arc<Mutex<State>>,
    pub(super) wall: WallClock,
    pub(super) place: Arc<Place>,
    /// Secrets by key id, so that a signature is checked without waiting for the state.
    secrets: Arc<RwLock<BTreeMap<String, SecretString>>>,
}

impl Shared {
    pub(super) fn new(state: State, wall: WallClock, place: Place) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
            wall,
            place: Arc::new(place),
            secrets: Arc::default(),
        }
    }

    /// The same state around functions that log there.
    pub(super) fn logging(&self, logs: Option<Logs>) -> Self {
        let place = Place {
            logs,
            ..Place::clone(&self.place)
        };
        Self {
            place: Arc::new(place),
            ..self.clone()
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A state change takes microseconds, and going to sleep and being woken takes longer.
        for _ in 0..SPINS {
            if let Ok(state) = self.state.try_lock() {
                return state;
            }
            std::hint::spin_loop();
        }
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.lock().now
    }

    /// One request to the cloud, at this moment.
    pub(super) fn handle(&self, endpoint: &Endpoint, request: &Request<Bytes>) -> Response<Bytes> {
        // What takes time and needs no state, reading and verifying before and putting rows together after, is done
        // without the lock.
        let mut incoming = Incoming::read(request);
        check_ahead(request, &mut incoming, |key| self.secret(key));
        let wall = self.wall.now();
        let response = {
            let mut state = self.lock();
            let moment = Moment { now: state.now, wall };
            let response = state.cloud.handle_read(moment, endpoint, request, incoming);
            if let Some(transit) = response.extensions().get::<Transit>() {
                state.now = later(state.now, transit.simulated);
            }
            response
        };
        completed(response)
    }

    /// A key's secret as it was last known; the gateway checks again with the one that counts, if they differ.
    fn secret(&self, key: &str) -> Option<SecretString> {
        let known = self
            .secrets
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned();
        if known.is_some() {
            return known;
        }
        let secret = self.lock().cloud.secret(key)?;
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        if secrets.len() >= SECRETS_MAX {
            secrets.clear();
        }
        secrets.insert(key.to_owned(), secret.clone());
        Some(secret)
    }

    /// Credentials of a role of the owner's account, as the platform gives them to a function.
    pub(super) fn assume(&self, role: &str, function: &str) -> Result<TemporaryKey, String> {
        let arn = format!("acs:ram::{}:role/{role}", self.place.account);
        let wall = self.wall.now();
        let mut state = self.lock();
        let moment = Moment { now: state.now, wall };
        state
            .cloud
            .assume(moment, &arn, function)
            .map_err(|error| error.to_string())
    }

    pub(super) fn instance_id(&self) -> String {
        self.lock().names.instance()
    }
}

impl State {
    pub(super) fn new(now: Timestamp, cloud: Cloud, bus: Bus, hop: Span, receivers: Receivers, names: Names) -> Self {
        Self {
            now,
            cloud,
            agenda: Agenda::default(),
            receivers,
            dead_letters: Vec::new(),
            withheld: Vec::new(),
            bus,
            jams: Jams::default(),
            hop,
            timers: Vec::new(),
            names,
        }
    }

    /// Puts the rules of a deployment on the buses and starts its timers.
    pub(super) fn deploy(&mut self, deployment: &Deployment) {
        self.bus.deploy(deployment);
        for function in &deployment.functions {
            for trigger in &function.triggers {
                let Trigger::Timer {
                    name,
                    schedule,
                    payload,
                } = trigger
                else {
                    continue;
                };
                if let Some(due) = schedule.after(self.now) {
                    self.agenda.push(due, Due::Timer(self.timers.len()));
                }
                self.timers.push(Timer {
                    function: function.name.clone(),
                    name: name.clone(),
                    schedule: schedule.clone(),
                    payload: payload.clone(),
                });
            }
        }
    }

    /// The next moment at which something happens, never in the past.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let next = [self.agenda.next_at(), self.cloud.next_wakeup()]
            .into_iter()
            .flatten()
            .min()?;
        Some(next.max(self.now))
    }

    /// Lets everything happen that is due now and gives the invocations to make: all of them, or only the first.
    pub(super) fn due(&mut self, all: bool) -> Vec<Task> {
        let events = self.cloud.advance(self.now);
        for event in events {
            self.publish(&event);
        }
        let mut tasks = Vec::new();
        while let Some(due) = self.agenda.pop(self.now) {
            match due {
                Due::Timer(place) => self.fire(place),
                Due::Deliver(parcel) => self.deliver(parcel),
                Due::Invoke(task) => {
                    tasks.push(task);
                    if !all {
                        break;
                    }
                }
            }
        }
        tasks
    }

    fn fire(&mut self, place: usize) {
        let now = self.now;
        let Some(Timer {
            function,
            name,
            schedule,
            payload,
        }) = self.timers.get(place)
        else {
            return;
        };
        let (function, body) = (function.clone(), timer_payload(now, name, payload));
        if let Some(again) = schedule.after(now) {
            self.agenda.push(again, Due::Timer(place));
        }
        if let Err(error) = self.enter(function, body) {
            tracing::warn!(%error, "a timer did not fire");
        }
    }

    /// Accepts an asynchronous invocation, to be made now. Gives its request id.
    pub(super) fn enter(&mut self, function: String, body: Bytes) -> Result<String, InvokeError> {
        let now = self.now;
        self.enter_at(now, function, body)
    }

    pub(super) fn enter_at(&mut self, at: Timestamp, function: String, body: Bytes) -> Result<String, InvokeError> {
        if body.len() > ASYNC_BODY_BYTES_MAX {
            return Err(InvokeError::BodyTooLarge {
                function,
                bytes: body.len(),
                limit: ASYNC_BODY_BYTES_MAX,
            });
        }
        let task = self.task(at, function, body);
        let request_id = task.request_id.clone();
        self.agenda.push(at, Due::Invoke(task));
        Ok(request_id)
    }

    /// A fresh request id of the platform.
    pub(super) fn request_id(&mut self) -> String {
        self.names.request()
    }

    /// A task with a fresh request id.
    pub(super) fn task(&mut self, since: Timestamp, function: String, body: Bytes) -> Task {
        Task {
            request_id: self.names.request(),
            function,
            body,
            since,
            failures: 0,
            throttled: 0,
            parcel: None,
        }
    }

    /// Does what follows on an attempt.
    pub(super) fn follow(&mut self, next: Next) {
        match next {
            Next::Done => {}
            Next::Retry(at, task) => self.agenda.push(at, Due::Invoke(task)),
            Next::Tell { at, function, body } => {
                if let Err(error) = self.enter_at(at, function, body) {
                    tracing::warn!(%error, "a destination was not told");
                }
            }
            Next::GiveUp(letter) => self.bury(letter),
        }
    }

    /// Keeps what was given up.
    pub(super) fn bury(&mut self, letter: DeadLetter) {
        if self.dead_letters.len() == DEAD_LETTERS_MAX {
            self.dead_letters.remove(0);
        }
        self.dead_letters.push(letter);
    }

    /// Deliveries and invocations that have not been made yet.
    pub(super) fn waiting(&self) -> usize {
        self.agenda.waiting() + self.jams.waiting()
    }
}
