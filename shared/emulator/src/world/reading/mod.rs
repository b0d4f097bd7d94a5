//! What people read of a message: lines of words, with the platform's own markup taken off. Not here: which parts of a
//! message a platform shows; that is the receivers'.

mod inline;
mod markup;

use serde::Serialize;

pub(super) use markup::Markup;

/// A line as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// How it looks.
    pub look: Look,
    /// Its words, in order.
    pub spans: Vec<Span>,
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// Like any other.
    Plain,
    /// A heading.
    Heading,
    /// A quotation.
    Quote,
    /// An item of a list.
    Item,
    /// As on a machine: every blank counts.
    Code,
    /// Small: a foot, a note.
    Small,
    /// A rule across; it has no words.
    Rule,
    /// Something to click on.
    Button,
}

/// Words that look alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "words look in several ways at once")]
pub struct Span {
    /// The words.
    pub text: String,
    /// Whether they stand out.
    #[serde(skip_serializing_if = "is_false")]
    pub strong: bool,
    /// Whether they are slanted.
    #[serde(skip_serializing_if = "is_false")]
    pub slanted: bool,
    /// Whether they are struck out.
    #[serde(skip_serializing_if = "is_false")]
    pub struck: bool,
    /// Whether they stand as on a machine.
    #[serde(skip_serializing_if = "is_false")]
    pub code: bool,
    /// Where they lead, if they can be followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether they call a person, or everyone.
    #[serde(skip_serializing_if = "is_false")]
    pub mention: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Line {
    /// A line of plain words.
    pub(super) fn plain(look: Look, text: &str) -> Self {
        let text = text.to_owned();
        Self {
            look,
            spans: vec![Span {
                text,
                ..Span::default()
            }],
        }
    }

    /// Plain words, a line each.
    pub(super) fn each(look: Look, text: &str) -> Vec<Self> {
        text.lines().map(|line| Self::plain(look, line)).collect()
    }

    /// A rule.
    pub(super) const fn rule() -> Self {
        Self {
            look: Look::Rule,
            spans: Vec::new(),
        }
    }

    /// A button that leads somewhere.
    pub(super) fn button(text: &str, link: &str) -> Self {
        Self {
            look: Look::Button,
            spans: vec![Span {
                text: text.to_owned(),
                link: Some(link.to_owned()),
                ..Span::default()
            }],
        }
    }

    /// A line that calls somebody.
    pub(super) fn mention(text: &str) -> Self {
        Self {
            look: Look::Plain,
            spans: vec![Span {
                text: text.to_owned(),
                mention: true,
                ..Span::default()
            }],
        }
    }

    /// The same line, looking otherwise where it looked like any other.
    pub(super) fn looking(mut self, look: Look) -> Self {
        if self.look == Look::Plain {
            self.look = look;
        }
        self
    }

    /// Its words alone.
    pub fn words(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}
