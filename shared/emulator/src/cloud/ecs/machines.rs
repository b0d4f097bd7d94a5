//! The machines that images are built from and their disks: as much of them as leads to an image. They run from the
//! start and nothing here starts or stops them. Not here: how they look on the wire (`machine_render`).

use goldcast_domain::{AccountId, RegionId};

use super::describe::{matches, tag_filter};
use super::pages::Cut;
use super::tags::has_tags;
use super::{Ecs, machine_render, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::organisation::{DiskKey, Instance};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Instances in a page by token.
const INSTANCES_PER_PAGE: std::ops::RangeInclusive<usize> = 1..=100;
/// Disks in a page by token.
const DISKS_PER_PAGE: std::ops::RangeInclusive<usize> = 10..=500;
/// Rows in a page when none is asked for.
const ROWS_DEFAULT: usize = 10;

/// A disk of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MachineDisk {
    /// `d-…`, which follows from the instance and the disk's place.
    pub(super) id: String,
    pub(super) instance: String,
    pub(super) device: String,
    pub(super) system: bool,
    pub(super) size_gib: u32,
    /// The id of the key that it is encrypted with.
    pub(super) kms_key: Option<String>,
}

impl Ecs {
    /// The account's instances in a region, in order of id.
    pub(super) fn own_instances(&self, region: &RegionId, account: &AccountId) -> impl Iterator<Item = &Instance> {
        let instances = self.instances.iter();
        instances.filter(move |instance| instance.account == *account && instance.region == *region)
    }

    /// The disks of the account's instances in a region, in order of id.
    pub(super) fn own_disks(&self, region: &RegionId, context: &Context<'_>) -> Vec<MachineDisk> {
        let own = self.own_instances(region, context.account());
        let mut disks: Vec<_> = own.flat_map(|instance| disks_of(instance, context)).collect();
        disks.sort_by(|one, other| one.id.cmp(&other.id));
        disks
    }

    pub(super) fn describe_instances(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let params = context.params;
        let ids = rules::json_ids(params, "InstanceIds")?;
        let wanted = tag_filter(params);
        context.stop_dry_run()?;
        let fits = |instance: &&Instance| {
            ids.as_ref().is_none_or(|ids| ids.contains(&instance.id))
                && params
                    .get("InstanceName")
                    .is_none_or(|name| matches(name, &instance.name))
                && params.get("Status").is_none_or(|status| status == "Running")
                && params
                    .get("InstanceType")
                    .is_none_or(|kind| kind == machine_render::TYPE)
                && params.get("ImageId").is_none_or(|image| image == machine_render::IMAGE)
                && has_tags(&self.machine_tags(&instance.id), &wanted)
        };
        let mut found: Vec<_> = self.own_instances(region, context.account()).filter(fits).collect();
        found.sort_by(|one, other| one.id.cmp(&other.id));
        let page = Cut::of(found, |instance| &instance.id, params, INSTANCES_PER_PAGE, ROWS_DEFAULT)?;
        Ok(Done::new(page.body("Instances", "Instance", |instance| {
            machine_render::instance(instance, &self.machine_tags(&instance.id), self.founded)
        })))
    }

    pub(super) fn describe_disks(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let params = context.params;
        let ids = rules::json_ids(params, "DiskIds")?;
        let wanted = tag_filter(params);
        let encrypted = params.flag("Encrypted")? == Some(true);
        context.stop_dry_run()?;
        let mut found = self.own_disks(region, context);
        found.retain(|disk| {
            ids.as_ref().is_none_or(|ids| ids.contains(&disk.id))
                && params
                    .get("InstanceId")
                    .is_none_or(|instance| instance == disk.instance)
                && is_of_type(disk, params)
                && params
                    .get("Status")
                    .is_none_or(|status| ["In_use", "All"].contains(&status))
                && params
                    .get("KMSKeyId")
                    .is_none_or(|key| disk.kms_key.as_deref() == Some(key))
                && (!encrypted || disk.kms_key.is_some())
                && has_tags(&self.machine_tags(&disk.id), &wanted)
        });
        let page = Cut::of(found, |disk| &disk.id, params, DISKS_PER_PAGE, ROWS_DEFAULT)?;
        Ok(Done::new(page.body("Disks", "Disk", |disk| {
            machine_render::disk(&disk, region, &self.machine_tags(&disk.id), self.founded)
        })))
    }

    /// Tags of an instance or a disk.
    pub(super) fn machine_tags(&self, id: &str) -> super::Tags {
        self.machine_tags.get(id).cloned().unwrap_or_default()
    }
}

fn is_of_type(disk: &MachineDisk, params: &Params) -> bool {
    match params.get("DiskType") {
        Some("system") => disk.system,
        Some("data") => !disk.system,
        _ => true,
    }
}

/// The disks of an instance, the system disk first.
pub(super) fn disks_of(instance: &Instance, context: &Context<'_>) -> Vec<MachineDisk> {
    let key = match &instance.encryption {
        None => None,
        Some(DiskKey::Service) => Some(context.kms.service_key(&instance.region, &instance.account).id),
        Some(DiskKey::Customer(id)) => Some(id.clone()),
    };
    let sizes = std::iter::once(instance.disk_gib).chain(instance.data_disks_gib.iter().copied());
    let disk = |(number, size_gib): (usize, u32)| {
        let draw = context.ids.fixed("disk", &[&instance.id, &number.to_string()]);
        MachineDisk {
            id: format!("d-{}", draw.text(20)),
            instance: instance.id.clone(),
            device: super::create::device(number),
            system: number == 0,
            size_gib,
            kms_key: key.clone(),
        }
    };
    sizes.enumerate().map(disk).collect()
}
