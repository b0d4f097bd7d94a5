//! One function as it is deployed: what it is given, how it is invoked, and within which limits. Not here: what wakes it
//! (`trigger`), and how functions, roles and buses hold together (`deployment`).

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::Deserialize;

use super::trigger::{Trigger, is_name};
use super::variables::Variables;

/// Retries of an asynchronous invocation unless configured
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation>).
const RETRIES_DEFAULT: u32 = 3;
/// Most retries that may be configured (same page).
const RETRIES_MAX: u32 = 8;
/// Age in seconds after which an asynchronous event is given up, unless configured (same page).
const EVENT_AGE_DEFAULT_SECONDS: u32 = 86_400;
/// Longest event age that may be configured: a week (same page).
const EVENT_AGE_MAX_SECONDS: u32 = 604_800;
/// Timeout unless configured (<https://help.aliyun.com/zh/ros/developer-reference/aliyun-fc3-function>).
const TIMEOUT_DEFAULT_SECONDS: u32 = 3;
/// Longest timeout: a day (<https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage>).
const TIMEOUT_MAX_SECONDS: u32 = 86_400;
/// Smallest function, in megabytes, and largest; sizes step by 64 (same page).
const MEMORY_MB: std::ops::RangeInclusive<u32> = 128..=32_768;
const MEMORY_STEP_MB: u32 = 64;
/// Longest function name (same page).
const NAME_CHARS_MAX: usize = 64;
/// Longest initializer and longest pre-stop hook (same page).
const INITIALIZER_MAX_SECONDS: u32 = 300;
const PRE_STOP_MAX_SECONDS: u32 = 90;
/// Triggers of one function (same page).
const TRIGGERS_MAX: usize = 50;

/// One function.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// 1 to 64 letters, digits, `_` and `-`, not starting with a digit or `-`.
    pub name: String,
    /// Real seconds until an invocation is killed, 1 to 86,400.
    pub timeout_seconds: u32,
    /// Megabytes, in steps of 64. An instance that used more is killed, where the system tells how much it used.
    pub memory_mb: u32,
    /// What its code is called: the name by which its program is found. Without one it is the function's.
    #[serde(default)]
    pub code: Option<String>,
    /// Its environment variables, 4 KB at most.
    #[serde(default)]
    pub variables: Variables,
    /// Name of a role that is deployed with it; without one the function gets no credentials.
    #[serde(default)]
    pub role: Option<String>,
    /// Which generation of the runtime.
    #[serde(default)]
    pub runtime: Runtime,
    /// Retries of an asynchronous invocation that failed, 0 to 8.
    #[serde(default = "retries_default")]
    pub retries: u32,
    /// Simulated seconds after which a failing event is given up, 1 to 604,800.
    #[serde(default = "event_age_default")]
    pub max_event_age_seconds: u32,
    /// The function that hears of every asynchronous success.
    #[serde(default)]
    pub on_success: Option<String>,
    /// The dead-letter queue that hears of every asynchronous invocation that was given up.
    #[serde(default)]
    pub on_failure: Option<String>,
    /// So many invocations at once, at most; further ones are refused, and asynchronous ones tried again.
    #[serde(default)]
    pub reserved_concurrency: Option<u32>,
    /// `POST /initialize`, called once per instance before its first invocation.
    #[serde(default)]
    pub initializer: Option<Hook>,
    /// `GET /pre-stop`, called before an instance goes.
    #[serde(default)]
    pub pre_stop: Option<Hook>,
    /// What wakes the function.
    #[serde(default)]
    pub triggers: Vec<Trigger>,
}

/// A call of the platform's own in the life of an instance
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/lifecycle-hooks-for-function-instances-in-a-custom-runtime>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Real seconds until it has failed: up to 300 for the initializer, up to 90 before the end.
    pub timeout_seconds: u32,
}

/// The two generations of custom runtimes, which differ in how a function learns its credentials
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/context-and-log-format-1>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Runtime {
    /// All three credential headers come with every request.
    #[default]
    #[serde(rename = "custom.debian10")]
    Debian10,
    /// The token header is not sent: only the environment holds whole credentials.
    #[serde(rename = "custom.debian11")]
    Debian11,
}

impl Default for Function {
    /// The least that the platform gives, as it gives it unless told otherwise; it has yet to get a name.
    fn default() -> Self {
        Self {
            name: String::new(),
            timeout_seconds: TIMEOUT_DEFAULT_SECONDS,
            memory_mb: *MEMORY_MB.start(),
            code: None,
            variables: Variables::default(),
            role: None,
            runtime: Runtime::default(),
            retries: RETRIES_DEFAULT,
            max_event_age_seconds: EVENT_AGE_DEFAULT_SECONDS,
            on_success: None,
            on_failure: None,
            reserved_concurrency: None,
            initializer: None,
            pre_stop: None,
            triggers: Vec::new(),
        }
    }
}

impl Function {
    pub(super) fn check(&self) -> Result<(), String> {
        if !is_name(&self.name, NAME_CHARS_MAX) {
            return Err("a name is 1 to 64 letters, digits, '_' and '-', not starting with a digit or '-'".to_owned());
        }
        within("timeout_seconds", self.timeout_seconds, 1..=TIMEOUT_MAX_SECONDS)?;
        within("memory_mb", self.memory_mb, MEMORY_MB)?;
        if !self.memory_mb.is_multiple_of(MEMORY_STEP_MB) {
            return Err(format!(
                "memory_mb {} is not a multiple of {MEMORY_STEP_MB}",
                self.memory_mb
            ));
        }
        within("retries", self.retries, 0..=RETRIES_MAX)?;
        self.variables.check()?;
        within(
            "max_event_age_seconds",
            self.max_event_age_seconds,
            1..=EVENT_AGE_MAX_SECONDS,
        )?;
        if let Some(reserved) = self.reserved_concurrency {
            within("reserved_concurrency", reserved, 1..=u32::MAX)?;
        }
        if let Some(hook) = self.initializer {
            within(
                "initializer.timeout_seconds",
                hook.timeout_seconds,
                1..=INITIALIZER_MAX_SECONDS,
            )?;
        }
        if let Some(hook) = self.pre_stop {
            within(
                "pre_stop.timeout_seconds",
                hook.timeout_seconds,
                1..=PRE_STOP_MAX_SECONDS,
            )?;
        }
        if self.triggers.len() > TRIGGERS_MAX {
            return Err(format!("more than {TRIGGERS_MAX} triggers"));
        }
        let web = |trigger: &&Trigger| matches!(trigger, Trigger::Http { .. });
        if self.triggers.iter().filter(web).count() > 1 {
            return Err("two HTTP triggers".to_owned());
        }
        let mut names = BTreeSet::new();
        for trigger in &self.triggers {
            trigger.check(&self.name)?;
            if !names.insert(trigger.name()) {
                return Err(format!("two triggers are named {:?}", trigger.name()));
            }
        }
        Ok(())
    }

    /// What its code is called.
    pub(super) fn code(&self) -> &str {
        self.code.as_deref().unwrap_or(&self.name)
    }

    pub(super) fn max_event_age(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.max_event_age_seconds))
    }
}

fn within(what: &str, value: u32, bounds: std::ops::RangeInclusive<u32>) -> Result<(), String> {
    if bounds.contains(&value) {
        Ok(())
    } else {
        Err(format!(
            "{what} {value} is not within {} to {}",
            bounds.start(),
            bounds.end()
        ))
    }
}

fn retries_default() -> u32 {
    RETRIES_DEFAULT
}

fn event_age_default() -> u32 {
    EVENT_AGE_DEFAULT_SECONDS
}
