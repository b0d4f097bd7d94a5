//! How far the releases of a line are: which is current, which are on their way there, which are leaving, and why.
//!
//! Releases are ordered by their source's creation time, then id, and the family never moves back without a recall.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::ledger::{self, LeavingStage};
use goldcast_domain::policy::{CommitWhen, Descendants, FamilyAtBuild};
use goldcast_domain::{Gather as _, ImageId, Policy, PolicyName, Shared};

use super::View;
use super::family::is_parked;
use super::view::is_in_family;
use crate::catalogue::{Line, Release};

/// How far the releases of one line are.
#[derive(Debug, Default)]
pub(crate) struct Course {
    /// The newest release that people launch by its family, by position.
    pub(crate) current: Option<usize>,
    /// Releases on their way to being current.
    pub(crate) candidates: BTreeSet<ImageId>,
    /// Releases that are leaving, and why.
    pub(crate) leaving: BTreeMap<ImageId, Cause>,
    /// Releases that all has been taken back of.
    pub(crate) gone: BTreeSet<ImageId>,
    /// Releases that were built from a recalled one and are only reported, with that one's name.
    pub(crate) tainted: BTreeMap<ImageId, String>,
}

/// Why a release leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A person took it back, and why.
    Recalled(String),
    /// The policy keeps fewer releases, or none so old.
    Retired,
}

impl Course {
    /// The courses of all lines.
    pub(super) fn of_all<'a>(view: &View<'a>) -> BTreeMap<&'a PolicyName, Self> {
        let (recalled, tainted) = recalls(view);
        view.lines()
            .iter()
            .map(|line| {
                let of_line = |release: &Release<'_>| recalled.get(&release.source_id).cloned();
                let leaving = line.releases.iter().filter_map(|release| {
                    let why = of_line(release)?;
                    Some((release.source_id.clone(), Cause::Recalled(why)))
                });
                let mut course = Self {
                    leaving: leaving.gather(),
                    tainted: tainted.clone(),
                    ..Self::default()
                };
                course.run(view, line);
                (&line.policy.name, course)
            })
            .gather()
    }

    /// Whether this release is neither leaving nor gone.
    pub(crate) fn lives(&self, release: &Release<'_>) -> bool {
        !self.leaving.contains_key(&release.source_id) && !self.gone.contains(&release.source_id)
    }

    fn run<'a>(&mut self, view: &View<'a>, line: &Line<'a>) {
        for release in &line.releases {
            let is_gone = release.leaving().is_some_and(|note| note.stage == LeavingStage::Gone);
            if is_gone && !self.leaving.contains_key(&release.source_id) {
                self.gone.insert(release.source_id.clone());
            }
        }
        self.current = line
            .releases
            .iter()
            .rposition(|release| self.lives(release) && is_released(view, line.policy, release));
        if let Some(current) = self.current {
            self.retire(view, line, current);
        }
        let newest = line.releases.iter().rfind(|release| self.lives(release));
        let after = self.current.unwrap_or_default();
        let candidates: BTreeSet<_> = line.releases[after..]
            .iter()
            .filter(|release| self.lives(release) && !is_complete(view, line.policy, release))
            .filter(|release| {
                newest.is_some_and(|newest| newest.source_id == release.source_id)
                    || release.copies.values().any(|copy| copy.is_being_made())
                    || is_everywhere(view, line.policy, release)
            })
            .map(|release| release.source_id.clone())
            .gather();
        self.candidates = candidates;
    }

    /// Of the releases older than the current one, the newest that were released stay, the others are retired; so is
    /// whatever is too old, and whatever was overtaken before it was released.
    fn retire<'a>(&mut self, view: &View<'a>, line: &Line<'a>, current: usize) {
        let policy = line.policy;
        if policy.keep.is_none() && policy.max_age.is_none() {
            return;
        }
        let mut room = policy.keep.map_or(usize::MAX, |keep| keep.saturating_sub(1));
        for release in line.releases[..current]
            .iter()
            .rev()
            .filter(|r| has_more_than_a_source(r))
        {
            if !self.lives(release) {
                continue;
            }
            let in_family = release.everything().any(|image| is_in_family(policy, image));
            let was_released = in_family || was_parked(release);
            let is_old = policy.max_age.is_some_and(|age| age.after(release.created) < view.now);
            if was_released && !is_old && room > 0 {
                room -= 1;
            } else {
                self.leaving.insert(release.source_id.clone(), Cause::Retired);
            }
        }
    }
}

