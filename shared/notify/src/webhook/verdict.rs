//! What a generic receiver's answers mean: any 2xx is delivered, whatever the body.

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;

use crate::outcome::{Fault, Outcome};
use crate::status::by_status;

/// Judges an answer; `quote` makes a body fit for a log.
pub(crate) fn judge(answer: &http::Response<Bytes>, now: Timestamp, quote: impl Fn(&[u8]) -> String) -> Outcome {
    let status = answer.status();
    let said = || format!("the receiver answered {}: {}", status.as_u16(), quote(answer.body()));
    if let Some(outcome) = by_status(answer, now, &said) {
        return outcome;
    }
    if status.is_success() {
        return Outcome::Delivered;
    }
    match status {
        StatusCode::GONE => Outcome::permanent(Fault::Gone, format!("{}; remove the channel", said())),
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
            Outcome::permanent(Fault::Payload, said())
        }
        _ => Outcome::permanent(Fault::Config, format!("{}; check address and signing secret", said())),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::header::RETRY_AFTER;

    use super::*;

    fn outcome(status: u16, retry_after: Option<&str>) -> Outcome {
        let mut answer = http::Response::builder().status(status);
        if let Some(text) = retry_after {
            answer = answer.header(RETRY_AFTER, text);
        }
        judge(&answer.body(Bytes::new()).unwrap(), Timestamp::UNIX_EPOCH, |_| {
            "words".to_owned()
        })
    }

    #[test]
    fn every_status_has_its_class() {
        #[track_caller]
        fn permanent(status: u16, expected: Fault) {
            let outcome = outcome(status, None);
            assert!(
                matches!(outcome, Outcome::Permanent { kind, .. } if kind == expected),
                "{status}: {outcome}"
            );
        }
        for status in [200, 201, 202, 204, 299] {
            assert!(outcome(status, None).is_delivered(), "{status}");
        }
        for status in [301, 302, 304, 307, 308, 401, 403, 404, 405, 418] {
            permanent(status, Fault::Config);
        }
        for status in [400, 413, 422] {
            permanent(status, Fault::Payload);
        }
        permanent(410, Fault::Gone);
        for status in [408, 425, 500, 501, 502, 503, 504, 599] {
            assert!(
                matches!(outcome(status, None), Outcome::Transient { wait: None, .. }),
                "{status}"
            );
        }
        assert!(matches!(outcome(429, None), Outcome::Throttled { wait: None, .. }));
    }

    #[test]
    fn a_receiver_that_asks_for_time_gets_it() {
        let ten = Some(Duration::from_secs(10));
        assert!(matches!(outcome(429, Some("10")), Outcome::Throttled { wait, .. } if wait == ten));
        for status in [502, 503, 504] {
            assert!(
                matches!(outcome(status, Some("10")), Outcome::Transient { wait, .. } if wait == ten),
                "{status}"
            );
        }
        assert!(matches!(
            outcome(429, Some("-1")),
            Outcome::Throttled { wait: None, .. }
        ));
    }
}
