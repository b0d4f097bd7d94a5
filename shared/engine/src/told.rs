//! Marks of what people have been told about a release, in one tag on its source.
//!
//! A mark is six hex digits for one channel and one message. The tag holds eighteen of them; the oldest make room. It is a
//! short memory on purpose: it keeps a message from being sent twice while its cause is fresh.

use goldcast_domain::ledger::TAG_VALUE_CHARS_MAX;
use goldcast_notify::MessageKey;

/// Hex digits of a mark: 24 bits tell the few messages of one release apart.
const MARK_DIGITS: usize = 6;

/// The marks on one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told(Vec<String>);

impl Told {
    /// Reads the tag's value; whatever a person wrote into it is kept until it has to make room.
    pub(crate) fn parse(value: &str) -> Self {
        Self(value.split_whitespace().map(str::to_owned).collect())
    }

    /// Whether this channel was told this.
    pub(crate) fn has(&self, channel: &str, key: &MessageKey) -> bool {
        self.0.contains(&mark(channel, key))
    }

    /// Notes that this channel was told this.
    pub(crate) fn note(&mut self, channel: &str, key: &MessageKey) {
        self.0.push(mark(channel, key));
        while self.value().chars().count() > TAG_VALUE_CHARS_MAX {
            self.0.remove(0);
        }
    }

    /// The tag's value.
    pub(crate) fn value(&self) -> String {
        self.0.join(" ")
    }
}

fn mark(channel: &str, key: &MessageKey) -> String {
    // The end of a key is hash, whatever its beginning says.
    let derived = MessageKey::derive(&[channel, key.as_str()]);
    let text = derived.as_str();
    text.get(text.len().saturating_sub(MARK_DIGITS)..)
        .unwrap_or(text)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> MessageKey {
        MessageKey::derive(&[text])
    }

    #[test]
    fn each_channel_is_told_for_itself() {
        let mut told = Told::default();
        told.note("team", &key("released"));
        assert!(told.has("team", &key("released")));
        assert!(!told.has("other", &key("released")));
        assert!(!told.has("team", &key("onboarded")));
        assert_eq!(Told::parse(&told.value()), told);
    }

    #[test]
    fn the_oldest_marks_make_room_and_the_tag_stays_legal() {
        let mut told = Told::default();
        for number in 0..50 {
            told.note("team", &key(&number.to_string()));
            assert!(told.value().len() <= TAG_VALUE_CHARS_MAX);
        }
        assert!(told.has("team", &key("49")) && !told.has("team", &key("0")));
    }
}
