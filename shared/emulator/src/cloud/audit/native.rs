//! Events that products publish themselves, without ActionTrail: snapshots, executions of Operation Orchestration and
//! resource shares. They carry no request and no caller. Not here: audit records (see `record`).

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::envelope::{Event, Route};
use crate::cloud::ecs::{Finished, News, Snapshot, SnapshotKind};
use crate::cloud::ids::Ids;
use crate::cloud::sharing::{AssociationStatus, Changed};
use crate::cloud::switches::Switches;
use crate::cloud::time;

/// How a run of an OOS template stands: the three states that are told
/// (<https://help.aliyun.com/zh/oos/getting-started/system-events>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionStatus {
    /// It has begun.
    Started,
    /// It has ended well.
    Success,
    /// It has ended badly.
    Failed,
}

impl ExecutionStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::Success => "Success",
            Self::Failed => "Failed",
        }
    }
}

/// A run of an OOS template, such as the vendor's golden-image pipeline. The template itself is not simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// The account it runs in.
    pub account: AccountId,
    /// The region it runs in.
    pub region: RegionId,
    /// `exec-…`.
    pub id: String,
    /// `t-…`.
    pub template_id: String,
    /// What people call the template.
    pub template_name: String,
    /// `v1`, `v2` …
    pub template_version: String,
    /// Who started it: name and, in brackets, principal id.
    pub executed_by: String,
    /// When it was started.
    pub started: Timestamp,
}

impl Execution {
    /// The event of a change of state at `at`.
    pub(super) fn event(&self, status: ExecutionStatus, at: Timestamp, ids: &Ids) -> Event {
        let Self {
            account, region, id, ..
        } = self;
        let ended = status != ExecutionStatus::Started;
        let minutes = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%MZ").to_string();
        Event {
            id: ids
                .fixed("execution-event", &[id, status.as_str()])
                .uuid()
                .to_lowercase(),
            source: "acs.oos",
            kind: "oos:CloudMonitor:Execution[StatusChange]".to_owned(),
            subject: format!("acs:oos:{region}:{account}:execution/{id}"),
            account: account.clone(),
            region: region.clone(),
            happened: at,
            route: Route::Native,
            data: json!({
                "executionId": id,
                "status": status.as_str(),
                "templateId": self.template_id,
                "templateName": self.template_name,
                "templateVersion": self.template_version,
                "executedBy": self.executed_by,
                "startTime": minutes(self.started),
                "endTime": if ended { minutes(at) } else { String::new() },
                "duration": at.duration_since(self.started).as_secs().max(0).to_string(),
                "parentExecutionId": "",
            }),
        }
    }
}

/// The events of the snapshots behind something that was made
/// (<https://help.aliyun.com/en/ecs/user-guide/snapshot-event-notifications>).
pub(super) fn snapshots_made(made: &Finished, switches: &Switches, ids: &Ids) -> Vec<Event> {
    let told = match made.kind {
        SnapshotKind::Copied => switches.copy_completed_events,
        SnapshotKind::Imported => switches.import_completed_events,
        SnapshotKind::User => switches.build_snapshot_events,
    };
    // A snapshot that was asked for by itself is told of for certain.
    let told = told || !made.of_image;
    if !told {
        return Vec::new();
    }
    let event = |snapshot: &Snapshot| {
        let data = json!({
            "result": "accomplished",
            "snapshotId": snapshot.id,
            "snapshotName": snapshot.name,
            "snapshotType": made.kind.as_str(),
            "diskId": snapshot.disk,
            "startTime": time::wire(made.started),
            "endTime": time::wire(made.ended),
        });
        snapshot_event("ecs:Snapshot:CreateSnapshotCompleted", snapshot, made.ended, data, ids)
    };
    made.snapshots.iter().map(event).collect()
}

