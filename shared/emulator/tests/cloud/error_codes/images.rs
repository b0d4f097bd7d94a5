//! What makes copying, finding, changing and deleting images fail.

use std::collections::BTreeSet;

use super::{PUBLIC, Row, call, change, copy, edited, encrypted, find, nowhere, numbered, on_image, shared, switch};
use crate::support::{AWAY, HOME, KEY, MEMBER, OWNER, account, id_of, minutes, region};

pub(super) const COPY: &[Row] = &[
    ("CopyImage", 400, "InvalidDescription.Malformed", |world| {
        copy(world, "DestinationDescription=x")
    }),
    ("CopyImage", 400, "DestinationRegion.NotFound", |world| {
        copy(world, "DestinationRegionId=cn-nowhere")
    }),
    ("CopyImage", 400, "IncorrectImageStatus", |world| {
        let image = world.start_image(&[]);
        call(world, "CopyImage", &format!("ImageId={image}"))
    }),
    ("CopyImage", 400, "InvalidImageName.Duplicated", |world| {
        copy(world, "DestinationImageName=golden-1")
    }),
    ("CopyImage", 400, "InvalidParameter.EncryptedIllegal", |world| {
        let image = encrypted(world, &[]);
        call(world, "CopyImage", &format!("ImageId={image} Encrypted=false"))
    }),
    ("CopyImage", 400, "InvalidEncrypted.NotMatchEncryptAlgorithm", |world| {
        copy(world, "EncryptAlgorithm=aes-256")
    }),
    ("CopyImage", 400, "InvalidEncryptAlgorithm", |world| {
        copy(world, "Encrypted=true EncryptAlgorithm=rot13")
    }),
    ("CopyImage", 400, "InvalidEncrypted.NotMatchKmsKeyId", |world| {
        copy(world, &format!("KMSKeyId={KEY}"))
    }),
    ("CopyImage", 400, "OperationDenied.CommunityImage", |world| {
        let image = edited(world, |image| image.is_public = true);
        world.ecs_as(MEMBER, HOME, "CopyImage", &[("ImageId", &image)])
    }),
    ("CopyImage", 400, "InvalidImageName.Malformed", |world| {
        copy(world, "DestinationImageName=1")
    }),
    ("CopyImage", 400, "OperationDenied.ImageCopyConflict", |world| {
        switch(world, |switches| switches.copy_conflict = true);
        let image = world.image("golden-1");
        world.copy(&image, AWAY, "copy-1").ok();
        world.copy(&image, AWAY, "copy-2")
    }),
    ("CopyImage", 403, "QuotaExceed.Image", |world| {
        switch(world, |switches| switches.images_per_region = 1);
        copy(world, "")
    }),
    ("CopyImage", 403, "QuotaExceed.Snapshot", |world| {
        switch(world, |switches| switches.snapshots_per_region = 1);
        copy(world, "")
    }),
    ("CopyImage", 403, "OperationDenied", |world| {
        call(world, "CopyImage", &format!("ImageId={PUBLIC}"))
    }),
    ("CopyImage", 403, "OperationDenied.SameRegionOnly", |world| {
        let image = shared(world);
        let params = [("ImageId", image.as_str()), ("DestinationRegionId", AWAY)];
        world.ecs_as(MEMBER, HOME, "CopyImage", &params)
    }),
    ("CopyImage", 403, "UserNotInTheWhiteList", |world| {
        copy(world, "Encrypted=true EncryptAlgorithm=aes-256")
    }),
    (
        "CopyImage",
        403,
        "InvalidEncrypted.NotMatchDiskDefaultEncryption",
        |world| {
            world.cloud.encrypt_disks_by_default(&account(OWNER), &region(AWAY));
            copy(world, &format!("DestinationRegionId={AWAY} Encrypted=false"))
        },
    ),
    ("CopyImage", 403, "SizeExceed.Image", |world| {
        let image = edited(world, |image| image.disks[0].size_gib = 4096);
        call(world, "CopyImage", &format!("ImageId={image}"))
    }),
    ("CopyImage", 403, "InvalidParameter.KMSKeyId.CMKNotEnabled", |world| {
        world.kms("DisableKey", &[("KeyId", KEY)]).ok();
        copy(world, &format!("Encrypted=true KMSKeyId={KEY}"))
    }),
    ("CopyImage", 404, "InvalidImageId.NotFound", |world| {
        call(world, "CopyImage", "ImageId=m-nobody")
    }),
    ("CopyImage", 404, "InvalidParameter.KMSKeyId.NotFound", |world| {
        copy(world, "Encrypted=true KMSKeyId=key-nobody")
    }),
    ("CopyImage", 404, "InvalidResourceGroup.NotFound", |world| {
        switch(world, |switches| switches.resource_groups = Some(BTreeSet::new()));
        copy(world, "ResourceGroupId=rg-nowhere")
    }),
];

