//! How the same bytes are recognised: SHA-256 by people, CRC-64 by Function Compute and object storage.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The reflected polynomial of ECMA-182.
const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// CRC-64 of ECMA-182, reflected (CRC-64/XZ): the checksum that Function Compute compares a zip with and that object
/// storage answers as `x-oss-hash-crc64ecma`.
/// <https://www.alibabacloud.com/help/en/oss/user-guide/check-data-integrity-by-using-crc-64>
pub fn crc64(bytes: &[u8]) -> u64 {
    let step = |crc: u64, _| {
        if crc & 1 == 1 {
            (crc >> 1) ^ POLYNOMIAL
        } else {
            crc >> 1
        }
    };
    let crc = bytes
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
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
