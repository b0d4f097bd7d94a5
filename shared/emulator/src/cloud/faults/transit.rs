//! How an answer reaches its caller. The state machine has no connection to break and no time to waste, so it says here
//! what whoever carries the answer has to do.

use std::time::Duration;

use jiff::SignedDuration;

/// How an answer reaches its caller: an extension of the response, absent where it does so at once and whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Transit {
    /// The connection breaks and nothing of the answer arrives, whether or not the work was done.
    pub broken: bool,
    /// How long the call takes in simulated time.
    pub simulated: SignedDuration,
    /// How long the caller waits in real time.
    pub real: Duration,
}
