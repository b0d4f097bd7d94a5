//! ECS 2014-05-26 as far as images go. This file holds the state and finds the operation; each operation has its file.

mod access;
mod attribute;
mod catalogue;
mod copy;
mod create;
mod delete;
mod describe;
mod encryption;
mod export;
mod families;
mod groups;
mod image;
mod kept;
mod kept_grants;
mod kept_pages;
mod legacy_tags;
mod lifecycle;
mod machine_render;
mod machines;
mod needs;
mod news;
mod pages;
mod pipelines;
mod places;
mod render;
mod room;
mod rules;
mod shares;
mod snapshot;
mod snapshot_changes;
mod snapshot_making;
mod snapshots;
mod tags;
mod tasks;
mod tokens;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;
use serde_json::json;

pub use image::{Detection, DetectionItem, Disk, Image, ImageStatus};
pub(crate) use lifecycle::{Finished, SnapshotKind};
pub(crate) use needs::needs;
pub(crate) use news::News;
pub use snapshot::Snapshot;
pub(crate) use types::check as check_types;

use self::image::Work;
use self::kept::Images;
use self::pipelines::Pipelines;
use self::tasks::Task;
use self::tokens::Tokens;
use super::context::{Context, Done, Kind};
use super::organisation::{Instance, Organisation, SystemImage};
use super::refusal::Refusal;

/// Type of an image in audit events.
const IMAGE_TYPE: &str = "ACS::ECS::Image";
/// Type of a snapshot in audit events.
const SNAPSHOT_TYPE: &str = "ACS::ECS::Snapshot";

/// Tags by key.
type Tags = BTreeMap<String, String>;

/// An operation of ECS: what runs it, and whether it changes something.
pub(crate) type Operation = (fn(&mut Ecs, &RegionId, &mut Context<'_>) -> Result<Done, Refusal>, Kind);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "AddTags" => (Ecs::add_tags, Kind::Write),
        "CancelCopyImage" => (Ecs::cancel_copy_image, Kind::Write),
        "CancelImagePipelineExecution" => (Ecs::cancel_image_pipeline_execution, Kind::Write),
        "CancelTask" => (Ecs::cancel_task, Kind::Write),
        "CopyImage" => (Ecs::copy_image, Kind::Write),
        "CopySnapshot" => (Ecs::copy_snapshot, Kind::Write),
        "CreateImage" => (Ecs::create_image, Kind::Write),
        "CreateImageComponent" => (Ecs::create_image_component, Kind::Write),
        "CreateImagePipeline" => (Ecs::create_image_pipeline, Kind::Write),
        "CreateSnapshot" => (Ecs::create_snapshot, Kind::Write),
        "DeleteImage" => (Ecs::delete_image, Kind::Write),
        "DeleteImageComponent" => (Ecs::delete_image_component, Kind::Write),
        "DeleteImagePipeline" => (Ecs::delete_image_pipeline, Kind::Write),
        "DeleteSnapshot" => (Ecs::delete_snapshot, Kind::Write),
        "DescribeAccountAttributes" => (catalogue::describe_account_attributes, Kind::Read),
        "DescribeDiskDefaultKMSKeyId" => (catalogue::describe_disk_default_key, Kind::Read),
        "DescribeDiskEncryptionByDefaultStatus" => (catalogue::describe_disk_encryption, Kind::Read),
        "DescribeDisks" => (Ecs::describe_disks, Kind::Read),
        "DescribeImageComponents" => (Ecs::describe_image_components, Kind::Read),
        "DescribeImageFromFamily" => (Ecs::describe_image_from_family, Kind::Read),
        "DescribeImagePipelineExecutions" => (Ecs::describe_image_pipeline_executions, Kind::Read),
        "DescribeImagePipelines" => (Ecs::describe_image_pipelines, Kind::Read),
        "DescribeImageSharePermission" => (Ecs::describe_image_share_permission, Kind::Read),
        "DescribeImageSupportInstanceTypes" => (Ecs::describe_image_support_instance_types, Kind::Read),
        "DescribeImages" => (Ecs::describe_images, Kind::Read),
        "DescribeInstances" => (Ecs::describe_instances, Kind::Read),
        "DescribeRegions" => (Ecs::describe_regions, Kind::Read),
        "DescribeResourceByTags" => (Ecs::describe_resource_by_tags, Kind::Read),
        "DescribeSnapshotLinks" => (Ecs::describe_snapshot_links, Kind::Read),
        "DescribeSnapshots" => (Ecs::describe_snapshots, Kind::Read),
        "DescribeTags" => (Ecs::describe_tags, Kind::Read),
        "DescribeTaskAttribute" => (Ecs::describe_task_attribute, Kind::Read),
        "DescribeTasks" => (Ecs::describe_tasks, Kind::Read),
        "DescribeZones" => (catalogue::describe_zones, Kind::Read),
        "ExportImage" => (Ecs::export_image, Kind::Write),
        "ImportImage" => (Ecs::import_image, Kind::Write),
        "JoinResourceGroup" => (Ecs::join_resource_group, Kind::Write),
        "ListTagResources" => (Ecs::list_tag_resources, Kind::Read),
        "LockSnapshot" => (Ecs::lock_snapshot, Kind::Write),
        "ModifyImageAttribute" => (Ecs::modify_image_attribute, Kind::Write),
        "ModifyImageShareGroupPermission" => (Ecs::modify_image_share_group_permission, Kind::Write),
        "ModifyImageSharePermission" => (Ecs::modify_image_share_permission, Kind::Write),
        "ModifySnapshotAttribute" => (Ecs::modify_snapshot_attribute, Kind::Write),
        "RemoveTags" => (Ecs::remove_tags, Kind::Write),
        "StartImagePipelineExecution" => (Ecs::start_image_pipeline_execution, Kind::Write),
        "TagResources" => (Ecs::tag_resources, Kind::Write),
        "UntagResources" => (Ecs::untag_resources, Kind::Write),
        _ => return None,
    })
}

