#![doc = include_str!("../README.md")]

mod answer;
mod body;
mod config;
mod context;
mod credentials;
mod diagnostic;
mod environment;
mod event;
mod excerpt;
mod http_event;
mod invocation;
pub mod log;
mod markers;
mod route;
mod server;
mod service;
mod signal;
mod start;
mod unwind;

pub use config::{Config, ConfigError, FunctionIdentity, VariableError};
pub use context::Context;
pub use credentials::{Credentials, CredentialsSource};
pub use diagnostic::{Diagnostic, Failure};
pub use environment::Environment;
pub use event::Event;
pub use markers::Markers;
pub use server::{Exit, ServeError, serve, serve_until};
pub use service::{Service, raw_service_fn, service_fn};
pub use start::{RunError, main, main_with, run};
