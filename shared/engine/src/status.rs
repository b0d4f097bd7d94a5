//! Everything at a glance, as one object for machines: releases, what they wait for and what forbids them, channels. The
//! command line and the status function give the same. Not here: words for people, and how an object is sent.
//!
//! It names accounts by number only, and holds no address and no secret of a channel.

use std::num::NonZeroU64;

use goldcast_cloud::{Deadline, Transport};
use goldcast_domain::{PolicyFile, Scope};
use goldcast_planner::{Block, Observed, PolicyOverview, Wait, overview};
use jiff::Timestamp;
use serde::Serialize;

use crate::announce::ChannelStanding;
use crate::report::Failure;
use crate::run::{Engine, Finished};

/// What one look has brought, and how the channels stand.
#[derive(Debug)]
pub struct Looked {
    /// When it was looked.
    pub at: Timestamp,
    /// What was seen, and the plan for it.
    pub finished: Finished,
    /// How the channels stand, as their objects say.
    pub channels: Vec<ChannelStanding>,
}

/// Everything at a glance. Its members are an interface: scripts and dashboards read them.
#[derive(Debug, Serialize)]
pub struct Status<'a> {
    /// When it was looked; an answer may be a few seconds old.
    pub looked_at: Timestamp,
    /// The version of goldcast.
    pub version: &'static str,
    /// The serial of the policy in force, if it has one.
    pub serial: Option<NonZeroU64>,
    /// Whether everything that was asked was answered. If not, `failures` says what was not, and what depends on it is null or
    /// `unread`.
    pub whole: bool,
    /// The policies with their releases, by name.
    pub policies: Vec<PolicyOverview<'a>>,
    /// What has to happen by itself first.
    pub waits: Vec<Said<'a, Wait>>,
    /// What a person must solve.
    pub blocks: Vec<Said<'a, Block>>,
    /// How many actions are due; the sweep takes them.
    pub due: usize,
    /// What could not be read.
    pub failures: &'a [Failure],
    /// How each channel stands.
    pub channels: &'a [ChannelStanding],
    /// Calls that read.
    pub reads: u64,
    /// Calls that wrote: a look makes none.
    pub writes: u64,
}

/// A wait or a block as data, and in words.
#[derive(Debug, Serialize)]
pub struct Said<'a, T> {
    /// The data.
    #[serde(flatten)]
    pub fact: &'a T,
    /// The same in words.
    pub says: String,
    /// What a person should do about it, where it does not pass by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_do: Option<String>,
}

impl<T: Transport> Engine<T> {
    /// Looks at everything and at how the channels stand, and changes nothing.
    pub async fn status(&self, deadline: Deadline) -> Looked {
        let (at, earlier) = (self.now(), self.client.calls());
        let mut finished = self.look(Scope::Everything, deadline).await;
        let channels = self.channels(deadline).await;
        let calls = self.client.calls().since(&earlier);
        (finished.report.reads, finished.report.writes) = (calls.reads(), calls.writes());
        Looked { at, finished, channels }
    }
}

impl Looked {
    /// Everything at a glance; `file` is the policy that it was looked with.
    pub fn status<'a>(&'a self, file: &'a PolicyFile) -> Status<'a> {
        let Finished { report, seen, plan } = &self.finished;
        let waits = plan.waits.iter().map(|wait| Said {
            fact: wait,
            says: wait.kind.to_string(),
            to_do: None,
        });
        let blocks = plan.blocks.iter().map(|block| Said {
            fact: block,
            says: block.kind.to_string(),
            to_do: Some(block.kind.fix()),
        });
        Status {
            looked_at: self.at,
            version: env!("CARGO_PKG_VERSION"),
            serial: file.serial,
            whole: seen.is_whole() && report.failures.is_empty(),
            policies: overview(file, seen, self.at),
            waits: waits.collect(),
            blocks: blocks.collect(),
            due: plan.actions.len(),
            failures: &report.failures,
            channels: &self.channels,
            reads: report.reads,
            writes: report.writes,
        }
    }

    /// Why nothing can be said: no region of the policy answered. What the cloud said about one of them.
    pub fn blindness(&self) -> Option<&Failure> {
        let sees_nothing = |seen: &Observed| seen.images.values().all(|reading| reading.known().is_none());
        let first = self.finished.report.failures.first();
        first.filter(|_| sees_nothing(&self.finished.seen))
    }
}
