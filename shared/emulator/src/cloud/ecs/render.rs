//! Images and snapshots as the API writes them, every documented field in its documented JSON type. Not here: which
//! of them a caller may see.

use std::collections::BTreeMap;

use goldcast_domain::AccountId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::image::{Detection, DetectionItem, Disk, Image, ImageStatus, Work};
use super::kept::View;
use super::snapshot::Snapshot;
use super::snapshot_changes::link_id;
use crate::cloud::context::Context;
use crate::cloud::time;

/// `ImageOwnerId` of Alibaba Cloud's own images. The real number is not public.
const SYSTEM_OWNER: u64 = 1;

/// An image as somebody sees it: nothing else decides, so that rows can be kept.
pub(super) fn image(image: &Image, view: View, now: Timestamp) -> Value {
    let own = view.is_own();
    let (progress, remaining) = progress(image, now);
    let owner: u64 = image
        .owner
        .as_ref()
        .and_then(|owner| owner.as_str().parse().ok())
        .unwrap_or(SYSTEM_OWNER);
    // Tags are the owner's: a recipient does not see them.
    let tags = if own { tags(&image.tags) } else { json!([]) };
    json!({
        "ImageId": image.id,
        "ImageName": image.name,
        "ImageFamily": image.family.as_deref().unwrap_or_default(),
        "ImageVersion": image.version,
        "Description": image.description,
        "ImageOwnerAlias": alias(image, own),
        "ImageOwnerId": owner,
        "Status": image.status.as_str(),
        "Progress": format!("{progress}%"),
        "CreationTime": time::wire(image.created),
        "Size": image.size_gib(),
        "Usable": image.usable,
        "Usage": if image.in_use { "instance" } else { "none" },
        "IsCopied": image.is_copied,
        "IsPublic": image.owner.is_none() || image.is_public,
        "IsSelfShared": match view {
            View::Other => "",
            View::Own { shared: false } => "False",
            View::Own { shared: true } => "True",
        },
        "IsSubscribed": false,
        "IsSupportCloudinit": true,
        "IsSupportIoOptimized": true,
        "LoginAsNonRootSupported": false,
        "Architecture": image.architecture,
        "BootMode": image.boot_mode,
        "OSName": image.os_name,
        "OSNameEn": image.os_name,
        "OSType": "linux",
        "Platform": image.platform,
        "LicenseType": "Auto",
        "ProductCode": image.product_code,
        "SupplierName": "",
        "ResourceGroupId": if own { image.resource_group.as_str() } else { "" },
        "Tags": { "Tag": tags },
        "DiskDeviceMappings": {
            "DiskDeviceMapping":
                image.disks.iter().map(|part| disk(part, progress, remaining)).collect::<Vec<_>>()
        },
        "Features": features(),
        "DetectionOptions": detection(&image.detection),
        "SecureBootOptions": { "SecureBootSupport": "unsupported" },
    })
}

fn detection(found: &Detection) -> Value {
    let item = |item: &DetectionItem| {
        json!({
            "Name": item.name,
            "RiskCode": item.risk_code,
            "RiskLevel": item.risk_level,
            "Value": item.value,
        })
    };
    let items: Vec<Value> = found.items.iter().map(item).collect();
    json!({ "Status": found.status, "Items": { "Item": items } })
}

/// What the instances of every image can do; all words, no booleans.
fn features() -> Value {
    json!({
        "NvmeSupport": "supported",
        "ImdsSupport": "v1",
        "CpuOnlineUpgrade": "supported",
        "CpuOnlineDowngrade": "unsupported",
        "MemoryOnlineUpgrade": "supported",
        "MemoryOnlineDowngrade": "unsupported",
    })
}

