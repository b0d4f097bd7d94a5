//! Invocations: what one is, how it ends, and what the platform does with an asynchronous one afterwards.
//! Not here: the process that answers (see `host`) and the moment it is made (see `driver`).

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::clock::later;
use super::delivery::Parcel;
use super::deployed_function::Function;

/// Largest body of an asynchronous invocation, in bytes
/// (<https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage>).
pub const ASYNC_BODY_BYTES_MAX: usize = 128 * 1024;
/// Largest body of a synchronous invocation, in bytes (same page).
pub const SYNC_BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Largest message of a queue, in bytes: a record that does not fit is lost
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation>).
pub(super) const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Wait before the first retry; every further one waits twice as long. The platform's own figure is not published.
const RETRY_FIRST: SignedDuration = SignedDuration::from_secs(1);
/// Wait before an invocation that was refused for lack of instances is tried again; every further one waits twice as long
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/error-handling-1-2>).
const THROTTLED_FIRST: SignedDuration = SignedDuration::from_millis(500);
/// For how long that goes on (same page).
const THROTTLED_MAX: SignedDuration = SignedDuration::from_hours(5);
/// Between an answer and the invocation of the destination. It keeps functions that wake each other from standing time.
const DESTINATION_DELAY: SignedDuration = SignedDuration::from_secs(1);

/// How one invocation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The platform's id of the request. A retry keeps it.
    pub request_id: String,
    /// The function that was invoked.
    pub function: String,
    /// HTTP status of the answer, if there was one. It decides nothing: `x-fc-status` does.
    pub status: Option<u16>,
    /// The answer's body; empty without an answer.
    pub body: Bytes,
    /// Why the platform counts the invocation as failed, if it does.
    pub error: Option<FunctionError>,
    /// Whether the line that ends a request's log had been written by the time of the answer.
    pub logged: bool,
}

/// Why an invocation failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FunctionError {
    /// The function said so itself.
    #[error("the function answered x-fc-status 404")]
    Reported,
    /// The function did not answer in time; its instance was killed.
    #[error("no answer within {seconds} s; the instance was killed")]
    TimedOut {
        /// The function's timeout.
        seconds: u32,
    },
    /// The instance ended or broke the connection before the answer was whole.
    #[error("the instance broke off: {detail}")]
    Crashed {
        /// What was seen of it.
        detail: String,
    },
    /// The instance used more memory than the function has, and was killed.
    #[error("{peak_kib} KiB used of {memory_mb} MB; the instance was killed")]
    OutOfMemory {
        /// The most that was resident, in KiB.
        peak_kib: u64,
        /// The function's size.
        memory_mb: u32,
    },
    /// The initializer did not end well.
    #[error("the initializer failed: {detail}")]
    NotInitialised {
        /// What it answered.
        detail: String,
    },
    /// All instances that the function may have were busy.
    #[error("all instances are busy")]
    Throttled,
    /// The target of a delivery refused it, or could not be reached.
    #[error("the target answered {status}")]
    Refused {
        /// Its HTTP status.
        status: u16,
    },
    /// No instance could be started.
    #[error("no instance started: {detail}")]
    NotStarted {
        /// What was tried and how it failed.
        detail: String,
    },
}

impl FunctionError {
    /// The kind that callers and destinations see
    /// (<https://www.alibabacloud.com/help/en/functioncompute/fc/error-handling-1-1>).
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotInitialised { .. } => "InitializationError",
            Self::Throttled => "ResourceExhausted",
            Self::Reported
            | Self::TimedOut { .. }
            | Self::Crashed { .. }
            | Self::OutOfMemory { .. }
            | Self::Refused { .. }
            | Self::NotStarted { .. } => "UnhandledInvocationError",
        }
    }

    /// What the platform says where the function itself could say nothing. Simulated time stands still while a function
    /// runs, so durations are those of the configuration.
    pub(super) fn message(&self) -> String {
        let unexpected = |used: u64| {
            let (whole, rest) = (used / 1024, used % 1024 * 100 / 1024);
            format!(
                "Process exited unexpectedly before completing request (duration: 0ms, maxMemoryUsage: {whole}.{rest:02}MB)"
            )
        };
        match self {
            Self::Reported => "Unhandled Exception".to_owned(),
            Self::Throttled | Self::Refused { .. } => self.to_string(),
            Self::TimedOut { seconds } => format!(
                "Function time out after {seconds} seconds (duration: {}ms, maxMemoryUsage: 0.00MB)",
                u64::from(*seconds) * 1000
            ),
            Self::OutOfMemory { peak_kib, .. } => unexpected(*peak_kib),
            Self::Crashed { .. } => unexpected(0),
            Self::NotInitialised { detail } | Self::NotStarted { detail } => detail.clone(),
        }
    }
}

