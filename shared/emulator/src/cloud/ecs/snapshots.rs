//! `DescribeSnapshots` and `DeleteSnapshot`
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describesnapshots>).

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::RegionId;
use jiff::Timestamp;

use super::describe::tag_filter;
use super::news::News;
use super::pages::Cut;
use super::snapshot::Snapshot;
use super::snapshot_changes::link_id;
use super::tags::has_tags;
use super::{Ecs, SNAPSHOT_TYPE, render, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Snapshots in one page by token.
const RESULTS: std::ops::RangeInclusive<usize> = 1..=100;
/// Snapshots in one page when none is asked for.
const RESULTS_DEFAULT: usize = 10;
/// Kinds of snapshots; all here are of the first.
const CATEGORIES: [&str; 3] = ["Standard", "Flash", "archive"];

/// What is looked for. A filter that no snapshot here can pass, such as a disk, finds nothing.
struct Query<'a> {
    ids: Option<BTreeSet<String>>,
    /// Exact values by how a snapshot shows them.
    name: Option<&'a str>,
    kms_key: Option<&'a str>,
    encrypted: bool,
    in_use: Option<bool>,
    system: Option<bool>,
    now: Timestamp,
    status: Option<&'a str>,
    disk: Option<&'a str>,
    link: Option<&'a str>,
    resource_group: Option<&'a str>,
    tags: BTreeMap<String, String>,
    nothing: bool,
}

impl Ecs {
    /// A snapshot that an image is made of stays until the image is gone; an unknown one counts as deleted
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletesnapshot>).
    pub(super) fn delete_snapshot(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let id = context.params.required("SnapshotId")?.to_owned();
        let mut own = self.snapshots(region).filter(|one| one.owner == *context.account());
        if own.any(|snapshot| snapshot.id == id) {
            drop(own);
            if self.snapshots_in_use(region).contains(id.as_str()) {
                let message = "The specified snapshot has been used to create images. Delete the images first.";
                return Err(Refusal::forbidden("SnapshotCreatedImage", message));
            }
            let now = context.now;
            let is_locked = |snapshot: &Snapshot| snapshot.lock.is_some_and(|lock| now < lock.ends());
            if self
                .snapshots(region)
                .any(|snapshot| snapshot.id == id && is_locked(snapshot))
            {
                let message = "The specified snapshot is locked.";
                return Err(Refusal::forbidden("Operation.Conflict", message));
            }
            if let Some(region) = self.regions.get_mut(region) {
                let at = context.now;
                let removed = region.snapshots.remove(&id);
                self.news
                    .extend(removed.map(|snapshot| News::SnapshotDeleted { snapshot, at }));
            }
        }
        Ok(Done::empty().about([(SNAPSHOT_TYPE, id)]))
    }

    pub(super) fn describe_snapshots(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let query = Query::read(context.params, context.now)?;
        let disks = match context.params.get("InstanceId") {
            None => None,
            Some(instance) => {
                let disks = self.own_disks(region, context).into_iter();
                let disks = disks.filter(|disk| disk.instance == instance).map(|disk| disk.id);
                Some(disks.collect::<BTreeSet<_>>())
            }
        };
        let used = self.snapshots_in_use(region);
        let found: Vec<&Snapshot> = self
            .snapshots(region)
            .filter(|snapshot| snapshot.owner == *context.account())
            .filter(|snapshot| query.finds(snapshot, used.contains(snapshot.id.as_str())))
            .filter(|snapshot| disks.as_ref().is_none_or(|disks| disks.contains(&snapshot.disk)))
            .collect();
        let wanted_link = context.params.get("SnapshotLinkId");
        let is_link = |snapshot: &Snapshot| wanted_link.is_none_or(|wanted| link_id(&snapshot.disk) == wanted);
        if wanted_link.is_some() && !self.snapshots(region).any(is_link) {
            let message = "The specified SnapshotLinkId does not exist.";
            return Err(Refusal::not_found("InvalidSnapshotLinkId.NotFound", message));
        }
        let page = Cut::of(found, |snapshot| &snapshot.id, context.params, RESULTS, RESULTS_DEFAULT)?;
        context.stop_dry_run()?;
        Ok(Done::new(page.body("Snapshots", "Snapshot", |snapshot| {
            render::snapshot(snapshot, used.contains(snapshot.id.as_str()), context.now)
        })))
    }
}

