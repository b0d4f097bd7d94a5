//! A length of time as people write it in the policy file: `24h`, `7d`. Not here: what it is counted from.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A whole number of minutes, hours or days, such as `90m`, `24h` or `7d`; a day has 24 hours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    minutes: u32,
}

/// A text that is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a period: expected a number and a unit, such as 90m, 24h or 7d")]
pub struct PeriodError(String);

/// Minutes of ten years: more is a slip of the pen.
const MINUTES_MAX: u32 = 10 * 366 * 24 * 60;

impl Period {
    /// So many hours.
    pub const fn hours(hours: u32) -> Self {
        Self { minutes: hours * 60 }
    }

    /// So many days.
    pub const fn days(days: u32) -> Self {
        Self {
            minutes: days * 24 * 60,
        }
    }

    /// When it ends, if it began then.
    pub fn after(self, begin: Timestamp) -> Timestamp {
        begin
            .checked_add(SignedDuration::from_mins(i64::from(self.minutes)))
            .unwrap_or(Timestamp::MAX)
    }
}

impl std::str::FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let wrong = || PeriodError(text.chars().take(40).collect());
        let unit = match text.chars().next_back() {
            Some('m') => 1,
            Some('h') => 60,
            Some('d') => 24 * 60,
            _ => return Err(wrong()),
        };
        let count = text.get(..text.len() - 1).unwrap_or_default();
        let digits = !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit());
        let minutes = count
            .parse::<u32>()
            .ok()
            .filter(|_| digits)
            .and_then(|n| n.checked_mul(unit));
        minutes
            .filter(|minutes| *minutes <= MINUTES_MAX)
            .map(|minutes| Self { minutes })
            .ok_or_else(wrong)
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.minutes;
        if minutes.is_multiple_of(24 * 60) {
            write!(f, "{}d", minutes / (24 * 60))
        } else if minutes.is_multiple_of(60) {
            write!(f, "{}h", minutes / 60)
        } else {
            write!(f, "{minutes}m")
        }
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "authoring")]
impl schemars::JsonSchema for Period {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Period".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "pattern": "^[0-9]+[mhd]$", "description": "a number and a unit, such as 90m, 24h or 7d"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_number_and_a_unit() {
        for (text, written) in [
            ("90m", "90m"),
            ("24h", "1d"),
            ("36h", "36h"),
            ("7d", "7d"),
            ("0d", "0d"),
        ] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), written);
        }
        for text in ["", "h", "7", "7w", "-1d", "+1d", "1.5h", "99999999999d", "4000d", "7日"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_period_ends_later_than_it_began_and_never_overflows() {
        let begin: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
        assert_eq!(Period::days(7).after(begin).to_string(), "2026-03-09T08:00:00Z");
        assert_eq!(Period::days(7).after(Timestamp::MAX), Timestamp::MAX);
    }
}
