//! What DingTalk's answers mean.
//!
//! Failures are HTTP 200 with `errcode` ≠ 0; `errmsg` may change at any time and is only quoted. Throttle answers carry
//! extra members, so only these two are read. Table: <https://www.mabiji.com/dingtalk/errcode.html> and the issues named
//! at its rows; codes without a source fall under rows that err on the side of not sending again.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;

use crate::outcome::{Fault, Outcome};

/// How long a robot is blocked after too many messages. Never waited for inside a run.
const BLOCKED: Duration = Duration::from_mins(10);

/// What an `errcode` leads to.
#[derive(Clone, Copy)]
enum Verdict {
    Delivered,
    Busy,
    TooFast,
    Refused(Fault, &'static str),
}

const SECURITY: &str =
    "check the robot's security setting: signature secret, keyword `goldcast`, allowed addresses, clock";
const NO_ROBOT: &str = "the robot was deleted or its token changed; create one and set its address";
const OUR_BUG: &str = "a mistake of goldcast; please report it";

fn verdict(errcode: i64) -> Verdict {
    match errcode {
        0 => Verdict::Delivered,
        -1 => Verdict::Busy,
        // 130101: https://github.com/timonwong/prometheus-webhook-dingtalk/issues/91
        130_101 | 410_100 => Verdict::TooFast,
        // One code for keyword, signature, time and address: https://github.com/jenkinsci/dingtalk-plugin/issues/116
        310_000 => Verdict::Refused(Fault::Config, SECURITY),
        // https://github.com/timonwong/prometheus-webhook-dingtalk/issues/226
        300_001 | 300_005 => Verdict::Refused(Fault::Gone, NO_ROBOT),
        400_101 => Verdict::Refused(Fault::Config, "the address has no access_token; copy it again"),
        400_102 => Verdict::Refused(
            Fault::Config,
            "the robot is disabled; enable it in the group's settings",
        ),
        400_013 => Verdict::Refused(Fault::Gone, "the group was dissolved; remove the channel"),
        // 400402: https://github.com/cryozerolabs/n8n-nodes-dingtalk/issues/10
        400_105 | 400_402 | 40_035 | 43_004 => Verdict::Refused(Fault::Payload, OUR_BUG),
        // https://github.com/timonwong/prometheus-webhook-dingtalk/issues/30
        460_101 => Verdict::Refused(Fault::Payload, "the message is too long"),
        430_101..=430_104 => Verdict::Refused(Fault::Payload, "the platform objects to the content"),
        88 => Verdict::Refused(Fault::Config, "the robot lacks an authorisation"),
        404 => Verdict::Refused(Fault::Config, "the address is wrong; copy it again"),
        _ => Verdict::Refused(
            Fault::Config,
            "unknown code; not sent again, so that a block is not extended",
        ),
    }
}

/// Members that are read; everything else is ignored.
#[derive(Deserialize)]
struct Answer {
    errcode: i64,
}

/// Judges an answer; `quote` makes a body fit for a log.
pub(super) fn judge(status: StatusCode, body: &[u8], quote: impl Fn(&[u8]) -> String) -> Outcome {
    let said = || format!("dingtalk answered {}: {}", status.as_u16(), quote(body));
    if status.is_redirection() {
        return Outcome::permanent(Fault::Config, format!("{}; redirects are not followed", said()));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Outcome::Throttled {
            wait: Some(BLOCKED),
            why: said(),
        };
    }
    if status.is_server_error() || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY) {
        return Outcome::transient(said());
    }
    match serde_json::from_slice::<Answer>(body).map(|answer| verdict(answer.errcode)) {
        Ok(Verdict::Delivered) if status.is_success() => Outcome::Delivered,
        Ok(Verdict::Delivered) => Outcome::permanent(Fault::Config, format!("{}; contradicts itself", said())),
        Ok(Verdict::Busy) => Outcome::transient(said()),
        Ok(Verdict::TooFast) => Outcome::Throttled {
            wait: Some(BLOCKED),
            why: said(),
        },
        Ok(Verdict::Refused(fault, advice)) => Outcome::permanent(fault, format!("{}; {advice}", said())),
        // No errcode: a proxy's page, an empty body. Not DingTalk speaking, so it may pass.
        Err(_) if status.is_success() => Outcome::transient(format!("{}; no errcode in it", said())),
        Err(_) => Outcome::permanent(Fault::Config, said()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redaction::excerpt_bytes;

    #[derive(Debug, PartialEq)]
    enum Class {
        Delivered,
        Throttled(u64),
        Transient,
        Permanent(Fault),
    }

    #[track_caller]
    fn check(status: u16, body: &str, expected: Class) {
        let status = StatusCode::from_u16(status).unwrap();
        let outcome = judge(status, body.as_bytes(), |body| excerpt_bytes(body, ["t0ken"]));
        let class = match &outcome {
            Outcome::Delivered => Class::Delivered,
            Outcome::Throttled { wait, .. } => Class::Throttled(wait.unwrap_or_default().as_secs()),
            Outcome::Transient { .. } => Class::Transient,
            Outcome::Permanent { kind, .. } => Class::Permanent(*kind),
        };
        assert_eq!(class, expected, "{status} {body:?} {outcome}");
        assert!(!outcome.to_string().contains("t0ken"), "{outcome}");
    }

    #[test]
    fn every_known_errcode_has_its_class() {
        #[track_caller]
        fn code(errcode: i64, expected: Class) {
            check(
                200,
                &format!(r#"{{"errcode":{errcode},"errmsg":"words that may change, t0ken"}}"#),
                expected,
            );
        }
        code(0, Class::Delivered);
        code(-1, Class::Transient);
        code(130_101, Class::Throttled(600));
        code(410_100, Class::Throttled(600));
        code(310_000, Class::Permanent(Fault::Config));
        code(300_001, Class::Permanent(Fault::Gone));
        code(300_005, Class::Permanent(Fault::Gone));
        code(400_101, Class::Permanent(Fault::Config));
        code(400_102, Class::Permanent(Fault::Config));
        code(400_013, Class::Permanent(Fault::Gone));
        code(400_105, Class::Permanent(Fault::Payload));
        code(400_402, Class::Permanent(Fault::Payload));
        code(40_035, Class::Permanent(Fault::Payload));
        code(43_004, Class::Permanent(Fault::Payload));
        code(460_101, Class::Permanent(Fault::Payload));
        for unsafe_content in 430_101..=430_104 {
            code(unsafe_content, Class::Permanent(Fault::Payload));
        }
        code(88, Class::Permanent(Fault::Config));
        code(404, Class::Permanent(Fault::Config));
        code(999_999, Class::Permanent(Fault::Config));
    }

    #[test]
    fn a_throttle_with_extra_members_is_a_throttle() {
        let body = r#"{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"t0ken","errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}"#;
        check(200, body, Class::Throttled(600));
    }

    #[test]
    fn the_status_line_alone_never_means_delivered() {
        check(200, "", Class::Transient);
        check(200, "<html>t0ken</html>", Class::Transient);
        check(200, "{}", Class::Transient);
        check(200, r#"{"errcode":"0"}"#, Class::Transient);
        check(200, r#"{"errcode":0"#, Class::Transient);
        check(204, "", Class::Transient);
        check(200, r#"{"errcode":0}"#, Class::Delivered);
    }

    #[test]
    fn a_status_other_than_success_decides_in_order() {
        let ok = r#"{"errcode":0,"errmsg":"ok"}"#;
        check(302, ok, Class::Permanent(Fault::Config));
        check(429, ok, Class::Throttled(600));
        check(500, ok, Class::Transient);
        check(502, "", Class::Transient);
        check(503, "", Class::Transient);
        check(504, "", Class::Transient);
        check(408, "", Class::Transient);
        check(425, "", Class::Transient);
        check(400, ok, Class::Permanent(Fault::Config));
        check(400, r#"{"errcode":130101}"#, Class::Throttled(600));
        check(403, "forbidden t0ken", Class::Permanent(Fault::Config));
    }
}
