//! The words of a language, one `key = text` a line, and how a text with placeholders becomes a line.
//!
//! A placeholder is `{name}`, `{*name*}` to stand out, or `{name:# region|# regions}` for a number with its forms: the
//! first for one, the second for any other, and only one where the language has one. Values never become words.

use crate::manner::Language;
use crate::outline::Line;

const ENGLISH: &str = include_str!("en.txt");
const CHINESE: &str = include_str!("zh.txt");
const JAPANESE: &str = include_str!("ja.txt");

/// The texts of one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Book(&'static str);

/// What stands in a text's placeholder.
#[derive(Debug)]
pub(super) enum Arg<'a> {
    /// A value from outside.
    Value(&'a str),
    /// A number.
    Count(usize),
    /// Words of our own, or what is never translated.
    Words(&'a str),
    /// A line that was filled before.
    Line(&'a Line),
}

impl Book {
    /// The texts of this language.
    pub(super) fn of(language: Language) -> Self {
        Self(match language {
            Language::English => ENGLISH,
            Language::Chinese => CHINESE,
            Language::Japanese => JAPANESE,
        })
    }

    /// The text of a key, as it stands in the file.
    pub(super) fn text(self, key: &str) -> &'static str {
        let mut entries = entries(self.0);
        entries.find(|entry| entry.0 == key).map_or("", |(_, text)| text)
    }

    /// The text of a key, filled.
    pub(super) fn line(self, key: &str, args: &[(&str, Arg<'_>)]) -> Line {
        fill(self.text(key), args)
    }
}

fn entries(book: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = book.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = "))
}

/// A text with its placeholders filled. One that nothing is given for stays empty.
pub(super) fn fill(text: &str, args: &[(&str, Arg<'_>)]) -> Line {
    let (mut line, mut rest) = (Line::default(), text);
    while let Some((before, hole, after)) = next_hole(rest) {
        line = put(line.words(before), hole, args);
        rest = after;
    }
    line.words(rest)
}

/// What stands before the next placeholder, in it, and after it.
fn next_hole(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (hole, after) = rest.split_once('}')?;
    Some((before, hole, after))
}

fn put(line: Line, hole: &str, args: &[(&str, Arg<'_>)]) -> Line {
    let (name, forms) = hole.split_once(':').unwrap_or((hole, "#"));
    let strong = name.strip_prefix('*').and_then(|name| name.strip_suffix('*'));
    let name = strong.unwrap_or(name);
    match args.iter().find(|arg| arg.0 == name) {
        Some((_, Arg::Value(value))) if strong.is_some() => line.strong(value),
        Some((_, Arg::Value(value))) => line.value(value),
        Some((_, Arg::Count(number))) => line.words(counted(*number, forms)),
        Some((_, Arg::Words(words))) => line.words(*words),
        Some((_, Arg::Line(inner))) => line.then(inner),
        None => line,
    }
}

fn counted(number: usize, forms: &str) -> String {
    let (one, many) = forms.split_once('|').unwrap_or((forms, forms));
    let form = if number == 1 { one } else { many };
    form.replace('#', &number.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Everything that fills outlines.
    const SOURCES: [&str; 5] = [
        include_str!("../texts.rs"),
        include_str!("access.rs"),
        include_str!("digest.rs"),
        include_str!("release.rs"),
        include_str!("trouble.rs"),
    ];

    /// The placeholders of a text, without the forms that a language has for them.
    fn holes(text: &str) -> BTreeSet<&str> {
        let (mut holes, mut rest) = (BTreeSet::new(), text);
        while let Some((_, hole, after)) = next_hole(rest) {
            holes.insert(hole.split_once(':').map_or(hole, |(name, _)| name));
            rest = after;
        }
        holes
    }

    /// The string literals of a source, as far as they have no escapes.
    fn literals() -> BTreeSet<&'static str> {
        let code = SOURCES.iter().flat_map(|source| source.lines());
        let code = code.filter(|line| !line.trim_start().starts_with("//"));
        code.flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
    }

    #[test]
    fn every_language_says_everything_with_the_same_values() {
        let english: BTreeMap<_, _> = entries(ENGLISH).collect();
        for language in Language::ALL {
            let book = Book::of(language);
            let keys: Vec<_> = entries(book.0).map(|(key, _)| key).collect();
            let same: Vec<_> = entries(ENGLISH).map(|(key, _)| key).collect();
            assert_eq!(keys, same, "{language} has other keys, or in another order, or twice");
            for (key, text) in entries(book.0) {
                assert!(!text.trim().is_empty(), "{language} {key} says nothing");
                assert_eq!(holes(text), holes(english[key]), "{language} {key}");
            }
        }
        assert_eq!(english.len(), entries(ENGLISH).count(), "a key stands twice");
    }

    #[test]
    fn every_line_of_a_book_is_a_text_or_a_remark() {
        for book in [ENGLISH, CHINESE, JAPANESE] {
            for line in book.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                assert!(line.split_once(" = ").is_some(), "{line}");
            }
        }
    }

    #[test]
    fn no_text_is_missing_or_unused_and_no_sentence_stands_elsewhere() {
        let keys: BTreeSet<_> = entries(ENGLISH).map(|(key, _)| key).collect();
        let literals = literals();
        // The headings of troubles are looked up by the names that the planner gives them.
        let unused = keys.difference(&literals).filter(|key| !key.starts_with("trouble."));
        let unused: Vec<_> = unused.collect();
        assert!(unused.is_empty(), "nobody says {unused:?}");
        let asked = literals
            .iter()
            .filter(|literal| literal.contains('.') && !literal.contains(' ') && !literal.ends_with('.'));
        let missing: Vec<_> = asked
            .filter(|key| !key.contains('{') && !keys.contains(**key))
            .collect();
        assert!(missing.is_empty(), "nowhere to be found: {missing:?}");
        let spoken: Vec<_> = literals.iter().filter(|literal| literal.trim().contains(' ')).collect();
        assert!(spoken.is_empty(), "words outside the books: {spoken:?}");
    }

    #[test]
    fn a_text_is_filled_and_a_value_stays_a_value() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let inner = Line::default().words("in");
            let args = [
                ("v", Arg::Value("a {n} b")),
                ("n", Arg::Count(2)),
                ("one", Arg::Count(1)),
                ("w", Arg::Words("our own")),
                ("l", Arg::Line(&inner)),
            ];
            let filled = fill(text, &args);
            let shown: Vec<_> = filled.pieces().iter().map(|piece| format!("{piece:?}")).collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        }
        check("plain", r#"Words("plain")"#);
        check("{v}", r#"Value("a {n} b")"#);
        check("x {*v*}!", r#"Words("x ") Strong("a {n} b") Words("!")"#);
        check("{n:# day|# days}", r#"Words("2 days")"#);
        check("{one:# day|# days}", r#"Words("1 day")"#);
        check("{one:# 天}", r#"Words("1 天")"#);
        check("{n}/{one}", r#"Words("2/1")"#);
        check("{w} {l}", r#"Words("our own in")"#);
        check("{nothing}{", r#"Words("{")"#);
    }
}
