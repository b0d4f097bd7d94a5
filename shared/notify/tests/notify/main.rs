//! What people and machines get to see, what the sender does about trouble, and what nobody ever sees.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod cloudevents;
mod discord;
mod every_kind;
mod feishu;
mod leaks;
mod limits;
mod loopback;
mod rendering;
mod rendering_cn;
mod rendering_west;
mod samples;
mod secrets;
mod sending;
mod slack;
mod teams;
mod vendors;
mod wecom;
