//! HMAC-SHA256 as Base64, the one primitive every signed channel uses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Standard Base64, padded, of HMAC-SHA256 over the concatenation of `parts`.
#[expect(clippy::expect_used, reason = "HMAC is defined for keys of every length")]
pub(crate) fn base64_hmac_sha256(key: &[u8], parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    STANDARD.encode(mac.finalize().into_bytes())
}
