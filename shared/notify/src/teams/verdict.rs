//! What a workflow's answers mean: a status line, and with some of them a code in JSON.
//!
//! Source: <https://learn.microsoft.com/en-us/troubleshoot/power-platform/power-automate/flow-run-issues/triggers-troubleshoot>.

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use crate::outcome::{Fault, Outcome};
use crate::status::by_status;

/// `{"error": {"code": …}}`, of which only the code is read.
#[derive(Deserialize)]
struct Answer {
    error: Refusal,
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
}

/// Judges an answer; `quote` makes a body fit for a log.
pub(super) fn judge(answer: &http::Response<Bytes>, now: Timestamp, quote: &dyn Fn(&[u8]) -> String) -> Outcome {
    let status = answer.status();
    let said = || format!("the workflow answered {}: {}", status.as_u16(), quote(answer.body()));
    if let Some(outcome) = by_status(answer, now, &said) {
        return outcome;
    }
    if status.is_success() {
        return Outcome::Delivered;
    }
    let code = serde_json::from_slice(answer.body()).map(|answer: Answer| answer.error.code);
    let (fault, advice) = refusal(status, code.as_deref().unwrap_or_default());
    Outcome::permanent(fault, format!("{}; {advice}", said()))
}

fn refusal(status: StatusCode, code: &str) -> (Fault, &'static str) {
    const OFF: &str = "the flow is switched off; switch it on or set another address";
    const DELETED: &str = "the flow was deleted; make a new one and set its address";
    match (code, status) {
        ("WorkflowTriggerIsNotEnabled" | "WorkflowDisabled", _) => (Fault::Config, OFF),
        ("WorkflowNotFound", _) | (_, StatusCode::NOT_FOUND | StatusCode::GONE) => (Fault::Gone, DELETED),
        (_, StatusCode::PAYLOAD_TOO_LARGE) => (Fault::Payload, "the message is too long"),
        (_, StatusCode::BAD_REQUEST) => (Fault::Payload, "the flow expects something else than a card"),
        _ => (
            Fault::Config,
            "copy the address again, with its whole query, and let anyone trigger the flow",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redaction::excerpt_bytes;
    use crate::status::tests::check_permanent;

    fn outcome(status: u16, body: &str) -> Outcome {
        let answer = http::Response::builder().status(status);
        let answer = answer.body(Bytes::from(body.to_owned())).unwrap();
        judge(&answer, Timestamp::UNIX_EPOCH, &|body| excerpt_bytes(body, ["t0ken"]))
    }

    #[track_caller]
    fn permanent(status: u16, body: &str, expected: Fault) {
        check_permanent(&outcome(status, body), expected);
    }

    #[test]
    fn every_status_has_its_class() {
        assert!(outcome(202, "").is_delivered(), "the flow started");
        assert!(outcome(200, "").is_delivered());
        permanent(400, "t0ken", Fault::Payload);
        permanent(413, "Request Entity too large, t0ken", Fault::Payload);
        for status in [401, 403, 405, 418] {
            permanent(status, "t0ken", Fault::Config);
        }
        permanent(404, "", Fault::Gone);
        permanent(410, "", Fault::Gone);
        permanent(302, "", Fault::Config);
        assert!(matches!(outcome(429, ""), Outcome::Throttled { .. }));
        for status in [408, 500, 502, 503, 504] {
            assert!(
                matches!(outcome(status, "t0ken"), Outcome::Transient { .. }),
                "{status}"
            );
        }
    }

    #[test]
    fn a_code_says_more_than_its_status() {
        let code = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"t0ken"}}}}"#);
        permanent(400, &code("WorkflowTriggerIsNotEnabled"), Fault::Config);
        permanent(400, &code("TriggerInputSchemaMismatch"), Fault::Payload);
        permanent(401, &code("DirectApiAuthorizationRequired"), Fault::Config);
        permanent(404, &code("WorkflowNotFound"), Fault::Gone);
    }
}
