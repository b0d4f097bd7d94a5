//! The log of the process: one JSON object per line on standard output, written before the call that logs returns.
//!
//! There is no thread in between, since the platform freezes the instance with whatever is still in memory. Each line
//! has `timestamp`, `level`, `target` and `message`, the fields of the event, and those of all spans around it; so
//! every line of an invocation has `request_id`, `function` and `cold_start` at its top level.

mod filter;
mod line;

use tracing::subscriber::SetGlobalDefaultError;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt as _;

pub use self::filter::{Filter, FilterError};
use crate::unwind;

/// Something else already receives the log of this process.
#[derive(Debug, thiserror::Error)]
#[error("the log is already set up")]
pub struct InitError(#[from] SetGlobalDefaultError);

/// Sets up the log of this process, and lets panics of handlers go there instead of to standard error.
///
/// # Errors
///
/// When a global subscriber is set already.
pub fn init(filter: Filter) -> Result<(), InitError> {
    let layer = tracing_subscriber::fmt::layer()
        .fmt_fields(JsonFields::new())
        .event_format(line::JsonLine)
        .with_ansi(false)
        .with_writer(std::io::stdout);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer).with(filter.into_targets()))?;
    unwind::install_hook();
    Ok(())
}
