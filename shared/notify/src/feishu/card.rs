//! The card, in the first version of its JSON: every client shows it, and members that are unknown do no harm.
//!
//! Only `div` with `lark_md`, `hr` and `note` are used. Lists are plain lines with a bullet, because not every client
//! knows lists.
//!
//! Source: <https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/quick-start/send-message-cards-with-custom-bot>.

use serde::Serialize;

use super::entities::escaped;
use crate::manner::Language;
use crate::markdown::{Dialect, plain};
use crate::message::Severity;
use crate::outline::{Line, Outline};

const DIALECT: Dialect = Dialect {
    neutral: escaped,
    bullet: "• ",
    gap: "\n",
};

#[derive(Serialize)]
pub(super) struct Card {
    config: Config,
    header: Header,
    elements: Vec<Element>,
}

#[derive(Serialize)]
struct Config {
    wide_screen_mode: bool,
}

#[derive(Serialize)]
struct Header {
    /// Colour of the head.
    template: &'static str,
    title: Text,
}

#[derive(Serialize)]
struct Text {
    tag: &'static str,
    content: String,
}

/// One block of the card; which members it has depends on `tag`.
#[derive(Serialize)]
struct Element {
    tag: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elements: Option<[Text; 1]>,
}

impl Card {
    /// The outline with at most `keep` rows of every list. `mention` calls people by name, where it is not empty.
    pub(super) fn new(outline: &Outline, severity: Severity, language: Language, keep: usize, mention: &str) -> Self {
        let sections = DIALECT.sections(outline, language, keep);
        let mut elements = vec![Element::markdown(sections.lead.join("\n"))];
        for section in sections.lists.into_iter().chain(sections.todo) {
            elements.push(Element::rule());
            elements.push(Element::markdown(section));
        }
        if !mention.is_empty() {
            elements.push(Element::markdown(mention.to_owned()));
        }
        elements.push(Element::note(&outline.foot));
        Self {
            config: Config { wide_screen_mode: true },
            header: Header {
                template: colour(severity),
                title: Text::plain(&outline.title),
            },
            elements,
        }
    }
}

impl Element {
    fn markdown(content: String) -> Self {
        Self {
            text: Some(Text {
                tag: "lark_md",
                content,
            }),
            ..Self::bare("div")
        }
    }

    fn note(line: &Line) -> Self {
        Self {
            elements: Some([Text::plain(line)]),
            ..Self::bare("note")
        }
    }

    fn rule() -> Self {
        Self::bare("hr")
    }

    fn bare(tag: &'static str) -> Self {
        Self {
            tag,
            text: None,
            elements: None,
        }
    }
}

impl Text {
    /// Text in which nothing is markup, so that nothing is escaped.
    fn plain(line: &Line) -> Self {
        Self {
            tag: "plain_text",
            content: plain(line, str::to_owned),
        }
    }
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "green",
        Severity::Warning => "orange",
        Severity::Critical => "red",
    }
}

/// Calls people by name: `open_id`, `user_id`, or `all`. Empty for nobody.
pub(super) fn mention(ids: &[&str]) -> String {
    let tags: Vec<String> = ids.iter().map(|id| format!("<at id={id}></at>")).collect();
    tags.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_by_its_colour_how_much_it_wants_to_be_read() {
        let colours = Severity::ALL.map(colour);
        assert_eq!(colours, ["green", "orange", "red"]);
    }

    #[test]
    fn people_are_mentioned_by_tags() {
        assert_eq!(mention(&[]), "");
        assert_eq!(mention(&["ou_1", "all"]), "<at id=ou_1></at> <at id=all></at>");
    }
}
