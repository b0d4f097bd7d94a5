//! The client's transport without a network: requests go straight into the simulated cloud, or are lost on the way.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use goldcast_cloud::{NoAnswer, Transport, TransportError};
use goldcast_emulator::cloud::{Cloud, Endpoint, Moment};
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
        let place = host.split('.').next().unwrap().to_owned();
        let number = {
            let mut sent = self.sent.lock().unwrap();
            *sent += 1;
            *sent
        };
        let lost = match self.script {
            Script::Faithful => false,
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
        match self.script {
            Script::KilledUnheard(answered) if number > answered => Err(NoAnswer::Reset.into()),
            Script::Faithful | Script::KilledAfter(_) | Script::KilledUnheard(_) | Script::RegionDark(_) => Ok(answer),
        }
    }
}

impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.answer(&request)
    }
}
