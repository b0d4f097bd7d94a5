//! What each operation sends, and that answers in the documented shape are read whole.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use goldcast_cloud::directory::{GetAccount, GetFolder, GetResourceDirectory, ListAccounts};
use goldcast_cloud::ecs::{
    CancelCopyImage, CopyImage, DeleteImage, DeleteSnapshot, DescribeImageFromFamily, DescribeImageSharePermission,
    DescribeImages, DescribeRegions, DescribeSnapshots, ModifyImageAttribute, ModifyImageSharePermission, TagResources,
    UntagResources,
};
use goldcast_cloud::kms::DescribeKey;
use goldcast_cloud::ram::{GetRole, UpdateRole};
use goldcast_cloud::sharing::{
    AssociateResourceShare, AssociationType, CreateResourceShare, DeleteResourceShare, DisassociateResourceShare,
    ListResourceShareAssociations, ListResourceShares,
};
use goldcast_cloud::sts::GetCallerIdentity;
use goldcast_cloud::{Effect, Listing, Operation, Repeat, Tag};
use support::{Script, check, client, ok, soon};

fn tags() -> Vec<Tag> {
    vec![
        Tag {
            key: "k1".to_owned(),
            value: "v1".to_owned(),
        },
        Tag {
            key: "k2".to_owned(),
            value: String::new(),
        },
    ]
}

#[test]
fn operations_send_the_documented_parameters() {
    let (region_id, image_id) = (|| "cn-beijing".to_owned(), || "m-1".to_owned());
    let copy = CopyImage {
        region_id: region_id(),
        image_id: image_id(),
        destination_region_id: "cn-shanghai".to_owned(),
        destination_image_name: "copy".to_owned(),
        destination_description: String::new(),
        encrypted: true,
        kms_key_id: Some("key".to_owned()),
        resource_group_id: Some("rg-1".to_owned()),
        tags: tags(),
        client_token: Some("token".to_owned()),
    };
    let copied = "RegionId=cn-beijing&ImageId=m-1&DestinationRegionId=cn-shanghai&DestinationImageName=copy\
        &DestinationDescription=&Encrypted=true&KMSKeyId=key&ResourceGroupId=rg-1";
    let tagged = "Tag.1.Key=k1&Tag.1.Value=v1&Tag.2.Key=k2&Tag.2.Value=";
    check(
        &copy.rpc(),
        Effect::Write(Repeat::Safe),
        &format!("{copied}&ClientToken=token&{tagged}"),
    );
    let copy = CopyImage {
        client_token: None,
        ..copy
    };
    check(
        &copy.rpc(),
        Effect::Write(Repeat::OnlyIfRefused),
        &format!("{copied}&{tagged}"),
    );

    let share = ModifyImageSharePermission {
        region_id: region_id(),
        image_id: image_id(),
        add_accounts: vec!["1".to_owned(), "2".to_owned()],
        remove_accounts: vec!["3".to_owned()],
    };
    let shared = "RegionId=cn-beijing&ImageId=m-1&AddAccount.1=1&AddAccount.2=2&RemoveAccount.1=3";
    check(&share.rpc(), Effect::Write(Repeat::Safe), shared);

    let tag = TagResources {
        region_id: region_id(),
        resource_type: "image",
        resource_ids: vec![image_id()],
        tags: tags(),
    };
    let resource = "RegionId=cn-beijing&ResourceType=image&ResourceId.1=m-1";
    check(&tag.rpc(), Effect::Write(Repeat::Safe), &format!("{resource}&{tagged}"));
    let untag = UntagResources {
        region_id: region_id(),
        resource_type: "image",
        resource_ids: vec![image_id()],
        tag_keys: vec!["k1".to_owned()],
    };
    check(
        &untag.rpc(),
        Effect::Write(Repeat::Safe),
        &format!("{resource}&TagKey.1=k1"),
    );

    let images = DescribeImages {
        region_id: region_id(),
        image_ids: vec![image_id(), "m-2".to_owned()],
        statuses: vec!["Creating".to_owned(), "Waiting".to_owned()],
        image_owner_alias: Some("self".to_owned()),
        usage: Some("none".to_owned()),
        is_public: Some(false),
        ..DescribeImages::default()
    };
    let listed =
        "RegionId=cn-beijing&Status=Creating,Waiting&ImageId=m-1,m-2&ImageOwnerAlias=self&Usage=none&IsPublic=false";
    check(&images.rpc(), Effect::Read, listed);
    check(
        &ListAccounts { include_tags: true }.rpc(),
        Effect::Read,
        "IncludeTags=true",
    );
}

