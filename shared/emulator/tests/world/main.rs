//! The world around the simulated cloud, from outside: functions as processes, simulated time, sockets.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod chats;
mod deliveries;
mod faces;
mod functions;
mod http_triggers;
mod roles;
mod stacks;
mod support;
mod time;
