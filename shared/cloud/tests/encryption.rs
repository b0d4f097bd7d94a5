//! What stands behind an encrypted image: its snapshots, their keys, and the role that shares them.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use goldcast_cloud::ecs::{DeleteSnapshot, DescribeSnapshots, TagResources};
use goldcast_cloud::kms::DescribeKey;
use goldcast_cloud::ram::{GetRole, UpdateRole};
use goldcast_cloud::{Cause, Class, Effect, Listing, Operation, Repeat, Tag};
use support::{Script, check, client, ok, refused, soon};

fn beijing() -> String {
    "cn-beijing".to_owned()
}

fn named() -> DescribeSnapshots {
    DescribeSnapshots {
        region_id: beijing(),
        snapshot_ids: vec!["s-1".to_owned(), "s-2".to_owned()],
        tags: Vec::new(),
    }
}

#[test]
fn snapshots_are_asked_for_by_id_and_by_tag() {
    check(
        &named().rpc(),
        Effect::Read,
        r#"RegionId=cn-beijing&SnapshotIds=["s-1","s-2"]"#,
    );
    let ours = vec![Tag {
        key: "goldcast:release".to_owned(),
        value: "m-1".to_owned(),
    }];
    let tagged = DescribeSnapshots {
        snapshot_ids: Vec::new(),
        tags: ours.clone(),
        ..named()
    };
    check(
        &tagged.rpc(),
        Effect::Read,
        "RegionId=cn-beijing&Tag.1.Key=goldcast:release&Tag.1.Value=m-1",
    );
    let tag = TagResources {
        region_id: beijing(),
        resource_type: "snapshot",
        resource_ids: vec!["s-1".to_owned()],
        tags: ours,
    };
    check(
        &tag.rpc(),
        Effect::Write(Repeat::Safe),
        "RegionId=cn-beijing&ResourceType=snapshot&ResourceId.1=s-1&Tag.1.Key=goldcast:release&Tag.1.Value=m-1",
    );
}

