//! ECS 2014-05-26.

use goldcast_emulator::cloud::{Detection, DetectionItem};

use super::{Call, Exception, Product, Recipe};
use crate::support::{BUILDER, HOME, MEMBER, World, id_of, region};

const PRODUCT: Product = Product {
    version: "2014-05-26",
    description: include_str!("../../fixtures/openapi/ecs-2014-05-26.json"),
    recipes: RECIPES,
    unsimulated: "\
    AddTags CancelImagePipelineExecution CancelTask CopySnapshot CreateImageComponent CreateImagePipeline \
    CreateSnapshot DeleteImageComponent DeleteImagePipeline DescribeAccountAttributes \
    DescribeDiskDefaultKMSKeyId DescribeDiskEncryptionByDefaultStatus DescribeDisks DescribeImageComponents \
    DescribeImagePipelineExecutions DescribeImagePipelines DescribeImageSupportInstanceTypes \
    DescribeResourceByTags DescribeSnapshotLinks DescribeTags DescribeTaskAttribute DescribeTasks DescribeZones \
    ExportImage JoinResourceGroup LockSnapshot ModifyImageShareGroupPermission ModifySnapshotAttribute RemoveTags \
    StartImagePipelineExecution",
    common_codes: &[
        "InvalidParameter",
        "InvalidParameter.Format",
        "MissingParameter",
        "NumberExceed.Tags",
    ],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[
    Exception(
        "DescribeInstances",
        "absent *",
        "instances are only what images are built from yet",
    ),
    Exception(
        "DescribeInstances",
        "empty *",
        "instances are only what images are built from yet",
    ),
];

const RECIPES: &[Recipe] = &[
    Recipe("CancelCopyImage", |world| {
        let image = world.image("golden-1");
        let copy = id_of(&world.copy(&image, HOME, "copy").ok());
        home(&format!("ImageId={copy}"))
    }),
    Recipe("CopyImage", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image}"))
    }),
    Recipe("CreateImage", |_| home(&format!("InstanceId={BUILDER}"))),
    Recipe("DeleteImage", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image}"))
    }),
    Recipe("DeleteSnapshot", |_| home("SnapshotId=s-1")),
    Recipe("DescribeImageFromFamily", |world| {
        rich_image(world);
        home("ImageFamily=corp")
    }),
    Recipe("DescribeImageSharePermission", |world| {
        let image = world.image("golden-1");
        let shared = [("ImageId", image.as_str()), ("AddAccount.1", MEMBER)];
        world.ecs("ModifyImageSharePermission", &shared).ok();
        let published = world
            .cloud
            .edit_image(&region(HOME), &image.parse().unwrap(), |image| image.is_public = true);
        assert!(published);
        home(&format!("ImageId={image}"))
    }),
    Recipe("DescribeImages", |world| {
        rich_image(world);
        home("")
    }),
    Recipe("DescribeInstances", |_| home("")),
    Recipe("DescribeRegions", |_| home("")),
    Recipe("DescribeSnapshots", |world| {
        rich_image(world);
        home("")
    }),
    Recipe("ImportImage", |_| {
        home("DiskDeviceMapping.1.OSSBucket=bucket DiskDeviceMapping.1.OSSObject=disk.vhd")
    }),
    Recipe("ListTagResources", |world| {
        rich_image(world);
        home("ResourceType=image Tag.1.Key=golden")
    }),
    Recipe("ModifyImageAttribute", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image}")).with("Description", "a new one")
    }),
    Recipe("ModifyImageSharePermission", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image} AddAccount.1={MEMBER}"))
    }),
    Recipe("TagResources", |world| {
        let image = world.image("golden-1");
        home(&format!(
            "ResourceType=image ResourceId.1={image} Tag.1.Key=k Tag.1.Value=v"
        ))
    }),
    Recipe("UntagResources", |world| {
        let image = world.image("golden-1");
        home(&format!("ResourceType=image ResourceId.1={image} TagKey.1=k"))
    }),
];

/// A call by the owner in the home region.
fn home(line: &str) -> Call {
    Call::home(&format!("RegionId={HOME} {line}"))
}

/// An image with everything that an image can have, tags on its snapshot too.
fn rich_image(world: &mut World) -> String {
    let params = [
        ("ImageName", "golden-1"),
        ("ImageFamily", "corp"),
        ("Tag.1.Key", "golden"),
    ];
    let image = world.start_image(&params);
    world.wait(crate::support::minutes(10));
    let detected = Detection {
        status: "Finished".to_owned(),
        items: vec![DetectionItem::default()],
    };
    let id = image.parse().unwrap();
    assert!(
        world
            .cloud
            .edit_image(&region(HOME), &id, |image| image.detection = detected)
    );
    let snapshot = world.kept(HOME, &image).disks[0].snapshot.clone();
    let tagging = [
        ("ResourceType", "snapshot"),
        ("ResourceId.1", &snapshot),
        ("Tag.1.Key", "k"),
    ];
    world.ecs("TagResources", &tagging).ok();
    image
}

conforms!(PRODUCT);
