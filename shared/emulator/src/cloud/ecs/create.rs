//! CreateImage and ImportImage: both answer at once and build afterwards
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createimage>).

use std::collections::BTreeMap;

use goldcast_domain::{ImageId, RegionId};
use serde_json::json;

use super::families::Limits;
use super::image::{Detection, Disk, Image, ImageStatus, Work};
use super::tasks::Task;
use super::tokens::{Judged, Token};
use super::{Ecs, IMAGE_TYPE, SNAPSHOT_TYPE, encryption, export, new_image, no_such_image, rules};
use crate::cloud::context::{Context, Done, Resource};
use crate::cloud::organisation::Instance;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Size of an imported disk when none is given, in GiB.
const IMPORTED_GIB: u32 = 40;

/// What an image is made of.
struct Material {
    disks: Vec<Disk>,
    product_code: String,
}

impl Material {
    /// Disks of no marketplace product.
    fn plain(disks: Vec<Disk>) -> Self {
        Self {
            disks,
            product_code: String::new(),
        }
    }
}

impl Ecs {
    pub(super) fn create_image(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let token = match self
            .tokens
            .judge(region, context, "CreateImage", "IdempotenceParamNotMatch")?
        {
            Judged::Repeated(image) => return Ok(new_image(&image)),
            Judged::New(token) => token,
        };
        rules::system(context.params)?;
        rules::boot_mode(context.params, "InvalidBootMode.NotSupport")?;
        rules::imds(context.params)?;
        let (material, origin) = self.material(region, context)?;
        if let Some(family) = context.params.sent("ImageFamily") {
            rules::family(family)?;
            self.check_family_room(region, context.account(), family, Limits::CREATE)?;
        }
        let image = self.build(region, context, material, token)?;
        Ok(image.about([origin]))
    }

    pub(super) fn import_image(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let token = match self
            .tokens
            .judge(region, context, "ImportImage", "IdempotentParameterMismatch")?
        {
            Judged::Repeated(image) => return Ok(imported(region, &new_image(&image))),
            Judged::New(token) => token,
        };
        rules::system(context.params)?;
        // ImportImage has no code of its own for it.
        rules::boot_mode(context.params, "InvalidParameter.Format")?;
        rules::one_of(
            context.params,
            "OSType",
            &["windows", "linux"],
            "InvalidOSType.Malformed",
        )?;
        rules::one_of(
            context.params,
            "LicenseType",
            &["Aliyun", "BYOL", "Auto"],
            "InvalidLicenseType.NotSupported",
        )?;
        let objects = context.params.objects("DiskDeviceMapping");
        if objects.is_empty() {
            let message = "The parameter DiskDeviceMapping is mandatory.";
            return Err(Refusal::forbidden("MissingParameter.DiskDeviceMapping", message));
        }
        let mut disks = Vec::new();
        for (number, object) in objects.iter().enumerate() {
            export::check_bucket(object.get("OSSBucket").copied().unwrap_or_default())?;
            if object.get("OSSObject").is_none_or(|object| object.is_empty()) {
                let message = "The specified OSSObject does not exist.";
                return Err(Refusal::bad_request("InvalidOSSObject.NotFound", message));
            }
            let size = object
                .get("DiskImageSize")
                .and_then(|size| size.parse().ok())
                .unwrap_or(IMPORTED_GIB);
            disks.push(Disk {
                device: device(number),
                system: number == 0,
                ..Disk::system(size)
            });
        }
        export::check_role(context, export::IMPORT_ROLE)?;
        let done = self.build(region, context, Material::plain(disks), token)?;
        let image = done.resources.first().and_then(|(_, id)| id.parse().ok());
        let image: ImageId = image.ok_or_else(no_such_image)?;
        let task = Task {
            id: task_of(image.as_str()),
            region: region.clone(),
            owner: context.account().clone(),
            action: "ImportImage",
            image,
            created: context.now,
            ends: time::after(context.now, context.setup.image_build),
            cancelled: None,
        };
        self.tasks.insert(task.id.clone(), task);
        Ok(imported(region, &done))
    }

