//! Observe → plan → apply → announce: the one engine behind every function and the command line.
//!
//! It decides nothing: the planner says which facts are missing, what to do and what is true; the engine asks, carries out
//! and tells, side by side and within a deadline. **Invariant:** nothing outlives a run, and a run never sleeps.
//!
//! ```no_run
//! use goldcast_cloud::{Client, Clock, Deadline, HttpTransport};
//! use goldcast_domain::{PolicyFile, Scope};
//! use goldcast_engine::{Engine, Right};
//! use std::time::Duration;
//!
//! # async fn example(client: Client<HttpTransport>, policy: PolicyFile) {
//! let engine = Engine::new(policy, client, Clock::wall());
//! let finished = engine.run(Scope::Everything, Right::SweepOnly, Deadline::after(Duration::from_secs(280))).await;
//! println!("{} reads, {} writes", finished.report.reads, finished.report.writes);
//! # }
//! ```

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the engine names the kinds that it does something about"
)]

mod announce;
mod apply;
mod asked;
mod channels;
mod in_force;
mod messages;
mod observe;
mod report;
mod run;
mod status;
mod trial;
mod truth;
mod wire;

pub use announce::{Announcer, ChannelStanding, HttpAnnouncer, MemoryStore, StoreError, ToldStore};
pub use channels::Reach;
pub use goldcast_notify::HttpPostError;
pub use goldcast_planner::Right;
pub use in_force::{InForce, NoPolicyObject, PolicyObject, PolicySource, PolicyUnread};
pub use report::{Failure, Report, WakeScope};
pub use run::{Engine, Finished};
pub use status::{Looked, Said, Status};
pub use trial::{Trial, try_channels};
