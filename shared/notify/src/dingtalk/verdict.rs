//! What DingTalk's answers mean.
//!
//! Failures are HTTP 200 with `errcode` ≠ 0; `errmsg` may change at any time and is only quoted. Throttle answers carry
//! extra members, so only `errcode` is read. Table: <https://www.mabiji.com/dingtalk/errcode.html> and the issues named
//! at its rows; codes without a source fall under rows that err on the side of not sending again.

use std::time::Duration;

use crate::coded::{Platform, Verdict, errcode};
use crate::outcome::Fault;

/// How long a robot is blocked after too many messages. Never waited for inside a run.
const BLOCKED: Duration = Duration::from_mins(10);

/// DingTalk's way of answering.
pub(super) const PLATFORM: Platform = Platform {
    name: "dingtalk",
    pause: BLOCKED,
    understand: |body| errcode(body).map(verdict),
};

const SECURITY: &str =
    "check the robot's security setting: signature secret, keyword `goldcast`, allowed addresses, clock";
const NO_ROBOT: &str = "the robot was deleted or its token changed; create one and set its address";
const OUR_BUG: &str = "a mistake of goldcast; please report it";

fn verdict(errcode: i64) -> Verdict {
    match errcode {
        0 => Verdict::Delivered,
        -1 => Verdict::Busy,
        // 130101: https://github.com/timonwong/prometheus-webhook-dingtalk/issues/91
        130_101 | 410_100 => Verdict::TooFast(BLOCKED),
        // One code for keyword, signature, time and address: https://github.com/jenkinsci/dingtalk-plugin/issues/116
        310_000 => Verdict::Unproved(SECURITY),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coded::tests::{Class, check, check_order};

    #[test]
    fn every_known_errcode_has_its_class() {
        #[track_caller]
        fn code(errcode: i64, expected: Class) {
            let body = format!(r#"{{"errcode":{errcode},"errmsg":"words that may change, t0ken"}}"#);
            check(&PLATFORM, 200, &body, expected);
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
        check(&PLATFORM, 200, body, Class::Throttled(600));
        check(&PLATFORM, 400, r#"{"errcode":130101}"#, Class::Throttled(600));
    }

    #[test]
    fn the_status_line_alone_never_means_delivered() {
        check_order(&PLATFORM, r#"{"errcode":0,"errmsg":"ok"}"#);
        check(&PLATFORM, 200, r#"{"errcode":"0"}"#, Class::Transient);
    }
}
