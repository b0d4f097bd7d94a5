//! `CreateSnapshot` and `CopySnapshot`: both answer at once, and the snapshot is whole a while later
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copysnapshot>).

use goldcast_domain::RegionId;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::copy::copy_duration;
use super::news::News;
use super::snapshot::Snapshot;
use super::tokens::{Judged, Token};
use super::{Ecs, SNAPSHOT_TYPE, encryption, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Days that a snapshot can be kept.
pub(super) const RETENTION_DAYS: std::ops::RangeInclusive<usize> = 1..=65_536;

impl Ecs {
    /// A snapshot of a disk of a machine.
    pub(super) fn create_snapshot(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let token = match self.judge_snapshot(region, context, "CreateSnapshot")? {
            Judged::Repeated(id) => return Ok(new_snapshot(&id)),
            Judged::New(token) => token,
        };
        let params = context.params;
        let wanted = params.required("DiskId")?;
        let disks = self.own_disks(region, context);
        let disk = disks
            .into_iter()
            .find(|disk| disk.id == wanted)
            .ok_or_else(|| Refusal::not_found("InvalidDiskId.NotFound", "The specified disk does not exist."))?;
        let is_under_way = |snapshot: &Snapshot| snapshot.disk == disk.id && context.now < snapshot.ready;
        if self.snapshots(region).any(is_under_way) {
            let message = "Previous snapshot is creating, please retry later.";
            return Err(Refusal::forbidden("IncorrectDiskStatus.CreatingSnapshot", message));
        }
        rules::one_of(params, "Category", &["Standard", "Flash"], "InvalidParameter")?;
        let snapshot = Snapshot {
            description: description(context, "Description")?,
            retention_days: retention_days(context)?,
            name: name(context, "SnapshotName")?,
            tags: rules::tags(params)?,
            resource_group: rules::resource_group(context)?,
            ready: time::after(context.now, context.setup.image_build),
            created: context.now,
            region: region.clone(),
            owner: context.account().clone(),
            id: format!("s-{}", context.ids.next("snapshot", &[&disk.id]).text(20)),
            size_gib: disk.size_gib,
            system: disk.system,
            encrypted: disk.kms_key.is_some(),
            kms_key: disk.kms_key,
            disk: disk.id,
            source: String::new(),
            source_region: None,
            lock: None,
        };
        Ok(self.add_snapshot(snapshot, token, context.now))
    }

    /// A snapshot of a snapshot, called in the source's region.
    pub(super) fn copy_snapshot(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let token = match self.judge_snapshot(region, context, "CopySnapshot")? {
            Judged::Repeated(id) => return Ok(new_snapshot(&id)),
            Judged::New(token) => token,
        };
        let params = context.params;
        let id = params.required("SnapshotId")?;
        let destination = params.required("DestinationRegionId")?;
        for text in ["DestinationSnapshotName", "DestinationSnapshotDescription"] {
            params.required(text)?;
        }
        let is_named = |snapshot: &&Snapshot| snapshot.owner == *context.account() && snapshot.id == id;
        let source = self.snapshots(region).find(is_named).cloned().ok_or_else(|| {
            Refusal::forbidden("InvalidSnapshotId.NotFound", "The specified SnapshotId does not exist.")
        })?;
        if context.now < source.ready {
            let message = "The specified snapshot is not ready.";
            return Err(Refusal::forbidden("InvalidSnapshotId.NotReady", message));
        }
        let destination: RegionId = destination
            .parse()
            .ok()
            .filter(|region| self.has_region(region))
            .ok_or_else(|| {
                let message = "The specified DestinationRegionId does not exist.";
                Refusal::not_found("InvalidRegionId.NotFound", message)
            })?;
        let key = encryption::of_snapshot_copy(source.encrypted, &destination, context)?;
        let draw = context.ids.next("snapshot", &[&source.id, destination.as_str()]);
        let duration = copy_duration(context.setup.copy, u64::from(source.size_gib), &draw);
        let snapshot = Snapshot {
            id: format!("s-{}", draw.text(20)),
            name: name(context, "DestinationSnapshotName")?,
            description: description(context, "DestinationSnapshotDescription")?,
            retention_days: retention_days(context)?,
            tags: rules::tags(params)?,
            resource_group: rules::resource_group(context)?,
            created: context.now,
            ready: time::after(context.now, duration),
            region: destination,
            encrypted: key.is_some(),
            kms_key: key,
            disk: String::new(),
            source: source.id.clone(),
            source_region: Some(region.clone()),
            lock: None,
            ..source
        };
        Ok(self.add_snapshot(snapshot, token, context.now))
    }

    /// The token of a call that makes a snapshot; its own code for a mismatch is a 403.
    fn judge_snapshot(
        &self,
        region: &RegionId,
        context: &Context<'_>,
        operation: &'static str,
    ) -> Result<Judged, Refusal> {
        let judged = self
            .tokens
            .judge(region, context, operation, "IdempotentParameterMismatch");
        judged.map_err(|refusal| match refusal.code.as_ref() {
            "IdempotentParameterMismatch" => Refusal {
                status: StatusCode::FORBIDDEN,
                ..refusal
            },
            _ => refusal,
        })
    }

    fn add_snapshot(&mut self, snapshot: Snapshot, token: Option<Token>, now: Timestamp) -> Done {
        let id = snapshot.id.clone();
        self.snapshot_agenda
            .insert((snapshot.ready, snapshot.region.clone(), id.clone()));
        self.news.push(News::SnapshotBegun(snapshot.clone()));
        let region = self.regions.entry(snapshot.region.clone()).or_default();
        region.snapshots.insert(id.clone(), snapshot);
        self.tokens.remember(token, &id, now);
        new_snapshot(&id)
    }
}

fn new_snapshot(id: &str) -> Done {
    Done::new(json!({ "SnapshotId": id })).about([(SNAPSHOT_TYPE, id.to_owned())])
}

fn name(context: &Context<'_>, parameter: &str) -> Result<String, Refusal> {
    let name = context.params.get(parameter).unwrap_or_default();
    rules::snapshot_name(name)?;
    Ok(name.to_owned())
}

fn description(context: &Context<'_>, parameter: &str) -> Result<String, Refusal> {
    let text = context.params.get(parameter).unwrap_or_default();
    if !text.is_empty() && rules::description(text).is_err() {
        let message = "The specified description is wrongly formed.";
        return Err(Refusal::not_found("InvalidDescription.Malformed", message));
    }
    Ok(text.to_owned())
}

fn retention_days(context: &Context<'_>) -> Result<usize, Refusal> {
    let days = context.params.number("RetentionDays")?;
    if days.is_some_and(|days| !RETENTION_DAYS.contains(&days)) {
        return Err(Refusal::bad_request(
            "InvalidParameter",
            "The specified RetentionDays is out of range.",
        ));
    }
    Ok(days.unwrap_or_default())
}
