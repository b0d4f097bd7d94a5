//! Image pipelines: a description of an image, and executions that make it, copy it and share it
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createimagepipeline>). What is built
//! on the way is not simulated: build and test contents are kept and never run.

mod components;
mod executions;
mod operations;
mod render;

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;

use super::Tags;
use super::image::Image;
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Rows in a page by token.
const ROWS_PER_PAGE: std::ops::RangeInclusive<usize> = 1..=500;
/// Rows in a page when none is asked for.
const ROWS_DEFAULT: usize = 50;
/// Bytes of a build or test content.
const CONTENT_BYTES_MAX: usize = 16 * 1024;

/// A pipeline.
#[derive(Debug, Clone)]
struct Pipeline {
    /// `ip-…`.
    id: String,
    region: RegionId,
    owner: AccountId,
    created: Timestamp,
    /// What it was made with; nothing changes it.
    params: Params,
    tags: Tags,
    resource_group: String,
    /// The image that it starts from, as it was found.
    base: Image,
    accounts: Vec<AccountId>,
    regions: Vec<RegionId>,
}

/// A building block of builds.
#[derive(Debug, Clone)]
struct Component {
    /// `ic-…`.
    id: String,
    region: RegionId,
    owner: AccountId,
    created: Timestamp,
    params: Params,
    tags: Tags,
    resource_group: String,
}

/// Where an execution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Preparing,
    Repairing,
    Building,
    Testing,
    Distributing,
    Releasing,
    Success,
    PartitionSuccess,
    Failed,
    Cancelling,
    Cancelled,
}

impl Phase {
    /// The word on the wire.
    fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "PREPARING",
            Self::Repairing => "REPAIRING",
            Self::Building => "BUILDING",
            Self::Testing => "TESTING",
            Self::Distributing => "DISTRIBUTING",
            Self::Releasing => "RELEASING",
            Self::Success => "SUCCESS",
            Self::PartitionSuccess => "PARTITION_SUCCESS",
            Self::Failed => "FAILED",
            Self::Cancelling => "CANCELLING",
            Self::Cancelled => "CANCELLED",
        }
    }

    fn is_final(self) -> bool {
        matches!(
            self,
            Self::Success | Self::PartitionSuccess | Self::Failed | Self::Cancelled
        )
    }

    fn can_be_cancelled(self) -> bool {
        matches!(self, Self::Preparing | Self::Repairing | Self::Building)
    }
}

/// One run of a pipeline.
#[derive(Debug, Clone)]
struct Execution {
    /// `exec-…`.
    id: String,
    pipeline: Pipeline,
    created: Timestamp,
    modified: Timestamp,
    tags: Tags,
    phase: Phase,
    /// When to look at it next; a final one is not looked at.
    due: Timestamp,
    /// The image, from `BUILDING` on.
    image: Option<ImageId>,
    /// Its copies in other regions.
    copies: Vec<(RegionId, ImageId)>,
    error: &'static str,
}

/// Everything about pipelines, in all regions.
#[derive(Debug, Clone, Default)]
pub(super) struct Pipelines {
    described: BTreeMap<String, Pipeline>,
    executions: BTreeMap<String, Execution>,
    components: BTreeMap<String, Component>,
}

impl Pipelines {
    /// When an execution has to be looked at.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let running = self.executions.values().filter(|execution| !execution.phase.is_final());
        running.map(|execution| execution.due).min()
    }
}

/// 404 for something that a call names; the codes follow the pattern of ECS and are not documented.
fn not_found(what: &str) -> Refusal {
    Refusal::new(
        http::StatusCode::NOT_FOUND,
        format!("Invalid{what}.NotFound"),
        format!("The specified {what} does not exist."),
    )
}

/// Refuses a content that is too long, a list with too many items, and a number out of range.
fn check_sizes(params: &Params, contents: &[&str], lists: &[&str]) -> Result<(), Refusal> {
    let refuse = |name: &str| Refusal::bad_request("InvalidParameter", format!("The specified {name} is too long."));
    for name in contents {
        if params
            .get(name)
            .is_some_and(|content| content.len() > CONTENT_BYTES_MAX)
        {
            return Err(refuse(name));
        }
    }
    for name in lists {
        if params.list(name).len() > LIST_MAX {
            return Err(refuse(name));
        }
    }
    Ok(())
}

/// Accounts and regions of one pipeline, and ids in one call.
const LIST_MAX: usize = 20;
