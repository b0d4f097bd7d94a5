//! The texts people read, in one place: which words stand around which facts, and in which order.
//!
//! A language is one file like `texts/en.txt`; nothing outside these files holds a sentence of a message. Only the words
//! live here: markup, escaping and limits are the channels' business. What the planner and the cloud say (a reason, a fix)
//! is a value like every other, shown in the language it came in.

mod access;
mod book;
mod digest;
mod release;
mod trouble;

use book::{Arg, Book};

use crate::manner::Language;
use crate::message::{Content, Message};
use crate::outline::{Line, Outline};

/// The outline of `message` in a language.
pub(crate) fn outline(message: &Message, language: Language) -> Outline {
    let book = Book::of(language);
    let mut outline = match &message.content {
        Content::ReleaseStarted(started) => release::started(book, started),
        Content::Released(released) => release::released(book, released),
        Content::Onboarded(onboarded) => access::onboarded(book, onboarded),
        Content::Offboarded(offboarded) => access::offboarded(book, offboarded),
        Content::Drift(drift) => trouble::drift(book, drift),
        Content::Recalled(recalled) => release::recalled(book, recalled),
        Content::NeedsYou(needs_you) => trouble::needs_you(book, needs_you),
        Content::Digest(digest) => digest::digest(book, digest),
    };
    outline.foot = foot(book, message);
    outline
}

/// Who says it, and the key by which a repeated message is recognised. The word "goldcast" stands in every message, so that
/// a robot's keyword rule can ask for it.
fn foot(book: Book, message: &Message) -> Line {
    let time = format!("{:.0}", message.at);
    let args = [
        ("kind", Arg::Words(message.title())),
        ("time", Arg::Words(&time)),
        ("key", Arg::Words(message.key.as_str())),
    ];
    book.line("foot", &args)
}

/// The row that stands for `count` dropped ones.
pub(crate) fn more(language: Language, count: usize) -> String {
    Book::of(language).line("more", &[("count", Arg::Count(count))]).plain()
}

/// The words before the steps to take.
pub(crate) fn what_to_do(language: Language) -> &'static str {
    Book::of(language).text("what-to-do")
}
