//! Reading a listing to its end, or saying that it was not: what could not be read is unknown, never absent.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Response;

use crate::answer;
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

/// What the pages of a listing are put into. The items' type stays behind this, so that the loops below are in the binary
/// once and not once for every listing.
trait Pages: Send {
    /// Forgets what was read: the listing begins again.
    fn begin(&mut self);

    /// Adds the page that an answer holds.
    fn add(&mut self, response: &Response<Bytes>) -> Result<Turned, Cause>;

    /// How many different items were read.
    fn len(&self) -> u64;
}

/// A page that was added.
#[derive(Default)]
struct Turned {
    empty: bool,
    total: u64,
    next_token: Option<String>,
}

/// The items so far, each once.
struct Seen<L: Listing> {
    keys: BTreeSet<String>,
    items: Vec<L::Item>,
}

impl<L: Listing> Pages for Seen<L> {
    fn begin(&mut self) {
        self.keys.clear();
        self.items.clear();
    }

    fn add(&mut self, response: &Response<Bytes>) -> Result<Turned, Cause> {
        let page = L::page(answer::parse(response)?);
        let empty = page.items.is_empty();
        for item in page.items {
            if self.keys.insert(L::key(&item).into_owned()) {
                self.items.push(item);
            }
        }
        Ok(Turned {
            empty,
            total: page.total.unwrap_or_default(),
            next_token: page.next_token.filter(|token| !token.is_empty()),
        })
    }

    fn len(&self) -> u64 {
        u64::try_from(self.items.len()).unwrap_or(u64::MAX)
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
    let mut seen = Seen::<L> {
        keys: BTreeSet::new(),
        items: Vec::new(),
    };
    read(client, &rpc, L::PAGING, deadline, &mut seen).await?;
    within_coverage(&rpc, listing.covered_max(), seen.len())?;
    Ok(seen.items)
}

/// Reads all pages, again from the first one if the listing moved.
async fn read<T: Transport>(
    client: &Client<T>,
    rpc: &Rpc,
    paging: Paging,
    deadline: Deadline,
    pages: &mut dyn Pages,
) -> Result<(), CallError> {
    let mut readings = 1;
    loop {
        pages.begin();
        let reading = match paging {
            Paging::Numbered => by_number(client, rpc, deadline, pages).await,
            Paging::Token => by_token(client, rpc, deadline, pages).await,
        };
        match reading {
            Ok(()) => return Ok(()),
            Err(Trouble::Failed(error)) => return Err(error),
            Err(Trouble::Moved { .. }) if readings < READINGS_MAX => readings += 1,
            Err(Trouble::Moved { read, promised, reason }) => {
                let cause = Cause::ListingIncomplete { read, promised, reason };
                return Err(CallError::new(rpc, readings, cause));
            }
        }
    }
}

/// A listing that fills the cloud's coverage may have been cut there.
fn within_coverage(rpc: &Rpc, covered_max: Option<u64>, read: u64) -> Result<(), CallError> {
    match covered_max {
        Some(covered) if read >= covered => {
            let cause = Cause::ListingIncomplete {
                read,
                promised: read.saturating_add(1),
                reason: "the cloud filters no further",
            };
            Err(CallError::new(rpc, 1, cause))
        }
        Some(_) | None => Ok(()),
    }
}

/// Pages by number. They shift when something is added or removed, so the total has to hold still. One item that goes
/// and another that comes between two pages can still hide a third; only the next reading shows it.
async fn by_number<T: Transport>(
    client: &Client<T>,
    rpc: &Rpc,
    deadline: Deadline,
    pages: &mut dyn Pages,
) -> Result<(), Trouble> {
    let mut promised = None;
    for number in 1..=PAGES_MAX {
        let call = rpc
            .clone()
            .param("PageNumber", number)
            .param("PageSize", PAGE_ITEMS_MAX);
        let Turned { empty, total, .. } = turn(client, &call, deadline, pages).await?;
        let before = *promised.get_or_insert(total);
        let read = pages.len();
        let moved = |reason| Trouble::Moved {
            read,
            promised: total,
            reason,
        };
        if total != before {
            return Err(moved("the total changed while it was read"));
        }
        if read > total {
            return Err(moved("there are more items than were promised"));
        }
        if read == total {
            return Ok(());
        }
        if empty {
            return Err(moved("a page is empty although more was promised"));
        }
    }
    Err(Trouble::Moved {
        read: pages.len(),
        promised: promised.unwrap_or_default(),
        reason: "it has too many pages",
    })
}

/// Pages by token. The last page may say how many there are; fewer than that is not the whole.
async fn by_token<T: Transport>(
    client: &Client<T>,
    rpc: &Rpc,
    deadline: Deadline,
    pages: &mut dyn Pages,
) -> Result<(), Trouble> {
    let mut tokens = BTreeSet::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let call = rpc
            .clone()
            .param("MaxResults", PAGE_ITEMS_MAX)
            .param_if("NextToken", token.as_ref());
        let page = turn(client, &call, deadline, pages).await?;
        let read = pages.len();
        let moved = |reason| Trouble::Moved {
            read,
            promised: page.total.max(read + 1),
            reason,
        };
        match &page.next_token {
            None if read < page.total => return Err(moved("it ends before the promised total")),
            None => return Ok(()),
            Some(_) if page.empty => return Err(moved("a page is empty although more was promised")),
            Some(token) if !tokens.insert(token.clone()) => {
                return Err(CallError::new(rpc, 1, Cause::PageRepeated).into());
            }
            Some(_) => {}
        }
        token = page.next_token;
    }
    let read = pages.len();
    Err(Trouble::Moved {
        read,
        promised: read + 1,
        reason: "it has too many pages",
    })
}

/// Reads one page.
async fn turn<T: Transport>(
    client: &Client<T>,
    call: &Rpc,
    deadline: Deadline,
    pages: &mut dyn Pages,
) -> Result<Turned, CallError> {
    let mut turned = Turned::default();
    let mut read = |response: &Response<Bytes>| {
        turned = pages.add(response)?;
        Ok(())
    };
    client.fetch(call.into(), deadline, &mut read).await?;
    Ok(turned)
}
