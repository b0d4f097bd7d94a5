//! `ModifySnapshotAttribute`, `LockSnapshot` and `DescribeSnapshotLinks`
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifysnapshotattribute>).

use std::collections::BTreeMap;

use goldcast_domain::RegionId;
use serde_json::{Value, json};

use super::machines::MachineDisk;
use super::pages::Cut;
use super::snapshot::{Lock, Snapshot};
use super::snapshot_making::RETENTION_DAYS;
use super::{Ecs, SNAPSHOT_TYPE, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Hours in which a lock can still be lifted.
const COOL_OFF_HOURS: std::ops::RangeInclusive<usize> = 0..=72;
/// Days that a lock can last.
const LOCK_DAYS: std::ops::RangeInclusive<usize> = 1..=36_500;
/// Rows in a page by token.
const LINKS_PER_PAGE: std::ops::RangeInclusive<usize> = 1..=100;
/// Rows in a page when none is asked for.
const LINKS_DEFAULT: usize = 10;

impl Ecs {
    pub(super) fn modify_snapshot_attribute(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let name = params.get("SnapshotName");
        let description = params.get("Description");
        name.map_or(Ok(()), rules::snapshot_name)?;
        description.map_or(Ok(()), rules::description)?;
        let days = in_range(context, "RetentionDays", RETENTION_DAYS)?;
        let snapshot = self.own_snapshot(region, context)?;
        if let Some(name) = name {
            name.clone_into(&mut snapshot.name);
        }
        if let Some(description) = description {
            description.clone_into(&mut snapshot.description);
        }
        snapshot.retention_days = days.unwrap_or(snapshot.retention_days);
        Ok(Done::empty().about([(SNAPSHOT_TYPE, snapshot.id.clone())]))
    }

    /// Locks a snapshot, or makes its lock longer. That `DeleteSnapshot` then answers `Operation.Conflict` is a guess.
    pub(super) fn lock_snapshot(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let params = context.params;
        if params.required("LockMode")? != "compliance" {
            return Err(Refusal::bad_request(
                "InvalidParameter",
                "The specified LockMode is not valid.",
            ));
        }
        for name in ["CoolOffPeriod", "LockDuration"] {
            params.required(name)?;
        }
        let hours = in_range(context, "CoolOffPeriod", COOL_OFF_HOURS)?.unwrap_or_default();
        let days = in_range(context, "LockDuration", LOCK_DAYS)?.unwrap_or_default();
        let now = context.now;
        let lock = Lock {
            created: now,
            cool_off_hours: i64::try_from(hours).unwrap_or_default(),
            days: i64::try_from(days).unwrap_or_default(),
        };
        self.own_snapshot(region, context)?;
        context.stop_dry_run()?;
        let snapshot = self.own_snapshot(region, context)?;
        snapshot.lock = Some(lock);
        let info = json!({
            "SnapshotId": snapshot.id,
            "LockMode": "compliance",
            "LockStatus": lock.status(now),
            "LockDuration": lock.days,
            "CoolOffPeriod": lock.cool_off_hours,
            "CoolOffPeriodExpiredTime": time::wire(lock.cooled()),
            "LockCreationTime": time::wire(lock.created),
            "LockDurationStartTime": time::wire(lock.cooled()),
            "LockExpiredTime": time::wire(lock.ends()),
        });
        let about = (SNAPSHOT_TYPE, snapshot.id.clone());
        Ok(Done::new(json!({ "LockedSnapshotInfo": info })).about([about]))
    }

    /// The snapshots of each disk that has some, as one chain.
    pub(super) fn describe_snapshot_links(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let disks = rules::json_ids(params, "DiskIds")?;
        let links = rules::json_ids(params, "SnapshotLinkIds")?;
        let mut chains: BTreeMap<String, Vec<&Snapshot>> = BTreeMap::new();
        let own = self.snapshots(region).filter(|one| one.owner == *context.account());
        for snapshot in own.filter(|snapshot| !snapshot.disk.is_empty()) {
            chains.entry(link_id(&snapshot.disk)).or_default().push(snapshot);
        }
        let machines = self.own_disks(region, context);
        let of = |snapshots: &[&Snapshot]| {
            let id = snapshots.first().map_or("", |snapshot| snapshot.disk.as_str());
            machines.iter().find(|disk| disk.id == id)
        };
        let instance = params.get("InstanceId");
        let found = chains.into_iter().filter(|(id, snapshots)| {
            let disk = of(snapshots);
            links.as_ref().is_none_or(|links| links.contains(id))
                && disks
                    .as_ref()
                    .is_none_or(|ids| disk.is_some_and(|disk| ids.contains(&disk.id)))
                && instance.is_none_or(|instance| disk.is_some_and(|disk| disk.instance == instance))
        });
        let page = Cut::of(found.collect(), |(id, _)| id, params, LINKS_PER_PAGE, LINKS_DEFAULT)?;
        Ok(Done::new(page.body(
            "SnapshotLinks",
            "SnapshotLink",
            |(id, snapshots)| link(&id, &snapshots, of(&snapshots), region),
        )))
    }

    /// The caller's snapshot that `SnapshotId` names.
    fn own_snapshot(&mut self, region: &RegionId, context: &Context<'_>) -> Result<&mut Snapshot, Refusal> {
        let id = context.params.required("SnapshotId")?;
        let region = self.regions.get_mut(region);
        let snapshot = region.and_then(|region| region.snapshots.get_mut(id));
        snapshot
            .filter(|snapshot| snapshot.owner == *context.account())
            .ok_or_else(|| Refusal::not_found("InvalidSnapshotId.NotFound", "The specified SnapshotId does not exist."))
    }
}

/// The chain of a disk's snapshots.
pub(super) fn link_id(disk: &str) -> String {
    disk.replacen("d-", "sl-", 1)
}

fn link(id: &str, snapshots: &[&Snapshot], disk: Option<&MachineDisk>, region: &RegionId) -> Value {
    let bytes: u64 = snapshots
        .iter()
        .map(|snapshot| u64::from(snapshot.size_gib) << 30)
        .sum();
    let system = snapshots.first().is_some_and(|snapshot| snapshot.system);
    json!({
        "SnapshotLinkId": id,
        "RegionId": region,
        "Category": "standard",
        "InstanceId": disk.map_or("", |disk| disk.instance.as_str()),
        "InstanceName": "",
        "InstantAccess": false,
        "SourceDiskId": disk.map_or("", |disk| disk.id.as_str()),
        "SourceDiskName": "",
        "SourceDiskSize": snapshots.first().map_or(0, |snapshot| snapshot.size_gib),
        "SourceDiskType": if system { "system" } else { "data" },
        "TotalCount": snapshots.len(),
        "TotalSize": bytes,
    })
}

/// A number that has to be within a range.
fn in_range(
    context: &Context<'_>,
    name: &str,
    range: std::ops::RangeInclusive<usize>,
) -> Result<Option<usize>, Refusal> {
    let value = context.params.number(name)?;
    if value.is_some_and(|value| !range.contains(&value)) {
        let message = format!("The specified {name} is out of range.");
        return Err(Refusal::bad_request("InvalidParameter", message));
    }
    Ok(value)
}