    /// What an image is built from: an instance, else disks from snapshots, else one snapshot.
    fn material(&self, region: &RegionId, context: &Context<'_>) -> Result<(Material, Resource), Refusal> {
        if let Some(id) = context.params.get("InstanceId") {
            let mut own = self.own_instances(region, context.account());
            let instance = own.find(|instance| instance.id == id).ok_or_else(|| {
                Refusal::not_found("InvalidInstanceId.NotFound", "The specified InstanceId does not exist.")
            })?;
            let material = Material {
                disks: disks_of(instance, region, context)?,
                product_code: instance.product_code.clone(),
            };
            return Ok((material, ("ACS::ECS::Instance", id.to_owned())));
        }
        let mappings = context.params.objects("DiskDeviceMapping");
        let mapped = mappings
            .iter()
            .filter_map(|object| object.get("SnapshotId").copied())
            .filter(|id| !id.is_empty());
        let mut snapshots: Vec<&str> = mapped.collect();
        if snapshots.is_empty() {
            snapshots.extend(context.params.get("SnapshotId"));
        }
        let Some(first) = snapshots.first().map(|id| (*id).to_owned()) else {
            let message = "One of InstanceId, DiskDeviceMapping and SnapshotId must be given.";
            return Err(Refusal::bad_request("InvalidParameter.AllEmpty", message));
        };
        let mut disks = Vec::new();
        for (number, id) in snapshots.into_iter().enumerate() {
            let snapshot = self
                .snapshots(region)
                .find(|snapshot| snapshot.id == id && snapshot.owner == *context.account())
                .ok_or_else(|| {
                    Refusal::not_found("InvalidSnapshotId.NotFound", "The specified SnapshotId does not exist.")
                })?;
            if context.now < snapshot.ready {
                let message = "The specified snapshot is not ready.";
                return Err(Refusal::forbidden("InvalidSnapshotId.NotReady", message));
            }
            disks.push(Disk {
                device: device(number),
                system: number == 0,
                // The image is made of this very snapshot, and not of another one.
                snapshot: snapshot.id.clone(),
                encrypted: snapshot.encrypted,
                kms_key: snapshot.kms_key.clone(),
                ..Disk::system(snapshot.size_gib)
            });
        }
        Ok((Material::plain(disks), (SNAPSHOT_TYPE, first)))
    }

    /// Starts building an image; the rest stands in the parameters.
    fn build(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
        material: Material,
        token: Option<Token>,
    ) -> Result<Done, Refusal> {
        let name = context.params.get("ImageName").map(str::to_owned);
        if let Some(name) = &name {
            rules::image_name(name)?;
            self.check_name_free(region, context, name)?;
        }
        if let Some(description) = context.params.get("Description") {
            rules::description(description)?;
        }
        let tags = rules::tags(context.params)?;
        self.check_room(region, material.disks.len(), context)?;
        context.stop_dry_run()?;
        let account = context.account().clone();
        let parts = [account.as_str(), region.as_str(), name.as_deref().unwrap_or_default()];
        let id: ImageId = format!("m-{}", context.ids.next("image", &parts).text(20))
            .parse()
            .map_err(|_| no_such_image())?;
        let name = name.unwrap_or_else(|| id.to_string());
        let imported = context.params.get("InstanceId").is_none() && disks_are_new(&material.disks);
        let text = |parameter: &str, default: &str| context.params.get(parameter).unwrap_or(default).to_owned();
        let image = Image {
            in_use: context.setup.images_in_use.contains(&name),
            name,
            id: id.clone(),
            region: region.clone(),
            owner: Some(account),
            description: text("Description", ""),
            family: context.params.get("ImageFamily").map(str::to_owned),
            version: text("ImageVersion", ""),
            status: ImageStatus::Creating,
            usable: false,
            created: context.now,
            is_copied: false,
            tags,
            disks: material.disks,
            shares: BTreeMap::new(),
            resource_group: rules::resource_group(context)?,
            is_public: false,
            product_code: material.product_code,
            detection: Detection::default(),
            architecture: text("Architecture", "x86_64"),
            boot_mode: text("BootMode", "UEFI-Preferred"),
            os_name: "Alibaba Cloud Linux  3.2104 LTS 64 bit".to_owned(),
            platform: text("Platform", "Aliyun"),
            work: Work::Building {
                started: context.now,
                imported,
                ends: time::after(context.now, context.setup.image_build),
            },
        };
        self.insert(image);
        self.tokens.remember(token, id.as_str(), context.now);
        Ok(new_image(id.as_str()))
    }
}

/// The disks of an instance, the system disk first, all under one key or none.
fn disks_of(instance: &Instance, region: &RegionId, context: &Context<'_>) -> Result<Vec<Disk>, Refusal> {
    let key = encryption::of_instance(region, instance.encryption.as_ref(), context)?;
    let sizes = std::iter::once(instance.disk_gib).chain(instance.data_disks_gib.iter().copied());
    let disk = |(number, size)| Disk {
        device: device(number),
        system: number == 0,
        encrypted: key.is_some(),
        kms_key: key.clone(),
        ..Disk::system(size)
    };
    Ok(sizes.enumerate().map(disk).collect())
}

/// Whether no disk is made of a snapshot that is there already.
fn disks_are_new(disks: &[Disk]) -> bool {
    disks.iter().all(|disk| disk.snapshot.is_empty())
}

/// The answer of ImportImage; the task id follows from the image's.
fn imported(region: &RegionId, built: &Done) -> Done {
    let image = built.resources.first().map(|(_, id)| id.clone()).unwrap_or_default();
    let task = task_of(&image);
    Done::new(json!({ "ImageId": image, "RegionId": region, "TaskId": task })).about([(IMAGE_TYPE, image)])
}

/// The task that imports an image.
fn task_of(image: &str) -> String {
    image.replacen("m-", "t-", 1)
}

/// `/dev/xvda`, `/dev/xvdb` …
pub(super) fn device(number: usize) -> String {
    let letter = ('a'..='z').nth(number).unwrap_or('z');
    format!("/dev/xvd{letter}")
}
