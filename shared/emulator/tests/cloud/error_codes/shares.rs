//! What makes sharing images fail.

use goldcast_emulator::cloud::Role;

use super::{Row, call, edited, encrypted_in, give, share, share_encrypted, switch};
use crate::support::{HOME, KEY, MEMBER, OUTSIDER, OWNER, SHARING, account};

pub(super) const SHARE: &[Row] = &[
    ("ModifyImageSharePermission", 400, "MissingParameter", |world| {
        share(world, "")
    }),
    (
        "ModifyImageSharePermission",
        400,
        "UnnecessaryParameter.LaunchPermission",
        |world| share(world, &format!("LaunchPermission=HIDDEN AddAccount.1={MEMBER}")),
    ),
    (
        "ModifyImageSharePermission",
        400,
        "ForbiddenParameter.LaunchPermission",
        |world| share(world, "LaunchPermission=HIDDEN"),
    ),
    ("ModifyImageSharePermission", 403, "AssumeRoleError", |world| {
        share_encrypted(world, SHARING, &[], true)
    }),
    ("ModifyImageSharePermission", 403, "Image.Public", |world| {
        switch(world, |switches| switches.public_image_agreement = true);
        let image = edited(world, |image| image.is_public = true);
        call(
            world,
            "ModifyImageSharePermission",
            &format!("ImageId={image} IsPublic=true"),
        )
    }),
    (
        "ModifyImageSharePermission",
        403,
        "OperationDeined.FullImage",
        |world| share_encrypted(world, SHARING, &[100], true),
    ),
    (
        "ModifyImageSharePermission",
        403,
        "QuotaExceed.ShareImageUser",
        |world| {
            switch(world, |switches| switches.accounts_per_image = 1);
            share(world, &format!("AddAccount.1={MEMBER} AddAccount.2={OUTSIDER}"))
        },
    ),
    (
        "ModifyImageSharePermission",
        403,
        "OperationDeined.EncryptedSnapshot",
        |world| share_encrypted(world, HOME, &[], true),
    ),
    (
        "ModifyImageSharePermission",
        403,
        "OperationDenied.InvalidImageStatus",
        |world| {
            let image = world.image("golden-1");
            call(
                world,
                "ModifyImageAttribute",
                &format!("ImageId={image} Status=Deprecated"),
            )
            .ok();
            call(
                world,
                "ModifyImageSharePermission",
                &format!("ImageId={image} AddAccount.1={MEMBER}"),
            )
        },
    ),
    (
        "ModifyImageSharePermission",
        403,
        "PublicImageAgreement.NotSigned",
        |world| share(world, "IsPublic=true"),
    ),
    (
        "ModifyImageSharePermission",
        403,
        "InvalidParameter.KMSKeyId.CMKNotEnabled",
        |world| {
            let image = encrypted_in(world, SHARING, &[], true);
            let role = Role::share_encrypted(&account(OWNER), &[account(MEMBER)]);
            world.cloud.put_role(world.now, &role);
            world.kms_as(OWNER, SHARING, "DisableKey", &[("KeyId", KEY)]).ok();
            give(world, SHARING, &image)
        },
    ),
    (
        "ModifyImageSharePermission",
        403,
        "InvalidOperation.ServiceKeyEncryptedImageUnsupported",
        |world| share_encrypted(world, SHARING, &[], false),
    ),
    ("ModifyImageSharePermission", 404, "InvalidImageId.NotFound", |world| {
        call(
            world,
            "ModifyImageSharePermission",
            &format!("ImageId=m-nobody AddAccount.1={MEMBER}"),
        )
    }),
    ("ModifyImageSharePermission", 404, "InvalidAccount.NotFound", |world| {
        share(world, "AddAccount.1=4000000000000001")
    }),
    ("ModifyImageSharePermission", 404, "InvalidAccount.Forbbiden", |world| {
        share(world, &format!("AddAccount.1={OWNER}"))
    }),
];

pub(super) const SHARES: &[Row] = &[
    ("DescribeImageSharePermission", 400, "MissingParameter", |world| {
        call(world, "DescribeImageSharePermission", "")
    }),
    (
        "DescribeImageSharePermission",
        404,
        "InvalidImageId.NotFound",
        |world| call(world, "DescribeImageSharePermission", "ImageId=m-nobody"),
    ),
];
