//! ECS 2014-05-26 as far as images go. This file holds the state and finds the operation; each operation has its file.

mod access;
mod attribute;
mod copy;
mod create;
mod delete;
mod describe;
mod encryption;
mod families;
mod image;
mod lifecycle;
mod needs;
mod places;
mod render;
mod room;
mod rules;
mod shares;
mod snapshots;
mod tags;
mod tokens;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;
use serde_json::json;

pub use image::{Detection, DetectionItem, Disk, Image, ImageStatus, Snapshot};
pub(crate) use lifecycle::{Finished, SnapshotKind};
pub(crate) use needs::needs;
pub(crate) use types::check as check_types;

use self::image::Work;
use self::tokens::Tokens;
use super::context::{Context, Done, Kind};
use super::organisation::{Instance, Organisation, SystemImage};
use super::refusal::Refusal;

/// Type of an image in audit events.
const IMAGE_TYPE: &str = "ACS::ECS::Image";
/// Type of a snapshot in audit events.
const SNAPSHOT_TYPE: &str = "ACS::ECS::Snapshot";

/// An operation of ECS: what runs it, and whether it changes something.
pub(crate) type Operation = (fn(&mut Ecs, &RegionId, &mut Context<'_>) -> Result<Done, Refusal>, Kind);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CancelCopyImage" => (Ecs::cancel_copy_image, Kind::Write),
        "CopyImage" => (Ecs::copy_image, Kind::Write),
        "CreateImage" => (Ecs::create_image, Kind::Write),
        "DeleteImage" => (Ecs::delete_image, Kind::Write),
        "DeleteSnapshot" => (Ecs::delete_snapshot, Kind::Write),
        "DescribeImageFromFamily" => (Ecs::describe_image_from_family, Kind::Read),
        "DescribeImageSharePermission" => (Ecs::describe_image_share_permission, Kind::Read),
        "DescribeImages" => (Ecs::describe_images, Kind::Read),
        "DescribeInstances" => (Ecs::describe_instances, Kind::Read),
        "DescribeRegions" => (Ecs::describe_regions, Kind::Read),
        "DescribeSnapshots" => (Ecs::describe_snapshots, Kind::Read),
        "ImportImage" => (Ecs::import_image, Kind::Write),
        "ListTagResources" => (Ecs::list_tag_resources, Kind::Read),
        "ModifyImageAttribute" => (Ecs::modify_image_attribute, Kind::Write),
        "ModifyImageSharePermission" => (Ecs::modify_image_share_permission, Kind::Write),
        "TagResources" => (Ecs::tag_resources, Kind::Write),
        "UntagResources" => (Ecs::untag_resources, Kind::Write),
        _ => return None,
    })
}

/// What one region holds.
#[derive(Debug, Clone, Default)]
struct Region {
    images: BTreeMap<ImageId, Image>,
    snapshots: BTreeMap<String, Snapshot>,
}

/// ECS in all regions.
#[derive(Debug, Clone)]
pub(crate) struct Ecs {
    regions: BTreeMap<RegionId, Region>,
    /// Regions that `DescribeRegions` tells of, where not all of them are served.
    visible: Option<BTreeSet<RegionId>>,
    instances: Vec<Instance>,
    /// When an image changes by itself. An entry whose time no longer fits the image is void.
    agenda: BTreeSet<(Timestamp, RegionId, ImageId)>,
    /// Deleted and not yet told of.
    deleted_snapshots: Vec<Snapshot>,
    tokens: Tokens,
}

impl Ecs {
    pub(crate) fn new(organisation: &Organisation) -> Self {
        let known = goldcast_domain::regions::KNOWN
            .iter()
            .filter_map(|id| id.parse::<RegionId>().ok());
        let regions = known.map(|id| {
            let offered = organisation.system_images.iter();
            let images = offered.filter_map(|image| system_image(image, &id, organisation.founded));
            let images = images.map(|image| (image.id.clone(), image)).collect();
            (
                id,
                Region {
                    images,
                    snapshots: BTreeMap::new(),
                },
            )
        });
        Self {
            regions: regions.collect(),
            visible: organisation.visible_regions.clone(),
            instances: organisation.instances.clone(),
            agenda: BTreeSet::new(),
            deleted_snapshots: Vec::new(),
            tokens: Tokens::default(),
        }
    }

