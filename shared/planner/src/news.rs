//! What is true that people should know. State, not activity: whoever announces compares it with what was told before.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, FamilyName, ImageId, ImageRef, PolicyFile, PolicyName, RegionId};
use jiff::Timestamp;

use crate::rules::{View, rival};
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
    let mut news = Vec::new();
    for line in view.lines().iter().filter(|line| view.covers_line(line)) {
        let Some(current) = view.current(line) else { continue };
        let Some(source) = current.source else { continue };
        let images: Vec<_> = view
            .required(line.policy, current)
            .filter_map(|region| current.image_in(region))
            .collect();
        let resolves = images.iter().all(|image| {
            let asked = observed
                .resolved
                .get(&(image.at.region.clone(), line.policy.family.clone()));
            rival(&view, line, current, image).is_none()
                && asked.is_none_or(|reading| *reading == Reading::Known(Some(image.at.image.clone())))
        });
        if !resolves {
            continue;
        }
        let grants: Vec<_> = images.iter().map(|image| observed.grants_of(image)).collect();
        news.push(News {
            policy: line.policy.name.clone(),
            family: line.policy.family.clone(),
            release: current.name.to_owned(),
            source: source.at.clone(),
            told: source
                .tags
                .get(goldcast_domain::ledger::TOLD)
                .cloned()
                .unwrap_or_default(),
            accounts: grants.iter().flatten().flatten().cloned().collect(),
            images: images
                .iter()
                .zip(grants)
                .map(|(image, grants)| RegionImage {
                    region: image.at.region.clone(),
                    image: image.at.image.clone(),
                    accounts: grants.map(|accounts| accounts.len()),
                })
                .collect(),
        });
    }
    news
}
