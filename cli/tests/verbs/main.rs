//! The verbs as a person and as a script use them: the real program, over real HTTP, in a simulated cloud in which
//! nothing else is at work.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod deploying;
mod doctor;
mod looking;
mod pushing;
mod scene;
mod taking_back;
mod telling;
mod working;
