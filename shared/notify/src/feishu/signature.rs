//! Feishu's signature: HMAC-SHA256 over nothing, with `<seconds>\n<secret>` as the key, as Base64.
//!
//! Key and message are the other way round than on DingTalk. The platform accepts a clock that is at most one hour off.
//! Source: <https://open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN>.

use crate::mac::base64_hmac_sha256;
use crate::secret::SigningSecret;

/// The member `sign` for a time in seconds.
pub(super) fn sign(secret: &SigningSecret, seconds: i64) -> String {
    base64_hmac_sha256(format!("{seconds}\n{}", secret.expose()).as_bytes(), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked against two independent implementations. The last column is what DingTalk's order would give.
    #[test]
    fn signatures_equal_the_published_vectors() {
        #[track_caller]
        fn check(secret: &str, seconds: i64, expected: &str, in_the_other_order: &str) {
            let text = format!("{seconds}\n{secret}");
            assert_eq!(
                base64_hmac_sha256(secret.as_bytes(), &[text.as_bytes()]),
                in_the_other_order,
                "the wrong order is the one that we think it is"
            );
            let actual = sign(&SigningSecret::new(secret).unwrap(), seconds);
            assert_eq!(actual, expected);
            assert_ne!(actual, in_the_other_order);
        }
        check(
            "demo",
            1_599_360_473,
            "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=",
            "DkEDUyVoOOJ539qBvUgMyzkzIdRWlf4e/V3Rq+ONJnQ=",
        );
        check(
            "gS0UBtU8aO2ZVuNbZ3XgZc",
            1_700_000_000,
            "+wM1IItszGQlYKYGZ33rSpFC8kRdzzHnyAs2ZixWu/I=",
            "0CEkrm82RMUov1PIOgBgf3frvDlUudDDAN0g0VSbxbQ=",
        );
        check(
            "this is secret",
            1_893_456_000,
            "5agXoqgJAa3Sjms3xmYdlY6w6pk1aZbklYmYuCFDNd4=",
            "3KjJ86n9FkfnCps2Q2A5m03iGnMHjEfxsRalOuc4owI=",
        );
        check(
            "密钥-utf8",
            1_700_000_001,
            "uGhDPqUDiqPmSFynsXh+XL5Ivf9H+7UwABG7js1tQL4=",
            "6bimj7wNJJS+SteSN3ITvxoSP5LtkGAScQZjWMyjzwY=",
        );
    }
}
