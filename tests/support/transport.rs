//! The client's transport without a network: requests go straight into the simulated cloud, or are lost on the way.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use goldcast_cloud::{NoAnswer, RetryPolicy, Transport, TransportError};
use goldcast_emulator::cloud::{Cloud, Endpoint, Moment, Transit};
use http::{Request, Response};
use jiff::Timestamp;

/// What happens to the calls of one client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Script {
    /// Every call is answered.
    #[default]
    Faithful,
    /// So many calls are answered, and the next never reach the cloud: the caller was killed.
    KilledAfter(usize),
    /// So many calls are answered; one more is carried out, and its answer is lost with the caller.
    KilledUnheard(usize),
    /// Calls to this region never arrive.
    RegionDark(&'static str),
    /// Every call is answered, and repeated as a function repeats it. For tests whose real time is paused.
    Patient,
}

impl Script {
    /// How often calls are sent again.
    pub(crate) fn retry(self) -> RetryPolicy {
        match self {
            Self::Patient => RetryPolicy::default(),
            Self::Faithful | Self::KilledAfter(_) | Self::KilledUnheard(_) | Self::RegionDark(_) => {
                RetryPolicy::never()
            }
        }
    }
}

/// The simulated cloud behind the transport.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) cloud: Cloud,
    pub(crate) now: Timestamp,
}

/// One client's way to the cloud.
#[derive(Debug, Clone)]
pub struct InProcess {
    shared: Arc<Mutex<Shared>>,
    script: Script,
    sent: Arc<Mutex<usize>>,
}

impl InProcess {
    pub(crate) fn new(shared: &Arc<Mutex<Shared>>, script: Script) -> Self {
        Self {
            shared: Arc::clone(shared),
            script,
            sent: Arc::default(),
        }
    }

    fn answer(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let host = request.headers()["host"].to_str().unwrap();
        // An object's bucket stands in front of its place.
        let mut labels = host.strip_suffix(".test").unwrap().rsplit('.');
        let place = labels.next().unwrap().to_owned();
        let number = {
            let mut sent = self.sent.lock().unwrap();
            *sent += 1;
            *sent
        };
        let lost = match self.script {
            Script::Faithful | Script::Patient => false,
            Script::KilledAfter(answered) => number > answered,
            Script::KilledUnheard(answered) => number > answered + 1,
            Script::RegionDark(region) => place == region,
        };
        if lost {
            return Err(NoAnswer::Connect.into());
        }
        let endpoint = if place == "global" {
            Endpoint::Global
        } else {
            Endpoint::Region(place.parse().unwrap())
        };
        let mut shared = self.shared.lock().unwrap();
        let now = shared.now;
        let answer = shared.cloud.handle(Moment::at(now), &endpoint, request);
        let transit: Transit = answer.extensions().get().copied().unwrap_or_default();
        shared.now += transit.simulated;
        let unheard = matches!(self.script, Script::KilledUnheard(answered) if number > answered);
        if unheard || transit.broken {
            Err(NoAnswer::Reset.into())
        } else {
            Ok(answer)
        }
    }
}

impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.answer(&request)
    }
}
