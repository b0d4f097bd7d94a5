//! What scenarios share: a simulated cloud in this process, its people, and the engine in front of it.
//!
//! No sockets and no sleeping: time moves when a scenario says so.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "tests fail by panicking")]

mod stage;
mod transport;

pub use stage::{People, Stage};
pub use transport::{InProcess, Script};
