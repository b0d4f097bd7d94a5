//! Words from the other side made fit for a log: short, printable and without our secrets.
//!
//! An answer can echo the request; a transport error can quote an address. Neither may carry a token into a log line.

use crate::order::put_in_order;
use crate::untrusted::one_line;

/// Longest quotation of an answer, in characters.
pub(crate) const MAX_EXCERPT_CHARS: usize = 200;

/// What stands where a secret was.
const MASK: &str = "***";

/// `text` with every one of `secrets` masked, on one line, at most [`MAX_EXCERPT_CHARS`] long.
///
/// Masking comes before shortening, so that no secret survives as a recognisable half.
pub(crate) fn excerpt<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>) -> String {
    let mut secrets: Vec<&str> = secrets.into_iter().filter(|secret| !secret.is_empty()).collect();
    // The longest first: a token inside an address must not break up the address before it is found.
    put_in_order(&mut secrets, |a, b| b.len().cmp(&a.len()));
    let line = secrets
        .into_iter()
        .fold(one_line(text), |line, secret| line.replace(secret, MASK));
    if line.chars().count() <= MAX_EXCERPT_CHARS {
        return line;
    }
    line.chars().take(MAX_EXCERPT_CHARS - 1).chain(['…']).collect()
}

/// The same for the bytes of an answer.
pub(crate) fn excerpt_bytes<'a>(body: &[u8], secrets: impl IntoIterator<Item = &'a str>) -> String {
    excerpt(&String::from_utf8_lossy(body), secrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_short_printable_and_without_secrets() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(excerpt(text, ["tok3n", "https://h/?t=tok3n", ""]), expected);
        }
        check("fine", "fine");
        check("posted to https://h/?t=tok3n with tok3n", "posted to *** with ***");
        check("a\u{1b}[31mred\r\nb", "a[31mred b");
        check("tok\u{200B}3n hidden", "*** hidden");
    }

    #[test]
    fn a_quotation_has_at_most_two_hundred_characters() {
        assert_eq!(excerpt(&"金".repeat(200), []).chars().count(), 200);
        let long = excerpt(&"金".repeat(201), []);
        assert_eq!(long.chars().count(), 200);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn no_half_of_a_secret_survives_the_cut() {
        let text = format!("{}secret-token", "x".repeat(195));
        assert!(!excerpt(&text, ["secret-token"]).contains("sec"));
    }
}