#[test]
fn an_image_is_moved_deprecated_and_no_longer_copied_by_its_id_alone() {
    let (region_id, image_id) = (|| "cn-beijing".to_owned(), || "m-1".to_owned());
    let family = ModifyImageAttribute {
        region_id: region_id(),
        image_id: image_id(),
        image_family: Some("base".to_owned()),
        ..ModifyImageAttribute::default()
    };
    check(
        &family.rpc(),
        Effect::Write(Repeat::Safe),
        "RegionId=cn-beijing&ImageId=m-1&ImageFamily=base",
    );

    let deprecated = ModifyImageAttribute {
        image_family: None,
        status: Some("Deprecated".to_owned()),
        ..family
    };
    check(
        &deprecated.rpc(),
        Effect::Write(Repeat::Safe),
        "RegionId=cn-beijing&ImageId=m-1&Status=Deprecated",
    );
    let cancel = CancelCopyImage {
        region_id: region_id(),
        image_id: image_id(),
    };
    check(
        &cancel.rpc(),
        Effect::Write(Repeat::Safe),
        "RegionId=cn-beijing&ImageId=m-1",
    );
}

#[tokio::test(start_paused = true)]
async fn an_image_is_read_with_everything_that_decides() {
    let body = r#"{"RequestId":"4C467B38","RegionId":"cn-hangzhou","PageNumber":1,"PageSize":10,"TotalCount":1,
        "Images":{"Image":[{"ImageId":"m-bp1","ImageName":"golden-2026-01","ImageFamily":"base","ImageVersion":"7",
        "ImageOwnerAlias":"self","ImageOwnerId":1000000000000001,"Status":"Creating","Progress":"35%","IsCopied":true,
        "IsPublic":false,"IsSelfShared":"True","Usable":true,"Size":40,"Usage":"none","OSType":"linux",
        "OSNameEn":"Debian 12","Architecture":"x86_64","ProductCode":"cmjj1","Description":"built on Monday","CreationTime":"2026-01-02T03:04:05Z",
        "ResourceGroupId":"rg-1","SomethingNew":{"a":[1]},"Tags":{"Tag":[{"TagKey":"golden","TagValue":"true"}]},
        "DetectionOptions":{"Status":"Finished","Items":{"Item":[{"Name":"nvme","Value":"no","RiskCode":"Nvme.NotInstalled","RiskLevel":"High"}]}},
        "DiskDeviceMappings":{"DiskDeviceMapping":[{"Type":"system","Device":"/dev/xvda","SnapshotId":"s-bp1",
        "Size":"40","Format":"","Encrypted":true,"Progress":"35%","RemainTime":120}]}}]}}"#;
    let listing = DescribeImages {
        region_id: "cn-hangzhou".to_owned(),
        ..DescribeImages::default()
    };
    let image = client(&Script::new([ok(body)]))
        .list(&listing, soon())
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (image.image_owner_id.as_str(), image.is_self_shared),
        ("1000000000000001", Some(true))
    );
    assert_eq!(
        (image.is_copied, image.is_public, image.usable),
        (true, false, Some(true))
    );
    assert_eq!((image.size, image.image_family.as_str()), (Some(40), "base"));
    assert_eq!(
        (image.tags[0].tag_key.as_str(), image.tags[0].tag_value.as_str()),
        ("golden", "true")
    );
    let disk = &image.disk_device_mappings[0];
    assert_eq!(
        (disk.disk_type.as_str(), disk.size, disk.encrypted),
        ("system", Some(40), Some(true))
    );
    assert_eq!((disk.device.as_str(), image.progress.as_str()), ("/dev/xvda", "35%"));
    assert_eq!(disk.snapshot_id, "s-bp1");
    assert_eq!((image.product_code.as_str(), image.usage.as_str()), ("cmjj1", "none"));
    assert_eq!(
        (image.resource_group_id.as_str(), image.description.as_str()),
        ("rg-1", "built on Monday")
    );
    let detection = image.detection_options.unwrap();
    assert_eq!(detection.status, "Finished");
    let finding = &detection.items[0];
    assert_eq!((finding.name.as_str(), finding.value.as_str()), ("nvme", "no"));
    assert_eq!(
        (finding.risk_code.as_str(), finding.risk_level.as_str()),
        ("Nvme.NotInstalled", "High")
    );
}

