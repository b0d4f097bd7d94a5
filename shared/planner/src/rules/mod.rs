//! The rules, one file each. A rule reads the [`View`] and adds to the plan; no rule knows another's result, except the last
//! four, which change or hold back what the others planned.

mod brake;
mod commit;
mod copy;
mod course;
mod drift;
mod encryption;
mod entry;
mod failed_copy;
mod family;
mod orphans;
mod pause;
mod policy_object;
mod recall;
mod retire;
mod share;
mod unshare_first;
mod view;
mod withdraw;

pub(crate) use brake::brake;
pub(crate) use commit::{commit, is_staged};
pub use copy::COPIES_PER_REGION;
pub(crate) use copy::copy;
pub(crate) use course::Cause;
pub(crate) use drift::drift;
pub(crate) use encryption::{encryption, forbids_sharing};
pub(crate) use entry::entry;
pub use failed_copy::COPY_ATTEMPTS_MAX;
pub(crate) use failed_copy::retry_failed_copies;
pub(crate) use family::{family, is_parked, rival};
pub(crate) use orphans::{orphaned, orphans, strangers};
pub(crate) use pause::pause;
pub(crate) use policy_object::policy_object;
pub(crate) use recall::recall;
pub(crate) use retire::retire;
pub use share::ACCOUNTS_PER_CALL;
pub use share::SHELF_TAG;
pub(crate) use share::{
    TrustDocument, WayNow, doubtful_targets, grants, is_trust_needed, looked_after, shelves, shelves_of, trust,
};
pub(crate) use unshare_first::unshare_first;
pub(crate) use view::{View, is_in_family};
pub use withdraw::RETIRED_TAG;
pub(crate) use withdraw::{may_stand_on_a_shelf, needs_snapshots, snapshots};
