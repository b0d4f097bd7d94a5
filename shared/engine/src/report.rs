//! What a run did: the answer of a function, the last log line, and the scope that it hands to the sweep.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_cloud::{CallError, Class};
use goldcast_domain::{ImageRef, PolicyName, RegionId, Scope};
use goldcast_planner::{Action, Block, Planned, Wait};
use serde::Serialize;

/// Lines of one kind that an answer carries; the rest is counted. An asynchronous destination takes 64 KB
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation>).
const LINES_MAX: usize = 20;
/// What the cloud answers where a shared image cannot change its family.
const FAMILY_LOCKED: &str = "ImageUseShared";

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Where it looked.
    pub scopes: Vec<Scope>,
    /// Actions carried out, by name.
    pub done: BTreeMap<&'static str, u32>,
    /// What the last plan waits for.
    pub waits: Vec<Wait>,
    /// What the last plan forbids.
    pub blocks: Vec<Block>,
    /// Actions that did not work, and facts that could not be had.
    pub failures: Vec<Failure>,
    /// Calls that read.
    pub reads: u64,
    /// Calls that wrote.
    pub writes: u64,
    /// Messages that were delivered.
    pub told: u32,
    /// Messages that were not, each with why.
    pub untold: Vec<String>,
    /// What the sweep must look at: only it may go on from here, or speak.
    pub wake: BTreeSet<WakeScope>,
    /// Whether the deadline ended the run before its work did.
    pub stopped_early: bool,
    /// Whether the function's keys have expired: only a fresh instance gets new ones.
    pub keys_expired: bool,
    /// Sources of the releases that were committed.
    pub(crate) committed: BTreeSet<ImageRef>,
}

/// A scope that has an order, so that a set of them is stable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WakeScope(pub Scope);

impl PartialOrd for WakeScope {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for WakeScope {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.to_string().cmp(&other.0.to_string())
    }
}

/// Something that did not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The action or the question.
    pub what: String,
    /// What the cloud said.
    pub why: String,
    /// The cloud's error code, or `no-answer`.
    pub code: String,
    /// What a person should do.
    #[serde(rename = "to_do")]
    pub advice: String,
    /// Whether trying again can help.
    pub retry: bool,
    /// The policy it concerns.
    pub policy: Option<PolicyName>,
    /// The release it concerns.
    pub release: Option<String>,
    /// Where.
    pub region: Option<RegionId>,
}

impl Report {
    /// Whether the platform should call again: something failed that can work the next time.
    pub fn wants_retry(&self) -> bool {
        self.stopped_early || self.failures.iter().any(|failure| failure.retry)
    }

    /// Notes something that did not work.
    pub(crate) fn fail(&mut self, error: &CallError, failure: Failure) {
        self.keys_expired |= error.is_token_expired();
        self.failures.push(failure);
    }

    /// Adds another run of the same invocation.
    pub fn merge(&mut self, other: Self) {
        self.scopes.extend(other.scopes);
        for (name, count) in other.done {
            *self.done.entry(name).or_default() += count;
        }
        self.waits.extend(other.waits);
        self.blocks.extend(other.blocks);
        self.failures.extend(other.failures);
        self.reads += other.reads;
        self.writes += other.writes;
        self.told += other.told;
        self.untold.extend(other.untold);
        self.wake.extend(other.wake);
        self.stopped_early |= other.stopped_early;
        self.keys_expired |= other.keys_expired;
    }

    /// The function's answer: counts first, then lines, never more than a destination takes.
    pub fn answer(&self) -> impl Serialize + use<> {
        let lines = |texts: &mut dyn Iterator<Item = String>| texts.take(LINES_MAX).collect::<Vec<_>>();
        serde_json::json!({
            "done": self.done,
            "reads": self.reads,
            "writes": self.writes,
            "told": self.told,
            "waits": lines(&mut self.waits.iter().map(ToString::to_string)),
            "blocks": lines(&mut self.blocks.iter().map(ToString::to_string)),
            "failures": lines(&mut self.failures.iter().map(|failure| format!("{}: {}", failure.what, failure.why))),
            "untold": lines(&mut self.untold.iter().cloned()),
            "stopped_early": self.stopped_early,
            "wake": !self.wake.is_empty(),
            "scopes": self.wake.iter().map(|wake| &wake.0).collect::<Vec<_>>(),
        })
    }
}

impl Failure {
    /// A question that was not answered.
    pub(crate) fn of_call(error: &CallError, what: String) -> Self {
        Self {
            what,
            why: error.to_string(),
            code: error
                .refusal()
                .map_or_else(|| "no-answer".to_owned(), |refusal| refusal.code.clone()),
            advice: error
                .advice()
                .unwrap_or("look up the error code, or open a ticket with the request id")
                .to_owned(),
            retry: match error.class() {
                Class::Retryable | Class::Throttled { .. } => true,
                Class::Permanent | Class::AlreadySo => false,
            },
            policy: None,
            release: None,
            region: error.call.region.as_ref().and_then(|region| region.parse().ok()),
        }
    }

    /// An action that did not work.
    pub(crate) fn of_action(error: &CallError, planned: &Planned) -> Self {
        let failure = Self::of_call(error, planned.action.to_string());
        let moves = matches!(planned.action, Action::SetFamily { .. } | Action::Park { .. });
        Self {
            advice: if moves && error.is_code(FAMILY_LOCKED) {
                "set families-move-while-shared = false under [limits] of the policy".to_owned()
            } else {
                failure.advice
            },
            policy: Some(planned.policy.clone()),
            release: Some(planned.release.clone()),
            region: Some(planned.action.region().clone()),
            ..failure
        }
    }
}
