//! Keeps a body below a channel's limit by dropping whole rows, measured on what is really sent.
//!
//! Explanations are the only thing that may become shorter; names, ids and commands stay whole or the message is refused.

use bytes::Bytes;

use crate::channel::RenderError;
use crate::manner::Language;
use crate::message::{Content, Message};
use crate::outline::{Line, List, Outline};
use crate::texts;
use crate::untrusted::{one_line, shorten};

/// More rows than any limit here can hold; bounds the work on absurdly long lists.
const MAX_ROWS: usize = 1_000;

/// The body with as many rows per list as stay *below* `limit` bytes.
///
/// `body(keep)` renders with at most `keep` rows of every list and says itself how many it left out. Fails if even the
/// body without rows is too long, because facts are never cut in the middle.
pub(crate) fn fit<F>(rows: usize, limit: usize, body: F) -> Result<Bytes, RenderError>
where
    F: Fn(usize) -> Result<Vec<u8>, serde_json::Error>,
{
    fit_measured(rows, (limit, "bytes"), &|keep| body(keep).map(Measured::in_bytes))
}

/// A body and its size as the platform counts it.
pub(crate) struct Measured {
    pub(crate) size: usize,
    pub(crate) body: Vec<u8>,
}

impl Measured {
    fn in_bytes(body: Vec<u8>) -> Self {
        Self { size: body.len(), body }
    }
}

/// The same where the platform counts something else than bytes; `unit` is what it counts.
fn fit_measured(
    rows: usize,
    (limit, unit): (usize, &'static str),
    body: &dyn Fn(usize) -> Result<Measured, serde_json::Error>,
) -> Result<Bytes, RenderError> {
    let most = rows.min(MAX_ROWS);
    let full = body(most)?;
    if full.size < limit {
        return Ok(full.body.into());
    }
    let mut best = body(0)?;
    if best.size >= limit {
        return Err(RenderError::Oversize {
            size: best.size,
            limit,
            unit,
        });
    }
    // Invariant: `low` rows fit (in `best`), `high` rows do not.
    let (mut low, mut high) = (0, most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let candidate = body(middle)?;
        if candidate.size < limit {
            (best, low) = (candidate, middle);
        } else {
            high = middle;
        }
    }
    Ok(best.body.into())
}

/// Share of a limit that an explanation may have at first; it can triple when it is written in a dialect.
const PROSE_SHARE: usize = 4;

/// An explanation shorter than this many bytes explains nothing.
const MIN_PROSE_BYTES: usize = 200;

/// Most steps of a message that is too long with all of them.
const MAX_STEPS: usize = 3;

/// Writes an outline with at most so many rows of every list.
pub(crate) type Write<'a> = dyn Fn(&Outline, usize) -> Result<Vec<u8>, serde_json::Error> + 'a;

/// `message` written *below* `limit` bytes: rows are dropped first, then its explanation is halved, then its lists
/// are folded into one until it fits.
pub(crate) fn fit_message(
    message: &Message,
    language: Language,
    limit: usize,
    write: &Write<'_>,
) -> Result<Bytes, RenderError> {
    fit_message_measured(message, language, (limit, "bytes"), &|outline, keep| {
        write(outline, keep).map(Measured::in_bytes)
    })
}

/// The same where the platform counts something else than bytes.
pub(crate) fn fit_message_measured(
    message: &Message,
    language: Language,
    (limit, unit): (usize, &'static str),
    write: &dyn Fn(&Outline, usize) -> Result<Measured, serde_json::Error>,
) -> Result<Bytes, RenderError> {
    let (mut prose, mut folded) = (limit / PROSE_SHARE, false);
    loop {
        let mut outline = texts::outline(&with_prose(message, prose), language);
        if folded {
            fold(&mut outline, language);
        }
        let fitted = fit_measured(outline.longest_list(), (limit, unit), &|keep| write(&outline, keep));
        if folded || !matches!(fitted, Err(RenderError::Oversize { .. })) {
            return fitted;
        }
        if prose >= 2 * MIN_PROSE_BYTES {
            prose /= 2;
        } else {
            folded = true;
        }
    }
}

/// Leaves the last list as it is and makes the headings of the others rows of one list, which can be dropped. Of many
/// steps the first two stay.
fn fold(outline: &mut Outline, language: Language) {
    let others = outline.lists.len().saturating_sub(1);
    let rows: Vec<Line> = outline.lists.drain(..others).map(|list| list.heading).collect();
    let heading = Line::default().words("…");
    outline.lists.insert(0, List { heading, rows });
    let steps = outline.todo.len();
    if steps > MAX_STEPS {
        outline.todo.truncate(MAX_STEPS - 1);
        let more = texts::more(language, steps - outline.todo.len());
        outline.todo.push(Line::default().words(more));
    }
}

/// The same message with explanations of at most `limit` bytes.
fn with_prose(message: &Message, limit: usize) -> Message {
    let mut message = message.clone();
    if let Content::NeedsYou(needs_you) = &mut message.content {
        needs_you.reason = shorten(&one_line(&needs_you.reason), limit);
    }
    if let Content::Drift(drift) = &mut message.content {
        drift.what = shorten(&one_line(&drift.what), limit);
    }
    if let Content::Recalled(recalled) = &mut message.content {
        recalled.why = shorten(&one_line(&recalled.why), limit);
    }
    if let Content::Drift(drift) = &mut message.content {
        drift.what = shorten(&one_line(&drift.what), limit);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_whole_rows_as_stay_below_the_limit_are_kept() {
        #[track_caller]
        fn check(rows: usize, limit: usize, expected: Option<usize>) {
            // Ten bytes for the frame, ten for each row.
            let fitted = fit(rows, limit, |keep| Ok(vec![b'x'; 10 + 10 * keep]));
            assert_eq!(
                fitted.ok().map(|body| body.len()),
                expected,
                "{rows} rows, limit {limit}"
            );
        }
        check(0, 11, Some(10));
        check(0, 10, None);
        check(3, 41, Some(40));
        check(3, 40, Some(30));
        check(3, 21, Some(20));
        check(3, 20, Some(10));
        check(3, 10, None);
        check(10_000, 100_000, Some(10_010));
        check(10_000, 5_000, Some(4_990));
    }
}
