//! The contract between Function Compute and this runtime, one test per rule, over real sockets.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
#![expect(clippy::panic, reason = "handlers under test panic on purpose")]

mod answers;
mod client;
mod credentials;
mod hooks;
mod http_trigger;
mod lifecycle;
mod limits;
mod markers;
mod panics;
mod process;
mod running;
