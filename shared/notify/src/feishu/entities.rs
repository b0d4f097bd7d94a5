//! Values from outside in Feishu's markdown, which escapes by HTML entities and knows no backslash.
//!
//! Source: <https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text>.

use crate::look_alikes::without_address;

/// `value` as it stands in markdown: shown as it is, without any effect.
pub(super) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (index, c) in without_address(value).char_indices() {
        match entity(c, index == 0) {
            Some(entity) => text.push_str(entity),
            None => text.push(c),
        }
    }
    text
}

/// What stands for `c`; `first` says that it may begin a line.
fn entity(c: char, first: bool) -> Option<&'static str> {
    Some(match c {
        '!' => "&#33;",
        '#' => "&#35;",
        '$' => "&#36;",
        '&' => "&#38;",
        '(' => "&#40;",
        ')' => "&#41;",
        '*' => "&#42;",
        // A list only at the beginning of a line; in the middle of names they are frequent.
        '+' if first => "&#43;",
        '-' if first => "&#45;",
        // Emoji are written between colons.
        ':' => "&#58;",
        '<' => "&#60;",
        '>' => "&#62;",
        '[' => "&#91;",
        '\\' => "&#92;",
        ']' => "&#93;",
        '_' => "&#95;",
        '`' => "&#96;",
        // The platform names this one; it is shown as U+223C.
        '~' => "&sim;",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::untrusted::one_line;

    #[test]
    fn a_hostile_value_is_shown_and_does_nothing() {
        #[track_caller]
        fn check(value: &str, expected: &str) {
            assert_eq!(escaped(&one_line(value)), expected, "{value:?}");
        }
        check(
            "a*b_c [x](y) <at id=all> & #1",
            "a&#42;b&#95;c &#91;x&#93;&#40;y&#41; &#60;at id=all&#62; &#38; &#35;1",
        );
        check("<at id=all></at>", "&#60;at id=all&#62;&#60;/at&#62;");
        check("&#60;at id=all&#62;", "&#38;&#35;60;at id=all&#38;&#35;62;");
        check("<at user_id=\"all\">", "&#60;at user&#95;id=\"all\"&#62;");
        check("<!channel>", "&#60;&#33;channel&#62;");
        check("@所有人", "@所有人");
        check("{{DATE(2026)}}", "{{DATE&#40;2026&#41;}}");
        check(
            "[log in](https://evil.example)",
            "&#91;log in&#93;&#40;https：//evil.example&#41;",
        );
        check("![p](img_v2)", "&#33;&#91;p&#93;&#40;img&#95;v2&#41;");
        check(":OK: acs:1:f", "&#58;OK&#58; acs&#58;1&#58;f");
        check("- x\n+ y", "&#45; x + y");
        check("+ y - x", "&#43; y - x");
        check("\u{202E}nur\u{202C}\0 ~~`a`\\", "nur &sim;&sim;&#96;a&#96;&#92;");
        check("corp-linux-9.2", "corp-linux-9.2");
        check("黄金镜像", "黄金镜像");
    }
}
