//! A message as Slack's blocks: a header, rich text, and a context line at the foot.
//!
//! Seven blocks at most of the fifty allowed, because each part of the message is one block however long its lists are.

use serde::Serialize;

use crate::links::{Part, parts};
use crate::manner::{EVERYBODY, Language};
use crate::outline::{Line, Outline, Piece};
use crate::texts;

/// Longest header, in characters. A longer title stands in bold instead: it is never cut.
const MAX_HEADER_CHARS: usize = 150;

/// What is posted.
#[derive(Serialize)]
struct Body {
    /// The push banner and what screen readers read; this one is mrkdwn.
    text: String,
    blocks: Vec<Block>,
    unfurl_links: bool,
    unfurl_media: bool,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Header { text: Text },
    RichText { elements: Vec<Element> },
    Context { elements: [Text; 1] },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Text {
    /// `emoji: false`: `:name:` in a value stays what it is.
    PlainText { text: String, emoji: bool },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Element {
    RichTextSection {
        elements: Vec<Inline>,
    },
    RichTextList {
        style: &'static str,
        elements: Vec<Element>,
    },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Inline {
    Text {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        style: Option<Style>,
    },
    Link {
        url: String,
    },
    User {
        user_id: String,
    },
    Usergroup {
        usergroup_id: String,
    },
    Broadcast {
        range: &'static str,
    },
}

#[derive(Serialize)]
struct Style {
    bold: bool,
}

/// The JSON with at most `keep` rows of every list.
pub(super) fn json(
    outline: &Outline,
    language: Language,
    mentions: &[&str],
    keep: usize,
) -> Result<String, serde_json::Error> {
    let title = outline.title.plain();
    let mut blocks = Vec::new();
    let mut opening = Vec::new();
    if title.chars().count() <= MAX_HEADER_CHARS {
        blocks.push(Block::Header {
            text: plain(title.clone()),
        });
    } else {
        opening.push(section(vec![bold(title.clone())]));
    }
    if !mentions.is_empty() {
        opening.push(section(calls(mentions)));
    }
    opening.push(section(inlines(&outline.lead)));
    blocks.push(Block::RichText { elements: opening });
    blocks.extend(outline.counts.as_ref().map(|line| Block::RichText {
        elements: vec![section(inlines(line))],
    }));
    if !outline.facts.is_empty() {
        blocks.push(Block::RichText {
            elements: vec![list(outline.facts.iter().map(inlines))],
        });
    }
    let lists: Vec<Element> = lists(outline, language, keep);
    if !lists.is_empty() {
        blocks.push(Block::RichText { elements: lists });
    }
    if !outline.todo.is_empty() {
        blocks.push(Block::RichText {
            elements: todo(&outline.todo, language),
        });
    }
    blocks.push(Block::Context {
        elements: [plain(outline.foot.plain())],
    });
    serde_json::to_string(&Body {
        text: escape(&title),
        blocks,
        unfurl_links: false,
        unfurl_media: false,
    })
}

fn lists(outline: &Outline, language: Language, keep: usize) -> Vec<Element> {
    let filled = outline.lists.iter().filter(|list| !list.rows.is_empty());
    let elements = filled.flat_map(|rows| {
        let dropped = rows.rows.len().saturating_sub(keep);
        let rest = (dropped > 0).then(|| vec![text(&texts::more(language, dropped))]);
        [
            section(vec![bold(rows.heading.plain())]),
            list(rows.rows.iter().take(keep).map(inlines).chain(rest)),
        ]
    });
    elements.collect()
}

fn todo(steps: &[Line], language: Language) -> Vec<Element> {
    let heading = texts::what_to_do(language);
    match steps {
        [only] => {
            let mut line = vec![bold(format!("{heading}:")), text(" ")];
            line.extend(inlines(only));
            vec![section(line)]
        }
        steps => vec![section(vec![bold(heading.to_owned())]), list(steps.iter().map(inlines))],
    }
}

fn section(elements: Vec<Inline>) -> Element {
    Element::RichTextSection { elements }
}

fn list(rows: impl Iterator<Item = Vec<Inline>>) -> Element {
    Element::RichTextList {
        style: "bullet",
        elements: rows.map(section).collect(),
    }
}

/// A line's pieces; neighbours of one look become one element, and empty ones, which Slack refuses, none.
fn inlines(line: &Line) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for piece in line.pieces() {
        match piece {
            Piece::Words(words) => parts(words).into_iter().for_each(|part| match part {
                Part::Text(words) => push_plain(&mut inlines, words),
                Part::Address(url) => inlines.push(Inline::Link { url: url.to_owned() }),
            }),
            Piece::Value(value) => push_plain(&mut inlines, value),
            Piece::Strong(value) if value.is_empty() => {}
            Piece::Strong(value) => inlines.push(bold(value.clone())),
        }
    }
    inlines
}

fn push_plain(inlines: &mut Vec<Inline>, words: &str) {
    match inlines.last_mut() {
        _ if words.is_empty() => {}
        Some(Inline::Text { text, style: None }) => text.push_str(words),
        _ => inlines.push(text(words)),
    }
}

fn text(text: &str) -> Inline {
    Inline::Text {
        text: text.to_owned(),
        style: None,
    }
}

fn bold(text: String) -> Inline {
    Inline::Text {
        text,
        style: Some(Style { bold: true }),
    }
}

fn plain(text: String) -> Text {
    Text::PlainText { text, emoji: false }
}

fn calls(mentions: &[&str]) -> Vec<Inline> {
    let calls = mentions.iter().flat_map(|id| [text(" "), mention(id)]);
    calls.skip(1).collect()
}

/// Calls a member, a user group or the whole channel. Slack would refuse the whole message over anything else, so that is only shown.
fn mention(id: &str) -> Inline {
    let is_id = id.len() > 1 && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match id.bytes().next() {
        Some(b'U' | b'W') if is_id => Inline::User { user_id: id.to_owned() },
        Some(b'S') if is_id => Inline::Usergroup {
            usergroup_id: id.to_owned(),
        },
        _ if id == EVERYBODY => Inline::Broadcast { range: "channel" },
        _ => bold(format!("@{id}")),
    }
}

/// mrkdwn's whole escape: what it cannot escape does no more than change the type.
/// See <https://docs.slack.dev/messaging/formatting-message-text>.
fn escape(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_value_is_escaped_where_markup_is_read() {
        #[track_caller]
        fn check(value: &str, expected: &str) {
            assert_eq!(escape(&Line::default().value(value).plain()), expected);
        }
        check(
            "a*b_c [x](y) <at id=all> & #1",
            "a*b_c [x](y) &lt;at id=all&gt; &amp; #1",
        );
        check(
            "<!channel> <!here> <@U012>",
            "&lt;!channel&gt; &lt;!here&gt; &lt;@U012&gt;",
        );
        check("<https://evil.example|log in>", "&lt;https://evil.example|log in&gt;");
        check("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;");
        check("\u{202E}nur\u{202C}\0", "nur");
    }

    #[test]
    fn pieces_of_one_look_are_one_element_and_empty_ones_none() {
        let line = Line::default()
            .words("Family ")
            .value("<!here>")
            .strong("")
            .strong("*x*")
            .words("");
        assert_eq!(
            serde_json::to_string(&inlines(&line)).unwrap(),
            r#"[{"type":"text","text":"Family <!here>"},{"type":"text","text":"*x*","style":{"bold":true}}]"#
        );
    }

    #[test]
    fn our_own_address_is_a_link_and_a_value_s_is_not() {
        let line = Line::default()
            .value("https://evil.example")
            .words(", see https://www.example.com/a.");
        assert_eq!(
            serde_json::to_string(&inlines(&line)).unwrap(),
            r#"[{"type":"text","text":"https://evil.example, see "},{"type":"link","url":"https://www.example.com/a"},{"type":"text","text":"."}]"#
        );
    }

    #[test]
    fn only_ids_of_members_and_user_groups_are_called() {
        #[track_caller]
        fn check(id: &str, expected: &str) {
            assert_eq!(serde_json::to_string(&mention(id)).unwrap(), expected);
        }
        check("U012AB3CD", r#"{"type":"user","user_id":"U012AB3CD"}"#);
        check("W012AB3CD", r#"{"type":"user","user_id":"W012AB3CD"}"#);
        check("S012AB3CD", r#"{"type":"usergroup","usergroup_id":"S012AB3CD"}"#);
        check("all", r#"{"type":"broadcast","range":"channel"}"#);
        let shown = r#"{"type":"text","text":"@channel","style":{"bold":true}}"#;
        check("channel", shown);
        check("U", r#"{"type":"text","text":"@U","style":{"bold":true}}"#);
        check(
            "U01><!here",
            r#"{"type":"text","text":"@U01><!here","style":{"bold":true}}"#,
        );
    }
}
