//! DingTalk's markdown: headings, quotes, bold, links and lists; no tables, no code, and no way to escape.
//!
//! What would be markup in a value from outside is replaced by its full-width look-alike, so that nobody can mention
//! people or forge a link by naming an image. A lone line break is not one on every client, so blocks are set apart by
//! an empty line.

use crate::manner::Language;
use crate::outline::{Line, Outline, Piece};
use crate::texts;

/// The body with at most `keep` rows of every list.
pub(super) fn text(outline: &Outline, language: Language, keep: usize) -> String {
    let mut blocks = vec![format!("#### {}", line(&outline.title)), line(&outline.lead)];
    blocks.extend(outline.counts.as_ref().map(line));
    if !outline.facts.is_empty() {
        blocks.push(bullets(outline.facts.iter().map(line)));
    }
    for list in outline.lists.iter().filter(|list| !list.rows.is_empty()) {
        let dropped = list.rows.len().saturating_sub(keep);
        let rest = (dropped > 0).then(|| texts::more(language, dropped));
        blocks.push(format!("**{}**", line_plain(&list.heading)));
        blocks.push(bullets(list.rows.iter().take(keep).map(line).chain(rest)));
    }
    match outline.todo.as_slice() {
        [] => {}
        [only] => blocks.push(format!("**{}:** {}", texts::what_to_do(language), line(only))),
        steps => {
            blocks.push(format!("**{}**", texts::what_to_do(language)));
            blocks.push(bullets(steps.iter().map(line)));
        }
    }
    blocks.push(format!("> {}", line(&outline.foot)));
    blocks.join("\n\n")
}

fn bullets(rows: impl Iterator<Item = String>) -> String {
    rows.map(|row| format!("- {row}")).collect::<Vec<_>>().join("\n")
}

fn line(line: &Line) -> String {
    let pieces = line.pieces().iter().map(|piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Value(value) => neutral(value),
        Piece::Strong(value) if value.is_empty() => String::new(),
        Piece::Strong(value) => format!("**{}**", neutral(value)),
    });
    pieces.collect()
}

/// The same without emphasis, where the place itself is emphasised or shows no markup.
pub(super) fn line_plain(line: &Line) -> String {
    let pieces = line.pieces().iter().map(|piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Value(value) | Piece::Strong(value) => neutral(value),
    });
    pieces.collect()
}

/// `value` with look-alikes (U+FF01 and on) for everything that could be markup, a mention or a link.
fn neutral(value: &str) -> String {
    // Clients turn bare addresses into links, too.
    value.replace("://", "：//").chars().map(look_alike).collect()
}

fn look_alike(c: char) -> char {
    match c {
        '*' => '＊',
        '[' => '［',
        ']' => '］',
        '(' => '（',
        ')' => '）',
        '<' => '＜',
        '>' => '＞',
        '`' => '｀',
        '#' => '＃',
        '!' => '！',
        '~' => '～',
        '|' => '｜',
        '@' => '＠',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_value_is_shown_and_does_nothing() {
        #[track_caller]
        fn check(value: &str, expected: &str) {
            assert_eq!(line(&Line::default().value(value)), expected, "{value:?}");
            assert_eq!(
                line(&Line::default().strong(value)),
                format!("**{expected}**"),
                "{value:?}"
            );
            assert_eq!(line_plain(&Line::default().strong(value)), expected, "{value:?}");
        }
        check("a*b_c [x](y) <at id=all> & #1", "a＊b_c ［x］（y） ＜at id=all＞ & ＃1");
        check("<!channel>", "＜！channel＞");
        check("@所有人", "＠所有人");
        check("@13800001111", "＠13800001111");
        check("<at user_id=\"all\">", "＜at user_id=\"all\"＞");
        check("{{DATE(2026)}}", "{{DATE（2026）}}");
        check("[log in](https://evil.example)", "［log in］（https：//evil.example）");
        check(
            "dingtalk://dingtalkclient/page/link?url=x",
            "dingtalk：//dingtalkclient/page/link?url=x",
        );
        check("<font color=\"red\">x</font>", "＜font color=\"red\"＞x＜/font＞");
        check("x\n\n#### Released\n- y", "x ＃＃＃＃ Released - y");
        check("![](http://t/p.png)", "！［］（http：//t/p.png）");
        check("\u{202E}nur\u{202C}\0 ~~`a`|b", "nur ～～｀a｀｜b");
        check("corp-linux_9.2", "corp-linux_9.2");
    }

    #[test]
    fn an_empty_value_leaves_no_stray_asterisks() {
        assert_eq!(line(&Line::default().words("a ").strong("\0")), "a ");
    }
}
