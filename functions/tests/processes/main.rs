//! The functions as they are shipped: real processes, real HTTP, Function Compute's own contract, in a simulated cloud.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod bad_input;
mod channels;
mod members;
mod policy_object;
mod release;
mod scene;
mod start;
mod status;
mod switches;
