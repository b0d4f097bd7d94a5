//! The time formats of the API. Not here: clocks; every time is passed in.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Format of times in answers and of the dates that are signed, UTC.
const WIRE: &str = "%Y-%m-%dT%H:%M:%SZ";
/// Format of the time filters of DescribeImages, UTC.
const FILTER: &str = "%Y-%m-%dT%H:%MZ";

/// `2018-01-10T01:01:10Z`.
pub(crate) fn wire(time: Timestamp) -> String {
    // Whole seconds, rounded down as the clock shows them; much quicker than by format.
    let whole = Timestamp::from_second(time.as_second()).unwrap_or(time);
    format!("{whole:.0}")
}

/// `2018-01-10T01:01:10.456Z`, as the resource directory writes it.
pub(crate) fn wire_millis(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Reads the date of a signature.
pub(crate) fn parse_wire(text: &str) -> Option<Timestamp> {
    parse(WIRE, text)
}

/// Reads a time filter; seconds are accepted too.
pub(crate) fn parse_filter(text: &str) -> Option<Timestamp> {
    parse(FILTER, text).or_else(|| parse(WIRE, text))
}

fn parse(format: &str, text: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime(format, text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// One of the spellings that official event samples show for one and the same kind of time. `choice` picks it
/// (<https://help.aliyun.com/zh/eventbridge/user-guide/event-overview>).
pub(crate) fn event_spelling(time: Timestamp, choice: u64) -> String {
    let china = time.to_zoned(TimeZone::fixed(Offset::constant(8)));
    match choice {
        0 => china.strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string(),
        1 => china.strftime("%Y-%m-%dT%H:%M:%S%.3f+08:00").to_string(),
        2 => china.strftime("%Y-%m-%dT%H:%M:%S%.3fAsia/Shanghai").to_string(),
        3 => china.strftime("%Y-%m-%dT%H:%M:%S%.3fPRC").to_string(),
        4 => wire_millis(time),
        _ => wire(time),
    }
}

/// How many spellings [`event_spelling`] knows.
pub(crate) const EVENT_SPELLINGS: u64 = 6;

/// How far something that runs from `start` to `end` has come, in percent below 100.
pub(crate) fn percent(start: Timestamp, end: Timestamp, now: Timestamp) -> i64 {
    let whole = end.duration_since(start).as_secs().max(1);
    let done = now.duration_since(start).as_secs().max(0);
    (done.saturating_mul(100) / whole).clamp(0, 99)
}

/// Seconds from `now` until `end`, never negative.
pub(crate) fn seconds_left(end: Timestamp, now: Timestamp) -> i64 {
    end.duration_since(now).as_secs().max(0)
}

/// `time + duration`, or the last moment there is.
pub(crate) fn after(time: Timestamp, duration: SignedDuration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wire_time_reads_back() {
        let time: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(wire(time), "2026-01-02T03:04:05Z");
        assert_eq!(parse_wire(&wire(time)), Some(time));
        for wrong in ["", "2026-01-02", "2026-01-02 03:04:05", "2026-01-02T03:04:05+08:00"] {
            assert_eq!(parse_wire(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_filter_time_has_minutes() {
        assert_eq!(
            parse_filter("2026-01-01T00:00Z"),
            Some("2026-01-01T00:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn events_spell_times_as_the_samples_do() {
        let time: Timestamp = "2020-08-17T08:04:46.149Z".parse().unwrap();
        assert_eq!(event_spelling(time, 0), "2020-08-17T16:04:46+08:00");
        assert_eq!(event_spelling(time, 2), "2020-08-17T16:04:46.149Asia/Shanghai");
        assert_eq!(event_spelling(time, 4), "2020-08-17T08:04:46.149Z");
    }
}
