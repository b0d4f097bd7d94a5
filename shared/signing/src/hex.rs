//! Lower-case hexadecimal, the form of V3 hashes and signatures.

/// Two lower-case digits per byte.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.extend([byte >> 4, byte & 15].map(digit));
    }
    text
}

/// The digit of a number below 16.
fn digit(half: u8) -> char {
    char::from(if half < 10 { b'0' + half } else { b'a' - 10 + half })
}

/// The bytes of a text of digit pairs in either case; `None` for anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|&[high, low]| Some((digit(high)? << 4) | digit(low)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_round_trip_and_broken_text_is_refused() {
        assert_eq!(encode(&[0x00, 0x0f, 0xa5]), "000fa5");
        assert_eq!(decode("000fA5"), Some(vec![0x00, 0x0f, 0xa5]));
        for broken in ["0", "zz", "0 ", "é0"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }
}