pub(super) const CANCEL: &[Row] = &[
    ("CancelCopyImage", 400, "ImageCreatedNotFromCopy", |world| {
        on_image(world, "CancelCopyImage", "")
    }),
    ("CancelCopyImage", 400, "IncorrectImageStatus", |world| {
        let image = world.image("golden-1");
        let copy = id_of(&world.copy(&image, HOME, "copy").ok());
        world.wait(minutes(60));
        call(world, "CancelCopyImage", &format!("ImageId={copy}"))
    }),
    ("CancelCopyImage", 404, "InvalidRegionId.NotFound", |world| {
        nowhere(world, "CancelCopyImage")
    }),
    ("CancelCopyImage", 404, "InvalidImageId.NotFound", |world| {
        call(world, "CancelCopyImage", "ImageId=m-nobody")
    }),
];

pub(super) const DESCRIBE: &[Row] = &[
    (
        "DescribeImages",
        400,
        "InvalidImageOwnerAlias.ValueNotSupported",
        |world| find(world, "ImageOwnerAlias=me"),
    ),
    ("DescribeImages", 400, "InvalidParamter", |world| {
        find(world, "Status=Ready")
    }),
    ("DescribeImages", 400, "InvalidTag.Mismatch", |world| {
        find(world, "Tag.1.Value=v")
    }),
    ("DescribeImages", 400, "InvalidTagCount", |world| {
        find(world, &numbered("Tag", ".Key", 21))
    }),
    (
        "DescribeImages",
        400,
        "InvalidInstanceType.ValueNotSupported",
        |world| find(world, "InstanceType=large"),
    ),
    ("DescribeImages", 400, "InvalidFilterValue.NetworkType", |world| {
        find(world, "Filter.1.Key=NetworkType Filter.1.Value=token-ring")
    }),
    (
        "DescribeImages",
        400,
        "InvalidOperation.ImageOwnerIdUnsupported",
        |world| find(world, &format!("ImageOwnerAlias=self ImageOwnerId={OWNER}")),
    ),
    ("DescribeImages", 404, "InvalidFilterKey.NotFound", |world| {
        find(world, "Filter.1.Key=Colour Filter.1.Value=red")
    }),
    ("DescribeImages", 404, "InvalidFilterValue", |world| {
        find(world, "Filter.1.Key=CreationEndTime Filter.1.Value=soon")
    }),
    ("DescribeImages", 404, "InvalidUsage", |world| {
        find(world, "Usage=often")
    }),
    ("DescribeImages", 404, "InvalidOSType", |world| {
        find(world, "OSType=plan9")
    }),
    ("DescribeImages", 404, "InvalidArchitecture", |world| {
        find(world, "Architecture=pdp11")
    }),
];

