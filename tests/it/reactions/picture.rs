//! What there is of ours in the simulated cloud at one moment, to be compared. Not here: how it came about.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, RegionId};
use goldcast_emulator::cloud::{Entity, Role, ShareStatus};
use goldcast_tests::Stage;

/// An image: region, name, status, family and who can launch it.
type Seen = (RegionId, String, String, Option<String>, BTreeSet<AccountId>);

/// All there is of ours, as far as it does not depend on how often something was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    images: BTreeSet<Seen>,
    /// Region, name, number of images and targets.
    shelves: BTreeSet<(RegionId, String, usize, Vec<String>)>,
    snapshots: BTreeMap<RegionId, usize>,
    trust: Option<String>,
}

impl Picture {
    /// Names of the images outside of one region.
    pub(super) fn names_beside(&self, region: &str) -> BTreeSet<(&RegionId, &str)> {
        let images = self.images.iter().map(|image| (&image.0, image.1.as_str()));
        images.filter(|(at, _)| at.as_str() != region).collect()
    }

    /// What is there and should not be, and what should be there and is not.
    pub(super) fn differences(&self, wanted: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        differences.extend(
            self.images
                .difference(&wanted.images)
                .map(|image| format!("too much: {image:?}")),
        );
        differences.extend(
            wanted
                .images
                .difference(&self.images)
                .map(|image| format!("too little: {image:?}")),
        );
        differences.extend(
            self.shelves
                .difference(&wanted.shelves)
                .map(|shelf| format!("too much: {shelf:?}")),
        );
        differences.extend(
            wanted
                .shelves
                .difference(&self.shelves)
                .map(|shelf| format!("too little: {shelf:?}")),
        );
        if self.snapshots != wanted.snapshots {
            differences.push(format!("snapshots {:?}, not {:?}", self.snapshots, wanted.snapshots));
        }
        if self.trust != wanted.trust {
            differences.push(format!("trust {:?}, not {:?}", self.trust, wanted.trust));
        }
        differences
    }

    pub(super) fn of(stage: &Stage) -> Self {
        let owner = &stage.policy.owner.account;
        stage.cloud(|cloud, _| {
            let mut picture = Self {
                images: BTreeSet::new(),
                shelves: BTreeSet::new(),
                snapshots: BTreeMap::new(),
                trust: cloud.trust_document(owner, Role::SHARE_ENCRYPTED).map(str::to_owned),
            };
            for region in everywhere() {
                for image in cloud.images(owner, &region) {
                    let launchers = cloud.launchers(&region, &image.id);
                    let status = format!("{:?}", image.status);
                    let image = (
                        region.clone(),
                        image.name.clone(),
                        status,
                        image.family.clone(),
                        launchers,
                    );
                    picture.images.insert(image);
                }
                for share in cloud
                    .resource_shares(&region)
                    .filter(|share| share.status == ShareStatus::Active)
                {
                    let held = share
                        .associations
                        .iter()
                        .filter(|(_, association)| association.is_in_force());
                    let (images, targets): (Vec<_>, Vec<_>) = held
                        .map(|(entity, _)| entity)
                        .partition(|entity| matches!(entity, Entity::Image(_)));
                    let targets = targets.iter().map(|target| target.id().to_owned()).collect();
                    picture
                        .shelves
                        .insert((region.clone(), share.name.clone(), images.len(), targets));
                }
                picture
                    .snapshots
                    .insert(region.clone(), cloud.snapshots(&region).count());
            }
            picture
        })
    }

    pub(super) fn launchers(&self) -> BTreeSet<AccountId> {
        self.images.iter().flat_map(|image| &image.4).cloned().collect()
    }
}

/// The regions of every life.
pub(super) fn everywhere() -> impl Iterator<Item = RegionId> {
    [
        "cn-hangzhou",
        "cn-shanghai",
        "ap-southeast-1",
        "eu-central-1",
        "cn-beijing",
    ]
    .into_iter()
    .map(|region| region.parse().unwrap())
}
