//! What is said about releases: on the way, there, taken back.

use super::book::{Arg, Book, fill};
use crate::message::{Recalled, RecalledRegion, RegionLine, RegionState, ReleaseStarted, Released, by_urgency};
use crate::outline::{Line, List, Outline};
use crate::untrusted::{one_line, shorten};

/// Longest reason of a recall, in bytes: it may be endless, the way out must still fit below it.
const MAX_WHY_BYTES: usize = 4_000;

/// The mark of a state and the key of its word.
pub(super) fn state_words(state: RegionState) -> (&'static str, &'static str) {
    match state {
        RegionState::Blocked => ("✗", "state.blocked"),
        RegionState::Unknown => ("?", "state.unknown"),
        RegionState::Missing => ("·", "state.missing"),
        RegionState::Copying => ("…", "state.copying"),
        RegionState::Staged => ("○", "state.staged"),
        RegionState::Committed => ("✓", "state.committed"),
    }
}

/// How many of these regions are so far.
fn count_of(regions: &[RegionLine], least: RegionState) -> usize {
    regions.iter().filter(|line| line.state >= least).count()
}

fn matrix(book: Book, release: &str, regions: &[RegionLine]) -> List {
    List {
        heading: book.line("release.matrix", &[("release", Arg::Value(release))]),
        rows: by_urgency(regions)
            .into_iter()
            .map(|line| region_row(book, line))
            .collect(),
    }
}

fn region_row(book: Book, line: &RegionLine) -> Line {
    let (mark, state) = state_words(line.state);
    let key = match (line.image.is_empty(), line.state) {
        (true, _) => "release.row.empty",
        (false, RegionState::Committed) => "release.row",
        (false, _) if line.accounts > 0 => "release.row",
        (false, _) => "release.row.unshared",
    };
    let args = [
        ("mark", Arg::Words(mark)),
        ("region", Arg::Value(&line.region)),
        ("image", Arg::Value(&line.image)),
        ("state", Arg::Words(book.text(state))),
        ("accounts", Arg::Count(line.accounts)),
    ];
    book.line(key, &args)
}

pub(super) fn started(book: Book, started: &ReleaseStarted) -> Outline {
    let args = [
        ("release", Arg::Value(&started.release)),
        ("policy", Arg::Value(&started.policy)),
        ("family", Arg::Value(&started.family)),
        ("source", Arg::Value(&started.source)),
        ("staged", Arg::Count(count_of(&started.regions, RegionState::Staged))),
        ("total", Arg::Count(started.regions.len())),
    ];
    Outline {
        title: book.line("started.title", &args),
        lead: book.line("started.lead", &args),
        counts: Some(book.line("started.counts", &args)),
        lists: vec![matrix(book, &started.release, &started.regions)],
        ..Outline::default()
    }
}

pub(super) fn released(book: Book, released: &Released) -> Outline {
    let total = released.regions.len();
    let committed = count_of(&released.regions, RegionState::Committed);
    let args = [
        ("release", Arg::Value(&released.release)),
        ("policy", Arg::Value(&released.policy)),
        ("family", Arg::Value(&released.family)),
        ("source", Arg::Value(&released.source)),
        ("accounts", Arg::Count(released.accounts)),
        ("committed", Arg::Count(committed)),
        ("total", Arg::Count(total)),
    ];
    let everywhere = committed == total;
    let (title, lead) = if everywhere {
        ("released.title", "released.lead")
    } else {
        ("released.title.part", "released.lead.part")
    };
    let mut todo = vec![book.line("released.todo", &args)];
    todo.extend((!everywhere).then(|| book.line("released.todo.part", &args)));
    Outline {
        title: book.line(title, &args),
        lead: book.line(lead, &args),
        counts: Some(book.line("released.counts", &args)),
        facts: if released.is_paid {
            vec![book.line("paid.release", &[])]
        } else {
            Vec::new()
        },
        lists: vec![matrix(book, &released.release, &released.regions)],
        todo,
        ..Outline::default()
    }
}

pub(super) fn recalled(book: Book, recalled: &Recalled) -> Outline {
    let images = recalled.regions_by_name();
    let why = shorten(&one_line(&recalled.why), MAX_WHY_BYTES);
    let args = [
        ("release", Arg::Value(&recalled.release)),
        ("policy", Arg::Value(&recalled.policy)),
        ("family", Arg::Value(&recalled.family)),
        ("source", Arg::Value(&recalled.source)),
        ("instead", Arg::Value(recalled.instead.as_deref().unwrap_or_default())),
        ("images", Arg::Count(images.len())),
    ];
    let (now, replace) = match &recalled.instead {
        Some(_) => ("recalled.now", "recalled.todo"),
        None => ("recalled.now.nobody", "recalled.todo.nobody"),
    };
    let now = book.line(now, &args);
    // The words of a stranger end the line, so that they cannot pass for what goldcast says after them.
    let lead = if why.is_empty() {
        now
    } else {
        book.line("recalled.why", &[("now", Arg::Line(&now)), ("why", Arg::Value(&why))])
    };
    let undo = recalled.undone_by().map(|line| by_region(book, "recalled.undo", line));
    let row = book.text("recalled.row");
    Outline {
        title: book.line("recalled.title", &args),
        lead,
        counts: Some(book.line("recalled.counts", &args)),
        lists: vec![List {
            heading: book.line("release.matrix", &args),
            rows: images.into_iter().map(|line| fill(row, &place(line))).collect(),
        }],
        todo: std::iter::once(book.line(replace, &args)).chain(undo).collect(),
        ..Outline::default()
    }
}

fn by_region(book: Book, key: &str, line: &RecalledRegion) -> Line {
    book.line(key, &place(line))
}

fn place(line: &RecalledRegion) -> [(&'static str, Arg<'_>); 2] {
    [("region", Arg::Value(&line.region)), ("image", Arg::Value(&line.image))]
}