impl<'a> Query<'a> {
    fn read(params: &'a Params, now: Timestamp) -> Result<Self, Refusal> {
        let one_of = |name: &str, values: &[&str], code: &'static str| match params.get(name) {
            Some(value) if !values.contains(&value) => {
                Err(Refusal::not_found(code, format!("The specified {name} is not valid.")))
            }
            other => Ok(other),
        };
        let status = one_of(
            "Status",
            &["progressing", "accomplished", "failed", "all"],
            "InvalidStatus.NotFound",
        )?;
        let kind = one_of("SnapshotType", &["auto", "user", "all"], "InvalidSnapshotType.NotFound")?;
        let usage = one_of("Usage", &["image", "disk", "image_disk", "none"], "InvalidUsage")?;
        let category = params.get("Category");
        if category.is_some_and(|category| !CATEGORIES.contains(&category)) {
            let message = "The specified Category is not valid.";
            return Err(Refusal::forbidden("InvalidSnapshotCategory.Malformed", message));
        }
        let disk = one_of("SourceDiskType", &["system", "data"], "InvalidSourceDiskType")?;
        rules::check_tag_filter(params)?;
        check_filters(params)?;
        Ok(Self {
            ids: rules::json_ids(params, "SnapshotIds")?,
            name: params.get("SnapshotName"),
            kms_key: params.get("KMSKeyId"),
            // `false` is the default and finds both.
            encrypted: params.flag("Encrypted")? == Some(true),
            in_use: usage.map(|usage| usage == "image"),
            system: disk.map(|disk| disk == "system"),
            now,
            status: status.filter(|status| *status != "all"),
            disk: params.get("DiskId"),
            link: params.get("SnapshotLinkId"),
            resource_group: params.get("ResourceGroupId"),
            tags: tag_filter(params),
            // All are made by a user, and no disk is made of one.
            nothing: kind == Some("auto")
                || matches!(usage, Some("disk" | "image_disk"))
                || matches!(category, Some("Flash" | "archive")),
        })
    }

    fn finds(&self, snapshot: &Snapshot, in_use: bool) -> bool {
        !self.nothing
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&snapshot.id))
            && self.name.is_none_or(|name| name == snapshot.name)
            && self.kms_key.is_none_or(|key| snapshot.kms_key.as_deref() == Some(key))
            && (!self.encrypted || snapshot.encrypted)
            && self.in_use.is_none_or(|wanted| wanted == in_use)
            && self.system.is_none_or(|wanted| wanted == snapshot.system)
            && self.status.is_none_or(|wanted| wanted == snapshot.status(self.now))
            && self.disk.is_none_or(|wanted| wanted == snapshot.disk)
            && self
                .link
                .is_none_or(|wanted| !snapshot.disk.is_empty() && wanted == link_id(&snapshot.disk))
            && self
                .resource_group
                .is_none_or(|wanted| wanted == snapshot.resource_group)
            && has_tags(&snapshot.tags, &self.tags)
    }
}

/// Refuses a filter that snapshots have not.
fn check_filters(params: &Params) -> Result<(), Refusal> {
    let keys = ["CreationEndTime", "CreationStartTime"];
    let filters = params.objects("Filter");
    let known = |filter: &BTreeMap<&str, &str>| filter.get("Key").is_some_and(|key| keys.contains(key));
    if !filters.iter().all(known) {
        let message = "The specified filter key does not exist.";
        return Err(Refusal::not_found("InvalidFilterKey.NotFound", message));
    }
    Ok(())
}
