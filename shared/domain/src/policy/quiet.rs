//! Hours in which a channel is left alone. Not here: what becomes of what falls into them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Severity;

/// Minutes of an hour.
const HOUR: u16 = 60;
/// Minutes of a day.
const DAY: u16 = 24 * HOUR;
/// The earliest clock in the world is twelve hours behind, the latest fourteen ahead; in minutes.
const OFFSETS: std::ops::RangeInclusive<i16> = -12 * 60..=14 * 60;

/// Hours of every day in which a channel is left alone, such as from 22:00 to 07:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct QuietHours {
    /// When they begin.
    pub from: ClockTime,
    /// When they end; before `from` it is the next morning.
    pub to: ClockTime,
    /// How far the channel's clock is ahead of UTC. Functions carry no tables of summer times.
    pub utc_offset: UtcOffset,
    /// Messages as weighty as this come all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<Severity>,
}

/// A time of the day, `00:00` to `23:59`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(u16);

/// How far a clock is ahead of UTC, such as `+08:00`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UtcOffset(i16);

/// A text that is no time of the day, or no offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct ClockError {
    text: String,
    expected: &'static str,
}

impl QuietHours {
    /// Whether `now` falls into them: `from` does, `to` does not.
    pub fn cover(&self, now: Timestamp) -> bool {
        let minutes = now.as_second().div_euclid(60) + i64::from(self.utc_offset.0);
        let today = minutes.rem_euclid(i64::from(DAY));
        let (from, to) = (i64::from(self.from.0), i64::from(self.to.0));
        if from < to {
            (from..to).contains(&today)
        } else {
            !(to..from).contains(&today)
        }
    }

    /// Whether a message of this severity waits for their end.
    pub fn hold(&self, severity: Severity, now: Timestamp) -> bool {
        self.cover(now) && self.except.is_none_or(|except| severity < except)
    }
}

/// `HH:MM` as minutes.
fn minutes(text: &str) -> Option<u16> {
    let number = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| digits)
    };
    let (hours, minutes) = text.split_once(':')?;
    let minutes = number(minutes).filter(|minutes| *minutes < HOUR)?;
    Some(number(hours)? * HOUR + minutes)
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

impl TryFrom<String> for ClockTime {
    type Error = ClockError;

    fn try_from(text: String) -> Result<Self, ClockError> {
        minutes(&text)
            .filter(|minutes| *minutes < DAY)
            .map(Self)
            .ok_or_else(|| ClockError {
                text: shown(&text),
                expected: "a time of the day from 00:00 to 23:59",
            })
    }
}

impl TryFrom<String> for UtcOffset {
    type Error = ClockError;

    fn try_from(text: String) -> Result<Self, ClockError> {
        let ahead = text.strip_prefix('+').and_then(minutes);
        let behind = text.strip_prefix('-').and_then(minutes);
        let ahead = ahead.and_then(|minutes| i16::try_from(minutes).ok());
        let behind = behind
            .and_then(|minutes| i16::try_from(minutes).ok())
            .map(|minutes| -minutes);
        ahead
            .or(behind)
            .filter(|minutes| OFFSETS.contains(minutes))
            .map(Self)
            .ok_or_else(|| ClockError {
                text: shown(&text),
                expected: "an offset from UTC such as +08:00",
            })
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / HOUR, self.0 % HOUR)
    }
}

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        write!(f, "{sign}{}", ClockTime(self.0.unsigned_abs()))
    }
}

impl fmt::Debug for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

impl From<UtcOffset> for String {
    fn from(offset: UtcOffset) -> Self {
        offset.to_string()
    }
}

#[cfg(feature = "authoring")]
impl schemars::JsonSchema for ClockTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ClockTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "description": "a time of the day, such as 22:00"
        })
    }
}

#[cfg(feature = "authoring")]
impl schemars::JsonSchema for UtcOffset {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UtcOffset".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string", "pattern": "^[+-](0[0-9]|1[0-4]):[0-5][0-9]$", "description": "an offset from UTC, such as +08:00"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from: &str, to: &str, offset: &str) -> QuietHours {
        QuietHours {
            from: from.to_owned().try_into().unwrap(),
            to: to.to_owned().try_into().unwrap(),
            utc_offset: offset.to_owned().try_into().unwrap(),
            except: Some(Severity::Critical),
        }
    }

    #[test]
    fn times_and_offsets_are_read_strictly() {
        for time in ["00:00", "07:05", "23:59"] {
            assert_eq!(ClockTime::try_from(time.to_owned()).unwrap().to_string(), time);
        }
        for time in ["", "7:05", "24:00", "12:60", "12", "12:00:00", "+1:00", "１２:00"] {
            assert!(ClockTime::try_from(time.to_owned()).is_err(), "{time}");
        }
        for offset in ["+00:00", "+08:00", "-03:30", "+14:00", "-12:00"] {
            assert_eq!(UtcOffset::try_from(offset.to_owned()).unwrap().to_string(), offset);
        }
        for offset in ["", "8", "08:00", "+8", "+14:01", "-12:01", "Asia/Shanghai", "Z"] {
            assert!(UtcOffset::try_from(offset.to_owned()).is_err(), "{offset}");
        }
    }

    #[test]
    fn hours_may_go_over_midnight_and_are_those_of_the_channel_s_clock() {
        #[track_caller]
        fn check(hours: QuietHours, at: &str, quiet: bool) {
            assert_eq!(hours.cover(at.parse().unwrap()), quiet, "{hours:?} at {at}");
        }
        let night = hours("22:00", "07:00", "+08:00");
        check(night, "2026-03-02T13:59:59Z", false);
        check(night, "2026-03-02T14:00:00Z", true);
        check(night, "2026-03-02T22:59:59Z", true);
        check(night, "2026-03-02T23:00:00Z", false);
        let noon = hours("12:00", "13:00", "-03:30");
        check(noon, "2026-03-02T15:29:59Z", false);
        check(noon, "2026-03-02T15:30:00Z", true);
        check(noon, "2026-03-02T16:30:00Z", false);
        check(noon, "1969-12-31T15:30:00Z", true);
    }

    #[test]
    fn what_is_weighty_enough_comes_all_the_same() {
        let night = hours("22:00", "07:00", "+00:00");
        let midnight = "2026-03-02T00:00:00Z".parse().unwrap();
        assert!(night.hold(Severity::Warning, midnight));
        assert!(!night.hold(Severity::Critical, midnight));
        let no_exception = QuietHours { except: None, ..night };
        assert!(no_exception.hold(Severity::Critical, midnight));
    }
}
