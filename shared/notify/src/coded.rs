//! Answers of platforms that say HTTP 200 and mean a code inside: DingTalk, Feishu and WeCom.
//!
//! The order in which an answer is read is the same for all of them and stands here. What a code means is a table in
//! each platform's own module.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::outcome::{Fault, Outcome};
use crate::retry_after::http_date;
use crate::status::by_status;

/// How far two clocks may differ before signatures are refused, on every platform that signs with the time.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// What a code leads to.
#[derive(Clone, Copy)]
pub(crate) enum Verdict {
    Delivered,
    /// The platform has trouble of its own.
    Busy,
    /// Too many messages; wait this long.
    TooFast(Duration),
    /// Signature, keyword or address not accepted, for which a wrong clock is one reason; and what to do.
    Unproved(&'static str),
    /// Refused for good, and what to do.
    Refused(Fault, &'static str),
}

/// What has to be known of a platform to read its answers.
pub(crate) struct Platform {
    /// For people.
    pub(crate) name: &'static str,
    /// How long the platform is left alone after HTTP 429.
    pub(crate) pause: Duration,
    /// What the body means; `None` if it is not the platform that speaks.
    pub(crate) understand: fn(&[u8]) -> Option<Verdict>,
}

/// The `errcode` of a body, which DingTalk and WeCom have in common; every other member is ignored.
pub(crate) fn errcode(body: &[u8]) -> Option<i64> {
    #[derive(Deserialize)]
    struct Answer {
        errcode: i64,
    }
    serde_json::from_slice(body).ok().map(|Answer { errcode }| errcode)
}

/// Judges an answer; `quote` makes a body fit for a log.
pub(crate) fn judge(
    platform: &Platform,
    answer: &http::Response<Bytes>,
    now: Timestamp,
    quote: &dyn Fn(&[u8]) -> String,
) -> Outcome {
    let status = answer.status();
    let said = format!(
        "{} answered {}: {}",
        platform.name,
        status.as_u16(),
        quote(answer.body())
    );
    if let Some(mut outcome) = by_status(answer, now, &|| said.clone()) {
        // These platforms name no wait that is worth it, and one of them punishes haste.
        if let Outcome::Throttled { wait, .. } = &mut outcome {
            *wait = Some(platform.pause);
        }
        return outcome;
    }
    match (platform.understand)(answer.body()) {
        Some(Verdict::Delivered) if status.is_success() => Outcome::Delivered,
        Some(Verdict::Delivered) => Outcome::permanent(Fault::Config, format!("{said}; contradicts itself")),
        Some(Verdict::Busy) => Outcome::transient(said),
        Some(Verdict::TooFast(wait)) => Outcome::Throttled {
            wait: Some(wait),
            why: said,
        },
        Some(Verdict::Unproved(advice)) => {
            let clock = clock_advice(answer.headers(), now);
            let advice = clock.as_deref().unwrap_or(advice);
            Outcome::permanent(Fault::Config, format!("{said}; {advice}"))
        }
        Some(Verdict::Refused(fault, advice)) => Outcome::permanent(fault, format!("{said}; {advice}")),
        // No code: a proxy's page, an empty body. Not the platform speaking, so it may pass.
        None if status.is_success() => Outcome::transient(format!("{said}; no code in it")),
        None => Outcome::permanent(Fault::Config, said),
    }
}

/// What to do about the clock, if it is too far from the time that the answer names.
fn clock_advice(headers: &HeaderMap, now: Timestamp) -> Option<String> {
    let theirs = headers.get(DATE)?.to_str().ok()?;
    let theirs = http_date(theirs)?;
    let ahead = now.duration_since(theirs);
    let minutes = ahead.abs().as_mins();
    let direction = if ahead.is_negative() { "behind" } else { "ahead of" };
    (ahead.abs() > CLOCK_TOLERANCE)
        .then(|| format!("the clock here is {minutes} minutes {direction} the platform's; set it right"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::redaction::excerpt_bytes;

    /// An outcome without its words.
    #[derive(Debug, PartialEq)]
    pub(crate) enum Class {
        Delivered,
        Throttled(u64),
        Transient,
        Permanent(Fault),
    }

    /// Judges an answer that quotes the token `t0ken`, and makes sure that nobody reads it.
    #[track_caller]
    pub(crate) fn check(platform: &Platform, status: u16, body: &str, expected: Class) {
        let answer = http::Response::builder().status(status);
        let answer = answer.body(Bytes::copy_from_slice(body.as_bytes())).unwrap();
        let outcome = judge(platform, &answer, Timestamp::UNIX_EPOCH, &|body| {
            excerpt_bytes(body, ["t0ken"])
        });
        let class = match &outcome {
            Outcome::Delivered => Class::Delivered,
            Outcome::Throttled { wait, .. } => Class::Throttled(wait.unwrap_or_default().as_secs()),
            Outcome::Transient { .. } => Class::Transient,
            Outcome::Permanent { kind, .. } => Class::Permanent(*kind),
        };
        assert_eq!(class, expected, "{status} {body:?} {outcome}");
        assert!(!outcome.to_string().contains("t0ken"), "{outcome}");
    }

    /// What holds on every platform; `confirmation` is its body for a delivered message.
    #[track_caller]
    pub(crate) fn check_order(platform: &Platform, confirmation: &str) {
        let pause = platform.pause.as_secs();
        check(platform, 200, confirmation, Class::Delivered);
        for body in ["", "{}", "null", "[]", "<html>t0ken</html>"] {
            check(platform, 200, body, Class::Transient);
        }
        check(platform, 200, confirmation.trim_end_matches('}'), Class::Transient);
        check(platform, 204, "", Class::Transient);
        check(platform, 302, confirmation, Class::Permanent(Fault::Config));
        check(platform, 429, confirmation, Class::Throttled(pause));
        for status in [408, 425, 500, 502, 503, 504] {
            check(platform, status, confirmation, Class::Transient);
            check(platform, status, "", Class::Transient);
        }
        check(platform, 400, confirmation, Class::Permanent(Fault::Config));
        check(platform, 403, "forbidden t0ken", Class::Permanent(Fault::Config));
    }

    #[test]
    fn a_wrong_clock_is_named_where_a_signature_is_refused() {
        #[track_caller]
        fn check(date: Option<&str>, expected: &str) {
            let platform = Platform {
                name: "sample",
                pause: Duration::ZERO,
                understand: |_| Some(Verdict::Unproved("check the secret")),
            };
            let mut answer = http::Response::new(Bytes::new());
            if let Some(date) = date {
                answer.headers_mut().insert(DATE, date.parse().unwrap());
            }
            let now = "2026-11-20T08:00:00Z".parse().unwrap();
            let outcome = judge(&platform, &answer, now, &|_| String::new()).to_string();
            assert!(outcome.ends_with(expected), "{date:?}: {outcome}");
        }
        check(None, "check the secret");
        check(Some("yesterday"), "check the secret");
        check(Some("Fri, 20 Nov 2026 07:00:00 GMT"), "check the secret");
        check(Some("Fri, 20 Nov 2026 09:00:00 GMT"), "check the secret");
        check(
            Some("Fri, 20 Nov 2026 06:59:00 GMT"),
            "61 minutes ahead of the platform's; set it right",
        );
        check(
            Some("Fri, 20 Nov 2026 09:01:00 GMT"),
            "61 minutes behind the platform's; set it right",
        );
    }
}
