//! What the planner decides, rule by rule, and the laws that hold over all of them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod committing;
mod copying;
mod entry;
mod laws;
mod recalling;
mod retiring;
mod sharing;
mod stage;
mod support;
