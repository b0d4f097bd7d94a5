//! Every decision that goldcast makes: policy and observation in, plan out.
//!
//! [`plan()`] says what to do, what to wait for and what forbids going on, each with its reason; [`questions()`] says which
//! facts are still missing for it. Functions, command line and messages all show or carry out the same [`Plan`].
//!
//! **Invariants:** no I/O, no clock, no async. The same observation gives the same plan. What could not be read is
//! unknown, never absent. No action needs a later one to be safe.
//!
//! # Calls on the wire
//! For one new image, R regions besides the home region, A accounts by grant, M members of the directory, I own images
//! in a region, and T timer runs while copies are under way, the facts force no more than this (a test counts it):
//!
//! | when | reads | writes |
//! |---|---|---|
//! | the event | the image, one listing per region ((R+1)·⌈I/100⌉), the directory (⌈M/100⌉, once a role), the resource shares of regions where folders may go by shelf, what the home image is shared with afterwards (⌈A/100⌉) | R copies, ⌈A/10⌉ grants at home |
//! | each timer run in between | one listing per region ((R+1)·⌈I/100⌉) | – |
//! | each region's copy, once usable | its grants afterwards (⌈A/100⌉), the directory once a run | ⌈A/10⌉ grants |
//! | the commit | one listing per region once more, and what the family resolves to (2(R+1)) | R+1 families |
//!
//! A region that was staged in an earlier run has its grants read once more (⌈A/100⌉) in each run that looks at the release
//! until it is committed: nothing is remembered between runs.
//!
//! ```
//! use goldcast_domain::{PolicyFile, Scope};
//! use goldcast_planner::{Observed, plan};
//!
//! let policy = PolicyFile::from_json(
//!     r#"{"owner": {"account": "1234567890123456", "home-region": "cn-hangzhou"},
//!         "policy": [{"name": "base-linux", "family": "corp-linux", "select": {"tags": {"golden": "corp-linux"}},
//!                     "regions": ["cn-shanghai"], "share": {"accounts": ["2234567890123456"]}}]}"#,
//! )?;
//! let nothing_read_yet = Observed::new(Scope::Everything);
//! assert!(plan(&policy, &nothing_read_yet, "2026-03-02T08:00:00Z".parse()?).actions.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule looks at the few kinds of action, wait and block that concern it"
)]

mod access;
mod audience;
mod catalogue;
mod explain;
mod naming;
mod news;
mod observed;
mod overview;
mod plan;
mod questions;
mod render;
mod rules;

pub use access::{Access, access};
pub use catalogue::{LAYOUT_GIB_MAX, concerns};
pub use explain::{Explanation, Fact, Question, Step, Subject, explain};
pub use naming::{client_token, copy_name};
pub use news::{
    Departed, News, Progress, RecallNews, RegionImage, RegionProgress, StartNews, departures, news, recalls, starts,
};
pub use observed::{KeyName, Observed, PolicyRefused, Reading};
pub use overview::{PolicyOverview, RegionOverview, RegionState, ReleaseOverview, ReleaseStanding, overview};
pub use plan::{
    Action, Block, BlockKind, Drift, NoShelf, Note, NoteKind, Plan, Planned, Reason, Right, ShelfRef, Wait, WaitKind,
};
pub use questions::{Questions, questions};
pub use rules::{ACCOUNTS_PER_CALL, COPIES_PER_REGION, COPY_ATTEMPTS_MAX, RETIRED_TAG, SHELF_TAG};

use goldcast_domain::PolicyFile;
use jiff::Timestamp;

/// Decides what to do about what was observed.
///
/// `now` only serves to read times: one in the future counts as now.
pub fn plan(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> Plan {
    let view = rules::View::new(policy, observed, now);
    let mut plan = Plan::default();
    rules::entry(&view, &mut plan);
    for line in view.lines() {
        rules::recall(&view, line, &mut plan);
        rules::retry_failed_copies(&view, line, &mut plan);
        rules::copy(&view, line, &mut plan);
        rules::encryption(&view, line, &mut plan);
        rules::grants(&view, line, &mut plan);
        rules::commit(&view, line, &mut plan);
        rules::family(&view, line, &mut plan);
        rules::retire(&view, line, &mut plan);
        rules::drift(&view, line, &mut plan);
    }
    rules::orphans(&view, &mut plan);
    rules::shelves(&view, &mut plan);
    rules::trust(&view, &mut plan);
    rules::snapshots(&view, &mut plan);
    rules::unshare_first(&view, &mut plan);
    rules::pause(&view, &mut plan);
    rules::brake(&view, &mut plan);
    rules::policy_object(&view, &mut plan);
    plan.in_order()
}
