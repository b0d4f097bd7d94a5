//! Text from outside made fit to stand in one line: no controls, no direction tricks, no line breaks.
//!
//! This holds for every channel. What a channel's own dialect would read as markup is neutralised by the channel.

/// `text` on one line: controls and invisible direction marks gone, every run of blanks and breaks one blank.
///
/// An image name or an account name can then neither reorder what a person reads nor start a line of its own.
pub(crate) fn one_line(text: &str) -> String {
    let visible = text.chars().filter(|c| c.is_whitespace() || !is_invisible(*c));
    let mut line = String::with_capacity(text.len());
    for c in visible {
        match (c.is_whitespace(), line.ends_with(' ')) {
            (false, _) => line.push(c),
            (true, false) if !line.is_empty() => line.push(' '),
            (true, _) => {}
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Prose shortened to at most `limit` bytes, between words where there are any, with an ellipsis.
///
/// For explanations only: ids, names and commands are never shortened, because half a fact is a wrong fact.
pub(crate) fn shorten(prose: &str, limit: usize) -> String {
    const ELLIPSIS: &str = "…";
    if prose.len() <= limit {
        return prose.to_owned();
    }
    let room = limit.saturating_sub(ELLIPSIS.len());
    let kept = prose.get(..prose.floor_char_boundary(room)).unwrap_or_default();
    // A word boundary in the first half would throw away more than it is worth (texts without blanks, for one).
    let kept = match kept.rfind(' ') {
        Some(blank) if blank > kept.len() / 2 => kept.get(..blank).unwrap_or(kept),
        Some(_) | None => kept,
    };
    format!("{kept}{ELLIPSIS}")
}

/// Controls, bidirectional marks and overrides, zero-width blanks, byte order mark, tag characters.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'
                | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_text_becomes_one_visible_line() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(one_line(text), expected, "{text:?}");
        }
        check("corp-linux 9", "corp-linux 9");
        check("a\r\n# b\n\n- c", "a # b - c");
        check("nul\0bell\u{7}", "nulbell");
        check("\u{202E}gpj.exe\u{202C}", "gpj.exe");
        check("\u{2066}x\u{2069}\u{200F}\u{061C}", "x");
        check("a\u{2028}b\u{2029}c\u{85}d", "a b c d");
        check("zero\u{200B}width\u{FEFF}", "zerowidth");
        check("   \t  ", "");
        check("黄金镜像", "黄金镜像");
    }

    #[test]
    fn prose_is_cut_between_characters_and_words() {
        #[track_caller]
        fn check(limit: usize, text: &str, expected: &str) {
            assert_eq!(shorten(text, limit), expected);
        }
        check(9, "黄金镜像m-1", "黄金…");
        check(10, "黄金镜像m-1", "黄金…");
        check(11, "黄金镜像m-1", "黄金…");
        check(12, "黄金镜像m-1", "黄金镜…");
        check(13, "黄金镜像m-1", "黄金镜…");
        check(15, "黄金镜像m-1", "黄金镜像m-1");
        check(14, "four more words", "four more…");
    }
}
