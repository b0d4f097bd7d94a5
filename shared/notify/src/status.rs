//! What a status line alone decides, on every platform that means its status lines.
//!
//! Not here: success and the refusals of one platform, which its own table explains.

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;

use crate::outcome::{Fault, Outcome};
use crate::retry_after::{retry_after, retry_after_in_json};

/// The outcome of a redirect, a throttle, and an answer that may be another one later; `None` for every other status.
pub(crate) fn by_status(answer: &http::Response<Bytes>, now: Timestamp, said: &dyn Fn() -> String) -> Option<Outcome> {
    let status = answer.status();
    if status.is_redirection() {
        let why = format!("{}; redirects are not followed, set the final address", said());
        return Some(Outcome::permanent(Fault::Config, why));
    }
    let wait = || retry_after(answer.headers(), now).or_else(|| retry_after_in_json(answer.body()));
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Some(Outcome::Throttled {
            wait: wait(),
            why: said(),
        });
    }
    let may_pass = status.is_server_error() || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY);
    may_pass.then(|| Outcome::Transient {
        wait: wait(),
        why: said(),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use http::header::RETRY_AFTER;

    use super::*;

    /// Checks that an outcome needs somebody, for this reason, and that nobody reads the token `t0ken` in it.
    #[track_caller]
    pub(crate) fn check_permanent(outcome: &Outcome, expected: Fault) {
        assert!(
            matches!(outcome, Outcome::Permanent { kind, .. } if *kind == expected),
            "{outcome}"
        );
        assert!(!outcome.to_string().contains("t0ken"), "{outcome}");
    }

    fn outcome(status: u16, retry_after: Option<&str>, body: &'static str) -> Option<Outcome> {
        let mut answer = http::Response::builder().status(status);
        if let Some(text) = retry_after {
            answer = answer.header(RETRY_AFTER, text);
        }
        let answer = answer.body(Bytes::from_static(body.as_bytes())).unwrap();
        by_status(&answer, Timestamp::UNIX_EPOCH, &|| "words".to_owned())
    }

    #[test]
    fn a_status_decides_what_is_the_same_everywhere_and_nothing_else() {
        for status in [301, 302, 304, 307, 308] {
            let outcome = outcome(status, None, "").unwrap();
            assert!(
                matches!(
                    outcome,
                    Outcome::Permanent {
                        kind: Fault::Config,
                        ..
                    }
                ),
                "{status}"
            );
        }
        for status in [408, 425, 500, 502, 503, 504, 599] {
            let outcome = outcome(status, None, "").unwrap();
            assert!(matches!(outcome, Outcome::Transient { wait: None, .. }), "{status}");
        }
        for status in [200, 202, 204, 400, 401, 403, 404, 410, 413, 415] {
            assert_eq!(outcome(status, None, ""), None, "{status}");
        }
    }

    #[test]
    fn the_header_is_believed_before_the_answer() {
        #[track_caller]
        fn check(status: u16, header: Option<&str>, body: &'static str, seconds: Option<u64>) {
            let (Outcome::Throttled { wait, .. } | Outcome::Transient { wait, .. }) =
                outcome(status, header, body).unwrap()
            else {
                panic!("{status} is neither");
            };
            assert_eq!(wait, seconds.map(Duration::from_secs));
        }
        check(429, Some("3"), r#"{"retry_after":9}"#, Some(3));
        check(429, None, r#"{"retry_after":9}"#, Some(9));
        check(429, Some("soon"), r#"{"retry_after":9}"#, Some(9));
        check(429, None, "", None);
        check(503, Some("3"), "", Some(3));
        check(503, None, "", None);
    }
}
