//! What is said in a summary: counts per kind, what happened, and where each release stands.

use super::book::{Arg, Book};
use super::release::state_words;
use super::trouble::heading;
use crate::message::{Digest, DigestPart, Kind, RegionState};
use crate::outline::{Line, List, Outline};
use crate::untrusted::{one_line, shorten};

/// What stands between the names of a row.
const COMMA: &str = ", ";

/// Longest subject of a row, in bytes: it may be an explanation.
const MAX_SUBJECT_BYTES: usize = 200;

/// Longest way out in a row, in bytes: commands are shorter, and none is cut.
const MAX_FIX_BYTES: usize = 400;

/// The key of a kind's word.
fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::ReleaseStarted => "kind.release-started",
        Kind::Released => "kind.released",
        Kind::Onboarded => "kind.onboarded",
        Kind::Offboarded => "kind.offboarded",
        Kind::Drift => "kind.drift",
        Kind::Recalled => "kind.recalled",
        Kind::NeedsYou => "kind.needs-you",
    }
}

pub(super) fn digest(book: Book, digest: &Digest) -> Outline {
    let args = [("parts", Arg::Count(digest.parts.len()))];
    let matrix = digest.parts.iter().filter(|part| !part.states.is_empty());
    Outline {
        title: book.line("digest.title", &args),
        lead: book.line("digest.lead", &args),
        counts: Some(counts(book, digest)),
        lists: vec![
            List {
                heading: book.line("digest.parts", &[]),
                rows: digest.parts.iter().map(|part| part_row(book, part)).collect(),
            },
            List {
                heading: book.line("digest.matrix", &[]),
                rows: matrix.map(|part| states_row(book, part)).collect(),
            },
        ],
        todo: vec![book.line("digest.todo", &[])],
        ..Outline::default()
    }
}

/// How many of each kind, weightiest first.
fn counts(book: Book, digest: &Digest) -> Line {
    let mut line = Line::default();
    let kinds = Kind::ALL.into_iter().rev();
    let counted = kinds.map(|kind| (kind, digest.parts.iter().filter(|part| part.kind == kind).count()));
    for (index, (kind, count)) in counted.filter(|(_, count)| *count > 0).enumerate() {
        let words = book.text(kind_words(kind));
        let args = [("count", Arg::Count(count)), ("kind", Arg::Words(words))];
        let key = if index == 0 {
            "digest.count.first"
        } else {
            "digest.count"
        };
        line = line.then(&book.line(key, &args));
    }
    line
}

fn part_row(book: Book, part: &DigestPart) -> Line {
    let subject = shorten(&one_line(&part.subject), MAX_SUBJECT_BYTES);
    let kind = Arg::Words(book.text(kind_words(part.kind)));
    let mut row = book.line("digest.part", &[("kind", kind), ("subject", heading(book, &subject))]);
    for (key, count) in [
        ("digest.part.regions", part.regions),
        ("digest.part.accounts", part.accounts),
    ] {
        if count > 0 {
            row = book.line(key, &[("row", Arg::Line(&row)), ("count", Arg::Count(count))]);
        }
    }
    let fix = one_line(&part.fix);
    if fix.is_empty() || fix.len() > MAX_FIX_BYTES {
        return row;
    }
    book.line(
        "digest.part.fix",
        &[("row", Arg::Line(&row)), ("fix", Arg::Value(&fix))],
    )
}

/// A release and how many regions are how far; those that are not in place by name.
fn states_row(book: Book, part: &DigestPart) -> Line {
    let mut row = book.line("digest.states", &[("release", Arg::Value(&part.subject))]);
    for state in RegionState::ALL {
        let regions = part.states.iter().filter(|(_, at)| *at == state);
        let regions: Vec<&str> = regions.map(|(region, _)| region.as_str()).collect();
        if regions.is_empty() {
            continue;
        }
        let (mark, words) = state_words(state);
        let key = if state >= RegionState::Staged {
            "digest.state"
        } else {
            "digest.state.named"
        };
        let args = [
            ("row", Arg::Line(&row)),
            ("mark", Arg::Words(mark)),
            ("count", Arg::Count(regions.len())),
            ("state", Arg::Words(book.text(words))),
            ("regions", Arg::Value(&regions.join(COMMA))),
        ];
        row = book.line(key, &args);
    }
    row
}