    /// The snapshots that were deleted since the last look, for the events that tell of them.
    pub(crate) fn take_deleted_snapshots(&mut self) -> Vec<Snapshot> {
        std::mem::take(&mut self.deleted_snapshots)
    }

    /// Whether there is such a region.
    pub(crate) fn has_region(&self, region: &RegionId) -> bool {
        self.regions.contains_key(region)
    }

    /// All images of a region.
    pub(crate) fn images(&self, region: &RegionId) -> impl Iterator<Item = &Image> {
        self.regions
            .get(region)
            .into_iter()
            .flat_map(|region| region.images.values())
    }

    /// The ids of the snapshots that images of a region are made of.
    fn snapshots_in_use(&self, region: &RegionId) -> BTreeSet<&str> {
        let disks = self.images(region).flat_map(|image| &image.disks);
        disks.map(|disk| disk.snapshot.as_str()).collect()
    }

    /// All snapshots of a region.
    pub(crate) fn snapshots(&self, region: &RegionId) -> impl Iterator<Item = &Snapshot> {
        self.regions
            .get(region)
            .into_iter()
            .flat_map(|region| region.snapshots.values())
    }

    pub(crate) fn image(&self, region: &RegionId, image: &ImageId) -> Option<&Image> {
        self.regions.get(region)?.images.get(image)
    }

    pub(crate) fn image_mut(&mut self, region: &RegionId, image: &ImageId) -> Option<&mut Image> {
        self.regions.get_mut(region)?.images.get_mut(image)
    }

    /// The image that `ImageId` names, if it is the caller's own.
    fn own(&self, region: &RegionId, context: &Context<'_>) -> Result<&Image, Refusal> {
        let id = context.params.required("ImageId")?;
        let image = id.parse().ok().and_then(|id| self.image(region, &id));
        image
            .filter(|image| image.belongs_to(context.account()))
            .ok_or_else(no_such_image)
    }

    /// Like [`Ecs::own`], to be changed.
    fn own_mut(&mut self, region: &RegionId, context: &Context<'_>) -> Result<&mut Image, Refusal> {
        let id = self.own(region, context)?.id.clone();
        self.image_mut(region, &id).ok_or_else(no_such_image)
    }

    /// Puts a new image into its region and its next change on the agenda.
    fn insert(&mut self, image: Image) {
        if let Some(due) = image.due() {
            self.agenda.insert((due, image.region.clone(), image.id.clone()));
        }
        let region = self.regions.entry(image.region.clone()).or_default();
        region.images.insert(image.id.clone(), image);
    }

    /// Refuses a name that an own image of the region has already, whatever its state.
    fn check_name_free(&self, region: &RegionId, account: &AccountId, name: &str) -> Result<(), Refusal> {
        if self
            .images(region)
            .any(|image| image.belongs_to(account) && image.name == name)
        {
            let message = format!("The specified Image name \"{name}\" is already used.");
            return Err(Refusal::bad_request("InvalidImageName.Duplicated", message));
        }
        Ok(())
    }
}

/// 404 for an image.
fn no_such_image() -> Refusal {
    Refusal::not_found("InvalidImageId.NotFound", "The specified ImageId does not exist.")
}

/// The answer of every operation that makes an image.
fn new_image(image: &ImageId) -> Done {
    Done::new(json!({ "ImageId": image })).about([(IMAGE_TYPE, image.to_string())])
}

fn system_image(image: &SystemImage, region: &RegionId, created: Timestamp) -> Option<Image> {
    Some(Image {
        id: image.id.parse().ok()?,
        region: region.clone(),
        owner: None,
        name: image.id.clone(),
        description: String::new(),
        family: None,
        version: String::new(),
        status: ImageStatus::Available,
        usable: true,
        created,
        is_copied: false,
        tags: BTreeMap::new(),
        disks: vec![Disk::system(image.size_gib)],
        shares: BTreeMap::new(),
        resource_group: String::new(),
        in_use: false,
        is_public: false,
        product_code: String::new(),
        detection: Detection::default(),
        architecture: "x86_64".to_owned(),
        boot_mode: "UEFI-Preferred".to_owned(),
        os_name: image.os_name.clone(),
        platform: image.os_name.split_whitespace().next().unwrap_or_default().to_owned(),
        work: Work::Idle,
    })
}