pub(super) const ATTRIBUTE: &[Row] = &[
    ("ModifyImageAttribute", 400, "InvalidImageName.Malformed", |world| {
        change(world, "ImageName=1")
    }),
    ("ModifyImageAttribute", 400, "InvalidImageName.Duplicated", |world| {
        world.image("golden-0");
        change(world, "ImageName=golden-0")
    }),
    ("ModifyImageAttribute", 400, "MissingParameter", |world| {
        change(world, "")
    }),
    ("ModifyImageAttribute", 400, "InvalidDescription.Malformed", |world| {
        change(world, "Description=x")
    }),
    ("ModifyImageAttribute", 400, "ImageQuotaFull.ImageFamily", |world| {
        for number in 0..100 {
            world.start_image(&[("ImageName", &format!("old-{number}")), ("ImageFamily", "corp")]);
        }
        change(world, "ImageFamily=corp")
    }),
    ("ModifyImageAttribute", 400, "InvalidImageFamily.Malformed", |world| {
        change(world, "ImageFamily=1")
    }),
    ("ModifyImageAttribute", 400, "ImageFamilyQuotaFull", |world| {
        for number in 0..100 {
            let (name, family) = (format!("old-{number}"), format!("family-{number}"));
            world.start_image(&[("ImageName", &name), ("ImageFamily", &family)]);
        }
        change(world, "ImageFamily=corp")
    }),
    ("ModifyImageAttribute", 400, "InvalidBootMode.NotSupport", |world| {
        change(world, "BootMode=tape")
    }),
    (
        "ModifyImageAttribute",
        400,
        "InvalidLicenseType.NotSupported",
        |world| change(world, "LicenseType=free"),
    ),
    (
        "ModifyImageAttribute",
        400,
        "InvalidParameter.FeaturesImdsSupport",
        |world| change(world, "Features.ImdsSupport=v9"),
    ),
    ("ModifyImageAttribute", 403, "ImageStatus.NotAvailable", |world| {
        let image = edited(world, |_| ());
        let deprecate = format!("ImageId={image} Status=Deprecated");
        call(world, "ModifyImageAttribute", &deprecate).ok();
        call(world, "ModifyImageAttribute", &deprecate)
    }),
    ("ModifyImageAttribute", 403, "ImageStatus.NotDeprecated", |world| {
        change(world, "Status=Available")
    }),
    ("ModifyImageAttribute", 403, "ImageUseShared", |world| {
        let image = shared(world);
        call(
            world,
            "ModifyImageAttribute",
            &format!("ImageId={image} Status=Deprecated"),
        )
    }),
    (
        "ModifyImageAttribute",
        403,
        "OperationDeined.ImageUsingByInstance",
        |world| {
            let image = edited(world, |image| image.in_use = true);
            call(
                world,
                "ModifyImageAttribute",
                &format!("ImageId={image} Status=Deprecated"),
            )
        },
    ),
    ("ModifyImageAttribute", 403, "InvalidStatus.ImageIsCreating", |world| {
        let image = world.start_image(&[]);
        call(
            world,
            "ModifyImageAttribute",
            &format!("ImageId={image} ImageFamily=corp"),
        )
    }),
    ("ModifyImageAttribute", 404, "InvalidImageId.NotFound", |world| {
        call(world, "ModifyImageAttribute", "ImageId=m-nobody ImageFamily=corp")
    }),
];

pub(super) const DELETE: &[Row] = &[
    ("DeleteImage", 403, "ImageUsingByInstance", |world| {
        let image = edited(world, |image| image.in_use = true);
        call(world, "DeleteImage", &format!("ImageId={image}"))
    }),
    ("DeleteImage", 403, "ImageUseShared", |world| {
        let image = shared(world);
        call(world, "DeleteImage", &format!("ImageId={image}"))
    }),
    ("DeleteImage", 403, "OperationDenied.ImageCopying", |world| {
        let image = world.image("golden-1");
        world.copy(&image, AWAY, "copy").ok();
        call(world, "DeleteImage", &format!("ImageId={image}"))
    }),
    ("DeleteImage", 403, "ImageIsImporting", |world| {
        world.let_ecs_reach_oss();
        let file = "DiskDeviceMapping.1.OSSBucket=bucket DiskDeviceMapping.1.OSSObject=disk.vhd";
        let image = id_of(&call(world, "ImportImage", file).ok());
        call(world, "DeleteImage", &format!("ImageId={image}"))
    }),
    ("DeleteImage", 403, "ImageIsExporting", |world| {
        world.let_ecs_reach_oss();
        let image = world.image("golden-1");
        call(world, "ExportImage", &format!("ImageId={image} OSSBucket=bucket")).ok();
        call(world, "DeleteImage", &format!("ImageId={image}"))
    }),
    ("DeleteImage", 403, "ImageIsPublic", |world| {
        let image = edited(world, |image| image.is_public = true);
        call(world, "DeleteImage", &format!("ImageId={image}"))
    }),
    ("DeleteImage", 404, "InvalidImageId.NotFound", |world| {
        call(world, "DeleteImage", "ImageId=m-nobody")
    }),
];

pub(super) const FAMILY: &[Row] = &[("DescribeImageFromFamily", 404, "InvalidRegionId.NotFound", |world| {
    nowhere(world, "DescribeImageFromFamily")
})];
