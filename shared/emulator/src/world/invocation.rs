//! Invocations: what one is, how it ends, and what the platform does with an asynchronous one afterwards.
//! Not here: the process that answers (see `host`) and the moment it is made (see `driver`).

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::clock::later;
use super::deployment::Function;

/// Largest body of an asynchronous invocation, in bytes
/// (<https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage>).
pub const ASYNC_BODY_BYTES_MAX: usize = 128 * 1024;
/// Largest body of a synchronous invocation, in bytes (same page).
pub const SYNC_BODY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Wait before the first retry; every further one waits twice as long. The platform's own figure is not published.
const RETRY_FIRST: SignedDuration = SignedDuration::from_secs(1);
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
    /// No instance could be started.
    #[error("no instance started: {detail}")]
    NotStarted {
        /// What was tried and how it failed.
        detail: String,
    },
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

/// An asynchronous invocation that the platform gave up.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeadLetter {
    /// Simulated time.
    pub at: Timestamp,
    /// The function that failed.
    pub function: String,
    /// The queue it was sent to; `None` if the function has none, and the cloud would have dropped it.
    pub queue: Option<String>,
    /// Why the last attempt failed.
    pub error: FunctionError,
    /// What arrives in the queue
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
    let again = later(now, RETRY_FIRST.saturating_mul(1_i32 << task.failures.min(20)));
    if task.failures < function.retries && again <= later(task.since, function.max_event_age()) {
        return Next::Retry(
            again,
            Task {
                failures: task.failures + 1,
                ..task
            },
        );
    }
    Next::GiveUp(DeadLetter {
        at: now,
        function: function.name.clone(),
        queue: function.on_failure.clone(),
        error: error.clone(),
        payload: destination_payload(arn, &task, ended, now),
    })
}

/// What a destination receives. That condition and functionError are empty after a success is a guess.
fn destination_payload(arn: &str, task: &Task, ended: &Invocation, now: Timestamp) -> Value {
    let condition = if ended.error.is_some() {
        "UnhandledInvocationError"
    } else {
        ""
    };
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
        "responsePayload": String::from_utf8_lossy(&ended.body),
    })
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
