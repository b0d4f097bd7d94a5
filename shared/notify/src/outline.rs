//! A message as an outline of lines, before any dialect: what the texts write and every chat channel reads.
//!
//! The outline keeps our own words apart from values out of the cloud, so that a channel can neutralise the values in
//! its dialect and leave the words alone.

use crate::untrusted::one_line;

/// What people read, in reading order.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// Short: the push banner shows it.
    pub(crate) title: Line,
    /// One line of what happened.
    pub(crate) lead: Line,
    /// Counts before lists.
    pub(crate) counts: Option<Line>,
    /// Single facts; always shown.
    pub(crate) facts: Vec<Line>,
    /// Lists, of which whole rows may be dropped.
    pub(crate) lists: Vec<List>,
    /// What to do, one step per line.
    pub(crate) todo: Vec<Line>,
    /// Who says it, and the key by which a repeated message is recognised.
    pub(crate) foot: Line,
}

/// A list with a heading.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) heading: Line,
    pub(crate) rows: Vec<Line>,
}

impl Outline {
    /// Rows of the longest list.
    pub(crate) fn longest_list(&self) -> usize {
        self.lists.iter().map(|list| list.rows.len()).max().unwrap_or(0)
    }
}

/// One line: our words and outside values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Vec<Piece>);

/// A part of a line.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// Our own words: shown as they are.
    Words(String),
    /// A value from outside, on one line, not yet neutralised.
    Value(String),
    /// The same, to stand out.
    Strong(String),
}

impl Line {
    pub(crate) fn words(mut self, words: impl Into<String>) -> Self {
        let words = words.into();
        match self.0.last_mut() {
            _ if words.is_empty() => {}
            Some(Piece::Words(before)) => before.push_str(&words),
            Some(Piece::Value(_) | Piece::Strong(_)) | None => self.0.push(Piece::Words(words)),
        }
        self
    }

    /// What another line says, after this.
    pub(crate) fn then(mut self, other: &Self) -> Self {
        for piece in &other.0 {
            match piece {
                Piece::Words(words) => self = self.words(words.as_str()),
                Piece::Value(_) | Piece::Strong(_) => self.0.push(piece.clone()),
            }
        }
        self
    }

    pub(crate) fn value(mut self, value: &str) -> Self {
        self.0.push(Piece::Value(one_line(value)));
        self
    }

    pub(crate) fn strong(mut self, value: &str) -> Self {
        self.0.push(Piece::Strong(one_line(value)));
        self
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The whole line as plain text, for places that read no markup at all.
    pub(crate) fn plain(&self) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Words(text) | Piece::Value(text) | Piece::Strong(text) => text.as_str(),
        });
        pieces.collect()
    }
}
