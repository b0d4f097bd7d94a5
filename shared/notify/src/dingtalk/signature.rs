//! DingTalk's signature: HMAC-SHA256 with the secret as key, over `<milliseconds>\n<secret>`, as Base64.
//!
//! The platform accepts a clock that is at most one hour off.
//! Source: <https://open.dingtalk.com/document/robots/customize-robot-security-settings>.

use crate::mac::base64_hmac_sha256;
use crate::secret::SigningSecret;

/// The `sign` parameter for `millis`, not yet percent-encoded.
pub(super) fn sign(secret: &SigningSecret, millis: i64) -> String {
    let key = secret.expose().as_bytes();
    base64_hmac_sha256(key, &[millis.to_string().as_bytes(), b"\n", key])
}

#[cfg(test)]
mod tests {
    use url::form_urlencoded::byte_serialize;

    use super::*;

    /// Checked against two independent implementations.
    #[test]
    fn signatures_equal_the_published_vectors() {
        #[track_caller]
        fn check(secret: &str, millis: i64, expected: &str, in_query: &str) {
            let actual = sign(&SigningSecret::new(secret).unwrap(), millis);
            assert_eq!(actual, expected);
            assert_eq!(byte_serialize(actual.as_bytes()).collect::<String>(), in_query);
        }
        check(
            "SEC000000000000000000000000000000000000000000000000000000000000test",
            1_700_000_000_000,
            "bCcJiIKqyObgdvB5UiIbViJlixojz9bQW5dnZbgLAd8=",
            "bCcJiIKqyObgdvB5UiIbViJlixojz9bQW5dnZbgLAd8%3D",
        );
        check(
            "this is secret",
            1_577_836_800_000,
            "fFV9t5lBS7KH4+5B0JjR99ab+AJkXFauQXycgTkS/tc=",
            "fFV9t5lBS7KH4%2B5B0JjR99ab%2BAJkXFauQXycgTkS%2Ftc%3D",
        );
        check(
            "SECf00dfacef00dfacef00dfacef00dfacef00dfacef00dfacef00dfacef00dface",
            1_893_456_000_123,
            "Q0Kvuf9pQJQYjAZ4XluLbiAZ0uKDGtfHz5fI32piamc=",
            "Q0Kvuf9pQJQYjAZ4XluLbiAZ0uKDGtfHz5fI32piamc%3D",
        );
        check(
            "密钥-utf8",
            1_700_000_000_001,
            "bavpJbDkw+g2TcRtc/uF17lVvGWP5BS5rn6SniC5yOs=",
            "bavpJbDkw%2Bg2TcRtc%2FuF17lVvGWP5BS5rn6SniC5yOs%3D",
        );
    }
}
