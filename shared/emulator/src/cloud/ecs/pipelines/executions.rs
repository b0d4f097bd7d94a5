//! What executions do by themselves: prepare, build an image, test it, copy it, share it, and clear up.

use goldcast_domain::{ImageId, RegionId};
use jiff::Timestamp;

use super::operations::STEP;
use super::{Execution, Phase};
use crate::cloud::ecs::copy::{Request, made_copy};
use crate::cloud::ecs::image::{Detection, Disk, Image, ImageStatus, Work};
use crate::cloud::ecs::news::News;
use crate::cloud::ecs::{Ecs, Tags, rules};
use crate::cloud::ids::Ids;
use crate::cloud::params::Params;
use crate::cloud::setup::Setup;
use crate::cloud::time;

/// Size of a builder's disk when none is given, in GiB.
const DISK_GIB_DEFAULT: u32 = 40;

impl Ecs {
    /// Takes every execution that is due by `at` one step further.
    pub(in crate::cloud::ecs) fn advance_pipelines(&mut self, at: Timestamp, setup: &Setup, ids: &Ids) {
        let executions = self.pipelines.executions.values();
        let due = executions.filter(|execution| !execution.phase.is_final() && execution.due <= at);
        for id in due.map(|execution| execution.id.clone()).collect::<Vec<_>>() {
            if let Some(mut execution) = self.pipelines.executions.remove(&id) {
                self.step(&mut execution, at, setup, ids);
                self.pipelines.executions.insert(id, execution);
            }
        }
    }

    fn step(&mut self, execution: &mut Execution, at: Timestamp, setup: &Setup, ids: &Ids) {
        let before = execution.phase;
        execution.due = time::after(at, STEP);
        match execution.phase {
            Phase::Preparing if execution.pipeline.params.get("RepairMode").is_some() => {
                execution.phase = Phase::Repairing;
            }
            Phase::Preparing | Phase::Repairing => self.build_image(execution, at, setup, ids),
            Phase::Building => match self.built(execution).map(|image| image.status) {
                Some(ImageStatus::Available) if execution.pipeline.params.get("TestContent").is_some() => {
                    execution.phase = Phase::Testing;
                }
                Some(ImageStatus::Available) => self.distribute(execution, at, setup, ids),
                Some(ImageStatus::Creating) => {}
                _ => fail(execution, "ImageNotCreated"),
            },
            Phase::Testing => self.distribute(execution, at, setup, ids),
            Phase::Distributing => self.gather(execution, at),
            Phase::Releasing if execution.error.is_empty() => execution.phase = Phase::Success,
            Phase::Releasing => execution.phase = Phase::PartitionSuccess,
            Phase::Cancelling => {
                execution.phase = Phase::Cancelled;
                self.drop_built(execution);
            }
            Phase::Success | Phase::PartitionSuccess | Phase::Failed | Phase::Cancelled => {}
        }
        if execution.phase != before {
            execution.modified = at;
        }
    }

    fn built(&self, execution: &Execution) -> Option<&Image> {
        self.image(&execution.pipeline.region, execution.image.as_ref()?)
    }

    fn drop_built(&mut self, execution: &Execution) {
        if let (Some(region), Some(image)) = (
            self.regions.get_mut(&execution.pipeline.region),
            execution.image.as_ref(),
        ) {
            region.images.remove(image);
        }
    }

    /// Begins the image, in the region of the pipeline.
    fn build_image(&mut self, execution: &mut Execution, at: Timestamp, setup: &Setup, ids: &Ids) {
        let Some(image) = image_of(execution, at, setup, ids) else {
            fail(execution, "InvalidImageName.Malformed");
            return;
        };
        let holds = |other: &Image| other.owner == image.owner && other.name == image.name;
        if self.images(&image.region).any(holds) {
            fail(execution, "InvalidImageName.Duplicated");
            return;
        }
        execution.phase = Phase::Building;
        // Not before the image: what is due at one moment happens to images first.
        execution.due = image.due().unwrap_or(execution.due);
        execution.image = Some(image.id.clone());
        self.news.push(News::CalledByPlatform {
            operation: "CreateImage",
            account: execution.pipeline.owner.clone(),
            region: image.region.clone(),
            images: vec![image.id.clone()],
            at,
        });
        self.insert(image);
    }