/// The fields that `DescribeImageFromFamily` has; the others are taken off.
pub(super) fn family_image(image_seen: &Image, context: &Context<'_>) -> Value {
    const MISSING: [&str; 12] = [
        "BootMode",
        "DetectionOptions",
        "Features",
        "ImageOwnerId",
        "IsPublic",
        "LicenseType",
        "LoginAsNonRootSupported",
        "OSNameEn",
        "ResourceGroupId",
        "SecureBootOptions",
        "SupplierName",
        "Usable",
    ];
    const MISSING_OF_DISKS: [&str; 3] = ["Encrypted", "Progress", "RemainTime"];
    let mut value = image(image_seen, View::of(image_seen, context), context.now);
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, _| !MISSING.contains(&name.as_str()));
        let disks = fields.get_mut("DiskDeviceMappings").and_then(Value::as_object_mut);
        for disk in disks.into_iter().flat_map(|disks| disks.values_mut()) {
            for disk in disk
                .as_array_mut()
                .into_iter()
                .flatten()
                .filter_map(Value::as_object_mut)
            {
                disk.retain(|name, _| !MISSING_OF_DISKS.contains(&name.as_str()));
            }
        }
    }
    value
}

/// `system`, `self` or `others`.
pub(super) fn owner_alias(image: &Image, viewer: &AccountId) -> &'static str {
    alias(image, image.belongs_to(viewer))
}

fn alias(image: &Image, own: bool) -> &'static str {
    match &image.owner {
        None => "system",
        Some(_) if own => "self",
        Some(_) => "others",
    }
}

/// `[{TagKey, TagValue}]`.
pub(super) fn tags(tags: &BTreeMap<String, String>) -> Value {
    tags.iter()
        .map(|(key, value)| json!({ "TagKey": key, "TagValue": value }))
        .collect()
}

/// A snapshot.
pub(super) fn snapshot(snapshot: &Snapshot, in_use: bool, now: Timestamp) -> Value {
    let (progress, remaining) = snapshot.progress(now);
    json!({
        "SnapshotId": snapshot.id,
        "SnapshotName": snapshot.name,
        "SnapshotSN": snapshot.id,
        "SnapshotLinkId": link_id(&snapshot.disk),
        "SnapshotType": "user",
        "Description": snapshot.description,
        "Category": "Standard",
        "RegionId": snapshot.region,
        "SourceRegionId": snapshot.source_region.as_ref().map_or("", |region| region.as_str()),
        "SourceSnapshotId": snapshot.source,
        "SourceDiskId": snapshot.disk,
        "SourceDiskSize": snapshot.size_gib.to_string(),
        "SourceDiskType": if snapshot.system { "system" } else { "data" },
        "SourceStorageType": "disk",
        "CreationTime": time::wire(snapshot.created),
        "LastModifiedTime": time::wire(snapshot.created),
        "Status": snapshot.status(now),
        "Progress": format!("{progress}%"),
        "RemainTime": remaining,
        "Available": now >= snapshot.ready,
        "InstantAccess": false,
        "InstantAccessRetentionDays": 0,
        "RetentionDays": snapshot.retention_days,
        "FullSnapshotSizeInBytes": u64::from(snapshot.size_gib) << 30,
        "Encrypted": snapshot.encrypted,
        "KMSKeyId": snapshot.kms_key.as_deref().unwrap_or_default(),
        "ProductCode": "",
        "ResourceGroupId": snapshot.resource_group,
        "Usage": if in_use { "image" } else { "none" },
        "Tags": { "Tag": tags(&snapshot.tags) },
    })
}

fn disk(disk: &Disk, progress: i64, remaining: i64) -> Value {
    json!({
        "Type": if disk.system { "system" } else { "data" },
        "Device": disk.device,
        "Size": disk.size_gib.to_string(),
        "SnapshotId": disk.snapshot,
        "Encrypted": disk.encrypted,
        "Format": "",
        "ImportOSSBucket": "",
        "ImportOSSObject": "",
        "Progress": format!("{progress}%"),
        "RemainTime": remaining,
    })
}

/// Whether an image looks different later without having changed.
pub(super) fn changes_with_time(image: &Image) -> bool {
    matches!(image.work, Work::Building { .. } | Work::Copying { .. })
}

/// How far an image has come, in percent, and the seconds it still takes.
pub(super) fn progress(image: &Image, now: Timestamp) -> (i64, i64) {
    match &image.work {
        Work::Building { started, ends, .. } | Work::Copying { started, ends, .. } => {
            (time::percent(*started, *ends, now), time::seconds_left(*ends, now))
        }
        Work::Queued { copy, .. } => (0, copy.duration.as_secs()),
        Work::Idle | Work::Proving { .. } if image.status == ImageStatus::CreateFailed => (0, 0),
        Work::Idle | Work::Proving { .. } => (100, 0),
    }
}
