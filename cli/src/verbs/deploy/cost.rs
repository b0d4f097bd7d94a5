//! What the functions cost if nothing ever happens: their timers, at list prices. Not here: what events add, logs and traffic.
//!
//! Prices and their units: <https://help.aliyun.com/zh/functioncompute/fc/product-overview/billing-overview-of-fc>.

use goldcast_template::{Resource, Stack};

/// Days of a month.
const DAYS: u32 = 30;
/// Hours of a month.
const HOURS: u32 = DAYS * 24;
/// What a run takes that finds nothing to do, in seconds: one listing per region, all at once. Measured in the simulated cloud it
/// is far less; networks are slower.
const RUN_SECONDS: f64 = 2.0;
/// Compute units per vCPU and second, per GB and second, and per call.
const UNITS_OF_CPU: f64 = 1.0;
const UNITS_OF_MEMORY: f64 = 0.15;
const UNITS_OF_CALL: f64 = 0.0075;
/// Price of a compute unit in CNY, list price of the first tier.
const CNY_PER_UNIT: f64 = 0.00011;
/// What a function costs at least in an hour in which it was called, in CNY.
const CNY_PER_HOUR_MIN: f64 = 0.01;

/// What the timers of one function cost in a month.
#[derive(Debug, PartialEq)]
pub(super) struct Cost {
    /// Its name.
    pub(super) function: String,
    /// Calls a month.
    pub(super) calls: u32,
    /// By what is used.
    pub(super) usage_cny: f64,
    /// As it is billed: every hour has a minimum.
    pub(super) billed_cny: f64,
}

/// The costs of every function that a timer wakes.
pub(super) fn of_timers(stack: &Stack) -> Vec<Cost> {
    let functions = stack.of_kind("ALIYUN::FC3::Function");
    functions.filter_map(|function| of_function(function, stack)).collect()
}

fn of_function(function: &Resource, stack: &Stack) -> Option<Cost> {
    let name = function.properties["FunctionName"].as_str()?;
    let timers = stack
        .of_kind("ALIYUN::FC3::Trigger")
        .filter(|trigger| trigger.properties["FunctionName"] == name && trigger.properties["TriggerType"] == "timer");
    let schedules = timers.filter_map(|timer| timer.properties["TriggerConfig"]["cronExpression"].as_str());
    let per_month: Vec<u32> = schedules.map(calls_a_month).collect();
    let calls: u32 = per_month.iter().sum();
    let hours = per_month.iter().map(|calls| (*calls).min(HOURS)).max()?;
    let number = |name: &str| function.properties[name].as_f64().unwrap_or_default();
    let of_run = RUN_SECONDS * (number("Cpu") * UNITS_OF_CPU + number("MemorySize") / 1024.0 * UNITS_OF_MEMORY);
    let usage_cny = f64::from(calls) * (of_run + UNITS_OF_CALL) * CNY_PER_UNIT;
    Some(Cost {
        function: name.to_owned(),
        calls,
        usage_cny,
        billed_cny: usage_cny.max(f64::from(hours) * CNY_PER_HOUR_MIN),
    })
}

/// How often a schedule is due in a month: `@every 5m`, or six fields with the seconds first. One that is not understood counts as
/// every minute, so that the estimate is never too low.
fn calls_a_month(schedule: &str) -> u32 {
    let every_minute = HOURS * 60;
    if let Some(interval) = schedule.strip_prefix("@every ") {
        let (number, minutes) = match interval
            .trim()
            .split_at_checked(interval.trim().len().saturating_sub(1))
        {
            Some((number, "m")) => (number, 1),
            Some((number, "h")) => (number, 60),
            _ => return every_minute,
        };
        let minutes = number.parse::<u32>().map(|number| number.saturating_mul(minutes));
        return minutes
            .ok()
            .and_then(|minutes| every_minute.checked_div(minutes))
            .unwrap_or(every_minute);
    }
    let fields: Vec<&str> = schedule
        .split_whitespace()
        .filter(|field| !field.contains('='))
        .collect();
    let fixed = |place: usize| fields.get(place).is_some_and(|field| field.parse::<u32>().is_ok());
    match (fixed(1), fixed(2)) {
        (true, true) => DAYS,
        (true, false) => HOURS,
        (false, _) => every_minute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_counted_by_the_month() {
        for (schedule, calls) in [
            ("@every 1m", 43_200),
            ("@every 5m", 8_640),
            ("@every 24h", 30),
            ("0 17 3 * * *", 30),
            ("CRON_TZ=Asia/Shanghai 0 17 3 * * *", 30),
            ("0 37 * * * *", 720),
            ("@every soon", 43_200),
        ] {
            assert_eq!(calls_a_month(schedule), calls, "{schedule}");
        }
    }
}
