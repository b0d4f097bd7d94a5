//! Scenarios over the whole product, and what holds for the project as a whole.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod rooms;
mod travel;