/// The event of something that happened in ECS by the way, if there is one.
pub(super) fn news(news: &News, switches: &Switches, ids: &Ids) -> Option<Event> {
    match news {
        News::SnapshotBegun(snapshot) => switches.undescribed_snapshot_events.then(|| {
            let data = json!({
                "snapshotId": snapshot.id,
                "snapshotName": snapshot.name,
                "snapshotType": SnapshotKind::of(snapshot).as_str(),
                "diskId": snapshot.disk,
                "startTime": time::wire(snapshot.created),
            });
            let kind = "ecs:Snapshot:CreateSnapshotInitiated";
            snapshot_event(kind, snapshot, snapshot.created, data, ids)
        }),
        News::SnapshotDeleted { snapshot, at } => switches.undescribed_snapshot_events.then(|| {
            let data = json!({
                "result": "accomplished",
                "snapshotId": snapshot.id,
                "snapshotName": snapshot.name,
                "snapshotType": SnapshotKind::of(snapshot).as_str(),
                "diskId": snapshot.disk,
                "startTime": time::wire(snapshot.created),
                "endTime": time::wire(*at),
            });
            snapshot_event("ecs:Snapshot:SnapshotDeleted", snapshot, *at, data, ids)
        }),
        News::CalledByPlatform {
            operation,
            account,
            region,
            images,
            at,
        } => switches
            .pipeline_audit_events
            .then(|| by_platform(operation, account, region, images, *at, ids)),
    }
}

/// The audit record of a call that the platform made itself, with the fields of the published sample
/// (<https://help.aliyun.com/zh/eventbridge/user-guide/actiontrail-events>).
fn by_platform(
    operation: &str,
    account: &AccountId,
    region: &RegionId,
    images: &[ImageId],
    at: Timestamp,
    ids: &Ids,
) -> Event {
    let newest = images.last().map_or("", ImageId::as_str);
    let draw = |purpose: &str| ids.fixed(purpose, &[operation, newest]);
    Event {
        id: draw("platform-event").uuid().to_lowercase(),
        source: "acs.ecs",
        kind: "ecs:ActionTrail:AliyunServiceEvent".to_owned(),
        subject: format!("acs:ecs:{region}:{account}:image/{newest}"),
        account: account.clone(),
        region: region.clone(),
        happened: at,
        route: Route::Audit,
        data: json!({
            "eventId": draw("platform-event-id").uuid(),
            "eventVersion": 1,
            "eventName": operation,
            "eventTime": time::wire(at),
            "eventType": "AliyunServiceEvent",
            "eventRW": "Write",
            "serviceName": "Ecs",
            "acsRegion": region,
            "isGlobal": false,
            "requestId": draw("platform-request").uuid(),
            "referencedResources": { "ACS::ECS::Image": images },
            "sourceIpAddress": "Internal",
            "userAgent": "ecs.aliyuncs.com",
            "userIdentity": { "type": "system", "accountId": account },
        }),
    }
}

fn snapshot_event(kind: &str, snapshot: &Snapshot, at: Timestamp, data: Value, ids: &Ids) -> Event {
    let Snapshot { id, region, owner, .. } = snapshot;
    Event {
        id: ids.fixed("snapshot-event", &[kind, id]).uuid().to_lowercase(),
        source: "acs.ecs",
        kind: kind.to_owned(),
        subject: format!("acs:ecs:{region}:{owner}:snapshot/{id}"),
        account: owner.clone(),
        region: region.clone(),
        happened: at,
        route: Route::Native,
        data,
    }
}

/// The event that tells one account of one image on a share
/// (<https://help.aliyun.com/zh/eventbridge/user-guide/resource-management-events>): it is about the owner's share and
/// arrives in the other account.
pub(super) fn association(changed: &Changed, account: &AccountId, image: &ImageId, ids: &Ids) -> Event {
    let Changed {
        share,
        owner,
        region,
        at,
        ..
    } = changed;
    let (status, asked) = match changed.status {
        AssociationStatus::Disassociating | AssociationStatus::Disassociated => ("Disassociated", "Disassociate"),
        AssociationStatus::Failed => ("Failed", "Associate"),
        AssociationStatus::Associating | AssociationStatus::Associated => ("Associated", "Associate"),
    };
    let moment = at.as_millisecond().to_string();
    let parts = [share.as_str(), account.as_str(), image.as_str(), status, &moment];
    Event {
        id: ids.fixed("association-event", &parts).uuid().to_lowercase(),
        source: "acs.resourcemanager",
        kind: "resourcemanager:ResourceSharing:AssociationStatusChange".to_owned(),
        subject: format!("acs:resourcesharing:{region}:{owner}:resourceshare/{share}"),
        account: account.clone(),
        region: region.clone(),
        happened: *at,
        route: Route::NativeWithoutContentType,
        data: json!({
            "resourceShareId": share,
            "resourceOwnerAccountId": owner,
            "targetAccountId": account,
            "serviceName": "ecs",
            "resourceType": "Image",
            "resourceId": image,
            "associationStatus": status,
            "associateType": asked,
        }),
    }
}
