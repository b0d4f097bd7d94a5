//! The key of a message: names it for ever. Not here: which parts make it; that is whoever announces.

use std::fmt;

use crate::digest::sha256_hex;

/// Names a message for ever; the receiver's idempotency key and our own.
///
/// 1 to 64 characters of `A–Z a–z 0–9 _ -`. A dot is impossible, because Standard Webhooks signs `<id>.<time>.<body>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageKey(String);

/// Text that cannot be a [`MessageKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message key is 1 to {MAX_KEY_CHARS} characters of A-Z a-z 0-9 _ -; derive one from the parts instead")]
pub struct MessageKeyError;

/// Longest key, in characters: short enough for a header and for an object's name.
const MAX_KEY_CHARS: usize = 64;

/// Bytes of the digest in a derived key: 128 bits never meet by chance.
const DERIVED_BYTES: usize = 16;

impl MessageKey {
    /// Takes a ready key, for example from the ledger.
    pub fn new(text: &str) -> Result<Self, MessageKeyError> {
        let fits = (1..=MAX_KEY_CHARS).contains(&text.len());
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if fits && plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(MessageKeyError)
        }
    }

    /// A key that is a pure function of `parts`, whatever characters they hold.
    ///
    /// Every part is hashed with its length, so `["a", "bc"]` and `["ab", "c"]` differ.
    pub fn derive(parts: &[&str]) -> Self {
        let framed = parts.iter().fold(String::new(), |framed, part| {
            framed + &part.len().to_string() + ":" + part
        });
        Self(format!("gc_{}", sha256_hex(&framed, DERIVED_BYTES)))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_no_dot_and_a_bounded_length() {
        #[track_caller]
        fn check(text: &str, accepted: bool) {
            assert_eq!(MessageKey::new(text).is_ok(), accepted, "{text:?}");
        }
        check("", false);
        check("a", true);
        check("released_base-linux_7", true);
        check("released.7", false);
        check("released 7", false);
        check("释放", false);
        check(&"k".repeat(MAX_KEY_CHARS), true);
        check(&"k".repeat(MAX_KEY_CHARS + 1), false);
    }

    #[test]
    fn a_derived_key_depends_on_where_parts_end() {
        assert_eq!(MessageKey::derive(&["a", "bc"]), MessageKey::derive(&["a", "bc"]));
        assert_ne!(MessageKey::derive(&["a", "bc"]), MessageKey::derive(&["ab", "c"]));
        let key = MessageKey::derive(&["released", "黄金.镜像"]);
        assert_eq!(MessageKey::new(key.as_str()), Ok(key));
    }
}
