//! What Feishu's answers mean.
//!
//! `code` decides. `StatusCode` is an older duplicate that says 0 even in throttle answers, and counts only where there is
//! no `code`. Table: <https://open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN>; codes without a source fall
//! under rows that err on the side of not sending again.

use std::time::Duration;

use serde::Deserialize;

use crate::coded::{Platform, Verdict};
use crate::outcome::Fault;

/// How long the platform is left alone after too many messages.
const PAUSE: Duration = Duration::from_secs(30);

/// Feishu's way of answering.
pub(super) const PLATFORM: Platform = Platform {
    name: "feishu",
    pause: PAUSE,
    understand,
};

const OUR_BUG: &str = "a mistake of goldcast; please report it";
const NO_BOT: &str = "the bot was removed or its address changed; add one and set its address";

/// Members that are read; everything else is ignored.
#[derive(Deserialize)]
struct Answer {
    code: Option<i64>,
    #[serde(rename = "StatusCode")]
    status_code: Option<i64>,
    #[serde(default)]
    msg: Option<String>,
}

fn understand(body: &[u8]) -> Option<Verdict> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let code = answer.code.or(answer.status_code)?;
    Some(verdict(code, &answer.msg.unwrap_or_default().to_lowercase()))
}

/// `msg` in lower case.
fn verdict(code: i64, msg: &str) -> Verdict {
    match code {
        0 => Verdict::Delivered,
        // An error inside the platform: https://github.com/openclaw/openclaw/issues/70879
        2_200 => Verdict::Busy,
        11_232 => Verdict::TooFast(PAUSE),
        // One code for a malformed body, one above 20 KB, and too many of them.
        9_499 if msg.contains("too many") => Verdict::TooFast(PAUSE),
        9_499 => Verdict::Refused(Fault::Payload, "the message is malformed or longer than 20 KB"),
        // https://github.com/sansan0/TrendRadar/issues/278
        19_001 => Verdict::Refused(Fault::Gone, NO_BOT),
        19_002 => Verdict::Refused(Fault::Payload, OUR_BUG),
        19_007 => Verdict::Refused(
            Fault::Config,
            "the bot is not enabled; enable it in the group's settings",
        ),
        19_021 => Verdict::Unproved("check the bot's signature secret, and the clock"),
        19_022 => Verdict::Refused(
            Fault::Config,
            "the bot allows other addresses only; use its signature verification instead",
        ),
        19_024 => Verdict::Refused(
            Fault::Config,
            "the bot asks for a keyword; `goldcast` stands in every message",
        ),
        _ => Verdict::Refused(Fault::Config, "unknown code; not sent again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coded::tests::{Class, check, check_order};

    #[test]
    fn every_known_code_has_its_class() {
        #[track_caller]
        fn code(code: i64, msg: &str, expected: Class) {
            let body = format!(r#"{{"code":{code},"data":{{}},"msg":"{msg} t0ken"}}"#);
            check(&PLATFORM, 200, &body, expected);
        }
        code(0, "success", Class::Delivered);
        code(2_200, "internal error", Class::Transient);
        code(9_499, "Bad Request", Class::Permanent(Fault::Payload));
        code(9_499, "too many request", Class::Throttled(30));
        code(9_499, "Too Many Requests", Class::Throttled(30));
        code(11_232, "frequency limited psm[lark.oapi]", Class::Throttled(30));
        code(
            19_001,
            "param invalid: incoming webhook access token invalid",
            Class::Permanent(Fault::Gone),
        );
        code(19_002, "params error, msg_type need", Class::Permanent(Fault::Payload));
        code(19_007, "Bot Not Enabled", Class::Permanent(Fault::Config));
        code(
            19_021,
            "sign match fail or timestamp is not within one hour from current time",
            Class::Permanent(Fault::Config),
        );
        code(19_022, "Ip Not Allowed", Class::Permanent(Fault::Config));
        code(19_024, "Key Words Not Found", Class::Permanent(Fault::Config));
        code(99_999, "too many words", Class::Permanent(Fault::Config));
    }

    #[test]
    fn the_older_status_code_counts_only_where_there_is_no_code() {
        let throttled = r#"{"StatusCode":0,"StatusMessage":"","code":9499,"msg":"too many request"}"#;
        check(&PLATFORM, 200, throttled, Class::Throttled(30));
        check(&PLATFORM, 400, throttled, Class::Throttled(30));
        let refused = r#"{"StatusCode":0,"StatusMessage":"success","code":19021,"msg":"sign match fail"}"#;
        check(&PLATFORM, 200, refused, Class::Permanent(Fault::Config));
        let old = r#"{"Extra":null,"StatusCode":0,"StatusMessage":"success"}"#;
        check(&PLATFORM, 200, old, Class::Delivered);
        check(
            &PLATFORM,
            200,
            r#"{"StatusCode":9499}"#,
            Class::Permanent(Fault::Payload),
        );
        check(
            &PLATFORM,
            200,
            r#"{"StatusMessage":"success","msg":"success"}"#,
            Class::Transient,
        );
    }

    #[test]
    fn the_status_line_alone_never_means_delivered() {
        check_order(
            &PLATFORM,
            r#"{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}"#,
        );
        check(&PLATFORM, 200, r#"{"code":"0"}"#, Class::Transient);
    }
}
