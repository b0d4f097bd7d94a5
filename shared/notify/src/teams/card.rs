//! A message as an adaptive card, version 1.4: the newest that Teams shows on every client.
//!
//! Everything but mentions is a `RichTextBlock` of `TextRun`s, which read no markdown. Mentions work in a `TextBlock`
//! only, each with its entity under `msteams`.
//!
//! Source: <https://learn.microsoft.com/en-us/adaptive-cards/create/textfeatures>; the schema is
//! <http://adaptivecards.io/schemas/adaptive-card.json>.

use serde::Serialize;

use crate::links::{Part, parts};
use crate::manner::{EVERYBODY, Manner};
use crate::message::{Kind, Severity};
use crate::outline::{Line, Outline, Piece};
use crate::texts;

/// What is posted.
#[derive(Serialize)]
struct Body {
    r#type: &'static str,
    attachments: [Attachment; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    content_type: &'static str,
    content_url: Option<&'static str>,
    content: Card,
}

#[derive(Serialize)]
struct Card {
    #[serde(rename = "$schema")]
    schema: &'static str,
    r#type: &'static str,
    version: &'static str,
    msteams: Host,
    body: Vec<Block>,
}

/// What only Teams reads.
#[derive(Serialize)]
struct Host {
    width: &'static str,
    entities: Vec<Mention>,
}

#[derive(Serialize)]
struct Mention {
    r#type: &'static str,
    /// The same text as in the body.
    text: String,
    mentioned: Mentioned,
}

#[derive(Serialize)]
struct Mentioned {
    id: String,
    name: String,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Block {
    RichTextBlock { spacing: &'static str, inlines: Vec<Run> },
    TextBlock { text: String, wrap: bool },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    r#type: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    select_action: Option<OpenUrl>,
}

#[derive(Serialize)]
struct OpenUrl {
    r#type: &'static str,
    url: String,
}

/// The JSON with at most `keep` rows of every list.
pub(super) fn json(outline: &Outline, manner: &Manner, kind: Kind, keep: usize) -> Result<Vec<u8>, serde_json::Error> {
    let language = manner.language;
    let (everybody, people): (Vec<&str>, Vec<&str>) =
        manner.mentioned(kind).into_iter().partition(|id| *id == EVERYBODY);
    let mut body = vec![title(&outline.title, kind.severity())];
    if !people.is_empty() {
        let calls: Vec<String> = people.iter().map(|id| at(id)).collect();
        body.push(Block::TextBlock {
            text: calls.join(" "),
            wrap: true,
        });
    }
    // A card cannot call a whole channel, so that is only shown.
    body.extend(everybody.iter().map(|id| block("Small", vec![bold(&format!("@{id}"))])));
    body.push(block("Medium", runs(&outline.lead)));
    body.extend(outline.counts.as_ref().map(|line| block("Small", runs(line))));
    body.extend(outline.facts.iter().map(row));
    for list in outline.lists.iter().filter(|list| !list.rows.is_empty()) {
        body.push(block("Medium", vec![bold(&list.heading.plain())]));
        body.extend(list.rows.iter().take(keep).map(row));
        let dropped = list.rows.len().saturating_sub(keep);
        if dropped > 0 {
            body.push(row(&Line::default().words(texts::more(language, dropped))));
        }
    }
    let heading = texts::what_to_do(language);
    match outline.todo.as_slice() {
        [] => {}
        [only] => {
            let mut line = vec![bold(&format!("{heading}:")), run(" ")];
            line.extend(runs(only));
            body.push(block("Medium", line));
        }
        steps => {
            body.push(block("Medium", vec![bold(heading)]));
            body.extend(steps.iter().map(row));
        }
    }
    body.push(foot(&outline.foot));
    serde_json::to_vec(&Body {
        r#type: "message",
        attachments: [Attachment {
            content_type: "application/vnd.microsoft.card.adaptive",
            content_url: None,
            content: Card {
                schema: "http://adaptivecards.io/schemas/adaptive-card.json",
                r#type: "AdaptiveCard",
                version: "1.4",
                msteams: Host {
                    width: "full",
                    entities: people.into_iter().map(entity).collect(),
                },
                body,
            },
        }],
    })
}

fn block(spacing: &'static str, inlines: Vec<Run>) -> Block {
    Block::RichTextBlock { spacing, inlines }
}

fn title(line: &Line, severity: Severity) -> Block {
    let color = match severity {
        Severity::Info => None,
        Severity::Warning => Some("Warning"),
        Severity::Critical => Some("Attention"),
    };
    let run = Run {
        size: Some("Large"),
        color,
        ..bold(&line.plain())
    };
    block("None", vec![run])
}

fn foot(line: &Line) -> Block {
    let run = Run {
        size: Some("Small"),
        ..run(&line.plain())
    };
    block("Medium", vec![run])
}

/// A row of a list: rich text has no bullets of its own.
fn row(line: &Line) -> Block {
    let mut inlines = vec![run("• ")];
    inlines.extend(runs(line));
    block("Small", inlines)
}

fn runs(line: &Line) -> Vec<Run> {
    let mut runs = Vec::new();
    for piece in line.pieces() {
        match piece {
            Piece::Words(words) => runs.extend(parts(words).into_iter().map(|part| match part {
                Part::Text(words) => run(words),
                Part::Address(url) => link(url),
            })),
            Piece::Value(value) => runs.push(run(value)),
            Piece::Strong(value) => runs.push(bold(value)),
        }
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

fn link(url: &str) -> Run {
    Run {
        select_action: Some(OpenUrl {
            r#type: "Action.OpenUrl",
            url: url.to_owned(),
        }),
        ..run(url)
    }
}

fn run(text: &str) -> Run {
    Run {
        r#type: "TextRun",
        text: split_braces(text),
        weight: None,
        size: None,
        color: None,
        select_action: None,
    }
}

fn bold(text: &str) -> Run {
    Run {
        weight: Some("Bolder"),
        ..run(text)
    }
}

/// `{{DATE(…)}}` is a function of cards; set apart, braces are only braces.
fn split_braces(text: &str) -> String {
    let mut split = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '{' && split.ends_with('{') {
            split.push(' ');
        }
        split.push(c);
    }
    split
}

fn at(id: &str) -> String {
    format!("<at>{id}</at>")
}

fn entity(id: &str) -> Mention {
    Mention {
        r#type: "mention",
        text: at(id),
        mentioned: Mentioned {
            id: id.to_owned(),
            name: id.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_address_is_a_link_and_a_value_s_is_not() {
        let line = Line::default()
            .value("https://evil.example")
            .words(" see https://www.example.com/a.");
        let runs = runs(&line);
        let links = runs
            .iter()
            .map(|run| run.select_action.as_ref().map(|action| action.url.as_str()));
        let expected = [None, None, Some("https://www.example.com/a"), None];
        assert_eq!(links.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_hostile_value_is_shown_as_it_is_and_expands_to_nothing() {
        #[track_caller]
        fn check(value: &str, expected: &str) {
            let runs = runs(&Line::default().value(value));
            let texts: Vec<&str> = runs.iter().map(|run| run.text.as_str()).collect();
            assert_eq!(texts, [expected]);
        }
        check("a*b_c [x](y) <at id=all> & #1", "a*b_c [x](y) <at id=all> & #1");
        check(
            "{{DATE(2026-11-20T08:00:00Z, SHORT)}}",
            "{ {DATE(2026-11-20T08:00:00Z, SHORT)}}",
        );
        check("{{{{x", "{ { { {x");
        check("<at>Everyone</at>", "<at>Everyone</at>");
        check("\u{202E}nur\u{202C}\0", "nur");
    }
}