#[tokio::test(start_paused = true)]
async fn an_empty_family_resolves_to_nothing() {
    let family = DescribeImageFromFamily {
        region_id: "cn-beijing".to_owned(),
        image_family: "base".to_owned(),
    };
    let script = Script::new([ok(r#"{"Image":{}}"#), ok("{}"), ok(r#"{"Image":{"ImageId":"m-1"}}"#)]);
    let client = client(&script);
    for expected in [None, None, Some("m-1")] {
        let image = client.send(&family, soon()).await.unwrap().into_image();
        assert_eq!(image.map(|image| image.image_id).as_deref(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn accounts_are_read_from_either_wrapping_of_their_tags() {
    let script = Script::new([
        ok(r#"{"Account":{"AccountId":"2","Status":"CreateSuccess","Tags":[{"Key":"k","Value":"v"}]}}"#),
        ok(
            r#"{"NextToken":"","TotalCount":1,"Accounts":{"Account":[{"AccountId":"2","DeletionStatus":"Deleting",
            "ResourceDirectoryPath":"rd-1/r-1/fd-1/2","Tags":{"Tag":[{"Key":"k","Value":"v"}]}}]}}"#,
        ),
    ]);
    let client = client(&script);
    let one = client
        .send(
            &GetAccount {
                account_id: "2".to_owned(),
            },
            soon(),
        )
        .await
        .unwrap()
        .account;
    let listed = client.list(&ListAccounts::default(), soon()).await.unwrap().remove(0);
    assert_eq!(one.tags, listed.tags);
    assert_eq!(
        (one.status.as_str(), listed.deletion_status.as_str()),
        ("CreateSuccess", "Deleting")
    );
    assert_eq!(listed.resource_directory_path, "rd-1/r-1/fd-1/2");
}

#[tokio::test(start_paused = true)]
async fn regions_are_named() {
    let body = r#"{"Regions":{"Region":[{"RegionId":"cn-beijing","LocalName":"Beijing"}]}}"#;
    let ask = DescribeRegions {
        region_id: "cn-hangzhou".to_owned(),
    };
    let script = Script::new([ok(body)]);
    assert_eq!(
        client(&script).send(&ask, soon()).await.unwrap().regions[0].region_id,
        "cn-beijing"
    );
    assert_eq!(script.sent()[0].host, "ecs-cn-hangzhou.aliyuncs.com");
}

#[tokio::test(start_paused = true)]
async fn a_folder_is_asked_for_by_its_id() {
    let body = r#"{"RequestId":"1","Folder":{"FolderId":"fd-2","FolderName":"production","ParentFolderId":"fd-1",
        "ResourceDirectoryPath":"rd-1/r-1/fd-1/fd-2","CreateTime":"2026-01-02T03:04:05Z"}}"#;
    let get = GetFolder {
        folder_id: "fd-2".to_owned(),
    };
    check(&get.rpc(), Effect::Read, "FolderId=fd-2");
    let script = Script::new([ok(body)]);
    client(&script).send(&get, soon()).await.unwrap();
    assert_eq!(script.sent()[0].host, "resourcedirectory.aliyuncs.com");
}

/// What a run reports as read and as written depends on this.
#[test]
fn what_lists_describes_or_gets_is_a_read_and_all_else_a_write() {
    let text = String::new;
    let rpcs = [
        ListAccounts::default().rpc(),
        GetAccount { account_id: text() }.rpc(),
        GetFolder { folder_id: text() }.rpc(),
        GetResourceDirectory.rpc(),
        DescribeImages::default().rpc(),
        DescribeImageFromFamily {
            region_id: text(),
            image_family: text(),
        }
        .rpc(),
        DescribeImageSharePermission {
            region_id: text(),
            image_id: text(),
        }
        .rpc(),
        DescribeRegions { region_id: text() }.rpc(),
        DescribeSnapshots::default().rpc(),
        CancelCopyImage {
            region_id: text(),
            image_id: text(),
        }
        .rpc(),
        DeleteImage {
            region_id: text(),
            image_id: text(),
        }
        .rpc(),
        DeleteSnapshot {
            region_id: text(),
            snapshot_id: text(),
        }
        .rpc(),
        ModifyImageAttribute::default().rpc(),
        ModifyImageSharePermission::default().rpc(),
        TagResources {
            region_id: text(),
            resource_type: "image",
            resource_ids: Vec::new(),
            tags: Vec::new(),
        }
        .rpc(),
        UntagResources {
            region_id: text(),
            resource_type: "image",
            resource_ids: Vec::new(),
            tag_keys: Vec::new(),
        }
        .rpc(),
        DescribeKey {
            region_id: text(),
            key_id: text(),
        }
        .rpc(),
        GetRole { role_name: text() }.rpc(),
        UpdateRole {
            role_name: text(),
            new_assume_role_policy_document: text(),
        }
        .rpc(),
        ListResourceShares::default().rpc(),
        ListResourceShareAssociations {
            region_id: text(),
            association_type: AssociationType::Target,
            resource_share_ids: Vec::new(),
            resource_id: None,
        }
        .rpc(),
        CreateResourceShare::default().rpc(),
        AssociateResourceShare::default().rpc(),
        DisassociateResourceShare::default().rpc(),
        DeleteResourceShare {
            region_id: text(),
            resource_share_id: text(),
        }
        .rpc(),
        GetCallerIdentity::default().rpc(),
    ];
    for rpc in rpcs {
        let reads = ["List", "Describe", "Get"]
            .iter()
            .any(|verb| rpc.action.starts_with(verb));
        assert_eq!(rpc.effect == Effect::Read, reads, "{}", rpc.action);
    }
}
