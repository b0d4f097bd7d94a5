//! Values made harmless by full-width look-alikes, for platforms whose markdown knows no way to escape.
//!
//! What would be markup in a value from outside is replaced by a character (U+FF01 and on) that looks like it and means
//! nothing, so that nobody can mention people or forge a link by naming an image.

/// `value` with look-alikes for everything that could be markup, a mention or a link.
pub(crate) fn neutral(value: &str) -> String {
    without_address(value).chars().map(look_alike).collect()
}

/// `value` without anything that a client would turn into a link by itself, as they do with bare addresses.
pub(crate) fn without_address(value: &str) -> String {
    value.replace("://", "：//")
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
    use crate::untrusted::one_line;

    #[test]
    fn a_hostile_value_is_shown_and_does_nothing() {
        #[track_caller]
        fn check(value: &str, expected: &str) {
            assert_eq!(neutral(&one_line(value)), expected, "{value:?}");
        }
        check("a*b_c [x](y) <at id=all> & #1", "a＊b_c ［x］（y） ＜at id=all＞ & ＃1");
        check("<!channel>", "＜！channel＞");
        check("@所有人", "＠所有人");
        check("<@all>", "＜＠all＞");
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
}