/// An invocation that could not be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// Nothing of that name is deployed.
    #[error("invoking {function:?}: no such function is deployed")]
    UnknownFunction {
        /// The name that was asked for.
        function: String,
    },
    /// It has no HTTP trigger.
    #[error("calling {function:?}: it has no HTTP trigger")]
    NoHttpTrigger {
        /// The function that was asked for.
        function: String,
    },
    /// The platform refuses bodies of that size.
    #[error("invoking {function:?}: a body of {bytes} bytes is over the limit of {limit}")]
    BodyTooLarge {
        /// The function that was asked for.
        function: String,
        /// Size of the body.
        bytes: usize,
        /// Largest size for this kind of invocation.
        limit: usize,
    },
}

/// An asynchronous invocation that the platform gave up, or a delivery that the event bus did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeadLetter {
    /// Simulated time.
    pub at: Timestamp,
    /// The function that failed; for events that could not be forwarded, the custom bus.
    pub function: String,
    /// The queue it was sent to; `None` if there is none or it does not take as much, and the cloud would have dropped it.
    pub queue: Option<String>,
    /// Why the last attempt failed.
    pub error: FunctionError,
    /// What arrives in the queue: of a delivery, the event itself; of an invocation, its record
    /// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation>).
    pub payload: Value,
}

/// An asynchronous invocation on its way.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) request_id: String,
    pub(super) function: String,
    pub(super) body: Bytes,
    /// When the event entered, which its age counts from.
    pub(super) since: Timestamp,
    /// Attempts that failed before this one.
    pub(super) failures: u32,
    /// Attempts in a row that found no instance; they count as no failure.
    pub(super) throttled: u32,
    /// The delivery that waits for the answer; nothing if the invocation is asynchronous or nobody's.
    pub(super) parcel: Option<Parcel>,
}

/// What the platform does after an attempt.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing more.
    Done,
    /// The same task again.
    Retry(Timestamp, Task),
    /// The success destination is invoked with this body.
    Tell {
        at: Timestamp,
        function: String,
        body: Bytes,
    },
    /// Given up.
    GiveUp(DeadLetter),
}

/// Decides what follows on an attempt of `task` that ended at `now`.
pub(super) fn after(function: &Function, arn: &str, task: Task, ended: &Invocation, now: Timestamp) -> Next {
    let Some(error) = &ended.error else {
        return match &function.on_success {
            None => Next::Done,
            Some(target) => Next::Tell {
                at: later(now, DESTINATION_DELAY),
                function: target.clone(),
                body: Bytes::from(destination_payload(arn, &task, ended, now).to_string()),
            },
        };
    };
    let oldest = later(task.since, function.max_event_age());
    let twice = |first: SignedDuration, times: u32| later(now, first.saturating_mul(1_i32 << times.min(20)));
    if *error == FunctionError::Throttled {
        let again = twice(THROTTLED_FIRST, task.throttled);
        if again <= oldest.min(later(task.since, THROTTLED_MAX)) {
            let throttled = task.throttled + 1;
            return Next::Retry(again, Task { throttled, ..task });
        }
    } else if task.failures < function.retries {
        let again = twice(RETRY_FIRST, task.failures);
        if again <= oldest {
            let failures = task.failures + 1;
            let throttled = 0;
            return Next::Retry(
                again,
                Task {
                    failures,
                    throttled,
                    ..task
                },
            );
        }
    }
    let payload = destination_payload(arn, &task, ended, now);
    let fits = payload.to_string().len() <= MESSAGE_BYTES_MAX;
    Next::GiveUp(DeadLetter {
        at: now,
        function: function.name.clone(),
        queue: function.on_failure.clone().filter(|_| fits),
        error: error.clone(),
        payload,
    })
}

