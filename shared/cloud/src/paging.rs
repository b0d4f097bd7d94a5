//! Reading a listing to its end, or saying that it was not: what could not be read is unknown, never absent.

use std::collections::BTreeSet;

use crate::client::Client;
use crate::deadline::Deadline;
use crate::error::{CallError, Cause};
use crate::rpc::{Listing, Paging, Rpc};
use crate::transport::Transport;

/// Items asked for per page; the most that every listing takes.
const PAGE_ITEMS_MAX: u64 = 100;
/// Pages read per listing: 20 000 items, a thousand times the members that a new directory may have.
const PAGES_MAX: u32 = 200;
/// How often a listing is begun again because it changed while it was read.
const READINGS_MAX: u32 = 3;

/// One page of a listing, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<I> {
    /// What is on it.
    pub items: Vec<I>,
    /// How many items the whole listing has, if the page says so.
    pub total: Option<u64>,
    /// What leads to the next page; `None` or empty on the last one.
    pub next_token: Option<String>,
}

/// Why a reading did not end well.
enum Trouble {
    /// Beginning again may help.
    Moved {
        read: u64,
        promised: u64,
        reason: &'static str,
    },
    /// It does not.
    Failed(CallError),
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        Self::Failed(error)
    }
}

/// Every item of the listing, in the order the cloud gave them, each once.
pub(crate) async fn read_all<T: Transport, L: Listing>(
    client: &Client<T>,
    listing: &L,
    deadline: Deadline,
) -> Result<Vec<L::Item>, CallError> {
    let rpc = listing.rpc();
    listing.check().map_err(|error| CallError::new(&rpc, 0, error))?;
    let mut readings = 1;
    loop {
        let reading = match L::PAGING {
            Paging::Numbered => by_number::<T, L>(client, &rpc, deadline).await,
            Paging::Token => by_token::<T, L>(client, &rpc, deadline).await,
        };
        match reading {
            Ok(items) => return within_coverage(listing, &rpc, items),
            Err(Trouble::Failed(error)) => return Err(error),
            Err(Trouble::Moved { .. }) if readings < READINGS_MAX => readings += 1,
            Err(Trouble::Moved { read, promised, reason }) => {
                return Err(CallError::new(
                    &rpc,
                    readings,
                    Cause::ListingIncomplete { read, promised, reason },
                ));
            }
        }
    }
}

/// A listing that fills the cloud's coverage may have been cut there.
fn within_coverage<L: Listing>(listing: &L, rpc: &Rpc, items: Vec<L::Item>) -> Result<Vec<L::Item>, CallError> {
    let read = count(items.len());
    match listing.covered_max() {
        Some(covered) if read >= covered => {
            let reason = "the cloud filters no further";
            Err(CallError::new(
                rpc,
                1,
                Cause::ListingIncomplete {
                    read,
                    promised: read.saturating_add(1),
                    reason,
                },
            ))
        }
        Some(_) | None => Ok(items),
    }
}

/// Pages by number. They shift when something is added or removed, so the total has to hold still. One item that goes
/// and another that comes between two pages can still hide a third; only the next reading shows it.
async fn by_number<T: Transport, L: Listing>(
    client: &Client<T>,
    rpc: &Rpc,
    deadline: Deadline,
) -> Result<Vec<L::Item>, Trouble> {
    let mut seen = Seen::<L>::default();
    let mut promised = None;
    for number in 1..=PAGES_MAX {
        let call = rpc
            .clone()
            .param("PageNumber", number)
            .param("PageSize", PAGE_ITEMS_MAX);
        let page = L::page(client.call(&call, deadline).await?);
        let total = page.total.unwrap_or_default();
        let before = *promised.get_or_insert(total);
        let empty = page.items.is_empty();
        seen.add(page.items);
        let moved = |reason| Trouble::Moved {
            read: seen.len(),
            promised: total,
            reason,
        };
        if total != before {
            return Err(moved("the total changed while it was read"));
        }
        if seen.len() > total {
            return Err(moved("there are more items than were promised"));
        }
        if seen.len() == total {
            return Ok(seen.items);
        }
        if empty {
            return Err(moved("a page is empty although more was promised"));
        }
    }
    Err(Trouble::Moved {
        read: seen.len(),
        promised: promised.unwrap_or_default(),
        reason: "it has too many pages",
    })
}

/// Pages by token. The last page says how many there are; fewer than that is not the whole.
async fn by_token<T: Transport, L: Listing>(
    client: &Client<T>,
    rpc: &Rpc,
    deadline: Deadline,
) -> Result<Vec<L::Item>, Trouble> {
    let mut seen = Seen::<L>::default();
    let mut tokens = BTreeSet::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let call = rpc
            .clone()
            .param("MaxResults", PAGE_ITEMS_MAX)
            .param_if("NextToken", token.as_ref());
        let page = L::page(client.call(&call, deadline).await?);
        let promised = page.total.unwrap_or_default();
        let empty = page.items.is_empty();
        seen.add(page.items);
        let moved = |reason| Trouble::Moved {
            read: seen.len(),
            promised: promised.max(seen.len() + 1),
            reason,
        };
        token = page.next_token.filter(|token| !token.is_empty());
        match &token {
            None if seen.len() < promised => return Err(moved("it ends before the promised total")),
            None => return Ok(seen.items),
            Some(_) if empty => return Err(moved("a page is empty although more was promised")),
            Some(token) if !tokens.insert(token.clone()) => {
                return Err(CallError::new(rpc, 1, Cause::PageRepeated).into());
            }
            Some(_) => {}
        }
    }
    let read = seen.len();
    Err(Trouble::Moved {
        read,
        promised: read + 1,
        reason: "it has too many pages",
    })
}

/// The items so far, each once.
struct Seen<L: Listing> {
    keys: BTreeSet<String>,
    items: Vec<L::Item>,
}

impl<L: Listing> Default for Seen<L> {
    fn default() -> Self {
        Self {
            keys: BTreeSet::new(),
            items: Vec::new(),
        }
    }
}

impl<L: Listing> Seen<L> {
    fn add(&mut self, items: Vec<L::Item>) {
        for item in items {
            if self.keys.insert(L::key(&item).to_owned()) {
                self.items.push(item);
            }
        }
    }

    fn len(&self) -> u64 {
        count(self.items.len())
    }
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
