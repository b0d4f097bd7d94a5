//! What WeCom's answers mean.
//!
//! Failures are HTTP 200 with `errcode` ≠ 0; `errmsg` quotes the caller and is shown in part only. Codes:
//! <https://developer.work.weixin.qq.com/document/path/90313> and the issues named at the rows; codes without a source
//! fall under rows that err on the side of not sending again.

use std::time::Duration;

use crate::coded::{Platform, Verdict, errcode};
use crate::outcome::Fault;

/// How long a robot is left alone after too many messages: the rest of the minute, at most.
const PAUSE: Duration = Duration::from_mins(1);

/// WeCom's way of answering.
pub(super) const PLATFORM: Platform = Platform {
    name: "wecom",
    pause: PAUSE,
    understand: |body| errcode(body).map(verdict),
};

const OUR_BUG: &str = "a mistake of goldcast; please report it";
const NO_ROBOT: &str = "the robot was removed or its key changed; add one and set its whole address";

fn verdict(errcode: i64) -> Verdict {
    match errcode {
        0 => Verdict::Delivered,
        // -1: busy; 45033: too many calls at the same time.
        -1 | 45_033 => Verdict::Busy,
        // https://github.com/WecomTeam/wecom-openclaw-plugin/issues/48
        45_009 => Verdict::TooFast(PAUSE),
        // https://github.com/dromara/domain-admin/issues/152
        40_058 => Verdict::Refused(Fault::Payload, "the message is too long or malformed"),
        40_008 | 44_004 => Verdict::Refused(Fault::Payload, OUR_BUG),
        // 93000: https://github.com/zema1/watchvuln/issues/146
        90_000..=93_999 => Verdict::Refused(Fault::Gone, NO_ROBOT),
        _ => Verdict::Refused(Fault::Config, "unknown code; not sent again"),
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
        code(45_009, Class::Throttled(60));
        code(45_033, Class::Transient);
        code(93_000, Class::Permanent(Fault::Gone));
        code(90_000, Class::Permanent(Fault::Gone));
        code(93_999, Class::Permanent(Fault::Gone));
        code(40_008, Class::Permanent(Fault::Payload));
        code(40_058, Class::Permanent(Fault::Payload));
        code(44_004, Class::Permanent(Fault::Payload));
        code(89_999, Class::Permanent(Fault::Config));
        code(94_000, Class::Permanent(Fault::Config));
    }

    #[test]
    fn the_status_line_alone_never_means_delivered() {
        check_order(&PLATFORM, r#"{"errcode":0,"errmsg":"ok"}"#);
        check(&PLATFORM, 200, r#"{"errcode":"0"}"#, Class::Transient);
    }
}
