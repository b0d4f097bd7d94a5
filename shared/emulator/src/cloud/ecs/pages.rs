//! Listings that page by token or by number, as most of ECS lets the caller choose. A token is the last id already given,
//! so that what comes and goes in between neither hides nor doubles anything else.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::cloud::paging::Page;
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// One page of a listing.
#[derive(Debug)]
pub(super) struct Cut<T> {
    pub(super) items: Vec<T>,
    number: usize,
    size: usize,
    total: usize,
    next: String,
}

impl<T> Cut<T> {
    /// The page that a call asks for, of items in order of id. `results` is what a page by token may hold.
    pub(super) fn of(
        items: Vec<T>,
        id: impl Fn(&T) -> &str,
        params: &Params,
        results: RangeInclusive<usize>,
        default: usize,
    ) -> Result<Self, Refusal> {
        if !by_token(params) {
            let total = items.len();
            let page = Page::read(params, "InvalidParameter")?;
            return Ok(Self {
                items: page.cut(items),
                number: page.number,
                size: page.size,
                total,
                next: String::new(),
            });
        }
        Self::by_token(items, id, params, results, default)
    }

    /// The page that a call asks for of an operation that pages by token alone.
    pub(super) fn by_token(
        items: Vec<T>,
        id: impl Fn(&T) -> &str,
        params: &Params,
        results: RangeInclusive<usize>,
        default: usize,
    ) -> Result<Self, Refusal> {
        let total = items.len();
        let size = params.number("MaxResults")?.unwrap_or(default);
        if !results.contains(&size) {
            let message = format!(
                "The specified MaxResults is not valid: at most {} a page.",
                results.end()
            );
            return Err(Refusal::bad_request("InvalidParameter", message));
        }
        let after = params.get("NextToken");
        let mut left = items
            .into_iter()
            .filter(|item| after.is_none_or(|after| id(item) > after))
            .peekable();
        let items: Vec<T> = left.by_ref().take(size).collect();
        let next = left.peek().and(items.last()).map(|last| id(last).to_owned());
        Ok(Self {
            items,
            number: 1,
            size,
            total,
            next: next.unwrap_or_default(),
        })
    }

    /// The members of an answer that pages by number, by token, or both: `{PageNumber, PageSize, TotalCount, NextToken}`
    /// and the rows under `outer.inner`.
    pub(super) fn body(self, outer: &str, inner: &str, render: impl Fn(T) -> Value) -> Value {
        json!({
            "PageNumber": self.number,
            "PageSize": self.size,
            "TotalCount": self.total,
            "NextToken": self.next,
            outer: { inner: self.items.into_iter().map(render).collect::<Vec<_>>() },
        })
    }

    /// Like [`Cut::body`] for operations that page by token alone: `{MaxResults, TotalCount, NextToken}`.
    pub(super) fn body_by_token(self, outer: &str, inner: &str, render: impl Fn(T) -> Value) -> Value {
        json!({
            "MaxResults": self.size,
            "TotalCount": self.total,
            "NextToken": self.next,
            outer: { inner: self.items.into_iter().map(render).collect::<Vec<_>>() },
        })
    }
}

/// Whether a call pages by token: without page numbers it does as soon as it says how much it takes.
fn by_token(params: &Params) -> bool {
    let numbered = params.get("PageNumber").or(params.get("PageSize")).is_some();
    let tokened = params.get("MaxResults").or(params.get("NextToken")).is_some();
    tokened && !numbered
}