/// Releases that are taken back, by a tag on one of their images or with the release that they were built from; and those
/// that were built from one and are only reported.
fn recalls(view: &View<'_>) -> (BTreeMap<ImageId, String>, BTreeMap<ImageId, String>) {
    let all = || {
        view.lines()
            .iter()
            .flat_map(|line| line.releases.iter().map(move |release| (line, release)))
    };
    let mut recalled: BTreeMap<ImageId, String> = all()
        .filter_map(|(_, release)| Some((release.source_id.clone(), release.recall_tag()?.to_owned())))
        .gather();
    let mut tainted = BTreeMap::new();
    // A generation a turn; there are never more generations than releases.
    for _ in 0..all().count() {
        let before = recalled.len();
        for (line, release) in all() {
            let parent = release.source.and_then(|source| source.tags.get(ledger::PARENT));
            let Some(parent) = parent.filter(|_| !recalled.contains_key(&release.source_id)) else {
                continue;
            };
            let is_parent = |other: &Release<'_>| {
                recalled.contains_key(&other.source_id)
                    && (other.name == parent || other.everything().any(|image| image.at.image.as_str() == parent))
            };
            let Some((_, bad)) = all().find(|(_, other)| is_parent(other)) else {
                continue;
            };
            match line.policy.recall.descendants {
                Descendants::Recall => {
                    recalled.insert(release.source_id.clone(), format!("built from {}", bad.name));
                }
                Descendants::Report => {
                    tainted.insert(release.source_id.clone(), bad.name.to_owned());
                }
            }
        }
        if recalled.len() == before {
            break;
        }
    }
    (recalled, tainted)
}

/// Whether people launch this release by its family, as far as the policy asks for.
fn is_released<'a>(view: &View<'a>, policy: &'a Policy, release: &Release<'a>) -> bool {
    let in_family = |region| {
        view.image_in(policy, release, region)
            .is_some_and(|image| is_in_family(policy, image))
    };
    let mut count = view
        .required(policy, release)
        .filter(|region| in_family(region))
        .count();
    // Where the policy holds what a builder put into the family, the source alone says nothing.
    let held = policy.family_at_build == FamilyAtBuild::Hold;
    if held && !release.copies.values().any(|copy| is_in_family(policy, copy)) {
        count = 0;
    }
    match policy.commit.when {
        CommitWhen::AllRegions => {
            count > 0 && (has_waited_enough(view, policy, release) || is_complete(view, policy, release))
        }
        CommitWhen::PerRegion => count > 0,
        CommitWhen::Quorum(quorum) => count >= quorum.min(view.required(policy, release).count()),
    }
}

/// Whether it is in the family in every region.
fn is_complete<'a>(view: &View<'a>, policy: &'a Policy, release: &Release<'a>) -> bool {
    view.required(policy, release).all(|region| {
        view.image_in(policy, release, region)
            .is_some_and(|image| is_in_family(policy, image))
    })
}

fn is_everywhere<'a>(view: &View<'a>, policy: &'a Policy, release: &Release<'a>) -> bool {
    view.required(policy, release)
        .all(|region| view.image_in(policy, release, region).is_some())
}

/// Whether regions that are still not staged are left out.
pub(crate) fn has_waited_enough(view: &View<'_>, policy: &Policy, release: &Release<'_>) -> bool {
    let patience = policy.commit.give_up_after;
    patience.is_some_and(|patience| patience.after(release.created) <= view.now)
}

/// Whether a copy stands aside. Copies go into a family at the commit and nowhere before, so it was released once; its note
/// alone would not tell, for what was never released is noted too when it is retired.
fn was_parked(release: &Release<'_>) -> bool {
    let mut copies = release
        .everything()
        .filter(|image| release.source.is_none_or(|source| source.at != image.at));
    copies.any(|copy| copy.family.as_ref().is_some_and(is_parked))
}

/// Whether there is anything to take back: a source that nobody else has is its builder's business.
fn has_more_than_a_source(release: &Release<'_>) -> bool {
    release
        .source
        .is_none_or(|source| source.shared != Shared::No || source.family.is_some())
        || release.everything().nth(1).is_some()
        || release.leaving().is_some()
}
