//! Releases that people can launch, and who can.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, FamilyName, Gather as _, Image, ImageId, ImageRef, PolicyFile, PolicyName, RegionId};
use jiff::Timestamp;

use crate::catalogue::{Line, Release};
use crate::rules::{View, WayNow, is_in_family, rival};
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
    /// The source.
    pub source: ImageRef,
    /// Whether it is a paid image: who launches it pays for it.
    pub is_paid: bool,
    /// Its images, home first.
    pub images: Vec<RegionImage>,
    /// Everyone who has it somewhere.
    pub accounts: BTreeSet<AccountId>,
    /// Everyone who has it in every region, as far as that is known everywhere.
    pub everywhere: BTreeSet<AccountId>,
}

/// A release's image in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionImage {
    /// The region.
    pub region: RegionId,
    /// The image there.
    pub image: ImageId,
    /// Whether it is encrypted, which whoever launches it has to say.
    pub is_encrypted: bool,
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
    News {
        policy: line.policy.name.clone(),
        family: line.policy.family.clone(),
        release: current.name.to_owned(),
        source: source.at.clone(),
        is_paid: source.is_paid,
        accounts: holders.iter().flatten().flatten().copied().cloned().gather(),
        everywhere: in_all(&holders),
        images: images
            .iter()
            .zip(&holders)
            .map(|(image, holders)| RegionImage {
                region: image.at.region.clone(),
                image: image.at.image.clone(),
                is_encrypted: image.is_encrypted(),
                accounts: holders.as_ref().map(BTreeSet::len),
            })
            .collect(),
    }
}

/// Everyone who is in all of these sets; nobody if one of them is not known.
fn in_all(holders: &[Option<BTreeSet<&AccountId>>]) -> BTreeSet<AccountId> {
    let mut sets = holders.iter();
    let Some(Some(first)) = sets.next() else {
        return BTreeSet::new();
    };
    let rest: Vec<_> = sets.collect();
    let has_all = |account: &&&AccountId| {
        rest.iter()
            .all(|holders| holders.as_ref().is_some_and(|holders| holders.contains(**account)))
    };
    first.iter().filter(has_all).copied().cloned().gather()
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
