//! WeCom's markdown: headings, bold, quotes, links and three colours; no lists, no tables, and no way to escape.
//!
//! A line break is one. Rows are quotes, as in the platform's own example. The second version of this markdown has lists
//! and tables, but neither mentions nor colours, and older clients show its source.

use crate::look_alikes::neutral;
use crate::manner::{EVERYBODY, Language};
use crate::markdown::Dialect;
use crate::message::Severity;
use crate::outline::Outline;

const DIALECT: Dialect = Dialect {
    neutral,
    bullet: "> ",
    gap: "\n",
};

/// The text with at most `keep` rows of every list. `mention` calls people by name, where it is not empty.
pub(super) fn text(outline: &Outline, severity: Severity, language: Language, keep: usize, mention: &str) -> String {
    let sections = DIALECT.sections(outline, language, keep);
    let title = coloured(colour(severity), &DIALECT.plain(&outline.title));
    let mut blocks = vec![format!("### {title}\n{}", sections.lead.join("\n"))];
    blocks.extend(sections.lists);
    blocks.extend(sections.todo);
    blocks.extend((!mention.is_empty()).then(|| mention.to_owned()));
    blocks.push(coloured("comment", &DIALECT.plain(&outline.foot)));
    blocks.join("\n\n")
}

fn coloured(colour: &str, text: &str) -> String {
    format!("<font color=\"{colour}\">{text}</font>")
}

/// Green or orange; there is no third colour for words that matter.
fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning | Severity::Critical => "warning",
    }
}

/// Calls people by name, by their user ids. Markdown cannot call everybody, so that word is passed over.
pub(super) fn mention(ids: &[&str]) -> String {
    let users = ids.iter().filter(|id| **id != EVERYBODY);
    users.map(|id| format!("<@{id}>")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_mentioned_by_user_id() {
        assert_eq!(mention(&[]), "");
        assert_eq!(mention(&["lilei", "all", "hanmeimei"]), "<@lilei> <@hanmeimei>");
    }
}
