//! When a timer fires: six-field cron expressions, a zone before them, or a fixed interval
//! (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/time-triggers>). Not here: what firing means.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use serde::Deserialize;

use super::clock::later;

/// How far ahead a next firing is looked for: what does not come within eight years, as 29 February does, never comes.
const DAYS_AHEAD: u32 = 8 * 366;
const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
/// In the order of their numbers: 0 and 7 are both Sunday.
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// When a timer fires: `0 */5 * * * *` (seconds first, UTC), `CRON_TZ=Asia/Shanghai 0 0 4 * * *` or `@every 5m`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Schedule(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Every(SignedDuration),
    Cron(Box<Cron>),
}

/// The allowed values of each field.
#[derive(Debug, Clone, PartialEq)]
struct Cron {
    zone: TimeZone,
    seconds: BTreeSet<i8>,
    minutes: BTreeSet<i8>,
    hours: BTreeSet<i8>,
    /// `None` where the field is `*` or `?`.
    days: Option<BTreeSet<i8>>,
    months: BTreeSet<i8>,
    weekdays: Option<BTreeSet<i8>>,
}

/// An expression that no timer takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("timer expression {expression:?}: {problem}")]
pub struct ScheduleError {
    /// What was given.
    pub expression: String,
    /// What is wrong with it.
    pub problem: String,
}

impl TryFrom<String> for Schedule {
    type Error = ScheduleError;

    fn try_from(expression: String) -> Result<Self, ScheduleError> {
        let parsed = match expression.strip_prefix("@every ") {
            Some(interval) => every(interval).map(Kind::Every),
            None => Cron::parse(&expression).map(|cron| Kind::Cron(Box::new(cron))),
        };
        parsed
            .map(Self)
            .map_err(|problem| ScheduleError { expression, problem })
    }
}

impl Schedule {
    /// The first firing after `moment`; `None` if there is none.
    pub(super) fn after(&self, moment: Timestamp) -> Option<Timestamp> {
        match &self.0 {
            Kind::Every(interval) => Some(later(moment, *interval)),
            Kind::Cron(cron) => cron.after(moment),
        }
    }
}

impl Cron {
    fn parse(expression: &str) -> Result<Self, String> {
        let (zone, fields) = match expression
            .strip_prefix("CRON_TZ=")
            .and_then(|rest| rest.split_once(' '))
        {
            None => (TimeZone::UTC, expression),
            Some((name, fields)) => {
                let zone = TimeZone::get(name).map_err(|_| format!("there is no time zone {name:?}"))?;
                (zone, fields)
            }
        };
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let [seconds, minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return Err(format!(
                "{} fields, where seconds, minutes, hours, day of month, month and day of week are expected",
                fields.len()
            ));
        };
        let free = |field: &str| matches!(field, "*" | "?");
        let months_set = values(months, 1, 12, &MONTHS, 1)?;
        let weekdays_set = values(weekdays, 0, 7, &WEEKDAYS, 0)?;
        Ok(Self {
            zone,
            seconds: values(seconds, 0, 59, &[], 0)?,
            minutes: values(minutes, 0, 59, &[], 0)?,
            hours: values(hours, 0, 23, &[], 0)?,
            days: if free(days) {
                None
            } else {
                Some(values(days, 1, 31, &[], 0)?)
            },
            months: months_set,
            weekdays: (!free(weekdays)).then(|| weekdays_set.into_iter().map(|day| day % 7).collect()),
        })
    }

    fn after(&self, moment: Timestamp) -> Option<Timestamp> {
        let start = moment.to_zoned(self.zone.clone());
        let mut day = start.date();
        for _ in 0..DAYS_AHEAD {
            if self.is_on(day) {
                // What is over on the first day need not be looked at.
                let from = if day == start.date() { start.hour() } else { 0 };
                let times = self.hours.range(from..).flat_map(|hour| {
                    let minutes = self.minutes.iter();
                    minutes.flat_map(move |minute| self.seconds.iter().map(move |second| (*hour, *minute, *second)))
                });
                for (hour, minute, second) in times {
                    let due = day.at(hour, minute, second, 0).to_zoned(self.zone.clone());
                    if let Some(due) = due.ok().as_ref().map(Zoned::timestamp).filter(|due| *due > moment) {
                        return Some(due);
                    }
                }
            }
            day = day.checked_add(1.day()).ok()?;
        }
        None
    }

    /// With both a day of the month and a day of the week, either will do, as in every cron.
    fn is_on(&self, day: jiff::civil::Date) -> bool {
        let of_month = self.days.as_ref().map(|days| days.contains(&day.day()));
        let weekday = day.weekday().to_sunday_zero_offset();
        let of_week = self.weekdays.as_ref().map(|days| days.contains(&weekday));
        let on_day = match (of_month, of_week) {
            (None, None) => true,
            (Some(on), None) | (None, Some(on)) => on,
            (Some(one), Some(other)) => one || other,
        };
        on_day && self.months.contains(&day.month())
    }
}

/// `1h30m`, `5m`, `90s`.
fn every(text: &str) -> Result<SignedDuration, String> {
    let wrong = || "an interval is numbers with units, such as 5m, 1h30m or 90s".to_owned();
    let mut seconds: i64 = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let unit = match tail.get(..1) {
            Some("h") => 3600,
            Some("m") => 60,
            Some("s") => 1,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(unit).ok_or_else(wrong)?;
        seconds = seconds.checked_add(part).ok_or_else(wrong)?;
        rest = tail.get(1..).unwrap_or_default();
    }
    if seconds == 0 {
        return Err(wrong());
    }
    Ok(SignedDuration::from_secs(seconds))
}