/// What a destination receives. That condition and functionError are empty after a success is a guess.
fn destination_payload(arn: &str, task: &Task, ended: &Invocation, now: Timestamp) -> Value {
    let condition = ended.error.as_ref().map_or("", FunctionError::kind);
    json!({
        "timestamp": now.as_millisecond(),
        "requestContext": {
            "requestId": task.request_id,
            "functionArn": arn,
            "condition": condition,
            "approximateInvokeCount": task.failures + 1,
        },
        "requestPayload": String::from_utf8_lossy(&task.body),
        "responseContext": { "statusCode": 200, "functionError": condition },
        "responsePayload": response_payload(ended),
    })
}

/// What the function answered; where it could not, what the platform says of it.
fn response_payload(ended: &Invocation) -> String {
    match &ended.error {
        Some(error) if ended.status.is_none() => {
            json!({ "errorType": error.kind(), "errorMessage": error.message() }).to_string()
        }
        Some(_) | None => String::from_utf8_lossy(&ended.body).into_owned(),
    }
}

/// What a timer sends (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/time-triggers>).
pub(super) fn timer_payload(at: Timestamp, name: &str, payload: &str) -> Bytes {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    Bytes::from(json!({ "triggerTime": whole, "triggerName": name, "payload": payload }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "acs:fc:cn-hangzhou:1000000000000001:functions/sweep";

    fn function() -> Function {
        serde_json::from_value(json!({
            "name": "sweep", "timeout_seconds": 60, "memory_mb": 128, "retries": 2,
            "max_event_age_seconds": 600, "on_success": "next", "on_failure": "dead"
        }))
        .unwrap()
    }

    fn task(failures: u32) -> Task {
        Task {
            request_id: "1-2-3".to_owned(),
            function: "sweep".to_owned(),
            body: Bytes::from_static(b"{\"id\":1}"),
            since: Timestamp::UNIX_EPOCH,
            failures,
            throttled: 0,
            parcel: None,
        }
    }

    fn ended(error: Option<FunctionError>) -> Invocation {
        Invocation {
            request_id: "1-2-3".to_owned(),
            function: "sweep".to_owned(),
            status: Some(200),
            body: Bytes::from_static(b"fine"),
            error,
            logged: true,
        }
    }

    #[test]
    fn a_failure_is_tried_again_after_twice_the_wait_and_then_given_up() {
        let now = Timestamp::UNIX_EPOCH;
        for (failures, seconds) in [(0, 1), (1, 2)] {
            let next = after(
                &function(),
                ARN,
                task(failures),
                &ended(Some(FunctionError::Reported)),
                now,
            );
            let Next::Retry(at, task) = next else {
                panic!("{next:?}")
            };
            assert_eq!((at.as_second(), task.failures), (seconds, failures + 1));
        }
        let next = after(&function(), ARN, task(2), &ended(Some(FunctionError::Reported)), now);
        let Next::GiveUp(letter) = next else { panic!("{next:?}") };
        assert_eq!(letter.queue.as_deref(), Some("dead"));
        assert_eq!(letter.payload["requestContext"]["approximateInvokeCount"], 3);
        assert_eq!(
            letter.payload["requestContext"]["condition"],
            "UnhandledInvocationError"
        );
    }

    #[test]
    fn an_invocation_without_an_instance_is_tried_again_for_hours_and_counts_as_no_failure() {
        let function = Function {
            max_event_age_seconds: 86_400,
            ..function()
        };
        let refused = ended(Some(FunctionError::Throttled));
        let (mut task, mut now, mut waits) = (task(2), Timestamp::UNIX_EPOCH, Vec::new());
        loop {
            match after(&function, ARN, task, &refused, now) {
                Next::Retry(at, again) => {
                    waits.push(at.duration_since(now).as_millis());
                    (task, now) = (again, at);
                    assert_eq!(task.failures, 2);
                }
                Next::GiveUp(letter) => {
                    assert_eq!(letter.error, FunctionError::Throttled);
                    break;
                }
                next @ (Next::Done | Next::Tell { .. }) => panic!("{next:?}"),
            }
        }
        assert_eq!(waits[..4], [500, 1000, 2000, 4000]);
        let hours = now.duration_since(Timestamp::UNIX_EPOCH).as_hours();
        assert!((1..=5).contains(&hours), "{hours}");
    }

    #[test]
    fn what_the_function_could_not_say_the_platform_says() {
        for (error, status, wanted) in [
            (FunctionError::Reported, Some(404), "fine"),
            (
                FunctionError::TimedOut { seconds: 60 },
                None,
                "Function time out after 60 seconds (duration: 60000ms, maxMemoryUsage: 0.00MB)",
            ),
            (
                FunctionError::OutOfMemory {
                    peak_kib: 131_584,
                    memory_mb: 128,
                },
                None,
                "Process exited unexpectedly before completing request (duration: 0ms, maxMemoryUsage: 128.50MB)",
            ),
        ] {
            let ended = Invocation {
                status,
                ..ended(Some(error.clone()))
            };
            let payload = destination_payload(ARN, &task(0), &ended, Timestamp::UNIX_EPOCH);
            let said = payload["responsePayload"].as_str().unwrap();
            assert!(said.contains(wanted), "{error}: {said}");
            assert_eq!(payload["responseContext"]["functionError"], error.kind());
        }
    }

    #[test]
    fn a_record_that_no_queue_takes_is_lost() {
        for (kilobytes, queue) in [(60, Some("dead")), (64, None)] {
            let body = Bytes::from("x".repeat(kilobytes * 1024));
            let task = Task { body, ..task(2) };
            let failed = ended(Some(FunctionError::Reported));
            let next = after(&function(), ARN, task, &failed, Timestamp::UNIX_EPOCH);
            let Next::GiveUp(letter) = next else { panic!("{next:?}") };
            assert_eq!(letter.queue.as_deref(), queue, "{kilobytes} KB");
        }
    }

    #[test]
    fn an_event_that_is_too_old_is_not_tried_again() {
        let now = Timestamp::from_second(600).unwrap();
        let next = after(&function(), ARN, task(0), &ended(Some(FunctionError::Reported)), now);
        assert!(matches!(next, Next::GiveUp(_)), "{next:?}");
    }

    #[test]
    fn a_success_is_told_with_request_and_answer_as_texts() {
        let next = after(&function(), ARN, task(1), &ended(None), Timestamp::UNIX_EPOCH);
        let Next::Tell { at, function, body } = next else {
            panic!("{next:?}")
        };
        let payload: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((at.as_second(), function.as_str()), (1, "next"));
        assert_eq!(
            payload,
            json!({
                "timestamp": 0,
                "requestContext": {
                    "requestId": "1-2-3", "functionArn": ARN, "condition": "", "approximateInvokeCount": 2
                },
                "requestPayload": "{\"id\":1}",
                "responseContext": { "statusCode": 200, "functionError": "" },
                "responsePayload": "fine",
            })
        );
    }

    #[test]
    fn a_timer_sends_whole_seconds_and_its_text() {
        let body = timer_payload(Timestamp::from_millisecond(1_500).unwrap(), "tick", "{\"a\":1}");
        let payload: Value = serde_json::from_slice(&body).unwrap();
        let wanted = json!({"triggerTime": "1970-01-01T00:00:01Z", "triggerName": "tick", "payload": "{\"a\":1}"});
        assert_eq!(payload, wanted);
    }
}
