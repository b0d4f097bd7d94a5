//! Which lines are logged.

use std::str::FromStr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{ParseError, Targets};

use crate::excerpt::excerpt;

/// What is logged where nothing else is said.
const DEFAULT: LevelFilter = LevelFilter::INFO;
/// Crates that describe every byte they move; they are heard from `WARN` on unless asked for by name.
const TALKATIVE: [&str; 5] = ["h2", "hyper", "hyper_util", "reqwest", "rustls"];
/// How much of a bad filter an error repeats.
const VALUE_BYTES_MAX: usize = 128;

/// A list of targets and levels, such as `info,hyper=debug,my_function=trace`.
///
/// A level alone is the default for all targets, else that is `info`. `hyper`, `reqwest` and `rustls` are at `warn`
/// unless named. There are no regular expressions and no span filters.
///
/// ```
/// use fc_runtime::log::Filter;
///
/// let filter: Filter = "warn,my_function=debug".parse()?;
/// assert!("my_function=loud".parse::<Filter>().is_err());
/// # Ok::<(), fc_runtime::log::FilterError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Filter(Targets);

/// A text that is no filter.
#[derive(Debug, thiserror::Error)]
#[error("the log filter is {value:?}, expected levels and targets such as \"info,hyper=debug\"")]
pub struct FilterError {
    value: String,
    #[source]
    source: ParseError,
}

impl Filter {
    pub(super) fn into_targets(self) -> Targets {
        self.0
    }

    fn quiet(default: LevelFilter) -> Targets {
        let talkative = TALKATIVE
            .into_iter()
            .map(|target| (target, default.min(LevelFilter::WARN)));
        Targets::new().with_default(default).with_targets(talkative)
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self(Self::quiet(DEFAULT))
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let asked: Targets = text.parse().map_err(|source| FilterError {
            value: excerpt(text, VALUE_BYTES_MAX),
            source,
        })?;
        let quiet = Self::quiet(asked.default_level().unwrap_or(DEFAULT));
        Ok(Self(quiet.with_targets(asked.iter())))
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[track_caller]
    fn check(filter: &str, target: &str, level: Level, expected: bool) {
        let filter: Filter = filter.parse().unwrap();
        assert_eq!(filter.0.would_enable(target, &level), expected, "{target} at {level}");
    }

    #[test]
    fn transport_crates_are_quiet_unless_named() {
        check("info", "hyper::proto::h1", Level::INFO, false);
        check("info", "hyper::proto::h1", Level::WARN, true);
        check("trace", "rustls::client", Level::DEBUG, false);
        check("info,hyper=debug", "hyper::proto::h1", Level::DEBUG, true);
        check("error", "reqwest", Level::WARN, false);
        check("off", "reqwest", Level::ERROR, false);
    }

    #[test]
    fn a_filter_without_a_level_of_its_own_starts_from_info() {
        check("my_function=trace", "my_function::share", Level::TRACE, true);
        check("my_function=trace", "other", Level::INFO, true);
        check("my_function=trace", "other", Level::DEBUG, false);
        check("", "other", Level::INFO, true);
    }
}
