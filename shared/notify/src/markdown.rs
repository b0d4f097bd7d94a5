//! What the markdown of several platforms has in common: an outline as lines, bold words and rows.
//!
//! A [`Dialect`] says how they differ. Headings, mentions, colours and limits stay with each channel.

use crate::manner::Language;
use crate::outline::{Line, List, Outline, Piece};
use crate::texts;

/// How one platform writes lines and rows.
pub(crate) struct Dialect {
    /// Takes the power from a value out of the cloud.
    pub(crate) neutral: fn(&str) -> String,
    /// What a row of a list begins with.
    pub(crate) bullet: &'static str,
    /// What stands between a heading and its rows.
    pub(crate) gap: &'static str,
}

/// The body of a message, in reading order; each entry is a paragraph.
pub(crate) struct Sections {
    /// What happened, the counts, the single facts.
    pub(crate) lead: Vec<String>,
    /// Every list that has rows, with its heading.
    pub(crate) lists: Vec<String>,
    /// What to do, with its heading.
    pub(crate) todo: Option<String>,
}

impl Dialect {
    /// The body with at most `keep` rows of every list.
    pub(crate) fn sections(&self, outline: &Outline, language: Language, keep: usize) -> Sections {
        let mut lead = vec![self.line(&outline.lead)];
        lead.extend(outline.counts.as_ref().map(|counts| self.line(counts)));
        if !outline.facts.is_empty() {
            lead.push(self.rows(&outline.facts));
        }
        let lists = outline.lists.iter().filter(|list| !list.rows.is_empty());
        Sections {
            lead,
            lists: lists.map(|list| self.list(list, language, keep)).collect(),
            todo: self.todo(&outline.todo, language),
        }
    }

    fn list(&self, list: &List, language: Language, keep: usize) -> String {
        let shown = list.rows.get(..keep).unwrap_or(&list.rows);
        let dropped = list.rows.len() - shown.len();
        let mut rows = self.rows(shown);
        if dropped > 0 {
            let separator = if rows.is_empty() { "" } else { "\n" };
            rows = format!("{rows}{separator}{}{}", self.bullet, texts::more(language, dropped));
        }
        format!("**{}**{}{rows}", self.plain(&list.heading), self.gap)
    }

    fn todo(&self, steps: &[Line], language: Language) -> Option<String> {
        let heading = texts::what_to_do(language);
        match steps {
            [] => None,
            [only] => Some(format!("**{heading}:** {}", self.line(only))),
            steps => Some(format!("**{heading}**{}{}", self.gap, self.rows(steps))),
        }
    }

    fn rows(&self, lines: &[Line]) -> String {
        let rows: Vec<String> = lines
            .iter()
            .map(|line| [self.bullet, &self.line(line)].concat())
            .collect();
        rows.join("\n")
    }

    /// One line, strong values in bold.
    pub(crate) fn line(&self, line: &Line) -> String {
        let mut text = String::new();
        let mut after_bold = false;
        for piece in line.pieces() {
            let (shown, bold) = match piece {
                Piece::Words(words) => (words.clone(), false),
                Piece::Value(value) => ((self.neutral)(value), false),
                Piece::Strong(value) => ((self.neutral)(value), true),
            };
            if shown.is_empty() {
                continue;
            }
            // Bold that touches an ideograph, or other bold, is not recognised everywhere.
            let touches = match (after_bold, bold) {
                (true, true) => true,
                (true, false) => shown.starts_with(is_ideograph),
                (false, true) => text.ends_with(is_ideograph),
                (false, false) => false,
            };
            if touches {
                text.push(' ');
            }
            let mark = if bold { "**" } else { "" };
            text.extend([mark, &shown, mark]);
            after_bold = bold;
        }
        text
    }

    /// The same without emphasis, where the place itself is emphasised.
    pub(crate) fn plain(&self, line: &Line) -> String {
        plain(line, self.neutral)
    }
}

/// One line without emphasis, its values taken through `neutral`.
pub(crate) fn plain(line: &Line, neutral: fn(&str) -> String) -> String {
    let pieces = line.pieces().iter().map(|piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Value(value) | Piece::Strong(value) => neutral(value),
    });
    pieces.collect()
}

fn is_ideograph(c: char) -> bool {
    !c.is_ascii() && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look_alikes::neutral;

    const DIALECT: Dialect = Dialect {
        neutral,
        bullet: "- ",
        gap: "\n\n",
    };

    #[test]
    fn a_hostile_value_is_as_harmless_in_bold_as_beside_it() {
        let hostile = "**x** [y](https://z)";
        let expected = "＊＊x＊＊ ［y］（https：//z）";
        assert_eq!(DIALECT.line(&Line::default().value(hostile)), expected);
        assert_eq!(
            DIALECT.line(&Line::default().strong(hostile)),
            format!("**{expected}**")
        );
        assert_eq!(DIALECT.plain(&Line::default().strong(hostile)), expected);
    }

    #[test]
    fn bold_keeps_away_from_ideographs_and_other_bold() {
        #[track_caller]
        fn check(line: Line, expected: &str) {
            assert_eq!(DIALECT.line(&line), expected);
        }
        let line = || Line::default().words("镜像族").strong("corp-linux");
        check(line().words("现在启动"), "镜像族 **corp-linux** 现在启动");
        check(line().words("。"), "镜像族 **corp-linux**。");
        check(line().strong("x"), "镜像族 **corp-linux** **x**");
        check(Line::default().words("a ").strong("\0").words("族"), "a 族");
        check(
            Line::default().words("Family ").strong("x").words("/y"),
            "Family **x**/y",
        );
    }
}