/// One field: `*`, `?`, values, ranges and steps, joined by commas. `names` stand for numbers from `first_name` on.
fn values(field: &str, first: i8, last: i8, names: &[&str], first_name: i8) -> Result<BTreeSet<i8>, String> {
    let number = |text: &str| -> Result<i8, String> {
        let place = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let place = place.and_then(|place| i8::try_from(place).ok());
        place
            .map(|place| place + first_name)
            .or_else(|| text.parse().ok())
            .filter(|value| (first..=last).contains(value))
            .ok_or_else(|| format!("{text:?} is not within {first} to {last}"))
    };
    let mut found = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            None => (part, None),
            Some((range, step)) => {
                let step: usize = step
                    .parse()
                    .ok()
                    .filter(|step| *step > 0)
                    .ok_or_else(|| format!("the step of {part:?} is not a whole number above zero"))?;
                (range, Some(step))
            }
        };
        let (low, high) = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => (first, last),
            Some((low, high)) => (number(low)?, number(high)?),
            // A start with a step, as in 5/10, runs to the end.
            None if step.is_some() => (number(range)?, last),
            None => (number(range)?, number(range)?),
        };
        if low > high {
            return Err(format!("the range {range:?} runs backwards"));
        }
        found.extend((low..=high).step_by(step.unwrap_or(1)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(expression: &str) -> Result<Schedule, ScheduleError> {
        expression.to_owned().try_into()
    }

    /// The first two firings after 2026-11-20T08:00:00Z, a Friday.
    #[track_caller]
    fn check(expression: &str, wanted: [&str; 2]) {
        let schedule = schedule(expression).unwrap();
        let start: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
        let first = schedule.after(start).unwrap();
        let second = schedule.after(first).unwrap();
        assert_eq!([first.to_string(), second.to_string()], wanted, "{expression}");
    }

    #[test]
    fn an_expression_fires_as_the_platform_reads_it() {
        check("@every 5m", ["2026-11-20T08:05:00Z", "2026-11-20T08:10:00Z"]);
        check("@every 1h30m", ["2026-11-20T09:30:00Z", "2026-11-20T11:00:00Z"]);
        check("@every 90s", ["2026-11-20T08:01:30Z", "2026-11-20T08:03:00Z"]);
        check("0 */5 * * * *", ["2026-11-20T08:05:00Z", "2026-11-20T08:10:00Z"]);
        check("0 0 4 * * *", ["2026-11-21T04:00:00Z", "2026-11-22T04:00:00Z"]);
        check(
            "CRON_TZ=Asia/Shanghai 0 0 4 * * *",
            ["2026-11-20T20:00:00Z", "2026-11-21T20:00:00Z"],
        );
        check("0 0 8 * * *", ["2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"]);
        check(
            "30 0/20 8-9 * * MON-FRI",
            ["2026-11-20T08:00:30Z", "2026-11-20T08:20:30Z"],
        );
        check("0 0 12 ? * 0", ["2026-11-22T12:00:00Z", "2026-11-29T12:00:00Z"]);
        check("0 0 12 ? * 7", ["2026-11-22T12:00:00Z", "2026-11-29T12:00:00Z"]);
        check("0 0 0 1 JAN ?", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"]);
        check("0 0 0 29 2 ?", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]);
        check("0 0 0 21 * SUN", ["2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"]);
        check("0,30 1 9 * * *", ["2026-11-20T09:01:00Z", "2026-11-20T09:01:30Z"]);
    }

    #[test]
    fn a_zone_keeps_its_own_summer() {
        let berlin = schedule("CRON_TZ=Europe/Berlin 0 0 4 * * *").unwrap();
        let due = |from: &str| berlin.after(from.parse().unwrap()).unwrap().to_string();
        assert_eq!(due("2026-07-01T00:00:00Z"), "2026-07-01T02:00:00Z");
        assert_eq!(due("2026-12-01T00:00:00Z"), "2026-12-01T03:00:00Z");
    }

    #[test]
    fn a_day_that_never_comes_never_fires() {
        let never = schedule("0 0 0 30 2 ?").unwrap();
        assert_eq!(never.after("2026-11-20T08:00:00Z".parse().unwrap()), None);
    }

    #[test]
    fn what_no_timer_takes_is_refused_with_the_reason() {
        for (expression, problem) in [
            ("*/5 * * * *", "5 fields"),
            ("", "0 fields"),
            ("60 * * * * *", "not within 0 to 59"),
            ("0 0 24 * * *", "not within 0 to 23"),
            ("0 0 0 0 * *", "not within 1 to 31"),
            ("0 0 0 * FOO *", "not within 1 to 12"),
            ("0 0 9-8 * * *", "backwards"),
            ("0 */0 * * * *", "step"),
            ("CRON_TZ=Mars/Olympus 0 0 4 * * *", "no time zone"),
            ("@every 5", "interval"),
            ("@every 0s", "interval"),
            ("@every 5d", "interval"),
            ("@hourly", "1 fields"),
        ] {
            let error = schedule(expression).unwrap_err();
            assert!(error.problem.contains(problem), "{expression}: {error}");
        }
    }
}
