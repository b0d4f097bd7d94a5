//! What people and machines get to see, what the sender does about trouble, and what nobody ever sees.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod feishu;
mod leaks;
mod limits;
mod loopback;
mod rendering;
mod rendering_cn;
mod samples;
mod secrets;
mod sending;
mod vendors;
mod wecom;
