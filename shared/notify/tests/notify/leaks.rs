//! Looks for secrets in whatever a channel prints.

use bytes::Bytes;
use goldcast_notify::Channel;

use crate::samples::now;

/// Twelve characters of a secret in a row are a leak; eight hexadecimal digits of a fingerprint are not.
#[track_caller]
pub(crate) fn nothing_leaks(text: &str, secrets: &[&str]) {
    for secret in secrets {
        let chars: Vec<char> = secret.chars().collect();
        assert!(chars.len() >= 12, "too short to look for");
        for part in chars.windows(12) {
            let part: String = part.iter().collect();
            assert!(!text.contains(&part), "{part} leaks in {text}");
        }
    }
}

/// Lets the other side echo every secret in every sort of answer, in the members `code` and `words` and outside of them.
#[track_caller]
pub(crate) fn scan_answers(channel: &dyn Channel, code: &str, words: &str, secrets: &[&str]) {
    let echo = secrets.join(" ");
    for status in [200, 302, 400, 404, 410, 429, 500] {
        for number in [0, -1, 12_345] {
            for body in [echo.clone(), format!(r#"{{"{code}":{number},"{words}":"{echo}"}}"#)] {
                let answer = http::Response::builder().status(status);
                let answer = answer.body(Bytes::from(body)).unwrap();
                let outcome = channel.judge(&answer, now());
                nothing_leaks(&format!("{outcome} {outcome:?}"), secrets);
            }
        }
    }
    nothing_leaks(&channel.redact(&echo), secrets);
}
