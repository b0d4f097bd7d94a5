//! DingTalk's markdown: headings, quotes, bold, links and lists; no tables, no code, and no way to escape.
//!
//! A lone line break is not one on every client, so blocks are set apart by an empty line.

use crate::look_alikes::neutral;
use crate::manner::Language;
use crate::markdown::Dialect;
use crate::outline::Outline;

const DIALECT: Dialect = Dialect {
    neutral,
    bullet: "- ",
    gap: "\n\n",
};

/// The body with at most `keep` rows of every list. `mention` calls people by name, where it is not empty.
pub(super) fn text(outline: &Outline, language: Language, keep: usize, mention: &str) -> String {
    let sections = DIALECT.sections(outline, language, keep);
    let mut blocks = vec![format!("#### {}", DIALECT.line(&outline.title))];
    blocks.extend(sections.lead);
    blocks.extend(sections.lists);
    blocks.extend(sections.todo);
    blocks.extend((!mention.is_empty()).then(|| mention.to_owned()));
    blocks.push(format!("> {}", DIALECT.line(&outline.foot)));
    blocks.join("\n\n")
}

/// The title, which stands in the conversation list and the push banner as plain text.
pub(super) fn title(outline: &Outline) -> String {
    DIALECT.plain(&outline.title)
}