    /// Shares the image, and begins its copies.
    fn distribute(&mut self, execution: &mut Execution, at: Timestamp, setup: &Setup, ids: &Ids) {
        execution.phase = Phase::Distributing;
        let pipeline = &execution.pipeline;
        let Some(source) = self.built(execution).cloned() else {
            fail(execution, "ImageNotCreated");
            return;
        };
        let regions = pipeline.regions.iter().filter(|region| **region != pipeline.region);
        let mut copies = Vec::new();
        for region in regions {
            let draw = ids.fixed("image", &[&execution.id, region.as_str()]);
            let request = Request {
                destination: region.clone(),
                name: Some(source.name.clone()),
                description: source.description.clone(),
                resource_group: source.resource_group.clone(),
                key: None,
                tags: source.tags.clone(),
            };
            if let Some(copy) = made_copy(&source, request, &pipeline.owner, &draw, setup, at) {
                copies.push((region.clone(), copy.id.clone()));
                self.news.push(News::CalledByPlatform {
                    operation: "CopyImage",
                    account: pipeline.owner.clone(),
                    region: pipeline.region.clone(),
                    images: vec![source.id.clone(), copy.id.clone()],
                    at,
                });
                self.insert(copy);
                self.start_queued(&pipeline.owner, region, &pipeline.region, at, setup);
            }
        }
        execution.copies = copies;
    }

    /// Waits for the copies; then the image and every copy that came to be is shared.
    fn gather(&mut self, execution: &mut Execution, at: Timestamp) {
        let place = |(region, id): &(RegionId, ImageId)| self.image(region, id);
        if execution.copies.iter().filter_map(place).any(Image::is_being_copied) {
            return;
        }
        let made = execution.copies.iter().filter_map(place);
        if made.filter(|copy| copy.status == ImageStatus::Available).count() < execution.copies.len() {
            execution.error = "ImageNotDistributed";
        }
        let home = execution
            .image
            .iter()
            .map(|id| (execution.pipeline.region.clone(), id.clone()));
        let everywhere: Vec<_> = home.chain(execution.copies.iter().cloned()).collect();
        for (region, id) in everywhere {
            if let Some(image) = self
                .image_mut(&region, &id)
                .filter(|image| image.status == ImageStatus::Available)
            {
                for account in &execution.pipeline.accounts {
                    image.shares.entry(account.clone()).or_insert(at);
                }
            }
        }
        execution.phase = Phase::Releasing;
    }
}

fn fail(execution: &mut Execution, error: &'static str) {
    execution.phase = Phase::Failed;
    execution.error = error;
}

/// The image as it begins; nothing if it cannot have its name.
fn image_of(execution: &Execution, at: Timestamp, setup: &Setup, ids: &Ids) -> Option<Image> {
    let pipeline = &execution.pipeline;
    let params = &pipeline.params;
    let text = |name: &str| option(params, name).unwrap_or_default().to_owned();
    let name = image_name(execution);
    let gib = params.get("SystemDiskSize").and_then(|size| size.parse().ok());
    let id: ImageId = format!("m-{}", ids.fixed("image", &[&execution.id]).text(20))
        .parse()
        .ok()?;
    rules::is_name(&name).then(|| Image {
        in_use: setup.images_in_use.contains(&name),
        id,
        name,
        region: pipeline.region.clone(),
        owner: Some(pipeline.owner.clone()),
        description: params.get("ImageOptions.Description").unwrap_or_default().to_owned(),
        family: Some(text("ImageFamily")).filter(|family| !family.is_empty()),
        version: String::new(),
        status: ImageStatus::Creating,
        usable: false,
        created: at,
        is_copied: false,
        is_public: false,
        tags: image_tags(params),
        disks: vec![Disk::system(gib.unwrap_or(DISK_GIB_DEFAULT))],
        shares: std::collections::BTreeMap::new(),
        resource_group: pipeline.resource_group.clone(),
        detection: Detection::default(),
        work: Work::Building {
            started: at,
            ends: time::after(at, setup.image_build),
            imported: false,
        },
        ..pipeline.base.clone()
    })
}

/// An option that older callers give at the top.
fn option<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.get(&format!("ImageOptions.{name}")).or(params.get(name))
}

/// `{ImageName}_{ExecutionId}`, or the name alone where the suffix is switched off.
fn image_name(execution: &Execution) -> String {
    let params = &execution.pipeline.params;
    let named = option(params, "ImageName").or(params.get("Name"));
    let name = named.unwrap_or(&execution.pipeline.id);
    if params.get("AdvancedOptions.ImageNameSuffix") == Some("disable") {
        name.to_owned()
    } else {
        format!("{name}_{}", execution.id)
    }
}

/// `ImageOptions.ImageTags.N`.
fn image_tags(params: &Params) -> Tags {
    let objects = params.objects("ImageOptions.ImageTags");
    let text = |value: Option<&&str>| value.copied().unwrap_or_default().to_owned();
    let tags = objects
        .iter()
        .map(|object| (text(object.get("Key")), text(object.get("Value"))));
    tags.filter(|(key, _)| !key.is_empty()).collect()
}
