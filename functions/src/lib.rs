//! The event-driven functions: event in, scope out. A function says where to look and decides nothing; one
//! of them only shows what is there.
//!
//! Reading an event ([`Envelope::parse`] and each function's `look`) and working on it ([`main`]) are apart.
//! [`Envelope::parse`] turns any body into typed hints, and each function's `look` turns hints into [`Look`].
//! Neither does I/O, and no input is an error: what cannot be read is
//! [`Envelope::Malformed`], which is logged and answered as done, because a retry would only read it again.
//!
//! ```
//! use goldcast_functions::{Envelope, Function, Settings};
//!
//! let settings = Settings::new("1234567890123456".parse()?, "cn-hangzhou".parse()?);
//! let body = br#"{"regionId": "cn-hangzhou", "imageId": "m-bp1gold0001"}"#;
//! let function = Function::by_name("image-created").ok_or("no such function")?;
//! let look = (function.look)(&Envelope::parse(body), &settings);
//! assert_eq!(look.to_string(), "image m-bp1gold0001 in cn-hangzhou");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod configuration;
pub mod copy_completed;
pub mod envelope;
pub mod image_created;
mod look;
pub mod member_added;
pub mod member_removed;
mod samples;
mod settings;
pub mod status;
pub mod sweep;
mod voice;
mod worker;

use configuration::ConfigurationError;
pub use envelope::{Envelope, Malformed};
pub use look::{Look, Reason};
pub use samples::{SAMPLES, Sample};
pub use settings::Settings;
pub use worker::main;

/// What is deployed in the home region: a template of Resource Orchestration Service. The simulated cloud deploys from it too.
pub const TEMPLATE: &str = include_str!("../../template.yml");
/// What is deployed in every other region, so that its events come home.
pub const REGION_EVENTS: &str = include_str!("../../satellites/region-events.yml");

/// Every function.
pub const FUNCTIONS: &[Function] = &[
    image_created::FUNCTION,
    copy_completed::FUNCTION,
    member_added::FUNCTION,
    member_removed::FUNCTION,
    sweep::FUNCTION,
    status::FUNCTION,
];

/// One row of [`FUNCTIONS`].
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Its name. It is deployed under the same, behind a prefix.
    pub name: &'static str,
    /// What it does, as the rest of a sentence that starts with its name.
    pub summary: &'static str,
    /// Where it looks when an event wakes it.
    pub look: fn(&Envelope, &Settings) -> Look,
    /// How it is served. A row points to what it needs and to nothing else, so that no binary carries another's work.
    pub(crate) serve: Serve,
}

/// Makes the service of a function out of its environment.
pub(crate) type Serve =
    fn(&'static Function, &fc_runtime::Environment, fc_runtime::Config) -> Result<Served, ConfigurationError>;

/// The runtime's configuration, and what it serves.
pub(crate) type Served = (fc_runtime::Config, fc_runtime::Service);

impl Function {
    /// The function of that name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }
}