#[tokio::test(start_paused = true)]
async fn snapshots_are_read_by_token_with_their_keys_and_tags() {
    let pages = [
        r#"{"RequestId":"1","NextToken":"more","TotalCount":7,"Snapshots":{"Snapshot":[{"SnapshotId":"s-1","Encrypted":true,
        "KMSKeyId":"key-1","Status":"accomplished","Usage":"image","Progress":"100%","SourceDiskSize":"40",
        "Tags":{"Tag":[{"TagKey":"goldcast:release","TagValue":"m-1"}]}}]}}"#,
        r#"{"RequestId":"2","NextToken":"","Snapshots":{"Snapshot":[{"SnapshotId":"s-2","Encrypted":false,"KMSKeyId":"",
        "Status":"progressing"}]}}"#,
    ];
    let script = Script::new(pages.map(ok));
    let client = client(&script);
    let read = client.list(&named(), soon()).await.unwrap();
    assert_eq!(
        (read[0].encrypted, read[0].kms_key_id.as_str(), read[0].status.as_str()),
        (Some(true), "key-1", "accomplished")
    );
    assert_eq!(read[0].tags[0].tag_key, "goldcast:release");
    assert_eq!(
        (read[1].encrypted, read[1].kms_key_id.as_str(), read.len()),
        (Some(false), "", 2)
    );
    assert_eq!(script.sent()[1].param("NextToken"), Some("more"));
    assert_eq!((client.calls().reads(), client.calls().writes()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_listing_without_snapshots_is_unreadable_and_one_of_too_many_is_not_sent() {
    let error = client(&Script::new([ok(r#"{"NextToken":""}"#)]))
        .list(&named(), soon())
        .await
        .unwrap_err();
    assert!(matches!(error.cause, Cause::Unreadable { .. }), "{error}");
    let many = DescribeSnapshots {
        snapshot_ids: (0..101).map(|n| format!("s-{n}")).collect(),
        ..named()
    };
    let error = client(&Script::new([])).list(&many, soon()).await.unwrap_err();
    assert!(matches!(error.cause, Cause::OverLimit(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_that_is_gone_is_deleted_and_one_in_use_is_a_persons() {
    let delete = DeleteSnapshot {
        region_id: beijing(),
        snapshot_id: "s-1".to_owned(),
    };
    check(&delete.rpc(), Effect::Write(Repeat::Safe), "SnapshotId=s-1");
    for (status, code, expected) in [
        (404, "InvalidSnapshotId.NotFound", Class::AlreadySo),
        (403, "Operation.Conflict", Class::Retryable),
        (403, "SnapshotCreatedImage", Class::Permanent),
    ] {
        let script = Script::new([refused(status, code)]);
        let error = client(&script).send(&delete, soon()).await.unwrap_err();
        assert_eq!(error.class(), expected, "{error}");
        assert_eq!(script.sent()[0].host, "ecs.cn-beijing.aliyuncs.com");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_is_described_where_it_is() {
    let body = r#"{"RequestId":"1","KeyMetadata":{"KeyId":"key-1","Arn":"acs:kms:cn-beijing:1000000000000001:key/key-1",
        "KeyState":"PendingDeletion","Creator":"1000000000000001","KeySpec":"Aliyun_AES_256","Origin":"Aliyun_KMS"}}"#;
    let script = Script::new([ok(body), refused(404, "Forbidden.KeyNotFound")]);
    let client = client(&script);
    let describe = DescribeKey {
        region_id: beijing(),
        key_id: "alias/golden".to_owned(),
    };
    check(&describe.rpc(), Effect::Read, "KeyId=alias/golden");
    let key = client.send(&describe, soon()).await.unwrap().key_metadata;
    assert_eq!(
        (key.key_id.as_str(), key.key_state.as_str()),
        ("key-1", "PendingDeletion")
    );
    assert_eq!(script.sent()[0].host, "kms.cn-beijing.aliyuncs.com");
    let error = client.send(&describe, soon()).await.unwrap_err();
    assert_eq!(error.class(), Class::Permanent);
    assert!(error.advice().unwrap().starts_with("correct the key"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_trust_document_is_read_and_written_as_the_text_it_is() {
    // Blanks, order and whatever else a person put there are kept.
    let document = "{\"Version\":\"1\",\n \"Statement\": [{\"Effect\":\"Allow\", \"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":[\"2000000000000001@ecs.aliyuncs.com\"]}}]}";
    let role = serde_json::json!({"RequestId": "1", "Role": {
        "RoleName": "AliyunECSShareEncryptImageDefaultRole",
        "Arn": "acs:ram::1000000000000001:role/aliyunecsshareencryptimagedefaultrole",
        "AssumeRolePolicyDocument": document,
        "MaxSessionDuration": 3600,
    }});
    let script = Script::new([ok(&role.to_string()), ok(&role.to_string())]);
    let client = client(&script);
    let role_name = || "AliyunECSShareEncryptImageDefaultRole".to_owned();
    let get = GetRole { role_name: role_name() };
    check(
        &get.rpc(),
        Effect::Read,
        "RoleName=AliyunECSShareEncryptImageDefaultRole",
    );
    let role = client.send(&get, soon()).await.unwrap().role;
    assert_eq!(role.assume_role_policy_document, document);

    let update = UpdateRole {
        role_name: role_name(),
        new_assume_role_policy_document: document.to_owned(),
    };
    assert_eq!(update.rpc().effect, Effect::Write(Repeat::Safe));
    client.send(&update, soon()).await.unwrap();
    let sent = script.sent().remove(1);
    assert_eq!(sent.host, "ram.aliyuncs.com");
    assert_eq!(sent.param("NewAssumeRolePolicyDocument"), Some(document));
    assert_eq!(sent.params.len(), 2, "nothing else of the role is touched");
}
