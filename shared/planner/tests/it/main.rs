//! What the planner decides, rule by rule, and the laws that hold over all of them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod brakes;
mod building;
mod committing;
mod copying;
mod drifting;
mod encryption;
mod entry;
mod every_block;
mod every_line;
mod explaining;
mod gates;
mod laws;
mod laws_always;
mod laws_copying;
mod laws_identity;
mod laws_knowing;
mod laws_releasing;
mod laws_sharing;
mod modes;
mod names;
mod oracle;
mod organisation;
mod printing;
mod recalling;
mod retiring;
mod sharing;
mod shelves;
mod stage;
mod support;
