//! Keeps a body below a channel's limit by dropping whole rows, measured on the bytes that are really sent.

use bytes::Bytes;

use crate::channel::RenderError;

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
    let most = rows.min(MAX_ROWS);
    let full = body(most)?;
    if full.len() < limit {
        return Ok(full.into());
    }
    let mut best = body(0)?;
    if best.len() >= limit {
        return Err(RenderError::Oversize {
            size: best.len(),
            limit,
        });
    }
    // Invariant: `low` rows fit (in `best`), `high` rows do not.
    let (mut low, mut high) = (0, most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let candidate = body(middle)?;
        if candidate.len() < limit {
            (best, low) = (candidate, middle);
        } else {
            high = middle;
        }
    }
    Ok(best.into())
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
