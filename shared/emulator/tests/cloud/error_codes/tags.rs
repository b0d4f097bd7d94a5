//! What makes tagging, and looking at snapshots and regions, fail.

use super::{Row, call, nowhere, numbered, tag};
use crate::support::HOME;

pub(super) const SNAPSHOTS: &[Row] = &[
    ("DeleteSnapshot", 400, "MissingParameter", |world| {
        call(world, "DeleteSnapshot", "")
    }),
    ("DeleteSnapshot", 403, "Operation.Conflict", |world| {
        let disks = call(world, "DescribeDisks", "").ok();
        let disk = disks["Disks"]["Disk"][0]["DiskId"].as_str().unwrap();
        let made = call(world, "CreateSnapshot", &format!("DiskId={disk}")).ok();
        let id = made["SnapshotId"].as_str().unwrap();
        let lock = format!("SnapshotId={id} LockMode=compliance CoolOffPeriod=0 LockDuration=1");
        call(world, "LockSnapshot", &lock).ok();
        call(world, "DeleteSnapshot", &format!("SnapshotId={id}"))
    }),
    ("DeleteSnapshot", 403, "SnapshotCreatedImage", |world| {
        let image = world.image("golden-1");
        let snapshot = world.kept(HOME, &image).disks[0].snapshot.clone();
        call(world, "DeleteSnapshot", &format!("SnapshotId={snapshot}"))
    }),
    ("DescribeSnapshots", 400, "InvalidTag.Mismatch", |world| {
        call(world, "DescribeSnapshots", "Tag.1.Value=v")
    }),
    ("DescribeSnapshots", 400, "InvalidTagCount", |world| {
        call(world, "DescribeSnapshots", &numbered("Tag", ".Key", 21))
    }),
    ("DescribeSnapshots", 403, "InvalidSnapshotCategory.Malformed", |world| {
        call(world, "DescribeSnapshots", "Category=warm")
    }),
    ("DescribeSnapshots", 403, "InvalidSnapshotIds.Malformed", |world| {
        call(world, "DescribeSnapshots", "SnapshotIds=s-1")
    }),
    ("DescribeSnapshots", 404, "InvalidFilterKey.NotFound", |world| {
        call(world, "DescribeSnapshots", "Filter.1.Key=Colour Filter.1.Value=red")
    }),
    ("DescribeSnapshots", 404, "InvalidSnapshotLinkId.NotFound", |world| {
        call(world, "DescribeSnapshots", "SnapshotLinkId=sl-nobody")
    }),
    ("DescribeSnapshots", 404, "InvalidSnapshotType.NotFound", |world| {
        call(world, "DescribeSnapshots", "SnapshotType=mine")
    }),
    ("DescribeSnapshots", 404, "InvalidSourceDiskType", |world| {
        call(world, "DescribeSnapshots", "SourceDiskType=floppy")
    }),
    ("DescribeSnapshots", 404, "InvalidStatus.NotFound", |world| {
        call(world, "DescribeSnapshots", "Status=ready")
    }),
    ("DescribeSnapshots", 404, "InvalidUsage", |world| {
        call(world, "DescribeSnapshots", "Usage=often")
    }),
];

pub(super) const TAG: &[Row] = &[
    ("TagResources", 400, "Duplicate.TagKey", |world| {
        tag(world, "Tag.1.Key=a Tag.2.Key=a")
    }),
    ("TagResources", 400, "InvalidTagKey.Malformed", |world| {
        tag(world, "Tag.1.Key=acs:a")
    }),
    ("TagResources", 400, "InvalidTagValue.Malformed", |world| {
        tag(world, "Tag.1.Key=a Tag.1.Value=http://x")
    }),
    ("TagResources", 400, "NumberExceed.ResourceIds", |world| {
        call(
            world,
            "TagResources",
            &format!("ResourceType=image Tag.1.Key=a {}", numbered("ResourceId", "", 51)),
        )
    }),
    ("TagResources", 400, "NumberExceed.Tags", |world| {
        tag(world, &numbered("Tag", ".Key", 21))
    }),
    ("TagResources", 403, "QuotaExceed.Tags", |world| {
        let image = world.image("golden-1");
        let resource = format!("ResourceType=image ResourceId.1={image}");
        call(
            world,
            "TagResources",
            &format!("{resource} {}", numbered("Tag", ".Key", 20)),
        )
        .ok();
        call(world, "TagResources", &format!("{resource} Tag.1.Key=more"))
    }),
    ("TagResources", 404, "InvalidRegionId.NotFound", |world| {
        nowhere(world, "TagResources")
    }),
    ("TagResources", 404, "InvalidResourceId.NotFound", |world| {
        call(
            world,
            "TagResources",
            "ResourceType=image ResourceId.1=m-nobody Tag.1.Key=a",
        )
    }),
    ("TagResources", 404, "InvalidResourceType.NotFound", |world| {
        call(
            world,
            "TagResources",
            "ResourceType=galaxy ResourceId.1=g-1 Tag.1.Key=a",
        )
    }),
    ("TagResources", 404, "MissingParameter.ResourceType", |world| {
        call(world, "TagResources", "ResourceId.1=m-1 Tag.1.Key=a")
    }),
    ("TagResources", 404, "MissingParameter.Tags", |world| tag(world, "")),
];

pub(super) const UNTAG: &[Row] = &[
    ("UntagResources", 400, "NumberExceed.ResourceIds", |world| {
        call(
            world,
            "UntagResources",
            &format!("ResourceType=image {}", numbered("ResourceId", "", 51)),
        )
    }),
    ("UntagResources", 404, "InvalidRegionId.NotFound", |world| {
        nowhere(world, "UntagResources")
    }),
    ("UntagResources", 404, "InvalidResourceId.NotFound", |world| {
        call(
            world,
            "UntagResources",
            "ResourceType=image ResourceId.1=m-nobody TagKey.1=a",
        )
    }),
    ("UntagResources", 404, "InvalidResourceType.NotFound", |world| {
        call(
            world,
            "UntagResources",
            "ResourceType=galaxy ResourceId.1=g-1 TagKey.1=a",
        )
    }),
    ("UntagResources", 404, "MissingParameter.ResourceType", |world| {
        call(world, "UntagResources", "ResourceId.1=m-1 TagKey.1=a")
    }),
];

pub(super) const TAGS: &[Row] = &[
    ("ListTagResources", 400, "NumberExceed.ResourceIds", |world| {
        call(
            world,
            "ListTagResources",
            &format!("ResourceType=image {}", numbered("ResourceId", "", 51)),
        )
    }),
    ("ListTagResources", 404, "InvalidRegionId.NotFound", |world| {
        nowhere(world, "ListTagResources")
    }),
    ("ListTagResources", 404, "InvalidResourceType.NotFound", |world| {
        call(world, "ListTagResources", "ResourceType=galaxy Tag.1.Key=a")
    }),
    ("ListTagResources", 404, "MissingParameter.ResourceType", |world| {
        call(world, "ListTagResources", "Tag.1.Key=a")
    }),
    ("ListTagResources", 404, "MissingParameter.Tags", |world| {
        call(world, "ListTagResources", "ResourceType=image")
    }),
];

pub(super) const REGIONS: &[Row] = &[
    ("DescribeRegions", 404, "InvalidAcceptLanguage.NotFound", |world| {
        call(world, "DescribeRegions", "AcceptLanguage=latin")
    }),
    ("DescribeRegions", 404, "InvalidResourceType.NotFound", |world| {
        call(world, "DescribeRegions", "ResourceType=galaxy")
    }),
];
