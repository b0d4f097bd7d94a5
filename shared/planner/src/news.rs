//! What is true that people should know. State, not activity: whoever announces compares it with what was told before.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, FamilyName, Gather as _, Image, ImageId, ImageRef, PolicyFile, PolicyName, RegionId};
use jiff::Timestamp;

use crate::catalogue::{Line, Release};
use crate::rules::{Cause, View, WayNow, is_in_family, rival};
use crate::{Observed, Reading};

/// A release that people can launch by its family in every region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The policy.
    pub policy: PolicyName,
    /// The family it is launched by.
    pub family: FamilyName,
    /// The release: the name of its source.
    pub release: String,
    /// The source; the ledger notes there who was told.
    pub source: ImageRef,
    /// The marks on the source of who was told what.
    pub told: String,
    /// Whether it is a paid image: who launches it pays for it.
    pub is_paid: bool,
    /// Its images, home first.
    pub images: Vec<RegionImage>,
    /// Everyone who has it.
    pub accounts: BTreeSet<AccountId>,
}

/// A release's image in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionImage {
    /// The region.
    pub region: RegionId,
    /// The image there.
    pub image: ImageId,
    /// Accounts that it is granted to, where that is known.
    pub accounts: Option<usize>,
}

/// The current release of every policy in scope, where its family really resolves to it.
pub fn news(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> Vec<News> {
    let view = View::new(policy, observed, now);
    let lines = view.lines().iter().filter(|line| view.covers_line(line));
    lines
        .filter_map(|line| {
            let current = view.current(line)?;
            let source = current.source?;
            let images = view.launched(line.policy, current);
            let images: Vec<_> = images.filter(|image| is_in_family(line.policy, image)).collect();
            let resolves = images.iter().all(|image| {
                let asked = observed
                    .resolved
                    .get(&(image.at.region.clone(), line.policy.family.clone()));
                rival(&view, line, current, image).is_none()
                    && asked.is_none_or(|reading| *reading == Reading::Known(Some(image.at.image.clone())))
            });
            resolves.then(|| about(&view, line, (current, source), &images))
        })
        .collect()
}

fn about<'a>(view: &View<'a>, line: &Line<'a>, (current, source): (&Release<'a>, &Image), images: &[&Image]) -> News {
    let holders: Vec<_> = images.iter().map(|image| holders(view, line, image)).collect();
    let told = source.tags.get(goldcast_domain::ledger::TOLD).cloned();
    News {
        policy: line.policy.name.clone(),
        family: line.policy.family.clone(),
        release: current.name.to_owned(),
        source: source.at.clone(),
        told: told.unwrap_or_default(),
        is_paid: source.is_paid,
        accounts: holders.iter().flatten().flatten().copied().cloned().gather(),
        images: images
            .iter()
            .zip(&holders)
            .map(|(image, holders)| RegionImage {
                region: image.at.region.clone(),
                image: image.at.image.clone(),
                accounts: holders.as_ref().map(BTreeSet::len),
            })
            .collect(),
    }
}

/// Everyone who has an image, by grant or from its shelf, where that is known.
fn holders<'v>(view: &'v View<'_>, line: &Line<'_>, image: &Image) -> Option<BTreeSet<&'v AccountId>> {
    let mut holders: BTreeSet<&AccountId> = view.seen.grants_of(image)?.iter().gather();
    let on_shelf = view
        .sharing(image)
        .is_some_and(|sharing| matches!(sharing.way, WayNow::Shelf { joined: true }));
    if on_shelf {
        holders.extend(
            view.roll(line.policy)
                .into_iter()
                .flat_map(|roll| roll.wanted.iter().copied()),
        );
    }
    Some(holders)
}

/// A release that was taken back: nobody launches it by its family any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecallNews {
    /// The policy.
    pub policy: PolicyName,
    /// The family it was launched by.
    pub family: FamilyName,
    /// The release: the name of its source.
    pub release: String,
    /// The image that speaks for it: the ledger notes there who was told.
    pub source: ImageRef,
    /// The marks on that image of who was told what.
    pub told: String,
    /// Why, in the words of whoever took it back.
    pub why: String,
    /// The release that the family resolves to now, if any.
    pub instead: Option<String>,
    /// Its images, home first.
    pub images: Vec<ImageRef>,
}

/// Releases that were taken back and are parked in every region that was read.
pub fn recalls(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> Vec<RecallNews> {
    let view = View::new(policy, observed, now);
    let mut recalls = Vec::new();
    for line in view.lines().iter().filter(|line| view.covers_line(line)) {
        let Some(course) = view.course(line) else { continue };
        for release in &line.releases {
            let (Some(Cause::Recalled(why)), Some(speaker)) =
                (course.leaving.get(&release.source_id), release.speaker())
            else {
                continue;
            };
            if release.everything().any(|image| is_in_family(line.policy, image)) {
                continue;
            }
            recalls.push(RecallNews {
                policy: line.policy.name.clone(),
                family: line.policy.family.clone(),
                release: release.name.to_owned(),
                source: speaker.at.clone(),
                told: speaker
                    .tags
                    .get(goldcast_domain::ledger::TOLD)
                    .cloned()
                    .unwrap_or_default(),
                why: why.clone(),
                instead: view.current(line).map(|current| current.name.to_owned()),
                images: release.everything().map(|image| image.at.clone()).collect(),
            });
        }
    }
    recalls
}
