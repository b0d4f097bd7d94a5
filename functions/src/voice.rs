//! What the sweep speaks with. A row of the table points here or nowhere, so that the binaries of functions which never speak
//! carry neither messages nor channels.

use std::cell::OnceCell;
use std::pin::Pin;

use fc_runtime::Environment;
use goldcast_cloud::{Deadline, HttpTransport};
use goldcast_engine::{Engine, Finished, HttpAnnouncer, HttpPostError, Reach};
use tracing::error;

/// Makes a voice out of what the function is told by its environment.
pub(crate) type MakeVoice = fn(Environment, Reach) -> Box<dyn Voice>;

/// Something that is done in the end, on the function's one thread.
pub(crate) type Spoken<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Whoever tells people what a run came to.
pub(crate) trait Voice {
    /// Tells what this run knows, and writes into its report what was told.
    fn announce<'a>(
        &'a self,
        engine: &'a Engine<HttpTransport>,
        run: &'a mut Finished,
        deadline: Deadline,
    ) -> Spoken<'a>;
}

/// The sweep's voice: the channels of the policy.
pub(crate) fn channels(environment: Environment, reach: Reach) -> Box<dyn Voice> {
    Box::new(Channels {
        environment,
        reach,
        announcer: OnceCell::new(),
    })
}

/// Made when the sweep first has something to look at, so that an instance which is woken for nothing starts as fast as any
/// other.
struct Channels {
    environment: Environment,
    reach: Reach,
    announcer: OnceCell<HttpAnnouncer>,
}

impl Channels {
    fn announcer(&self) -> Result<&HttpAnnouncer, HttpPostError> {
        if let Some(announcer) = self.announcer.get() {
            return Ok(announcer);
        }
        let environment = self.environment.clone();
        let variable = move |name: &str| environment.get(name).map(str::to_owned);
        let announcer = HttpAnnouncer::over_http(variable, self.reach)?;
        Ok(self.announcer.get_or_init(|| announcer))
    }
}

impl Voice for Channels {
    fn announce<'a>(
        &'a self,
        engine: &'a Engine<HttpTransport>,
        run: &'a mut Finished,
        deadline: Deadline,
    ) -> Spoken<'a> {
        Box::pin(async move {
            match self.announcer() {
                Ok(announcer) => announcer.announce(engine, run, deadline).await,
                Err(error) => error!(reason = %error, "nobody can be told anything; the images are not affected"),
            }
        })
    }
}
