//! The `Retry-After` header: seconds or an HTTP date, held between bounds.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;
use serde::Deserialize;

/// Shortest wait that is taken from a receiver: zero would hammer it.
pub(crate) const MIN_WAIT: Duration = Duration::from_secs(1);

/// Longest wait inside a run, which is billed while it sleeps.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(20);

/// How long the receiver asks to wait, between [`MIN_WAIT`] and [`MAX_WAIT`]; `None` if it did not say it legibly.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a u64 holds means "very long", which the bound takes care of.
        text.parse().map_or(MAX_WAIT, Duration::from_secs)
    } else {
        let at = http_date(text)?;
        Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
    };
    Some(wait.clamp(MIN_WAIT, MAX_WAIT))
}

/// A date as HTTP writes it.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

/// The same from a JSON answer's `retry_after`, seconds with a fraction; chat platforms repeat the header there.
pub(crate) fn retry_after_in_json(body: &[u8]) -> Option<Duration> {
    let answer: Throttle = serde_json::from_slice(body).ok()?;
    let wait = Duration::try_from_secs_f64(answer.retry_after).ok()?;
    Some(wait.clamp(MIN_WAIT, MAX_WAIT))
}

#[derive(Deserialize)]
struct Throttle {
    retry_after: f64,
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_wait_is_read_as_seconds_or_date_and_bounded() {
        #[track_caller]
        fn check(text: &str, expected: Option<u64>) {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(text).unwrap())]);
            let now = "2026-11-20T08:00:00Z".parse().unwrap();
            assert_eq!(
                retry_after(&headers, now),
                expected.map(Duration::from_secs),
                "{text:?}"
            );
        }
        check("7", Some(7));
        check(" 7 ", Some(7));
        check("0", Some(1));
        check("1", Some(1));
        check("20", Some(20));
        check("21", Some(20));
        check("86400", Some(20));
        check("99999999999999999999999999", Some(20));
        check("-5", None);
        check("1.5", None);
        check("", None);
        check("soon", None);
        check("Fri, 20 Nov 2026 08:00:12 GMT", Some(12));
        check("Fri, 20 Nov 2026 07:00:00 GMT", Some(1));
        check("Sat, 20 Nov 2027 08:00:00 GMT", Some(20));
    }

    #[test]
    fn a_wait_in_an_answer_has_fractions_and_the_same_bounds() {
        #[track_caller]
        fn check(body: &str, millis: Option<u64>) {
            assert_eq!(
                retry_after_in_json(body.as_bytes()),
                millis.map(Duration::from_millis),
                "{body}"
            );
        }
        check(
            r#"{"message":"slow down","retry_after":1.25,"global":false}"#,
            Some(1_250),
        );
        check(r#"{"retry_after":1,"ok":false,"error":"rate_limited"}"#, Some(1_000));
        check(r#"{"retry_after":0.3}"#, Some(1_000));
        check(r#"{"retry_after":64570}"#, Some(20_000));
        check(r#"{"retry_after":-1}"#, None);
        check(r#"{"retry_after":"1"}"#, None);
        check("{}", None);
        check("<html>", None);
    }

    #[test]
    fn silence_is_no_wait() {
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp::UNIX_EPOCH), None);
    }
}
