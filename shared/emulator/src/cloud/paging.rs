//! Paging by page number, as most operations have it.

use super::params::Params;
use super::refusal::Refusal;

/// Page size when none is asked for.
const SIZE_DEFAULT: usize = 10;
/// Largest page of every operation here.
pub(crate) const SIZE_MAX: usize = 100;

/// One page of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) number: usize,
    pub(crate) size: usize,
}

impl Page {
    /// Reads `PageNumber` and `PageSize`; a value out of range is refused with `code`.
    pub(crate) fn read(params: &Params, code: &'static str) -> Result<Self, Refusal> {
        Self::sized(params, code, SIZE_DEFAULT)
    }

    /// Like [`Page::read`], with another size when none is asked for.
    pub(crate) fn sized(params: &Params, code: &'static str, default: usize) -> Result<Self, Refusal> {
        let number = params.number("PageNumber")?.unwrap_or(1);
        let size = params.number("PageSize")?.unwrap_or(default);
        if number == 0 || size == 0 || size > SIZE_MAX {
            let message = format!("The specified PageNumber or PageSize is not valid: at most {SIZE_MAX} a page.");
            return Err(Refusal::bad_request(code, message));
        }
        Ok(Self { number, size })
    }

    /// The items of this page.
    pub(crate) fn cut<T>(self, items: impl IntoIterator<Item = T>) -> Vec<T> {
        let before = self.number.saturating_sub(1).saturating_mul(self.size);
        items.into_iter().skip(before).take(self.size).collect()
    }
}
