//! The markups that platforms write messages in, each as far as its documentation goes: which marks a line may begin with.
//! Not here: the marks within a line.

use super::inline::Inline;
use super::{Line, Look};

/// How a platform marks text up.
#[derive(Debug, Clone, Copy)]
pub(in crate::world) struct Markup {
    /// Whether `# ` begins a heading.
    pub(super) headings: bool,
    /// Whether `> ` begins a quotation.
    pub(super) quotes: bool,
    /// Whether `- ` begins an item.
    pub(super) items: bool,
    /// The marks within a line.
    pub(super) inline: Inline,
}

impl Markup {
    /// Markdown of `DingTalk`'s robots (<https://open.dingtalk.com/document/orgapp/custom-robot-access>). It has no escape.
    pub(in crate::world) const DINGTALK: Self = Self {
        headings: true,
        quotes: true,
        items: true,
        inline: Inline {
            emphasis: &["*"],
            fonts: true,
            ..Inline::MARKDOWN
        },
    };

    /// Markdown of Feishu's cards of version 1.0
    /// (<https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text>).
    pub(in crate::world) const FEISHU: Self = Self {
        headings: false,
        quotes: false,
        items: true,
        inline: Inline {
            emphasis: &["*"],
            strike: &["~~"],
            entities: true,
            fonts: true,
            at_tags: true,
            ..Inline::MARKDOWN
        },
    };

    /// Likewise, of version 2.0.
    pub(in crate::world) const FEISHU_2: Self = Self {
        headings: true,
        quotes: true,
        inline: Inline {
            code: true,
            ..Self::FEISHU.inline
        },
        ..Self::FEISHU
    };

    /// Feishu's plain text, in which only `<at>` is special.
    pub(in crate::world) const FEISHU_TEXT: Self = Self {
        inline: Inline {
            at_tags: true,
            ..Inline::NONE
        },
        ..Self::PLAIN
    };

    /// `markdown` of `WeCom` (<https://developer.work.weixin.qq.com/document/path/99110>): no lists, no italics.
    pub(in crate::world) const WECOM: Self = Self {
        headings: true,
        quotes: true,
        items: false,
        inline: Inline {
            code: true,
            fonts: true,
            angle_mentions: true,
            ..Inline::MARKDOWN
        },
    };

    /// `markdown_v2` of `WeCom`: no colours and no mentions.
    pub(in crate::world) const WECOM_2: Self = Self {
        items: true,
        inline: Inline {
            emphasis: &["*"],
            code: true,
            ..Inline::MARKDOWN
        },
        ..Self::WECOM
    };

    /// Slack's mrkdwn (<https://docs.slack.dev/messaging/formatting-message-text>).
    pub(in crate::world) const SLACK: Self = Self {
        headings: false,
        quotes: true,
        items: false,
        inline: Inline {
            strong: &["*"],
            emphasis: &["_"],
            strike: &["~"],
            code: true,
            entities: true,
            angle_links: true,
            bounded: true,
            ..Inline::NONE
        },
    };

    /// Text of adaptive cards in Teams (<https://learn.microsoft.com/microsoftteams/platform/concepts/cards/cards-format>).
    pub(in crate::world) const TEAMS: Self = Self {
        headings: false,
        quotes: false,
        items: true,
        inline: Inline {
            emphasis: &["_"],
            bounded: true,
            ..Inline::MARKDOWN
        },
    };

    /// Discord's markdown.
    pub(in crate::world) const DISCORD: Self = Self {
        headings: true,
        quotes: true,
        items: true,
        inline: Inline {
            strong: &["**", "__"],
            emphasis: &["*", "_"],
            strike: &["~~"],
            code: true,
            backslash: true,
            ..Inline::MARKDOWN
        },
    };

    /// No markup at all.
    pub(in crate::world) const PLAIN: Self = Self {
        headings: false,
        quotes: false,
        items: false,
        inline: Inline::NONE,
    };

    /// The lines of a text. `called` are words that call somebody wherever they stand.
    pub(in crate::world) fn read(&self, text: &str, called: &[String]) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for line in text.split(['\n', '\r']) {
            let blank_twice = lines.last().is_none_or(|last| last.words().is_empty());
            if !(line.trim().is_empty() && blank_twice) {
                lines.push(self.line(line.trim_end(), called));
            }
        }
        while lines.last().is_some_and(|last| last.words().is_empty()) {
            lines.pop();
        }
        lines
    }

    fn line(&self, line: &str, called: &[String]) -> Line {
        let words = line.trim_start();
        let heading = words.trim_start_matches('#');
        let (look, rest) = if self.headings && heading.len() < words.len() && heading.starts_with(' ') {
            (Look::Heading, heading.trim_start())
        } else if let Some(quoted) = words.strip_prefix('>').filter(|_| self.quotes) {
            (Look::Quote, quoted.trim_start())
        } else if let Some(item) = item(words).filter(|_| self.items) {
            (Look::Item, item)
        } else {
            (Look::Plain, line)
        };
        Line {
            look,
            spans: self.inline.read(rest, called),
        }
    }
}

fn item(words: &str) -> Option<&str> {
    ["- ", "* ", "• "].iter().find_map(|mark| words.strip_prefix(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markup: Markup, text: &str, wanted: &[(Look, &str)]) {
        let lines = markup.read(text, &[]);
        let read: Vec<(Look, String)> = lines.iter().map(|line| (line.look, line.words())).collect();
        let wanted: Vec<_> = wanted.iter().map(|(look, text)| (*look, (*text).to_owned())).collect();
        assert_eq!(read, wanted);
    }

    #[test]
    fn a_line_looks_as_its_platform_shows_it() {
        let text = "#### 黄金镜像\n\n\n> quoted\n- one\nplain\n";
        let blank = (Look::Plain, "");
        check(
            Markup::DINGTALK,
            text,
            &[
                (Look::Heading, "黄金镜像"),
                blank,
                (Look::Quote, "quoted"),
                (Look::Item, "one"),
                (Look::Plain, "plain"),
            ],
        );
        check(
            Markup::FEISHU,
            text,
            &[
                (Look::Plain, "#### 黄金镜像"),
                blank,
                (Look::Plain, "> quoted"),
                (Look::Item, "one"),
                (Look::Plain, "plain"),
            ],
        );
        check(
            Markup::WECOM,
            text,
            &[
                (Look::Heading, "黄金镜像"),
                blank,
                (Look::Quote, "quoted"),
                (Look::Plain, "- one"),
                (Look::Plain, "plain"),
            ],
        );
        check(
            Markup::DINGTALK,
            "#1 is no heading",
            &[(Look::Plain, "#1 is no heading")],
        );
    }
}
