//! The rules, one file each. A rule reads the [`View`] and adds to the plan; no rule knows another.

mod commit;
mod copy;
mod entry;
mod share;
mod view;

pub(crate) use commit::{commit, rival};
pub use copy::{COPIES_PER_REGION, COPY_ATTEMPTS_MAX};
pub(crate) use copy::{copy, retry_failed_copies};
pub(crate) use entry::entry;
pub use share::ACCOUNTS_PER_CALL;
pub(crate) use share::{grant_diff, share};
pub(crate) use view::{SharedImage, View};
