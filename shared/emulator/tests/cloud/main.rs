//! The simulated cloud from outside: really signed requests go in, and what comes out is what the documents promise.
//! Each file is about one part of it; `support` signs, sends and lets time pass.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod authorisation;
mod captures;
mod conformance;
mod copies;
mod directory;
mod directory_changes;
mod encryption;
mod error_codes;
mod event_samples;
mod eventbridge;
mod events;
mod families;
mod faults;
mod flow;
mod functions;
mod gateway;
mod images;
mod kms;
mod machines;
mod needs;
mod parameters;
mod pipelines;
mod policies;
mod policy_operations;
mod quotas;
mod random;
mod recipients;
mod repeatable;
mod retiring;
mod roles;
mod sessions;
mod shapes;
mod shares;
mod sharing;
mod sharing_access;
mod sharing_lists;
mod sharing_outside;
mod sharing_requests;
mod shelf;
mod snapshots;
mod storage;
mod support;
mod tags;
mod wire;
