//! What Slack's answers mean: the word `ok`, or a status with a word that says what was wrong.
//!
//! Words: <https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks>, and for those of blocks
//! <https://github.com/slackapi/bolt-js/issues/2509>.

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;

use crate::outcome::{Fault, Outcome};
use crate::status::by_status;

const GONE: &str = "the webhook or its channel was removed; create one and set its address";
const OUR_BUG: &str = "a mistake of goldcast; please report it";

/// Judges an answer; `quote` makes a body fit for a log.
pub(super) fn judge(answer: &http::Response<Bytes>, now: Timestamp, quote: &dyn Fn(&[u8]) -> String) -> Outcome {
    let status = answer.status();
    let said = || format!("slack answered {}: {}", status.as_u16(), quote(answer.body()));
    if let Some(outcome) = by_status(answer, now, &said) {
        return outcome;
    }
    let word = answer.body().trim_ascii();
    if status.is_success() {
        return match word {
            b"ok" if status == StatusCode::OK => Outcome::Delivered,
            // A proxy's page or nothing: not Slack speaking, so it may pass.
            [] | [b'<', ..] => Outcome::transient(format!("{}; not the word `ok`", said())),
            _ => Outcome::permanent(Fault::Config, format!("{}; not the word `ok`", said())),
        };
    }
    let (fault, advice) = refusal(status, word);
    Outcome::permanent(fault, format!("{}; {advice}", said()))
}

fn refusal(status: StatusCode, word: &[u8]) -> (Fault, &'static str) {
    match word {
        b"user_not_found" => (
            Fault::Config,
            "somebody who is mentioned does not exist; check `mention`",
        ),
        b"invalid_payload"
        | b"no_text"
        | b"invalid_blocks"
        | b"invalid_blocks_format"
        | b"too_many_attachments"
        | b"missing_text_or_fallback_or_attachments" => (Fault::Payload, OUR_BUG),
        b"msg_blocks_too_long" => (Fault::Payload, "the message is too long"),
        b"action_prohibited" | b"posting_to_general_channel_denied" => (
            Fault::Config,
            "an administrator forbids posting there; choose another channel",
        ),
        b"invalid_token" => (Fault::Config, "the address is wrong; copy it again"),
        b"team_disabled" => (Fault::Gone, "the workspace was closed; remove the channel"),
        b"channel_is_archived" => (Fault::Gone, "the channel was archived; choose another one"),
        b"channel_not_found" | b"no_service" | b"no_active_hooks" | b"no_team" | b"no_service_id" => {
            (Fault::Gone, GONE)
        }
        _ => match status {
            StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE => (Fault::Payload, OUR_BUG),
            StatusCode::NOT_FOUND | StatusCode::GONE => (Fault::Gone, GONE),
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
        let answer = answer.body(Bytes::from(format!("{body}\n"))).unwrap();
        judge(&answer, Timestamp::UNIX_EPOCH, &|body| excerpt_bytes(body, ["t0ken"]))
    }

    #[track_caller]
    fn permanent(status: u16, body: &str, expected: Fault) {
        check_permanent(&outcome(status, body), expected);
    }

    #[test]
    fn every_known_word_has_its_class() {
        for word in [
            "invalid_payload",
            "no_text",
            "invalid_blocks",
            "invalid_blocks_format",
            "too_many_attachments",
            "missing_text_or_fallback_or_attachments",
            "msg_blocks_too_long",
            "a_word_of_next_year",
        ] {
            permanent(400, word, Fault::Payload);
        }
        permanent(400, "user_not_found", Fault::Config);
        for word in [
            "action_prohibited",
            "invalid_token",
            "posting_to_general_channel_denied",
            "?",
        ] {
            permanent(403, word, Fault::Config);
        }
        permanent(403, "team_disabled", Fault::Gone);
        for word in [
            "channel_not_found",
            "no_service",
            "no_active_hooks",
            "no_team",
            "no_service_id",
            "?",
        ] {
            permanent(404, word, Fault::Gone);
        }
        permanent(410, "channel_is_archived", Fault::Gone);
        assert!(matches!(outcome(500, "rollup_error"), Outcome::Transient { .. }));
    }

    #[test]
    fn only_the_word_ok_is_delivered() {
        assert!(outcome(200, "ok").is_delivered());
        permanent(200, "no_text", Fault::Config);
        permanent(201, "ok", Fault::Config);
        permanent(200, r#"{"ok":true}"#, Fault::Config);
        permanent(302, "ok", Fault::Config);
        assert!(matches!(outcome(200, ""), Outcome::Transient { .. }));
        assert!(matches!(outcome(200, "<html>ok</html>"), Outcome::Transient { .. }));
    }

    #[test]
    fn a_throttle_waits_as_long_as_slack_says() {
        #[track_caller]
        fn wait(outcome: Outcome) -> Option<Duration> {
            let Outcome::Throttled { wait, .. } = outcome else {
                panic!("{outcome}");
            };
            wait
        }
        let body = r#"{"retry_after":2,"ok":false,"error":"rate_limited"}"#;
        assert_eq!(wait(outcome(429, body)), Some(Duration::from_secs(2)));
        let answer = http::Response::builder().status(429).header(RETRY_AFTER, "7");
        let answer = answer.body(Bytes::from_static(b"")).unwrap();
        let outcome = judge(&answer, Timestamp::UNIX_EPOCH, &|_| String::new());
        assert_eq!(wait(outcome), Some(Duration::from_secs(7)));
    }

    #[test]
    fn an_answer_that_echoes_the_token_is_quoted_without_it() {
        for status in [200, 400, 403, 404, 429, 500] {
            let outcome = outcome(status, "posted to t0ken");
            assert!(!outcome.to_string().contains("t0ken"), "{outcome}");
        }
    }
}
