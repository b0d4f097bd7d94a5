//! Seeded values: every id, secret and delay is a function of the seed and of what it names. Never of the order in
//! which calls arrive, because several regions are called side by side.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};

use super::setup::Span;

/// Letters that the cloud's resource ids are made of.
const ID_ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Digits of hexadecimal ids.
const HEX_ALPHABET: &[u8; 16] = b"0123456789abcdef";

/// Characters of a UUID, and the digits that have a hyphen before them.
const UUID_LENGTH: usize = 36;
const UUID_HYPHENS: [usize; 4] = [8, 12, 16, 20];

/// Thirty-two seeded bytes for one purpose.
#[derive(Debug, Clone)]
pub(crate) struct Draw([u8; 32]);

impl Draw {
    /// Draws for `purpose` and the thing that `parts` name; the same arguments always give the same draw.
    pub(crate) fn new(seed: u64, purpose: &str, parts: &[&str]) -> Self {
        Self(begun(seed, purpose, parts).finalize().into())
    }

    /// Half of the bytes, for what only has to be told apart.
    pub(crate) fn half(&self) -> [u8; 16] {
        let (half, _) = self.0.as_chunks::<16>();
        half.first().copied().unwrap_or_default()
    }

    /// A number below `bound`; zero when the bound is zero.
    pub(crate) fn below(&self, bound: u64) -> u64 {
        let number = self
            .0
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        number.checked_rem(bound).unwrap_or_default()
    }

    /// A duration within the span, in whole milliseconds.
    pub(crate) fn within(&self, span: Span) -> SignedDuration {
        let width = (span.longest - span.shortest).as_millis();
        let width = u64::try_from(width).unwrap_or_default();
        let extra = i64::try_from(self.below(width.saturating_add(1))).unwrap_or_default();
        span.shortest + SignedDuration::from_millis(extra)
    }

    /// At most 32 lower-case letters and digits.
    pub(crate) fn text(&self, length: usize) -> String {
        self.letters(ID_ALPHABET, length)
    }

    /// At most 32 lower-case hexadecimal digits.
    pub(crate) fn hex(&self, length: usize) -> String {
        self.letters(HEX_ALPHABET, length)
    }

    /// At most 32 decimal digits.
    pub(crate) fn digits(&self, length: usize) -> String {
        self.letters(b"0123456789", length)
    }

    /// An upper-case UUID, the form of request and event ids.
    pub(crate) fn uuid(&self) -> String {
        let mut text = String::with_capacity(UUID_LENGTH);
        for (place, byte) in self.0.iter().enumerate() {
            if UUID_HYPHENS.contains(&place) {
                text.push('-');
            }
            text.push(letter(HEX_ALPHABET, *byte).to_ascii_uppercase());
        }
        text
    }

    fn letters(&self, alphabet: &[u8], length: usize) -> String {
        let mut text = String::with_capacity(length);
        text.extend(self.0.iter().take(length).map(|byte| letter(alphabet, *byte)));
        text
    }
}

/// The letter that a byte stands for.
fn letter(alphabet: &[u8], byte: u8) -> char {
    let letter = alphabet.get(usize::from(byte) % alphabet.len());
    letter.copied().map_or('0', char::from)
}

/// A hash that has seen seed, purpose and parts.
fn begun(seed: u64, purpose: &str, parts: &[&str]) -> Sha256 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for part in std::iter::once(&purpose).chain(parts) {
        add(&mut hash, part);
    }
    hash
}

/// Lengths keep ("ab", "c") and ("a", "bc") apart.
fn add(hash: &mut Sha256, part: &str) {
    hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(part.as_bytes());
}

/// The seed, and how often each thing has been named.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    /// By the draw of what is counted, so that an entry is small however long the parts are.
    counters: BTreeMap<[u8; 32], u64>,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            counters: BTreeMap::new(),
        }
    }

    /// The draw that belongs to this purpose and these parts, however often it is asked for.
    pub(crate) fn fixed(&self, purpose: &str, parts: &[&str]) -> Draw {
        Draw::new(self.seed, purpose, parts)
    }

    /// The next draw of this purpose for these parts: the first, second, third … image of one name differ.
    pub(crate) fn next(&mut self, purpose: &str, parts: &[&str]) -> Draw {
        let mut hash = begun(self.seed, purpose, parts);
        let counter = self.counters.entry(hash.clone().finalize().into()).or_default();
        *counter += 1;
        // As if the counter were one more part.
        add(&mut hash, &counter.to_string());
        Draw(hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_purpose_and_parts_only() {
        let one = Draw::new(7, "image", &["cn-hangzhou", "golden"]);
        assert_eq!(one.text(20), Draw::new(7, "image", &["cn-hangzhou", "golden"]).text(20));
        assert_ne!(one.text(20), Draw::new(8, "image", &["cn-hangzhou", "golden"]).text(20));
        assert_ne!(
            Draw::new(7, "image", &["ab", "c"]).text(20),
            Draw::new(7, "image", &["a", "bc"]).text(20)
        );
    }

    #[test]
    fn naming_something_else_in_between_changes_nothing() {
        let mut quiet = Ids::new(1);
        let mut busy = Ids::new(1);
        busy.next("image", &["cn-shanghai", "golden"]);
        assert_eq!(quiet.next("image", &["a"]).uuid(), busy.next("image", &["a"]).uuid());
        assert_eq!(quiet.next("image", &["a"]).uuid(), busy.next("image", &["a"]).uuid());
    }

    #[test]
    fn a_drawn_delay_stays_within_its_span() {
        let span = Span {
            shortest: SignedDuration::from_secs(5),
            longest: SignedDuration::from_secs(60),
        };
        for seed in 0..200 {
            let delay = Draw::new(seed, "delay", &[]).within(span);
            assert!(span.shortest <= delay && delay <= span.longest, "{delay}");
        }
    }
}
