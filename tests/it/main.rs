//! Scenarios over the whole product, and what holds for the project as a whole.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod encryption;
mod permissions;
mod platforms;
mod policy_object;
mod reactions;
mod reads;
mod recall;
mod retire;
mod rooms;
mod shelves;
mod stores;
mod switches;
mod travel;
