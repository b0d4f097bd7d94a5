//! What Discord's answers mean: the stored message, or a status with a code in JSON.
//!
//! Codes: <https://github.com/discord/discord-api-docs/blob/main/developers/topics/opcodes-and-status-codes.mdx>.

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use crate::outcome::{Fault, Outcome};
use crate::status::by_status;

/// The message that was stored; that it has an id is all that is read.
#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "id")]
    _id: String,
}

/// A refusal, of which only the code is read.
#[derive(Deserialize)]
struct Refusal {
    code: u64,
}

/// Judges an answer; `quote` makes a body fit for a log.
pub(super) fn judge(answer: &http::Response<Bytes>, now: Timestamp, quote: &dyn Fn(&[u8]) -> String) -> Outcome {
    let status = answer.status();
    let body = answer.body();
    let said = || format!("discord answered {}: {}", status.as_u16(), quote(body));
    if let Some(outcome) = by_status(answer, now, &said) {
        return outcome;
    }
    if status.is_success() {
        return if status == StatusCode::NO_CONTENT || serde_json::from_slice::<Stored>(body).is_ok() {
            Outcome::Delivered
        } else {
            // It was asked to answer with the message: this is not Discord speaking, so it may pass.
            Outcome::transient(format!("{}; no message in it", said()))
        };
    }
    let code = serde_json::from_slice(body).map_or(0, |refusal: Refusal| refusal.code);
    let (fault, advice) = refusal(status, code);
    Outcome::permanent(fault, format!("{}; {advice}", said()))
}

fn refusal(status: StatusCode, code: u64) -> (Fault, &'static str) {
    const DELETED: &str = "the webhook was deleted; create one and set its address";
    match code {
        10_015 => (Fault::Gone, DELETED),
        10_003 => (Fault::Gone, "the channel was deleted; remove it here, too"),
        50_027 => (Fault::Config, "the webhook's token is wrong; copy the address again"),
        50_001 | 50_013 => (
            Fault::Config,
            "the webhook may not post there; check the channel's permissions",
        ),
        220_001 => (
            Fault::Config,
            "the channel is a forum; add `?thread_id=…` of a post to the address",
        ),
        50_083 | 160_005 => (Fault::Config, "the thread is closed; open it or name another one"),
        40_005 => (Fault::Payload, "the message is too long"),
        50_006 | 50_035 | 50_109 => (Fault::Payload, "a mistake of goldcast; please report it"),
        _ => match status {
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => {
                (Fault::Payload, "a mistake of goldcast; please report it")
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => (Fault::Gone, DELETED),
            _ => (Fault::Config, "check the webhook's address and settings"),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::header::RETRY_AFTER;

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
    fn every_known_code_has_its_class() {
        #[track_caller]
        fn code(status: u16, code: u64, expected: Fault) {
            permanent(status, &format!(r#"{{"message":"t0ken","code":{code}}}"#), expected);
        }
        code(404, 10_015, Fault::Gone);
        code(404, 10_003, Fault::Gone);
        code(401, 50_027, Fault::Config);
        code(403, 50_001, Fault::Config);
        code(403, 50_013, Fault::Config);
        code(400, 220_001, Fault::Config);
        code(400, 50_083, Fault::Config);
        code(400, 160_005, Fault::Config);
        code(400, 50_035, Fault::Payload);
        code(400, 50_006, Fault::Payload);
        code(400, 50_109, Fault::Payload);
        code(413, 40_005, Fault::Payload);
        code(400, 0, Fault::Payload);
        code(401, 0, Fault::Config);
        code(403, 0, Fault::Config);
        code(404, 0, Fault::Gone);
    }

    #[test]
    fn a_stored_message_or_silence_that_was_promised_is_delivered() {
        assert!(outcome(200, r#"{"id":"1440000000000000000","type":0,"content":""}"#).is_delivered());
        assert!(outcome(204, "").is_delivered());
        for body in ["", "<html>t0ken</html>", "{}", r#"{"id":"1"#] {
            assert!(matches!(outcome(200, body), Outcome::Transient { .. }), "{body}");
        }
        permanent(302, "", Fault::Config);
        permanent(403, "error code: 1010", Fault::Config);
        assert!(matches!(outcome(502, "<html>t0ken"), Outcome::Transient { .. }));
    }

    #[test]
    fn a_throttle_waits_as_long_as_discord_says() {
        #[track_caller]
        fn wait(outcome: Outcome) -> Option<Duration> {
            let Outcome::Throttled { wait, .. } = outcome else {
                panic!("{outcome}");
            };
            wait
        }
        let body = r#"{"message":"You are being rate limited.","retry_after":1.336,"global":false,"code":20028}"#;
        assert_eq!(wait(outcome(429, body)), Some(Duration::from_millis(1_336)));
        let answer = http::Response::builder().status(429).header(RETRY_AFTER, "2");
        let answer = answer.body(Bytes::from(body)).unwrap();
        let outcome = judge(&answer, Timestamp::UNIX_EPOCH, &|_| String::new());
        assert_eq!(wait(outcome), Some(Duration::from_secs(2)));
    }
}
