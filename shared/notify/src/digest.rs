//! Hexadecimal SHA-256, shortened: for names and fingerprints.

use sha2::{Digest as _, Sha256};

/// The first `bytes` bytes of the SHA-256 of `data`, as lower-case hexadecimal digits.
pub(crate) fn sha256_hex(data: &str, bytes: usize) -> String {
    let digest = Sha256::digest(data);
    let nibbles = digest.iter().take(bytes).flat_map(|byte| [byte >> 4, byte & 0x0f]);
    nibbles
        .filter_map(|nibble| char::from_digit(u32::from(nibble), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_equal_the_standard_s_vectors() {
        assert_eq!(sha256_hex("abc", 4), "ba7816bf");
        assert_eq!(
            sha256_hex("", 32),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
