//! How a channel speaks: its language, and whom it calls by name. Not here: what it says.

use std::fmt;

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
