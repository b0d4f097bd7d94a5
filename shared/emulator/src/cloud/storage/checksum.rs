//! The checksums that answers carry and clients compare: MD5 and CRC-64.
//! <https://www.alibabacloud.com/help/en/oss/user-guide/check-data-integrity-by-using-crc-64>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

/// The reflected polynomial of ECMA-182.
const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;

/// What an object written in one piece has as its `ETag`: MD5 in capitals, in quotes.
pub(super) fn etag(body: &[u8]) -> String {
    let digits: Vec<String> = Md5::digest(body).iter().map(|byte| format!("{byte:02X}")).collect();
    format!("\"{}\"", digits.concat())
}

/// The value that `Content-MD5` has to have.
pub(super) fn content_md5(body: &[u8]) -> String {
    STANDARD.encode(Md5::digest(body))
}

/// CRC-64 of ECMA-182 as `x-oss-hash-crc64ecma` has it.
pub(super) fn crc64(body: &[u8]) -> u64 {
    let step = |crc: u64, _| {
        if crc & 1 == 1 {
            (crc >> 1) ^ POLYNOMIAL
        } else {
            crc >> 1
        }
    };
    let crc = body
        .iter()
        .fold(u64::MAX, |crc, byte| (0..8).fold(crc ^ u64::from(*byte), step));
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_check_values_come_out() {
        assert_eq!(crc64(b"123456789"), 0x995D_C9BB_DF19_39FA);
        assert_eq!(crc64(b""), 0);
        assert_eq!(etag(b""), "\"D41D8CD98F00B204E9800998ECF8427E\"");
        assert_eq!(content_md5(b""), "1B2M2Y8AsgTpgAmY7PhCfg==");
    }
}
