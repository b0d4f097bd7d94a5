//! The story's stage directions: waiting until something has come true, within bounds, and saying what is the case when
//! it has not. Not here: what happens in it (see `acts`).

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use goldcast_domain::{AccountId, ImageId};
use goldcast_emulator::world::View;
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use super::cast::Cast;
use super::diagnosis;
use super::narrator::Narrator;
use super::picture::{Part, picture, resolved};
use super::progress::Spinner;
use crate::stage::{People, Stage};

/// Simulated time that one wait may take: twice the longest copy there is here, made once more after a failure.
const WAIT_MAX: SignedDuration = SignedDuration::from_mins(45);
/// Real time that functions may take in one wait on top of its pace, on a slow machine.
const WORK_MAX: Duration = Duration::from_mins(1);

/// A story being told.
#[derive(Debug)]
pub(crate) struct Story<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) people: &'a People,
    pub(crate) cast: &'a Cast<'a>,
    pub(crate) narrator: &'a Narrator,
    pub(crate) speed: NonZeroU32,
}

/// What has come true so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plot {
    /// The releases that the pipeline has begun, in their order.
    pub(crate) releases: Vec<Release>,
    /// The account that joined.
    pub(crate) joined: Option<AccountId>,
    /// The account that left.
    pub(crate) left: Option<(AccountId, String)>,
    /// The recall of the last release.
    pub(crate) recall: Option<Recall>,
}

/// A release of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    /// What the pipeline calls it.
    pub(crate) name: String,
    /// The image that the pipeline built.
    pub(crate) source: ImageId,
    /// The accounts that could launch it as soon as it was released.
    pub(crate) launchers: Option<BTreeSet<AccountId>>,
}

/// A recall that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recall {
    /// When the tag was written.
    pub(crate) asked: Timestamp,
    /// When the release was parked everywhere.
    pub(crate) parked: Option<Timestamp>,
    /// Messages before it.
    pub(crate) since: usize,
}

/// The story did not go on.
#[derive(Debug)]
pub(crate) struct Setback {
    /// What should have come true.
    pub(crate) expected: String,
    /// What is the case, line by line.
    pub(crate) case: Vec<String>,
}

impl Story<'_> {
    /// Lets time pass until the condition holds. Whoever watches sees what is waited for.
    pub(crate) async fn until(
        &self,
        expected: &str,
        releases: &[&Release],
        condition: impl Fn(&View<'_>) -> bool,
    ) -> Result<Timestamp, Setback> {
        let _spinner = Spinner::begin(self.narrator, expected);
        self.until_shown(expected, releases, condition).await
    }

    /// The same for a wait that is shown otherwise.
    pub(crate) async fn until_shown(
        &self,
        expected: &str,
        releases: &[&Release],
        condition: impl Fn(&View<'_>) -> bool,
    ) -> Result<Timestamp, Setback> {
        let paced = Duration::try_from(WAIT_MAX).unwrap_or_default() / self.speed.get();
        let world = &self.stage.world;
        let why = match timeout(paced + WORK_MAX, world.run_until(WAIT_MAX, condition)).await {
            Ok(Ok(())) => return Ok(world.now()),
            Ok(Err(timed_out)) => timed_out.to_string(),
            Err(_) => format!("waited {} real seconds", (paced + WORK_MAX).as_secs()),
        };
        let pictures: Vec<_> = releases
            .iter()
            .map(|release| (release.name.as_str(), self.picture(release)))
            .collect();
        Err(Setback {
            expected: expected.to_owned(),
            case: diagnosis::case(world, why, &pictures),
        })
    }

    /// How a release stands now.
    pub(crate) fn picture(&self, release: &Release) -> Vec<Part> {
        self.stage.world.read(|view| self.pictured(view, release))
    }

    /// How a release stands in this view.
    pub(crate) fn pictured(&self, view: &View<'_>, release: &Release) -> Vec<Part> {
        picture(view, self.cast, &self.stage.organisation.owner, &release.source)
    }

    /// Whether the family resolves to this release in every region, or to nothing in any.
    pub(crate) fn resolves_to(&self, view: &View<'_>, release: Option<&Release>) -> bool {
        let wanted = release.map(|release| release.source.clone());
        resolved(view, self.cast, &self.stage.organisation.owner) == BTreeSet::from([wanted])
    }

    /// The messages so far.
    pub(crate) fn told(&self) -> usize {
        self.stage.world.read(|view| view.messages.len())
    }

    /// The calls so far.
    pub(crate) fn calls(&self) -> usize {
        self.stage.world.read(|view| view.cloud.calls().len())
    }

    /// The function that carried out the last call of this operation after so many calls; `None` if none did.
    pub(crate) fn doer_since(&self, calls: usize, action: &str) -> Option<String> {
        self.stage.world.read(|view| {
            let calls = view.cloud.calls().iter().skip(calls).rev();
            let mut done = calls.filter(|call| call.action == action && call.succeeded());
            done.find_map(|call| call.caller.as_ref()?.session.clone())
        })
    }

    /// The function that carried out the last call of this operation.
    pub(crate) fn doer(&self, action: &str) -> String {
        let doer = self.doer_since(0, action);
        doer.unwrap_or_else(|| "a function".to_owned())
    }
}

/// A person's call that failed is as good a reason to stop as a wait that was in vain.
pub(crate) fn refused(what: &str, error: impl std::error::Error) -> Setback {
    Setback {
        expected: what.to_owned(),
        case: vec![error.to_string()],
    }
}
