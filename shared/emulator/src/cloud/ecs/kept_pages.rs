//! Whole pages of plain image listings, kept for whoever owns what is on them: a page is a hundred rows of two
//! kilobytes, and an owner asks for the same one again and again. Not here: when a page is out of date, which the images
//! say (`kept`).

use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;
use goldcast_domain::AccountId;

use super::image::ImageStatus;
use crate::cloud::paging::Page;
use crate::cloud::sharing::Shelves;

/// Pages kept of one region; the oldest makes room. An owner looks at few pages, and a page is long.
const PAGES_MAX: usize = 8;

/// What decides about a plain listing besides the images.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) account: &'a AccountId,
    pub(super) statuses: &'a BTreeSet<ImageStatus>,
    pub(super) page: Page,
    pub(super) shelves: &'a Shelves,
}

#[derive(Debug, Clone)]
struct KeptPage {
    account: AccountId,
    statuses: BTreeSet<ImageStatus>,
    page: Page,
    shelves: Shelves,
    total: usize,
    rows: Bytes,
    /// Whether the region has images of others, which a grant may bring onto the page or take off it.
    meets_others: bool,
}

/// The pages of one region.
#[derive(Debug, Clone, Default)]
pub(super) struct KeptPages(VecDeque<KeptPage>);

impl KeptPages {
    /// The number of all images and the rows, with commas in between.
    pub(super) fn find(&self, asked: &Asked<'_>) -> Option<(usize, Bytes)> {
        let kept = self.0.iter().find(|kept| {
            kept.page == asked.page
                && kept.account == *asked.account
                && kept.statuses == *asked.statuses
                && kept.shelves == *asked.shelves
        })?;
        Some((kept.total, kept.rows.clone()))
    }

    pub(super) fn keep(&mut self, asked: &Asked<'_>, total: usize, rows: Bytes, meets_others: bool) {
        if self.0.len() == PAGES_MAX {
            self.0.pop_front();
        }
        self.0.push_back(KeptPage {
            account: asked.account.clone(),
            statuses: asked.statuses.clone(),
            page: asked.page,
            shelves: asked.shelves.clone(),
            total,
            rows,
            meets_others,
        });
    }

    /// An image changed in a way that any page may show.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// A grant changed, which matters only to those who may see images of others.
    pub(super) fn forget_foreign(&mut self) {
        self.0.retain(|kept| !kept.meets_others);
    }
}