/// What one region holds.
#[derive(Debug, Clone, Default)]
struct Region {
    images: Images,
    snapshots: BTreeMap<String, Snapshot>,
}

/// ECS in all regions.
#[derive(Debug, Clone)]
pub(crate) struct Ecs {
    regions: BTreeMap<RegionId, Region>,
    /// Regions that `DescribeRegions` tells of, where not all of them are served.
    visible: Option<BTreeSet<RegionId>>,
    instances: Vec<Instance>,
    /// Tags of instances and disks, by id.
    machine_tags: BTreeMap<String, Tags>,
    tasks: BTreeMap<String, Task>,
    pipelines: Pipelines,
    /// Accounts and regions whose new disks have to be encrypted.
    encrypted_by_default: BTreeSet<(AccountId, RegionId)>,
    /// When the machines were made.
    founded: Timestamp,
    /// When an image changes by itself. An entry whose time no longer fits the image is void.
    agenda: BTreeSet<(Timestamp, RegionId, ImageId)>,
    /// When a snapshot of a disk or of another snapshot is whole.
    snapshot_agenda: BTreeSet<(Timestamp, RegionId, String)>,
    /// What events have not told of yet.
    news: Vec<News>,
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
            let mut region = Region::default();
            images.for_each(|image| region.images.insert(image));
            (id, region)
        });
        Self {
            regions: regions.collect(),
            visible: organisation.visible_regions.clone(),
            instances: organisation.instances.clone(),
            machine_tags: BTreeMap::new(),
            tasks: BTreeMap::new(),
            pipelines: Pipelines::default(),
            encrypted_by_default: BTreeSet::new(),
            founded: organisation.founded,
            agenda: BTreeSet::new(),
            snapshot_agenda: BTreeSet::new(),
            news: Vec::new(),
            tokens: Tokens::default(),
        }
    }

    /// Whether there is such a region.
    pub(crate) fn has_region(&self, region: &RegionId) -> bool {
        self.regions.contains_key(region)
    }

    /// All images of a region, oldest first.
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

    /// An image to be changed, in anything but its age.
    pub(crate) fn image_mut(&mut self, region: &RegionId, image: &ImageId) -> Option<&mut Image> {
        self.regions.get_mut(region)?.images.get_mut(image)
    }

    /// Changes anything about an image but its place; `false` if there is none.
    pub(crate) fn edit(&mut self, region: &RegionId, id: &ImageId, edit: impl FnOnce(&mut Image)) -> bool {
        let images = self.regions.get_mut(region).map(|region| &mut region.images);
        images.is_some_and(|images| {
            images.edit(id, |image| {
                edit(image);
                (image.region, image.id) = (region.clone(), id.clone());
            })
        })
    }

    /// What is wrong with what listings of a region keep; for tests.
    pub(crate) fn check_kept(&self, region: &RegionId, now: Timestamp) -> Result<(), String> {
        self.regions
            .get(region)
            .map_or(Ok(()), |region| region.images.check(now))
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

    /// Has an account's new disks in a region encrypted by default.
    pub(crate) fn encrypt_by_default(&mut self, account: &AccountId, region: &RegionId) {
        self.encrypted_by_default.insert((account.clone(), region.clone()));
    }

    /// Puts a new image into its region and its next change on the agenda.
    fn insert(&mut self, image: Image) {
        if let Some(due) = image.due() {
            self.agenda.insert((due, image.region.clone(), image.id.clone()));
        }
        let region = self.regions.entry(image.region.clone()).or_default();
        region.images.insert(image);
    }

    /// Refuses a name that an own image of the region has already, whatever its state; a copy under way only where the
    /// switch says so.
    fn check_name_free(&self, region: &RegionId, context: &Context<'_>, name: &str) -> Result<(), Refusal> {
        let locked = context.setup.switches.name_lock_while_copying;
        let holds = |image: &Image| image.belongs_to(context.account()) && image.name == name;
        if self
            .images(region)
            .any(|image| holds(image) && (locked || !image.is_being_copied()))
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
fn new_image(image: &str) -> Done {
    Done::new(json!({ "ImageId": image })).about([(IMAGE_TYPE, image.to_owned())])
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
