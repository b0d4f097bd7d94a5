//! How a channel speaks: its language, and whom it calls by name. Not here: what it says.

use std::fmt;

use crate::message::Kind;

/// A language that messages are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// English, `en`.
    #[default]
    English,
    /// Simplified Chinese, `zh`.
    Chinese,
    /// Japanese, `ja`.
    Japanese,
}

impl Language {
    /// Every language, for tables and configuration.
    pub const ALL: [Self; 3] = [Self::English, Self::Chinese, Self::Japanese];

    /// The code in the policy file: `en`, `zh`, `ja`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
            Self::Japanese => "ja",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How one channel speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manner {
    /// The language of its messages.
    pub language: Language,
    /// Who is mentioned where a person is needed, and only there: ids as the platform knows them (a phone number on
    /// `DingTalk`, an `open_id` on Feishu, a user id on `WeCom`, Slack and Discord, a principal name on Teams).
    pub mention: Vec<String>,
}

/// The word in [`Manner::mention`] that stands for everybody in the conversation.
pub(crate) const EVERYBODY: &str = "all";

/// Longest id that is mentioned, in bytes; the platforms' own have at most 64, principal names 113.
const MAX_ID_BYTES: usize = 128;

impl Manner {
    /// Whom a message of this kind calls by name: nobody, unless a person is needed.
    ///
    /// What cannot be an id of any platform is passed over, because an id stands in a message unescaped.
    pub(crate) fn mentioned(&self, kind: Kind) -> Vec<&str> {
        let ids = if kind == Kind::NeedsYou {
            self.mention.as_slice()
        } else {
            &[]
        };
        ids.iter().map(|id| id.trim()).filter(|id| is_id(id)).collect()
    }
}

fn is_id(text: &str) -> bool {
    let fits = (1..=MAX_ID_BYTES).contains(&text.len());
    fits && text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-.@+$:#".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_called_by_name_only_where_one_is_needed() {
        let manner = Manner {
            mention: vec![
                "ou_1".to_owned(),
                " all ".to_owned(),
                "x> @all".to_owned(),
                String::new(),
            ],
            ..Manner::default()
        };
        for kind in Kind::ALL {
            let expected = if kind == Kind::NeedsYou {
                ["ou_1", EVERYBODY].as_slice()
            } else {
                &[]
            };
            assert_eq!(manner.mentioned(kind), expected, "{kind}");
        }
    }

    #[test]
    fn only_what_can_be_an_id_is_mentioned() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(is_id(text), expected, "{text:?}");
        }
        check("13800001111", true);
        check("+81-9012345678", true);
        check("ou_7d8a6e6df7621556ce0d21922b676706", true);
        check("li.lei@example.com", true);
        check("$:LWCP_v1:$x", true);
        check("guest_corp.com#EXT#@corp.onmicrosoft.com", true);
        check("", false);
        check("a b", false);
        check("x></at><at id=all>", false);
        check("a](https://evil.example)", false);
        check("李雷", false);
        check(&"a".repeat(MAX_ID_BYTES), true);
        check(&"a".repeat(MAX_ID_BYTES + 1), false);
    }
}
