//! ECS 2014-05-26.

use goldcast_emulator::cloud::{Detection, DetectionItem, Setup, Switches};

use super::{Call, Exception, Product, Recipe};
use crate::support::{AWAY, BUILDER, HOME, MEMBER, World, id_of, minutes, region, setup};

const PRODUCT: Product = Product {
    version: "2014-05-26",
    description: include_str!("../../fixtures/openapi/ecs-2014-05-26.json"),
    recipes: RECIPES,
    unsimulated: "",
    common_codes: &[
        "InvalidAcceptLanguage.NotFound",
        "InvalidAccount.NotFound",
        "InvalidGroup.Malformed",
        "InvalidParameter",
        "InvalidParameter.Format",
        "InvalidParameter.KMSKeyId.NotFound",
        "InvalidRegionId.NotFound",
        "InvalidResourceType.NotFound",
        "MissingParameter",
        "NumberExceed.Tags",
    ],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[
    Exception(
        "DescribeImageComponents",
        "empty ImageComponent.ImageComponentSet[].Parameters.Parameter[]",
        "contents are not read",
    ),
    Exception(
        "DescribeInstances",
        "empty Instances.Instance[].InnerIpAddress.IpAddress[]",
        "no machine here has any",
    ),
    Exception(
        "DescribeInstances",
        "empty Instances.Instance[].PublicIpAddress.IpAddress[]",
        "no machine here has any",
    ),
    Exception(
        "DescribeInstances",
        "empty Instances.Instance[].RdmaIpAddress.IpAddress[]",
        "no machine here has any",
    ),
    Exception(
        "DescribeInstances",
        "empty Instances.Instance[].OperationLocks.LockReason[]",
        "no machine here has any",
    ),
    Exception(
        "DescribeInstances",
        "empty Instances.Instance[].NetworkInterfaces.NetworkInterface[].Ipv4PrefixSets.Ipv4PrefixSet[]",
        "no machine here has any",
    ),
    Exception(
        "DescribeInstances",
        "empty Instances.Instance[].NetworkInterfaces.NetworkInterface[].Ipv6PrefixSets.Ipv6PrefixSet[]",
        "no machine here has any",
    ),
    Exception(
        "DescribeInstances",
        "empty Instances.Instance[].NetworkInterfaces.NetworkInterface[].Ipv6Sets.Ipv6Set[]",
        "no machine here has any",
    ),
    Exception(
        "DescribeDisks",
        "empty Disks.Disk[].OperationLocks.OperationLock[]",
        "no machine here has any",
    ),
];

/// A public image.
const PUBLIC: &str = "aliyun_3_x64_20G_alibase_20240819.vhd";

const RECIPES: &[Recipe] = &[
    Recipe("AddTags", |world| {
        let image = world.image("golden-1");
        home(&format!(
            "ResourceType=image ResourceId={image} Tag.1.Key=k Tag.1.Value=v"
        ))
    }),
    Recipe("CancelCopyImage", |world| {
        let image = world.image("golden-1");
        let copy = id_of(&world.copy(&image, HOME, "copy").ok());
        home(&format!("ImageId={copy}"))
    }),
    Recipe("CancelImagePipelineExecution", |world| {
        let (_, execution) = execution(world);
        home(&format!("ExecutionId={execution}"))
    }),
    Recipe("CancelTask", |world| {
        let task = export(world);
        home(&format!("TaskId={task}"))
    }),
    Recipe("CopyImage", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image}"))
    }),
    Recipe("CopySnapshot", |world| {
        let snapshot = snapshot(world);
        home(&format!(
            "SnapshotId={snapshot} DestinationRegionId={AWAY} DestinationSnapshotName=copy"
        ))
        .with("DestinationSnapshotDescription", "a copy")
    }),
    Recipe("CreateImage", |_| home(&format!("InstanceId={BUILDER}"))),
    Recipe("CreateImageComponent", |_| home("Name=agent Tag.1.Key=k Tag.1.Value=v")),
    Recipe("CreateImagePipeline", |_| {
        home(&format!("BaseImageType=IMAGE BaseImage={PUBLIC}"))
    }),
    Recipe("CreateSnapshot", |world| {
        let disk = disk(world);
        Call::home(&format!("DiskId={disk}"))
    }),
    Recipe("DeleteImage", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image}"))
    }),
    Recipe("DeleteImageComponent", |world| {
        let component = component(world);
        home(&format!("ImageComponentId={component}"))
    }),
    Recipe("DeleteImagePipeline", |world| {
        let pipeline = pipeline(world);
        home(&format!("ImagePipelineId={pipeline}"))
    }),
    Recipe("DeleteSnapshot", |_| home("SnapshotId=s-1")),
    Recipe("DescribeAccountAttributes", |_| home("")),
    Recipe("DescribeDiskDefaultKMSKeyId", |_| home("")),
    Recipe("DescribeDiskEncryptionByDefaultStatus", |_| home("")),
    Recipe("DescribeDisks", |world| {
        let disk = disk(world);
        let tagging = [("ResourceType", "disk"), ("ResourceId.1", &disk), ("Tag.1.Key", "k")];
        world.ecs("TagResources", &tagging).ok();
        home("")
    }),
    Recipe("DescribeImageComponents", |world| {
        component(world);
        home("")
    }),
    Recipe("DescribeImageFromFamily", |world| {
        rich_image(world);
        home("ImageFamily=corp")
    }),
    Recipe("DescribeImagePipelineExecutions", |world| {
        let (pipeline, _) = execution(world);
        home(&format!("ImagePipelineId={pipeline}"))
    }),
    Recipe("DescribeImagePipelines", |world| {
        pipeline(world);
        home("")
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
    Recipe("DescribeImageSupportInstanceTypes", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image}"))
    }),
    Recipe("DescribeImages", |world| {
        rich_image(world);
        home("")
    }),
    Recipe("DescribeInstances", |world| {
        let tagging = [
            ("ResourceType", "instance"),
            ("ResourceId.1", BUILDER),
            ("Tag.1.Key", "k"),
        ];
        world.ecs("TagResources", &tagging).ok();
        home("")
    }),
    Recipe("DescribeRegions", |_| home("")),
    Recipe("DescribeResourceByTags", |world| {
        rich_image(world);
        home("")
    }),
    Recipe("DescribeSnapshotLinks", |world| {
        snapshot(world);
        home("")
    }),
    Recipe("DescribeSnapshots", |world| {
        rich_image(world);
        home("")
    }),
    Recipe("DescribeTags", |world| {
        rich_image(world);
        home("")
    }),
    Recipe("DescribeTaskAttribute", |world| {
        let task = export(world);
        home(&format!("TaskId={task}"))
    }),
    Recipe("DescribeTasks", |world| {
        export(world);
        home("")
    }),
    Recipe("DescribeZones", |_| home("")),
    Recipe("ExportImage", |world| {
        world.let_ecs_reach_oss();
        let image = world.image("golden-1");
        home(&format!("ImageId={image} OSSBucket=bucket"))
    }),
    Recipe("ImportImage", |world| {
        world.let_ecs_reach_oss();
        home("DiskDeviceMapping.1.OSSBucket=bucket DiskDeviceMapping.1.OSSObject=disk.vhd")
    }),
    Recipe("JoinResourceGroup", |world| {
        let image = world.image("golden-1");
        home(&format!("ResourceType=image ResourceId={image} ResourceGroupId=rg-1"))
    }),
    Recipe("ListTagResources", |world| {
        rich_image(world);
        home("ResourceType=image Tag.1.Key=golden")
    }),
    Recipe("LockSnapshot", |world| {
        let snapshot = snapshot(world);
        home(&format!(
            "SnapshotId={snapshot} LockMode=compliance CoolOffPeriod=3 LockDuration=1"
        ))
    }),
    Recipe("ModifyImageAttribute", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image}")).with("Description", "a new one")
    }),
    Recipe("ModifyImageShareGroupPermission", |world| {
        let switches = Switches {
            public_image_agreement: true,
            ..Switches::default()
        };
        *world = World::with(Setup { switches, ..setup() });
        let image = world.image("golden-1");
        home(&format!("ImageId={image} AddGroup.1=all"))
    }),
    Recipe("ModifyImageSharePermission", |world| {
        let image = world.image("golden-1");
        home(&format!("ImageId={image} AddAccount.1={MEMBER}"))
    }),
    Recipe("ModifySnapshotAttribute", |world| {
        let snapshot = snapshot(world);
        Call::home(&format!("SnapshotId={snapshot}"))
    }),
    Recipe("RemoveTags", |world| {
        let image = rich_image(world);
        home(&format!("ResourceType=image ResourceId={image}"))
    }),
    Recipe("StartImagePipelineExecution", |world| {
        let pipeline = pipeline(world);
        home(&format!("ImagePipelineId={pipeline}"))
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

/// A pipeline with everything that one can have, by id.
fn pipeline(world: &mut World) -> String {
    let body = world.ecs(
        "CreateImagePipeline",
        &[
            ("BaseImageType", "IMAGE"),
            ("BaseImage", PUBLIC),
            ("AddAccount.1", MEMBER),
            ("ToRegionId.1", AWAY),
            ("RepairItem.1", "GRUB"),
            ("Tag.1.Key", "k"),
            ("ImageOptions.ImageTags.1.Key", "golden"),
            ("ImportImageOptions.ImportImageTags.1.Key", "k"),
            ("ImportImageOptions.DiskDeviceMappings.1.OSSBucket", "bucket"),
        ],
    );
    body.ok()["ImagePipelineId"].as_str().unwrap().to_owned()
}

/// A pipeline that is being executed, and the execution.
fn execution(world: &mut World) -> (String, String) {
    let pipeline = pipeline(world);
    let start = [("ImagePipelineId", pipeline.as_str()), ("Tag.1.Key", "k")];
    let body = world.ecs("StartImagePipelineExecution", &start).ok();
    (pipeline, body["ExecutionId"].as_str().unwrap().to_owned())
}

fn component(world: &mut World) -> String {
    let body = world.ecs("CreateImageComponent", &[("Tag.1.Key", "k")]).ok();
    body["ImageComponentId"].as_str().unwrap().to_owned()
}

/// The id of the builder's disk.
fn disk(world: &mut World) -> String {
    let body = world.ecs("DescribeDisks", &[]).ok();
    body["Disks"]["Disk"][0]["DiskId"].as_str().unwrap().to_owned()
}

/// A snapshot of the builder's disk that is whole, by id.
fn snapshot(world: &mut World) -> String {
    let disk = disk(world);
    let body = world.ecs("CreateSnapshot", &[("DiskId", &disk)]).ok();
    world.wait(minutes(10));
    body["SnapshotId"].as_str().unwrap().to_owned()
}

/// An export that has begun, by its task's id.
fn export(world: &mut World) -> String {
    world.let_ecs_reach_oss();
    let image = world.image("golden-1");
    let body = world
        .ecs("ExportImage", &[("ImageId", &image), ("OSSBucket", "bucket")])
        .ok();
    body["TaskId"].as_str().unwrap().to_owned()
}

/// An image with everything that an image can have, tags on its snapshot too.
fn rich_image(world: &mut World) -> String {
    let params = [
        ("ImageName", "golden-1"),
        ("ImageFamily", "corp"),
        ("Tag.1.Key", "golden"),
    ];
    let image = world.start_image(&params);
    world.wait(minutes(10));
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
