//! WeCom's error texts without what they say about the caller: they quote its address, which belongs in no log.
//!
//! See <https://github.com/wes-lin/Cloud189Checkin/issues/175>.

use std::borrow::Cow;

/// What precedes the part of an error text that is nobody's business.
const MARKS: [&str; 2] = [", hint:", "from ip"];

/// `text` up to where it begins to describe the caller.
pub(super) fn without_caller(text: &str) -> Cow<'_, str> {
    let first = MARKS.iter().filter_map(|mark| text.find(mark)).min();
    match first.and_then(|at| text.get(..at)) {
        Some(kept) => Cow::Owned(format!("{kept}…")),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_text_ends_before_it_quotes_the_caller() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(without_caller(text), expected);
        }
        check(
            r#"{"errcode":93000,"errmsg":"invalid webhook url, hint: [1755], from ip: 172.16.0.1, more info at https://x"}"#,
            r#"{"errcode":93000,"errmsg":"invalid webhook url…"#,
        );
        check("refused from ip: 172.16.0.1", "refused …");
        check(r#"{"errcode":0,"errmsg":"ok"}"#, r#"{"errcode":0,"errmsg":"ok"}"#);
    }
}
